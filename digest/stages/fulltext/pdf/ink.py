"""Whether a person sees what a page of a PDF holds. Runs in the child process, without this package."""

import ctypes
from typing import Any

_INVISIBLE = (3, 7)
"""Text render modes that show nothing: invisible, and clipping only (ISO 32000-1, table 106)."""
_STROKED = 1
_ALMOST_WHITE = 240
_TINY = 1.5
_MOST_SHAPES = 20_000


class Ink:
    """What is printed on one page, and where."""

    def __init__(self, pdfium: Any, page: Any, text: Any) -> None:
        self.pdfium, self.page, self.text = pdfium, page, text
        self.backgrounds: list[tuple[float, float, float, float]] | None = None
        self.box = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(page, self.box)

    def seen(self, holder: Any, at: int, points: float, x: float, y: float) -> bool:
        """Return whether a person sees the text: mode, colour, size and place."""
        pdfium, box = self.pdfium, self.box
        mode = pdfium.FPDFTextObj_GetTextRenderMode(holder)
        if mode in _INVISIBLE:
            return False
        if not (box.left - 1 <= x <= box.right + 1 and box.bottom - 1 <= y <= box.top + 1):
            return False
        if points < _TINY:
            loose = pdfium.FS_RECTF()
            if pdfium.FPDFText_GetLooseCharBox(self.text, at, loose) and loose.top - loose.bottom < 2 * _TINY:
                return False
        return not self.white(holder, stroke=mode == _STROKED) or self.on_a_background(x, y)

    def white(self, holder: Any, *, stroke: bool = False) -> bool:
        """Return whether a shape or text has the colour of paper, or none."""
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        colour = self.pdfium.FPDFPageObj_GetStrokeColor if stroke else self.pdfium.FPDFPageObj_GetFillColor
        if not colour(holder, red, green, blue, alpha):
            return False
        return min(red.value, green.value, blue.value) >= _ALMOST_WHITE or alpha.value <= 255 - _ALMOST_WHITE

    def on_a_background(self, x: float, y: float) -> bool:
        """Return whether a filled shape that is not white lies there: the head of a coloured table has white text."""
        if self.backgrounds is None:
            self.backgrounds = []
            pdfium = self.pdfium
            for number in range(min(pdfium.FPDFPage_CountObjects(self.page), _MOST_SHAPES)):
                shape = pdfium.FPDFPage_GetObject(self.page, number)
                if pdfium.FPDFPageObj_GetType(shape) != pdfium.FPDF_PAGEOBJ_PATH:
                    continue
                fill, stroke = ctypes.c_int(), ctypes.c_int()
                pdfium.FPDFPath_GetDrawMode(shape, fill, stroke)
                if fill.value and not self.white(shape):
                    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
                    pdfium.FPDFPageObj_GetBounds(shape, left, bottom, right, top)
                    self.backgrounds.append((left.value, bottom.value, right.value, top.value))
        return any(left <= x <= right and bottom <= y <= top for left, bottom, right, top in self.backgrounds)
