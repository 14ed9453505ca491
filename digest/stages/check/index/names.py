"""Index the Latin-script words of one paper so that a name is found whatever its hyphens, spaces, case and plural.

Built once per document. Does not decide which words of a summary are names.
"""

import re
import unicodedata
from dataclasses import dataclass

from digest.stages.check.index import likeness

_ATOM = re.compile(r"[A-Za-z]+|[0-9]+(?:\.[0-9]+)*")
_TWO_NUMBERS = re.compile(r"(?<=[0-9])\|(?=[0-9])")
_TIMES_NAME = re.compile(r"(?<=\b\d)x(?=[A-Z])|(?<=\b\d\d)x(?=[A-Z])")
"""`8xH100` are eight of them."""
_MARKS = re.compile("[\u0300-\u036f]")
_WORD = re.compile(r"[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*")
_SIZES = re.compile(
    r"[\s(),/&;:–-]*(?:(?:and|or|in|with|at|of|the|sizes?|models?|from|to|parameters?|variants?|\d+(?:\.\d+)?[KMBT])(?![a-z])"
    r"[\s(),/&;:–-]*){0,12}"
)
_ENDS = ("al", "ally", "ly", "ed", "d", "ing", "ion", "ions", "s", "es", "er", "ers", "ive", "ity", "ness", "ment")
_DIRECTION = re.compile(r"([A-Z]+)2([A-Z])")
_HEADS = re.compile(
    r"(?:rate|factor|error|score|index|model|network|ratio|function|loss|learning|algorithm|accuracy|distance|similarity"
    r"|transform|field|process|tree|graph|unit|machine|recall|precision|request|mean|percentage|deviation|variance"
    r"|information|divergence|descent|optimi[sz]ation|search|attention|training|tuning|generation|reasoning|processing"
    r"|answering|recognition|segmentation|detection|estimation|prediction|translation|synthesis|reconstruction|planning"
    r"|decoding|sampling|policy|reward|feedback|dataset|benchmark|agent|encoder|autoencoder|transformer)s?",
    re.IGNORECASE,
)
"""Words that acronyms end in."""


def fold(text: str) -> str:
    """Take accents off Latin letters, so that Poincaré and Poincare are one name."""
    return text if text.isascii() else _MARKS.sub("", unicodedata.normalize("NFD", text))


def compact(name: str) -> str:
    """Reduce a name to its letters and numbers in lower case: `Fine-Tuning` and `finetuning` are one.

    Two numbers in a row stay apart: `3.1-8B` is not `3.18B`.
    """
    return _TWO_NUMBERS.sub("_", "|".join(_ATOM.findall(fold(name)))).replace("|", "").lower()


@dataclass(frozen=True, slots=True)
class NameIndex:
    """The words of a paper run together, with the places where one starts or may end."""

    text: str
    run: str
    cased: str
    starts: frozenset[int]
    ends: frozenset[int]
    glued: frozenset[int]
    """Ends behind which more of the same word follows (`GPT-4|o`, `Llama-3|.1`)."""
    ordinary: frozenset[str]
    """The first letters, 4 to 6, of its lower-case words."""
    capitalised: tuple[str, ...]
    """Its longer words with a capital, hyphens and all."""

    def has(self, name: str, *, capital: bool = False) -> bool:
        """Return whether the paper has this name as whole words. `capital`: not only as an ordinary lower-case word."""
        return any(self._has(form, capital) for form in plurals(compact(name)))

    def _has(self, wanted: str, capital: bool) -> bool:
        at = self.run.find(wanted) if wanted else -1
        while at >= 0:
            end = at + len(wanted)
            whole = at in self.starts and end in self.ends and not (wanted[-1].isdigit() and end in self.glued)
            if whole and not (capital and self.cased[at:end].islower()):
                return True
            at = self.run.find(wanted, at + 1)
        return False

    def begins_ordinary(self, word: str) -> bool:
        """Return whether a word with a capital is a form of an ordinary one: `Revert` where it says `reverted`."""
        small = compact(word)
        bases = {small, *(small[: -len(end)] for end in _ENDS if small.endswith(end))}
        return any(base[:6] in self.ordinary and base in self.run for base in bases if len(base) > 4)

    def has_expanded(self, short: str) -> bool:
        """Return whether the paper has only the words of an acronym: `FDR` where it says `false discovery rate`."""
        words = r"[ -]".join(rf"{letter}[a-z]+" for letter in short)
        found = re.finditer(rf"(?<![A-Za-z]){words}(?![a-z])", self.text, re.IGNORECASE)
        return any(_HEADS.fullmatch(re.split("[ -]", place[0])[-1]) for place in found)

    def has_direction(self, short: str) -> bool:
        """Return whether the paper spells out what leads where: `T2I` where it says `text-to-image`."""
        ends = _DIRECTION.fullmatch(short)
        return bool(
            ends and re.search(rf"(?<![A-Za-z]){ends[1]}[a-z]+[ -]to[ -](?:\w+-)?{ends[2]}[a-z]+", self.text, re.I)
        )

    def has_size(self, base: str, size: str) -> bool:
        """Return whether the paper lists a size right behind a model's name: `Wan2.1 (1.3B, 14B)` has Wan2.1-14B."""
        for place in re.finditer(re.escape(base), self.text, re.IGNORECASE):
            listed = _SIZES.match(self.text, place.end())
            if listed and re.search(rf"(?<![\d.]){re.escape(size)}(?![A-Za-z0-9])", listed[0], re.IGNORECASE):
                return True
        return False

    def nearest(self, name: str) -> str:
        """Return the paper's name that `name` may be a slip of, or nothing."""
        return likeness.nearest(name, self.capitalised, lambda word: compact(str(word)), 75)


def index_names(text: str) -> NameIndex:
    """Index the Latin words of readable text."""
    folded = _TIMES_NAME.sub(" × ", fold(text))
    pieces: list[str] = []
    starts: set[int] = set()
    ends: set[int] = set()
    glued: set[int] = set()
    length, last = 0, -1
    for atom in _ATOM.finditer(folded):
        if atom.start() == last:
            glued.add(length)
        if pieces and pieces[-1][-1].isdigit() and atom[0][0].isdigit():
            pieces.append("_")
            length += 1
        starts.add(length)
        pieces.append(atom[0])
        length += len(atom[0])
        ends.add(length)
        last = atom.end()
    ordinary = {
        word.lower()[:size]
        for word in pieces
        if len(word) >= 4 and (word.islower() or (word.istitle() and word.endswith(("al", "ive", "ed", "ing", "tion"))))
        for size in (4, 5, 6)
    }
    cased = "".join(pieces)
    capitalised = {word for word in _WORD.findall(folded) if word[0].isupper() and len(word) > 4}
    return NameIndex(
        folded, cased.lower(), cased, frozenset(starts), frozenset(ends), frozenset(glued), frozenset(ordinary),
        tuple(sorted(capitalised)),
    )  # fmt: skip


def plurals(word: str) -> tuple[str, ...]:
    """Return a compact word with its likely singular and plural."""
    forms = [word, word + "s"]
    if word.endswith("ies"):
        forms.append(word[:-3] + "y")
    if word.endswith("y"):
        forms.append(word[:-1] + "ies")
    if word.endswith("es") and len(word) > 4:
        forms.append(word[:-2])
    if word.endswith("s") and len(word) > 3:
        forms.append(word[:-1])
    else:
        forms.append(word + "es")
    return tuple(forms)
