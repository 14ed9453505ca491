"""The grammar of a post, and plain text as Markdown that shows it."""

import re
from pathlib import Path

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import posts
from digest.adapters.templates import Templates
from digest.errors import ArchiveError
from digest.model import ArxivId, Header, Post, PostEntry, schema
from digest.posts import escaping, grammar
from digest.stages import render
from tests.samples import HOSTILE, LINE, TEXT, entry_of, expected, nasty, post_of, visible

TEMPLATES = Templates()
FRONT = '---\ntitle: "T"\n---\n'
ENTRY = """# 1. [A title](https://arxiv.org/abs/2511.09146)

> [Alphaxiv](https://www.alphaxiv.org/ko/overview/2511.09146)

## Introduction
- Goal: g
- Motivation: m
- Contribution: c

## Method
one
two

## Results
r

## Limitations
l

## Conclusion
end
"""

ROWS = [
    "", "  ", "\t", "> note", ">", "> ", "> [Alphaxiv](https://www.alphaxiv.org/ko/overview/1)", "# ", "# x", "## ",
    "##  Method  ", "## Results", "## Introduction", "- Goal: x", "- Goal:", "- Motivation:  x ", "words  ", "  words",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_escaping_can_be_undone(text: str) -> None:
    lines = text.split("\n")

    assert [escaping.unescape(escaping.escape(line)) for line in lines] == lines


@given(LINE | st.text(st.characters(codec="utf-8", exclude_characters="\n")))
def test_escaping_any_line_can_be_undone(line: str) -> None:
    assert escaping.unescape(escaping.escape(line)) == line
    assert escaping.unescaped(escaping.escape(line)) == line


@pytest.mark.parametrize(
    "text",
    [
        "본 연구는 Transformer(트랜스포머)의 길이 일반화 한계를 다룬다.",
        "DoPE는 64K 토큰에서 3.5배, 기존 방식은 1~2배 빨랐다 (표 3).",
        "가·나·다: 세 가지를 비교하고, 결과는 12.3%p 높다; 비용은 $5이다.",
        "few-shot, zero-shot 설정에서 GPT-4o와 +0.3, -1.2 차이를 보인다!",
        "학습률 1e-4, 배치 크기 256, 10/10회 성공 — 그런가? “그렇다”고 한다…",
        "A/B 테스트 & C 비교, a@b 형태가 아닌 x = y + z, 50% 이상.",
        "- 목록의 항목은 그대로다",
        "2025년 11월 17일, 3D 비전과 2.5D.",
        "(1) 첫째, 1) 둘째, 제1장. 끝",
    ],
)
def test_harmless_prose_stays_as_it_is(text: str) -> None:
    assert escaping.escape(text) == text


@given(st.text(st.sampled_from("가나다ABCabc123 .,()·;/%?!“”‘’…—~")).map(lambda text: f"가{text}"))
def test_text_without_a_sign_that_means_something_stays_as_it_is(text: str) -> None:
    harmless = text.replace("...", "…").replace("~~", "~").replace("  ", " ")
    while any(twice in harmless for twice in ("...", "~~")):
        harmless = harmless.replace("...", "…").replace("~~", "~")

    assert escaping.escape(harmless) == harmless


def _shown(texts: list[str], extensions: list[str]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    entries = [entry_of(text, number=number) for number, text in enumerate(texts)]
    text = render.render(post_of(entries), TEMPLATES)
    body = text.split("---\n", 2)[2]
    return visible(markdown.markdown(body, extensions=extensions)), [expected(entry) for entry in entries]


@pytest.mark.parametrize("extensions", [[], ["extra", "smarty", "sane_lists"]])
def test_python_markdown_shows_every_string_that_breaks_something_unchanged(data: Path, extensions: list[str]) -> None:
    shown, meant = _shown([*nasty(data), *HOSTILE], extensions)

    assert shown == meant


@given(st.lists(TEXT, min_size=1, max_size=5))
def test_python_markdown_shows_any_text_unchanged(texts: list[str]) -> None:
    shown, meant = _shown(texts, ["extra"])

    assert shown == meant


@given(st.lists(TEXT, min_size=1, max_size=3), LINE)
def test_a_post_of_any_text_is_read_back_as_it_was(texts: list[str], title: str) -> None:
    post = post_of([entry_of(text, number=number) for number, text in enumerate(texts)], title)

    assert posts.parse(render.render(post, TEMPLATES)) == post


def test_every_string_that_breaks_something_is_read_back_as_it_was(data: Path) -> None:
    post = post_of(entry_of(text, number=number) for number, text in enumerate([*nasty(data), *HOSTILE]))

    assert posts.parse(render.render(post, TEMPLATES)) == post


def test_a_post_is_read() -> None:
    post = posts.parse(f"{FRONT}\n\n> a note\n\n{ENTRY}\n> under it\n")

    assert post == Post(
        header=Header(title="T", date=""),
        notes=("a note",),
        entries=(
            PostEntry(
                title="A title",
                arxiv_url="https://arxiv.org/abs/2511.09146",
                alphaxiv_url="https://www.alphaxiv.org/ko/overview/2511.09146",
                fields={
                    "goal": "g",
                    "motivation": "m",
                    "contribution": "c",
                    "method": "one\ntwo",
                    "results": "r",
                    "limitations": "l",
                    "conclusion": "end",
                },
                notes=("under it",),
            ),
        ),
    )


@pytest.mark.parametrize(
    "text",
    [
        f"\ufeff{FRONT}{ENTRY}",
        f"{FRONT}{ENTRY}".replace("\n", "\r\n"),
        f"{FRONT}{ENTRY}".replace("\n", "  \n"),
        f"{FRONT}{ENTRY}".replace("# 1. [", "# ["),
        f"{FRONT}{ENTRY}".replace("\n## ", "\n\n\n##  "),
        f"{FRONT}{ENTRY}".replace("## Introduction\n", "## Introduction\n\n"),
        f"{FRONT}{ENTRY}".replace("[Alphaxiv]", "[alphaxiv]"),
        f"{FRONT}{ENTRY}".replace("- Goal: g", "- Goal:\n  g"),
        f"{FRONT}{ENTRY}".rstrip("\n"),
    ],
)
def test_another_hand_may_space_a_post_differently(text: str) -> None:
    assert posts.parse(text) == posts.parse(f"{FRONT}{ENTRY}")


TWICE = "the title of another paper above it needs a link: `# 2. [title](https://arxiv.org/abs/…)`"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no front matter — start the post with a block between two `---` lines"),
        ("---\ntitle: [\n---\n", "front matter: line 3: invalid YAML"),
        (f"{FRONT}words\n", "no entries found, expected `# 1. [title](https://arxiv.org/abs/…)`"),
        (
            f"{FRONT}\nwords\n\n{ENTRY}",
            "line 5: text before the first entry: 'words' — begin that line with `> `, which makes it a note",
        ),
        (
            f"{FRONT}{ENTRY}".replace("\n> [Alpha", "\nwords\n> [Alpha"),
            "line 6: text outside of a section: 'words' — put it under a heading, or below the entry, behind `> `",
        ),
        (
            f"{FRONT}{ENTRY}".replace("## Method", "## Methods"),
            "line 13: unknown section 'Methods' — known: Introduction, Method, Results, Limitations, Conclusion",
        ),
        (
            f"{FRONT}{ENTRY}".replace("## Method", "## Goal"),
            "line 13: unknown section 'Goal' — known: Introduction, Method, Results, Limitations, Conclusion",
        ),
        (f"{FRONT}{ENTRY}".replace("## Results", "## Method"), f"line 17: duplicate section 'Method' — {TWICE}"),
        (f"{FRONT}{ENTRY}".replace("- Motivation", "- Goal"), f"line 10: duplicate Goal — {TWICE}"),
        (
            f"{FRONT}{ENTRY}".replace("- Goal", "Goal"),
            "line 9: text in the Introduction before its first bullet: 'Goal: g'",
        ),
        (
            f"{FRONT}{ENTRY}".replace("arxiv.org/abs/2511.09146)\n\n>", "example.org/2511)\n\n>"),
            "line 4: the title does not link to a paper: https://example.org/2511",
        ),
    ],
)
def test_what_does_not_fit_is_refused_by_its_line(text: str, complaint: str) -> None:
    with pytest.raises(ArchiveError) as caught:
        posts.parse(text)

    assert str(caught.value) == complaint


