"""Many threads before one server: a fresh one, a narrow one, one that throttles by the minute, one that costs money."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from digest.commands.demo.server import Answer, Request, Response
from digest.errors import BudgetReached, DigestError, ModelRefused
from digest.model import ArxivId, Draft, Paper
from digest.stages.summarize.budget import Budget
from digest.stages.summarize.model import ModelSummarizer
from tests.stages.summarize.scripted import DOCUMENT, Setup, mode, refuse, say

Open = Callable[[Answer], Setup]
NO_FORMAT = refuse(400, "'response_format' is not supported")


def paper(number: int) -> Paper:
    return Paper(id=ArxivId(f"2511.{number:05}"), title=f"Paper {number}.", abstract="")


def all_at_once(summarizer: ModelSummarizer, count: int, workers: int) -> list[Draft | DigestError]:
    """Summarise so many papers; errors are results."""

    def one(number: int) -> Draft | DigestError:
        try:
            return summarizer.summarize(paper(number), DOCUMENT)
        except DigestError as error:
            return error

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, range(count)))


class Server:
    """Answers after a while; remembers who was asked, how, and how many at once."""

    def __init__(self, *, latency: float = 0.0, capacity: int = 1000, text_only: bool = False) -> None:
        self.latency, self.capacity, self.text_only = latency, capacity, text_only
        self.asked: Counter[str] = Counter()
        self.answered = self.refused = self.inside = self.most = 0
        self.lock = threading.Lock()

    def __call__(self, request: Request) -> Response:
        asked = json.loads(request.body)
        title = asked["messages"][1]["content"].partition("Title: ")[2].partition("\n")[0]
        with self.lock:
            self.asked[title] += 1
            full = self.inside >= self.capacity
            self.inside += not full
            self.refused += full
            self.most = max(self.most, self.inside)
        if full:
            return refuse(429, "too many at once")
        try:
            if self.text_only and mode(asked) != "text":
                return NO_FORMAT
            time.sleep(self.latency)
            self.answered += 1
            return say()
        finally:
            with self.lock:
                self.inside -= 1


def test_a_fresh_server_that_only_does_text_costs_no_paper_more_than_four_calls(open_desk: Open) -> None:
    server = Server(latency=0.01, text_only=True)

    drafts = all_at_once(open_desk(server).summarizer(max_concurrency=16), 60, 32)

    assert all(isinstance(draft, Draft) for draft in drafts)
    assert max(server.asked.values()) <= 4
    assert server.answered == 60
    assert sum(server.asked.values()) <= 60 + 3 * 16


def test_a_server_that_admits_eight_of_sixteen_loses_no_paper_and_has_eight_at_a_time(open_desk: Open) -> None:
    server = Server(latency=0.2, capacity=8)
    setup = open_desk(server)
    summarizer = setup.summarizer(max_concurrency=16, max_wait=0.2)

    drafts = all_at_once(summarizer, 48, 32)

    assert all(isinstance(draft, Draft) for draft in drafts)
    assert server.answered == 48
    assert server.refused <= 12
    assert server.most == 8


def test_a_server_that_admits_one_of_many_loses_no_paper_either(open_desk: Open) -> None:
    server = Server(latency=0.01, capacity=1)

    drafts = all_at_once(open_desk(server).summarizer(max_concurrency=32, attempts=3), 64, 64)

    assert all(isinstance(draft, Draft) for draft in drafts)
    assert server.answered == 64


def test_a_server_that_throttles_everybody_for_a_while_loses_no_paper(open_desk: Open) -> None:
    begun = time.monotonic()

    def minute(_: Request) -> Response:
        return say() if time.monotonic() - begun > 0.3 else refuse(429, "slow down", {"Retry-After": "0.2"})

    drafts = all_at_once(open_desk(minute).summarizer(max_concurrency=8, max_wait=1), 24, 16)

    assert all(isinstance(draft, Draft) for draft in drafts)


def test_a_key_that_is_refused_is_asked_about_by_those_under_way_alone(open_desk: Open) -> None:
    asked = []

    def closed(request: Request) -> Response:
        asked.append(request)
        time.sleep(0.02)
        return refuse(401, "bad key")

    outcomes = all_at_once(open_desk(closed).summarizer(max_concurrency=4), 40, 16)

    assert {str(outcome) for outcome in outcomes} == {str(outcomes[0])}
    assert isinstance(outcomes[0], ModelRefused)
    assert len(asked) <= 4


@pytest.mark.usefixtures("patience")
def test_a_stop_wakes_those_who_wait_for_a_busy_server(open_desk: Open) -> None:
    lock, count = threading.Lock(), [0]

    def first_busy_then_closed(_: Request) -> Response:
        with lock:
            count[0] += 1
            place = count[0]
        time.sleep(0.4 * place)  # the second begins while the first is under way
        return refuse(503, "busy", {"Retry-After": "600"}) if place == 1 else refuse(401, "bad key")

    setup = open_desk(first_busy_then_closed)
    outcomes = all_at_once(setup.summarizer(max_concurrency=2, max_wait=600), 4, 4)  # two wait for a place, too

    assert [type(outcome) for outcome in outcomes] == [ModelRefused] * 4


@pytest.mark.parametrize("workers", [1, 16])
def test_a_budget_is_never_passed_and_the_rest_are_refused_one_by_one(open_desk: Open, workers: int) -> None:
    server = Server(latency=0.01)
    setup = open_desk(server)
    budget = Budget("scripted", {}, max_tokens=12_000)

    outcomes = all_at_once(setup.summarizer(max_concurrency=16, output_tokens=500, budget=budget), 30, workers)

    spent = budget.spent.input_tokens + budget.spent.output_tokens
    assert spent <= 12_000
    assert spent == 1020 * server.answered
    assert server.answered >= 9  # a call sets aside 1.5 times its estimated question and its longest answer
    assert {type(outcome) for outcome in outcomes} == {Draft, BudgetReached}
