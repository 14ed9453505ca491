"""Many days: planned with fakes, built by real runs that are killed, against thirty recorded lists."""

import os
import random
import re
import signal
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from digest.adapters.http.deadline import left
from digest.adapters.process.interruption import Interrupted
from digest.adapters.store import Archive
from digest.commands.backfill import report
from digest.commands.demo.server import Response, serve
from digest.config import Config, LLMConfig
from digest.errors import ModelRefused, NothingPublished, OutOfTime, Unavailable
from digest.model import Event, Listing, Paper, Usage
from digest.pipeline.days import backfill, estimate, survey
from digest.pipeline.days.outcome import DayCounts
from digest.stages.summarize.budget import Budget
from tests.fakes import Bench, broken, paper
from tests.runs import MONTH, Forker, World, files, half_files, invented, recorded, settings

DAYS = tuple(date(2025, 11, number) for number in (14, 15, 16, 17))


class Shelf(Bench):
    """A site whose lists differ by day."""

    lists: Mapping[date, tuple[Paper, ...]]
    down: frozenset[date] = frozenset()

    def _list(self, asked: Any) -> Listing:
        self.listed.append(str(asked))
        if asked in self.down:
            raise Unavailable(f"huggingface: no list of {asked}")
        return Listing(papers=self.lists.get(asked, ()))

    def survey(self, *days: date) -> survey.Survey:
        return survey.take_survey([self.order(day) for day in days or DAYS], self.stages(), self.archive)

    def fill(self, *, newest: bool = False, jobs: int = 1, days: tuple[date, ...] = DAYS) -> list[backfill.DayResult]:
        found = self.survey(*days).days
        return backfill.run(
            found[::-1] if newest else found, self.stages(), self.archive, jobs=jobs, begin=lambda: lambda: 60.0
        )


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path, limit=2)
    shelf.lists = {
        DAYS[0]: (paper(1), paper(2), paper(3)),
        DAYS[2]: (paper(2), paper(4)),
        DAYS[3]: (paper(3), paper(4), paper(5)),
    }
    return shelf


def papers_by_day(shelf: Shelf) -> dict[str, list[str]]:
    return {name: [entry.paper.id[-1] for entry in shelf.edition(name).entries] for name in shelf.archive.names()}


def test_a_paper_of_two_days_belongs_to_the_earlier_one_whatever_the_order_and_the_jobs(
    shelf: Shelf, tmp_path: Path
) -> None:
    shelf.fill()
    expected = {"2025-11-14": ["1", "2"], "2025-11-15": [], "2025-11-16": ["4"], "2025-11-17": ["3", "5"]}
    first = shelf.files()

    for newest, jobs in ((True, 1), (True, 4), (False, 3)):
        other = replace(shelf, folder=tmp_path / f"{newest}{jobs}", listed=[])
        other.lists = shelf.lists
        other.fill(newest=newest, jobs=jobs)
        assert {name: content for name, content in first.items() if name in other.files()} == other.files()

    assert papers_by_day(shelf) == expected


def test_it_makes_what_a_build_of_each_day_makes(shelf: Shelf, tmp_path: Path) -> None:
    shelf.fill(newest=True)
    daily = replace(shelf, folder=tmp_path / "daily")
    daily.lists = shelf.lists

    for day in DAYS:
        daily.build(day)

    assert {name: daily.files()[name] for name in daily.files()} == {
        name: content for name, content in shelf.files().items() if not name.startswith("daily")
    }


def test_a_day_that_is_known_is_not_listed_again_and_an_empty_one_is_known(shelf: Shelf) -> None:
    shelf.fill()
    shelf.listed.clear()

    again = shelf.survey()

    assert (again, shelf.listed) == (survey.Survey((), 4), [])


def test_what_an_unfinished_day_holds_is_not_given_to_a_later_one(shelf: Shelf) -> None:
    shelf.summarizer.faults["2511.00002"] = broken()
    shelf.fill()
    later = shelf.edition("2025-11-16")
    shelf.summarizer.faults.clear()
    (shelf.folder / "_data" / "2025-11-16.json").unlink()
    (shelf.folder / "_posts" / "2025-11-16-daily-papers.md").unlink()

    shelf.fill(newest=True)

    assert (papers_by_day(shelf)["2025-11-14"], papers_by_day(shelf)["2025-11-16"]) == (["1", "2"], ["4"])
    assert shelf.edition("2025-11-16") == later


def test_a_paper_that_a_later_day_has_published_stays_there(shelf: Shelf) -> None:
    shelf.build(DAYS[2])

    shelf.fill()

    assert papers_by_day(shelf) == {
        "2025-11-14": ["1", "3"], "2025-11-15": [], "2025-11-16": ["2", "4"], "2025-11-17": ["5"],
    }  # fmt: skip


