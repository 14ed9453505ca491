"""Tell text from glyphs whose font does not say which characters they show. Pure."""

import re

_WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]+")
_COMMON = frozenset(
    "the of and to in a is for we that with on as are by be this which from an can "
    "der die und das ist von mit den eine le la les et des est une dans que pour el los las en una con por del per di il che "
    "o os da do em um para não".split()
)
"""The commonest words of languages that papers are written in with Latin letters."""
_LEAST_COMMON = 0.05
"""Share of them among words: 0.16 at least in every readable English paper seen, 0.01 in text of unknown glyphs."""
_OTHER_SCRIPT = re.compile(r"[\u0370-\u1fff\u3040-\u9fff\uac00-\ud7a3]")
_SEEN = 200_000
"""Characters that decide."""


def legible(text: str) -> bool:
    """Return whether a text is in words. Papers in other scripts than the Latin one are taken as they come."""
    seen = text[:_SEEN]
    if 3 * len(_OTHER_SCRIPT.findall(seen)) > len(seen.replace(" ", "")):
        return True
    words = [word.lower() for word in _WORD.findall(seen)]
    return sum(word in _COMMON for word in words) >= _LEAST_COMMON * len(words) > 0
