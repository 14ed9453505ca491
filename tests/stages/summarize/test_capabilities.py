"""How a server is asked first, and what is learnt when it refuses."""

import threading

import pytest

from digest.adapters.store import Cache
from digest.stages.summarize.client.capabilities import Capabilities, CapabilityStore, first


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


def test_the_fallbacks_end(cache: Cache) -> None:
    fallbacks, fallback = [], Capabilities()
    while fallback.fallback:
        fallbacks.append(fallback := fallback.fallback)

    assert [fallback.mode for fallback in fallbacks] == ["json_object with schema", "json_object", "text"]


def test_a_refusal_of_yesterdays_way_teaches_nothing_new(cache: Cache) -> None:
    ways = CapabilityStore("http://x/v1", "m", cache)
    strict, weaker = Capabilities(), Capabilities("json_object with schema")

    ways.learn(strict, weaker)
    ways.learn(strict, weaker)
    ways.learn(strict, Capabilities(lengths=False))

    assert ways.best == weaker


def test_threads_that_are_refused_together_step_down_once(cache: Cache) -> None:
    ways, barrier = CapabilityStore("http://x/v1", "m", cache), threading.Barrier(8)

    def refused() -> None:
        way = ways.best
        barrier.wait()
        assert way.fallback
        ways.learn(way, way.fallback)

    threads = [threading.Thread(target=refused) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ways.best == CapabilityStore("http://x/v1", "m", cache).best == Capabilities("json_object with schema")
