"""The lock: everything is pinned by hash, nothing names a place, and it holds what pyproject.toml asks for."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import Environment, default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from requirements.compare import difference, pinned, versions

ROOT = Path(__file__).parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
RUN: list[str] = PROJECT["project"]["dependencies"]
BUILD: list[str] = PROJECT["dependency-groups"]["build"]
ASKED = {
    "run": RUN,
    "notify": RUN + EXTRAS["notify"],
    "dask": RUN + EXTRAS["dask"],
    "cards": RUN + EXTRAS["cards"],
    "archive": RUN + EXTRAS["archive"],
    "mcp": RUN + EXTRAS["mcp"],
    "test": [*RUN, *(one for extra in EXTRAS.values() for one in extra)],
    "build": BUILD,
    "release": PROJECT["dependency-groups"]["release"],
    "fuzz": PROJECT["dependency-groups"]["fuzz"],
}


def text(lock: str) -> str:
    return (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")


def environments() -> list[Environment]:
    here: dict[str, Any] = {**default_environment(), "platform_python_implementation": "CPython"}
    return [
        {**here, "python_version": f"3.{minor}", "python_full_version": f"3.{minor}.0", **system}  # type: ignore[misc]
        for minor in (11, 12, 13, 14)
        for system in (
            {"sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64", "os_name": "posix"},
            {"sys_platform": "darwin", "platform_system": "Darwin", "platform_machine": "arm64", "os_name": "posix"},
        )
    ]


def test_there_is_a_lock_for_everything_that_can_be_asked_for() -> None:
    assert [path.stem for path in LOCKS] == sorted(ASKED)
    assert sorted({*EXTRAS, *PROJECT["dependency-groups"], "run"}) == sorted(ASKED)


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_a_lock_holds_exact_versions_with_hashes_and_nothing_else(path: Path) -> None:
    requirement = r"[a-z0-9-]+==[\w.]+(?: ; [^\\\n]+)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n"

    assert re.fullmatch(rf"(?:# .*\n|#    make lock\n)*(?:{requirement})+", path.read_text("utf-8"))
    assert not re.search(r"index|https?:|file:|find-links", path.read_text("utf-8"))


@pytest.mark.parametrize("lock", ASKED)
def test_a_lock_holds_what_the_project_asks_for_on_every_python_and_system(lock: str) -> None:
    unmet = [
        (environment["python_version"], environment["sys_platform"], asked)
        for environment in environments()
        for held in [versions(text(lock), environment)]
        for asked in ASKED[lock]
        for one in [Requirement(asked)]
        if not one.specifier.contains(held.get(canonicalize_name(one.name), "0"), prereleases=True)
    ]

    assert unmet == []


@pytest.mark.parametrize("lock", ["run", "notify", "dask", "build", "release"])
def test_what_two_locks_both_hold_is_one_version(lock: str) -> None:
    for environment in environments():
        whole = versions(text("test"), environment)
        held = versions(text(lock), environment)

        assert {name: version for name, version in held.items() if whole.get(name, version) != version} == {}
        assert lock in PROJECT["dependency-groups"] or set(held) <= set(whole)


def test_the_build_backend_is_locked_as_the_project_names_it() -> None:
    assert set(PROJECT["build-system"]["requires"]) <= set(BUILD)


def test_two_environments_are_compared_package_by_package() -> None:
    assert difference({"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "2.1", "d": "4"}) == [
        "| b | 2 | 2.1 |", "| c | 3 | — |", "| d | — | 4 |",
    ]  # fmt: skip


def test_a_version_of_another_python_is_not_asked_for() -> None:
    hashes = " \\\n    --hash=sha256:0\n"
    lock = f"a==1 ; python_full_version < '3.12'{hashes}a==2 ; python_full_version >= '3.12'{hashes}"

    found = {environment["python_version"]: versions(lock, environment) for environment in environments()}

    assert found == {"3.11": {"a": "1"}, "3.12": {"a": "2"}, "3.13": {"a": "2"}, "3.14": {"a": "2"}}
    assert len(pinned(lock)) == 2


def test_the_comparison_ends_with_1_and_a_table_where_something_is_not_as_locked(tmp_path: Path) -> None:
    (tmp_path / "lock.txt").write_text("click==0.1 \\\n    --hash=sha256:0\n")

    done = subprocess.run(
        [sys.executable, str(ROOT / "requirements" / "compare.py"), str(tmp_path / "lock.txt")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert done.stdout.startswith("| package | locked | installed |\n|---|---|---|\n")
    assert re.search(r"^\| click \| 0\.1 \| \d", done.stdout, re.MULTILINE)


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize("target", ["demo", "test"])
def test_make_installs_from_the_lock_and_then_digest_without_its_dependencies(target: str, tmp_path: Path) -> None:
    shown = subprocess.run(
        ["make", "--dry-run", target, f"VENV={tmp_path}/venv", f"PYTHON={sys.executable}"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip

    installs = [line.partition(" install ")[2] for line in shown.splitlines() if " -m pip install " in line]
    kinds = ["locked" if "--require-hashes" in one else "itself" if "--no-deps" in one else one for one in installs]
    assert kinds == ["locked", "itself", *(["locked"] if target == "test" else [])]
    assert all("--no-build-isolation" in one for one in installs)
