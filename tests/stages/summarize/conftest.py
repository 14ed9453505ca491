"""A scripted model server on loopback. A script that is not played to its end, or is overrun, fails the test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from digest.commands.demo.server import Answer, Response, serve
from tests.stages.summarize.scripted import Desk, Script


@pytest.fixture
def open_desk(tmp_path: Path) -> Iterator[Callable[[Answer], Desk]]:
    """Serve an answer function and return a desk before it."""
    with ExitStack() as open_things:

        def open_one(answer: Answer) -> Desk:
            desk = Desk(open_things.enter_context(serve(answer)), tmp_path / "cache")
            open_things.callback(desk.opened.close)
            return desk

        yield open_one


@pytest.fixture
def play(open_desk: Callable[[Answer], Desk]) -> Iterator[Callable[..., tuple[Desk, Script]]]:
    """Serve a script and return a desk before it, and the script."""
    scripts: list[Script] = []

    def begin(*answers: Response) -> tuple[Desk, Script]:
        scripts.append(Script(list(answers)))
        return open_desk(scripts[-1]), scripts[-1]

    yield begin
    assert [(len(script.answers), script.surprises) for script in scripts] == [(0, 0)] * len(scripts)
