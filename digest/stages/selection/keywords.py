"""Whether words stand in a text, as whole words, in whatever case.

Particles that Korean joins to a word are no part of it, and Chinese and Japanese part no words by spaces.
"""

import re
import unicodedata
from collections.abc import Iterable

_HAN, _HANGUL = r"\u3040-\u30ff\u3400-\u9fff", r"\uac00-\ud7a3"
_LETTER = rf"[^\W{_HAN}{_HANGUL}]"
"""A letter or digit of a script that parts words."""


def first_in(keywords: Iterable[str], text: str) -> str | None:
    """Return the first keyword that stands in the text as whole words, in whatever case."""
    return next((keyword for keyword in keywords if is_in(keyword, text)), None)


def is_in(keyword: str, text: str) -> bool:
    """Return whether a keyword stands in the text as whole words, in whatever case."""
    plain = unicodedata.normalize("NFC", keyword)
    words = r"\s+".join(re.escape(word) for word in plain.split())
    return (
        re.search(f"{_before(plain)}{words}{_after(plain)}", unicodedata.normalize("NFC", text), re.IGNORECASE)
        is not None
    )


def _before(keyword: str) -> str:
    """Return what may not stand before a keyword, as a pattern."""
    if re.match(rf"\s*[{_HAN}]", keyword):
        return ""
    return r"(?<!\w)" if re.match(rf"\s*[{_HANGUL}]", keyword) else f"(?<!{_LETTER})"


def _after(keyword: str) -> str:
    return "" if re.search(rf"[{_HAN}{_HANGUL}]\s*$", keyword) else f"(?!{_LETTER})"
