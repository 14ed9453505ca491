"""Find what a page holds that nobody who looks at it can read: a paper could hide instructions for a model there. Pure.

Covers inline styles, attributes and LaTeXML's own classes. Style sheets are not read: arXiv lets authors bring none.
"""

import re
from collections.abc import Mapping

_INVISIBLE = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|opacity:0?(?:\.0\d*)?(?:;|$)"
    r"|font-size:(?:0?\.\d+|0|1(?:\.\d+)?)(?:pt|px)?(?:;|!|$)|font-size:\d(?:\.\d+)?%|font-size:0?\.0\d*r?em"
    r"|(?:left|top|text-indent|margin-left):-\d{4,}|clip:rect\(0|clip-path:inset\((?:50|100)%"
)
_TEXT_COLOUR = re.compile(r"(?:^|;)(?:color|--ltx-fg-color):([^;!]+)")
_BACKGROUND_COLOUR = re.compile(r"(?:^|;)(?:background|background-color|--ltx-bg-color):([^;!]+)")
_RGB = re.compile(r"rgba?\(([\d.]+%?)[, ]+([\d.]+%?)[, ]+([\d.]+%?)(?:[,/ ]+([\d.]+%?))?\)")
_HEX = re.compile(r"#([0-9a-f]{3,8})")
_ALMOST_WHITE = 0.94
"""Share of full light in every channel from which text is invisible on white."""
_CLASSES = frozenset({"ltx_phantom", "ltx_invisible", "sr-only", "visually-hidden", "ltx_nodisplay"})


def invisible(attributes: Mapping[str, str | None], classes: frozenset[str]) -> bool:
    """Return whether an element and all in it is taken off the page, whatever its colours."""
    return (
        "hidden" in attributes
        or (attributes.get("aria-hidden") or "").strip().lower() == "true"
        or not _CLASSES.isdisjoint(classes)
        or bool(_INVISIBLE.search(_flat(attributes.get("style"))))
    )


def white_text_colour(style: str | None, inherited: bool) -> bool:
    """Return whether the text colour is white or transparent: the style's own, else the inherited one."""
    found = _TEXT_COLOUR.findall(_flat(style))
    return _white(found[-1]) if found else inherited


def white_background_colour(style: str | None, inherited: bool) -> bool:
    """Return whether the background colour is white or transparent: the style's own, else the inherited one."""
    found = _BACKGROUND_COLOUR.findall(_flat(style))
    return _white(found[-1]) if found else inherited


def _flat(style: str | None) -> str:
    return "".join(style.lower().split()) if style else ""


def _white(colour: str) -> bool:
    if colour in ("white", "transparent", "snow", "ghostwhite", "ivory", "floralwhite", "whitesmoke"):
        return True
    if (found := _HEX.fullmatch(colour)) and len(found[1]) in (3, 4, 6, 8):
        digits = found[1] if len(found[1]) > 4 else "".join(digit * 2 for digit in found[1])
        channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        alpha = int(digits[6:8], 16) / 255 if len(digits) == 8 else 1.0
    elif found := _RGB.match(colour):
        channels = [_share(part, 255) for part in found.groups()[:3]]
        alpha = _share(found[4], 1) if found[4] else 1.0
    else:
        return False
    return min(channels) >= _ALMOST_WHITE or alpha <= 1 - _ALMOST_WHITE


def _share(part: str, full: float) -> float:
    number = part.rstrip("%")
    value = float(number) if number.count(".") <= 1 and number != "." else 0.0
    return value / 100 if part.endswith("%") else value / full
