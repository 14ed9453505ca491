"""Whole runs before model servers with ways of their own, and with further models: what is published, and by whom."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from digest.commands.demo.server import Request, Response, serve
from tests.runs import Forker, World, invented, settings
from tests.stages.summarize.zoo import ZOO, Server

DAYS = (date(2026, 1, 5), date(2026, 1, 6))
CHAT = "/v1/chat/completions"
FIRST_KEY, SECOND_KEY = "sk-marked-first-0123456789", "sk-marked-second-0123456789"
PLAYED = (
    "OpenAI, a reasoning model",
    "OpenAI, an older model",
    "vLLM with Gemma 2",
    "ik_llama.cpp",
    "Gemini, a schema with lengths",
    "Groq",
    "OpenRouter",
    "SiliconFlow",
    "Bedrock gateway",
    "a gateway with codes of its own",
)


@pytest.fixture
def play(tmp_path: Path, forker: Forker) -> Iterator[Callable[..., Any]]:
    """Serve a world in which a function may answer the model's questions first."""
    with ExitStack() as opened:

        def begin(answer: Callable[[dict[str, Any]], Response | None]) -> tuple[World, str]:
            world = invented(DAYS, 3)
            world.on = lambda request: answer(json.loads(request.body)) if request.path == CHAT else None
            return world, opened.enter_context(serve(world))

        yield begin


def edition(folder: Path, day: date) -> dict[str, Any]:
    return json.loads((folder / "_data" / "digests" / f"{day}.json").read_text("utf-8"))  # type: ignore[no-any-return]


@pytest.mark.parametrize("server", [one for one in ZOO if one.name in PLAYED], ids=lambda one: one.name)
def test_a_server_with_ways_of_its_own_publishes_every_paper_and_is_known_the_next_night(
    server: Server, tmp_path: Path, forker: Forker, play: Callable[..., Any]
) -> None:
    server, refused = replace(server, given=[]), []

    def refuse(asked: dict[str, Any]) -> Response | None:
        if found := server.refusal(asked):
            refused.append(found)
        return found

    world, url = play(refuse)
    environ = settings(url, DIGEST_CHECK__VERIFY="true")
    folder = tmp_path / "papers"

    assert forker.run(folder, "build", "--date", str(DAYS[0]), environ=environ) == 0
    first = len(refused)
    assert forker.run(folder, "build", "--date", str(DAYS[1]), environ=environ) == 0

    assert [len(edition(folder, day)["entries"]) for day in DAYS] == [3, 3]
    assert all(one["provenance"]["verified"] for day in DAYS for one in edition(folder, day)["entries"])
    assert 1 <= first <= 3 * 3
    assert len(refused) == first
    assert len(world.answers) == 12


def fallback(url: str, **more: str) -> str:
    return json.dumps([{"model": "second", "base_url": f"{url}/v1", "key": "SECOND_KEY", **more}])


def test_a_further_model_writes_what_the_first_cannot_and_no_key_goes_astray(
    tmp_path: Path, forker: Forker, play: Callable[..., Any]
) -> None:
    asked: list[Request] = []
    no_key = Response(401, json.dumps({"error": {"message": f"bad key {FIRST_KEY}"}}).encode())
    _, url = play(lambda _: no_key)
    second = invented(DAYS, 3)
    second.on = asked.append  # type: ignore[assignment]
    folder = tmp_path / "papers"

    with serve(second) as other:
        environ = settings(
            url,
            OPENAI_API_KEY=FIRST_KEY,
            SECOND_KEY=SECOND_KEY,
            DIGEST_LLM__FALLBACK=fallback(other),
            DIGEST_LLM__PRICES='{"played": {"input": 1, "output": 1}, "second": {"input": 1000, "output": 1000}}',
        )
        assert forker.run(folder, "build", "--date", str(DAYS[0]), environ=environ) == 0

    entries, log = edition(folder, DAYS[0])["entries"], (tmp_path / "papers.log").read_text("utf-8")
    cost = sum(one["provenance"]["usage"]["cost"] for one in entries)
    assert [one["provenance"]["model"] for one in entries] == ["second"] * 3
    assert cost > 1
    assert f"${cost:.4f}" in log
    assert {request.headers["authorization"] for request in asked if request.path == CHAT} == {f"Bearer {SECOND_KEY}"}
    everything = log + "".join(path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file())
    assert FIRST_KEY not in everything
    assert SECOND_KEY not in everything


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"key": "OPENAI_API_KEY"}, "is sent to no other server than that of llm.base_url"),
        ({"key": "MISSING_KEY"}, "llm.fallback: MISSING_KEY is not set"),
    ],
)
def test_a_key_that_is_missing_or_meant_for_another_server_stops_the_run_before_anything_is_asked(
    tmp_path: Path, forker: Forker, play: Callable[..., Any], more: dict[str, str], said: str
) -> None:
    world, url = play(lambda _: None)
    environ = settings(url, OPENAI_API_KEY=FIRST_KEY, DIGEST_LLM__FALLBACK=fallback("http://127.0.0.1:9", **more))

    assert forker.run(tmp_path / "papers", "build", "--date", str(DAYS[0]), environ=environ) == 1

    assert said in (tmp_path / "papers.log").read_text("utf-8")
    assert world.asked == []


def test_another_model_can_be_asked_for_by_the_environment(
    tmp_path: Path, forker: Forker, play: Callable[..., Any]
) -> None:
    _, url = play(lambda _: None)
    environ = settings(url, DIGEST_LLM__FALLBACK=fallback("http://127.0.0.1:9", key=""), OPENAI_MODEL="another")
    del environ["DIGEST_LLM__MODEL"]

    assert forker.run(tmp_path / "papers", "build", "--date", str(DAYS[0]), environ=environ) == 0

    entries = edition(tmp_path / "papers", DAYS[0])["entries"]
    assert [one["provenance"]["model"] for one in entries] == ["another"] * 3
