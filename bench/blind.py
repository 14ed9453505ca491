"""Replies of a language model that never saw the checks, written from real abstracts with the prompt that digest sends.

    python -m bench.blind FOLDER NAME [--data ../shared/data]     add FOLDER/ID.reply.json as batch NAME
    python -m bench.checks --replies [--data ../shared/data]      judge all batches, as they are and with faults

A batch holds our own replies only. The abstracts are other people's: they are read from the recorded days, and of the
sentences that a reply quotes only the places in the abstract are kept ([start, end], null where they are not in it).
"""

import argparse
import json
import re
import sys
import tarfile
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import msgspec  # noqa: E402

from bench.faults import Pair  # noqa: E402
from digest.adapters.templates import Templates  # noqa: E402
from digest.model import ArxivId, Document, Evidence, Paper, Summary  # noqa: E402
from digest.model.schema import NAMES  # noqa: E402
from digest.stages.check.index.passages import index_passages  # noqa: E402
from digest.stages.fulltext import abstract  # noqa: E402
from digest.stages.sources import huggingface  # noqa: E402
from digest.stages.summarize import reply  # noqa: E402

BATCHES = HERE / "replies"
_EXPANDED = re.compile(r"([A-Za-z][\w-]*(?:[ -][A-Za-z][\w-]*)+) ?\(([A-Z][\w-]+)\)")


class Kept(msgspec.Struct):
    summary: Summary
    evidence: dict[str, tuple[int, int] | None]


def batches(data: Path) -> dict[str, list[Pair]]:
    """Return the replies of each batch beside their papers."""
    files = sorted(BATCHES.glob("*/*.json"))
    papers = recorded(data, {path.stem for path in files})
    found: dict[str, list[Pair]] = {}
    for path in files:
        kept = msgspec.json.decode(path.read_bytes(), type=Kept)
        found.setdefault(path.parent.name, []).append(_pair(papers[path.stem], kept))
    return found


def recorded(data: Path, wanted: Iterable[str]) -> dict[str, Paper]:
    """Read papers out of the recorded days; stops with a clear line where days or papers are missing."""
    archive = next((data / "hf_daily").glob("all_days*.tar.xz"), None)
    if archive is None:
        sys.exit(f"The replies need the recorded days, {data}/hf_daily/all_days*.tar.xz; say where with --data.")
    missing, papers = set(wanted), {}
    with tarfile.open(archive) as days:
        for name in sorted(name for name in days.getnames() if name.endswith(".json")):
            for row in json.load(days.extractfile(name) or sys.exit(f"{name} cannot be read")):
                if row.get("paper", {}).get("id") in missing:
                    paper = huggingface.parse(row)
                    papers[str(paper.id)] = paper
    if missing - papers.keys():
        sys.exit(f"{archive} has no record of {', '.join(sorted(missing - papers.keys()))}.")
    return papers


def _document(paper: Paper) -> Document:
    return Document(id=paper.id, origin="abstract", sections=(abstract.section(paper),))


def _pair(paper: Paper, kept: Kept) -> Pair:
    quotes = {field: paper.abstract[slice(*place)] if place else "" for field, place in kept.evidence.items()}
    expanded = [found for field in (*NAMES, "tldr") for found in _EXPANDED.findall(kept.summary.field(field))]
    acronyms = {short: long for long, short in expanded if long in paper.abstract}
    bare = Paper(id=ArxivId(str(paper.id)), title=paper.title, abstract=paper.abstract)
    return Pair(str(paper.id), bare, _document(paper), kept.summary, quotes, acronyms)


def add(folder: Path, name: str, data: Path) -> None:
    """Convert the replies of a folder; one that the reply parser refuses is reported and left out."""
    files = {path.name.removesuffix(".reply.json"): path for path in sorted(folder.glob("*.reply.json"))}
    papers = recorded(data, files)
    topics = tuple(Templates().words("ko")["topics"])
    target = BATCHES / name
    target.mkdir(parents=True, exist_ok=True)
    for paper_id, path in files.items():
        try:
            summary, quotes = reply.parse(path.read_text("utf-8"), topics)
        except reply.InvalidReply as unusable:
            print(f"{paper_id} left out: {unusable}")
            continue
        places = {field: _place(quote, papers[paper_id]) for field, quote in quotes.items()}
        written = msgspec.json.format(msgspec.json.encode(Kept(summary, places)), indent=1)
        (target / f"{paper_id}.json").write_bytes(written + b"\n")
    print(f"{len(list(target.glob('*.json')))} replies in {target}")


def _place(quote: str, paper: Paper) -> tuple[int, int] | None:
    """Find a quote in the abstract, white space apart; else the passage that the checks take for it."""
    found = index_passages(paper, _document(paper)).find(quote)
    for text in (quote, found.quote if isinstance(found, Evidence) else ""):
        words = re.search(r"\s+".join(map(re.escape, text.split())), paper.abstract) if text else None
        if words:
            return words.span()
    return None


def main() -> None:
    asked = argparse.ArgumentParser(description="Add replies of a language model as a batch.")
    asked.add_argument("folder", type=Path)
    asked.add_argument("name")
    asked.add_argument("--data", type=Path, default=HERE.parent / "../shared/data")
    options = asked.parse_args()
    add(options.folder, options.name, options.data)


if __name__ == "__main__":
    main()
