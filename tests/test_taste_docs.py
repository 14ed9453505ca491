"""Each configuration of docs/taste.md ranks a day as the text beside it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from digest.commands.demo.papers import bundled
from digest.commands.demo.server import Request, Response, Services, serve

DOCUMENT = (Path(__file__).parent.parent / "docs" / "taste.md").read_text("utf-8")
CONFIGURATIONS = re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)
LIBRARY = """@misc{a, title = {Emotion recognition in videos}, year = {2025}}
@misc{b, title = {Generating emotional video with diffusion}, year = {2024}}
"""
ZOTERO = b'[{"key": "A", "data": {"itemType": "preprint", "title": "Emotion datasets of video"}}]'


def test_there_are_five() -> None:
    assert len(CONFIGURATIONS) == 5


@pytest.mark.parametrize("number", range(len(CONFIGURATIONS)))
def test_a_configuration_ranks_a_day(tmp_path: Path, number: int) -> None:
    services = Services(bundled())
    (tmp_path / "library.bib").write_text(LIBRARY)

    def answer(request: Request) -> Response:
        return Response(200, ZOTERO, "application/json") if "/items/top" in request.path else services(request)

    with serve(answer) as url:
        names = ("huggingface", "arxiv", "arxiv_api", "zotero")
        config = {**yaml.safe_load(CONFIGURATIONS[number]), "services": dict.fromkeys(names, url)}
        config["pace"] = {"arxiv_api": 0, "arxiv": 0}
        (tmp_path / "config.yaml").write_text(yaml.safe_dump(config, allow_unicode=True))
        ran = subprocess.run(
            [sys.executable, "-m", "digest", "rank", "--date", "2025-11-17"],
            cwd=tmp_path,
            env={**os.environ, "ZOTERO_API_KEY": "key-0123456789", "NO_PROXY": "127.0.0.1", "COLUMNS": "200"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    assert lines[-1].startswith("2025-11-17: 6 papers listed, ")
    assert len(lines) >= 8
    if number in (0, 1):
        assert lines[1].split("EmoVid")[0].split()[0] == "1"  # with two votes it is the last one by votes
        assert "유사: 〈" in lines[1]
