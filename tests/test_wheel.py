"""What somebody has who has the wheel alone: types, templates, the commented settings."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    builders = pytest.importorskip("hatchling.builders.wheel", reason="hatchling is not installed")
    folder = tmp_path_factory.mktemp("wheel")
    (wheel,) = builders.WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def test_it_is_called_by_a_name_of_its_own_and_brings_types_and_templates(unpacked: Path) -> None:
    (metadata,) = unpacked.glob("daily_paper_digest-*.dist-info/METADATA")

    assert "Name: daily-paper-digest\n" in metadata.read_text("utf-8")
    assert {path.name for path in unpacked.iterdir()} == {"digest", metadata.parent.name}
    assert [
        name
        for name in ("py.typed", "templates/post.md.j2", "templates/init/config.yaml.j2", "config/config.yaml")
        if not (unpacked / "digest" / name).is_file()
    ] == []


@pytest.mark.parametrize(
    ("command", "beginning"), [("show", (ROOT / "config.yaml").read_text("utf-8")[:200]), ("schema", '{\n  "$schema"')]
)
def test_it_prints_the_settings_without_a_checkout(
    unpacked: Path, tmp_path: Path, command: str, beginning: str
) -> None:
    script = (
        f"import sys; sys.path.insert(0, {str(unpacked)!r})\n"
        f"import digest; assert digest.__file__.startswith({str(unpacked)!r})\n"
        f"from digest.cli import main; sys.argv = ['digest', 'config', {command!r}]; main()"
    )

    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )

    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith(beginning)
