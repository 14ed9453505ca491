"""Each configuration of docs/taste.md ranks a day as the text beside it says."""

import os
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml

from digest.commands.demo.papers import bundled
from digest.commands.demo.server import Request, Response, Services, serve
from digest.model import Listing
from tests.fakes import Bench, paper
from tests.runs import Forker

DOCUMENT = (Path(__file__).parent.parent / "docs" / "taste.md").read_text("utf-8")
CONFIGURATIONS = re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)
LIBRARY = """@misc{a, title = {Emotion recognition in videos}, year = {2025}}
@misc{b, title = {Generating emotional video with diffusion}, year = {2024}}
"""
ZOTERO = b'[{"key": "A", "data": {"itemType": "preprint", "title": "Emotion datasets of video"}}]'


LIKED = replace(
    bundled()[-1],
    id="2511.90001",
    title="Code-switching in speech recognition",
    authors=("Yoshua Bengio", "Ada Kim"),
    organization="KAIST",
    comment="Accepted at ICML 2026",
    upvotes=1,
)
AGAIN = replace(bundled()[0], id="2511.90002", title=f"Again: {bundled()[0].title}", upvotes=bundled()[0].upvotes + 1)
"""Another version of the first paper, with more votes."""
SHOWN = (
    ("EmoVid", "유사: 〈"),
    ("EmoVid", "유사: 〈"),
    (
        LIKED.title,
        "Yoshua Bengio (+3.00)",
        "speech recognition (+2.00)",
        "code-switching (+3.00)",
        "KAIST (+1.00)",
        "ICML",
    ),
    (AGAIN.title, ""),
    ("EmoVid", "유사: 〈"),
)
"""The paper that each configuration puts first, and why."""


def _archive(folder: Path) -> None:
    """Write what was chosen by hand in the month before."""
    bench = Bench(folder, listing=Listing(papers=(paper(1, title="Emotional video", abstract="Emotion in videos."),)))
    bench.build(date(2025, 11, 3), name="2025-11-03", file="2025-11-03-daily-papers.md")
    (folder / "_data" / "digests").mkdir()
    (folder / "_data" / "2025-11-03.json").rename(folder / "_data" / "digests" / "2025-11-03.json")


def test_there_are_five() -> None:
    assert len(CONFIGURATIONS) == len(SHOWN) == 5


@pytest.mark.parametrize("number", range(len(SHOWN)))
def test_a_configuration_ranks_a_day_as_the_page_says(tmp_path: Path, forker: Forker, number: int) -> None:
    services = Services([*bundled(), LIKED, *([AGAIN] if number == 3 else [])])
    (tmp_path / "library.bib").write_text(LIBRARY)
    _archive(tmp_path)

    def answer(request: Request) -> Response:
        return Response(200, ZOTERO, "application/json") if "/items/top" in request.path else services(request)

    with serve(answer) as url:
        names = ("huggingface", "arxiv", "arxiv_api", "zotero")
        config = {**yaml.safe_load(CONFIGURATIONS[number]), "services": dict.fromkeys(names, url)}
        config["pace"] = {"arxiv_api": 0, "arxiv": 0}
        (tmp_path / "config.yaml").write_text(yaml.safe_dump(config, allow_unicode=True))
        environ = {**os.environ, "ZOTERO_API_KEY": "key-0123456789", "NO_PROXY": "127.0.0.1", "COLUMNS": "600"}
        ran = forker.output(tmp_path, "rank", "--date", "2025-11-17", environ=environ)

    assert ran.returncode == 0, ran.stderr
    rows = ran.stdout.splitlines()[1:-1]
    first, *why = SHOWN[number]
    assert rows[0].split()[0] == "1"
    assert first[:50] in rows[0]
    assert [one for one in why if one not in rows[0]] == []
    if number == 3:  # without diversity the two would be the first ones
        assert bundled()[0].title not in rows[1]
