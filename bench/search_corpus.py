"""Papers out of thin air for bench/search.py: as many as asked for, alike in the ways that a search index feels.

The most frequent words are those of real summaries (bench/pairs, digest/demo); the tail is invented, word by word, from
its rank. Ranks are drawn from Zipf and Mandelbrot's law, set so that the vocabulary grows as in 72 real Korean
summaries (8,200 forms in 72, 180 in each, 4.1 characters long) and then as in the English abstracts of Daily Papers
(8 to 10 times as many forms in 2,048). It does not imitate sense, nor the habit of papers of one day to share words.
"""

import json
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from digest.model.schema import NAMES
from digest.site.search.files import Record

ROOT = Path(__file__).parent.parent
RANKS, SHIFT = 200_000, 20
SHARES = (0.11, 0.13, 0.14, 0.24, 0.18, 0.11, 0.09)
"""Each field's share of a summary's words, in the order of the schema."""

_ONSETS, _VOWELS, _CODAS = (
    (11, 9, 7, 12, 0, 3, 6, 18, 14, 2, 5, 17),
    (0, 4, 8, 13, 20, 1, 5, 18, 6),
    (0, 0, 0, 4, 21, 8, 1, 16),
)
_PARTICLES = (
    "",
    "을",
    "를",
    "이",
    "가",
    "은",
    "는",
    "의",
    "에",
    "에서",
    "으로",
    "와",
    "과",
    "한다.",
    "하는",
    "하여",
    "적",
    "까지",
    "보다",
    "이다.",
)
_LATIN = (
    "at",
    "re",
    "lo",
    "net",
    "diff",
    "for",
    "mer",
    "vi",
    "sion",
    "ten",
    "ing",
    "gen",
    "er",
    "ma",
    "ra",
    "qu",
    "flow",
    "bench",
)
_UNITS = ("%", "배", "점", "B", "%를", "개의", "ms", "GB", "K", ".")


def real() -> list[tuple[str, str, list[str], list[str]]]:
    """Return title, one line, seven fields and topics of the summaries that the repository holds."""
    pairs = [json.loads(path.read_text("utf-8")) for path in sorted((ROOT / "bench/pairs").glob("*.json"))]
    demos = [yaml.safe_load(path.read_text("utf-8")) for path in sorted((ROOT / "digest/demo/papers").glob("*.yaml"))]
    found: list[tuple[dict[str, Any], dict[str, Any]]] = [(pair, pair["summary"]) for pair in pairs]
    found += [(demo, demo["reply"]) for demo in demos]
    return [
        (str(paper["title"]), str(it.get("tldr", "")), [str(it[name]) for name in NAMES], list(it.get("topics", ())))
        for paper, it in found
    ]


@cache
def _known() -> tuple[list[str], list[str]]:
    prose, titles = Counter[str](), Counter[str]()
    for title, tldr, fields, _ in real():
        titles.update(title.split())
        prose.update(" ".join((tldr, *fields)).split())
    return [word for word, _ in prose.most_common()], [word for word, _ in titles.most_common()]


def _latin(chance: random.Random) -> str:
    word = "".join(chance.choices(_LATIN, k=chance.randint(2, 3)))
    return word.capitalize() if chance.random() < 0.4 else word


@cache
def _word(rank: int, english: bool) -> str:
    known = _known()[english]
    if rank < len(known):
        return known[rank]
    chance = random.Random(rank)
    if english:
        return _latin(chance)
    particle, kind = chance.choice(_PARTICLES), chance.random()
    if kind < 0.25:
        return _latin(chance) + particle
    if kind < 0.35:
        return f"{chance.randint(1, 999) / 10}{chance.choice(_UNITS)}"
    codes = (
        (chance.choice(_ONSETS), chance.choice(_VOWELS), chance.choice(_CODAS))
        for _ in range(chance.choice((2, 2, 3, 3, 4)))
    )
    return "".join(chr(0xAC00 + (onset * 21 + vowel) * 28 + coda) for onset, vowel, coda in codes) + particle


def _words(chance: random.Random, count: int, english: bool = False) -> str:
    ranks = RANKS // 5 if english else RANKS
    drawn = (int(SHIFT * (ranks / SHIFT + 1) ** chance.random()) - SHIFT for _ in range(count))
    return " ".join([_word(rank, english) for rank in drawn])


def papers(count: int, topics: tuple[str, ...], seed: int = 1) -> Iterator[Record]:
    """Yield `count` papers, six a day from 2016 on, the real ones strewn among them."""
    chance, known = random.Random(seed), real()
    every = max(1, count // len(known))
    for number in range(count):
        day = date(2016, 1, 1) + timedelta(days=number // 6)
        if number % every == every - 1 and known:
            title, tldr, fields, _ = known.pop()
        else:
            title = _words(chance, chance.randint(6, 12), english=True)
            tldr = _words(chance, chance.randint(10, 18))
            size = chance.randint(140, 205)
            fields = [_words(chance, max(3, round(size * share))) for share in SHARES]
        yield Record(
            number=number,
            url=f"papers/{day:%y%m}.{number % 100_000:05}/",
            title=title,
            tldr=tldr,
            day=day.isoformat(),
            topics=tuple(chance.sample(topics, chance.randint(1, 3))),
            fields=tuple(fields),
        )
