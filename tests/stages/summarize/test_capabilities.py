"""How a server is asked first, and what is learnt when it refuses."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from digest.adapters.store import Cache
from digest.stages.summarize.client.capabilities import Capabilities, first
from digest.stages.summarize.client.learnt import CapabilityStore

NIGHT = datetime(2025, 11, 18, tzinfo=UTC)
STRICT, WEAKER, TEXT = Capabilities(), Capabilities("json_object"), Capabilities("text", system=False)


def store(cache: Cache, days: int = 0, mode: Literal["auto", "schema", "json", "text"] = "auto") -> CapabilityStore:
    """What a run so many days later knows."""
    return CapabilityStore("http://x/v1", "m", cache, lambda: NIGHT + timedelta(days=days), mode)


@pytest.mark.parametrize(
    ("url", "capabilities"),
    [
        ("https://api.openai.com/v1", Capabilities(limit_name="max_completion_tokens", lengths=False)),
        ("https://x.openai.azure.com/openai/v1", Capabilities(limit_name="max_completion_tokens", lengths=False)),
        ("https://x.services.ai.azure.com/openai/v1", Capabilities(limit_name="max_completion_tokens", lengths=False)),
        ("https://generativelanguage.googleapis.com/v1beta/openai", Capabilities(lengths=False)),
        ("https://api.anthropic.com/v1", Capabilities(lengths=False)),
        ("https://openrouter.ai/api/v1", Capabilities(lengths=False)),
        ("https://api.deepseek.com", Capabilities()),
        ("http://localhost:11434/v1", Capabilities()),
        ("http://127.0.0.1:8080/v1", Capabilities()),
        ("https://notapi.openai.com.example.org/v1", Capabilities()),
    ],
)
def test_known_clouds_are_asked_in_their_own_accent(url: str, capabilities: Capabilities) -> None:
    assert first(url) == capabilities


def test_the_fallbacks_end() -> None:
    fallbacks, fallback = [], Capabilities()
    while fallback.fallback:
        fallbacks.append(fallback := fallback.fallback)

    assert [fallback.mode for fallback in fallbacks] == ["json_object with schema", "json_object", "text"]


def test_a_refusal_in_unknown_words_leads_to_the_plainest_way_in_two_steps_and_ends() -> None:
    ways, way = [], STRICT
    while way.plainer:
        ways.append(way := way.plainer)

    assert ways == [WEAKER, TEXT, TEXT.renamed]


@pytest.mark.parametrize(
    ("mode", "way"),
    [
        ("schema", replace(STRICT, chosen=True)),
        ("json", replace(WEAKER, chosen=True)),
        ("text", Capabilities("text", chosen=True)),
    ],
)
def test_a_mode_that_was_chosen_stays(mode: Literal["schema", "json", "text"], way: Capabilities, cache: Cache) -> None:
    assert store(cache, mode=mode).best("summary") == way
    assert way.fallback is None
    assert way.plainer == replace(way, system=False)


def test_a_way_that_worked_is_known_to_the_next_runs_for_thirty_days(cache: Cache) -> None:
    store(cache).learn(WEAKER, "summary")

    assert [store(cache, days).best("summary") for days in (0, 29, 30)] == [WEAKER, WEAKER, STRICT]


def test_it_is_where_another_kind_of_question_begins(cache: Cache) -> None:
    tonight = store(cache)
    tonight.learn(WEAKER, "summary")

    assert tonight.best("verdict") == WEAKER
    tonight.learn(TEXT, "verdict")
    assert [store(cache).best(kind) for kind in ("summary", "verdict")] == [WEAKER, TEXT]


def test_one_papers_troubles_do_not_change_a_way_that_works(cache: Cache) -> None:
    tonight = store(cache)
    tonight.learn(STRICT, "summary")
    assert tonight.works(STRICT, "summary")

    tonight.learn(WEAKER, "summary")
    tonight.learn(STRICT, "summary")

    assert tonight.best("summary").mode == "json_object"


def test_sizes_are_learnt_beside_the_way_and_kept(cache: Cache) -> None:
    tonight = store(cache)
    tonight.learn(replace(WEAKER, window=8192, density=1.4), "summary")
    tonight.learn(WEAKER, "summary")

    assert store(cache).best("summary") == replace(WEAKER, window=8192, density=1.4)


def test_the_first_way_is_nothing_to_remember(cache: Cache) -> None:
    store(cache).learn(STRICT, "summary")

    assert cache.fact("capabilities http://x/v1 m") is None


@pytest.mark.parametrize(
    ("way", "asked", "room", "fits"),
    [
        (STRICT, 100_000, 8000, True),
        (Capabilities(limit=4096), 100_000, 4096, True),
        (Capabilities(window=8192), 2000, 6128, True),
        (Capabilities(window=8192), 5128, 3000, True),
        (Capabilities(window=8192), 5129, 2999, False),
        (Capabilities(window=8192, density=2.0), 2000, 4128, True),
        (Capabilities(question=2000), 2001, 8000, False),
    ],
)
def test_an_answer_gets_the_room_that_a_question_leaves(way: Capabilities, asked: int, room: int, fits: bool) -> None:
    assert (way.room(asked, 8000), way.fits(asked, 8000)) == (room, fits)
