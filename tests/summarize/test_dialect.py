"""How a server is asked first, and what is learnt when it refuses."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.adapters.store import Cache
from digest.stages.summarize.client.capabilities import Dialect, Ways, first


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    cache = Cache(tmp_path)
    yield cache
    cache.close()


@pytest.mark.parametrize(
    ("url", "dialect"),
    [
        ("https://api.openai.com/v1", Dialect(limit_name="max_completion_tokens", lengths=False)),
        ("https://x.openai.azure.com/openai/v1", Dialect(limit_name="max_completion_tokens", lengths=False)),
        ("https://x.services.ai.azure.com/openai/v1", Dialect(limit_name="max_completion_tokens", lengths=False)),
        ("https://generativelanguage.googleapis.com/v1beta/openai", Dialect(lengths=False)),
        ("https://api.anthropic.com/v1", Dialect(lengths=False)),
        ("https://openrouter.ai/api/v1", Dialect(lengths=False)),
        ("https://api.deepseek.com", Dialect()),
        ("http://localhost:11434/v1", Dialect()),
        ("http://127.0.0.1:8080/v1", Dialect()),
        ("https://notapi.openai.com.example.org/v1", Dialect()),
    ],
)
def test_known_clouds_are_asked_in_their_own_accent(url: str, dialect: Dialect) -> None:
    assert first(url) == dialect


def test_the_ladder_ends(cache: Cache) -> None:
    rungs, rung = [], Dialect()
    while rung.weaker:
        rungs.append(rung := rung.weaker)

    assert [rung.mode for rung in rungs] == ["json_object with schema", "json_object", "text"]


def test_a_refusal_of_yesterdays_way_teaches_nothing_new(cache: Cache) -> None:
    ways = Ways("http://x/v1", "m", cache)
    strict, weaker = Dialect(), Dialect("json_object with schema")

    ways.learn(strict, weaker)
    ways.learn(strict, weaker)
    ways.learn(strict, Dialect(lengths=False))

    assert ways.best == weaker


def test_threads_that_are_refused_together_step_down_once(cache: Cache) -> None:
    ways, barrier = Ways("http://x/v1", "m", cache), threading.Barrier(8)

    def refused() -> None:
        way = ways.best
        barrier.wait()
        assert way.weaker
        ways.learn(way, way.weaker)

    threads = [threading.Thread(target=refused) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ways.best == Ways("http://x/v1", "m", cache).best == Dialect("json_object with schema")
