"""Whether a taste finds the papers that a reader would have chosen: leave-one-out over recorded lists.

    python bench/taste.py --readers readers.json --days ../shared/data/hf_daily/all_days_2024-05-27_2026-08-21.tar.xz

`readers.json` maps names of readers to libraries: lists of arXiv ids, chosen by people who read titles. Each paper of a
library is left out once; others of the library, 10 or 60 drawn with a fixed seed, are the examples. Recall@6 is the
share of left-out papers among the first six of their own day. Every second reader is for tuning: only the others are
reported, unless `--tuning` asks for those.
"""

import argparse
import json
import random
import tarfile
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from digest.config import TasteConfig
from digest.model import ArxivId, Example, Paper
from digest.stages.selection import likeness, rank
from digest.stages.selection.score import reasons
from digest.stages.sources.huggingface import parse

FIRST = 6
"""Papers of a day that are read."""
LONG = 12
"""A day that lists more papers than this one is long: hardly more than what is read leaves little to choose."""


def read_days(archive: Path) -> dict[str, tuple[Paper, ...]]:
    """Read the recorded lists: day → papers."""
    with tarfile.open(archive) as tar:
        members = sorted((one for one in tar.getmembers() if one.isfile()), key=lambda one: one.name)
        raw = {Path(one.name).name[:10]: json.load(tar.extractfile(one)) for one in members}  # type: ignore[arg-type]
    return {day: tuple(parse(row) for row in rows) for day, rows in raw.items()}


def first_six(papers: Sequence[Paper], taste: TasteConfig, examples: Sequence[Example]) -> list[ArxivId]:
    """Rank a day by a taste and return what would be read."""
    why = reasons(papers, taste, likeness.TermLikeness(examples, taste.examples.half_life)) if examples else {}
    return [paper.id for paper in sorted(papers, key=lambda paper: rank(paper, why.get(paper.id, ())))][:FIRST]


def leave_one_out(
    library: Sequence[ArxivId],
    days: Mapping[str, Sequence[Paper]],
    known: Mapping[ArxivId, Example],
    day_of: Mapping[ArxivId, str],
    size: int,
    taste: TasteConfig,
    seed: str,
) -> list[tuple[bool, bool, bool]]:
    """Return of each left-out paper whether votes found it, whether the taste did, and whether its day was long."""
    dice = random.Random(seed)
    found = []
    for left_out in library:
        others = [known[one] for one in library if one != left_out]
        papers = days[day_of[left_out]]
        by_taste = first_six(papers, taste, dice.sample(others, min(size, len(others))))
        found.append((left_out in first_six(papers, taste, ()), left_out in by_taste, len(papers) > LONG))
    return found


def all_of(days: Mapping[str, Sequence[Paper]]) -> Iterable[Paper]:
    """Yield the papers of all days."""
    return (paper for papers in days.values() for paper in papers)


def cpu_seconds(days: Mapping[str, Sequence[Paper]], papers: int, examples: int) -> float:
    """Return what ranking one large day takes, reading the examples included."""
    listed = list({paper.id: paper for paper in all_of(days)}.values())
    liked = [Example(title=one.title, abstract=one.abstract) for one in listed[papers : papers + examples]]
    before = time.process_time()
    first_six(listed[:papers], TasteConfig(), liked)
    return time.process_time() - before


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--readers", type=Path, required=True)
    options.add_argument("--days", type=Path, required=True)
    options.add_argument("--tuning", action="store_true", help="the readers for tuning, not those for the report")
    options.add_argument("--taste", default="{}", help="settings of the taste as JSON")
    options.add_argument("--each", action="store_true", help="a line for each reader")
    asked = options.parse_args()
    taste = TasteConfig(**json.loads(asked.taste))
    days = read_days(asked.days)
    for examples in (60, 1000):
        print(f"1,000 papers beside {examples:,} examples: {cpu_seconds(days, 1000, examples):.2f} s CPU")
    likeness.read_terms = lru_cache(maxsize=None)(likeness.read_terms)  # each paper is compared a hundred times
    day_of: dict[ArxivId, str] = {}
    for day, papers in days.items():
        for paper in papers:
            day_of.setdefault(paper.id, day)
    known = {paper.id: Example(title=paper.title, abstract=paper.abstract, id=paper.id) for paper in all_of(days)}
    readers = json.loads(asked.readers.read_text("utf-8"))
    names = sorted(readers)[0 if asked.tuning else 1 :: 2]
    tried = sum(len(readers[name]) for name in names)
    print(f"{len(days)} days, {len(day_of):,} papers, {len(names)} readers, {tried:,} left out")
    for size in (10, 60):
        found = []
        for name in names:
            library = [ArxivId.parse(one) for one in readers[name]]
            own = leave_one_out(library, days, known, day_of, size, taste, f"{name} {size}")
            found += own
            if asked.each:
                print(f"  {line(name, own)}")
        print(line(f"{size} examples, all days", found))
        print(line(f"{size} examples, days of more than {LONG}", [one for one in found if one[2]]))


def line(name: str, found: Sequence[tuple[bool, bool, bool]]) -> str:
    """Write recall by votes and by taste."""
    votes, taste = (sum(one[place] for one in found) / len(found) for place in (0, 1))
    return f"{name}: recall@{FIRST} {votes:.3f} by votes, {taste:.3f} by taste, {taste / votes:.2f} ×"


if __name__ == "__main__":
    main()
