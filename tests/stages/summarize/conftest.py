"""A scripted model server on loopback. A script that is not played to its end, or is overrun, fails the test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from digest.commands.demo.server import Answer, Response, serve
from tests.stages.summarize.scripted import Script, Setup


@pytest.fixture
def open_desk(tmp_path: Path) -> Iterator[Callable[[Answer], Setup]]:
    """Serve an answer function and return a setup before it."""
    with ExitStack() as open_things:

        def open_one(answer: Answer) -> Setup:
            setup = Setup(open_things.enter_context(serve(answer)), tmp_path / "cache")
            open_things.callback(setup.opened.close)
            return setup

        yield open_one


@pytest.fixture
def play(open_desk: Callable[[Answer], Setup]) -> Iterator[Callable[..., tuple[Setup, Script]]]:
    """Serve a script and return a setup before it, and the script."""
    scripts: list[Script] = []

    def begin(*answers: Response) -> tuple[Setup, Script]:
        scripts.append(Script(list(answers)))
        return open_desk(scripts[-1]), scripts[-1]

    yield begin
    assert [(len(script.answers), script.surprises) for script in scripts] == [(0, 0)] * len(scripts)