def test_one_field_of_markdown_makes_the_whole_entry_markdown() -> None:
    post = posts.parse(f"{FRONT}{ENTRY}".replace("\nr\n", "\n**bold** and \\*not\\*\n"))

    entry = post.entries[0]
    assert entry.markup
    assert entry.fields["results"] == "**bold** and \\*not\\*"


def test_an_entry_knows_its_paper_by_its_link() -> None:
    entry = PostEntry(title="T", arxiv_url="http://arxiv.org/abs/astro-ph/0601001v2", alphaxiv_url="", fields={})

    assert entry.id == ArxivId("astro-ph/0601001v2")


def test_an_entry_lacks_the_fields_that_its_post_lacks() -> None:
    post = posts.parse(f"{FRONT}{ENTRY[: ENTRY.index('## Limitations')]}")

    assert list(post.entries[0].fields) == [name for name in schema.NAMES if name not in ("limitations", "conclusion")]


def test_only_quotations_at_the_very_end_of_an_entry_are_notes() -> None:
    quoted = f"{FRONT}{ENTRY}".replace("\nend\n", "\n> said so\n\nend\n\n> one\n\n> two\n")
    bare = f"{FRONT}# [T](https://arxiv.org/abs/2511.09146)\n\n> [Alphaxiv](https://a.b/c)\n\n> one\n"
    short = f"{FRONT}{ENTRY[: ENTRY.index('## Method')]}> one\n"

    entries = [posts.parse(text).entries[0] for text in (quoted, bare, short)]

    assert [entry.notes for entry in entries] == [("one", "two"), ("one",), ("one",)]
    assert entries[0].fields["conclusion"] == "> said so\n\nend"
    assert (entries[1].alphaxiv_url, entries[1].fields) == ("https://a.b/c", {})
    assert entries[2].fields == {"goal": "g", "motivation": "m", "contribution": "c"}


