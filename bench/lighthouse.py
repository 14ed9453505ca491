"""Measure the site with Lighthouse: every kind of page, on a phone and on a desktop. Fails below 95 of 100.

    python -m bench.lighthouse [--pages home day] [--presets mobile] [--languages ko]

The site is the demo's day after 45 made-up ones, so that no kind of page is missing, served on loopback with gzip as
hosts do. Needs npx and Chromium (CHROMIUM names it). What falls short is measured up to three times and the best
counts: a busy machine makes a page slower, never faster.
"""

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from bench import site_corpus
from digest.adapters import store
from digest.adapters.templates import Templates
from digest.model import Edition, Overview, OverviewSentence, Reason
from digest.model.corpus.reviews import Review
from digest.stages import render

PROGRAM = "lighthouse@13.5.0"
LEAST = 95
LAST = date(2025, 11, 17)
SAID = {
    "ko": ("두 논문이 긴 문맥의 비용을 다룬다.", "첫 논문은 캐시를 줄인다."),
    "en": ("Two papers take on the cost of long contexts.", "The first one shrinks the cache."),
}
"""The overviews of a week and a month."""
DAYS = 45
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PRESETS = {"mobile": [], "desktop": ["--preset=desktop"]}
KINDS = {
    "home": "", "older": "page/1/", "day": "2025/11/17/daily-papers/", "paper": "papers/2511.09146/",
    "topics": "topics/", "topic": "topics/llm/", "author": "authors/ada-lovelace/", "archive": "archive/",
    "trends": "trends/", "search": "search/?q=%EC%96%B4%ED%85%90%EC%85%98", "favourites": "favourites/",
    "about": "about/", "week": "weeks/2025-W46/", "month": "months/2025-10/", "weeks": "weeks/",
    "404": "404.html",  # under its own name, because Lighthouse measures no answer but 200
}  # fmt: skip


class _Host(SimpleHTTPRequestHandler):
    """Serves files as a host of static sites does: texts packed, kept for ten minutes."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript", ".svg": "image/svg+xml"}  # noqa: RUF012

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        body = gzip.compress(path.read_bytes())
        self.send_response(200)
        kind = self.guess_type(path)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on loopback for a while."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Host, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def archive(folder: Path, language: str = "ko") -> None:
    """Write the demo's day, and before it made-up ones whose first papers share an author."""
    _run(folder, "demo", "--out", ".")
    kept, templates = store.Archive(folder / "_posts", folder / "_data" / "digests"), Templates()
    made: list[Edition] = []
    for edition in site_corpus.days(DAYS, 6, (LAST - site_corpus.FIRST).days - DAYS):
        first, *others = edition.entries
        liked = (Reason(kind="authors", points=1.0, name="Ada Lovelace"),)
        paper = replace(first.paper, authors=(*first.paper.authors, "Ada Lovelace"))
        shared = replace(first, paper=paper, reasons=liked)
        day = replace(edition, entries=(shared, *others), language=language)
        text = render.of_edition(day, templates)
        (kept.posts / f"{day.name}-daily-papers.md").write_text(text, "utf-8")
        kept.edition_path(day.name).write_bytes(store.encode(day))
        made.append(day)
    _reviews(kept.data, made, language)


def _reviews(folder: Path, days: Sequence[Edition], language: str) -> None:
    """Write the overviews of the last whole week and month, as a nightly run keeps them."""
    for name, day in (("2025-W46", LAST - timedelta(days=3)), ("2025-10", date(2025, 10, 30))):
        first, second = next(one for one in days if one.day == day).entries[:2]
        said = SAID[language]
        sentences = (
            OverviewSentence(said[0], (first.paper.id, second.paper.id)),
            OverviewSentence(said[1], (first.paper.id,)),
        )
        store.Reviews(folder).save(Review(name=name, language=language, overview=Overview(sentences=sentences)))


def build(folder: Path, url: str, language: str = "ko") -> None:
    """Build the site of an archive for an address, with an interface in a language."""
    _run(folder, "site", DIGEST_SITE__URL=url, DIGEST_LANGUAGE=language)


def scores(url: str, flags: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Ask Lighthouse about one page: points by category, and what cost some."""
    chrome = {"CHROME_PATH": os.environ.get("CHROMIUM", "/usr/bin/chromium"), **os.environ}
    command = ["npx", "--yes", PROGRAM, url, "--output=json", "--quiet", "--chrome-flags=--headless=new --no-sandbox"]
    command += [f"--only-categories={','.join(CATEGORIES)}", *flags]
    report = json.loads(subprocess.run(command, env=chrome, check=True, capture_output=True).stdout)
    points = {name: round(100 * (report["categories"][name]["score"] or 0)) for name in CATEGORIES}
    return points, [_fault(report, ref["id"]) for name in CATEGORIES for ref in report["categories"][name]["auditRefs"]
                    if ref["weight"] and (report["audits"][ref["id"]]["score"] or 0) < 0.9
                    and report["audits"][ref["id"]]["scoreDisplayMode"] not in {"notApplicable", "manual"}]  # fmt: skip


def best(url: str, flags: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Ask again, at most twice, while something falls short."""
    found = scores(url, flags)
    for _ in range(2):
        if min(found[0].values()) >= LEAST:
            break
        found = max(found, scores(url, flags), key=lambda result: sum(result[0].values()))
    return found


def _fault(report: dict[str, Any], name: str) -> str:
    return f"{name} {report['audits'][name].get('displayValue', '')}".strip()


def _run(folder: Path, *words: str, **environment: str) -> None:
    command = [sys.executable, "-m", "digest", *words]
    paths = {"PYTHONPATH": str(Path(__file__).parents[1])}
    report = subprocess.run(
        command, cwd=folder, env={**os.environ, **paths, **environment}, capture_output=True, check=False
    )
    if report.returncode:
        sys.exit(report.stderr.decode())


def _measured(language: str, pages: Sequence[str], presets: Sequence[str]) -> int:
    """Measure the site in one language; return how many pages fall short."""
    short = 0
    with tempfile.TemporaryDirectory() as name, served(Path(name) / "_site") as address:
        archive(Path(name), language)
        build(Path(name), address, language)
        for preset in presets:
            for page in pages:
                points, faults = best(f"{address}/{KINDS[page]}", PRESETS[preset])
                short += min(points.values()) < LEAST
                row = "".join(f"{points[category]:>16}" for category in CATEGORIES)
                print(f"{page:<12}{preset:<9}{language:<4}{row}  {'; '.join(faults)}".rstrip(), flush=True)
    return short


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", nargs="+", choices=KINDS, default=list(KINDS), metavar="PAGE")
    parser.add_argument("--presets", nargs="+", choices=PRESETS, default=list(PRESETS))
    parser.add_argument("--languages", nargs="+", choices=SAID, default=list(SAID))
    chosen = parser.parse_args()
    print(f"{'page':<12}{'preset':<9}{'':<4}" + "".join(f"{category:>16}" for category in CATEGORIES), flush=True)
    short = sum(_measured(language, chosen.pages, chosen.presets) for language in chosen.languages)
    sys.exit(f"{short} pages below {LEAST}" if short else 0)


if __name__ == "__main__":
    main()
