"""Addresses: slugs that are safe in every URL and stay what they are, and Jekyll's permalinks."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote

PRIVATE = ".digest-"
"""How the names begin that no page may have: the list of the site's files, and the folder where new files wait."""
_LEADS = ("g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h")
_VOWELS = (
    "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae",
    "oe", "yo", "u", "wo", "we", "wi", "yu", "eu", "ui", "i",
)  # fmt: skip
_TAILS = (
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l",
    "p", "l", "m", "p", "p", "t", "t", "ng", "t", "t", "k", "t", "p", "t",
)  # fmt: skip
_FOLD = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "đ": "d", "Đ": "D", "ı": "i", "æ": "ae", "œ": "oe"}
)
_SEPARATOR = re.compile(r"[\s\-_/·.,:;&|()'’\"]+")
_LOST = re.compile(r"[^a-z0-9-]")
_PLACEHOLDER = re.compile(r":(year|month|day|title|slug|categories|i_month|i_day|short_year|y_day)\b")


@lru_cache(maxsize=1 << 14)
def slug(name: str) -> str:
    """Write a name in a-z, 0-9 and hyphens. Hangul is romanised syllable by syllable; case does not count.

    Where a sign that means something is lost (C++, 深層), a short hash of the name keeps it apart from others.
    """
    folded = name if name.isascii() else unicodedata.normalize("NFKC", name).translate(_FOLD)
    joined = _SEPARATOR.sub("-", _latin(folded)).strip("-")
    kept = re.sub("-{2,}", "-", _LOST.sub("", joined)).strip("-")[:60].strip("-")
    if kept == joined:
        return kept or "x"
    short = hashlib.blake2b(folded.lower().encode(errors="replace"), digest_size=3).hexdigest()
    return f"{kept}-{short}".lstrip("-")


def _latin(folded: str) -> str:
    if folded.isascii():
        return folded.lower()
    latin = unicodedata.normalize("NFKD", "".join(map(_romanise, folded)))
    return "".join(char for char in latin if not unicodedata.combining(char)).lower()


def _romanise(char: str) -> str:
    """Write one Hangul syllable in Latin letters, without the sound changes between syllables."""
    code = ord(char) - 0xAC00
    if not 0 <= code < 11172:
        return char
    return _LEADS[code // 588] + _VOWELS[code % 588 // 28] + _TAILS[code % 28]


def permalink(pattern: str, date: str, title: str, categories: Sequence[str]) -> str:
    """Fill Jekyll's placeholders. `date` is YYYY-MM-DD. The result starts with a slash and is not yet quoted."""
    year, month, day = date.split("-")
    values = {
        "year": year, "month": month, "day": day, "title": title, "slug": title, "short_year": year[2:],
        "i_month": str(int(month)), "i_day": str(int(day)), "categories": "/".join(slug(name) for name in categories),
    }  # fmt: skip
    filled = _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), pattern)
    return re.sub("/{2,}", "/", f"/{filled}")


def is_safe(url: str) -> bool:
    """Return whether a path from a front matter stays inside the site and is one of a page."""
    parts = url.split("/")
    return (
        url.startswith("/")
        and not any(part in {".", ".."} or part.lower().startswith(PRIVATE) for part in parts)
        and not re.search(r"[\x00-\x20\\?#%<>\"']", url)
    )


def file_of(url: str) -> str:
    """Return the path of the file behind a page's URL."""
    bare = url.lstrip("/")
    if not bare or bare.endswith("/"):
        return f"{bare}index.html"
    return bare if bare.endswith((".html", ".htm")) else f"{bare}.html"


@lru_cache(maxsize=1024)
def href(url: str) -> str:
    """Quote a page's URL and take off its first slash, so that it can be put behind any root."""
    return quote(url.lstrip("/"), safe="/~")


def root_of(path: str) -> str:
    """Return the way from the file at `path` up to the site's top: `../../`, or `./` at the top itself."""
    return "../" * path.count("/") or "./"
