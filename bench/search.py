"""Measure the search: cost of the index, recall and precision against a plain scan, bytes and time of a first answer.

    python -m bench.search [--papers 6000] [--queries 360] [--no-browser]

Each query is looked up by the site's own script (in node, reading the files) and by a scan of all texts with the same
comparison; bytes are those of a cold query, top file and shown texts included, as files and gzipped. Time is taken in
Chromium, on loopback, from the key to the list.
"""

import argparse
import functools
import gzip
import http.server
import json
import random
import resource
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.search_corpus import ROOT, papers
from digest.config import SiteConfig
from digest.site import search, words
from digest.site.press import Press
from digest.templating import Templates

ASSETS = ROOT / "templates/site/assets"
COMMON = "모델 학습 데이터 데이터셋 이터셋 attention 어텐션 트랜스포머 강화학습 확산 tion in er 있다. 2511 LLM RL 0.5".split()
LOOK_UP = """
import { readFile } from 'node:fs/promises';
const { core, site, queries, shown } = JSON.parse(await new Response(process.stdin).text());
const { Index, clauses, fold, matches, texts } = await import(core);
const open = (log) => new Index(async (path) => { log.push(path); return readFile(`${site}/search/${path}`, 'utf-8'); });
const all = open([]);
const top = await all.top();
const rows = await Promise.all(Array.from({ length: top.count }, (_, number) => all.paper(number)));
const scanned = rows.map((row) => fold(texts(row).join('\\n')));
for (const text of queries) {
  const query = clauses(text, top.terms);
  const truth = [];
  for (let i = rows.length - 1; i >= 0; i--) {
    if (query.every(({ typed, others }) => [typed, ...others].some((phrase) => phrase.every((word) => scanned[i].includes(word))))) truth.push(i);
  }
  const log = [];
  const index = open(log);
  await index.warm();
  const began = performance.now();
  const found = await index.find(query);
  const ms = performance.now() - began;
  let seen = 0;
  for (const number of found) if (seen < shown && matches(await index.paper(number), query)) seen++;
  const right = new Set(truth);
  const kept = new Set(found);
  console.log(JSON.stringify({ text, truth: truth.length, found: found.length, ms, log,
    missed: truth.filter((number) => !kept.has(number)).length, extra: found.filter((number) => !right.has(number)).length }));
}
"""


