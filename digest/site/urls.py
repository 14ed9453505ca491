"""Addresses: slugs that are safe in every URL and stay what they are, and Jekyll's permalinks."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from urllib.parse import quote, unquote

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
_DATES = {
    "year": "%Y", "month": "%m", "day": "%d", "short_year": "%y", "short_month": "%b", "long_month": "%B",
    "y_day": "%j", "w_year": "%G", "week": "%V", "w_day": "%u", "short_day": "%a", "long_day": "%A",
}  # fmt: skip
_LONGEST = 240  # bytes of a name that every file system takes, with an ending
_SEPARATOR = re.compile(r"[\s\-_/·.,:;&|()'’\"]+")
_LOST = re.compile(r"[^a-z0-9-]")
_PLACEHOLDER = re.compile(r":([a-z_]+)")


@lru_cache(maxsize=1 << 12)
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


def permalink(pattern: str, day: date, name: str, categories: Sequence[str]) -> str:
    """Fill Jekyll's placeholders as it does. The result starts with a slash and is not yet quoted.

    `name` is what a post is called by its file or its front matter. Times of the day are not known, and stay as they
    are. Source: https://jekyllrb.com/docs/permalinks/
    """
    values = {
        "title": _pretty(name), "slug": _plain(name), "collection": "posts", "output_ext": ".html",
        "categories": "/".join(dict.fromkeys(map(str.lower, categories))),
        "slugified_categories": "/".join(dict.fromkeys(map(_plain, categories))),
        **{placeholder: f"{day:{form}}" for placeholder, form in _DATES.items()},
        "i_month": str(day.month), "i_day": str(day.day),
    }  # fmt: skip

    def value(found: re.Match[str]) -> str:
        word = found[1]
        bare = word.removesuffix("_")
        return values.get(word) or (values[bare] + word[len(bare) :] if bare in values else values.get(word, found[0]))

    return re.sub("/{2,}", "/", f"/{_PLACEHOLDER.sub(value, unquote(pattern))}")


def _pretty(name: str) -> str:
    return _hyphenated(name, "._~!$&'()+,;=@")


def _plain(name: str) -> str:
    return _hyphenated(name, "").lower()


def _hyphenated(name: str, kept: str) -> str:
    """Put a hyphen for whatever is no letter, mark, digit or sign to keep; none at the ends."""
    marked = "".join(char if _is_word(char) or char in kept else "\0" for char in name)
    return re.sub("\0+", "-", marked).removeprefix("-").removesuffix("-")


def _is_word(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] in "LM" or category == "Nd"


def is_safe(url: str) -> bool:
    """Return whether a path from a front matter stays inside the site and is one of a page."""
    parts = url.split("/")
    return (
        url.startswith("/")
        and not any(part in {".", ".."} or part.lower().startswith(PRIVATE) for part in parts)
        and not re.search(r"[\x00-\x1f\x7f\\]", url)
        and all(len(part.encode(errors="replace")) <= _LONGEST for part in parts)
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


def beside(url: str) -> str:
    """Return how the paths of the files begin that belong to the page at `url`."""
    path = file_of(url)
    return path.removesuffix("index.html") if path.endswith("index.html") else path.removesuffix(".html") + "-"
