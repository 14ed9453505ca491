"""Vectors in editions: had once, asked for again where they are missing, never in a day's way."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from digest.config import Config, EmbeddingsConfig, LLMConfig
from digest.errors import BudgetReached, ConfigError, DigestError, EmbeddingError, OutOfTime
from digest.model import Edition, Listing, Usage
from digest.model.corpus.vectors import Embedding, embedding
from digest.pipeline import day as pipeline
from digest.pipeline.days import due
from digest.pipeline.days.survey import take_survey
from digest.pipeline.papers.embeddings import Embeddings, entry_text, wanted_texts
from digest.pipeline.plan import order_for
from tests.fakes import DAY, Bench, paper

CONFIG = Config(llm=LLMConfig(embeddings=EmbeddingsConfig(model="tiny", dimensions=8)))


class Vectors:
    """An embedder that counts what it is asked for; raises what stands in `fault`."""

    def __init__(self, fault: DigestError | None = None, name: str = "tiny@8") -> None:
        self.fault, self.name, self.asked = fault, name, list[str]()
        self.paid: dict[str, Embedding] = {}

    def vectors(self, texts: Sequence[str]) -> list[Embedding]:
        if self.fault:
            raise self.fault
        new = [text for text in dict.fromkeys(texts) if text not in self.paid]
        self.asked += new
        self.paid |= {text: self.of(text) for text in new}
        return [self.paid[text] for text in texts]

    def known(self, text: str) -> Embedding | None:
        return self.paid.get(text)

    def price(self, texts: Sequence[str]) -> Usage:
        return Usage(1, sum(text not in self.paid for text in texts))

    def of(self, text: str) -> Embedding:
        return embedding(self.name, [1, *text.encode()[:7]])


def embeddings(bench: Bench, vectors: Vectors) -> Embeddings:
    return Embeddings(lambda: vectors, vectors.name, bench.events.append)  # type: ignore[arg-type, return-value]


def build(bench: Bench, vectors: Vectors, **flags: Any) -> Edition:
    stages = replace(bench.stages(), embed=embeddings(bench, vectors).add)
    return pipeline.build(bench.order(embedding=vectors.name, **flags), stages, bench.archive).edition


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path, listing=Listing(papers=(paper(1), paper(2))))


def test_published_papers_have_vectors_of_title_and_abstract_in_their_edition(bench: Bench) -> None:
    vectors = Vectors()
    build(bench, vectors)

    assert vectors.asked == ["Paper 1\nAbstract 1.", "Paper 2\nAbstract 2."]
    assert [one.embedding for one in bench.edition().entries] == [vectors.of(text) for text in vectors.asked]


def test_a_paper_without_abstract_has_one_of_its_title_and_summary(bench: Bench) -> None:
    bench.listing = Listing(papers=(paper(1, abstract=""),))
    edition = build(bench, vectors := Vectors())

    assert vectors.asked == [entry_text(edition.entries[0])]
    assert vectors.asked[0].splitlines()[:2] == ["Paper 1", "goalPaper 1을 다룬다."]


@pytest.mark.parametrize(
    "fault", [EmbeddingError("down"), BudgetReached("limit"), OutOfTime("late"), ConfigError("key")]
)
def test_a_day_goes_on_without_vectors_and_says_so_once_a_run(bench: Bench, fault: DigestError) -> None:
    ours = embeddings(bench, Vectors(fault))
    stages = replace(bench.stages(), embed=ours.add)
    pipeline.build(bench.order(embedding="tiny@8"), stages, bench.archive)
    bench.listing = Listing(papers=(paper(3),))
    pipeline.build(bench.order(DAY + timedelta(days=1), embedding="tiny@8"), stages, bench.archive)

    assert [one.embedding for one in bench.edition().entries] == [None, None]
    told = [one.text for one in bench.events if "embeddings" in one.text]
    assert told == [f"continuing without embeddings, papers are compared by words: {fault}"]


def test_what_is_missing_is_asked_for_by_a_later_night_and_nothing_else_of_that_day_is_done(bench: Bench) -> None:
    build(bench, Vectors(EmbeddingError("down")))
    before = bench.files()
    summarised = list(bench.summarizer.asked)
    (order,) = due.window(CONFIG, bench.archive, DAY + timedelta(days=1))
    survey = take_survey([order], bench.stages(), bench.archive)
    vectors = Vectors()
    stages = replace(bench.stages(), embed=embeddings(bench, vectors).add)

    assert [day.order.name for day in survey.days] == [str(DAY)]
    assert wanted_texts(survey.days, ranked=False) == ["Paper 1\nAbstract 1.", "Paper 2\nAbstract 2."]
    outcome = pipeline.build(order, stages, bench.archive, survey.days[0].plan)

    assert (outcome.status, outcome.made, len(vectors.asked)) == ("unchanged", 0, 2)
    assert all(one.embedding for one in bench.edition().entries)
    assert bench.summarizer.asked == summarised
    changed = {name for name, content in bench.files().items() if before.get(name) != content}
    assert changed == {f"_data/{DAY}.json"}
    assert take_survey([order], bench.stages(), bench.archive).days == ()


def test_without_the_setting_nothing_is_due_and_vectors_that_are_there_stay(bench: Bench) -> None:
    build(bench, Vectors())
    order = order_for(Config(), DAY, (), DAY + timedelta(days=1))

    assert take_survey([order], bench.stages(), bench.archive).days == ()
    bench.listing = Listing(papers=(paper(1), paper(2), paper(3)))
    bench.build(relist=True)
    assert [one.embedding is None for one in bench.edition().entries] == [False, False, True]


def test_another_model_makes_all_vectors_anew(bench: Bench) -> None:
    build(bench, Vectors())
    order = replace(order_for(CONFIG, DAY, (), DAY + timedelta(days=1)), embedding="other@8")
    (day,) = take_survey([order], bench.stages(), bench.archive).days
    vectors = Vectors(name="other@8")
    stages = replace(bench.stages(), embed=embeddings(bench, vectors).add)
    pipeline.build(order, stages, bench.archive, day.plan)

    assert {one.embedding.model for one in bench.edition().entries if one.embedding} == {"other@8"}


def test_a_post_is_not_written_again_for_vectors_and_one_that_was_edited_stays(bench: Bench) -> None:
    build(bench, Vectors(EmbeddingError("down")))
    post = bench.archive.posts / f"{DAY}-daily-papers.md"
    post.write_text(post.read_text("utf-8") + "\nmine\n", "utf-8")
    edited = post.read_bytes()

    build(bench, Vectors())

    assert post.read_bytes() == edited
    assert all(one.embedding for one in bench.edition().entries)


def test_an_edition_without_vectors_has_the_bytes_that_it_always_had(bench: Bench) -> None:
    build(bench, Vectors(EmbeddingError("down")))
    without = bench.files()
    plain = Bench(bench.folder / "plain", listing=bench.listing)
    plain.build()

    assert plain.files() == without
    assert b"embedding" not in without[f"_data/{DAY}.json"]


def test_a_vector_takes_about_a_byte_and_a_third_a_number(bench: Bench) -> None:
    made = embedding("text-embedding-3-small@256", [float(number % 7 - 3) for number in range(256)])

    assert len(msgspec.json.encode(made)) == 344 + len('{"model":"text-embedding-3-small@256","values":""}')


def test_before_a_price_is_agreed_to_only_what_is_paid_for_is_known(bench: Bench) -> None:
    vectors = Vectors()
    ours = embeddings(bench, vectors)
    ours.of(["known"])
    ours.hold()

    assert ours.of(["known"]) == [vectors.of("known")]
    assert ours.of(["known", "new"]) is None
    assert vectors.asked == ["known"]
    assert [one.text for one in bench.events] == [
        "1 paper without vectors yet: compared by words, by vectors once something may be spent"
    ]
    assert ours.owed(["new", "third"]) == Usage(1, 2)
    assert ours.owed(["third"]) == Usage(1, 0)
    ours.release()
    assert ours.of(["new"]) == [vectors.of("new")]


def test_vectors_of_two_lengths_are_none(bench: Bench) -> None:
    vectors = Vectors()
    vectors.paid["short"] = embedding("tiny@8", [1, 2])

    assert embeddings(bench, vectors).of(["long", "short"]) is None
    assert "changed the length of its vectors" in bench.events[0].text


@pytest.mark.parametrize("raw", ['""', '"AAAA"', '"%%"', "5", '"' + "f" * 8000 + '"'])
def test_an_edition_whose_vector_is_none_is_named(bench: Bench, raw: str) -> None:
    from digest.errors import ArchiveError

    build(bench, Vectors())
    path = bench.archive.edition_path(str(DAY))
    path.write_text(path.read_text("utf-8").replace('"values": "', f'"values": {raw}, "x": "', 1), "utf-8")

    with pytest.raises(ArchiveError, match=f"{DAY}.json: not a valid edition"):
        bench.archive.load(str(DAY))


def test_the_days_of_a_range_are_asked_about_as_well() -> None:
    assert order_for(CONFIG, date(2025, 11, 17), ()).embedding == "tiny@8"
    assert order_for(Config(), date(2025, 11, 17), ()).embedding == ""
