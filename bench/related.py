"""How near related papers are, and what they cost: recorded papers, day by day as a site gets them.

    python -m bench.related --days 580 [--examples 30 --write pairs.json]

Judged in vectors that the program does not use: TF-IDF of every word of title, abstract and one-line summary (1 + log
of the count × 1 + log of the inverse document frequency, over all recorded papers, without stop words, stems or
limits), cosine. `best` are the four nearest among the papers of the same day and all earlier ones, which is all that a
page may name. `before` are those that the site named until now, by shared words of titles, topics and authors.
"""

import argparse
import json
import math
import random
import re
import sqlite3
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np

from bench.search_papers import recorded
from digest.model.corpus.terms import read_terms
from digest.site.cache import _TABLES
from digest.site.library.postings import Postings
from digest.site.library.related import _IN_TITLE, _LEAST, SHOWN
from digest.site.search.files import Record

_WORD = re.compile(r"[^\W_]+")


class Yardstick:
    """The vectors that neighbours are judged by."""

    def __init__(self, papers: Sequence[Record]) -> None:
        texts = [Counter(_WORD.findall(f"{one.title} {one.abstract} {one.tldr}".casefold())) for one in papers]
        found = Counter(word for text in texts for word in text)
        self._vectors = [self._unit(text, found, len(texts)) for text in texts]
        places: dict[str, tuple[list[int], list[float]]] = {}
        for number, vector in enumerate(self._vectors):
            for word, weight in vector.items():
                ids, weights = places.setdefault(word, ([], []))
                ids.append(number)
                weights.append(weight)
        self._places = {word: (np.array(ids), np.array(weights)) for word, (ids, weights) in places.items()}
        self._size = len(texts)

    @staticmethod
    def _unit(text: Counter[str], found: Counter[str], size: int) -> dict[str, float]:
        raw = {
            word: (1 + math.log(count)) * (1 + math.log((1 + size) / (1 + found[word]))) for word, count in text.items()
        }
        length = math.sqrt(sum(weight * weight for weight in raw.values())) or 1.0
        return {word: weight / length for word, weight in raw.items()}

    def likeness(self, number: int, others: int) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        """Return how much a paper is like each of the first `others`; itself counts as nothing like it."""
        alike = np.zeros(self._size)
        for word, weight in self._vectors[number].items():
            ids, weights = self._places[word]
            alike[ids] += weight * weights
        alike[number] = -1
        return alike[:others]


def now(days: Sequence[Sequence[Record]]) -> Iterator[list[int]]:
    """Yield of each paper those that the site names."""
    db = sqlite3.connect(":memory:")
    db.executescript(_TABLES)
    index = Postings(db, 0)
    for papers in days:
        words = [read_terms(one.title, f"{one.abstract}\n{one.tldr}", _IN_TITLE) for one in papers]
        for near in index.add(words, SHOWN):
            yield [serial for serial, amount in near if amount >= _LEAST]


def before(days: Sequence[Sequence[Record]]) -> Iterator[list[int]]:
    """Yield of each paper those that the site named until now."""
    lately: deque[int] = deque(maxlen=8)
    by_topic: dict[str, deque[int]] = {}
    papers = [one for day in days for one in day]
    words = [set(re.findall(r"[a-z][a-z0-9]{3,}", one.title.lower())) for one in papers]
    for number, paper in enumerate(papers):
        queues = [lately, *(by_topic.setdefault(topic, deque(maxlen=16)) for topic in paper.topics)]
        scores = []
        for other, step in {other: step for queue in queues for step, other in enumerate(queue)}.items():
            shared = 4 * len(words[number] & words[other]) + 3 * len({*paper.topics} & {*papers[other].topics})
            shared += 6 * len({*paper.authors} & {*papers[other].authors})
            if shared >= 3:
                scores.append((-shared, -step, other))
        yield [other for _, _, other in sorted(scores)[:SHOWN]]
        for queue in queues:
            queue.append(number)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int)
    parser.add_argument("--examples", type=int, default=0, help="papers to be compared by readers")
    parser.add_argument("--write", type=Path, help="where these are written, for blind readers")
    chosen = parser.parse_args()
    papers = sorted(recorded(chosen.days), key=lambda one: one.day)
    days = [list(group) for _, group in groupby(papers, key=lambda one: one.day)]
    start = time.process_time()
    named = {"now": list(now(days))}
    took = time.process_time() - start
    named["before"] = list(before(days))
    yardstick, chance = Yardstick(papers), random.Random(15)
    means: dict[str, list[float]] = {name: [] for name in (*named, "best", "chance")}
    reach = [number for number, day in enumerate(days) for _ in day]
    ends = np.cumsum([len(day) for day in days])
    for number, day in enumerate(reach):
        alike = yardstick.likeness(number, int(ends[day]))
        if len(alike) <= SHOWN:
            continue
        means["best"].append(float(np.sort(np.partition(alike, -SHOWN)[-SHOWN:]).mean()))
        means["chance"].append(float(np.mean([alike[chance.randrange(len(alike))] for _ in range(SHOWN)])))
        for name, near in named.items():
            means[name].append(sum(float(alike[other]) for other in near[number]) / SHOWN)
    print(f"{len(papers)} papers of {len(days)} days; {1000 * took / len(papers):.2f} ms of CPU a paper")
    best = float(np.mean(means["best"]))
    for name, values in means.items():
        mean = float(np.mean(values))
        print(f"{name:>7}: mean cosine {mean:.3f}, {mean / best:.1%} of the best that is reachable")
    if chosen.write:
        picked = chance.sample(range(len(papers) // 2, len(papers)), chosen.examples)
        rows = [
            {"paper": _shown(papers[number]),
             **{name: [_shown(papers[other]) for other in near[number]] for name, near in named.items()}}
            for number in picked
        ]  # fmt: skip
        chosen.write.write_text(json.dumps(rows, ensure_ascii=False, indent=1), "utf-8")


def _shown(paper: Record) -> dict[str, str]:
    return {"title": paper.title, "abstract": paper.abstract[:700]}


if __name__ == "__main__":
    main()