def test_one_days_failure_costs_that_day_alone_and_is_reported(shelf: Shelf) -> None:
    shelf.down = frozenset({DAYS[0]})
    shelf.summarizer.faults["2511.00004"] = broken("cut off")

    lacking = shelf.survey()
    ended = shelf.fill()

    assert papers_by_day(shelf) == {"2025-11-15": [], "2025-11-16": ["2"], "2025-11-17": ["3", "5"]}
    assert report.warnings(lacking, ended) == (
        "digest: 2025-11-14: huggingface: no list of 2025-11-14",
        "digest: 2025-11-16: 1 paper failed",
    )
    assert report.last_line(lacking, ended, "", 0.0) == (
        "2 built with 3 new papers, 1 empty, 2 incomplete (rerun to retry); ; 0.0 s", False,
    )  # fmt: skip


def test_of_a_day_that_is_written_only_numbers_are_kept(shelf: Shelf) -> None:
    shelf.summarizer.faults["2511.00002"] = broken()

    ended = shelf.fill()

    assert ended[0] == backfill.DayResult(
        "2025-11-14",
        DayCounts(
            day=DAYS[0], name="2025-11-14", status="published", entries=1, skips=1, exclusions=1, provisional=0,
            asked=0, open=False, made=1, stopped=None, reason="",
        ),
    )  # fmt: skip


def test_work_that_is_done_is_forgotten_by_the_run(shelf: Shelf) -> None:
    work: set[Any] = set()
    with ThreadPoolExecutor(2) as pool, backfill.SharedExecutor(pool, work) as mine:
        futures = [mine.submit(str, number) for number in range(50)]
        made = [future.result() for future in futures]

    assert (len(made), work) == (50, set())


def test_a_day_is_named_once_in_what_is_said_of_it() -> None:
    nothing = NothingPublished("2025-11-14: 1 of 1 paper failed, no post was written")
    broken_list = Unavailable("huggingface: no list")
    lacking = survey.Survey((), 0, (("2025-11-14", nothing), ("2025-11-15", broken_list)))

    assert report.warnings(lacking, ()) == (
        "digest: 2025-11-14: 1 of 1 paper failed, no post was written",
        "digest: 2025-11-15: huggingface: no list",
    )


def test_a_refused_key_begins_no_further_day(shelf: Shelf) -> None:
    for number in range(1, 6):
        shelf.summarizer.faults[f"2511.{number:05}"] = ModelRefused("bad key")

    ended = shelf.fill()

    assert [(one.name, str(one.error)) for one in ended] == [("2025-11-14", "bad key")]
    assert shelf.archive.names() == []


def test_a_post_that_another_program_wrote_makes_a_day_known(shelf: Shelf) -> None:
    shelf.archive.write_post("2025-11-14-daily-papers.md", b"theirs")

    shelf.fill()

    assert "2025-11-14" not in papers_by_day(shelf)


def test_the_price_is_what_papers_took_lately_and_at_most_two_whole_calls(shelf: Shelf) -> None:
    config = Config(llm=LLMConfig(model="gpt-5-mini"))
    budget = Budget("gpt-5-mini", config.llm.prices)

    price = estimate.estimate(shelf.survey(), config, shelf.archive, budget.priced, paid={"2511.00001"})

    assert str(price) == (
        "5 papers to read (1 already paid for): about 9 calls, 145,800 tokens (0% cached), $0.0624; "
        "at most 384,600 tokens, $0.16"
    )
    assert price.second == Usage(5, 35_000, 0, 2_000, 0.01275)
    assert price.second.cost is not None and price.about.cost is not None
    assert price.second.cost / 5 < 0.6 * price.about.cost / 4
    assert price.about == Usage(4, 96_000, 0, 12_800, 0.0496)


def test_the_average_of_the_newest_editions_replaces_the_guess(shelf: Shelf) -> None:
    shelf.limit = 30
    shelf.lists = {DAYS[0]: tuple(paper(number) for number in range(1, 23)), DAYS[1]: (paper(40),)}
    shelf.fill(days=DAYS[:1])
    config = Config(llm=LLMConfig(model="fake"))

    price = estimate.estimate(shelf.survey(), config, shelf.archive, Budget("fake", {}).priced)

    assert (price.papers, price.about) == (1, Usage(1, 100, 0, 10))


def test_selection_looks_for_another_paper_where_a_later_day_has_one(shelf: Shelf) -> None:
    shelf.limit = 1
    order = shelf.order(DAYS[1])
    owners = survey._Owners(shelf.archive, survey._Look(wanted=[(order, None)], series=order.file[10:]))
    owners.claim(paper(1).id, shelf.order(DAYS[3]))
    owners.claim(paper(2).id, shelf.order(DAYS[0]))

    chosen = owners.select((paper(1), paper(2), paper(3)), order, shelf.stages().select)

    assert [one.id for one in chosen.chosen] == [paper(3).id]


