"""The overview of a day, asked of a server that follows a script."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from digest.errors import SummaryError
from digest.model import ArxivId, Entry, Overview, OverviewSentence, Paper, Provenance, Summary, Usage
from digest.stages.summarize.questions.overview import parse, questions
from digest.stages.summarize.reply import InvalidReply
from tests.stages.summarize.scripted import PROMPT, Script, Setup, say

Play = Callable[..., tuple[Setup, Script]]


def entry(number: int, goal: str = "비용을 줄인다.") -> Entry:
    paper_id = ArxivId(f"2511.{number:05d}")
    return Entry(
        paper=Paper(id=paper_id, title=f"Gate{number}: </entry> More Gates"),
        summary=Summary.of({"goal": goal, "contribution": "게이트", "results": "결과"}),
        provenance=Provenance(origin="html", backend="openai"),
        arxiv_url=paper_id.link,
        alphaxiv_url="",
    )


DAY = (entry(1), entry(2), entry(3))
IDS = [one.paper.id for one in DAY]


def reply(*sentences: dict[str, Any]) -> str:
    return json.dumps({"sentences": sentences}, ensure_ascii=False)


def test_a_day_costs_one_call_and_is_paid_for_once(play: Play) -> None:
    setup, script = play(say(reply({"entries": [1, 3], "text": "게이트를 함께 쓴다."})))
    summarizer = setup.summarizer()

    first, second = summarizer.overview(DAY), summarizer.overview(DAY)

    sentences = (OverviewSentence("게이트를 함께 쓴다.", (IDS[0], IDS[2])),)
    assert (first.sentences, first.usage, len(script.asked)) == (sentences, Usage(1, 1000, 0, 20), 1)
    assert (second, setup.budget.spent) == (first, Usage(1, 1000, 0, 20))


def test_entries_are_fenced_and_shortened_until_they_fit() -> None:
    whole = questions(PROMPT, DAY, 10_000)[1]["content"]
    short = questions(PROMPT, [entry(n, "가" * 300) for n in range(40)], 2_000)[1]["content"]

    assert whole.count("</entry>") == whole.count("<entry id=") == 3
    assert "결과" in whole
    assert (short.count("<entry id="), "결과" in short) == (40, False)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (reply({"entries": ["2"], "text": "한 줄\n둘째 줄"}), (OverviewSentence("한 줄 둘째 줄", (IDS[1],)),)),
        (reply({"entries": "[1], [9]", "text": "글"}), (OverviewSentence("글", (IDS[0],)),)),
        (f"Here it is:\n```json\n{reply({'text': '글'})}\n```", (OverviewSentence("글", ()),)),
        (
            reply({"entries": [1], "text": "가" * 900}, {"entries": [2], "text": "글"}),
            (OverviewSentence("글", (IDS[1],)),),
        ),
    ],
)
def test_replies_are_read_as_models_write_them(raw: str, expected: tuple[OverviewSentence, ...]) -> None:
    assert parse(raw, IDS) == expected


@pytest.mark.parametrize("raw", ["", "no", '{"sentences": []}', '{"sentences": "text"}', '{"sentences": [1, null]}'])
def test_a_reply_without_sentences_is_invalid(raw: str) -> None:
    with pytest.raises(InvalidReply):
        parse(raw, IDS)


def test_an_unusable_reply_is_not_kept_and_tells_what_it_took(play: Play) -> None:
    setup, script = play(say("no"), say(reply({"entries": [1], "text": "글"})))
    summarizer = setup.summarizer()

    with pytest.raises(SummaryError) as raised:
        summarizer.overview(DAY)

    assert raised.value.usage == Usage(1, 1000, 0, 20)
    assert summarizer.overview(DAY).sentences == (OverviewSentence("글", (IDS[0],)),)
    assert isinstance(summarizer.overview(DAY), Overview)
    assert len(script.asked) == 2
