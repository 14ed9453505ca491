"""What `digest export` says and how it ends."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from digest.adapters.process.interruption import Interruption
from digest.cli import cli
from digest.commands.context import Context
from digest.pipeline.days import export


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["export", *words], obj=Context(Interruption()), standalone_mode=False)


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text("language: ko\n", "utf-8")


@pytest.mark.parametrize("folder", ["", " "])
def test_an_empty_folder_name_is_not_this_folder(tmp_path: Path, folder: str) -> None:
    before = sorted(tmp_path.iterdir())

    done = run("--to", "csv", folder)

    assert (str(done.exception), sorted(tmp_path.iterdir())) == (
        "DIR is empty — name a folder, or . for this one", before
    )  # fmt: skip


@pytest.mark.parametrize(("problems", "code"), [((), 0), (("a.md: cannot be written",), 4)])
def test_an_export_that_left_files_out_ends_as_one_of_which_some_failed(
    monkeypatch: pytest.MonkeyPatch, problems: tuple[str, ...], code: int
) -> None:
    monkeypatch.setattr(export, "export", lambda *_: export.Exported(written=1, problems=problems))

    assert run("--to", "csv", "table").return_value == code


@pytest.mark.parametrize("name", ["CSV", "Csv", " csv "])
def test_a_format_is_named_in_any_case(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    asked: list[str] = []
    monkeypatch.setattr(export, "export", lambda name, *_: asked.append(name) or export.Exported(written=1))

    assert (run("--to", name, "table").return_value, asked) == (0, ["csv"])


def test_a_format_that_there_is_not_is_named_as_it_was_typed() -> None:
    assert str(run("--to", "CSVX", "table").exception).startswith("--to CSVX: ")
