"""Check that an acronym stands for what the paper says it stands for.

Does not look at expansions in Korean. Long forms are found as Schwartz and Hearst do it ("A simple algorithm for
identifying abbreviation definitions in biomedical text", PSB 2003).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from digest.stages.check.index.names import NameIndex, compact, plurals
from digest.stages.check.names.vocabulary import EXPANSIONS

_SMALL = frozenset({"a", "an", "and", "by", "for", "from", "in", "of", "on", "the", "to", "via", "with"})
_WORD = r"[A-Za-z0-9][\w'’/-]*+"
_SHORT = r"(?=[\w-]{0,9}?[A-Z][\w-]{0,9}?[A-Z])[A-Za-z0-9][A-Za-z0-9-]{1,9}"
_LONG_FIRST = re.compile(rf"(?<![A-Za-z0-9])(?P<long>{_WORD}(?:[ ]{_WORD}){{0,9}})[ ]?\((?P<short>{_SHORT})\)")
_SHORT_FIRST = re.compile(rf"(?P<short>{_SHORT})[ ]?\((?P<long>{_WORD}(?:[ ]{_WORD}){{1,9}})\)")

_COMPOUND = re.compile(r"(?P<word>[A-Z][a-z]+)-?(?P<short>[A-Z]{2,5})s?")


@dataclass(frozen=True, slots=True)
class Expansion:
    """An acronym with what the summary says it stands for, and where that is in the text."""

    short: str
    long: str
    start: int
    end: int


def expansions_of(text: str) -> Iterator[Expansion]:
    """Yield the acronyms that readable text expands in Latin script."""
    for pattern in (_LONG_FIRST, _SHORT_FIRST):
        for found in pattern.finditer(text):
            long = long_form(found["short"], found["long"])
            words = found["long"].split(" ")
            capitals = [word for word in re.split(r"[ -]", found["long"]) if re.fullmatch(r"[A-Z][a-z]+", word)]
            if long:
                yield Expansion(found["short"], long, found.end("long") - len(long), found.end("long"))
            elif len(capitals) >= 2:
                first = next(at for at, word in enumerate(words) if re.match("[A-Z]", word))
                tail = " ".join(words[first:])
                yield Expansion(found["short"], tail, found.end("long") - len(tail), found.end("long"))


def long_form(short: str, before: str) -> str:
    """Return the end of `before` that `short` abbreviates: by the words' first letters, else by any of their letters.

    Empty where there is none of at least two words.
    """
    letters = [char for char in short.rstrip("s").lower() if char.isalnum()]
    words = list(re.finditer(r"[A-Za-z0-9]+", before))
    for size in range(len(letters), len(letters) + 3):
        tail = words[-size:] if size <= len(words) else []
        initials = [word[0][0].lower() for word in tail if word[0].lower() not in _SMALL or size == len(letters)]
        if initials == letters:
            return before[tail[0].start() :]
    at = len(before)
    for rank in range(len(letters) - 1, -1, -1):
        at -= 1
        while at >= 0 and (before[at].lower() != letters[rank] or (rank == 0 and at > 0 and before[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return ""
    start = before.rfind(" ", 0, at + 1) + 1
    found = before[start:]
    return found if re.search(r"\w[ -]\w", found) and compact(found) != compact(short) else ""


def contradiction(expansion: Expansion, names: NameIndex) -> str | None:
    """Return None where the paper supports the expansion, else the paper's own one, or "" where it gives none."""
    given = known_forms(expansion.short, names.text)
    if any(same_words(expansion.long, form) or compact(expansion.long).endswith(compact(form)) for form in given):
        return None
    common = EXPANSIONS.get(expansion.short.rstrip("s"), ())
    if any(same_words(expansion.long, form) for form in common):
        return None
    if names.has(expansion.long) and (not given or long_form(expansion.short, expansion.long)):
        return None
    return given[0] if given else ""


def known_forms(short: str, paper: str) -> list[str]:
    """List what the paper says `short` stands for, in the order of the text."""
    bare = re.escape(short.removesuffix("s") if short[-2:-1].isupper() else short)
    found: list[str] = []
    for place in re.finditer(rf"\(\s?{bare}s?\s?[),;]", paper, re.IGNORECASE):
        before = re.split(r"[.;:()\[\]]\s|\n\n", paper[max(0, place.start() - 120) : place.start()].rstrip())[-1]
        found.append(long_form(short, " ".join(before.split())))
    for place in re.finditer(rf"(?<!\w){bare}s?\s?(?:\(([^()]{{4,90}})\)|:\s([^\n.:;]{{4,90}}))", paper, re.IGNORECASE):
        after = " ".join((place[1] or place[2]).split())
        long = long_form(short, after)
        if long == after:
            found.append(long)
    return [form for form in found if form]


def known_shorts(long: str, paper: str) -> list[str]:
    """List the acronyms that the paper gives for `long`: `Needle in a Haystack (NIAH)`."""
    words = r"[\s-]+".join(re.escape(word) for word in re.split(r"[\s-]+", long))
    return [place[1] for place in re.finditer(rf"(?<!\w){words}s?\s?\(({_SHORT})s?\)", paper, re.IGNORECASE)]


def compound_longs(name: str) -> Iterator[str]:
    """Spell out the acronym that a name ends in: `VideoQA` is "video question answering"."""
    if compound := _COMPOUND.fullmatch(name):
        for long in EXPANSIONS.get(compound["short"], ()):
            yield f"{compound['word']} {long}"


def same_words(one: str, other: str) -> bool:
    """Return whether two expansions differ only in hyphens, case, plural and word ends (`Position`, `Positional`)."""
    if compact(one) in plurals(compact(other)):
        return True
    left, right = (re.split(r"[\s-]+", form.lower()) for form in (one, other))
    return len(left) == len(right) and all(
        a == b or b in plurals(a) or (min(len(a), len(b)) >= 5 and (a.startswith(b) or b.startswith(a)))
        for a, b in zip(left, right, strict=True)
    )
