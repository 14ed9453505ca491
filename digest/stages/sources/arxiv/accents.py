"""TeX's accents to letters: OAI-PMH hands titles and authors out as they were typed in (`Erd\\H{o}s`, `M\\"uller`)."""

import re
import unicodedata

_COMBINING = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307",
    '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "c": "\u0327", "k": "\u0328",
}  # fmt: skip
_LETTERS = {"o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å",
            "AA": "Å", "i": "ı", "j": "ȷ"}  # fmt: skip
# `\'e`, `\'{e}`, `\'\i`, `\v{s}`, `\c c`, each of them also in braces of its own.
_ACCENT = re.compile(
    r"(\{)?\\(?:([`'^~=.\"])\s?|([uvHckr])(?=\s|\{))\s?(?:\{\\?([A-Za-z])\}|\\([ij])(?![A-Za-z])\s?|([A-Za-z]))(?(1)\}?)"
)
_LETTER = re.compile(r"(\{)?\\(ss|ae|AE|oe|OE|aa|AA|[oOlL])(?![A-Za-z])(?:\{\}|\s)?(?(1)\}?)")


def letters(raw: str) -> str:
    """Write accented letters as letters. Leaves all other TeX, formulas among it, as it is."""
    if "\\" not in raw:
        return raw
    return _LETTER.sub(lambda found: _LETTERS[found[2]], _ACCENT.sub(_accented, raw))


def _accented(found: re.Match[str]) -> str:
    mark, letter = found[2] or found[3], found[4] or found[5] or found[6]
    return unicodedata.normalize("NFC", letter + _COMBINING[mark])
