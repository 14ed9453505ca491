"""Figures in the text of a result, made to stand out for readers who skim. Nothing of what is said is changed."""

import re

_NUMBER = r"\d++(?:,\d{3})*+(?:\.\d++)?+"
_SCALE = "[십백천만억조]"
_AMOUNT = rf"{_NUMBER}(?:{_SCALE}++(?:\s?{_NUMBER}{_SCALE}*+)?+)?+"
"""`4천`, `5만 9천`, `2만 2758`: one number, however Korean writes it."""
_FIGURE = re.compile(
    # Gemini 3, AIME 2024, Qwen3-VL 2B: a whole number right behind a name belongs to it.
    r"(?<![\w.,/:^_@-])(?!(?<=[A-Za-z]\s)\d++(?:[BMK]\b)?+"
    r"(?!\s?(?:[%‰배×점개명편초~–십백천만억]|퍼센트|시간|토큰|분의|dB|ms|[GMT]B|FPS|fps)|[.,]\d))"
    rf"(?:{_NUMBER}분의\s?{_NUMBER}|{_NUMBER}(?:시간|분|초)(?:\s{_NUMBER}(?:분|초))++"
    rf"|[-+−±]?{_AMOUNT}(?:\s?[~–-]\s?{_AMOUNT})?+"
    r"(?:\s?(?:%p|%|‰|배|×|x|점|포인트|dB|ms|[GMT]B|FPS|fps|[BMK]))?(?![A-Za-z\d]|[.,]\d|-[A-Za-z]|\s?[년월]))"
)
"""A number with its unit; not one that belongs to a name, a version or a date."""
_TAG = re.compile("(<[^>]*>)")
_KEPT = {"math", "code", "span", "small", "a"}
"""Elements whose text stays as it is: formulas, code, and what is in doubt."""


def figures(html: str) -> str:
    """Wrap each figure of HTML that was made here in `<b>`, outside of formulas, code, links and doubts."""
    depth, pieces = 0, _TAG.split(html)
    for at, piece in enumerate(pieces):
        if at % 2:
            name = piece.strip("</>").partition(" ")[0]
            depth += (-1 if piece.startswith("</") else 1) if name in _KEPT else 0
        elif piece and not depth:
            pieces[at] = _FIGURE.sub(r"<b>\g<0></b>", piece)
    return "".join(pieces)
