"""Every source with every fault of its service: what is said, what the day is then, and that the next run makes up."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest

from digest.adapters.store import decode
from digest.commands.demo import NOW
from digest.commands.demo.pdf import pdf
from digest.commands.demo.server import Request, Response, serve
from digest.config import load
from digest.errors import FetchError
from digest.model import Edition
from digest.pipeline import assembly, day
from digest.pipeline.plan import order_for
from tests.arxiv import played as play_arxiv
from tests.drips import dripping
from tests.played import DAY, FIRST, SECOND, THIRD, PlayedSources

NO_RECORDS = (
    b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2025-11-18T00:10:00Z</responseDate>'
    b'<error code="noRecordsMatch">no matching records found</error></OAI-PMH>'
)
NO_POSTS = b'{"messages":[{"status":"no posts found"}],"collection":[]}'
BROKEN = Response(200, b"{<", "text/plain")


@dataclass(frozen=True)
class Served:
    """A source that a service has: its settings, the name of the service's address, and what an empty list is."""

    settings: str
    service: str
    path: str
    empty: bytes
    after_empty: str = "complete"
    """How the list of the day is called after an empty answer."""


SERVED = {
    "huggingface": Served("use: huggingface", "HUGGINGFACE", "/api/daily_papers", b"[]"),
    "huggingface week": Served("use: huggingface, list: week", "HUGGINGFACE", "/api/daily_papers", b"[]"),
    "huggingface month": Served("use: huggingface, list: month", "HUGGINGFACE", "/api/daily_papers", b"[]"),
    "huggingface trending": Served("use: huggingface, list: trending", "HUGGINGFACE", "/api/daily_papers", b"[]"),
    "arxiv": Served("use: arxiv, categories: [cs.CL]", "ARXIV_OAI", "/oai", NO_RECORDS, after_empty="partial"),
    "Lab": Served("use: rss, url: URL/feeds/lab.xml, name: Lab", "", "/feeds/", b"<rss><channel/></rss>"),
    "biorxiv": Served("use: biorxiv", "BIORXIV_API", "/details/biorxiv/", NO_POSTS),
    "medrxiv": Served("use: medrxiv", "BIORXIV_API", "/details/medrxiv/", NO_POSTS),
    "openreview TMLR": Served("use: openreview, venue: TMLR", "OPENREVIEW_API", "/notes", b'{"notes":[],"count":0}'),
}
ANSWERS: dict[str, Callable[[Response], Response]] = {
    "down": lambda _: Response(503, b"busy", "text/plain"),
    "gone": lambda _: Response(None),
    "broken": lambda _: BROKEN,
    "cut off": lambda whole: replace(whole, body=whole.body[: len(whole.body) // 2]),
    "no body": lambda whole: replace(whole, body=b""),
    "a login": lambda _: Response(200, b"<html><body>Sign in</body></html>", "text/html"),
}
"""What is answered in place of a list, by the kind of fault."""


@dataclass
class Digest:
    """A digest in a folder that lists one source beside a text with one paper."""

    folder: Path
    url: str = ""
    environ: dict[str, str] = field(default_factory=dict)
    fault: Callable[[Response], Response] | None = None
    path: str = ""
    """The beginning of the paths that have the fault."""
    sources: PlayedSources = field(default_factory=PlayedSources)

    def __post_init__(self) -> None:
        self._arxiv = play_arxiv(date(2025, 11, 9), 16, a_day=2, restless=False)
        self._arxiv.now = NOW
        (self.folder / "kept.txt").write_text(f"{SECOND.id} {SECOND.title}\n")

    def __call__(self, request: Request) -> Response:
        whole = self._arxiv(request) or self.sources(request)
        return self.fault(whole) if self.fault and request.path.startswith(self.path) else whole

    def build(self, settings: str, *, alone: bool = False, **environ: str) -> tuple[list[str], Edition]:
        """Build the day, of which no paper is read; return what the run said, and the edition."""
        also = "" if alone else "  - {use: file, path: kept.txt, name: Kept}\n"
        path, said = self.folder / "config.yaml", list[str]()
        path.write_text(
            f"sources:\n  - {{{settings.replace('URL', self.url)}}}\n{also}selection: {{include: [none of them]}}\n"
        )
        config = load(path, self.environ | environ)
        with ExitStack() as stack:
            (run,) = assembly.assemble(
                (config,), stack, key=None, now=lambda: NOW, report=lambda event: said.append(event.text)
            )
            day.build(order_for(config, DAY, (), NOW.date()), run.stages, run.tools.archive)
        return said, decode((self.folder / f"_data/digests/{DAY}.json").read_bytes(), "edition")

    def seen(self, edition: Edition) -> tuple[str, int]:
        """Return how the list is called, and how many papers beside the kept one it has."""
        return str(edition.listing), len({one.paper.id for one in edition.exclusions} - {SECOND.id})


@pytest.fixture
def digest(tmp_path: Path) -> Iterator[Digest]:
    one = Digest(tmp_path)
    with serve(one) as url:
        one.url = one.sources.url = url
        more = {"DIGEST_SERVICES__ARXIV_OAI": url, "DIGEST_PACE__ARXIV_OAI": "0", "DIGEST_FETCH__ATTEMPTS": "2"}
        one.environ = {**one.sources.settings(), **more}
        yield one


@pytest.mark.parametrize("fault", ANSWERS)
@pytest.mark.parametrize("label", SERVED)
def test_a_service_with_a_fault_costs_its_own_papers_until_the_next_run(digest: Digest, label: str, fault: str) -> None:
    source = SERVED[label]
    digest.fault, digest.path = ANSWERS[fault], source.path

    with pytest.raises(FetchError):
        digest.build(source.settings, alone=True)
    said, before = digest.build(source.settings)
    digest.fault = None
    _, after = digest.build(source.settings)

    assert [one for one in said if one.startswith(f"continuing without {label}: ")]
    assert digest.seen(before) == ("partial", 0)
    assert digest.seen(after)[0] == "complete"
    assert digest.seen(after)[1] > 0


@pytest.mark.parametrize("label", SERVED)
def test_a_service_that_never_ends_its_answer_is_left_at_the_deadline_and_asked_by_the_next_run(
    digest: Digest, label: str
) -> None:
    source = SERVED[label]
    impatient = {"DIGEST_FETCH__DEADLINE": "0.3", "DIGEST_FETCH__ATTEMPTS": "1"}

    with dripping("body", 0.02) as slow:
        elsewhere = {f"DIGEST_SERVICES__{source.service}": f"http://{slow}"} if source.service else {}
        settings = source.settings if source.service else source.settings.replace("URL", f"http://{slow}")
        said, before = digest.build(settings, **elsewhere, **impatient)
    _, after = digest.build(source.settings)

    (problem,) = (one for one in said if one.startswith(f"continuing without {label}: "))
    assert "not finished after 0.3 s" in problem
    assert (digest.seen(before), digest.seen(after)[0]) == (("partial", 0), "complete")
    assert digest.seen(after)[1] > 0


@pytest.mark.parametrize("label", SERVED)
def test_an_empty_list_is_an_answer_but_where_one_never_is_empty(digest: Digest, label: str) -> None:
    source = SERVED[label]
    digest.fault, digest.path = lambda whole: replace(whole, body=source.empty), source.path

    said, edition = digest.build(source.settings)

    assert digest.seen(edition) == (source.after_empty, 0)
    assert not [one for one in said if "without" in one]


BIB = f"@misc{{a, title = {{{FIRST.title}}}, eprint = {{{FIRST.id}}}}}\n".encode()
PARTIAL, NONE, ONE = ("partial", 0), ("complete", 0), ("complete", 1)


@dataclass(frozen=True)
class Filed:
    """A source in a file, and what the day is: where there is no file, an empty one, one that is something else."""

    file: str
    content: bytes
    missing: tuple[str, int] = PARTIAL
    empty: tuple[str, int] = NONE
    broken: tuple[str, int] = PARTIAL
    path: str = ""
    """What the settings call it, where that is not the file."""


FILED = {
    "bib": Filed("list.bib", BIB),
    "json": Filed("list.json", b'[{"title": "A Paper in CSL", "DOI": "10.1038/x2"}]'),
    "ids": Filed("ids.txt", f"{FIRST.id}\n".encode(), broken=NONE),
    "pdf": Filed("papers/scan.pdf", pdf(THIRD), broken=NONE),
    "pdf files": Filed("papers/scan.pdf", pdf(THIRD), missing=NONE, broken=NONE, path="papers/*.pdf"),
}
"""A line that is no ID and a file that is no PDF are named, and cost themselves."""
SPOILT: dict[str, Callable[[Path], object]] = {
    "missing": lambda _: None,
    "empty": lambda file: file.write_bytes(b""),
    "broken": lambda file: file.write_bytes(b"\x00\xff{<"),
    "a pipe": os.mkfifo,
    "a folder": Path.mkdir,
}


@pytest.mark.parametrize("fault", SPOILT)
@pytest.mark.parametrize("kind", FILED)
def test_a_file_with_a_fault_costs_its_own_papers_until_the_next_run(digest: Digest, kind: str, fault: str) -> None:
    source = FILED[kind]
    settings, file = f"use: file, path: {source.path or source.file}, name: Mine", digest.folder / source.file
    file.parent.mkdir(exist_ok=True)
    SPOILT[fault](file)

    said, before = digest.build(settings)

    expected = {"empty": source.empty, "broken": source.broken}.get(fault, source.missing)
    assert digest.seen(before) == expected
    assert [one for one in said if one.startswith("continuing without Mine: ")] == said[: expected == PARTIAL]
    if expected == PARTIAL:
        file.rmdir() if file.is_dir() else file.unlink(missing_ok=True)
        file.write_bytes(source.content)
        assert digest.seen(digest.build(settings)[1]) == ONE
