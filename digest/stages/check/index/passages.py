"""Find a quoted sentence in a paper despite white space, hyphens, ligatures and maths, and name what was altered.

Built once per document. Does not forgive a changed word, figure or negation: only what typesetting does to a text.
"""

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass

from digest.model import Document, Evidence, Paper
from digest.stages.check.index import likeness
from digest.stages.check.readable import Readable, readable

_TOKEN = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[^\W\d_]+|%|(?<=[^\w])-(?=\d)")
LIKENESS = 70
"""Least likeness in percent of a passage that is worth comparing word by word."""
_SLIGHT = frozenset({"a", "an", "the", "of", "in", "that", "and", "to"})
_PREFIXES = ("un", "in", "im", "ir", "il", "non", "dis", "de", "mis", "anti", "a", "out", "over", "under")


@dataclass(frozen=True, slots=True)
class PassageIndex:
    """The tokens of a paper in one row, each with its part and place."""

    parts: tuple[tuple[str, Readable], ...]
    first: tuple[int, ...]
    """The number of the first token of each part."""
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    run: str
    offsets: tuple[int, ...]
    places: dict[str, list[int]]

    def find(self, quote: str) -> "Evidence | str":
        """Return the passage that `quote` repeats, or in a string how the nearest one differs ("" if none is near)."""
        asked = tokens(quote)
        wanted = "".join(word for word, _, _ in asked)
        at = self.run.find(wanted)
        while at >= 0:
            start = bisect_right(self.offsets, at) - 1
            end = bisect_right(self.offsets, at + len(wanted) - 1) - 1
            exact = self.offsets[start] == at and self.offsets[end] + len(self.words[end]) == at + len(wanted)
            if exact and self._part(start) == self._part(end):
                return self._evidence(start, end)
            at = self.run.find(wanted, at + 1)
        return self._nearest([word for word, _, _ in asked])

    def _nearest(self, asked: list[str]) -> "Evidence | str":
        """Let the quote's rarer words vote for a place, then compare word by word there."""
        votes: Counter[int] = Counter()
        for at, word in enumerate(asked):
            spots = self.places.get(word, [])
            if len(spots) <= 400:
                votes.update((spot - at) // 4 for spot in spots)
        best: tuple[float, str] = (0, "")
        for bin_, _ in votes.most_common(3):
            start, end = max(0, bin_ * 4 - 6), min(len(self.words), bin_ * 4 + len(asked) + 10)
            window = self.words[start:end]
            score = likeness.partial_ratio(" ".join(asked), " ".join(window))
            if score < LIKENESS or score <= best[0]:
                continue
            first, last, fault = _compare(asked, window)
            if not fault and self._part(start + first) == self._part(start + last):
                return self._evidence(start + first, start + last)
            best = score, fault or "it runs over two parts of the paper"
        return best[1]

    def _part(self, token: int) -> int:
        return bisect_right(self.first, token) - 1

    def _evidence(self, start: int, end: int) -> Evidence:
        title, text = self.parts[self._part(start)]
        last = self.spans[end][1]
        while last < len(text.text) and text.text[last] in ".!?)]\"'”’":
            last += 1
        return Evidence(" ".join(text.source_span(self.spans[start][0], last).split()), title)


def tokens(text: str) -> list[tuple[str, int, int]]:
    """Cut text into words, figures, per cents and minus signs, in lower case, without what typesetting adds."""
    return _tokens(readable(text))


def index_passages(paper: Paper, document: Document) -> PassageIndex:
    """Put the paper's sections and tables in a row, then abstract and title, which the document may lack."""
    parts = [(section.title, part) for section in document.sections for part in (section.text, *section.tables) if part]
    parts += [("Abstract", paper.abstract), ("", paper.title)]
    rows = tuple((title, readable(part)) for title, part in parts)
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    first: list[int] = []
    for _, text in rows:
        first.append(len(words))
        for word, start, end in _tokens(text):
            words.append(word)
            spans.append((start, end))
    places: dict[str, list[int]] = {}
    offsets, length = [], 0
    for at, word in enumerate(words):
        places.setdefault(word, []).append(at)
        offsets.append(length)
        length += len(word)
    return PassageIndex(rows, tuple(first), tuple(words), tuple(spans), "".join(words), tuple(offsets), places)


def _tokens(text: Readable) -> list[tuple[str, int, int]]:
    return [(hit[0].replace(",", "").lower(), hit.start(), hit.end()) for hit in _TOKEN.finditer(text.text)]


def _compare(asked: list[str], window: tuple[str, ...]) -> tuple[int, int, str]:
    """Align quote and passage. Returns first and last token of the passage and what differs, if anything does."""
    steps = likeness.steps(asked, window)
    inner = [step for step in steps if not (step.tag == "insert" and step.src_start in (0, len(asked)))]
    if not inner:
        return 0, 0, "it is not there"
    first, last = inner[0].dest_start, inner[-1].dest_end - 1
    for step in inner:
        quoted, printed = asked[step.src_start : step.src_end], list(window[step.dest_start : step.dest_end])
        if step.tag != "equal" and not _forgivable(quoted, printed):
            words = " ".join(quoted) or "nothing"
            return first, last, f"it says “{words}” where the paper says “{' '.join(printed) or 'nothing'}”"
    return first, max(first, last), ""


def _forgivable(quoted: list[str], printed: list[str]) -> bool:
    """Return whether two stretches differ only as typesetting, spelling or an article does."""
    one, other = "".join(quoted), "".join(printed)
    if one == other:
        return True
    if re.findall(r"[\d.%-]+", one) != re.findall(r"[\d.%-]+", other):
        return False
    if not one or not other:
        return _SLIGHT.issuperset(quoted) and _SLIGHT.issuperset(printed) and len(quoted) + len(printed) <= 2
    short, long = sorted((one, other), key=len)
    if len(short) < 5 or any(long == prefix + short for prefix in _PREFIXES):
        return False
    return likeness.distance(one, other) <= (2 if len(short) >= 10 else 1) and one[0] == other[0]
