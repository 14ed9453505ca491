"""Run as a script in a process of its own: a PDF on stdin, its visible lines as JSON on stdout.

    python -I -S pdf_child.py MEGABYTES SECONDS PAGES FOLDER_OF_PYPDFIUM2

Imports nothing of this package, so it also runs from a checkout. Limits itself before it looks at the file; whoever
starts it watches the clock. Output: `{"pages": [[line, …], …], "count": pages in the file}` with a line as
`[text, left, right, baseline, size, bold, column]`, or `{"error": …}`. In `text` a tab stands for a wide gap, U+000E
and U+000F enclose what is raised, U+0002 divides a word at the line's end; `bold` counts leading bold characters.
Lengths are in points from the lower left corner. Source: https://pdfium.googlesource.com/pdfium/+/main/public/.
"""

import ctypes
import importlib
import json
import sys
from typing import Any

_MOST_CHARACTERS = 3_000_000
_INVISIBLE = (3, 7)
"""Text render modes that show nothing: invisible, and clipping only (ISO 32000-1, table 106)."""
_STROKED = 1
_ALMOST_WHITE = 240
_TINY = 1.5
_GAP = 0.9
"""Gap between words, in font sizes, from which they stand in different columns of a table."""
_MOST_SHAPES = 20_000
_LONGEST = 3_000
"""Characters of a line; letters printed on top of one another could make it endless."""
_BOLD = ("bold", "medi", "cmbx", "cmb10", "heavy", "black", "semibold", "demi", "-bd", "sfbx")


def limit(megabytes: int, seconds: int) -> None:
    """Give up the right to more memory, processor time, files or core dumps; where a system lacks a limit, go on."""
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_AS, megabytes << 20),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):
            continue


class _Style:
    """How the characters of one text object look."""

    __slots__ = ("baseline", "bold", "seen", "size")

    def __init__(self, seen: bool, size: float, bold: bool, baseline: float) -> None:
        self.seen, self.size, self.bold, self.baseline = seen, size, bold, baseline


class _Page:
    """One page being read. Finds lines in the order that PDFium gives them, columns one after the other."""

    def __init__(self, pdfium: Any, document: Any, number: int) -> None:
        self.pdfium = pdfium
        self.page = pdfium.FPDF_LoadPage(document, number)
        self.text = pdfium.FPDFText_LoadPage(self.page) if self.page else None
        self.backgrounds: list[tuple[float, float, float, float]] | None = None
        self.box = pdfium.FS_RECTF()
        if self.page:
            pdfium.FPDF_GetPageBoundingBox(self.page, self.box)

    def close(self) -> None:
        if self.text:
            self.pdfium.FPDFText_ClosePage(self.text)
        if self.page:
            self.pdfium.FPDF_ClosePage(self.page)

    def lines(self, room: int) -> list[list[Any]]:
        """Return the page's lines, at most `room` characters of them."""
        if not self.text:
            return []
        pdfium, text = self.pdfium, self.text
        styles: dict[int, _Style] = {}
        found: list[list[Any]] = []
        runs: list[tuple[str, _Style]] = []
        style: _Style | None = None
        last = start = -1
        address = 0
        for at in range(min(pdfium.FPDFText_CountChars(text), room)):
            code = pdfium.FPDFText_GetUnicode(text, at)
            if code in (10, 13):
                if runs:
                    found.append(self.line(runs, start, last))
                    runs = []
                continue
            holder = pdfium.FPDFText_GetTextObject(text, at)
            here = ctypes.addressof(holder.contents) if holder else address
            if here != address:
                address = here
                style = styles.get(here) or styles.setdefault(here, self.style(holder, at))
            if style is None or not style.seen or not code or (code == 32 and not runs):
                continue
            if code == 32:
                runs.append((" ", style))
                continue
            if runs and runs[-1][0] == " " and self.gap(last, at) > _GAP * style.size:
                runs[-1] = ("\t", style)
            if not runs:
                start = at
            runs.append((chr(code) if code != 0xFFFE else "\x02", style))
            last = at
            if len(runs) > _LONGEST:
                found.append(self.line(runs, start, last))
                runs = []
        if runs:
            found.append(self.line(runs, start, last))
        return found

    def line(self, runs: list[tuple[str, _Style]], start: int, last: int) -> list[Any]:
        sizes: dict[float, int] = {}
        for _, style in runs:
            sizes[style.size] = sizes.get(style.size, 0) + 1
        size = max(sizes, key=lambda each: (sizes[each], each))
        baseline = next(style.baseline for _, style in runs if style.size == size)
        text, raised, bold, still = [], False, 0, True
        for char, style in runs:
            up = style.size < 0.9 * size and style.baseline > baseline + 0.15 * size
            if up != raised and char not in " \t":
                text.append("\x0e" if up else "\x0f")
                raised = up
            still = still and (style.bold or char in " \t")
            bold += still
            text.append(char)
        left, right = self.edges(start)[0], self.edges(last)[1]
        whole = "".join(text) + ("\x0f" if raised else "")
        return [whole, round(left, 1), round(right, 1), round(baseline, 1), round(size, 1), bold]

    def style(self, holder: Any, at: int) -> _Style:
        pdfium = self.pdfium
        size, matrix = ctypes.c_float(), pdfium.FS_MATRIX()
        pdfium.FPDFTextObj_GetFontSize(holder, size)
        pdfium.FPDFPageObj_GetMatrix(holder, matrix)
        scale = max(abs(matrix.d), abs(matrix.b))
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium.FPDFText_GetCharOrigin(self.text, at, x, y)
        font = pdfium.FPDFTextObj_GetFont(holder)
        name = ctypes.create_string_buffer(128)
        if font:
            pdfium.FPDFFont_GetBaseFontName(font, name, 128)
        bold = any(mark in name.value.decode("latin-1").lower() for mark in _BOLD)
        points = round(size.value * scale, 1)
        return _Style(self.seen(holder, at, points, x.value, y.value), points, bold, y.value)

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

    def gap(self, before: int, after: int) -> float:
        return self.edges(after)[0] - self.edges(before)[1]

    def edges(self, at: int) -> tuple[float, float]:
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        self.pdfium.FPDFText_GetCharBox(self.text, at, left, right, bottom, top)
        return left.value, right.value


def read(body: bytes, pages: int) -> dict[str, Any]:
    """Return the lines of the first `pages` pages. PDFium is not thread-safe: one call at a time in a process."""
    pdfium = importlib.import_module("pypdfium2_raw")
    pdfium.FPDF_InitLibrary()
    document = pdfium.FPDF_LoadMemDocument64(body, len(body), None)
    if not document:
        return {"error": "encrypted" if pdfium.FPDF_GetLastError() == 4 else "not a PDF, or damaged"}
    count, room = pdfium.FPDF_GetPageCount(document), _MOST_CHARACTERS
    found = []
    for number in range(min(count, pages)):
        page = _Page(pdfium, document, number)
        found.append(page.lines(room))
        page.close()
        room -= sum(len(line[0]) for line in found[-1])
    return {"pages": found, "count": count}


def main(argv: list[str]) -> None:
    """Read stdin, write stdout."""
    megabytes, seconds, pages, folder = argv
    limit(int(megabytes), int(seconds))
    sys.path.append(folder)
    sys.stdout.write(json.dumps(read(sys.stdin.buffer.read(), int(pages)), separators=(",", ":")))


if __name__ == "__main__":
    main(sys.argv[1:])
