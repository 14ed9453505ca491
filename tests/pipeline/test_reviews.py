"""Weeks and months that are over: an overview that is paid for once, a post by choice, and what becomes of both."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from digest.adapters.store import Archive, Reviews
from digest.config import Config
from digest.errors import BudgetReached, DigestError, SummaryError
from digest.model import (
    Edition,
    Entry,
    Event,
    Header,
    Overview,
    OverviewSentence,
    Paper,
    Provenance,
    Reason,
    Span,
    Usage,
)
from digest.model.corpus.periods import over
from digest.pipeline import post
from digest.pipeline.importer import import_post
from digest.pipeline.papers import entries
from digest.pipeline.papers.review import ReviewWriter
from digest.posts import is_digest
from tests.fakes import TEMPLATES, paper, summary

MONDAY = date(2025, 11, 17)
AFTER = MONDAY + timedelta(days=7)


def entry(number: int, votes: int = 0, liked: float = 0.0) -> Entry:
    reasons = (Reason(kind="words", points=liked, name="routing"),) if liked else ()
    return Entry(
        paper=msgspec.structs.replace(paper(number), upvotes=votes),
        summary=msgspec.structs.replace(summary(), tldr=f"{number}번 논문이다."),
        provenance=Provenance(origin="html", backend="openai", model="m"),
        arxiv_url=f"https://arxiv.org/abs/2511.{number:05}",
        reasons=reasons,
    )


@dataclass
class Weeks:
    """An archive of some days, and a model that answers two sentences, of which the second has a figure of its own."""

    folder: Path
    config: Config = field(default_factory=Config)
    today: date = AFTER
    fault: DigestError | None = None
    asked: list[tuple[Span, list[str]]] = field(default_factory=list)
    told: list[Event] = field(default_factory=list)

    @property
    def archive(self) -> Archive:
        return Archive(self.folder / "_posts", self.folder / "_data")

    @property
    def reviews(self) -> Reviews:
        return Reviews(self.archive.data)

    def put(self, day: date, *papers: Entry) -> None:
        header = Header(title=f"Daily Papers — {day}", date=f"{day} 08:15:00")
        edition = Edition(name=str(day), day=day, header=header, entries=papers)
        render = post.renderer(self.config, TEMPLATES)
        post.write(edition, f"{day}-daily-papers.md", None, render, self.archive, force=True)

    def ask(self, found: Sequence[Entry], span: Span) -> Overview:
        self.asked.append((span, [one.paper.id for one in found]))
        if self.fault:
            raise self.fault
        papers = tuple(one.paper.id for one in found[:2])
        sentences = (OverviewSentence("함께 다룬다.", papers), OverviewSentence("37% 줄인다.", papers))
        return Overview(sentences=sentences, usage=Usage(1, 1000, 0, 50, 0.25))

    def writer(self, *, asks: bool = True) -> ReviewWriter:
        render = post.review_renderer(self.config, TEMPLATES)
        ask = self.ask if asks else None
        return ReviewWriter(self.archive, self.config, render, self.told.append, self.today, ask)

    def said(self, name: str = "2025-W47") -> list[str]:
        review = self.reviews.load(name)
        return [one.text for one in review.overview.sentences] if review and review.overview else []

    def texts(self) -> list[str]:
        return [event.text for event in self.told]


@pytest.fixture
def weeks(tmp_path: Path) -> Weeks:
    made = Weeks(tmp_path)
    made.put(MONDAY, entry(1, 5), entry(2, 9))
    made.put(MONDAY + timedelta(days=3), entry(3, 7, liked=2.0))
    return made


def with_posts(weeks: Weeks) -> Weeks:
    weeks.config = Config.model_validate({"post": {"weeks": True, "months": True}})
    return weeks


WEEK_POST = "2025-11-23-daily-papers-week.md"


def test_a_night_finds_what_ended_since_it_last_looked() -> None:
    assert list(over(date(2025, 11, 24), 0)) == ["2025-W47"]
    assert list(over(date(2025, 12, 1), 7)) == ["2025-W47", "2025-W48", "2025-11"]
    assert list(over(date(2026, 1, 5), 3)) == ["2026-W01"]
    assert list(over(date(2025, 11, 23), 5)) == []


def test_a_week_costs_one_call_and_has_what_its_entries_bear_out(weeks: Weeks) -> None:
    weeks.writer().write_due(())
    weeks.writer().write_due(())

    assert weeks.asked == [("week", ["2511.00002", "2511.00003", "2511.00001"])]
    assert weeks.said() == ["함께 다룬다."]
    assert weeks.reviews.cost_in("2025-11") == 0.25
    assert "2025-W47: 1 of 2 sentences of the overview left out, not borne out by the entries" in weeks.texts()


@pytest.mark.parametrize("fault", [SummaryError("no usable answer"), BudgetReached("the limit")])
def test_what_failed_is_tried_again_by_later_nights(weeks: Weeks, fault: DigestError) -> None:
    weeks.fault = fault
    weeks.writer().write_due(())
    waiting, weeks.fault = weeks.writer().waiting(), None
    weeks.today = AFTER + timedelta(days=2)
    weeks.writer().write_due(())

    assert (waiting, weeks.said(), weeks.writer().waiting()) == (["2025-W47"], ["함께 다룬다."], [])


def test_a_week_waits_three_nights_for_its_days(weeks: Weeks) -> None:
    weeks.writer().write_due([MONDAY])
    waited = weeks.asked[:]
    weeks.today = AFTER + timedelta(days=3)
    weeks.writer().write_due([MONDAY])

    assert (waited, len(weeks.asked)) == ([], 1)


def test_a_week_of_one_paper_and_one_long_ago_are_asked_about_by_no_night(weeks: Weeks) -> None:
    weeks.put(date(2025, 11, 26), entry(8))
    weeks.today = date(2025, 12, 3)
    weeks.writer().write_due(())

    assert [span for span, _ in weeks.asked] == ["month"]


def test_without_overviews_nothing_is_kept_of_a_week(weeks: Weeks) -> None:
    weeks.writer(asks=False).write_due(())

    assert (weeks.reviews.names(), weeks.asked) == ([], [])


def test_a_post_by_choice_has_overview_votes_and_taste_and_is_no_days_post(weeks: Weeks) -> None:
    with_posts(weeks).writer().write_due(())
    text = (weeks.archive.post(WEEK_POST) or b"").decode()

    assert text.startswith('---\nlayout: post\ntitle: "2025년 47주차 논문 정리"\ndate: 2025-11-23 08:15:00\n')
    assert "\nreview: 2025-W47\n---\n" in text
    assert "> 한 주의 흐름: 함께 다룬다. ([" in text
    rows = [
        line[:2] + line.partition("abs/")[2].replace(")**", ")") for line in text.splitlines() if line[:1].isdigit()
    ]
    assert rows == [
        "1.2511.00002): 2번 논문이다.",
        "2.2511.00003): 3번 논문이다.",
        "3.2511.00001): 1번 논문이다.",
        "1.2511.00003): 3번 논문이다.",
    ]
    assert not is_digest(text)
    assert [path.name for path in weeks.archive.find_posts([])] == ["2025-11-20-daily-papers.md"]


def test_a_post_says_which_topics_rose_and_fell(weeks: Weeks) -> None:
    def about(number: int, *topics: str) -> Entry:
        one = entry(number)
        return msgspec.structs.replace(one, summary=msgspec.structs.replace(one.summary, topics=topics))

    weeks.put(MONDAY - timedelta(days=7), about(11, "LLM"), about(12, "llm"), about(13, "로봇"), about(14, "로봇"))
    weeks.put(MONDAY, about(1, "LLM", "추론"), about(2, "추론"), about(4, "LLM"), about(5, "LLM"))
    with_posts(weeks).writer().write_due(())

    text = (weeks.archive.post(WEEK_POST) or b"").decode()
    assert text.partition("## 주제의 변화")[2] == (
        "\n\n논문에서 차지하는 비중: 앞선 4주 → 이 주\n\n"
        "- 늘어난 주제: 추론 0% → 50%, LLM 50% → 75%\n- 줄어든 주제: 로봇 50% → 0%\n"
    )


def test_import_leaves_it_alone(weeks: Weeks) -> None:
    with_posts(weeks).writer().write_due(())
    render = post.renderer(weeks.config, TEMPLATES)
    outcome = import_post(weeks.archive.posts / WEEK_POST, weeks.archive, render, "ko", force=False)

    assert (outcome.ok, outcome.message) == (True, "skipped (the review of 2025-W47)")


def test_a_post_that_was_edited_is_kept_and_said_so(weeks: Weeks) -> None:
    with_posts(weeks).writer().write_due(())
    edited = (weeks.archive.post(WEEK_POST) or b"") + "\n덧붙인다.\n".encode()
    weeks.archive.write_post(WEEK_POST, edited)
    weeks.put(MONDAY + timedelta(days=1), entry(4, 99))
    weeks.writer().write_due(())

    assert weeks.archive.post(WEEK_POST) == edited
    assert weeks.texts()[-1] == (
        f"2025-W47: its post was kept: {WEEK_POST} was not written by digest, or was edited since"
        " — `digest render 2025-W47 --force` overwrites it"
    )
    weeks.writer().write("2025-W47", force=True)
    assert "4번 논문이다." in (weeks.archive.post(WEEK_POST) or b"").decode()


def test_a_paper_that_is_removed_takes_its_sentences_and_rows_along(weeks: Weeks) -> None:
    with_posts(weeks).writer().write_due(())
    entries.remove(paper(2).id, "its author asked", weeks.archive, post.renderer(weeks.config, TEMPLATES))
    weeks.writer().renew([MONDAY])

    text = (weeks.archive.post(WEEK_POST) or b"").decode()
    assert (weeks.said(), "2511.00002" in text, "2511.00001" in text, len(weeks.asked)) == ([], False, True, 1)


def test_a_paper_that_is_withdrawn_later_is_recommended_no_more(weeks: Weeks) -> None:
    with_posts(weeks).writer().write_due(())
    before = weeks.said()
    weeks.put(MONDAY, entry(1, 5), msgspec.structs.replace(entry(2, 9), paper=drawn(2)))
    weeks.writer().write_due(())

    assert (before, weeks.said()) == (["함께 다룬다."], [])
    assert "2511.00002" not in (weeks.archive.post(WEEK_POST) or b"").decode()


def drawn(number: int) -> Paper:
    return msgspec.structs.replace(paper(number), withdrawn=True)


def test_a_review_that_cannot_be_read_is_told_and_stops_no_night(weeks: Weeks) -> None:
    weeks.reviews.folder.mkdir()
    (weeks.reviews.folder / "2025-W47.json").write_text("{")
    weeks.writer().write_due(())

    assert weeks.writer().waiting() == []
    assert [text.partition(": not a valid")[0] for text in weeks.texts()] == ["2025-W47: not reviewed: 2025-W47.json"]
