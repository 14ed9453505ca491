"""What all tests share: the recorded data, and Hypothesis' manners."""

import gc
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from digest.adapters.store import Cache
from tests.runs import Forker

ROOT = Path(__file__).parent.parent

# The tests start the program some three hundred times: compiled once, it begins in half the time.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# No deadline: a machine under load is no bug. Derandomized: the same commit gives the same verdict everywhere;
# `HYPOTHESIS_PROFILE=search` looks for new examples.
settings.register_profile(
    "verdict", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], max_examples=100
)
settings.register_profile("search", settings.get_profile("verdict"), derandomize=False, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "verdict"))


_NO_DATA = "the recorded data is not on this machine"


def pytest_collection_finish() -> None:
    """Leave what was imported out of all further collections: there is much of it, and it stays."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run over a skipped test where `NO_SKIPS` says that everything is installed.

    The recorded data is the one thing that a fresh machine may lack: it is not ours to pass on.
    """
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not os.environ.get("NO_SKIPS") or reporter is None or session.exitstatus != pytest.ExitCode.OK:
        return
    if any(_NO_DATA not in str(report.longrepr) for report in reporter.stats.get("skipped", [])):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of what the real services returned. It is third-party data, so it is not part of the project."""
    folder = Path(os.environ.get("DIGEST_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"{_NO_DATA}: {folder} (DIGEST_TEST_DATA names another folder)")
    return folder


@pytest.fixture(scope="session")
def forker() -> Iterator[Forker]:
    """What begins runs of the program in processes of their own, within milliseconds."""
    with Forker() as running:
        yield running


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    """A cache of one test."""
    with closing(Cache(tmp_path)) as kept:
        yield kept


@pytest.fixture
def patience() -> Iterator[None]:
    """Fail a test that hangs. A minute is no measure of speed: what is meant to be linear takes seconds at most."""

    def give_up(*_: object) -> None:
        raise TimeoutError("still not done after a minute")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)
