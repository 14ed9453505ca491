"""What all tests share: the recorded data, and the rule that nothing may be skipped where everything is installed."""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NEEDS = {"browser": "chromium", "jekyll": "jekyll", "java": "java"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a program that is not here, and say which."""
    for item in items:
        for marker, program in NEEDS.items():
            if item.get_closest_marker(marker) and shutil.which(program) is None:
                item.add_marker(pytest.mark.skip(reason=f"{program} is not installed"))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """Turn a skip into a failure where NO_SKIPS is set, as in CI, which installs everything."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("NO_SKIPS") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped although nothing may be missing here: {report.longrepr}"


@pytest.fixture(scope="session")
def recorded() -> Path:
    """The folder of recorded real data, which is not part of the project."""
    folder = Path(os.environ.get("DIGEST_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the recorded data is not here (DIGEST_TEST_DATA)")
    return folder


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the developer's own settings and keys out of the tests."""
    for name in list(os.environ):
        if name.startswith(("DIGEST_", "OPENAI_", "HF_")) and name != "DIGEST_TEST_DATA":
            monkeypatch.delenv(name)
