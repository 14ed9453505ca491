"""Feeds, preprint servers and OpenReview, played on loopback in the shapes that they answer in."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from html import escape

from digest.commands.demo.papers import RecordedPaper, bundled
from digest.commands.demo.pdf import pdf
from digest.commands.demo.server import Request, Response, Services

DAY = date(2025, 11, 17)
FIRST, SECOND, THIRD = bundled()[:3]


def feed(items: str) -> str:
    """Write RSS 2.0 with the modules that journals use."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>A feed</title><link>https://example.org</link>{items}</channel></rss>"
    )


def item(title: str, link: str, more: str = "", when: str = "Mon, 17 Nov 2025 08:00:00 +0900") -> str:
    """Write an item; `more` are further elements."""
    return f"<item><title>{escape(title)}</title><link>{escape(link)}</link><pubDate>{when}</pubDate>{more}</item>"


def preprints(*rows: Mapping[str, object], total: int | None = None, cursor: int = 0) -> bytes:
    """Write an answer of api.biorxiv.org."""
    message = {"status": "ok", "interval": f"{DAY}:{DAY}", "cursor": cursor, "count": len(rows)}
    answer = {"messages": [{**message, "total": str(len(rows) if total is None else total)}], "collection": rows}
    return json.dumps(answer).encode()


def preprint(number: int = 1, **parts: object) -> dict[str, object]:
    """A record of bioRxiv."""
    return {
        "doi": f"10.1101/2025.11.17.{number:06}",
        "title": f"Language models of protein folding, part {number}",
        "authors": "Kim, A. B.; Doe, J.",
        "author_corresponding": "A. B. Kim",
        "author_corresponding_institution": "Institute of Folding",
        "date": str(DAY),
        "version": "1",
        "type": "new results",
        "license": "cc_by",
        "category": "neuroscience",
        "jatsxml": "https://www.biorxiv.org/content/early/2025/11/17/2025.11.17.000001.source.xml",
        "abstract": "Proteins fold. We model how.",
        "published": "NA",
        "server": "bioRxiv",
        **parts,
    }


def notes(*rows: object) -> bytes:
    """Write an answer of api2.openreview.net."""
    return json.dumps({"notes": rows, "count": len(rows)}).encode()


def note(forum: str = "AbCdEf1234", **content: object) -> dict[str, object]:
    """A note of version 2 of OpenReview's API."""
    parts = {
        "title": "Reviews of a Paper on Reviewing Papers",
        "abstract": "We review.",
        "authors": ["Rae Viewer"],
        "keywords": ["peer review"],
        "pdf": "/pdf/0123456789abcdef.pdf",
        "venue": "ICLR 2026 Oral",
        "venueid": "ICLR.cc/2026/Conference",
        **content,
    }
    return {
        "id": forum, "forum": forum, "number": 7, "cdate": 1_758_000_000_000, "pdate": 1_763_000_000_000,
        "content": {name: {"value": value} for name, value in parts.items()},
    }  # fmt: skip


@dataclass
class PlayedSources:
    """All services at one address, `url`, which is known once they are served."""

    papers: list[RecordedPaper] = field(default_factory=bundled)
    url: str = ""
    faults: dict[str, Callable[[], Response]] = field(default_factory=dict)
    """The beginning of a path → what is answered in place of it."""
    asked: list[str] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        """Answer as the service at that path would."""
        path = request.path
        self.asked.append(path)
        for beginning, fault in self.faults.items():
            if path.startswith(beginning):
                return fault()
        if path.startswith("/feeds/"):
            return Response(200, self._feed().encode(), "application/rss+xml")
        if path.startswith("/details/"):
            return Response(200, preprints(preprint()))
        if path == "/notes":
            return Response(200, notes(note()))
        if path.endswith(".pdf") or path == "/pdf":
            return Response(200, pdf(SECOND), "application/pdf")
        if path.endswith(".full"):
            return Response(404, b"<h1>Not found</h1>", "text/html")
        if path == "/api/daily_papers" and "date" not in request.query:
            request = Request(request.method, path, {**request.query, "date": str(DAY)}, request.body, request.headers)
        return Services(self.papers)(request)

    def _feed(self) -> str:
        report = f'<enclosure url="{self.url}/report.pdf" type="application/pdf"/><dc:creator>Ada Kim</dc:creator>'
        return feed(
            item(FIRST.title, f"https://arxiv.org/abs/{FIRST.id}v1")
            + item("Caches of a Laboratory: An Open Report", f"{self.url}/report", report)
        )

    def settings(self) -> dict[str, str]:
        """Return the environment by which a run finds these services."""
        services = (
            "HUGGINGFACE", "ARXIV", "ARXIV_API", "BIORXIV_API", "BIORXIV", "MEDRXIV", "OPENREVIEW_API", "OPENREVIEW",
        )  # fmt: skip
        return {
            **{f"DIGEST_SERVICES__{name}": self.url for name in services},
            **{f"DIGEST_PACE__{name}": "0" for name in (*services, "WEB")},
            "DIGEST_FETCH__MAX_WAIT": "0.01",
            "DIGEST_SUMMARIZE__BACKEND": "extractive",
        }
