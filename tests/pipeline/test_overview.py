"""The overview of a day: written once for its entries, held to them, never in a day's way."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from digest.config import PostConfig
from digest.errors import BudgetReached, DigestError, SummaryError
from digest.model import Edition, Entry, Listing, Overview, OverviewSentence
from digest.pipeline import day as pipeline
from digest.pipeline.papers import entries
from digest.pipeline.papers.overview import Overviews
from digest.stages import render
from tests.fakes import TEMPLATES, WORDS, Bench, paper


class Written:
    """Writes an overview of two sentences, of which the second has a figure of its own."""

    def __init__(self, fault: DigestError | None = None) -> None:
        self.asked = 0
        self.fault = fault

    def __call__(self, entries: Sequence[Entry]) -> Overview:
        self.asked += 1
        if self.fault:
            raise self.fault
        papers = tuple(one.paper.id for one in entries)
        return Overview(sentences=(OverviewSentence("함께 다룬다.", papers), OverviewSentence("37% 줄인다.", papers)))


def build(bench: Bench, written: Written, **flags: Any) -> Edition:
    stages = replace(bench.stages(), overview=Overviews(written, bench.events.append).add)
    outcome = pipeline.build(bench.order(**flags), stages, bench.archive)
    assert isinstance(outcome.edition, Edition)
    return outcome.edition


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path, listing=Listing(papers=(paper(1), paper(2))))


def test_a_day_has_the_sentences_that_its_entries_bear_out(bench: Bench) -> None:
    edition = build(bench, Written())

    assert edition.overview is not None
    assert [one.text for one in edition.overview.sentences] == ["함께 다룬다."]
    assert bench.edition().overview == edition.overview
    assert any("1 of 2 sentences of the overview left out" in one.text for one in bench.events)


def test_it_is_written_anew_only_when_the_entries_change(bench: Bench) -> None:
    written = Written()
    build(bench, written)
    build(bench, written, relist=True)
    unchanged = written.asked
    bench.listing = Listing(papers=(paper(1), paper(2), paper(3)))
    build(bench, written, relist=True)

    assert (unchanged, written.asked) == (1, 2)


@pytest.mark.parametrize("fault", [SummaryError("no usable answer"), BudgetReached("the limit")])
def test_a_day_goes_on_without_it(bench: Bench, fault: DigestError) -> None:
    edition = build(bench, Written(fault))

    assert (len(edition.entries), edition.overview) == (2, None)
    assert any("continuing without an overview" in one.text for one in bench.events)


def test_a_single_paper_and_named_papers_have_none(bench: Bench) -> None:
    written = Written()
    build(bench, written, ids=(paper(1).id, paper(2).id))
    bench.listing = Listing(papers=(paper(1),))
    build(bench, written, name="2025-11-18", file="2025-11-18-daily-papers.md")

    assert written.asked == 0


def test_a_post_has_it_by_choice_with_links_and_never_of_a_paper_that_was_taken_off(bench: Bench) -> None:
    edition = build(bench, Written())
    with_it = render.of_edition(edition, TEMPLATES, style=PostConfig(overview=True))
    shorter = msgspec.structs.replace(edition, entries=edition.entries[:1])

    titles = [f"[{one.paper.title}]({one.arxiv_url})" for one in edition.entries]
    assert f"> 오늘의 흐름: 함께 다룬다. ({', '.join(titles)})\n" in with_it
    assert "오늘의 흐름" not in render.of_edition(edition, TEMPLATES)
    assert "오늘의 흐름" not in render.of_edition(shorter, TEMPLATES, style=PostConfig(overview=True))
    assert render.compose(edition, WORDS).notes == ()


def test_an_entry_that_is_written_anew_keeps_the_sentences_that_it_still_bears_out(bench: Bench) -> None:
    edition = build(bench, Written())
    first, *others = edition.entries
    assert edition.overview is not None
    older = msgspec.structs.replace(first.provenance, made=date(2025, 11, 1))
    first = msgspec.structs.replace(first, provenance=older)
    outdated = OverviewSentence("37% 줄인다.", (first.paper.id,))
    before = msgspec.structs.replace(edition.overview, sentences=(*edition.overview.sentences, outdated))
    bench.archive.save(edition := msgspec.structs.replace(edition, entries=(first, *others), overview=before))
    stages = bench.stages()
    entries.redo(edition, first, lambda one: one, stages.paper, bench.archive, stages.render)

    kept = bench.edition().overview
    assert kept is not None
    assert ([one.text for one in kept.sentences], kept.of) == (["함께 다룬다."], before.of)
