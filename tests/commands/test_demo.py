"""The demo: the ordinary program against services that are played on loopback."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from digest import posts
from digest.commands.demo import DAY
from digest.commands.demo.papers import RecordedPaper, bundled
from digest.commands.demo.server import Request, Services
from digest.config import FulltextConfig
from digest.model import ArxivId, Fetched, Paper
from digest.stages import check, fulltext
from digest.stages.summarize import reply
from tests.fakes import WORDS

ROOT = Path(__file__).parents[2]
KEPT = ("_posts/2025-11-17-daily-papers.md", "_data/digests/2025-11-17.json")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [sys.executable, "-m", "digest", "demo", "--out", str(folder / "out")],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return folder / "out", done


def test_the_demo_says_first_that_the_services_are_replayed(
    demo: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    _, done = demo

    assert done.returncode == 0
    assert done.stdout.splitlines()[0].startswith("Using recorded responses for Hugging Face, arXiv and the model")


def test_the_repositorys_own_post_and_edition_are_those_of_the_demo(
    demo: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, _ = demo

    assert {file: (folder / file).read_bytes() for file in KEPT} == {file: (ROOT / file).read_bytes() for file in KEPT}


def test_the_demo_ends_with_a_site_and_says_how_to_open_it(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, done = demo

    assert f"open the site: {folder / '_site' / 'index.html'}" in done.stdout
    assert (folder / "_site" / "papers" / "2511.09146" / "index.html").is_file()


def test_what_the_demo_tells_to_type_works(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, done = demo
    typed = done.stdout.rpartition("To serve it: ")[2].strip()
    assert typed.endswith("digest site --serve")

    command = typed.replace("site --serve", "site").replace("&& digest ", f"&& {sys.executable} -m digest ")
    assert subprocess.run(command, shell=True, cwd=folder.parent, capture_output=True, check=False).returncode == 0


def test_the_demo_post_is_in_the_format(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    post = posts.parse((demo[0] / KEPT[0]).read_text("utf-8"))

    assert [entry.id for entry in post.entries] == [
        "2511.09146", "2511.11238", "2511.11062", "2511.09915", "2511.11519", "2511.11002",
    ]  # fmt: skip
    assert not any(entry.notes or entry.markup for entry in post.entries)


@pytest.mark.parametrize("played", bundled(), ids=lambda played: played.id)
def test_every_bundled_summary_passes_the_checks_against_its_bundled_paper(played: RecordedPaper) -> None:
    services = Services(bundled())

    def get(service: str, path: str, /, *, belongs: Callable[[Fetched], bool]) -> Fetched:
        answer = services(Request("GET", path, {}, b""))
        page = Fetched(path, answer.kind.split(";")[0], answer.body)
        assert answer.status == 200
        assert belongs(page)
        return page

    paper = Paper(id=ArxivId(played.id), title=played.title, abstract=played.abstract, authors=tuple(played.authors))
    order = ("pdf",) if played.text == "pdf" else ("html",)
    document = fulltext.read(paper, get, FulltextConfig(order=order))
    raw = services(_asked(played)).body.decode()
    content = json.loads(raw)["choices"][0]["message"]["content"]
    summary, claims = reply.parse(content, WORDS["topics"])

    verdict = check.check(summary, claims, paper, document)

    assert verdict.findings == ()
    assert all(claim.anchors for several in verdict.claims.values() for claim in several)
    assert summary.topics


def _asked(played: RecordedPaper) -> Request:
    body = {"model": "replayed", "messages": [{"role": "user", "content": f"Title: {played.title}\n"}]}
    return Request("POST", "/v1/chat/completions", {}, json.dumps(body).encode())


def test_the_demo_plays_the_day_it_says() -> None:
    assert {played.featured.date() for played in bundled()} == {DAY}
