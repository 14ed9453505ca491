"""Edition → post → text, and back."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest import posts
from digest.adapters import store
from digest.adapters.templates import Templates
from digest.errors import ConfigError
from digest.model import (
    ArxivId,
    Edition,
    Entry,
    Finding,
    Header,
    Paper,
    Post,
    PostEntry,
    Provenance,
    Summary,
    schema,
)
from digest.pipeline import importer
from digest.posts import escaping
from digest.stages import render
from tests.samples import LINE, RAW, TEXT

TEMPLATES = Templates()
WORDS = TEMPLATES.words("ko")
HEADER = Header(title="Daily Papers — 2025-11-17", date="2025-11-17 08:15:00", tags=("papers", "huggingface"))


def _entry(number: int = 1, text: str = "글이다.", **parts: object) -> Entry:
    paper = Paper(id=ArxivId(f"2511.{number:05}"), title=f"Paper {number}")
    made = {
        "paper": paper,
        "summary": Summary(**dict.fromkeys(schema.NAMES, text)),
        "provenance": Provenance(origin="html", version=2),
        "arxiv_url": f"https://arxiv.org/abs/{paper.id}",
        "alphaxiv_url": f"https://www.alphaxiv.org/ko/overview/{paper.id}",
    }
    return Entry(**{**made, **parts})


def _edition(*entries: Entry, **parts: object) -> Edition:
    return Edition(**{"name": "2025-11-17", "day": date(2025, 11, 17), "header": HEADER, "entries": entries, **parts})


def test_the_reference_post_comes_back_byte_for_byte_through_edition_and_disk(data: Path) -> None:
    reference = data / "seed" / "2025-11-17-daily-papers.md"
    raw = reference.read_bytes()

    edition = importer.edition_of(posts.parse(raw.decode()), reference.name, "ko", "daily-papers")
    again = store.decode(store.encode(edition), "2025-11-17.json")
    written = render.render(render.compose(again, WORDS), TEMPLATES).encode()

    assert again == edition
    assert len(written) == 13_197
    assert written == raw


def test_a_post_is_written_in_the_format_of_the_reference_post() -> None:
    texts = {name: f"{name}이다." for name in schema.NAMES} | {"method": "먼저 본다.\n\n- 하나\n- 둘"}
    edition = _edition(_entry(summary=Summary(**texts)), _entry(2, alphaxiv_url=""))

    written = render.render(render.compose(edition, WORDS), TEMPLATES)

    assert written == (
        '---\nlayout: post\ntitle: "Daily Papers — 2025-11-17"\ndate: 2025-11-17 08:15:00\n'
        "tags: [papers, huggingface]\ncategories: []\n---\n\n\n"
        "# 1. [Paper 1](https://arxiv.org/abs/2511.00001)\n\n"
        "> [Alphaxiv](https://www.alphaxiv.org/ko/overview/2511.00001)\n\n"
        "## Introduction\n- Goal: goal이다.  \n- Motivation: motivation이다.  \n- Contribution: contribution이다.  \n\n"
        "## Method  \n먼저 본다.  \n\n- 하나  \n- 둘  \n\n"
        "## Results  \nresults이다.  \n\n## Limitations  \nlimitations이다.  \n\n## Conclusion  \nconclusion이다.\n\n"
        "# 2. [Paper 2](https://arxiv.org/abs/2511.00002)\n\n"
        "## Introduction\n- Goal: 글이다.  \n- Motivation: 글이다.  \n- Contribution: 글이다.  \n\n"
        "## Method  \n글이다.  \n\n## Results  \n글이다.  \n\n## Limitations  \n글이다.  \n\n## Conclusion  \n글이다.\n"
    )


def test_a_post_notes_a_growing_day_and_quoted_sentences() -> None:
    quoted = _entry(provenance=Provenance(origin="pdf", backend="extractive"))

    post = render.compose(_edition(quoted, listing="partial"), WORDS)

    assert post.notes == (WORDS["notes"]["partial"], WORDS["notes"]["preview"])


def test_a_post_notes_what_could_not_be_confirmed_each_thing_once() -> None:
    findings = (
        Finding("numbers", "results", "…", "87%"),
        Finding("numbers", "results", "…", "87%"),
        Finding("names", "results", "…", "Foo_{1}\nbar"),
        Finding("anchors", "results", "…", "42%"),
        Finding("complete", "goal", "…"),
        Finding("verify", "tldr", "…", "느리다", "faster\nby 3%"),
    )

    post = render.compose(_edition(_entry(findings=findings)), WORDS)

    assert post.entries[0].notes == (
        "자동 검사 결과 확인이 필요한 부분: Goal: 불완전한 내용; "
        "Results: “87%” (논문에 없음), “Foo\\_&#123;1} bar” (논문에 없음), “42%” (다른 자리의 수치·이름); "
        "한 줄 요약: “느리다” (논문과 어긋남, 원문: “faster by 3%”)",
    )
    assert posts.parse(render.render(post, TEMPLATES)) == post


def test_a_post_notes_a_newer_version_and_what_it_changed() -> None:
    entry = _entry(replaces=1, changed=("Results", "Conclusion"))

    post = render.compose(_edition(entry, _entry(2, replaces=1)), WORDS)

    assert [one.notes for one in post.entries] == [
        ("논문이 개정되어 다시 요약했다(v1 → v2). 바뀐 항목: Results, Conclusion",),
        ("논문이 개정되어 다시 요약했다(v1 → v2).",),
    ]


def test_notes_that_a_post_brought_along_stand_before_our_own() -> None:
    entry = _entry(notes=("*고침*: 표 2",), replaces=1)

    post = render.compose(_edition(entry, notes=("[공지](https://a.b)",), listing="partial"), WORDS)

    assert post.notes == ("[공지](https://a.b)", WORDS["notes"]["partial"])
    assert post.entries[0].notes[0] == "*고침*: 표 2"
    assert posts.parse(render.render(post, TEMPLATES)) == post


def test_a_note_in_a_table_of_words_that_asks_for_the_impossible_is_a_configuration_error() -> None:
    words = {**WORDS, "notes": {**WORDS["notes"], "unconfirmed": "{whatever}"}}
    edition = _edition(_entry(findings=(Finding("names", "goal", "…", "x"),)))

    with pytest.raises(ConfigError) as caught:
        render.compose(edition, words)

    assert str(caught.value) == "locale: notes.unconfirmed: unknown placeholder; allowed: {what}"


def test_whatever_an_edition_holds_titles_and_bullets_are_one_line() -> None:
    entry = _entry(paper=Paper(id=ArxivId("2511.00001"), title=" \n"), text="a\n# 1. [b](c)\u2028\u202ed\x00")

    post = render.compose(_edition(entry), WORDS)

    assert post.entries[0].title == "2511.00001"
    assert post.entries[0].fields["goal"] == "a # 1. [b](c) d"
    assert post.entries[0].fields["results"] == "a\n# 1. [b](c)\nd"
    assert posts.parse(render.render(post, TEMPLATES)) == post


FINDINGS = st.lists(
    st.builds(
        Finding,
        st.sampled_from(["complete", "language", "numbers", "names", "evidence"]),
        st.sampled_from((*schema.NAMES, "tldr")),
        LINE,
        RAW,
    ),
    max_size=3,
).map(tuple)
NOTE = LINE.map(escaping.escape).filter(bool)
PROVENANCE = st.builds(
    Provenance,
    origin=st.sampled_from(["html", "pdf", "abstract", "imported"]),
    version=st.none() | st.integers(1, 9),
    backend=st.sampled_from(["openai", "extractive"]),
)


@st.composite
def editions(draw: st.DrawFn) -> Edition:
    """Any edition that a run or an import can make."""
    entries = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        fields = {
            field.name: draw(RAW if draw(st.integers(0, 9)) == 0 else LINE if field.introduction else TEXT) or "글"
            for field in schema.FIELDS
        }
        identity = draw(st.sampled_from(["2511.09146", "astro-ph/0601001", f"2401.{number:05}"]))
        entries.append(
            _entry(
                paper=Paper(id=ArxivId(identity), title=draw(LINE | RAW), upvotes=draw(st.none() | st.integers(0))),
                summary=Summary(**fields, tldr=draw(LINE)),
                provenance=draw(PROVENANCE),
                arxiv_url=f"https://arxiv.org/abs/{identity}",
                alphaxiv_url=draw(st.sampled_from(["", f"https://www.alphaxiv.org/ko/overview/{identity}"])),
                findings=draw(FINDINGS),
                notes=draw(st.lists(NOTE, max_size=2).map(tuple)),
                replaces=draw(st.none() | st.integers(1, 9)),
                changed=draw(st.lists(st.sampled_from([field.heading for field in schema.FIELDS])).map(tuple)),
            )
        )
    return _edition(
        *entries,
        header=Header(
            title=draw(LINE),
            date=draw(st.sampled_from(["2025-11-17 08:15:00", "", "2025-11-17 08:15:00 +0900"])),
            tags=draw(st.lists(LINE.filter(bool), max_size=3).map(tuple)),
            categories=draw(st.lists(LINE.filter(bool), max_size=2).map(tuple)),
        ),
        listing=draw(st.sampled_from(["complete", "partial", "named", "imported"])),
        notes=draw(st.lists(NOTE, max_size=2).map(tuple)),
    )


@settings(max_examples=40)  # an edition is some hundred choices, which takes longer than what is done with it
@given(editions())
def test_a_post_says_all_that_it_was_made_of(edition: Edition) -> None:
    post = render.compose(edition, WORDS)

    text = render.render(post, TEMPLATES)

    assert posts.parse(text) == post
    assert render.render(posts.parse(text), TEMPLATES) == text


@settings(max_examples=40)  # an edition is some hundred choices, which takes longer than what is done with it
@given(editions())
def test_a_post_can_be_imported_again_without_a_change(edition: Edition) -> None:
    text = render.render(render.compose(edition, WORDS), TEMPLATES)

    imported = importer.edition_of(posts.parse(text), "2025-11-17-daily-papers.md", "ko", "daily-papers")

    assert render.render(render.compose(imported, WORDS), TEMPLATES) == text


def test_markdown_that_somebody_wrote_is_written_as_it_is() -> None:
    fields = {"goal": "**강조**와 `코드`", "results": "| a | b |\n|---|---|\n| 1 | 2 |"}
    link = "https://arxiv.org/abs/2511.00001"
    post = Post(
        header=HEADER, entries=(PostEntry(title="T", arxiv_url=link, alphaxiv_url="", fields=fields, markup=True),)
    )

    text = render.render(post, TEMPLATES)

    assert posts.parse(text) == post
    assert "- Goal: **강조**와 `코드`  \n" in text
