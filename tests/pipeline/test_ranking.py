"""What a taste does to a day: which examples count, and what stands in the edition, the post and the ledger."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from digest.adapters.store import Archive
from digest.commands import ledger
from digest.config import Config, SelectionConfig, TasteConfig
from digest.errors import ConfigError
from digest.model import Example, Listing, Paper, Reason
from digest.pipeline import day as pipeline
from digest.pipeline.papers.ranking import Ranking
from digest.stages import render
from tests.fakes import TEMPLATES, WORDS, Bench, paper

SPEECH = paper(9, title="Streaming speech recognition", abstract="We recognise speech.", upvotes=1)
BIB = """@misc{one2025speech,
  title  = {{S}peech recognition for dialects},
  author = {One, Author},
  year   = {2025}, eprint = {2501.00001}, archivePrefix = {arXiv}
}
"""


def ranking(folder: Path, limit: int = 6, **taste: Any) -> Ranking:
    config = Config(selection=SelectionConfig(limit=limit), taste=TasteConfig(**taste).below(folder))
    return Ranking(config, Archive(folder / "_posts", folder / "_data"))


def test_exported_favourites_are_examples_with_the_abstracts_that_the_archive_knows(tmp_path: Path) -> None:
    bench = Bench(tmp_path, listing=Listing(papers=(paper(1, abstract="What the archive knows."),)))
    bench.build()
    (tmp_path / "papers.bib").write_text(BIB + BIB.replace("2501.00001", "2511.00001").replace("speech", "other"))

    found = ranking(tmp_path, examples={"files": ["papers.bib"]}).examples

    assert [(one.title, one.id, one.abstract) for one in found] == [
        ("Speech recognition for dialects", "2501.00001", ""),
        ("Speech recognition for dialects", "2511.00001", "What the archive knows."),
    ]


def test_the_published_papers_of_past_months_are_examples(tmp_path: Path) -> None:
    bench = Bench(tmp_path, listing=Listing(papers=(paper(1), paper(2))), limit=1)
    edition = bench.build().edition

    assert ranking(tmp_path, examples={"editions": ["2025-11"]}).examples == (
        Example(title="Paper 1", abstract="Abstract 1.", id="2511.00001", added=edition.day),
    )
    assert ranking(tmp_path, examples={"editions": ["2025-10"]}).examples == ()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("no.bib", None, "no.bib: cannot be read: No such file or directory — export the library there"),
        ("list.docx", "x", "list.docx: unknown format — use a file that ends in .bib, .ris, .json"),
        ("empty.bib", "% nothing", "empty.bib: no references found — export the library again"),
    ],
)
def test_a_file_of_examples_that_cannot_be_used_is_named(
    tmp_path: Path, name: str, content: str | None, message: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)

    with pytest.raises(ConfigError) as caught:
        ranking(tmp_path, examples={"files": [name]}).weigh([SPEECH])

    assert str(caught.value) == f"taste.examples.files: {message}"


def test_records_are_asked_for_first_where_the_taste_weighs_what_only_they_say(tmp_path: Path) -> None:
    asked: list[tuple[Paper, ...]] = []

    def enrich(papers: tuple[Paper, ...]) -> Listing:
        asked.append(papers)
        return Listing(papers=tuple(msgspec.structs.replace(one, categories=("cs.SD",)) for one in papers))

    listing = Listing(papers=(SPEECH, paper(1, version=2)))

    assert ranking(tmp_path, words={"speech": 1}).with_records(listing, enrich) == listing
    assert [
        one.categories for one in ranking(tmp_path, categories={"cs.SD": 1}).with_records(listing, enrich).papers
    ] == [
        ("cs.SD",),
        (),
    ]
    assert asked == [(SPEECH,)]


def build(folder: Path, **taste: Any) -> tuple[Bench, pipeline.DayOutcome]:
    bench = Bench(folder, listing=Listing(papers=(paper(1), paper(2), SPEECH)))
    stages = bench.stages()
    ranks = ranking(folder, limit=2, **taste)
    stages = replace(
        stages,
        select=ranks.select,
        render=lambda edition: render.render(render.compose(edition, WORDS, show_reasons=True), TEMPLATES),
    )
    return bench, pipeline.build(bench.order(), stages, bench.archive)


def test_reasons_stand_in_edition_post_and_ledger(tmp_path: Path) -> None:
    bench, outcome = build(tmp_path, words={"speech": 2})
    edition = outcome.edition
    voted = Reason(kind="votes", points=0.1505, amount=1)

    assert [one.paper.id for one in edition.entries] == ["2511.00009", "2511.00001"]
    assert edition.entries[0].reasons == (Reason(kind="words", points=2.0, name="speech"), voted)
    assert [(one.paper.id, one.rule, len(one.reasons)) for one in edition.exclusions] == [("2511.00002", "limit", 1)]
    assert "> 고른 이유: 단어: speech, 추천 1\n" in (tmp_path / "_posts/2025-11-17-daily-papers.md").read_text()
    assert "limit 2; 추천 98 &#40;&#43;1.00&#41; |" in ledger.render(edition, WORDS)
    assert "from html; 단어&#58; speech &#40;&#43;2.00&#41;, 추천 1 &#40;&#43;0.15&#41; |" in ledger.render(
        edition, WORDS
    )
    assert bench.edition() == edition


def test_without_a_taste_the_files_are_those_of_before(tmp_path: Path) -> None:
    build(tmp_path / "with", votes=3)
    plain = Bench(tmp_path / "without", listing=Listing(papers=(paper(1), paper(2), SPEECH)), limit=2)
    plain.build()

    assert Bench(tmp_path / "with").files() == plain.files()
