"""Any text becomes a summary or the reasons why not."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import Claim, Evidence, Summary, schema
from digest.stages.summarize.reply import InvalidReply, parse
from tests.stages.summarize.scripted import CLAIMS, FIELDS, REPLY, TOPICS
from tests.wording import Reads

RAW = json.dumps(REPLY, ensure_ascii=False)
SUMMARY = (Summary(**FIELDS, tldr="게이트를 더한다.", topics=("LLM",)), CLAIMS)
_INNER = '{"goal": "not this one"}'


def complaints(raw: str, finish: str = "stop") -> tuple[str, ...]:
    with pytest.raises(InvalidReply) as caught:
        parse(raw, TOPICS, finish)
    return caught.value.complaints


def changed(**over: Any) -> str:
    return json.dumps({key: value for key, value in {**REPLY, **over}.items() if value is not ...})


@pytest.mark.parametrize(
    "raw",
    [
        RAW,
        f"```json\n{RAW}\n```",
        f"Here is the summary:\n\n{RAW}\n\nI hope this helps!",
        f"<think>Let me see. {_INNER}</think>\n{RAW}",
        f"Let me see. {_INNER} Hmm.</think>{RAW}",
        f"<THINKING>\n\n</THINKING>```\n{RAW}```",
        f"The set {{x | x > 0}} and \\mathcal{{L}} come first. {RAW}",
        f'A broken {{"try": … and the real one: {RAW}',
        f"[{RAW}]",
        json.dumps(REPLY, indent=4),
        json.dumps({key.upper(): value for key, value in REPLY.items()}),
        RAW.replace("항목을", "항목을\x00\x1b"),
        RAW.replace("항목을 ", "항목을\n"),
        "\ufeff" + RAW,
    ],
)
def test_what_stands_around_the_object_is_no_matter(raw: str) -> None:
    assert parse(raw, TOPICS)[0].goal == SUMMARY[0].goal
    assert parse(raw, TOPICS)[1] == SUMMARY[1]


DRAFT = json.dumps({**REPLY, **dict.fromkeys(schema.NAMES, "초안이다.")}, ensure_ascii=False)


@pytest.mark.parametrize(
    "raw",
    [
        f"A draft: {DRAFT} Better: {RAW}",
        f"<think>{DRAFT}</think>{RAW}",
        f"{DRAFT}</think>{RAW}",
        f"[THINK]{DRAFT}[/THINK]{RAW}",
        f"<|channel|>analysis<|message|>{DRAFT}<|end|><|start|>assistant<|channel|>final<|message|>{RAW}<|return|>",
        f"analysisDraft: {DRAFT} Now refine.assistantfinal{RAW}",
        f"{DRAFT[:400]} … no, once more: {RAW}",
        json.dumps({"summary": REPLY}),
        json.dumps({"name": "f", "arguments": {"result": [REPLY]}}),
        json.dumps({"arguments": json.dumps(REPLY)}),
        json.dumps(RAW),
        f"{DRAFT}\n{json.dumps({'final': REPLY})}",
        f'{RAW}\nNote: {{"confidence": 0.9}}',
        f'{RAW}\nNote: {{"confidence": ',
    ],
)
def test_the_last_whole_object_with_all_keys_counts(raw: str) -> None:
    assert parse(raw, TOPICS) == SUMMARY


@pytest.mark.parametrize(
    ("raw", "finish"),
    [
        (f"A draft: {DRAFT} Better: {RAW[:-30]}", "stop"),
        (f"A draft: {DRAFT} It has no results yet, so I go on with", "length"),
        (f"<think>{DRAFT}</think>I cannot.", "stop"),
        (f"<think>{DRAFT} But", "length"),
        (f"{DRAFT}</think>", "stop"),
        (f"<|channel|>analysis<|message|>{DRAFT} Now", "length"),
        (f"<|channel|>analysis<|message|>{DRAFT}<|end|><|start|>assistant<|channel|>final<|message|>", "stop"),
        (f"analysisDraft: {DRAFT} Now refine.", "stop"),
        (f"analysisDraft: {DRAFT} Now refine.assistantfinal{RAW[:300]}", "length"),
    ],
)
def test_a_draft_is_never_taken_for_the_answer(raw: str, finish: str) -> None:
    assert complaints(raw, finish)


def test_a_summary_may_speak_of_think_tags() -> None:
    text = "모델은 <think> 뒤에서 생각하고 </think> 앞에서 멈춘다."

    assert parse(changed(method=text), TOPICS)[0].method == text


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("", ["There is no JSON object in it."]),
        ("I cannot do that.", ["There is no JSON object in it."]),
        ("<think>It is long " + RAW, ["There is no JSON object in it."]),
        (RAW[:-40], ["The JSON object is cut off."]),
        (RAW[:300], ["The JSON object is cut off."]),
        (RAW[:-1] + ',"x": }', [Reads("It is not valid JSON: <words>")]),
        ('{"a": 1}', ["The JSON object has none of the fields."]),
        (changed(goal="", results=None), ["`goal` is missing or empty.", "`results` is missing or empty."]),
        (changed(goal=...), ["`goal` is missing or empty."]),
        (changed(goal=17), ["`goal` is missing or empty."]),
        (changed(goal=[1, None]), ["`goal` is missing or empty."]),
        (changed(goal={"words": "x"}), ["`goal` is missing or empty."]),
        (changed(goal="\u200b\ufffd \x00"), ["`goal` is missing or empty."]),
        (changed(goal="\ud800 연구는 게이트를 더한다."), ["It holds half a character: write each character out."]),
        (changed(method="\ufffd 연구는 게이트를 더한다."), ["It holds half a character: write each character out."]),
        (changed(goal="가" * 1601), ["`goal` has 1,601 characters; at most 400 are asked for."]),
        ('{"goal": ' + "[" * 100_000, ["The JSON is nested too deeply."]),
        ('{"goal": ' + "1" * 5000 + "}", ["The JSON holds a number that is too long."]),
    ],
)
def test_an_unusable_reply_says_what_is_wrong_with_it(raw: str, said: list[str]) -> None:
    found = complaints(raw)

    assert list(found) == said


@pytest.mark.parametrize(
    ("finish", "said"),
    [
        ("length", "It was cut off at the longest answer allowed (llm.output_tokens): be brief."),
        ("content_filter", "The server's content filter cut it off."),
        ("refusal", "The model refused to answer."),
    ],
)
def test_the_reason_that_the_server_gives_comes_first(finish: str, said: str) -> None:
    assert complaints(RAW[:300], finish)[0] == said


def test_a_whole_reply_is_whole_however_it_ended() -> None:
    assert parse(RAW, TOPICS, "length") == SUMMARY


@pytest.mark.parametrize(
    ("over", "topics", "tldr"),
    [
        ({"topics": ["llm", "비전 ", "llm", "요리", "이론", "LLM"]}, ("LLM", "비전", "이론"), "게이트를 더한다."),
        ({"topics": "LLM"}, (), "게이트를 더한다."),
        ({"topics": [["LLM"], None, {}]}, (), "게이트를 더한다."),
        ({"tldr": None}, ("LLM",), ""),
        ({"tldr": "가" * 700}, ("LLM",), ""),
    ],
)
def test_what_is_optional_is_dropped_where_it_is_unfit(
    over: dict[str, Any], topics: tuple[str, ...], tldr: str
) -> None:
    summary, _ = parse(changed(**over), TOPICS)

    assert (summary.topics, summary.tldr) == (topics, tldr)


@pytest.mark.parametrize(
    ("field", "text", "claims"),
    [
        ("문장이다.", "문장이다.", [Claim(text="문장이다.")]),
        (
            {"text": "문장이다.", "quotes": "A passage."},
            "문장이다.",
            [Claim(text="문장이다.", anchors=(Evidence("A passage."),))],
        ),
        (
            [{"quotes": ["One.", "One.", 7, "x" * 3000, ""], "text": "앞이다."}, {"quotes": None, "text": "- 뒤다."}],
            "앞이다.\n\n- 뒤다.",
            [Claim(text="앞이다.", anchors=(Evidence("One."),)), Claim(text="뒤다.")],
        ),
        (
            [
                {"text": "앞이다."},
                {"text": "뒤다."},
                {"text": "- 하나\n- 둘", "quotes": ["[T1.1] a | 1\n[T1.2] b | 2"]},
            ],
            "앞이다. 뒤다.\n\n- 하나\n- 둘",
            [
                Claim(text="앞이다."),
                Claim(text="뒤다."),
                Claim(text="하나", anchors=(Evidence("[T1.1] a | 1"), Evidence("[T1.2] b | 2"))),
                Claim(text="둘", anchors=(Evidence("[T1.1] a | 1"), Evidence("[T1.2] b | 2"))),
            ],
        ),
    ],
)
def test_claims_join_to_the_text_of_their_field(field: Any, text: str, claims: list[Claim]) -> None:
    summary, found = parse(changed(method=field), TOPICS)

    assert (summary.method, list(found["method"])) == (text, claims)


def test_lists_stand_apart_from_prose() -> None:
    summary, _ = parse(changed(method="셋으로 나눈다.\n* 하나\n• 둘\n그리고 끝.", results=["하나.", "둘."]), TOPICS)

    assert summary.method == "셋으로 나눈다.\n\n- 하나\n- 둘\n\n그리고 끝."
    assert summary.results == "- 하나.\n- 둘."


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*schema.NAMES, "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)
_KEYS = st.sampled_from([*schema.NAMES, "tldr", "topics", "quotes", "text", "Goal", "x"])


@given(st.text() | st.dictionaries(_KEYS, _ANY).map(json.dumps) | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_any_text_becomes_a_summary_or_a_complaint(raw: str) -> None:
    try:
        summary, claims = parse(raw, TOPICS)
    except InvalidReply as unusable:
        assert unusable.complaints
    else:
        assert all(summary.field(name) for name in schema.NAMES)
        assert set(claims) <= set(schema.NAMES)


@given(st.dictionaries(_KEYS, _ANY), st.integers(0, 2000))
def test_a_valid_reply_with_anything_put_into_it_never_breaks(over: dict[str, Any], cut: int) -> None:
    try:
        parse(json.dumps(REPLY | over)[: cut or None], TOPICS)
    except InvalidReply as unusable:
        assert unusable.complaints


_LETTERS = st.characters(blacklist_categories=["Cs", "Cc"])
_SENTENCE = st.text(_LETTERS, min_size=1, max_size=60).filter(
    lambda text: any(sign.isalnum() for sign in text) and "\ufffd" not in text
)
_PROSE = st.text(_LETTERS, max_size=60).filter(lambda text: '"' not in text and "think" not in text.lower())


@given(st.fixed_dictionaries(dict.fromkeys(schema.NAMES, _SENTENCE)), _PROSE, _PROSE, st.sampled_from("012345"))
def test_wrapping_changes_nothing(fields: dict[str, str], before: str, after: str, way: str) -> None:
    raw = json.dumps(REPLY | fields, ensure_ascii=way in "024")
    wrapped = {
        "0": f"```json\n{raw}\n```",
        "1": f"```\n{raw}\n```\n{after}",
        "2": f"{before}\n{raw}\n{after}",
        "3": f"<think>{before}</think>{raw}",
        "4": f"<think>{before} {_INNER}</think>\n\n```json\n{raw}```",
        "5": f"  {raw}  ",
    }[way]

    assert parse(wrapped, TOPICS) == parse(raw, TOPICS)
