"""The papers that answer a question, best first, and what was done to find them. Pure."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from math import log, sqrt
from typing import NamedTuple
from unicodedata import normalize

from digest.commands.mcp.needles import SameTerms, Word
from digest.commands.mcp.words import asked, joined, says_little, says_nothing
from digest.model import PaperId

WEIGHTS = (8, 5, 4, 2, 1)
"""What a word counts in title, one-line summary, names and topics, abstract, and the fields."""
TITLE, NAMES = 0, 2
_AGAIN = 0.25
"""What a word counts the more, each time it stands there again."""
_SHORTEST, _LONGEST = 5, 12
_SIGNS = str.maketrans(dict.fromkeys("-.,:;()[]{}?!/+_'’\"", " "))


class Indexed(NamedTuple):
    """A paper to be searched."""

    id: PaperId
    edition: str
    rank: int
    topics: tuple[str, ...]
    texts: tuple[str, ...]
    """As `WEIGHTS` has them, folded; names and topics stand on lines of their own."""


class Answered(NamedTuple):
    """Papers, best first."""

    papers: list[Indexed]
    left_out: list[str] = []  # noqa: RUF012 - never changed
    """Words that no paper holds beside the others, or that say nothing."""
    read_as: dict[str, str] = {}  # noqa: RUF012 - never changed
    """Mistyped words, and what they were taken for."""


class _Held(NamedTuple):
    word: Word
    held: dict[int, float]
    """What it counts in each paper that holds it."""


def answer(papers: Sequence[Indexed], query: str, terms: SameTerms) -> Answered:
    """Return the papers that hold all words that say something; if none does, those that hold most of the rarer."""
    typed = asked(query)
    told = [word for word in typed if not says_nothing(word)] or [*typed]
    left_out = [word for word in typed if word not in told]
    read_as: dict[str, str] = {}
    parts: list[_Held] = []
    for word in terms.words(told):
        part = _held(papers, word)
        some = [part] if part.held else _otherwise(papers, word, terms, read_as)
        parts += some
        left_out += [] if some else [word.typed]
    if not parts:
        return Answered([])
    if not _all(parts):
        loose = [terms.looser(part.word) for part in parts]
        parts = [_held(papers, word) if word else part for word, part in zip(loose, parts, strict=True)]
    if not _all(parts):
        kept = _together(parts, len(papers))
        left_out += [part.word.typed for part in parts if part not in kept]
        parts = kept
    found = _one_person(papers, parts, _all(parts))
    rarity = [log(1 + len(papers) / len(part.held)) + 0.5 for part in parts]
    whole = joined(query)
    scores = {
        at: sum(part.held[at] * rare for part, rare in zip(parts, rarity, strict=True))
        + (WEIGHTS[TITLE] * 2 if whole in joined(papers[at].texts[TITLE]) else 0)
        for at in found
    }
    out = {one for word in left_out for one in word.split()}
    shown = [as_typed for word, as_typed in typed.items() if word in out]
    return Answered([papers[at] for at in sorted(found, key=lambda at: (-scores[at], at))], shown, read_as)


def _held(papers: Sequence[Indexed], word: Word) -> _Held:
    """Find the papers that hold a word: the better the place and the more often, the more it counts."""
    held: dict[int, float] = {}
    for at, paper in enumerate(papers):
        best = 0.0
        for needle in word.needles:
            total = 0.0
            for weight, text in zip(WEIGHTS, paper.texts, strict=True):
                if needle.within in text and (count := needle.count(text)):
                    total += weight * (1 + _AGAIN * (count - 1))
            best = max(best, total * needle.weight)
        if best:
            held[at] = best
    return _Held(word, held)


def _all(parts: Sequence[_Held]) -> list[int]:
    """Return the papers that hold all words."""
    first, *others = sorted((part.held for part in parts), key=len)
    return [at for at in first if all(at in other for other in others)]


def _together(parts: Sequence[_Held], count: int) -> list[_Held]:
    """Return the words that stand together in one paper and say the most: the more, the rarer and the better placed."""
    said: defaultdict[int, float] = defaultdict(float)
    for part in parts:
        word = part.word.typed
        telling = sqrt(log(1 + count / len(part.held)) + 0.5)
        telling *= 0.3 if len(word) < 2 else 0.2 if says_little(word) else 1
        for at, value in part.held.items():
            said[at] += telling * (1 if value > 3 else 0.75 if value > 1.5 else 0.5)
    best = max(said, key=lambda at: (said[at], -at))
    return [part for part in parts if best in part.held]


def _one_person(papers: Sequence[Indexed], parts: Sequence[_Held], found: list[int]) -> list[int]:
    """Where words are somebody's name, leave out papers with the first name of one and the last name of another."""
    if len(parts) < 2:
        return found

    def holds(text: str) -> bool:
        return all(any(needle.count(text) for needle in part.word.needles) for part in parts)

    named = [at for at in found if holds(papers[at].texts[NAMES])]
    persons = {at for at in named if any(map(holds, papers[at].texts[NAMES].split("\n")))}
    others = set(named) - persons if persons else set()
    return [at for at in found if at not in others]


