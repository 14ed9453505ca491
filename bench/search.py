"""Measure the search: what comes first for a table of queries, and bytes and time of a first answer in Chromium.

    python -m bench.search [--papers 6000 30000] [--queries 40] [--show]

The papers are those of recorded days (bench/search_papers.py): of 27 for two tables of queries, one written by hand
(bench/search_table.yaml) and one from titles alone (bench/search_titles.yaml); of 60 for one by a reader to whom the
search is unknown (bench/search_readers.yaml), and for one drawn from the papers by chance: two words of a title, a
name, a name with an error, words of an abstract, an id. Every query is asked in Chromium, on the page itself. What a
table wants is said in patterns over the papers' texts, so no part of the index is believed. Times are from the key to
the first results, on a page just opened; bytes are all files of the index loaded until then, as they are and gzipped.
Needs nginx and openssl.
"""

import argparse
import contextlib
import functools
import gzip
import os
import random
import re
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from bench.search_papers import ROOT, TERMS, filled, recorded
from digest.adapters.templates import Templates
from digest.config import SiteConfig
from digest.site.rendering.locales import Locale
from digest.site.rendering.renderer import Renderer
from digest.site.search import files as search
from digest.site.search.files import Record
from digest.site.search.keys import SearchKeys

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --ignore-certificate-errors"
)
Query = tuple[str, str, dict[str, str]]
ASK = """async (text) => {
  const [form, count, list] = ['find', 'count', 'found'].map((id) => document.getElementById(id));
  const began = performance.now();
  const told = new Promise((done) => new MutationObserver((_, watcher) => {
    watcher.disconnect();
    done(performance.now() - began);
  })
    .observe(count, { childList: true }));
  form.elements.q.value = text;
  form.dispatchEvent(new InputEvent('input', { bubbles: true }));
  const time = await told;
  const first = performance.getEntriesByType('resource')
    .map(({ name }) => name).filter((name) => /search\\/.+\\.(txt|json|json\\.gz)$/.test(name));
  await new Promise((done) => setTimeout(done, 150));
  return { time, first, said: count.textContent,
    found: [...list.querySelectorAll('.say a')].map((a) => a.getAttribute('href')) };
}"""


def build(records: Sequence[Record], site: Path) -> str:
    """Write index, search page and what it loads. Returns what the index took, in words."""
    began = time.process_time()
    keys = SearchKeys(TERMS)
    made = {
        bounds: [search.block(records[at:until], keys) for at, until in search.runs(bounds)]
        for bounds in search.spans(len(records))
    }
    indexed, count, size = time.process_time() - began, 0, 0
    topics = sorted({topic for record in records for topic in record.topics})
    parts: list[Any] = [search.texts(0, records), search.top(len(records), topics, TERMS).items()]
    for bounds in search.spans(len(records)):
        parts.append(search.span(bounds, ([one] for one in made[bounds])))
        parts.append(search.days(bounds, [record.day for record in records[bounds[0] : bounds[1]]]))
    for path, content in (file for part in parts for file in part):
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_bytes(content)
        count, size = count + 1, size + len(content)
    whole = time.process_time() - began
    templates = Templates()
    renderer = Renderer(templates, SiteConfig(), Locale(templates, "ko"), "ko", "1", frozenset(), b"")
    (site / "assets").mkdir()
    (site / "search/index.html").write_bytes(renderer.page("search", "search/index.html", title="검색", nav="search"))
    for asset in (ROOT / "templates/site/assets").iterdir():
        (site / "assets" / asset.name).write_bytes(asset.read_bytes())
    took = f"{indexed:.1f} CPU s for the blocks, {whole - indexed:.1f} to join and write"
    return f"{took}; {count:,} files, {size / 1e6:.1f} MB"


def drawn(records: Sequence[Record], count: int) -> Iterator[Query]:
    """Draw queries from the papers by chance, so that nobody's idea of a query is in them."""
    chance = random.Random(2026)
    for number in range(count):
        paper = chance.choice(records)
        here = rf"^{re.escape(paper.title)} \|"
        words = re.findall(r"[A-Za-z]{5,}", paper.title) or ["model"]
        said = re.findall(r"[A-Za-z]{4,}", paper.abstract)
        at = chance.randrange(max(1, len(said) - 6))
        name = chance.choice(paper.authors or ("Nobody",))
        word = max(words, key=len)
        spot = chance.randrange(1, len(word) - 1)
        yield (
            ("title", " ".join(words[:4]), {"want": here}),
            ("person", name, {"want": re.escape(name)}),
            ("abstract", " ".join(said[at : at + 6]), {"want": here}),
            ("mistyped", word[:spot] + word[spot + 1 :] + " " + " ".join(words[:2]), {"want": here}),
            ("swapped", f"{word[: spot - 1]}{word[spot]}{word[spot - 1]}{word[spot + 1 :]} {' '.join(words[:2])}",
             {"want": here}),
            ("id", f"https://arxiv.org/abs/{paper.id}", {"want": here}),
        )[number % 6]  # fmt: skip


NGINX = """
daemon off; pid {folder}/pid; error_log {folder}/errors; worker_processes 1;
events {{ worker_connections 256; }}
http {{
  types {{
    text/html html; text/css css; text/javascript js; application/json json; text/plain txt; application/gzip gz;
  }}
  access_log off; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder}; tcp_nodelay on;
  gzip on; gzip_vary on; gzip_types text/css text/javascript application/json text/plain;
  ssl_certificate {folder}/certificate; ssl_certificate_key {folder}/key;
  server {{ listen 127.0.0.1:{port} ssl http2; root {site}; index index.html; }}
}}
"""


