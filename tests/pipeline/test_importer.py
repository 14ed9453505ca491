"""An old blog moves in: posts become editions, and no post is ever changed."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec
import pytest

from digest import posts
from digest.adapters.store import Archive, sha256_hex
from digest.adapters.templates import Templates
from digest.config import PostConfig
from digest.errors import DigestError
from digest.model import (
    Claim,
    Edition,
    Entry,
    Evidence,
    Finding,
    Header,
    Overview,
    OverviewSentence,
    Paper,
    PaperId,
    Provenance,
    Summary,
    Usage,
    Written,
)
from digest.pipeline import post
from digest.pipeline.importer import ImportOutcome, edition_of, files_of, import_post
from digest.stages import render
from tests.wording import Reads

TEMPLATES = Templates()
NAME = "2025-11-17-daily-papers.md"
POST = """---
layout: post
title: "Daily Papers — 2025-11-17"
date: 2025-11-17 08:15:00
tags: [papers, huggingface]
categories: []
---


# 1. [A \\[title\\]](https://arxiv.org/abs/2511.09146v2)

> [Alphaxiv](https://www.alphaxiv.org/ko/overview/2511.09146)

## Introduction
- Goal: g~
- Motivation: m~
- Contribution: c~

## Method~
x~

## Results~
r~

## Limitations~
l~

## Conclusion~
end
""".replace("~\n", "  \n")


def _render(edition: Edition) -> str:
    return render.render(render.compose(edition, TEMPLATES.words("ko")), TEMPLATES)


def _blog(folder: Path, text: str = POST, name: str = NAME) -> tuple[Path, Archive]:
    old = folder / "old" / name
    old.parent.mkdir(exist_ok=True)
    old.write_text(text, "utf-8")
    return old, Archive(folder / "_posts", folder / "_data")


def _take(path: Path, archive: Archive, *, force: bool = False) -> ImportOutcome:
    return import_post(path, archive, _render, "ko", "daily-papers", force=force)


def test_a_post_becomes_an_edition_and_is_copied_as_it_is(tmp_path: Path) -> None:
    path, archive = _blog(tmp_path)

    taken = _take(path, archive)

    assert taken == ImportOutcome(True, "1 paper")
    assert archive.post(NAME) == path.read_bytes() == POST.encode()
    assert archive.load("2025-11-17") == Edition(
        name="2025-11-17",
        day=date(2025, 11, 17),
        header=Header(title="Daily Papers — 2025-11-17", date="2025-11-17 08:15:00", tags=("papers", "huggingface")),
        listing="imported",
        entries=(
            Entry(
                paper=Paper(
                    id=edition_of(posts.parse(POST), NAME, "ko", "daily-papers").entries[0].paper.id,
                    title="A [title]",
                    version=2,
                ),
                summary=Summary(
                    goal="g",
                    motivation="m",
                    contribution="c",
                    method="x",
                    results="r",
                    limitations="l",
                    conclusion="end",
                ),
                provenance=Provenance(origin="imported"),
                arxiv_url="https://arxiv.org/abs/2511.09146v2",
                alphaxiv_url="https://www.alphaxiv.org/ko/overview/2511.09146",
            ),
        ),
        written=Written(file=NAME, sha256=sha256_hex(POST.encode())),
    )


def test_the_reference_post_moves_in_without_a_word(data: Path, tmp_path: Path) -> None:
    raw = (data / "seed" / NAME).read_bytes()
    archive = Archive(tmp_path / "_posts", tmp_path / "_data")

    taken = _take(data / "seed" / NAME, archive)

    assert taken == ImportOutcome(True, "6 papers")
    edition = archive.load("2025-11-17")
    assert edition is not None
    assert _render(edition).encode() == raw


def test_a_post_that_we_would_write_differently_is_kept_and_reported(tmp_path: Path) -> None:
    path, archive = _blog(tmp_path, POST.replace("\nx  \n", "\n**x**, don't  \n").replace("  \n", "\n"))

    taken = _take(path, archive)

    assert taken == ImportOutcome(True, "1 paper; imported unchanged; `digest render` would reformat it")
    assert archive.post(NAME) == path.read_bytes()


def test_fields_that_a_post_lacks_are_named(tmp_path: Path) -> None:
    path, archive = _blog(tmp_path, POST[: POST.index("  \n\n## Limitations")] + "\n")

    assert _take(path, archive) == ImportOutcome(True, "1 paper; 2511.09146 lacks Limitations, Conclusion")


def test_a_day_that_has_an_edition_is_replaced_only_by_force(tmp_path: Path) -> None:
    path, archive = _blog(tmp_path)
    _take(path, archive)
    path.write_text(POST.replace("- Goal: g", "- Goal: new"))

    refused, forced = _take(path, archive), _take(path, archive, force=True)

    assert refused == ImportOutcome(False, "edition 2025-11-17 already exists; --force replaces it")
    assert forced.ok
    assert archive.post(NAME) == path.read_bytes()


def test_another_post_of_that_name_is_replaced_only_by_force(tmp_path: Path) -> None:
    path, archive = _blog(tmp_path)
    archive.write_post(NAME, b"mine")

    refused = _take(path, archive)

    assert refused == ImportOutcome(False, "another post has this name; --force replaces it")
    assert (archive.post(NAME), archive.names()) == (b"mine", [])


def test_a_post_that_is_in_its_place_already_is_taken(tmp_path: Path) -> None:
    archive = Archive(tmp_path, tmp_path / "_data")
    (tmp_path / NAME).write_text(POST, "utf-8")

    assert _take(tmp_path / NAME, archive).ok
    assert (tmp_path / NAME).read_text("utf-8") == POST


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        (POST[4:], NAME, "not imported: no front matter — start the post with a block between two `---` lines"),
        (POST.replace("## Method", "## Methode"), NAME, "not imported: line 19: unknown section 'Methode' — known: "),
        (POST.replace("/abs/", "/abs/{{x}}/abs/"), NAME, "not imported: "),
        (
            POST.replace("date: ", "data: "),
            "daily.md",
            "not imported: daily.md: no date in the file name or front matter",
        ),
        (POST, "2025-13-17-x.md", "not imported: 2025-13-17-x.md: invalid date 2025-13-17 — use YYYY-MM-DD"),
    ],
)
def test_what_is_no_such_post_is_left_alone_with_the_reason(tmp_path: Path, text: str, name: str, said: str) -> None:
    path, archive = _blog(tmp_path, text, name)

    taken = _take(path, archive)

    assert not taken.ok
    assert taken.message.startswith(said)
    assert (archive.post(name), archive.names()) == (None, [])


def test_bytes_that_are_no_text_and_files_that_are_not_there_are_left_alone(tmp_path: Path) -> None:
    path, archive = _blog(tmp_path)
    path.write_bytes(b"\xff\xfe")

    assert _take(path, archive).message == Reads("not imported: <words>")
    assert _take(tmp_path / "gone.md", archive).message == Reads("not imported: <words>")


def test_a_link_that_leads_out_of_a_blog_is_left_alone_and_one_within_it_is_taken(tmp_path: Path) -> None:
    path, archive = _blog(tmp_path)
    (tmp_path / "notes").write_text(POST.replace("x~", "a secret"), "utf-8")
    for name, target in (("2025-11-18-out.md", tmp_path / "notes"), ("2025-11-19-in.md", path)):
        (path.parent / name).symlink_to(target)

    found = {
        one.name: import_post(one, archive, _render, "ko", "daily-papers", force=False, blog=path.parent)
        for one in files_of(path.parent)
    }

    assert found["2025-11-18-out.md"] == ImportOutcome(
        False, "not imported: a link to a file outside of the folder; name it to import it"
    )
    assert [name for name, outcome in found.items() if outcome.ok] == [NAME, "2025-11-19-in.md"]
    assert archive.post("2025-11-18-out.md") is None


def test_a_post_of_named_papers_keeps_its_name(tmp_path: Path) -> None:
    assert (
        edition_of(posts.parse(POST), "2025-11-17-papers-2511.09146.md", "ko", "daily-papers").name
        == "2025-11-17-papers-2511.09146"
    )
    with pytest.raises(DigestError):
        edition_of(posts.parse(POST), "papers.md", "ko", "daily-papers")


def test_markdown_of_another_hand_survives_edition_and_post(tmp_path: Path) -> None:
    text = POST.replace("\nr  \n", "\n| a | b |\n|---|---|\n| **1** | $x_1$ |  \n")
    path, archive = _blog(tmp_path, text)

    _take(path, archive)

    edition = archive.load("2025-11-17")
    assert edition is not None
    assert edition.entries[0].summary.markup
    assert edition.entries[0].summary.results == "| a | b |\n|---|---|\n| **1** | $x_1$ |"
    assert posts.parse(_render(edition)) == posts.parse(text)


LIST = """---
title: Hugging Face Daily Papers - 2025-11-02
date: 2025-11-02 09:15:00 +0900
categories: ['Daily Papers', '일간']
---

# Hugging Face Daily Papers - 2025-11-02

1. **One: a title** - 👍 904
   - [HF 페이지](https://huggingface.co/papers/2510.26583)
   - [논문 링크](https://arxiv.org/abs/2510.26583)

2. **Two** - 👍 3
   - [논문 링크](https://arxiv.org/abs/2510.26692)
"""
LISTED = "2 papers; ids and titles only, the post is kept as it is"


def test_of_a_post_in_a_form_of_its_own_ids_and_titles_are_taken(tmp_path: Path) -> None:
    path, archive = _blog(tmp_path, LIST, "2025-11-02-daily-papers.md")

    taken = _take(path, archive)

    assert (taken, taken.mentions) == (ImportOutcome(True, LISTED), 2)
    assert archive.post("2025-11-02-daily-papers.md") == LIST.encode()
    edition = archive.load("2025-11-02-daily-papers")
    assert edition is not None
    assert (edition.day, edition.listing, edition.entries) == (date(2025, 11, 2), "imported", ())
    assert [(str(paper.id), paper.title) for paper in edition.mentions] == [
        ("2510.26583", "One: a title"),
        ("2510.26692", "Two"),
    ]


def test_two_posts_of_a_day_move_in_both_and_a_second_time_changes_nothing(tmp_path: Path) -> None:
    first, archive = _blog(tmp_path, LIST, "2025-11-02-daily-papers-summary.md")
    second, _ = _blog(tmp_path, LIST, "2025-11-02-daily-papers-1762260555.md")

    again = [_take(path, archive) for path in (first, second, first)]

    assert [outcome.message for outcome in again] == [LISTED, LISTED, "2 papers, already imported"]


def test_papers_of_imported_posts_count_as_published_on_every_day(tmp_path: Path) -> None:
    path, archive = _blog(tmp_path, LIST, "2025-11-02-another-name.md")
    _take(path, archive)

    found = {day: sorted(archive.published(f"{day}-daily-papers.md")) for day in ("2025-11-01", "2025-11-02")}

    both = ["2510.26583", "2510.26692"]
    assert found == {"2025-11-01": both, "2025-11-02": both}


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("20251102-hf.md", "2025-11-02-hf.md"), ("2025_11_02_hf.MD", "2025-11-02-hf.md"),
        ("logs/2025/11/02.md", "2025-11-02-logs.md"), ("2025-11-2-hf.markdown", "2025-11-02-hf.md"),
        ("2025-11-02-hf.html", "2025-11-02-hf.html"), ("2025-11-02.md", "2025-11-02-post.md"),
    ],
)  # fmt: skip
def test_the_day_is_found_in_the_name_or_in_the_folders(tmp_path: Path, name: str, file: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(LIST.partition("---\n\n")[2], "utf-8")
    archive = Archive(tmp_path / "_posts", tmp_path / "_data")

    taken = _take(path, archive)

    assert taken == ImportOutcome(True, f"{LISTED}; named {file}" if path.name != file else LISTED)
    assert archive.post(file) == path.read_bytes()


def test_a_checkout_with_other_line_ends_is_already_imported(tmp_path: Path) -> None:
    path, archive = _blog(tmp_path)
    _take(path, archive)
    path.write_bytes(POST.replace("\n", "\r\n").encode())

    assert _take(path, archive) == ImportOutcome(True, "1 paper, already imported")


def _written(folder: Path, style: PostConfig | None = None) -> tuple[Path, Archive, Callable[[Edition], str], Edition]:
    """A day that digest wrote, with everything that an edition can know of it."""

    def write(edition: Edition) -> str:
        return render.of_edition(edition, TEMPLATES, style=style or PostConfig())

    first, second = (_known_entry(f"2511.0000{number}") for number in (1, 2))
    overview = Overview(
        sentences=(OverviewSentence("둘 다 싸다.", (first.paper.id, second.paper.id)),), usage=Usage(1, cost=0.5)
    )
    edition = Edition(
        name="2025-11-17",
        day=date(2025, 11, 17),
        header=Header(title="Daily Papers — 2025-11-17", date="2025-11-17 08:15:00", tags=("papers",)),
        entries=(first, second),
        overview=overview,
    )
    archive = Archive(folder / "_posts", folder / "_data")
    return folder / "_posts" / NAME, archive, write, post.write(edition, NAME, None, write, archive, force=False)


def _known_entry(number: str) -> Entry:
    base = PaperId.parse(number)
    claims = {name: (Claim(text=name, anchors=(Evidence(f"The {name}.", "Results"),)),) for name in ("goal", "results")}
    return Entry(
        paper=Paper(id=base, title=f"Paper {number}", abstract="We route.", authors=("Ada Kim",), upvotes=3),
        summary=Summary(
            goal="긴 문맥에서 계산을 2_x_ 줄인다.", motivation="기존 방식은 느리다.", contribution="새 방식.",
            method="두 단계.", results="- 정확도가 2.5% 올랐다.\n- 빨라졌다.", limitations="작은 모델만.",
            conclusion="실용적이다.", tldr="싸다.", topics=("추론",),
        ),
        provenance=Provenance(
            origin="html", model="model-x", made=date(2025, 11, 18), usage=Usage(1, 1000, 0, 100, 0.25)
        ),
        arxiv_url=f"https://arxiv.org/abs/{number}",
        alphaxiv_url=f"https://www.alphaxiv.org/ko/overview/{number}",
        claims=claims,
        findings=(
            Finding("numbers", "results", "not in the paper", "2.5%"),
            Finding("numbers", "goal", "not in the paper", "2"),
        ),
    )  # fmt: skip


def test_of_an_edited_post_everything_stays_known_but_of_the_words_that_changed(tmp_path: Path) -> None:
    path, archive, write, known = _written(tmp_path)
    path.write_text(path.read_text("utf-8").replace("빨라졌다", "훨씬 빨라졌다", 1), "utf-8")

    taken = import_post(path, archive, write, "ko", "daily-papers", force=False)

    first, second = known.entries
    edited = msgspec.structs.replace(
        first,
        summary=msgspec.structs.replace(first.summary, results="- 정확도가 2.5% 올랐다.\n- 훨씬 빨라졌다."),
        claims={"goal": first.claims["goal"]},
        findings=(first.findings[1],),
    )
    assert taken.message == (
        "2 papers; changed: 2511.00001 (Results); all else that was known is kept;"
        " imported unchanged; `digest render` would reformat it"
    )
    assert archive.load("2025-11-17") == msgspec.structs.replace(
        known, entries=(edited, second), written=Written(file=NAME, sha256=sha256_hex(path.read_bytes()))
    )
    post.refuse_edited(NAME, archive.load("2025-11-17"), archive, force=False)


def test_an_overview_stays_known_where_its_post_still_has_it_and_goes_with_the_words_that_showed_it(
    tmp_path: Path,
) -> None:
    path, archive, write, known = _written(tmp_path, PostConfig(overview=True))
    text = path.read_text("utf-8")

    def imported(edited: str) -> Edition:
        archive.save(known)
        path.write_text(edited, "utf-8")
        assert import_post(path, archive, write, "ko", "daily-papers", force=False).ok
        return archive.load("2025-11-17") or known

    kept = imported(text.replace("기존 방식은 느리다", "느리다"))
    reworded = imported(text.replace("둘 다 싸다", "둘 다 비싸다"))
    taken_out = imported(re.sub(r"^> .*둘 다 싸다.*\n", "", text, flags=re.M))

    assert (kept.overview, reworded.overview, taken_out.overview) == (known.overview, None, None)
    assert (kept.notes, taken_out.notes) == ((), ())
    assert ["둘 다 비싸다." in note for note in reworded.notes] == [True]


def test_an_entry_that_was_deleted_from_its_post_is_left_out_for_good_and_its_neighbours_stay_known(
    tmp_path: Path,
) -> None:
    path, archive, write, known = _written(tmp_path)
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("# 2. ")], "utf-8")

    taken = import_post(path, archive, write, "ko", "daily-papers", force=False)

    now = archive.load("2025-11-17")
    assert taken.message.startswith("1 paper; changed: 2511.00002 is taken off; all else that was known is kept")
    assert now and now.entries == (known.entries[0],)
    assert archive.removed() == {known.entries[1].paper.id: "taken off the post"}


def test_a_post_of_another_hand_keeps_by_force_what_was_known_of_the_papers_that_it_shares(tmp_path: Path) -> None:
    path, archive, write, known = _written(tmp_path)
    mine = tmp_path / NAME
    mine.write_text(path.read_text("utf-8").replace("실용적이다", "쓸모 있다"), "utf-8")

    refused = import_post(mine, archive, write, "ko", "daily-papers", force=False)
    forced = import_post(mine, archive, write, "ko", "daily-papers", force=True)

    now = archive.load("2025-11-17")
    assert (refused.ok, forced.ok) == (False, True)
    assert now and [entry.summary.conclusion for entry in now.entries] == ["쓸모 있다."] * 2
    assert [entry.provenance for entry in now.entries] == [entry.provenance for entry in known.entries]
    assert now.overview == known.overview


@pytest.mark.parametrize("encoding", ["utf-16", "euc-kr"])
def test_a_post_that_is_not_utf8_is_refused_with_the_way_out(tmp_path: Path, encoding: str) -> None:
    path, archive = _blog(tmp_path)
    path.write_bytes(POST.replace("g", "가", 1).encode(encoding, "replace"))

    assert _take(path, archive) == ImportOutcome(False, "not imported: not UTF-8 — save it as UTF-8")
