"""What readers take for alike in letters, and the words of a text. The same is in `assets/search-query.js`."""

import re
import unicodedata

DENSE = "\uac00-\ud7a3\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f"
"""Scripts that are looked up from any letter on, for a class of a pattern."""
_LETTER = rf"[^\W_{DENSE}\U00010000-\U0010ffff]"
FORM = re.compile(rf"[{DENSE}]+|{_LETTER}+(?:[-.'’/+_]{_LETTER}+)*")
"""A word of one kind of script."""
_ACCENTED = re.compile(r"[\u00c0-\u024f\u0300-\u036f\u0370-\u03ff\u1e00-\u1fff]")
_MARK = re.compile(r"[\u0300-\u036f]")
LETTERS = str.maketrans(
    {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ħ": "h", "Ħ": "H", "ø": "o", "Ø": "O", "ı": "i", "ß": "ss", "ẞ": "SS",
     "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th"}
)  # fmt: skip
"""Letters that no mark makes, and how they are typed; `assets/search-query.js` has the small ones."""
_RAISED = re.compile(r"(?<=[A-Za-z])\$?\^\{?([0-9A-Za-z])\}?\$?")
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


def fold(text: str) -> str:
    """Make alike what readers take for alike: width, composition, accents, OPD² and OPD^2. Case is kept."""
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    if _ACCENTED.search(text):
        text = unicodedata.normalize("NFC", _MARK.sub("", unicodedata.normalize("NFD", text))).translate(LETTERS)
    text = _GROUPED.sub("", text) if "," in text else text
    return _RAISED.sub(r"\1", text) if "^" in text else text


def forms(text: str) -> list[str]:
    """Return the words of a text in order, each of one kind of script; signs within a word stay in it."""
    return FORM.findall(fold(text))


def is_dense(form: str) -> bool:
    """Return whether a form is of a script that is looked up from any letter on: Hangul, Kana, Han, Thai."""
    return "\uac00" <= form[0] <= "\ud7a3" or "\u3040" <= form[0] <= "\u9fff" or "\u0e00" <= form[0] <= "\u0e7f"
