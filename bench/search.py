"""Measure the search: cost of the index, recall and precision against a plain scan, bytes and time of a first answer.

    python -m bench.search [--papers 6000 21900] [--queries 360] [--no-browser]

Each query is looked up by the site's own script (in node, reading the files) and by a scan of all texts with the same
comparison; bytes are those of a cold query, top file and shown texts included, as files and gzipped. Time is taken in
Chromium, on loopback, from the key on a page just opened, and from the address with nothing loaded at all.
"""

import argparse
import functools
import gzip
import json
import random
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.search_corpus import ROOT, papers
from digest.adapters.templates import Templates
from digest.config import SiteConfig
from digest.site.rendering.locales import Locale
from digest.site.rendering.renderer import Renderer
from digest.site.search import files as search

ASSETS = ROOT / "templates/site/assets"
COMMON = "모델 데이터셋 이터셋 attention 어텐션 트랜스포머 강화학습 확산 generation tion in er 있다. 2511 LLM RL 0.5"
LOOK_UP = """
import { readFile } from 'node:fs/promises';
const { core, site, queries, shown } = JSON.parse(await new Response(process.stdin).text());
const { Index, clauses, fold, matches, texts } = await import(core);
const open = (log) => new Index((path) => { log.push(path); return readFile(`${site}/search/${path}`, 'utf-8'); });
const all = open([]);
const top = await all.top();
const rows = await Promise.all(Array.from({ length: top.count }, (_, number) => all.paper(number)));
const scanned = rows.map((row) => fold(texts(row).join('\\n')));
for (const text of queries) {
  const query = clauses(text, top.terms);
  const fits = (i) => query.every(({ typed, others }) =>
    [typed, ...others].some((phrase) => phrase.every((word) => scanned[i].includes(word))));
  const truth = new Set([...rows.keys()].filter(fits));
  const log = [];
  const index = open(log);
  await index.preload();
  const found = await index.find(query);
  let seen = 0;
  for (const number of found) if (seen < shown && matches(await index.paper(number), query)) seen++;
  const kept = new Set(found);
  const missed = [...truth].filter((number) => !kept.has(number)).length;
  const extra = found.filter((number) => !truth.has(number)).length;
  console.log(JSON.stringify({ text, truth: truth.size, found: found.length, log, missed, extra }));
}
"""
KEYED = """async (text) => {
  const began = performance.now();
  const shown = new Promise((done) => new MutationObserver(() => done(performance.now() - began))
    .observe(document.getElementById('count'), { childList: true }));
  document.getElementById('q').value = text;
  document.getElementById('q').dispatchEvent(new InputEvent('input', { bubbles: true }));
  return shown;
}"""
LOADED = """addEventListener('DOMContentLoaded', () => new MutationObserver(() => {
  window.shown ??= performance.now();
}).observe(document.getElementById('count'), { childList: true }))"""
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


