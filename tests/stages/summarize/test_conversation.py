"""The calls for one paper, against a server that follows a script."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from digest.adapters.store import Cache
from digest.commands.demo.server import Response
from digest.config import Price
from digest.errors import BudgetReached, ConfigError, ModelRefused, SummaryError
from digest.model import Draft, Finding, Usage
from digest.stages.summarize.budget import Budget
from digest.stages.summarize.client.errors import TooLong
from digest.stages.summarize.client.truncation import PromptTruncated
from digest.stages.summarize.reply import InvalidReply
from tests.stages.summarize.scripted import CLAIMS, DOCUMENT, FIELDS, PAPER, REPLY, Script, Setup, refuse, say

Play = Callable[..., tuple[Setup, Script]]
NO_FORMAT = refuse(400, "'response_format' of this type is not supported")
NO_JSON = refuse(400, "response_format: use json_object instead")
ODD = refuse(400, "E_17")
MODES = ["json_schema", "json_object with schema", "json_object", "text"]


def summarized(draft: Draft) -> dict[str, str]:
    return {name: draft.summary.field(name) for name in FIELDS}


def reply(**over: Any) -> str:
    return json.dumps(REPLY | over, ensure_ascii=False)


def test_a_good_server_is_asked_once(play: Play) -> None:
    setup, script = play(say())

    draft = setup.summarizer().summarize(PAPER, DOCUMENT)

    assert summarized(draft) == FIELDS
    assert (draft.usage, setup.budget.spent) == (Usage(1, 1000, 0, 20), Usage(1, 1000, 0, 20))
    assert (draft.document, draft.claims, draft.summary.topics) == (DOCUMENT, CLAIMS, ("LLM",))
    assert script.modes == ["json_schema"]
    assert "maxLength" in json.dumps(script.asked)


@pytest.mark.parametrize("refusals", [1, 2, 3])
def test_a_server_that_refuses_a_way_of_asking_is_asked_in_the_next(play: Play, refusals: int) -> None:
    setup, script = play(*[NO_JSON] * refusals, say())

    draft = setup.summarizer().summarize(PAPER, DOCUMENT)

    assert summarized(draft) == FIELDS
    assert draft.usage == Usage(1, 1000, 0, 20)  # a refusal costs nothing
    assert script.modes == MODES[: refusals + 1]


def test_what_a_server_takes_is_remembered_for_the_next_paper_and_the_next_run(play: Play) -> None:
    setup, script = play(NO_JSON, NO_JSON, say(), say(), say())
    summarizer = setup.summarizer()

    summarizer.summarize(PAPER, DOCUMENT)
    summarizer.summarize(other(1), DOCUMENT)
    setup.summarizer().summarize(other(2), DOCUMENT)

    assert script.modes == [*MODES[:3], "json_object", "json_object"]


def test_it_is_remembered_of_that_model_alone(play: Play) -> None:
    setup, script = play(NO_JSON, say(), say())
    setup.summarizer().summarize(PAPER, DOCUMENT)

    setup.model = "another"
    setup.summarizer().summarize(PAPER, DOCUMENT)

    assert script.modes == ["json_schema", "json_object with schema", "json_schema"]


def test_a_server_that_refuses_lengths_gets_the_schema_without(play: Play) -> None:
    setup, script = play(refuse(400, "Invalid schema for response_format: 'maxLength' is not permitted"), say())

    setup.summarizer().summarize(PAPER, DOCUMENT)

    assert script.modes == ["json_schema", "json_schema"]
    assert ["maxLength" in json.dumps(asked) for asked in script.asked] == [True, False]


def test_the_limit_takes_its_other_name_where_the_first_is_refused(play: Play) -> None:
    words = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    setup, script = play(refuse(400, words), say())

    setup.summarizer(output_tokens=900).summarize(PAPER, DOCUMENT)

    assert [(asked.get("max_tokens"), asked.get("max_completion_tokens")) for asked in script.asked] == [
        (900, None),
        (None, 900),
    ]


def test_a_refusal_in_words_that_nobody_knows_leads_to_the_plainest_way(play: Play) -> None:
    setup, script = play(ODD, ODD, say(), say())

    setup.summarizer().summarize(PAPER, DOCUMENT)
    setup.summarizer().summarize(other(1), DOCUMENT)

    assert script.modes == ["json_schema", "json_object", "text", "text"]
    assert [len(asked["messages"]) for asked in script.asked] == [2, 2, 1, 1]


def test_a_way_that_worked_is_not_given_up_for_one_paper(play: Play) -> None:
    setup, script = play(say(), ODD, ODD, say())
    summarizer = setup.summarizer()
    summarizer.summarize(PAPER, DOCUMENT)

    with pytest.raises(SummaryError, match="answered 400: E_17"):
        summarizer.summarize(other(1), DOCUMENT)

    summarizer.summarize(other(2), DOCUMENT)
    assert script.modes == ["json_schema"] * 4


def test_a_paper_that_no_way_helps_leaves_the_others_the_first_one(play: Play) -> None:
    setup, script = play(*[ODD] * 4, say())
    summarizer = setup.summarizer()

    with pytest.raises(SummaryError, match="answered 400: E_17"):
        summarizer.summarize(PAPER, DOCUMENT)

    summarizer.summarize(other(1), DOCUMENT)
    assert script.modes == ["json_schema", "json_object", "text", "text", "json_schema"]


def test_a_way_that_stopped_working_over_night_is_given_up_by_the_first_paper(play: Play) -> None:
    setup, script = play(NO_JSON, say(), ODD, ODD, say(), say())
    setup.summarizer().summarize(PAPER, DOCUMENT)

    tonight = setup.summarizer()
    tonight.summarize(other(1), DOCUMENT)
    tonight.summarize(other(2), DOCUMENT)

    assert script.modes == [*MODES[:2], *[MODES[1]] * 2, "json_object", "json_object"]


@pytest.mark.parametrize(("mode", "way"), [("schema", "json_schema"), ("json", "json_object"), ("text", "text")])
def test_a_mode_that_was_chosen_is_kept_whatever_the_server_says(play: Play, mode: str, way: str) -> None:
    setup, script = play(NO_FORMAT, say())

    setup.summarizer(mode=mode).summarize(PAPER, DOCUMENT)

    assert script.modes == [way, way]


def test_nothing_makes_a_paper_cost_more_than_four_answers(play: Play) -> None:
    setup, script = play(NO_JSON, say("no JSON"), say("no JSON"))

    with pytest.raises(InvalidReply):
        setup.summarizer().summarize(PAPER, DOCUMENT)

    assert len(script.asked) == 3


def test_a_server_that_takes_no_way_at_all_is_quoted(play: Play) -> None:
    both = refuse(400, "unknown parameter: max_tokens, max_completion_tokens")
    setup, _ = play(*[both] * 6)

    with pytest.raises(SummaryError, match=r"no usable answer; .*answered 400: unknown parameter: max_t"):
        setup.summarizer().summarize(PAPER, DOCUMENT)


def test_refused_calls_leave_a_revision_its_call(play: Play) -> None:
    setup, _ = play(*[NO_JSON] * 3, say(), say())
    summarizer = setup.summarizer()
    draft = summarizer.summarize(PAPER, DOCUMENT)

    assert summarizer.revise(PAPER, draft, [Finding("numbers", "results", "87% is not in the paper.")]) is not None


@pytest.mark.parametrize(
    ("first", "complaint"),
    [
        (say(reply()[:300], finish="length"), "cut off at the longest answer allowed (llm.output_tokens)"),
        (say("", finish="length"), "There is no JSON object in it."),
        (say(reply()[:300]), "The JSON object is cut off."),
        (say(reply(results="")), "`results` is missing or empty."),
        (say("", refusal="I won't."), "The model refused to answer."),
        (say("", finish="content_filter"), "The server's content filter cut it off."),
        (say("[" * 50_000), "There is no JSON object in it."),
        (say('{"a":' * 50_000), "nested too deeply"),
    ],
)
def test_an_unusable_reply_is_asked_again_with_the_reason(play: Play, first: Any, complaint: str) -> None:
    setup, script = play(first, say())

    draft = setup.summarizer().summarize(PAPER, DOCUMENT)

    assert summarized(draft) == FIELDS
    assert draft.usage == Usage(2, 2000, 0, 40)
    *before, answered, again = script.asked[1]["messages"]
    assert before == script.asked[0]["messages"]
    assert answered["role"] == "assistant"
    assert 0 < len(answered["content"]) <= 20_000
    assert complaint in again["content"]


def test_after_three_runs_a_paper_is_given_up_and_no_further_run_pays_for_it(play: Play) -> None:
    setup, script = play(*[say("Sure, a fine paper.")] * 6)
    reasons = []

    for _ in range(5):
        with pytest.raises(InvalidReply) as unusable:
            setup.summarizer().summarize(PAPER, DOCUMENT)
        reasons.append(str(unusable.value))

    assert len(script.asked) == 6
    given_up = "given up after 3 runs; set another `llm.model`, or change the prompt"
    assert [given_up in reason for reason in reasons] == [False, False, True, True, True]


def test_another_model_is_asked_about_a_paper_that_was_given_up(play: Play) -> None:
    setup, _ = play(*[say("Sure, a fine paper.")] * 6, say())
    for _ in range(3):
        with pytest.raises(InvalidReply):
            setup.summarizer().summarize(PAPER, DOCUMENT)

    setup.model = "another"

    assert summarized(setup.summarizer().summarize(PAPER, DOCUMENT)) == FIELDS


def test_a_pair_of_unusable_replies_costs_the_paper_and_is_forgotten(play: Play) -> None:
    setup, _ = play(say("no"), say("no again"), say())

    with pytest.raises(InvalidReply) as unusable:
        setup.summarizer().summarize(PAPER, DOCUMENT)

    assert summarized(setup.summarizer().summarize(PAPER, DOCUMENT)) == FIELDS
    assert unusable.value.usage.calls == 2


def test_a_reply_is_kept_before_it_is_read_so_that_a_crash_between_two_calls_loses_none(play: Play) -> None:
    cut = say(reply()[:300], finish="length")
    setup, script = play(cut, refuse(401, "bad key"), say())
    with pytest.raises(ModelRefused):
        setup.summarizer().summarize(PAPER, DOCUMENT)

    draft = setup.summarizer().summarize(PAPER, DOCUMENT)

    assert summarized(draft) == FIELDS
    assert draft.usage == Usage(2, 2000, 0, 40)
    # The kept reply is complained of in the same words, so that the second question is the same one too.
    assert script.asked[1]["messages"] == script.asked[2]["messages"]


def test_what_was_paid_for_is_not_asked_again(play: Play) -> None:
    setup, _ = play(say("no"), say())
    first = setup.summarizer().summarize(PAPER, DOCUMENT)

    second = setup.summarizer().summarize(PAPER, DOCUMENT)

    assert second == first
    assert setup.budget.spent == Usage()


@pytest.mark.parametrize("change", ["title", "text", "model"])
def test_another_question_is_another_call(play: Play, change: str) -> None:
    setup, _ = play(say(), say())
    setup.summarizer().summarize(PAPER, DOCUMENT)

    setup.model = "other" if change == "model" else setup.model
    setup.summarizer().summarize(other(7) if change == "title" else PAPER, shorter() if change == "text" else DOCUMENT)


def test_a_revision_sends_the_exact_complaints(play: Play) -> None:
    setup, script = play(say(), say(reply(results="결과를 고쳤다.")))
    summarizer = setup.summarizer()
    draft = summarizer.summarize(PAPER, DOCUMENT)

    better = summarizer.revise(PAPER, draft, [Finding("numbers", "results", "87% is not in the paper.", "87%")])

    assert better is not None
    assert better.summary.results == "결과를 고쳤다."
    assert better.usage == Usage(2, 2000, 0, 40)
    assert "- `results`: 87% is not in the paper." in script.asked[1]["messages"][-1]["content"]


@pytest.mark.parametrize("answers", [[say("no")], [refuse(400), refuse(400)], [refuse(500)] * 2])
def test_a_revision_that_fails_leaves_the_draft_and_counts_its_calls(play: Play, answers: list[Any]) -> None:
    setup, _ = play(say(), *answers)
    summarizer = setup.summarizer(attempts=2)
    draft = summarizer.summarize(PAPER, DOCUMENT)

    kept = summarizer.revise(PAPER, draft, [Finding("complete", "goal", "It is cut off.")])

    assert kept is not None
    assert (kept.summary, kept.reply) == (draft.summary, draft.reply)
    assert kept.usage.calls == (1 if answers[0].status == 500 else 1 + len(answers))


def test_an_unspecific_refusal_is_asked_once_more(play: Play) -> None:
    setup, script = play(say(), refuse(400, "bad request"), say())
    summarizer = setup.summarizer()
    summarizer.summarize(PAPER, DOCUMENT)

    assert summarized(summarizer.summarize(other(1), DOCUMENT)) == FIELDS
    assert script.asked[1] == script.asked[2]


def test_a_text_that_is_too_long_is_halved_once(play: Play) -> None:
    setup, script = play(refuse(400, "maximum context length is 512 tokens", code="context_length_exceeded"), say())

    draft = setup.summarizer().summarize(PAPER, DOCUMENT)

    long, short = (asked["messages"][-1]["content"] for asked in script.asked)
    assert 0.3 < len(short) / len(long) < 0.65
    assert draft.document.left_out == ("Method (part)",)
    assert "Gates pay." in short


def test_a_quarter_of_it_still_too_long_costs_the_paper(play: Play) -> None:
    setup, _ = play(*[refuse(400, "maximum context length is 512 tokens")] * 3)

    with pytest.raises(TooLong, match="maximum context length"):
        setup.summarizer().summarize(PAPER, DOCUMENT)


def test_a_limit_is_lowered_where_that_is_enough_and_that_is_known_the_next_night(play: Play) -> None:
    words = "This model's maximum context length is 8192 tokens and your request has 1700 input tokens"
    setup, script = play(refuse(400, words), say(), say())

    draft = setup.summarizer().summarize(PAPER, DOCUMENT)
    setup.summarizer().summarize(other(1), DOCUMENT)

    texts = {asked["messages"][-1]["content"].partition("Title: ")[2].partition("\n")[2] for asked in script.asked}
    assert (draft.document, len(texts)) == (DOCUMENT, 1)
    assert script.asked[0]["max_tokens"] == 8000
    assert all(6000 < asked["max_tokens"] < 6600 for asked in script.asked[1:])


def test_a_text_is_shortened_to_what_the_server_says_and_no_further(play: Play) -> None:
    words = "prompt is too long: 13000 tokens > 9000 maximum"
    setup, script = play(refuse(400, words), *[say(usage=(6000, 20))] * 2)

    setup.summarizer().summarize(PAPER, trimmed_to(12_000))
    setup.summarizer().summarize(other(1), trimmed_to(12_000))

    sizes = [len(asked["messages"][-1]["content"]) for asked in script.asked]
    assert 0.2 < sizes[1] / sizes[0] < 0.5
    assert abs(sizes[1] - sizes[2]) < 400
    assert all(asked["max_tokens"] >= 3000 for asked in script.asked[1:])


def test_a_length_that_the_server_does_not_tell_is_found_once(play: Play) -> None:
    setup, script = play(refuse(413, "Request Entity Too Large"), *[say(usage=(6000, 20))] * 2)

    setup.summarizer().summarize(PAPER, trimmed_to(12_000))
    setup.summarizer().summarize(other(1), trimmed_to(12_000))

    first, second, third = (len(asked["messages"][-1]["content"]) for asked in script.asked)
    assert 0.4 < second / first < 0.6
    assert 0.9 < third / second < 1.1


def test_a_server_that_read_only_a_part_is_found_out_and_asked_anew_by_the_next_run(play: Play) -> None:
    long = trimmed_to(6000)
    setup, _ = play(say(usage=(900, 20)), say(usage=(5000, 20)))

    with pytest.raises(PromptTruncated, match=r"read 900 of about 6,\d{3} tokens\) .*OLLAMA_CONTEXT_LENGTH"):
        setup.summarizer().summarize(PAPER, long)

    assert summarized(setup.summarizer().summarize(PAPER, long)) == FIELDS


@pytest.mark.parametrize(
    "usage",
    [
        (12, 20),
        {"prompt_tokens": 12, "completion_tokens": 20, "prompt_tokens_details": {"cached_tokens": 7000}},
    ],
)
def test_a_count_of_what_was_not_cached_throws_no_answer_away(play: Play, usage: Any) -> None:
    setup, _ = play(say(usage=usage))

    assert summarized(setup.summarizer().summarize(PAPER, trimmed_to(6000))) == FIELDS


def test_a_server_that_counted_as_much_before_did_not_cut_anything(play: Play) -> None:
    setup, _ = play(say(usage=(7500, 20)), say(usage=(900, 20)))
    summarizer = setup.summarizer()
    summarizer.summarize(PAPER, trimmed_to(6000))

    assert summarized(summarizer.summarize(other(1), trimmed_to(6000))) == FIELDS


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (refuse(401, "Incorrect API key provided"), "answered 401: Incorrect API key"),
        (refuse(403, "forbidden"), "answered 403"),
        (refuse(402, "Insufficient Balance"), "answered 402"),
        (refuse(429, "You exceeded your current quota", code="insufficient_quota"), "insufficient_quota"),
        (refuse(404, "The model `scripted` does not exist", code="model_not_found"), "llm.model (scripted)"),
        (refuse(404, "page not found"), "llm.base_url"),
    ],
)
def test_a_refusal_of_us_stops_the_run_in_one_line_and_further_papers_ask_nothing(
    play: Play, answer: Any, said: str
) -> None:
    setup, script = play(answer)
    summarizer = setup.summarizer()

    for number in range(3):
        with pytest.raises(ModelRefused, match=re.escape(said)) as caught:
            summarizer.summarize(other(number), DOCUMENT)
        assert "\n" not in str(caught.value)

    assert script.modes == ["json_schema"]


@pytest.mark.parametrize("busy", [refuse(429), refuse(503), refuse(400, code="rate_limit"), refuse(502), refuse(529)])
def test_a_busy_server_is_asked_again_and_again(play: Play, busy: Any) -> None:
    setup, script = play(busy, busy, busy, say())

    draft = setup.summarizer().summarize(PAPER, DOCUMENT)

    assert draft.usage == Usage(1, 1000, 0, 20)
    assert script.modes == ["json_schema"] * 4


def test_a_fault_in_place_of_the_first_answer_is_asked_again_before_it_counts_as_a_refusal(play: Play) -> None:
    setup, script = play(refuse(500, "Internal Server Error"), say(), refuse(500), refuse(500), say())
    summarizer = setup.summarizer()

    summarizer.summarize(PAPER, DOCUMENT)
    summarizer.summarize(other(1), DOCUMENT)

    assert script.modes == ["json_schema"] * 5


def test_a_server_that_stays_busy_costs_the_paper(play: Play) -> None:
    setup, _ = play(*[refuse(503, "overloaded")] * 3)

    with pytest.raises(SummaryError, match="answered 503: overloaded, tried 3 times"):
        setup.summarizer(attempts=3).summarize(PAPER, DOCUMENT)


def test_tokens_that_the_server_does_not_count_are_estimated(play: Play) -> None:
    setup, _ = play(say(usage=None))

    draft = setup.summarizer().summarize(PAPER, DOCUMENT)

    assert draft.usage.input_tokens > 800
    assert draft.usage.output_tokens > 100
    assert setup.budget.spent == draft.usage


def test_a_call_that_could_pass_the_limit_is_not_made(play: Play) -> None:
    setup, _ = play(say(usage=(900, 500)))
    summarizer = setup.summarizer(output_tokens=1000, budget=Budget("scripted", {}, max_tokens=4000))
    summarizer.summarize(PAPER, DOCUMENT)

    with pytest.raises(BudgetReached, match=r"max_tokens_per_run \(4,000\)"):
        summarizer.summarize(other(1), DOCUMENT)


def test_a_call_that_is_dropped_counts_as_what_it_could_take_and_one_that_was_never_sent_costs_nothing(
    open_desk: Callable[[Any], Setup],
) -> None:
    dropped, unreachable = open_desk(lambda _: Response(None)), open_desk(lambda _: Response(200))
    unreachable.url = "http://127.0.0.1:9"
    for setup in (dropped, unreachable):
        with pytest.raises(SummaryError):
            setup.summarizer(output_tokens=1000, attempts=1).summarize(PAPER, DOCUMENT)

    assert (dropped.budget.spent.calls, dropped.budget.spent.output_tokens) == (1, 1000)
    assert dropped.budget.spent.input_tokens > 100
    assert unreachable.budget.spent == Usage()


def test_a_limit_on_money_needs_a_price() -> None:
    with pytest.raises(ConfigError, match=r"llm\.max_cost_per_run needs a price for new"):
        Budget("new", {"old": Price(input=1, output=1)}, max_cost=1)


def test_the_cost_of_each_paper_is_reported(play: Play) -> None:
    setup, _ = play(
        say(usage={"prompt_tokens": 1000, "completion_tokens": 100, "prompt_tokens_details": {"cached_tokens": 400}})
    )
    setup.prices = {"scripted": Price(input=1.0, cached=0.1, output=10.0)}

    assert setup.summarizer().summarize(PAPER, DOCUMENT).usage == Usage(1, 1000, 400, 100, 0.00164)


def test_a_damaged_memory_of_a_server_is_no_obstacle(play: Play, tmp_path: Path) -> None:
    setup, script = play(say())
    mode = '{"since": "2025-11-18", "ways": {"summary": {"mode": "x"}}}'
    for fact in ("nonsense", mode, "[1]", '{"other": 1}', mode.replace("mode", "limit_name"), "[" * 100_000):
        setup.cache.keep_fact(f"capabilities {setup.url}/v1 scripted", fact)
        setup.summarizer()

    setup.summarizer().summarize(PAPER, DOCUMENT)

    assert script.modes == ["json_schema"]
    assert isinstance(setup.cache, Cache)


def other(number: int) -> Any:
    """Another paper."""
    return type(PAPER)(id=PAPER.id, title=f"Paper {number}", abstract="")


def shorter() -> Any:
    """Another version of its text."""
    return type(DOCUMENT)(id=DOCUMENT.id, origin="html", sections=DOCUMENT.sections[:2])


def trimmed_to(tokens: int) -> Any:
    """A document of about so many tokens."""
    from digest.model import Section

    return type(DOCUMENT)(id=PAPER.id, origin="html", sections=(Section("Method", "Gate. " * (tokens * 4 // 6)),))
