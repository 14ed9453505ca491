"""A passage of a paper → the link that scrolls the paper's page to it."""

import re
from urllib.parse import quote

from digest.model import Evidence

_FORMULA = re.compile(r"\$[^$]*\$")
_FEW, _WHOLE, _ENDS = 3, 12, 5
"""Words without which a link would lead astray, that it holds whole, and of the start and end of a longer sentence."""


def fragment(anchor: Evidence) -> str:
    """Return the text fragment that scrolls a page to a passage: https://wicg.github.io/scroll-to-text-fragment/.

    A row is found by its table's caption, a sentence with formulas by its longest part without; too few words are none.
    """
    text = anchor.context.partition("\n")[0] or anchor.quote
    words = max(_FORMULA.split(text), key=len).split() if "$" in text else text.split()
    if not words or (len(words) < _FEW and (anchor.context or "$" in text)):
        return ""
    ends = [" ".join(words)] if len(words) <= _WHOLE else [" ".join(words[:_ENDS]), " ".join(words[-_ENDS:])]
    return "#:~:text=" + ",".join(quote(end, safe="").replace("-", "%2D") for end in ends)
