"""Every server of the zoo: three papers are published or the reason is told, and its way is found once."""

import json
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from digest.commands.demo.server import Answer, Request, Response
from digest.errors import DigestError
from digest.model import ArxivId, Document, Draft, Paper, Section
from tests.stages.summarize.scripted import FIELDS, Setup
from tests.stages.summarize.zoo import ZOO, Server, table

ROOT = Path(__file__).parents[3]


def test_there_are_many_servers_each_with_a_name_and_a_source() -> None:
    assert len(ZOO) >= 25
    assert len({one.name for one in ZOO}) == len(ZOO)
    assert all(one.source.startswith("https://") for one in ZOO)


def test_the_table_of_the_documentation_is_that_of_the_zoo() -> None:
    assert table() in (ROOT / "docs" / "reliability.md").read_text("utf-8")


class Counting:
    """Counts how often each paper is asked about."""

    def __init__(self, server: Server) -> None:
        self.server, self.asked, self.lock = server, Counter[str](), threading.Lock()

    def __call__(self, request: Request) -> Response:
        asked = json.loads(request.body)
        title = asked["messages"][-1]["content"].partition("Title: ")[2].partition("\n")[0]
        with self.lock:
            self.asked[title] += 1
            return self.server(asked)


def night(setup: Setup, titles: list[str], words: int) -> list[Draft | DigestError]:
    """Summarise papers in a run of their own, three at once; errors are results."""
    summarizer = setup.summarizer(attempts=2)
    text = "A gate decides which layer runs. " * words
    document = Document(id=ArxivId("2511.00001"), origin="html", sections=(Section("Method", text, "method"),))

    def one(title: str) -> Draft | DigestError:
        try:
            return summarizer.summarize(Paper(id=ArxivId("2511.00001"), title=title, abstract=""), document)
        except DigestError as error:
            return error

    with ThreadPoolExecutor(3) as pool:
        return list(pool.map(one, titles))


@pytest.mark.parametrize("server", ZOO, ids=lambda one: one.name)
def test_a_server_of_the_zoo(server: Server, open_desk: Callable[[Answer], Setup]) -> None:
    server = replace(server, given=[])
    counting = Counting(server)
    setup = open_desk(counting)
    words = 900 if "truncated" in server.reason or "nginx" in server.name or "Ollama" in server.name else 40

    first = night(setup, [f"Paper {number}." for number in (1, 2, 3)], words)
    asked = dict(counting.asked)

    drafts = [one for one in first if isinstance(one, Draft)]
    assert len(drafts) == server.published, [str(one) for one in first]
    assert all({name: one.summary.field(name) for name in FIELDS} == FIELDS for one in drafts)
    assert all(server.reason in str(one) for one in first if isinstance(one, DigestError))
    assert max(asked.values()) <= 4
    if server.published == 3:
        night(setup, [f"Paper {number}." for number in (4, 5, 6)], words)
        assert [counting.asked[f"Paper {number}."] for number in (4, 5, 6)] == [1, 1, 1]
