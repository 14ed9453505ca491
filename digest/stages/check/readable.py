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
class Readable:
    """Readable text, with the way back to the raw text. Does not change what was said, only how it was written."""

    raw: str
    text: str
    _starts: tuple[int, ...]
    _raw_starts: tuple[int, ...]

    def origin(self, position: int) -> int:
        """Return the place in the raw text of a place in the readable text."""
        at = bisect_right(self._starts, position) - 1
        limit = self._raw_starts[at + 1] if at + 1 < len(self._raw_starts) else len(self.raw)
        return min(self._raw_starts[at] + position - self._starts[at], limit)

    def source_span(self, start: int, end: int) -> str:
        """Return the raw text behind a span of the readable text."""
        return self.raw[self.origin(start) : max(self.origin(end - 1) + 1, self.origin(start))]


def readable(raw: str) -> Readable:
    """Turn TeX, ligatures, superscripts and broken hyphens into readable text. Never raises; keeps line breaks."""
    dollars = {place for maths in _MATHS.finditer(raw) for place in (maths.start(), maths.end() - 1)}
    pieces: list[str] = []
    starts, raw_starts = [0], [0]
    length = done = 0
    for odd in _ODD.finditer(raw):
        if odd["dollar"] and odd.start() not in dollars:
            continue
        before, replacement = raw[done : odd.start()], _replacement(odd)
        pieces += (before, replacement)
        starts.append(length + len(before))
        raw_starts.append(odd.start())
        length += len(before) + len(replacement)
        done = odd.end()
        starts.append(length)
        raw_starts.append(done)
    pieces.append(raw[done:])
    return Readable(raw, "".join(pieces), tuple(starts), tuple(raw_starts))


def _replacement(odd: re.Match[str]) -> str:
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