def test_lists_are_asked_for_at_once_and_what_comes_of_them_is_that_of_one_after_another(shelf: Shelf) -> None:
    days = tuple(date(2025, 10, 1) + timedelta(days=number) for number in range(40))
    shelf.lists = {day: tuple(paper(at + n) for n in range(3)) for at, day in enumerate(days)}
    shelf.down = frozenset({days[3], days[30]})
    orders = [shelf.order(day) for day in days]
    stages = replace(shelf.stages(), list_day=Together(shelf._list, 5), lists=5)

    together = survey.take_survey(orders, stages, shelf.archive)

    alone = shelf.survey(*days)
    assert (together.days, together.known) == (alone.days, alone.known)
    assert [(name, str(error)) for name, error in together.failed] == [
        (str(day), f"huggingface: no list of {day}") for day in sorted(shelf.down)
    ]


def test_no_more_lists_are_asked_for_than_are_needed_next(shelf: Shelf) -> None:
    days = tuple(date(2025, 10, 1) + timedelta(days=number) for number in range(40))
    most = 0

    def decided(event: Event) -> None:
        nonlocal most
        taken = int(event.text)
        most = max(most, len(shelf.listed) - taken)

    def list_day(day: date) -> Listing:
        shelf._list(day)
        return Listing(problems=(str(days.index(day)),))

    stages = replace(shelf.stages(), list_day=list_day, lists=3, report=decided)
    survey.take_survey([shelf.order(day) for day in days], stages, shelf.archive)

    assert most <= 2 * 3
    assert len(shelf.listed) == 40


def test_a_survey_that_is_interrupted_leaves_no_thread_and_asks_for_no_further_list(shelf: Shelf) -> None:
    days = tuple(date(2025, 10, 1) + timedelta(days=number) for number in range(40))

    def list_day(day: date) -> Listing:
        shelf._list(day)
        if day == days[0]:
            raise Interrupted
        while left() > 0:  # a service that says nothing
            time.sleep(0.01)
        raise OutOfTime("the run is over")

    with pytest.raises(Interrupted):
        survey.take_survey(
            [shelf.order(day) for day in days], replace(shelf.stages(), list_day=list_day, lists=4), shelf.archive
        )

    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("list")] == []
    assert len(shelf.listed) <= 2 * 4