def _otherwise(papers: Sequence[Indexed], word: Word, terms: SameTerms, read_as: dict[str, str]) -> list[_Held]:
    """Look up a word that no paper holds: in other forms, in parts, as one typing error away from a known one."""
    looser = terms.looser(word)
    ways: list[Callable[[], list[_Held]]] = [
        lambda: [_held(papers, looser)] if looser else [],
        lambda: _apart(papers, word.typed, terms),
    ]
    for way in ways:
        parts = way()
        if parts and all(part.held for part in parts):
            return parts
    for other in _nearest(papers, word.typed, terms):
        part = _held(papers, terms.word(other))
        if part.held:
            read_as[word.typed] = other
            return [part]
    return []


def _apart(papers: Sequence[Indexed], typed: str, terms: SameTerms) -> list[_Held]:
    """Look up several words that are written as one: a term in two words, selfattention, a name in any order."""
    if " " in typed:
        parts = [_held(papers, terms.word(one)) for one in typed.split()]
        return parts if all(part.held for part in parts) and _all(parts) else []
    if typed.isascii():
        if len(typed) < _SHORTEST:
            return []
        part = _held(papers, terms.spaced(typed))
        for at, paper in enumerate(papers):
            names = paper.texts[NAMES]
            lines = names.split("\n") if typed[:2] in names and typed[-2:] in names else []
            alike = (joined(line) for line in lines if 0 <= len(line) - len(typed) < 9 and typed[:2] in line)
            if any(len(line) == len(typed) and typed in line + line for line in alike):
                part.held[at] = max(part.held.get(at, 0), WEIGHTS[NAMES])
        return [part]
    for at in range(len(typed) - 2, 1, -1) if len(typed) <= _LONGEST else ():
        parts = [_held(papers, terms.word(half)) for half in (typed[:at], typed[at:])]
        if all(part.held for part in parts) and _all(parts):
            return parts
    return []


def _nearest(papers: Sequence[Indexed], typed: str, terms: SameTerms) -> list[str]:
    """Return the words of titles, names and terms that are one stroke away, those that most papers have first."""
    strokes = normalize("NFD", typed)
    if len(strokes) < _SHORTEST or not typed.isalpha():
        return []
    known = Counter(list(terms.all))
    for paper in papers:
        known.update({*f"{paper.texts[TITLE]} {paper.texts[NAMES]}".translate(_SIGNS).split()})
    near = [word for word in known if abs(len(word) - len(typed)) < 3 and one_apart(strokes, normalize("NFD", word))]
    return sorted(near, key=lambda word: (-known[word], word))[:3]


def one_apart(one: str, other: str) -> bool:
    """Return whether one stroke left out, added, replaced or changed with its neighbour makes one word the other."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1 or short == long:
        return False
    start = next((at for at, letter in enumerate(short) if letter != long[at]), len(short))
    if short[start:] == long[start + 1 :]:
        return True
    if len(short) < len(long):
        return False
    swapped = short[start : start + 2] == long[start : start + 2][::-1] and short[start + 2 :] == long[start + 2 :]
    return swapped or short[start + 1 :] == long[start + 1 :]
