"""Services that never end an answer: `python bench/drip.py [WAY…]` prints a table of docs/reliability.md.

Every way to drip (`tests/drips.py`) against every reader of the program, which has to give up within the deadline and
two seconds, with an error of its own and not with an answer. A cell is the seconds that it took.

list, API, page, PDF   a GET of the fetcher, by the stage that reads it: `fetch.deadline` is the deadline.
model                  a question to the chat server: `llm.timeout`.
webhook                a notification through Apprise: `notify.timeout`; starting its process is part of the seconds.
"""

import argparse
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from digest.adapters.http import Fetcher
from digest.config import FetchConfig, FulltextConfig, HuggingFaceSource, PaceConfig, ServicesConfig
from digest.errors import DigestError
from digest.model import ArxivId, Paper
from digest.stages import notify, sources
from digest.stages.fulltext import html, pdf
from digest.stages.summarize.client.capabilities import Capabilities
from digest.stages.summarize.client.chat import ChatServer
from tests.drips import WAYS, dripping

PAPER = Paper(id=ArxivId("2511.09146"), title="A Paper", version=1)
ALLOWANCE = 2.0


def fetch(read: Callable[[Fetcher], object]) -> Callable[[str, str, float], str]:
    def ask(scheme: str, host: str, seconds: float) -> str:
        url = f"{scheme}://{host}"
        fetcher = Fetcher(
            ServicesConfig(huggingface=url, arxiv=url, arxiv_api=url),
            PaceConfig(huggingface=0, arxiv=0, arxiv_api=0),
            FetchConfig(timeout=seconds, deadline=seconds, attempts=1),
            now=lambda: datetime.now(UTC),
        )
        try:
            return f"an answer: {read(fetcher)}"
        except DigestError:
            return ""
        finally:
            fetcher.close()

    return ask


def ask_model(scheme: str, host: str, seconds: float) -> str:
    server = ChatServer(base_url=f"{scheme}://{host}/v1", model="m", key=None, timeout=seconds, output_tokens=100)
    try:
        return f"an answer: {server.ask([{'role': 'user', 'content': '?'}], {}, Capabilities('text'))}"
    except DigestError:
        return ""
    finally:
        server.close()


def post(scheme: str, host: str, seconds: float) -> str:
    target = notify.Target(f"json{'s' if scheme == 'https' else ''}://{host}/x", 1)
    (delivery,) = notify.send(notify.Message("a day", "text", "<p>text</p>"), [target], timeout=seconds)
    return "" if delivery.error else "an answer"


READERS: dict[str, Callable[[str, str, float], str]] = {
    "list": fetch(lambda fetcher: sources.SOURCES["huggingface"](date(2025, 11, 17), fetcher.get, HuggingFaceSource())),
    "API": fetch(lambda fetcher: sources.list_named((PAPER.id,), fetcher.get)),
    "page": fetch(lambda fetcher: html.read(PAPER, fetcher.get, FulltextConfig())),
    "PDF": fetch(lambda fetcher: pdf.read(PAPER, fetcher.get, FulltextConfig())),
    "model": ask_model,
    "webhook": post,
}


def cell(reader: str, way: str, deadline: float) -> tuple[str, bool]:
    """Return what stands in the table, and whether it is right."""
    scheme = "https" if way == "handshake" else "http"
    with dripping(way, pause=min(1.0, deadline / 10)) as host:
        begun = time.monotonic()
        answered = READERS[reader](scheme, host, deadline)
        seconds = time.monotonic() - begun
    good = not answered and seconds <= deadline + ALLOWANCE
    return f"{seconds:.1f}{'' if good else ' ✗'}{f' {answered}' if answered else ''}", good


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ways", nargs="*", metavar="WAY", help=", ".join(WAYS))
    parser.add_argument("--deadline", type=float, default=2.0)
    given = parser.parse_args()
    import openai  # noqa: F401 - most of a second, which is no part of any exchange

    print(f"| way | {' | '.join(READERS)} |\n|---|{'---|' * len(READERS)}")
    wrong = 0
    for way in given.ways or WAYS:
        with ThreadPoolExecutor(len(READERS)) as pool:
            cells = list(pool.map(lambda reader, way=way: cell(reader, way, given.deadline), READERS))
        wrong += sum(not good for _, good in cells)
        print(f"| {way} | {' | '.join(text for text, _ in cells)} |", flush=True)
    print(f"\ndeadline {given.deadline:g} s, {wrong} beyond {given.deadline + ALLOWANCE:g} s or wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
