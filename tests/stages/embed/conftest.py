"""A server of embeddings on loopback, whose answers a test writes."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from digest.adapters.store import Cache
from digest.commands.demo.server import Request, Response, serve
from tests.stages.embed.scripted import Scene, right


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Callable[..., Scene]]:
    """Serve answers, one after the other; when they are used up, right ones."""
    with ExitStack() as opened:

        def begin(*answers: Response | Callable[[dict[str, Any]], Response]) -> Scene:
            waiting, asked, headers = list(answers), list[dict[str, Any]](), list[dict[str, str]]()

            def answering(request: Request) -> Response:
                assert (request.method, request.path) == ("POST", "/v1/embeddings")
                asked.append(json.loads(request.body))
                headers.append(request.headers)
                given = waiting.pop(0) if waiting else right
                return given(asked[-1]) if callable(given) else given

            url = opened.enter_context(serve(answering))
            cache = opened.enter_context(closing(Cache(tmp_path / "cache")))
            return Scene(url, cache, asked, headers, opened)

        yield begin
