"""Read maths, ligatures and line ends the way a person does, and remember where each character came from.

Facts: Unicode NFKC for ligatures and full-width forms; the TeX commands that arXiv's HTML and abstracts leave in text.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_COMMANDS = {
    "times": "×", "pm": "±", "sim": "~", "approx": "≈", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "cdot": "·",
    "ldots": "…", "dots": "…", "percent": "%", "to": "→", "rightarrow": "→", "quad": " ", "left": "", "right": "",
}  # fmt: skip
_SIGNS = {"−": "-", "‐": "-", "‑": "-", "∼": "~", "〜": "~", "～": "~", "⁄": "/", "∕": "/", "’": "'", "‘": "'"}
_MATHS = re.compile(r"(?<![\\$])\$(?![\s$])([^$\n]{0,300}?[^$\s\\])\$(?![\d$])")
_ODD = re.compile(
    r"""
    (?=[\\{}$\u00ad-]|[^\x00-\x7f]|(?<=\d)[xX]\d)(?:
    (?P<fraction>\\[dt]?frac\s*\{(\d{1,4})\}\s*\{(\d{1,4})\})
  | (?P<styling>\\(?:text(?!ual)[a-z]*|math[a-z]+|emph|operatorname|mbox|rm|bf)(?![A-Za-z])\s?)
  | \\['`^"~=.]\s?\{?(?P<accented>[A-Za-z])\}?
  | \\(?P<command>[A-Za-z]+)[ ]?
  | \\(?P<space>[,;:!> ])
  | \\(?P<escaped>[%#&_$])
  | (?P<brace>[{}])
  | (?P<dollar>\$)
  | (?P<thin>(?<=\d)[\u2009\u202f\u2005](?=\d{3}))
  | (?P<broken>(?<=[a-z])-[ ]?\n[ ]?(?=[a-z])|\u00ad)
  | (?P<by>(?<=\d)[xX](?=\d))
  | (?P<dashes>(?<=[\dKMBkx%])--(?=\d))
  | (?P<super>[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+)
  | (?P<jamo>[\u1100-\u11ff]+)
  | (?P<other>[^\x00-\x7f\uac00-\ud7a3])
    )
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Plain:
    """Readable text, with the way back to the raw text. Does not change what was said, only how it was written."""

    raw: str
    text: str
    _here: tuple[int, ...]
    _there: tuple[int, ...]

    def origin(self, position: int) -> int:
        """Return the place in the raw text of a place in the readable text."""
        at = bisect_right(self._here, position) - 1
        limit = self._there[at + 1] if at + 1 < len(self._there) else len(self.raw)
        return min(self._there[at] + position - self._here[at], limit)

    def words(self, start: int, end: int) -> str:
        """Return the raw words behind a stretch of the readable text."""
        return self.raw[self.origin(start) : max(self.origin(end - 1) + 1, self.origin(start))]


def plain(raw: str) -> Plain:
    """Turn TeX, ligatures, superscripts and broken hyphens into readable text. Never raises; keeps line breaks."""
    dollars = {place for maths in _MATHS.finditer(raw) for place in (maths.start(), maths.end() - 1)}
    pieces: list[str] = []
    here, there = [0], [0]
    length = done = 0
    for odd in _ODD.finditer(raw):
        if odd["dollar"] and odd.start() not in dollars:
            continue
        before, instead = raw[done : odd.start()], _instead(odd)
        pieces += (before, instead)
        here.append(length + len(before))
        there.append(odd.start())
        length += len(before) + len(instead)
        done = odd.end()
        here.append(length)
        there.append(done)
    pieces.append(raw[done:])
    return Plain(raw, "".join(pieces), tuple(here), tuple(there))


def _instead(odd: re.Match[str]) -> str:
    kind, found = str(odd.lastgroup), odd[0]
    if odd["fraction"]:
        return f"{odd[2]}/{odd[3]}"
    if kind == "command":
        return _COMMANDS.get(odd["command"], odd["command"] + " ")
    if kind == "space":
        between_digits = (
            odd.string[odd.start() - 1 : odd.start()].isdigit() and odd.string[odd.end() : odd.end() + 1].isdigit()
        )
        return "" if between_digits else " "
    if kind in ("escaped", "accented"):
        return odd[kind]
    if kind == "super":
        return "^" + found.translate(_SUPERSCRIPTS)
    if kind == "jamo":
        return unicodedata.normalize("NFC", found)
    if kind == "other":
        return _SIGNS.get(found) or "".join(_SIGNS.get(c, c) for c in unicodedata.normalize("NFKC", found))
    return {"dashes": "–", "by": "×"}.get(kind, "")
