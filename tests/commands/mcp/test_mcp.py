"""`digest mcp`, asked by the client that its protocol's makers publish."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

import digest
from digest.adapters.templates import Templates
from tests.site.conftest import Blog, make_edition, make_entry

ROOT = str(Path(digest.__file__).parent.parent)
"""Of what the server hears of the environment this is not by itself a part."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    blog = Blog(tmp_path)
    blog.put(make_edition("2025-11-03", make_entry(1), make_entry(2)))
    blog.put(make_edition("2025-11-04", make_entry(3, summary={"goal": "확산모델을 다룬다."})))
    return tmp_path


def _asked(folder: Path, ask: Callable[[Any], Awaitable[Any]]) -> Any:
    mcp = pytest.importorskip("mcp")  # takes a second, and one of the two workers has no use for it
    stdio = pytest.importorskip("mcp.client.stdio")
    server = mcp.StdioServerParameters(
        command=sys.executable, args=["-m", "digest", "mcp"], cwd=folder, env={"PYTHONPATH": ROOT}
    )

    async def run() -> Any:
        async with mcp.Client(stdio.stdio_client(server)) as client:
            return await ask(client)

    return asyncio.run(run())


def test_the_four_tools_read_the_archive_and_are_said_to_be_read_only(folder: Path) -> None:
    async def ask(client: Any) -> Any:
        tools = [(tool.name, tool.annotations.read_only_hint) for tool in (await client.list_tools()).tools]
        found = (await client.call_tool("search", {"query": "확산모델"})).structured_content
        day = (await client.call_tool("day", {"day": "2025-11-03"})).structured_content
        paper = (await client.call_tool("paper", {"id": "https://arxiv.org/pdf/2511.00001v2"})).structured_content
        passages = (await client.call_tool("evidence", {"id": "2511.00001", "field": "goal"})).structured_content
        missing = await client.call_tool("day", {"day": "2025-11-05"})
        return tools, found, day, paper, passages, (missing.is_error, missing.content[0].text)

    tools, found, day, paper, passages, missing = _asked(folder, ask)

    assert tools == [("search", True), ("day", True), ("paper", True), ("evidence", True)]
    assert (found["found"], found["papers"][0]["id"]) == (1, "2511.00003")
    assert [one["id"] for one in day["papers"]] == ["2511.00001", "2511.00002"]
    assert (paper["title"], paper["summary"]["limitations"]) == (
        "Paper1: Sparse Routing in Graph 1", "작은 모델만 보았다.",
    )  # fmt: skip
    assert passages["claims"] == {
        "goal": [{"claim": "", "passages": [{"quote": "We cut the cost.", "section": "Introduction"}]}]
    }
    assert missing == (
        True,
        "Error executing tool day: no papers on 2025-11-05 — days with papers nearby: 2025-11-03, 2025-11-04",
    )


def test_a_day_that_is_built_meanwhile_is_found(folder: Path) -> None:
    async def ask(client: Any) -> Any:
        before = (await client.call_tool("search", {"query": "Paper7"})).structured_content["found"]
        blog = Blog.__new__(Blog)
        blog.posts, blog.data = folder / "_posts", folder / "_data" / "digests"
        blog.put(make_edition("2025-11-06", make_entry(7)))
        return before, (await client.call_tool("search", {"query": "Paper7"})).structured_content["found"]

    assert _asked(folder, ask) == (0, 1)


def test_every_series_is_read_by_its_name(folder: Path) -> None:
    (folder / "config.yaml").write_text("languages: [ko, en]\n", "utf-8")
    english = Blog.__new__(Blog)
    english.posts, english.data = folder / "_posts" / "en", folder / "_data" / "digests" / "en"
    english.posts.mkdir()
    english.data.mkdir()
    told = {"goal": "It routes tokens."}
    english.put(make_edition("2025-11-03", make_entry(1, summary=told), language="en"), Templates().words("en"))

    async def ask(client: Any) -> Any:
        paper = [(await client.call_tool("paper", {"id": "2511.00001", "series": name})) for name in ("", "en")]
        unknown = await client.call_tool("search", {"query": "", "series": "fr"})
        goals = [one.structured_content["summary"]["goal"] for one in paper]
        return goals, unknown.is_error, unknown.content[0].text

    goals, failed, reason = _asked(folder, ask)

    assert goals == ["긴 문맥에서 계산을 1% 줄인다.", "It routes tokens."]
    assert (failed, reason.partition(": ")[2]) == (True, "unknown series 'fr' — series: (empty: the first), en")


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("search", {"query": "Paper", "since": "yesterday"}, "since"),
        ("search", {"query": "Paper", "limit": 0}, "limit"),
        ("search", {"query": "Paper", "series": "fr"}, "unknown series 'fr' — series: (empty: the first)"),
        (
            "search",
            {"query": "Paper", "from": "2025-11-03"},
            "unknown argument 'from' — arguments: query, limit, topic, since, until, series",
        ),
        ("search", {}, "tool search: query: Field required — arguments: query, limit, topic, since, until, series"),
        ("search", {"query": 1, "limit": "x"}, "query: Input should be a valid string; limit: Input should be a valid"),
        ("paper", {"id": "1" * 700}, "tool paper: id: String should have at most 600 characters — arguments: id,"),
        ("day", {"day": "3 November"}, "day"),
        ("paper", {"id": "no id"}, "'no id' is not the id of a paper"),
        ("paper", {"id": "2511.09999"}, "'2511.09999' is not in this archive"),
        ("evidence", {"id": "2511.00001", "field": "aim"}, "unknown field 'aim' — fields: goal, motivation,"),
    ],
)
def test_arguments_that_mean_nothing_are_errors_that_say_so(
    folder: Path, tool: str, arguments: dict[str, Any], says: str
) -> None:
    async def ask(client: Any) -> Any:
        answer = await client.call_tool(tool, arguments)
        return answer.is_error, answer.content[0].text

    is_error, text = _asked(folder, ask)

    assert (is_error, says in text, text.count("\n"), "pydantic" in text) == (True, True, 0, False)
