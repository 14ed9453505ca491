"""The work does not depend on being heard: closed, full or deaf streams cost no file, and the exit code stays true."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.runs import ROOT

DIGEST = f"{sys.executable} -m digest"


def shell(folder: Path, line: str, **environ: str) -> "subprocess.CompletedProcess[bytes]":
    own = {name: value for name, value in os.environ.items() if not name.startswith(("DIGEST_", "OPENAI_", "PYTHON"))}
    words = ["bash", "-c", line.replace("digest ", f"{DIGEST} ", 1)]
    return subprocess.run(
        words, cwd=folder, env={**own, "PYTHONPATH": str(ROOT), **environ}, capture_output=True, check=False
    )


@pytest.mark.parametrize(
    "streams",
    [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-", ">/dev/full", "2>/dev/full", ">/dev/full 2>/dev/full", "| true"],
)
def test_the_work_is_done_without_anybody_to_hear_of_it(tmp_path: Path, streams: str) -> None:
    done = shell(tmp_path, f"digest init new {streams}; exit ${{PIPESTATUS[0]}}")
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)
    assert (tmp_path / "new" / "config.yaml").is_file()


def test_a_file_never_gets_the_number_of_a_closed_stream(tmp_path: Path) -> None:
    heard = shell(tmp_path, "digest init new >&- 2>&-")
    assert (heard.stdout, heard.stderr) == (b"", b"")
    assert b"wrote" not in b"".join(path.read_bytes() for path in (tmp_path / "new").rglob("*.yaml"))


def test_what_was_asked_for_and_cannot_be_written_is_a_failure(tmp_path: Path) -> None:
    full = shell(tmp_path, "digest stats >/dev/full")
    assert (full.returncode, full.stderr.count(b"\n"), full.stderr.startswith(b"digest: ")) == (1, 1, True)


def test_a_reader_that_goes_away_is_no_failure(tmp_path: Path) -> None:
    assert shell(tmp_path, "digest stats | true; exit ${PIPESTATUS[0]}").returncode == 0


def test_no_character_is_worth_a_failure(tmp_path: Path) -> None:
    (tmp_path / "논문").mkdir()
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii:strict"}
    done = shell(tmp_path, "digest init 논문/new", **ascii_only)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("ascii", "a - b ... ? e \\U0001f680"),
        ("cp1252", "a — b … ? é \\U0001f680"),
        ("cp949", "a - b … ? e \\U0001f680"),
    ],
)
def test_what_a_console_lacks_is_shown_as_well_as_it_can(tmp_path: Path, encoding: str, shown: str) -> None:
    words = "from digest.adapters.process.streams import lossy\nwith lossy(): print('a — b … ? é 🚀')"
    own = {"PYTHONUTF8": "0", "PYTHONIOENCODING": encoding}
    done = subprocess.run(
        [sys.executable, "-c", words], cwd=ROOT, env={**os.environ, **own}, capture_output=True, check=True
    )

    assert done.stdout.decode(encoding).strip() == shown


def test_a_working_folder_that_was_deleted_is_one_line(tmp_path: Path) -> None:
    gone = shell(tmp_path, "mkdir gone; cd gone; rmdir ../gone; digest stats")
    assert (gone.returncode, gone.stderr.count(b"\n")) == (1, 1)
    assert gone.stderr.startswith(b"digest: the working folder was deleted")


def test_too_little_memory_is_one_line(tmp_path: Path) -> None:
    poor = shell(tmp_path, "ulimit -v 120000; digest stats")
    assert poor.returncode in (0, 1)
    assert b"Traceback" not in poor.stderr
    assert poor.stderr.count(b"\n") == poor.returncode
