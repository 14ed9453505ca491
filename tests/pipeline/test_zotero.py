"""A library in Zotero as examples of a taste: its web API played on loopback, in its own shape."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from digest.adapters.http import Deadline
from digest.commands.demo.server import Request, Response, serve
from digest.config import Config
from digest.errors import FetchError
from digest.model import Event, Example
from digest.pipeline.paper_tools import open_paper_tools
from digest.pipeline.papers.ranking import Ranking

KEY = "zotero-key-0123456789abcdef"


def item(number: int, kind: str = "preprint", **data: Any) -> dict[str, Any]:
    """An item as `/items/top?format=json` has it."""
    told = {
        "key": f"ITEM{number:04}", "version": number, "itemType": kind, "title": f"Paper {number}",
        "creators": [{"creatorType": "author", "firstName": "Ada", "lastName": "Lovelace"}],
        "abstractNote": f"Abstract {number}.", "date": "2024", "DOI": "",
        "url": f"https://arxiv.org/abs/2501.{number:05}", "dateAdded": "2025-11-16T08:30:00Z",
    }  # fmt: skip
    return {"key": told["key"], "version": number, "library": {"type": "user", "id": 7}, "data": {**told, **data}}


def key_of(request: Request) -> str:
    """The key that a request shows."""
    return {name.lower(): value for name, value in request.headers.items()}.get("zotero-api-key", "")


class Library:
    """Zotero's API: pages of at most a hundred items; 403 for who has no key."""

    def __init__(self, items: list[dict[str, Any]]) -> None:
        self.items = items
        self.asked: list[Request] = []
        self.status = 200
        self.body = b""
        """What is answered in place of a page."""

    def __call__(self, request: Request) -> Response:
        self.asked.append(request)
        if self.status != 200:
            return Response(self.status, b"An error occurred", "text/plain")
        if key_of(request) != KEY:
            return Response(403, b"Invalid key", "text/plain")
        if self.body:
            return Response(200, self.body, "text/html")
        start = int(request.query["start"])
        page = self.items[start : start + min(100, int(request.query["limit"]))]
        return Response(200, json.dumps(page, indent=4).encode(), "application/json")


@contextmanager
def ranking(
    folder: Path, library: Library, problems: list[str], key: str = KEY, other: Library | None = None, **zotero: str
) -> Iterator[Ranking]:
    config = Config(
        taste={"examples": {"zotero": {"library": "users/7", **zotero}}},  # type: ignore[arg-type]
        paths={"posts": folder / "_posts", "data": folder / "_data", "cache": folder / ".cache"},  # type: ignore[arg-type]
        fetch={"attempts": 1, "timeout": 5},
        pace={"arxiv": 0},  # type: ignore[arg-type]
    )

    def report(event: Event) -> None:
        if event.kind == "problem":
            problems.append(event.text)

    with serve(library) as url, serve(other or Library([])) as elsewhere, ExitStack() as stack:
        services = config.services.model_copy(update={"zotero": url, "arxiv": elsewhere})
        config = config.model_copy(update={"services": services})
        tools = open_paper_tools(
            config,
            stack,
            now=lambda: datetime.now(UTC),
            report=report,
            deadline=Deadline(60),
            environ={"ZOTERO_API_KEY": key},
        )
        yield Ranking(config, tools.archive, tools.get_anew, tools.cache, report)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def test_a_whole_library_is_read_page_by_page_without_notes_and_files(tmp_path: Path) -> None:
    library = Library([item(1, "note", title=""), item(2, "attachment"), *(item(number) for number in range(3, 151))])
    problems: list[str] = []

    with ranking(tmp_path, library, problems) as ranks:
        found = ranks.examples

    assert len(found) == 148
    assert found[0] == Example(title="Paper 3", abstract="Abstract 3.", id="2501.00003", added=date(2025, 11, 16))
    assert [request.path for request in library.asked] == ["/users/7/items/top"] * 2
    assert problems == []


def test_one_collection_may_be_named(tmp_path: Path) -> None:
    library = Library([item(1)])

    with ranking(tmp_path, library, [], collection="ABCD2345") as ranks:
        assert [one.title for one in ranks.examples] == ["Paper 1"]

    assert library.asked[0].path == "/users/7/collections/ABCD2345/items/top"


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_a_library_that_is_out_of_reach_is_that_of_an_earlier_run(tmp_path: Path, status: int) -> None:
    library, problems = Library([item(1)]), list[str]()
    with ranking(tmp_path, library, problems) as ranks:
        before = ranks.examples
    library.status = status

    with ranking(tmp_path, library, problems) as ranks:
        after = ranks.examples

    assert (len(before), after) == (1, before)
    assert len(problems) == 1
    assert problems[0].startswith("continuing with the 1 example of an earlier run: zotero ")


@pytest.mark.parametrize("body", [b"<html>Log in", b"{}", b"[" * 100_000, b'[{"key": "A", "data": {"itemType'])
def test_a_page_that_is_no_list_is_no_empty_library(tmp_path: Path, body: bytes) -> None:
    library, problems = Library([item(1)]), list[str]()
    with ranking(tmp_path, library, problems) as ranks:
        before = ranks.examples
    library.body = body

    for _ in range(2):
        with ranking(tmp_path, library, problems) as ranks:
            assert ranks.examples == before != ()

    assert (
        problems
        == ["continuing with the 1 example of an earlier run: zotero: unexpected response, not a list of items"] * 2
    )


def test_a_wrong_key_costs_the_examples_alone_and_is_in_no_message(tmp_path: Path) -> None:
    problems: list[str] = []

    with ranking(tmp_path, Library([item(1)]), problems, key="wrong-0123456789") as ranks:
        assert ranks.examples == ()

    assert len(problems) == 1
    assert problems[0].startswith("continuing without it: zotero /users/7/items/top?")
    assert "wrong-0123456789" not in problems[0]


def test_the_key_is_sent_to_the_library_and_to_no_other_service(tmp_path: Path) -> None:
    library, other = Library([item(1)]), Library([])

    with ranking(tmp_path, library, [], other=other) as ranks:
        assert len(ranks.examples) == 1
        assert ranks.get is not None
        with pytest.raises(FetchError):
            ranks.get("arxiv", "/abs/2501.00001")

    assert [key_of(request) for request in (*library.asked, *other.asked)] == [KEY, ""]
