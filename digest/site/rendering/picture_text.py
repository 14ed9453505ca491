"""The words of a picture, apart from what draws them: no build imports Pillow that draws none."""

from typing import NamedTuple


class PictureText(NamedTuple):
    """What the picture of a shared link says."""

    site: str
    title: str
    sub: str
    lines: tuple[tuple[str, str], ...] = ()
    """Names and what is said of each; either may be empty."""