def build(records: Sequence[search.Record], topics: Sequence[str], site: Path) -> dict[str, float]:
    """Write the search of a site: its files, page and scripts. Returns what the index took."""
    began = time.process_time()
    import numpy  # noqa: F401  counted apart: it is the same for one paper and for all

    imported, began = time.process_time() - began, time.process_time()
    making = files = size = zipped = 0.0
    for number in range(0, len(records), search.BLOCK):
        part = search.block(number // search.BLOCK, records[number : number + search.BLOCK])
        making, began = making + time.process_time() - began, time.process_time()
        files += len(part)
        for path, content in part.items():
            (site / path).parent.mkdir(parents=True, exist_ok=True)
            (site / path).write_bytes(content)
            size += len(content)
        began = time.process_time()
        zipped += sum(len(gzip.compress(content, 6)) for content in part.values())
        began = time.process_time()
    last = records[-(len(records) % search.BLOCK or search.BLOCK) :]
    began = time.process_time()
    search.block((len(records) - 1) // search.BLOCK, last)
    day = time.process_time() - began
    table = search.terms((ROOT / "templates/site/terms.yaml").read_text("utf-8"))
    for path, content in search.top(len(records), topics, table).items():
        (site / path).write_bytes(content)

    return {"import": imported, "cpu": making, "day": day, "files": files, "raw": size / 1e6, "gzip": zipped / 1e6}


def page(site: Path) -> None:
    """Write the search page and what it loads."""
    templates = Templates()
    press = Press(templates, SiteConfig(), words.Speech(words.load(templates, "ko")), "ko", "1", None, frozenset())
    (site / "assets").mkdir(parents=True, exist_ok=True)
    (site / "search").mkdir(exist_ok=True)
    (site / "search/index.html").write_bytes(press.page("search", "search/index.html", title="검색", nav="search"))
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

    found: list[str] = list(COMMON)
    while len(found) < count:
        paper, other = chance.choice(records), chance.choice(records)
        found += [
            word(paper).strip(".,()"), infix(word(paper)), word(paper), word(paper, english=True),
            infix(word(paper, english=True)), f"{word(paper)} {word(paper, english=True)}", f"{word(paper)} {word(other)}",
            chance.choice(["뷁쉙", "qzxj", "꿻"]) + infix(word(paper)),
        ]  # fmt: skip
    return [text for text in found if len(text.strip()) > 1][:count]


def look_up(site: Path, queries: Sequence[str], shown: int = 6) -> list[dict[str, Any]]:
    """Ask the site's script in node, and scan; one row a query."""
    asked = {"core": str(ASSETS / "search-core.js"), "site": str(site), "queries": queries, "shown": shown}
    done = subprocess.run(
        ["node", "--max-old-space-size=3000", "--input-type=module", "-e", LOOK_UP],
        input=json.dumps(asked), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def wire(site: Path, rows: Sequence[dict[str, Any]]) -> tuple[list[int], list[int]]:
    """Return the bytes of each query's files, as they are and gzipped."""

    @functools.cache
    def sizes(path: str) -> tuple[int, int]:
        content = (site / "search" / path).read_bytes()
        return len(content), len(gzip.compress(content, 6))

    pairs = [[sizes(path) for path in row["log"]] for row in rows]
    return [sum(raw for raw, _ in pair) for pair in pairs], [sum(zipped for _, zipped in pair) for pair in pairs]


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Python's own static server, without its log."""

    def log_message(self, *_: object) -> None: ...


def in_browser(site: Path, queries: Sequence[str]) -> tuple[list[float], list[float]]:
    """Return milliseconds from the key to the list for each query on a fresh page, and from the address to the list."""
    from playwright.sync_api import sync_playwright

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/search/"
    typing = """async (text) => {
      const field = document.getElementById('q'), count = document.getElementById('count');
      const began = performance.now();
      const shown = new Promise((done) => new MutationObserver((_, watch) => { watch.disconnect(); done(performance.now() - began); })
        .observe(count, { childList: true, characterData: true, subtree: true }));
      field.value = text;
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      return shown;
    }"""
    keyed, loaded = [], []
    with sync_playwright() as engine:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                 "--disable-component-update", "--disable-sync"]  # fmt: skip
        browser = engine.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        for text in queries:
            context = browser.new_context()
            tab = context.new_page()
            tab.goto(address, wait_until="networkidle")
            keyed.append(float(tab.evaluate(typing, text)))
            context.close()
            context = browser.new_context()
            tab = context.new_page()
            tab.add_init_script(
                "addEventListener('DOMContentLoaded', () => new MutationObserver((_, watch) => {"
                "watch.disconnect(); window.shownAt = performance.now(); }).observe(document.getElementById('count'), {childList: true}))"
            )
            tab.goto(address)
            tab.goto(f"{address}?{__import__('urllib.parse').parse.urlencode({'q': text})}")
            tab.wait_for_function("window.shownAt")
            loaded.append(float(tab.evaluate("window.shownAt")))
            context.close()
        browser.close()
    server.shutdown()
    return keyed, loaded


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, nargs="+", default=[6000, 21900])
    parser.add_argument("--queries", type=int, default=360)
    parser.add_argument("--no-browser", action="store_true")
    given = parser.parse_args()
    topics = tuple(Templates().words("ko")["topics"])
    for count in given.papers:
        records = list(papers(count, topics))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with tempfile.TemporaryDirectory() as folder:
            site = Path(folder)
            took = build(records, topics, site)
            grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
            print(
                f"\n{count:,} papers: index {took['cpu']:.2f} CPU s (numpy's import {took['import']:.2f}), the last block again "
                f"{took['day']:.2f}; peak +{grown:.0f} MB; {took['files']:,.0f} files, {took['raw']:.1f} MB, gzip {took['gzip']:.1f}"
            )
            rows = look_up(site, sample(records, given.queries))
            truth, found = sum(row["truth"] for row in rows), sum(row["found"] for row in rows)
            missed, extra = sum(row["missed"] for row in rows), sum(row["extra"] for row in rows)
            print(
                f"{len(rows)} queries, {sum(1 for row in rows if not row['truth'])} of them without an answer: recall "
                f"{100 * (1 - missed / truth):.3f}%, precision of the index {100 * (1 - extra / max(1, found)):.3f}% "
                f"({sum(1 for row in rows if row['extra'])} queries with more), of what is shown 100%"
            )
            raw, zipped = wire(site, rows)
            for name, sizes in (("as files", raw), ("gzip", zipped)):
                ordered = sorted(sizes)
                print(
                    f"bytes of a cold query {name}: median {statistics.median(sizes) / 1e3:.0f} kB, 95% below "
                    f"{ordered[int(len(ordered) * 0.95)] / 1e3:.0f}, most {ordered[-1] / 1e3:.0f} "
                    f"({rows[sizes.index(ordered[-1])]['text']!r}); requests at most {max(len(row['log']) for row in rows)}"
                )
            worst = sorted(rows, key=lambda row: -row["extra"])[:5]
            print("most extra: " + ", ".join(f"{row['text']!r} +{row['extra']} of {row['found']}" for row in worst))
            if not given.no_browser:
                page(site)
                keyed, loaded = in_browser(site, [row["text"] for row in rows[:60]])
                print(
                    f"Chromium, {len(keyed)} queries: first answer after the key, median {statistics.median(keyed):.0f} ms, "
                    f"most {max(keyed):.0f}; from the address, median {statistics.median(loaded):.0f} ms, most {max(loaded):.0f}"
                )


if __name__ == "__main__":
    main()
