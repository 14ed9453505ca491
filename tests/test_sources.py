"""Days from several sources at once: one post, one ledger, no duplicate; each source with each kind of fault."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from digest.adapters.store import decode
from digest.commands.demo import NOW
from digest.commands.demo.pdf import pdf
from digest.commands.demo.server import NOT_FOUND, Request, Response, serve
from digest.config import load
from digest.errors import FetchError
from digest.model import Edition, PaperId
from digest.pipeline import assembly, day
from digest.pipeline.plan import order_for
from tests.arxiv import PlayedArxiv, announced_with_texts
from tests.arxiv import played as play_arxiv
from tests.played import DAY, FIRST, SECOND, THIRD, PlayedSources
from tests.runs import Forker
from tests.test_cli import Site

DOCS = Path(__file__).parent.parent / "docs" / "sources.md"
SCAN = pdf(THIRD)
FIVE = """
sources:
  - {{use: huggingface, limit: 2}}
  - {{use: rss, url: "{url}/feeds/lab.xml", name: Lab}}
  - {{use: biorxiv, category: neuroscience}}
  - {{use: openreview, venue: ICLR.cc/2026/Conference}}
  - {{use: file, path: "papers/*.pdf", name: Mine}}
selection: {{limit: 20}}
"""
OWN = {"doi:10.1101/2025.11.17.000001", "openreview:AbCdEf1234", PaperId.of_file(SCAN)}
"""The papers that are listed by one source alone, whatever port it has."""


@pytest.fixture
def played() -> PlayedSources:
    return PlayedSources()


def _arxiv() -> PlayedArxiv:
    """A week of arXiv whose papers are all in stat.ML as well, and speak of language."""
    arxiv = play_arxiv(date(2025, 11, 9), 16, a_day=2, restless=False)
    arxiv.now, arxiv.abstract = NOW, "It is about language."
    for paper in arxiv.papers.values():
        paper.states = [replace(state, categories=(*state.categories, "stat.ML")) for state in paper.states]
    return arxiv


@pytest.fixture
def site(tmp_path: Path, played: PlayedSources, forker: Forker) -> Iterator[Site]:
    announced = announced_with_texts(_arxiv())

    def answer(request: Request) -> Response:
        found = announced(request) if request.path.startswith(("/oai", "/html/")) else NOT_FOUND
        return played(request) if found is NOT_FOUND else found

    with serve(answer) as url:
        played.url = url
        (tmp_path / "papers").mkdir()
        (tmp_path / "papers" / "a_scan-of-mine.pdf").write_bytes(SCAN)
        environ = {"DIGEST_SERVICES__ARXIV_OAI": url, "DIGEST_PACE__ARXIV_OAI": "0", "DIGEST_FETCH__ATTEMPTS": "1"}
        yield Site(tmp_path, url, [], forker, environ={**played.settings(), **environ})


def _edition(site: Site) -> Edition:
    return decode((site.folder / f"_data/digests/{DAY}.json").read_bytes(), "edition")


def _build(site: Site, config: str, of: date = DAY) -> list[str]:
    """Build a day in this process; return what the run said."""
    path = site.folder / "config.yaml"
    path.write_text(config.replace("{{", "{").replace("}}", "}").replace("{url}", site.url))
    settings, said = load(path, site.environ), []
    with ExitStack() as stack:
        (run,) = assembly.assemble(
            (settings,), stack, key=None, now=lambda: NOW, report=lambda event: said.append(event.text)
        )
        day.build(order_for(settings, of, (), NOW.date()), run.stages, run.tools.archive)
    return said


def test_a_day_from_five_sources_is_one_post_and_one_ledger_without_a_duplicate(site: Site) -> None:
    _build(site, FIVE)

    edition = _edition(site)
    listed = {entry.paper.id: entry.paper.sources for entry in edition.entries}
    post = (site.folder / f"_posts/{DAY}-daily-papers.md").read_text("utf-8")
    titles = re.findall(r"^# \d+\. \[.*\]\((\S+)\)$", post, re.MULTILINE)
    assert listed[FIRST.id] == ("huggingface", "Lab")
    assert listed.keys() > OWN
    assert len(listed) == 6
    assert titles == [entry.paper.id.link for entry in edition.entries]
    assert {exclusion.detail for exclusion in edition.exclusions} == {"2 of huggingface"}
    assert edition.listing == "complete"
    assert {entry.provenance.origin for entry in edition.entries if entry.paper.id in OWN} == {"pdf"}
    assert all(entry.claims for entry in edition.entries)


def test_the_same_day_again_and_the_next_day_publish_nothing_twice(site: Site) -> None:
    _build(site, FIVE)
    first = site.files()

    again = _build(site, FIVE)
    _build(site, FIVE, of=DAY + timedelta(days=1))

    assert again == []
    assert {name: body for name, body in site.files().items() if name in first} == first
    next_day = decode((site.folder / "_data/digests/2025-11-18.json").read_bytes(), "edition")
    assert next_day.entries == ()
    assert {(one.paper.id, one.rule) for one in next_day.exclusions} == {
        (
            "doi:10.1101/2025.11.17.000001",
            "published",
        )  # the only other list that is a day's own, and played for every day
    }


def test_a_pdf_without_any_id_goes_from_file_to_post_page_and_check(site: Site) -> None:
    _build(site, 'sources: [{{use: file, path: "papers/*.pdf"}}]\n')
    scan = PaperId.of_file(SCAN)

    built, checked = site.run("site"), site.run("check")
    removed = site.run("remove", scan, "--because", "not mine")

    page = (site.folder / "_site" / "papers" / scan.slug / "index.html").read_text("utf-8")
    assert (built.returncode, checked.returncode, removed.returncode) == (0, 0, 0), built.stderr + removed.stderr
    assert "a scan of mine" in page
    assert "arxiv.org" not in page
    assert 'href="#file' not in page
    assert "1 checked, 0 with findings" in checked.stdout
    assert str(site.folder) not in (site.folder / f"_data/digests/{DAY}.json").read_text("utf-8")


_FAULTS: dict[str, Callable[[], Response]] = {
    "down": lambda: Response(503, b"busy"),
    "gone": lambda: Response(None),
    "broken": lambda: Response(200, b"{<"),
    "html": lambda: Response(200, b"<html><body>Sign in</body></html>", "text/html"),
    "forbidden": lambda: Response(403, b"no"),
    "empty body": lambda: Response(200, b""),
}
_PATHS = {"Lab": "/feeds/", "biorxiv neuroscience": "/details/", "openreview ICLR.cc/2026/Conference": "/notes"}


@pytest.mark.parametrize("fault", _FAULTS)
def test_sources_that_fail_cost_their_own_papers_and_the_next_run_asks_again(
    site: Site, played: PlayedSources, fault: str
) -> None:
    played.faults = dict.fromkeys(_PATHS.values(), _FAULTS[fault])

    said = _build(site, FIVE)
    before = _edition(site)
    played.faults = {}
    _build(site, FIVE)

    assert [any(one.startswith(f"continuing without {label}: ") for one in said) for label in _PATHS] == [True] * 3
    assert (before.listing, len(before.entries)) == ("partial", 3)
    assert (_edition(site).listing, len(_edition(site).entries)) == ("complete", 6)


def test_sources_that_list_nothing_are_answers(site: Site, played: PlayedSources) -> None:
    played.faults = {
        "/feeds/": lambda: Response(200, b"<rss><channel/></rss>"),
        "/details/": lambda: Response(200, b'{"messages":[{"status":"no posts found"}],"collection":[]}'),
        "/notes": lambda: Response(200, b'{"notes":[],"count":0}'),
    }

    said = _build(site, FIVE)

    assert not [one for one in said if "without" in one]
    assert (_edition(site).listing, len(_edition(site).entries)) == ("complete", 3)


def test_without_any_source_there_is_no_list(site: Site, played: PlayedSources) -> None:
    played.faults = {"/feeds/": _FAULTS["down"], "/notes": _FAULTS["down"]}

    with pytest.raises(FetchError, match="answered 503"):
        _build(site, 'sources: [{{use: rss, url: "{url}/feeds/x"}}, {{use: openreview, venue: TMLR}}]\n')

    assert not (site.folder / "_posts").exists()


def test_full_text_that_is_out_of_reach_leaves_the_abstract_and_is_looked_for_again(
    site: Site, played: PlayedSources
) -> None:
    played.faults = {"/content/": _FAULTS["forbidden"]}

    _build(site, "sources: [{{use: biorxiv}}]\n")
    before = _edition(site).entries[0].provenance
    played.faults = {}
    _build(site, "sources: [{{use: biorxiv}}]\n")

    assert (before.origin, before.provisional is not None) == ("abstract", True)
    assert _edition(site).entries[0].provenance.origin == "pdf"


@pytest.mark.parametrize("fault", [None, "down"])
def test_lists_that_stay_are_asked_for_once_a_run_however_many_days_it_builds(
    site: Site, played: PlayedSources, fault: str | None
) -> None:
    played.faults = dict.fromkeys(("/feeds/", "/notes"), _FAULTS[fault]) if fault else {}
    (site.folder / "config.yaml").write_text(
        f'sources: [{{use: huggingface}}, {{use: rss, url: "{site.url}/feeds/x"}}, {{use: openreview, venue: TMLR}}]\n'
    )

    done = site.run("backfill", "--from", "2025-11-14", "--to", "2025-11-18", "--yes")

    assert done.returncode == 0, done.stderr
    assert [played.asked.count(path) for path in ("/feeds/x", "/notes")] == [1, 1]
    assert len(list((site.folder / "_data" / "digests").iterdir())) == 5


def test_arxiv_may_stand_twice_with_other_categories_and_limits(site: Site) -> None:
    sources = (
        "  - {{use: arxiv, categories: [stat.ML], name: statistics, limit: 2}}\n"
        "  - {{use: arxiv, categories: [cs.RO], name: robots, limit: 1}}\n"
    )

    said = _build(site, f"sources:\n{sources}")

    edition = _edition(site)
    listed = {paper.id: set(paper.sources) for paper in edition.papers}
    announced = {
        day: _arxiv().announced((name,)).get(DAY, set())
        for day, name in (("statistics", "stat.ML"), ("robots", "cs.RO"))
    }
    assert {label: {one for one, labels in listed.items() if label in labels} for label in announced} == announced
    assert [one for one in said if "without" in one] == []
    assert len([entry for entry in edition.entries if entry.paper.sources == ("statistics",)]) <= 2
    assert len(edition.entries) <= 3


NAMED = {
    "10.1101/2025.11.17.000001": "Language models of protein folding, part 1",
    "https://openreview.net/forum?id=AbCdEf1234": "Reviews of a Paper on Reviewing Papers",
    "{url}/report.pdf": "report",
    f"{PaperId.of_file(SCAN)}": "a scan of mine",
    FIRST.id: FIRST.title,
}


@pytest.mark.parametrize("named", NAMED)
def test_a_paper_of_any_kind_can_be_named(site: Site, named: str) -> None:
    (site.folder / "config.yaml").write_text('sources: [{use: file, path: "papers/*.pdf"}]\n')

    done = site.run("build", "--date", str(DAY), "--id", named.replace("{url}", site.url))

    assert done.returncode == 0, done.stderr
    (post,) = (site.folder / "_posts").iterdir()
    assert f"# 1. [{NAMED[named]}](" in post.read_text("utf-8")


def test_a_paper_that_is_named_twice_stands_once_in_name_and_title(site: Site) -> None:
    several = (FIRST.id, f"10.48550/arXiv.{FIRST.id}", "openreview.net/forum?id=AbCdEf1234", f"{FIRST.id}v1")

    done = site.run("build", "--date", str(DAY), *(word for one in several for word in ("--id", one)))

    assert done.returncode == 0, done.stderr
    (post,) = (site.folder / "_posts").iterdir()
    assert post.name.startswith(f"{DAY}-papers-{FIRST.id}-openreview-abcdef1234-")
    assert f'{FIRST.id}, openreview:AbCdEf1234"' in post.read_text("utf-8")


def test_an_id_of_which_nobody_knows_is_one_line(site: Site) -> None:
    done = site.run("build", "--date", str(DAY), "--id", "10.1038/nothing", "--log-format", "plain")

    assert done.returncode == 1
    assert "not found: doi:10.1038/nothing: no source and no earlier list has it" in done.stderr
    assert done.stderr.splitlines()[-1] == "digest: not found: doi:10.1038/nothing"
    assert not (site.folder / "_posts").exists()


def test_a_list_of_bare_ids_has_the_titles_that_their_services_know(site: Site, played: PlayedSources) -> None:
    lines = (FIRST.id, "https://openreview.net/forum?id=AbCdEf1234", "10.1101/2025.11.17.000001", "10.1038/nothing")
    (site.folder / "ids.txt").write_text("\n".join(lines))

    said = _build(site, "sources: [{{use: file, path: ids.txt}}]\n")

    titles = {entry.paper.title for entry in _edition(site).entries}
    assert titles == {FIRST.title, *list(NAMED.values())[:2]}
    assert {one.paper.id for one in _edition(site).skips} == {"doi:10.1038/nothing"}
    assert "not found: doi:10.1038/nothing: no source and no earlier list has it" in said
    assert {entry.paper.sources for entry in _edition(site).entries} == {()}


def _configurations() -> list[str]:
    """Return the blocks of settings under the last heading of the page, for each the line before it."""
    text = DOCS.read_text("utf-8").partition("## Five configurations")[2]
    return re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)


LISTS = (
    ("huggingface", "arxiv"),
    ("huggingface", "Nature Machine Intelligence", "BAIR"),
    ("biorxiv neuroscience", "medrxiv health informatics"),
    ("openreview ICLR.cc/2026/Conference", "huggingface week"),
    ("Zotero", "papers/*.pdf"),
)
"""Whose papers the day of each configuration has."""


@pytest.mark.parametrize("number", range(5))
def test_each_configuration_of_the_page_makes_a_day_with_papers_of_all_its_sources(site: Site, number: int) -> None:
    block = re.sub(r"https://[^/\"]+/", f"{site.url}/feeds/", _configurations()[number])
    (site.folder / "reading-list.bib").write_text(f"@misc{{x, title = {{{SECOND.title}}}, eprint = {{{SECOND.id}}}}}\n")

    said = _build(site, block)

    assert len(_configurations()) == len(LISTS)
    edition, settings = _edition(site), yaml.safe_load(block)
    assert [one for one in said if "without" in one] == []
    assert (edition.listing, edition.skips) == ("complete", ())
    assert {label for paper in edition.papers for label in paper.sources} == set(LISTS[number])
    assert len({entry.paper.title for entry in edition.entries}) == len(edition.entries)
    assert 0 < len(edition.entries) <= settings.get("selection", {}).get("limit", 6)
    for source, label in zip(settings["sources"], LISTS[number], strict=True):
        of_it = [one for one in edition.entries if one.paper.sources[0] == label]
        assert len(of_it) <= source.get("limit", 6)
