"""The name of an author as the formats want it: family name, given name, suffix. Pure."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_KNOWN = 1024
"""So many names are kept: each is asked for several times in a row."""
_SUFFIXES = frozenset({
    "Jr", "Jr.", "jr.", "Sr", "Sr.", "sr.", "II", "III", "IV", "PhD", "Ph.D.", "MD", "M.D.", "Esq.",
})  # fmt: skip
_PARTICLES = frozenset({
    "'s", "'t", "abu", "af", "al", "av", "ben", "bin", "bint", "binti", "da", "das", "de", "degli", "dei", "del",
    "della", "dello", "den", "der", "des", "di", "do", "dos", "du", "el", "ibn", "la", "le", "op", "te", "ten", "ter",
    "van", "vom", "von", "zu", "zum", "zur",
})  # fmt: skip
"""What begins the family name, where it is written small."""
_AND = frozenset({"y", "e", "i"})
"""What joins two family names, where it is written small: Agüera y Arcas."""
_CAPITAL = frozenset({
    "Abu", "Al", "Da", "De", "Del", "Della", "Den", "Der", "Des", "Di", "Dos", "Du", "El", "La", "Le", "Ten", "Ter",
    "Van", "Vander", "Von",
})  # fmt: skip
"""What belongs to the last word of a name, also where it is written large."""
_VIETNAMESE = frozenset({
    "bui", "dang", "dao", "dinh", "do", "doan", "duong", "ho", "hoang", "huynh", "le", "luong", "ly", "ngo",
    "nguyen", "pham", "phan", "tran", "trinh", "truong", "vo", "vu",
})  # fmt: skip
"""Family names beside which `Van`, `Le` and `La` are no particles, without accents."""
_FAMILY_FIRST = re.compile(
    "[\u3400-\u4dbf\u4e00-\u9fff々]+(?: [\u3400-\u4dbf\u4e00-\u9fff々]+)+|[가-힣]+(?: [가-힣]+)+"
)
_GROUPS = frozenset({
    "AI", "Academy", "Agency", "Alliance", "Association", "Authors", "Center", "Centre", "Collaboration",
    "Collaborators", "Committee", "Community", "Company", "Consortium", "Contributors", "Corporation", "Council",
    "Department", "Developers", "Foundation", "Group", "Inc", "Initiative", "Institute", "LLC", "Lab", "Laboratory",
    "Labs", "Ltd", "Network", "Organization", "Project", "Research", "Society", "Team", "Teams", "University",
})  # fmt: skip
"""Words in the names of those who are no person."""
_NO_PERSON = re.compile(r"[@/:&]|^\S*\d|\d\S*$")
"""Signs of those who are no person: figures but in the middle, where they may be a note's."""
_SEVERAL = re.compile(r"\s(?:and|&)\s", re.IGNORECASE)
_NOT_NAMED = frozenset({"others", "et al", "et al."})


class AuthorName(NamedTuple):
    """The parts of a name; one that cannot be taken apart is all family name."""

    family: str
    given: str = ""
    suffix: str = ""


def in_a_row(name: AuthorName) -> str:
    """Write a name as people do; those in Han or Hangul have the family name first."""
    family, given, suffix = name
    if not given:
        return family
    whole = f"{family} {given}" if _FAMILY_FIRST.fullmatch(f"{family} {given}") else f"{given} {family}"
    return f"{whole}, {suffix}" if suffix else whole


def not_named(name: str) -> bool:
    """Return whether a name stands for those that a list leaves out."""
    return name.casefold() in _NOT_NAMED


_DOMAIN = re.compile(r"\w{3,}\.\s?(?:ai|io|com|org|net)", re.IGNORECASE)
"""A team that is called like its site, also as some lists part it: `Sand. ai`."""


@lru_cache(_KNOWN)
def parted(name: str) -> AuthorName:
    """Take a name apart, written as people do or with the family name and a comma first.

    Names of one word, of groups and of several people stay whole.
    """
    if _is_group(name):
        head, _, tail = name.partition(", ")
        return AuthorName(f"{tail} {head}" if head in _GROUPS and tail and "," not in tail else name)
    pieces = [piece for part in name.split(",") if (piece := part.strip())]
    if not pieces or not_named(name) or _SEVERAL.search(name) or _DOMAIN.fullmatch(name) or len(pieces) > 3:
        return AuthorName(name)
    suffix = next((piece for piece in pieces[1:] if piece in _SUFFIXES), "")
    if suffix:
        pieces.remove(suffix)
    if len(pieces) == 2:
        if not suffix and pieces[0].rpartition(" ")[2] in _SUFFIXES and " " in pieces[0]:
            pieces[0], _, suffix = pieces[0].rpartition(" ")
        return AuthorName(pieces[0], pieces[1], suffix)
    return _of_words(pieces[0].split(" "), suffix) if len(pieces) == 1 else AuthorName(name)


def _is_group(name: str) -> bool:
    """Return whether a name has a word of groups, as Team in any place, or signs that no person's name has."""
    words = [word.strip(".,()") for word in name.split()]
    return any(word in _GROUPS or word.title() in _GROUPS for word in words) or bool(_NO_PERSON.search(name))


def _of_words(words: list[str], suffix: str) -> AuthorName:
    if _FAMILY_FIRST.fullmatch(" ".join(words)):
        return AuthorName(words[0], " ".join(words[1:]), suffix)
    if len(words) > 2 and words[-1] in _SUFFIXES and not suffix:
        suffix = words.pop()
    at = _family_at(words)
    given, family = " ".join(words[:at]), " ".join(words[at:])
    return AuthorName(family, given, suffix) if given else AuthorName(" ".join(filter(None, (family, suffix))))


def _family_at(words: list[str]) -> int:
    """Return where the family name begins: at the first small particle, as BibTeX has it, or before the last word.

    Of two names that are joined it begins with the first: Agüera y Arcas.
    """
    last = len(words) - 1
    small = [at for at, word in enumerate(words[:last]) if word in _PARTICLES]
    small += [at - 1 for at, word in enumerate(words[:last]) if at and word in _AND]
    if small:
        return min(small)
    at = last
    while at > 1 and words[at - 1] in _CAPITAL:
        at -= 1
    return last if any(_plain(word) in _VIETNAMESE for word in (*words[:at], words[last])) else at


def _plain(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word.casefold().replace("đ", "d"))
    return "".join(char for char in letters if not unicodedata.combining(char))
