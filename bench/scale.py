"""What a paper costs: `python bench/scale.py` prints the table of docs/scale.md. CPU seconds, children included.

Reading is measured on recorded pages and a recorded PDF (DIGEST_TEST_DATA names their folder); the whole way through
an ordinary backfill of made-up papers of 60 kB on loopback.
"""

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from checks import load

from digest.commands.demo.server import serve
from digest.config import FulltextConfig
from digest.errors import NotThere
from digest.model import ArxivId, Document, Fetched, Paper
from digest.model.text import estimate_tokens
from digest.stages import check, fulltext
from digest.stages.fulltext import trimming
from tests.runs import ROOT, files, invented, settings

DATA = Path(os.environ.get("DIGEST_TEST_DATA", ROOT.parent / "shared" / "data"))


def cpu() -> float:
    mine, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime + children.ru_utime + children.ru_stime


def each(work: Callable[[], object], times: int) -> float:
    """Return the CPU seconds of one time, after one that does not count."""
    work()
    begun = cpu()
    for _ in range(times):
        work()
    return (cpu() - begun) / times


def document(name: str, body: bytes, kind: str, order: tuple[str, ...]) -> Callable[[], Document]:
    paper = Paper(id=ArxivId.parse(name), title="A title", abstract="An abstract.")

    def get(service: str, path: str) -> Fetched:
        if not path.startswith(f"/{order[0]}/"):
            raise NotThere("nothing")
        return Fetched(f"https://arxiv.org{path}", kind, body)

    return lambda: fulltext.read(paper, get, FulltextConfig(order=order))  # type: ignore[arg-type]


def reading() -> None:
    html = (DATA / "arxiv_html" / "2501.11120v1.arxiv.html").read_bytes()
    pdf = (DATA / "pdf" / "1706.03762.pdf").read_bytes()
    read = document("2501.11120v1", html, "text/html", ("html",))
    print(f"| an HTML page of {len(html) / 1000:,.0f} kB | {each(read, 20):.3f} s |")
    text = read()
    print(f"| a PDF of {len(pdf) / 1000:,.0f} kB, child process included | "
          f"{each(document('1706.03762', pdf, 'application/pdf', ('pdf',)), 5):.3f} s |")  # fmt: skip
    print(f"| trim to 24,000 tokens | {each(lambda: trimming.trim(text, 24_000), 20):.3f} s |")
    sent = estimate_tokens(trimming.trim(text, 24_000).text)
    print(f"| tokens sent of that page | {sent:,} |")
    pair = load(next(iter(sorted((Path(__file__).parent / "pairs").glob("*.json")))))

    def judge() -> object:
        return check.check(pair.summary, pair.claims, pair.paper, text, language="ko")

    print(f"| a check against that page | {each(judge, 10):.3f} s |")


def whole(count: int) -> None:
    days = [date(2026, 1, 5) + timedelta(days=number) for number in range(count // 50)]
    world = invented(days, 50, size=60_000)
    words = ("backfill", "--from", str(days[0]), "--to", str(days[-1]), "--yes", "--limit", "50")
    with tempfile.TemporaryDirectory() as folder, serve(world) as url:
        environ = {**os.environ, **settings(url), "PYTHONPATH": str(ROOT)}
        with (Path(folder) / "log").open("w") as log:
            run = subprocess.Popen([sys.executable, "-m", "digest", *words], cwd=folder, env=environ, stderr=log)
            _, status, used = os.wait4(run.pid, 0)
        assert status == 0, (Path(folder) / "log").read_text()[-2000:]
        kept = sum(path.stat().st_size for path in (Path(folder) / ".cache").iterdir())
        made = sum(len(content) for name, content in files(Path(folder)).items() if name.startswith("_"))
    print(f"| everything but the model, {count} papers of 60 kB | {(used.ru_utime + used.ru_stime) / count:.3f} s |")
    print(f"| the cache | {kept / count / 1000:.0f} kB |")
    print(f"| edition and post | {made / count / 1000:.1f} kB |")


if __name__ == "__main__":
    print("| what | a paper |\n|---|---|")
    reading()
    whole(200)