@contextlib.contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve a folder on loopback as the hosts of static sites do: HTTP/2 over TLS, packed."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2",
             "-keyout", f"{folder}/key", "-out", f"{folder}/certificate"], check=True, capture_output=True,
        )  # fmt: skip
        (Path(folder) / "settings").write_text(NGINX.format(folder=folder, port=port, site=site.resolve()))
        os.chmod(site, 0o755)  # noqa: PTH101
        serving = subprocess.Popen(["nginx", "-p", folder, "-c", f"{folder}/settings", "-g", "user root;"])
        try:
            while serving.poll() is None:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.02)
            yield f"https://127.0.0.1:{port}/search/"
        finally:
            serving.terminate()
            serving.wait()


def asked(site: Path, queries: Sequence[str], fresh: bool) -> Iterator[dict[str, Any]]:
    """Type each query, on one page or, with `fresh`, on a page that was just opened with nothing loaded before."""
    from playwright.sync_api import sync_playwright

    with served(site) as address, sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS.split())
        tab = None
        for text in queries:
            if tab is None or fresh:
                tab = browser.new_context().new_page()
                tab.goto(address)
                tab.wait_for_selector("[name=topic] option:nth-child(2)", state="attached")
                tab.wait_for_timeout(400)
            yield tab.evaluate(ASK, text)
            if fresh:
                tab.context.close()
        browser.close()


def judge(records: Sequence[Record], table: Sequence[Query], answers: Sequence[dict[str, Any]], show: bool) -> None:
    """Print recall within the first ten, how often the first is right, and what nonsense found."""
    told = {one.url: f"{one.title} | {', '.join(one.authors)} | {one.organization} | {one.abstract} {one.tldr} "
            f"{' '.join(one.fields)} | {one.id}"
            for one in records}  # fmt: skip
    recalls, firsts, strangers, noise = [], [], 0, 0
    for (kind, query, wanted), answer in zip(table, answers, strict=True):
        found = [
            href.partition("/papers/")[2] and "papers/" + href.partition("/papers/")[2] for href in answer["found"]
        ]
        if not wanted:
            noise += bool(found)
            if show and found:
                print(f"  {kind} {query!r}: finds {told[found[0]][:70]!r} {answer['said']}")
            continue
        want = {url for url, text in told.items() if re.search(wanted["want"], text)}
        first = {url for url in want if re.search(wanted.get("first", ""), told[url])}
        if not want:
            print(f"  {query!r}: no paper of these days is wanted")
            continue
        recalls.append(len(want.intersection(found[:10])) / min(10, len(want)))
        firsts.append(bool(found) and found[0] in first)
        strangers += sum(bool("never" in wanted and re.search(wanted["never"], told[url])) for url in found)
        if show and (recalls[-1] < 1 or not firsts[-1]):
            print(
                f"  {kind} {query!r}: {recalls[-1]:.2f} of {len(want)}, "
                f"first {told[found[0]][:80] if found else None!r}; {answer['said']}"
            )
    print(
        f"{len(table)} queries: recall@10 {statistics.mean(recalls):.1%}, "
        f"first place right {statistics.mean(firsts):.1%}, "
        f"what must not come {strangers}, nonsense that finds something {noise}"
    )


def cost(site: Path, answers: Sequence[dict[str, Any]]) -> str:
    """Say what a first answer takes."""

    @functools.cache
    def sizes(path: str) -> tuple[int, int]:
        content = (site / "search" / path).read_bytes()
        return len(content), len(gzip.compress(content, 6))

    times = sorted(answer["time"] for answer in answers)
    said = [
        f"ms: median {statistics.median(times):.0f}, 90% within {times[int(len(times) * 0.9)]:.0f}, "
        f"most {times[-1]:.0f}"
    ]
    for which, name in enumerate(("as files", "gzipped")):
        loaded = sorted(
            sum(sizes(path.partition("/search/")[2])[which] for path in answer["first"]) / 1e3 for answer in answers
        )
        said.append(
            f"kB {name}: median {statistics.median(loaded):.0f}, "
            f"90% within {loaded[int(len(loaded) * 0.9)]:.0f}, most {loaded[-1]:.0f}"
        )
    said.append(f"requests: median {statistics.median(len(answer['first']) for answer in answers):.0f}")
    return "; ".join(said)


def _table(name: str) -> list[Query]:
    return [tuple(row) for row in yaml.safe_load((ROOT / "bench" / name).read_text("utf-8"))]


def main() -> None:
    """Ask both tables, then measure each size of archive in turn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, nargs="*", default=[6000, 30000])
    parser.add_argument("--queries", type=int, default=40)
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    table = _table("search_table.yaml")
    for days, names in ((27, ("table", "titles")), (60, ("readers", "chance"))):
        records = list(recorded(days))
        with tempfile.TemporaryDirectory() as folder:
            built = build(records, Path(folder))
            print(f"{len(records)} papers of {len({record.day for record in records})} days: {built}")
            for name in names:
                queries = list(drawn(records, 60)) if name == "chance" else _table(f"search_{name}.yaml")
                answers = list(asked(Path(folder), [query for _, query, _ in queries], fresh=False))
                print(name, end=": ", flush=True)
                judge(records, queries, answers, given.show)
    for count in given.papers:
        with tempfile.TemporaryDirectory() as folder:
            print(f"\n{count:,} papers: {build(list(filled(count)), Path(folder))}", flush=True)
            step = max(1, len(table) // given.queries)
            print(
                cost(Path(folder), list(asked(Path(folder), [query for _, query, _ in table[::step]], fresh=True))),
                flush=True,
            )


if __name__ == "__main__":
    main()