def build(records: Sequence[search.Record], topics: Sequence[str], site: Path) -> str:
    """Write the index of some papers. Returns what it took, in words."""
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    import numpy  # noqa: F401  counted apart: it takes the same for one paper and for all

    imported, making, writing = time.process_time() - began, 0.0, 0.0
    files = size = 0
    for start in range(0, len(records), search.BLOCK):
        began = time.process_time()
        made = search.block(start // search.BLOCK, records[start : start + search.BLOCK])
        making, began = making + time.process_time() - began, time.process_time()
        (site / f"search/{start // search.BLOCK}").mkdir(parents=True)
        for path, content in made.items():
            (site / path).write_bytes(content)
        writing += time.process_time() - began
        files, size = files + len(made), size + sum(map(len, made.values()))
        del made
    terms = search.terms((ROOT / "templates/site/terms.yaml").read_text("utf-8"))
    for path, content in search.top(len(records), topics, terms).items():
        (site / path).write_bytes(content)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return (
        f"{making:.2f} CPU s, to write it {writing:.2f}, to import numpy {imported:.2f}; "
        f"peak +{grown:.0f} MB; {files:,} files, {size / 1e6:.1f} MB"
    )


def page(site: Path) -> None:
    """Write the search page and what it loads."""
    templates = Templates()
    renderer = Renderer(templates, SiteConfig(), Locale(templates, "ko"), "ko", "1", frozenset(), b"")
    (site / "assets").mkdir(parents=True, exist_ok=True)
    (site / "search/index.html").write_bytes(renderer.page("search", "search/index.html", title="검색", nav="search"))
    for asset in ASSETS.iterdir():
        (site / "assets" / asset.name).write_bytes(asset.read_bytes())


def sample(records: Sequence[search.Record], count: int) -> list[str]:
    """Draw queries of all kinds: words, infixes, with particles, English, two words, words of two papers, nonsense."""
    chance = random.Random(7)

    def word(record: search.Record, english: bool = False) -> str:
        pool = record.title.split() if english else " ".join((record.tldr, *record.fields)).split()
        return chance.choice([word for word in pool if len(word) > 1] or ["모델"])

    def infix(text: str) -> str:
        size = chance.randint(2, max(2, len(text) - 1))
        at = chance.randint(0, len(text) - size)
        return text[at : at + size]

    found = COMMON.split()
    while len(found) < count:
        paper, other = chance.choice(records), chance.choice(records)
        found += [
            word(paper).strip(".,()"),
            infix(word(paper)),
            word(paper),
            word(paper, english=True),
            infix(word(paper, english=True)),
            f"{word(paper)} {word(paper, english=True)}",
            f"{word(paper)} {word(other)}",
            chance.choice(["뷁쉙", "qzxj", "꿻"]) + infix(word(paper)),
        ]
    return [text for text in found if len(text) > 1][:count]


def look_up(site: Path, queries: Sequence[str], shown: int = 6) -> list[dict[str, Any]]:
    """Ask the site's script in node, and scan; one row a query."""
    asked = {"core": str(ASSETS / "search-core.js"), "site": str(site), "queries": queries, "shown": shown}
    command = ["node", "--max-old-space-size=3000", "--input-type=module", "-e", LOOK_UP]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def quality(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Say how the answers compare with the scan's."""
    truth, found, missed, extra = (sum(row[name] for row in rows) for name in ("truth", "found", "missed", "extra"))
    none = [row for row in rows if not row["truth"]]
    yield f"{len(rows)} queries, {len(none)} without an answer ({sum(row['found'] for row in none)} papers listed)"
    yield (
        f"recall {100 - 100 * missed / truth:.3f}%; precision of the index {100 - 100 * extra / found:.3f}% "
        f"({sum(1 for row in rows if row['extra'])} queries), of what is shown 100%, since it is compared first"
    )
    worst = sorted(rows, key=lambda row: -row["extra"])[:4]
    yield "most that is not shown: " + ", ".join(f"{row['text']!r} {row['extra']} of {row['found']}" for row in worst)


def wire(site: Path, rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Say how many bytes a query loads, as they are and gzipped."""

    @functools.cache
    def sizes(path: str) -> tuple[int, int]:
        content = (site / "search" / path).read_bytes()
        return len(content), len(gzip.compress(content, 6))

    for which, name in enumerate(("as files", "gzipped")):
        ordered = sorted((sum(sizes(path)[which] for path in row["log"]), row["text"]) for row in rows)
        yield (
            f"bytes of a cold query {name}: median {ordered[len(ordered) // 2][0] / 1e3:.0f} kB, "
            f"95% below {ordered[int(len(ordered) * 0.95)][0] / 1e3:.0f}, most {ordered[-1][0] / 1e3:.0f} "
            f"({ordered[-1][1]!r}); above 150 kB: {sum(size > 150_000 for size, _ in ordered)}"
        )
    requests = [len(row["log"]) for row in rows]
    yield f"requests: median {statistics.median(requests):.0f}, most {max(requests)}"


def in_browser(site: Path, queries: Sequence[str]) -> str:
    """Say how long a first answer takes in Chromium, with everything fresh for each query."""
    from playwright.sync_api import sync_playwright

    page(site)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(site)]
    address = f"http://127.0.0.1:{port}/search/"
    keyed, loaded = [], []
    with (
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server,
        sync_playwright() as engine,
    ):
        time.sleep(1)
        browser = engine.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS.split())
        for text in queries:
            context = browser.new_context()
            tab = context.new_page()
            tab.goto(address, wait_until="networkidle")
            keyed.append(float(tab.evaluate(KEYED, text)))
            context.close()
            context = browser.new_context()
            tab = context.new_page()
            tab.add_init_script(LOADED)
            tab.goto(f"{address}?{urlencode({'q': text})}")
            tab.wait_for_function("() => window.shown")
            loaded.append(float(tab.evaluate("window.shown")))
            context.close()
        browser.close()
        server.terminate()
    return (
        f"Chromium, {len(keyed)} queries: answer after the key, median {statistics.median(keyed):.0f} ms, "
        f"90% within {sorted(keyed)[int(len(keyed) * 0.9)]:.0f}, most {max(keyed):.0f}; "
        f"after the address, page and all, median {statistics.median(loaded):.0f}, most {max(loaded):.0f}"
    )


def main() -> None:
    """Measure each size of archive in turn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, nargs="+", default=[6000, 21900])
    parser.add_argument("--queries", type=int, default=360)
    parser.add_argument("--no-browser", action="store_true")
    given = parser.parse_args()
    topics = tuple(Templates().words("ko")["topics"])
    for count in given.papers:
        records = list(papers(count, topics))
        with tempfile.TemporaryDirectory() as folder:
            site = Path(folder)
            print(f"\n{count:,} papers: {build(records, topics, site)}", flush=True)
            rows = look_up(site, sample(records, given.queries))
            print(*quality(rows), *wire(site, rows), sep="\n", flush=True)
            if not given.no_browser:
                print(in_browser(site, [row["text"] for row in rows[:80]]), flush=True)


if __name__ == "__main__":
    main()
