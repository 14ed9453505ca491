"""Plug-ins, installed as a package: each does its part, and a bug of one costs that part only and is said in a line."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from digest.commands.demo import NOW
from digest.commands.demo.server import Request, Response, serve
from digest.config import load
from digest.errors import ConfigError
from digest.model import Edition
from digest.pipeline import assembly, day
from digest.pipeline.plan import order_for
from tests.played import DAY, PlayedSources
from tests.runs import Forker
from tests.test_cli import Site

PACKAGE = Path(__file__).parent / "example_plugin"
PROSE = "We show that caches are useful for laboratories of every size. " * 60


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, installed by pip into a folder of its own."""
    folder = tmp_path_factory.mktemp("plug-ins")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--target", str(folder), str(PACKAGE)], check=True, capture_output=True, timeout=300)
    return folder


@pytest.fixture
def site(tmp_path: Path, installed: Path, forker: Forker, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.syspath_prepend(str(installed))
    played = PlayedSources()

    def answer(request: Request) -> Response:
        if request.path == "/bookmarks":
            return Response(
                200, f'[{{"url": "{played.url}/note", "title": "A Note on Caches of Laboratories"}}]'.encode()
            )
        if request.path == "/note.txt":
            return Response(200, PROSE.encode(), "text/plain")
        return played(request)

    with serve(answer) as url:
        played.url = url
        environ = {**played.settings(), "PYTHONPATH": str(installed), "DIGEST_FETCH__ATTEMPTS": "1"}
        yield Site(tmp_path, url, [], forker, environ=environ)


def _build(site: Site, config: str) -> tuple[Edition, list[str]]:
    """Build the day in this process; return the edition and what the run said."""
    feed = f'  - {{use: rss, url: "{site.url}/feeds/none", name: Lab, limit: 1}}\n'
    path, said = site.folder / "config.yaml", []
    path.write_text(config.replace("FEED\n", feed).replace("URL", site.url))
    settings = load(path, site.environ)
    with ExitStack() as stack:
        (run,) = assembly.assemble(
            (settings,), stack, key=None, now=lambda: NOW, report=lambda event: said.append(event.text)
        )
        edition = day.build(order_for(settings, DAY, (), NOW.date()), run.stages, run.tools.archive).edition
    return edition, said


def test_every_kind_of_plug_in_does_its_part(site: Site) -> None:
    edition, _ = _build(
        site,
        "sources:\nFEED\n  - {use: pinboard, server: URL}\nfulltext: {order: [plain, html, pdf, markdown, abstract]}\n"
        "plugins: {checks: [shouting], notifiers: [logbook], exporters: [titles]}\nselection: {limit: 9}\n",
    )
    sent = [site.run("notify", str(DAY)), site.run("notify", str(DAY))]

    noted = next(entry for entry in edition.entries if entry.paper.title.startswith("A Note"))
    titles = (site.folder / "_exports" / "titles" / "2025" / f"{DAY}.txt").read_text("utf-8").splitlines()
    assert noted.paper.sources == ("pinboard",)
    assert (noted.provenance.origin, noted.provenance.url) == ("html", f"{site.url}/note")
    assert titles == [entry.paper.title for entry in edition.entries]
    assert [one.returncode for one in sent] == [0, 0]
    assert len((site.folder / "logbook.txt").read_text("utf-8").splitlines()) == 1


def test_bugs_cost_their_own_part_and_are_said_in_a_line(site: Site) -> None:
    edition, said = _build(
        site,
        "sources:\n  - {use: huggingface, limit: 2}\n  - {use: broken}\n  - {use: silent}\n  - {use: missing}\n"
        "fulltext: {order: [broken, html, pdf, abstract]}\n"
        "plugins: {checks: [broken], notifiers: [broken], exporters: [broken, escaping]}\n",
    )
    sent = site.run("notify", str(DAY))

    bug = "plug-in broken (digest-example 1.2): KeyError: 'oops\\nin two lines'"
    assert len(edition.entries) == 2
    assert edition.listing == "partial"
    assert [text in said for text in (
        f"continuing without broken: {bug}",
        "continuing without silent: plug-in silent (digest-example 1.2): returned NoneType, not Listing",
        bug,
    )] == [True] * 3  # fmt: skip
    assert any("plug-in missing (digest-example 1.2): ModuleNotFoundError" in one for one in said)
    assert edition.entries[0].provenance.missed[0] == f"broken: {bug}"
    assert (sent.returncode, bug in sent.stderr) == (4, True)
    exported = sorted(path.relative_to(site.folder / "_exports") for path in (site.folder / "_exports").rglob("*.txt"))
    assert exported == [Path("escaping/inside.txt")]


@pytest.mark.parametrize(
    ("config", "complaint"),
    [
        ("sources: [{use: pinbord}]\n", "sources.0.use: unknown, known are"),
        ("fulltext: {order: [plane]}\n", "fulltext.order.0: unknown, known are abstract, broken, html"),
        ("plugins: {checks: [nothing]}\n", "plugins.checks.0: unknown, known are broken, shouting"),
    ],
)
def test_a_name_that_no_package_has_is_refused_with_those_that_there_are(
    site: Site, config: str, complaint: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        _build(site, config)

    assert complaint in str(caught.value)
