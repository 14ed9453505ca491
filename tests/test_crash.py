"""Twenty of the kills of `bench/crash.py`, at stage boundaries and at random moments; the bench does two hundred."""

import sys
from pathlib import Path

import pytest

from tests.runs import ROOT, Forker


@pytest.fixture
def crash(monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    import crash

    yield crash
    del sys.modules["crash"]


def test_after_a_kill_the_next_run_makes_what_an_undisturbed_one_makes(
    crash: object, tmp_path: Path, forker: Forker
) -> None:
    bench = crash.Bench(tmp_path, forker)
    bench.calm()

    boundary, anywhere = crash.kills(bench, 20)
    (two,) = crash.two_at_once(bench, 1)
    (full,) = crash.full_disk(bench, 2)

    assert (boundary.wrong, anywhere.wrong, two.wrong, full.wrong) == ([], [], [], [])
    assert (boundary.same, anywhere.same, two.same, full.same) == (10, 10, 1, 2)
    assert [(tally.half, tally.twice) for tally in (boundary, anywhere, two, full)] == [(0, 0)] * 4
    assert max(boundary.flight, anywhere.flight) <= 4  # two places, each free a moment before its reply is kept
    assert boundary.killed >= 8