@given(st.text(st.sampled_from("#->[]()\\ \nGoalMethod:12.https://arxiv.org/abs/2511.09146`"), max_size=300))
def test_any_text_is_a_post_or_an_error_of_the_archive(text: str) -> None:
    try:
        posts.parse(f"{FRONT}{ENTRY}{text}")
    except ArchiveError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize("line", ["۰. a", "𝟎. b", "&#1776;", "&#55300;", "１. x"])
def test_digits_of_any_script_and_what_looks_like_them_come_back(line: str) -> None:  # found by fuzzing
    source = escaping.escape(line)

    assert escaping.unescaped(source) == line


@given(st.data())
def test_an_entry_read_whole_is_what_reading_it_heading_by_heading_gives(data: st.DataObject) -> None:
    lines = f"{FRONT}{ENTRY}{ENTRY}".split("\n")
    for _ in range(data.draw(st.integers(0, 4))):
        place = data.draw(st.integers(4, len(lines) - 1))
        lines[place : place + data.draw(st.integers(0, 1))] = [data.draw(st.sampled_from(ROWS) | LINE)]
    text = "\n".join(lines)

    def read() -> object:
        try:
            return posts.parse(text)
        except ArchiveError as cause:
            return cause.what

    quickly = read()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grammar, "_WHOLE", re.compile(r"(?!)"))
        assert read() == quickly
