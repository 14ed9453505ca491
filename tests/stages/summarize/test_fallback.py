"""Several models in order: who is asked when one is down, refuses or stays unusable, and who wrote the draft."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from digest.adapters.store import Cache
from digest.commands.demo.server import Response, serve
from digest.config import LLMConfig, Price
from digest.errors import BudgetReached, ModelRefused, SummaryError
from digest.model import ArxivId, Claim, Event, Finding, Paper, SourcedClaim, Usage
from digest.stages.fulltext.trimming import trim
from digest.stages.summarize.budget import Budget
from digest.stages.summarize.client.chat import ChatServer
from digest.stages.summarize.fallback import FallbackSummarizer
from digest.stages.summarize.model import ModelSummarizer
from tests.stages.summarize.scripted import DOCUMENT, PAPER, PROMPT, Script, refuse, say

PRICES = {"first": Price(input=1, output=1), "second": Price(input=100, output=100)}
FINDING = Finding("numbers", "results", "87% is not in the paper.")
CLAIMS = (SourcedClaim(id="goal.1", field="goal", claim=Claim(text="x"), pieces=("y",)),)


@dataclass
class Desk:
    """Two models at two servers that follow scripts, behind one summarizer."""

    folder: Path
    opened: ExitStack
    scripts: list[Script] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    budget: Budget = field(default_factory=lambda: Budget("first", PRICES))
    urls: list[str] = field(default_factory=list)

    def open(self, *scripts: list[Response], **budget: Any) -> FallbackSummarizer:
        self.budget = Budget("first", PRICES, **budget)
        self.scripts = [Script(answers) for answers in scripts]
        self.urls = [self.opened.enter_context(serve(script)) for script in self.scripts]
        return FallbackSummarizer(self.models(), self.events.append)

    def models(self) -> list[ModelSummarizer]:
        """The models as a new run would have them."""
        cache = self.opened.enter_context(closing(Cache(self.folder)))
        return [self._model(name, url, cache) for name, url in zip(("first", "second"), self.urls, strict=True)]

    def _model(self, name: str, url: str, cache: Cache) -> ModelSummarizer:
        server = ChatServer(base_url=f"{url}/v1", model=name, key=None, timeout=5, output_tokens=4000)
        self.opened.callback(server.close)
        config = LLMConfig(max_wait=0.01, attempts=2, model="first")
        return ModelSummarizer(
            server,
            PROMPT,
            config,
            self.budget,
            trim=trim,
            cache=cache,
            now=lambda: datetime(2025, 11, 18, tzinfo=UTC),
        )


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with ExitStack() as opened:
        desk = Desk(tmp_path, opened)
        yield desk
        assert [(script.answers, script.surprises) for script in desk.scripts] == [([], 0)] * len(desk.scripts)


def paper(number: int) -> Paper:
    return Paper(id=ArxivId(f"2511.{number:05}"), title=f"Paper {number}", abstract="")


def test_the_first_model_writes_where_it_can(desk: Desk) -> None:
    draft = desk.open([say()], []).summarize(PAPER, DOCUMENT)

    assert (draft.model, draft.usage.cost) == ("first", 0.00102)
    assert desk.events == []


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([refuse(401, "bad key")], "bad key"),
        ([refuse(402, "Insufficient Balance")], "Insufficient Balance"),
        ([refuse(503, "down")] * 2, "tried 2 times"),
        ([say("no"), say("no")], "no JSON object"),
        ([refuse(400, "flagged by moderation")] * 2, "flagged"),
        ([refuse(404, "model not found")], "not found"),
    ],
)
def test_the_next_model_is_asked_where_one_is_down_refuses_or_stays_unusable(
    desk: Desk, answers: list[Response], said: str
) -> None:
    draft = desk.open(answers, [say()]).summarize(PAPER, DOCUMENT)

    assert (draft.model, draft.usage) == ("second", Usage(1, 1000, 0, 20, 0.102))
    assert [(event.kind, event.paper) for event in desk.events] == [("problem", PAPER.id)]
    assert desk.events[0].text.startswith("first: ")
    assert said in desk.events[0].text


def test_a_model_that_refused_the_run_is_asked_once(desk: Desk) -> None:
    summarizer = desk.open([refuse(401, "bad key")], [say(), say(), say()])

    drafts = [summarizer.summarize(paper(number), DOCUMENT) for number in (1, 2, 3)]

    assert [draft.model for draft in drafts] == ["second"] * 3
    assert len(desk.events) == 1


def test_a_model_that_is_down_is_left_out_after_two_papers(desk: Desk) -> None:
    summarizer = desk.open([refuse(503, "down")] * 4, [say(), say(), say()])

    drafts = [summarizer.summarize(paper(number), DOCUMENT) for number in (1, 2, 3)]

    assert [draft.model for draft in drafts] == ["second"] * 3


def test_a_run_stops_where_every_model_refuses_it_and_says_why(desk: Desk) -> None:
    summarizer = desk.open([refuse(401, "bad key")], [refuse(402, "no money")])

    with pytest.raises(ModelRefused, match=r"first: .*bad key.*; second: .*no money"):
        summarizer.summarize(PAPER, DOCUMENT)
    with pytest.raises(ModelRefused):
        summarizer.summarize(paper(2), DOCUMENT)


def test_a_paper_that_no_model_can_write_about_stops_nothing(desk: Desk) -> None:
    summarizer = desk.open([refuse(401, "bad key")], [say("no"), say("no"), say()])

    with pytest.raises(SummaryError, match=r"first: .*bad key.*; second: unusable model reply"):
        summarizer.summarize(PAPER, DOCUMENT)
    assert summarizer.summarize(paper(2), DOCUMENT).model == "second"


def test_the_model_that_wrote_a_draft_revises_it(desk: Desk) -> None:
    summarizer = desk.open([refuse(401, "bad key")], [say(), say()])
    draft = summarizer.summarize(PAPER, DOCUMENT)

    better = summarizer.revise(PAPER, draft, [FINDING])

    assert better is not None
    assert (better.model, better.usage.calls) == ("second", 2)


def test_a_model_that_refuses_a_revision_leaves_the_draft(desk: Desk) -> None:
    summarizer = desk.open([say(), refuse(402, "no money")], [])
    draft = summarizer.summarize(PAPER, DOCUMENT)

    assert summarizer.revise(PAPER, draft, [FINDING]) is None


def test_the_second_reading_goes_on_to_the_next_model_too(desk: Desk) -> None:
    summarizer = desk.open([refuse(401, "bad key")], [say('{"unsupported": []}')])

    found = summarizer.verify(CLAIMS, Usage())

    assert (found.failed, found.usage) == ("", Usage(1, 1000, 0, 20, 0.102))


def test_a_reply_that_was_paid_for_is_used_before_another_model_is_asked(desk: Desk) -> None:
    answers = [refuse(401, "bad key")]
    first = desk.open(answers, [say()]).summarize(PAPER, DOCUMENT)

    again = FallbackSummarizer(desk.models(), desk.events.append).summarize(PAPER, DOCUMENT)

    assert again == first


def test_the_budget_counts_every_model_by_its_own_price(desk: Desk) -> None:
    summarizer = desk.open([say("no"), say("no")], [say()])

    summarizer.summarize(PAPER, DOCUMENT)

    assert desk.budget.spent == Usage(3, 3000, 0, 60, 0.00204 + 0.102)


def test_a_budget_that_is_reached_is_no_reason_to_ask_a_dearer_model(desk: Desk) -> None:
    summarizer = desk.open([], [], max_cost=0.001)

    with pytest.raises(BudgetReached):
        summarizer.summarize(PAPER, DOCUMENT)
