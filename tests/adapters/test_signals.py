"""A run that is asked to end says so, begins nothing more, and ends with the signal's code; the next one goes on."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from digest.adapters.http import Deadline
from digest.adapters.process.interruption import Interrupted, Interruption
from digest.commands.demo.server import serve
from digest.errors import OutOfTime
from tests.runs import ROOT, Forker, World, files, invented, kept, settings

DAY = date(2026, 1, 5)
ENDED = "digest: interrupted; calls in progress have 5 s to finish, a second signal stops at once; "
GOES_ON = "the next run will resume"


@dataclass
class Model:
    """Services whose model answers when it is let go, and not before."""

    world: World = field(default_factory=lambda: invented([DAY], 4))
    go: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    @property
    def calls(self) -> int:
        return self.world.asked.count("/v1/chat/completions")

    @property
    def environ(self) -> dict[str, str]:
        return settings(self.url, DIGEST_LLM__MAX_CONCURRENCY="2")

    def begin(self, place: Path, *words: str) -> "subprocess.Popen[str]":
        place.mkdir(exist_ok=True)
        own = {name: value for name, value in os.environ.items() if not name.startswith(("DIGEST_", "OPENAI_", "HF_"))}
        return subprocess.Popen(
            [sys.executable, "-m", "digest", *words],
            cwd=place,
            env={**own, **self.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def under_way(self, place: Path, *words: str) -> "subprocess.Popen[str]":
        """Begin a run and return when two calls are under way."""
        run = self.begin(place, *words)
        assert self.world.until(lambda: self.calls == 2 or run.poll() is not None, 60)
        return run


@pytest.fixture
def model() -> Iterator[Model]:
    here = Model()

    def wait(request: object) -> None:
        if getattr(request, "path", "") == "/v1/chat/completions":
            here.go.wait(60)

    here.world.on = wait
    with serve(here.world) as here.url:
        yield here
        here.go.set()


@pytest.fixture(autouse=True)
def _a_shell_in_the_foreground() -> Iterator[None]:
    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, signal.default_int_handler),
        signal.SIGHUP: signal.signal(signal.SIGHUP, signal.SIG_DFL),  # nohup ignores it, and a child inherits that
    }
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


BUILD = ("build", "--date", str(DAY))


@pytest.mark.parametrize(
    ("words", "number", "code"),
    [
        (BUILD, signal.SIGINT, 130),
        (BUILD, signal.SIGTERM, 143),
        (("backfill", "--from", str(DAY), "--to", str(DAY), "--yes"), signal.SIGHUP, 129),
    ],
)
def test_calls_under_way_are_kept_and_no_other_begins(
    model: Model, tmp_path: Path, forker: Forker, words: tuple[str, ...], number: signal.Signals, code: int
) -> None:
    run = model.under_way(tmp_path / "struck", *words)
    run.send_signal(number)
    assert run.stderr is not None
    said = next(line for line in run.stderr if ENDED in line)
    model.go.set()
    _, rest = run.communicate(timeout=60)
    assert (run.returncode, said, rest) == (code, f"{ENDED}{GOES_ON}\n", "")
    assert (model.calls, kept(tmp_path / "struck")) == (2, 2)
    for place in ("struck", "calm"):
        assert forker.run(tmp_path / place, *words, environ=model.environ) == 0
    assert files(tmp_path / "struck") == files(tmp_path / "calm")
    assert model.calls == 4 + 4


def test_calls_that_go_on_are_dropped(model: Model, tmp_path: Path) -> None:
    run = model.under_way(tmp_path / "run", *BUILD)
    run.send_signal(signal.SIGTERM)
    _, said = run.communicate(timeout=60)
    assert (run.returncode, said.splitlines()[-1], model.calls) == (143, f"{ENDED}{GOES_ON}", 2)


def test_a_second_signal_ends_at_once(model: Model, tmp_path: Path) -> None:
    run = model.under_way(tmp_path / "run", *BUILD)
    assert run.stderr is not None
    run.send_signal(signal.SIGINT)
    assert any(ENDED in line for line in run.stderr)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=60)
    assert (run.returncode, said) == (130, "")


def test_a_signal_that_is_ignored_stays_ignored(model: Model, tmp_path: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        run = model.under_way(tmp_path / "run", *BUILD)
    finally:
        signal.signal(signal.SIGHUP, before)
    run.send_signal(signal.SIGHUP)
    model.go.set()
    run.communicate(timeout=60)
    assert run.returncode == 0


def test_a_signal_before_anything_has_begun_ends_in_one_line() -> None:
    script = (
        "import os, signal\nfrom digest.adapters.process import signals\n"
        "signals.end_at_once()\nos.kill(os.getpid(), signal.SIGTERM)"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (143, f"digest: interrupted; {GOES_ON}\n")


def test_nothing_is_raised_within_what_must_not_be_left_half_done() -> None:
    interruption, done = Interruption(), []
    with pytest.raises(Interrupted), interruption.held():
        interruption.strike(signal.SIGINT)
        done.append("finished")
    assert (done, interruption.signal) == (["finished"], signal.SIGINT)


def test_it_is_raised_once_only() -> None:
    interruption = Interruption()
    with pytest.raises(Interrupted):
        interruption.strike(signal.SIGTERM)
    interruption.strike(signal.SIGINT)
    assert interruption.signal == signal.SIGTERM


def test_what_begins_after_an_interruption_is_over_at_once() -> None:
    interruption, deadline = Interruption(), Deadline()
    interruption.ask(signal.SIGINT, 5)
    interruption.bound(deadline.cut)
    with pytest.raises(OutOfTime):
        deadline.check()