def test_posts_are_read_once_however_many_days_are_missing(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    (shelf.folder / "_posts").mkdir()
    (shelf.folder / "_posts" / "2025-01-01-daily-papers.md").write_text("A post that names no paper.")
    read: list[str] = []
    monkeypatch.setattr(Archive, "published", lambda _, file: read.append(file) or {})

    shelf.survey()

    assert read == ["9999-12-31-daily-papers.md"]


def test_nothing_is_read_of_posts_where_no_day_is_missing(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.fill()
    monkeypatch.setattr(Archive, "published", lambda *_: 1 / 0)

    assert shelf.survey().known == 4


class Together:
    """Lists that are given only once so many are asked for: whoever asks for one after another waits for ever."""

    def __init__(self, list_day: Callable[[date], Listing], parties: int) -> None:
        self._list_day = list_day
        self._barrier = threading.Barrier(parties)

    def __call__(self, day: date) -> Listing:
        self._barrier.wait(30)
        return self._list_day(day)


@pytest.fixture
def words() -> tuple[str, ...]:
    return ("backfill", "--from", str(MONTH[0]), "--to", str(MONTH[-1]), "--limit", "2", "--yes")


def test_thirty_recorded_days_killed_ten_times_are_those_of_one_undisturbed_run(
    data: Path, tmp_path: Path, forker: Forker, words: tuple[str, ...]
) -> None:
    calm, torn, dice = recorded(data, size=4), recorded(data, size=4), random.Random(5)
    with serve(calm) as url:
        assert forker.run(tmp_path / "calm", *words, environ=settings(url)) == 0
    killed = 0
    with serve(torn) as url:
        for number in range(10):
            order, jobs = dice.choice(("newest", "oldest")), str(dice.randint(1, 4))
            environ = settings(url, OPENAI_API_KEY=f"run-{number}")
            run = forker.start(tmp_path / "torn", *words, "--order", order, "--jobs", jobs, environ=environ)
            done = len(calm.answers) * (number + 1) // 11
            torn.until(lambda done=done: len(torn.answers) >= done)
            killed += torn.kill(run, tmp_path / "torn")
        assert forker.run(tmp_path / "torn", *words, environ=settings(url)) == 0

    assert killed == 10
    assert len(files(tmp_path / "calm")) == 30 + 22
    assert files(tmp_path / "torn") == files(tmp_path / "calm")
    assert (len(torn.answers), torn.twice, half_files(tmp_path)) == (len(calm.answers), 0, [])


@pytest.fixture
def world() -> World:
    return invented([date(2026, 1, 5), date(2026, 1, 6), date(2026, 1, 8)], 3)


WEEK = ("backfill", "--from", "2026-01-05", "--to", "2026-01-11")


def test_without_a_terminal_and_without_yes_it_stops_before_the_first_call(
    world: World, tmp_path: Path, forker: Forker
) -> None:
    with serve(world) as url:
        run = forker.start(tmp_path / "site", *WEEK, environ=settings(url))
        code = run.wait()

    said = run.log.read_text()
    assert (code, world.answers, files(tmp_path / "site")) == (2, [], {})
    assert "7 days, 9 papers to read: about 9 calls" in said
    assert "not a terminal, cannot ask for confirmation; pass --yes to accept the cost" in said


def test_a_range_that_runs_backwards_is_one_line(tmp_path: Path, forker: Forker, world: World) -> None:
    run = forker.start(
        tmp_path / "site", "backfill", "--from", "2026-01-08", "--to", "2026-01-05", environ=settings("http://[::1]:9")
    )

    assert run.wait() == 1
    assert run.log.read_text() == "digest: --from 2026-01-08 is later than --to 2026-01-05 — swap them\n"


def test_a_range_that_begins_before_the_service_is_refused_with_the_first_day(
    tmp_path: Path, forker: Forker, world: World
) -> None:
    run = forker.start(
        tmp_path / "site", "backfill", "--from", "2023-01-01", "--to", "2023-05-05", environ=settings("http://[::1]:9")
    )

    assert run.wait() == 1
    assert run.log.read_text() == (
        "digest: huggingface: there are no daily papers before 2023-05-04, 2023-01-01 was asked for"
        " — set --from to 2023-05-04 or later\n"
    )


def test_a_day_that_cannot_be_listed_exits_with_4_and_is_all_that_is_asked_for_next(
    world: World, tmp_path: Path, forker: Forker
) -> None:
    world.on = lambda request: Response(404) if request.query.get("date") == "2026-01-06" else None
    with serve(world) as url:
        first = forker.start(tmp_path / "site", *WEEK, "--yes", environ=settings(url))
        code = first.wait()
        world.on = lambda _: None
        world.asked.clear()
        second = forker.run(tmp_path / "site", *WEEK, "--yes", environ=settings(url))

    assert (code, second) == (4, 0)
    assert "digest: 2026-01-06: huggingface /api/daily_papers?date=2026-01-06" in first.log.read_text()
    assert [path for path in world.asked if path.startswith("/api")] == ["/api/daily_papers", "/api/query"]
    assert (len(set(world.answers)) >= 9, world.twice) == (True, 0)


def test_a_spent_budget_begins_no_further_day(world: World, tmp_path: Path, forker: Forker) -> None:
    environ = {"DIGEST_LLM__MAX_TOKENS_PER_RUN": "6000", "DIGEST_LLM__OUTPUT_TOKENS": "1000"}
    with serve(world) as url:
        run = forker.start(tmp_path / "site", *WEEK, "--yes", "--jobs", "1", environ={**settings(url), **environ})
        code = run.wait()

    assert code == 4
    assert 0 < len(world.answers) < 9
    assert "not started" in run.log.read_text()


def test_a_bug_in_one_paper_ends_the_run_with_its_report_and_leaves_nothing_waiting(
    shelf: Shelf,
) -> None:
    shelf.limit = 30
    shelf.lists = {day: tuple(paper(20 * at + n) for n in range(1, 20)) for at, day in enumerate(DAYS)}
    shelf.summarizer.faults["2511.00021"] = ZeroDivisionError("a bug")

    with pytest.raises(ZeroDivisionError):
        shelf.fill(jobs=3)

    assert half_files(shelf.folder) == []
    assert [name for name in shelf.archive.names() if shelf.edition(name).skips] == []


def test_an_interrupted_run_says_so_at_once_and_leaves_no_half_day(
    world: World, tmp_path: Path, forker: Forker
) -> None:
    world.latency = 0.5
    with serve(world) as url:
        environ = {**settings(url), "DIGEST_LLM__MAX_CONCURRENCY": "1"}
        run = forker.start(tmp_path / "site", *WEEK, "--yes", "--jobs", "3", environ=environ)
        assert world.until(lambda: len(world.answers) >= 2)
        os.kill(run.pid, signal.SIGINT)
        code = run.wait(30)
        answers = len(world.answers)
        made = files(tmp_path / "site")
        done = forker.run(tmp_path / "site", *WEEK, "--yes", environ=environ)

    assert (code, done) == (130, 0)
    assert re.search(r"^digest: interrupted; .*the next run will resume$", run.log.read_text(), re.MULTILINE)
    assert answers < 9
    assert not any(b'"skips"' in content for content in made.values())
    assert world.twice == 0
