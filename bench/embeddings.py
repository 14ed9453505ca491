"""What vectors do for a taste and for related papers, by a small model whose weights come in a package; what they cost.

    pip install wordllama    # 19 MB: 256 numbers a token, whose mean is the vector of a text
    python -m bench.embeddings --readers readers.json --days DAYS.tar.xz

`readers.json` and `DAYS.tar.xz` are those of bench/taste.py. `taste` is its recall@6, by the default settings.
`related` is the share of the four papers that a site names for a library's paper which are in the same library; `of
all` takes the four with the nearest vectors among all earlier papers. The model is far weaker than those of servers.
"""

import argparse
import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path

import msgspec
import numpy as np

from bench import taste
from digest.config import EmbeddingsConfig, TasteConfig
from digest.model import ArxivId, Example, Paper
from digest.model.corpus.terms import read_terms
from digest.model.corpus.vectors import Embedding, embedding, text_of
from digest.model.text import estimate_tokens
from digest.site.cache import _TABLES
from digest.site.library.postings import Postings
from digest.site.library.related import _IN_TITLE, _LEAST, SHOWN
from digest.site.library.vectors import CANDIDATES, PaperVectors
from digest.stages.selection import likeness, rank
from digest.stages.selection.score import reasons


def embed(texts: Sequence[str]) -> list[Embedding]:
    """Return the mean of the vectors of each text's tokens. Reads the package's files: its own loader asks a hub."""
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    spec = find_spec("wordllama")
    assert spec is not None and spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0])
    tokenizer = Tokenizer.from_file(str(folder / "tokenizers" / "l2_supercat_tokenizer_config.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    (weights,) = load_file(str(folder / "weights" / "l2_supercat_256.safetensors")).values()
    weights = weights.astype(np.float32)
    rows = (weights[read.ids[:512]].mean(0) for read in tokenizer.encode_batch(list(texts), add_special_tokens=False))
    return [embedding("wordllama@256", row.tolist()) for row in rows]


def recall(
    days: Mapping[str, Sequence[Paper]],
    readers: Mapping[str, Sequence[str]],
    size: int,
    known: Mapping[str, Embedding] | None,
) -> str:
    """Return recall@6 over readers, by the words of papers or by vectors."""

    def first_six(papers: Sequence[Paper], wanted: TasteConfig, examples: Sequence[Example]) -> list[ArxivId]:
        compare: likeness.TermLikeness | likeness.VectorLikeness = likeness.TermLikeness(examples, 730)
        if known is not None:
            compare = likeness.VectorLikeness(
                likeness.TermLikeness((), 0) if not examples else compare, lambda texts: [known[one] for one in texts]
            )
        why = reasons(papers, wanted, compare) if examples else {}
        return [paper.id for paper in sorted(papers, key=lambda one: rank(one, why.get(one.id, ())))][: taste.FIRST]

    taste.first_six = first_six
    every = list(taste.all_of(days))
    day_of: dict[ArxivId, str] = {}
    for day, papers in days.items():
        for paper in papers:
            day_of.setdefault(paper.id, day)
    examples = {paper.id: Example(title=paper.title, abstract=paper.abstract, id=paper.id) for paper in every}
    found = []
    for name, library in readers.items():
        ids = [ArxivId.parse(one) for one in library]
        found += taste.leave_one_out(ids, days, examples, day_of, size, TasteConfig(), f"{name} {size}")
    return taste.line(f"{size} examples", found)


def related(days: Sequence[Sequence[Paper]], known: Mapping[str, Embedding] | None) -> Iterator[list[int]]:
    """Yield of each paper those that the site names."""
    db = sqlite3.connect(":memory:")
    db.executescript(_TABLES)
    index, vectors = Postings(db, 0), PaperVectors(db, 0)
    for papers in days:
        words = [read_terms(one.title, one.abstract, _IN_TITLE) for one in papers]
        own = [known[text_of(one.title, one.abstract)] if known else None for one in papers]
        near = index.add(words, CANDIDATES if known else SHOWN)
        for ordered in vectors.add(own, [[serial for serial, amount in one if amount >= _LEAST] for one in near]):
            yield ordered[:SHOWN]


def nearest(days: Sequence[Sequence[Paper]], known: Mapping[str, Embedding]) -> Iterator[list[int]]:
    """Yield of each paper the nearest of its own and all earlier days."""
    matrix = np.array([known[text_of(one.title, one.abstract)].numbers for day in days for one in day], np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    begin = 0
    for papers in days:
        end = begin + len(papers)
        alike = matrix[begin:end] @ matrix[:end].T
        for row, own in zip(alike, range(begin, end), strict=True):
            row[own] = -2
            yield [int(one) for one in np.argsort(-row, kind="stable")[: min(SHOWN, end - 1)]]
        begin = end


def precision(named: Sequence[Sequence[int]], papers: Sequence[Paper], readers: Mapping[str, Sequence[str]]) -> float:
    """Return the share of the papers named for a library's paper that are in one library with it."""
    libraries = [set(library) for library in readers.values()]
    of = {one: [library for library in libraries if one in library] for library in libraries for one in library}
    shares = [
        sum(any(str(papers[other].id) in library for library in of[str(paper.id)]) for other in near) / SHOWN
        for paper, near in zip(papers, named, strict=True)
        if str(paper.id) in of
    ]
    return sum(shares) / len(shares)


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--readers", type=Path, required=True)
    options.add_argument("--days", type=Path, required=True)
    asked = options.parse_args()
    days = taste.read_days(asked.days)
    readers = json.loads(asked.readers.read_text("utf-8"))
    held_out = {name: readers[name] for name in sorted(readers)[1::2]}
    texts = list(dict.fromkeys(text_of(one.title, one.abstract) for one in taste.all_of(days)))
    known = dict(zip(texts, embed(texts), strict=True))
    tokens, limit = [estimate_tokens(text) for text in texts], EmbeddingsConfig().input_tokens
    kept = sum(len(msgspec.json.encode(one)) for one in known.values()) / len(known)
    asked_for = sum(min(limit, one) for one in tokens) / len(tokens)
    print(f"{len(texts):,} texts, {asked_for:.0f} tokens each; {kept:.0f} bytes kept")
    likeness.read_terms = lru_cache(maxsize=None)(likeness.read_terms)
    for size in (10, 60):
        print(f"taste by words: {recall(days, held_out, size, None)}")
        print(f"taste by vectors: {recall(days, held_out, size, known)}", flush=True)
    seen: set[ArxivId] = set()
    once = [paper for papers in days.values() for paper in papers if not (paper.id in seen or seen.add(paper.id))]  # type: ignore[func-returns-value]
    day_of = {paper.id: day for day, papers in reversed(days.items()) for paper in papers}
    parted = [list(group) for _, group in groupby(once, key=lambda paper: day_of[paper.id])]
    for name, found in (
        ("by words", lambda: related(parted, None)),
        ("by vectors", lambda: related(parted, known)),
        ("by vectors of all", lambda: nearest(parted, known)),
    ):
        begun = time.process_time()
        named = list(found())
        took = 1000 * (time.process_time() - begun) / len(once)
        print(
            f"related {name}: {precision(named, once, readers):.3f} of one library; {took:.2f} ms a paper", flush=True
        )


if __name__ == "__main__":
    main()
