"""The visible lines of one page of a PDF, read through PDFium. Runs in the child process, without this package.

Source of the functions: https://pdfium.googlesource.com/pdfium/+/main/public/.
"""

import ctypes
import importlib
from typing import Any

_GAP = 0.9
"""Gap between words, in font sizes, from which they stand in different columns of a table."""
_LONGEST = 3_000
"""Characters of a line; letters printed on top of one another could make it endless."""
_BOLD = ("bold", "medi", "cmbx", "cmb10", "heavy", "black", "semibold", "demi", "-bd", "sfbx", "extb")
_HYPHEN = 0xFFFE
"""What PDFium gives for the hyphen of a divided word."""
_UNKNOWN = 0x100000
"""Private characters from here on stand for a font's code that it gives no character for."""
_LEAST_CODE = 32
_CONTROLS = (*range(0x7F, 0xA0), 0xFFFD)
"""What no text holds: codes of a font that names no characters for them."""
_LAST_OF_LIGATURES = (ord("f"), ord("i"), ord("l"))
_WIDE = 1.35
"""How much wider than its last letter a ligature is at least: PDFium gives that letter for glyphs named "f_f_i"."""


class Style:
    """How the characters of one text object look."""

    __slots__ = ("baseline", "bold", "drawn", "font", "seen", "size", "widths")

    def __init__(self, seen: bool, size: float, font: str, baseline: float, drawn: bool) -> None:
        self.seen, self.size, self.font, self.baseline, self.drawn = seen, size, font, baseline, drawn
        self.widths: dict[int, float] = {}
        self.bold = any(mark in font.lower() for mark in _BOLD)


Runs = list[tuple[str, Style]]


class PrintedPage:
    """One page being read. Finds lines in the order that PDFium gives them, columns one after the other."""

    def __init__(self, pdfium: Any, document: Any, number: int, unknown: dict[tuple[str, int, int], str]) -> None:
        self.pdfium = pdfium
        self.page = pdfium.FPDF_LoadPage(document, number)
        self.text = pdfium.FPDFText_LoadPage(self.page) if self.page else None
        self.unknown = unknown
        self.known_widths: dict[tuple[str, float], dict[int, float]] = {}
        self.ink = importlib.import_module("ink").Ink(pdfium, self.page, self.text) if self.text else None

    def close(self) -> None:
        """Give the page back."""
        if self.text:
            self.pdfium.FPDFText_ClosePage(self.text)
        if self.page:
            self.pdfium.FPDF_ClosePage(self.page)

    def lines(self, room: int) -> list[list[Any]]:
        """Return the page's lines, at most `room` characters of them."""
        if not self.text:
            return []
        pdfium, text = self.pdfium, self.text
        styles: dict[int, Style] = {}
        found: list[list[Any]] = []
        runs: Runs = []
        style: Style | None = None
        last = start = -1
        address = 0
        for at in range(min(pdfium.FPDFText_CountChars(text), room)):
            code = pdfium.FPDFText_GetUnicode(text, at)
            if code in (10, 13) and (not runs or pdfium.FPDFText_IsGenerated(text, at)):
                found += self.line_of(runs, start, last)
                runs = []
                continue
            holder = pdfium.FPDFText_GetTextObject(text, at)
            here = ctypes.addressof(holder.contents) if holder else address
            if here != address:
                address = here
                style = styles.get(here) or styles.setdefault(here, self.style(holder, at))
                if runs and code != 32 and self.turns(runs, style):
                    found.append(self.line(runs, start, last))
                    runs = []
            if style is None or not style.seen or not code or (code == 32 and not runs):
                continue
            if code == 32:
                runs.append((" ", style))
                continue
            char = self.char(code, at, style)
            if not char:
                continue
            if runs and runs[-1][0] == " " and self.gap(last, at) > _GAP * style.size:
                runs[-1] = ("\t", style)
            if not runs:
                start = at
            runs.append((char, style))
            last = at
            if len(runs) > _LONGEST:
                found.append(self.line(runs, start, last))
                runs = []
        return found + self.line_of(runs, start, last)

    def turns(self, runs: Runs, style: Style) -> bool:
        """Return whether something else begins: the next line behind a divided word, or a drawing beside the text.

        PDFium puts these on one line.
        """
        char, before = runs[-1]
        return before.drawn != style.drawn or (
            char == "\x02" and abs(before.baseline - style.baseline) > 0.5 * style.size
        )

    def char(self, code: int, at: int, style: Style) -> str:
        """Return the character, U+0002 for a hyphen at the line's end, a private one where the font gives none."""
        if code in _LAST_OF_LIGATURES and style.size and style.widths.get(code, 0.0):
            left, right = box = self.edges(at)
            wide = (right - left) / style.widths[code]
            # PDFium also gives all letters of a ligature, each in the place of the whole.
            if wide > _WIDE and box not in (self.edges(at - 1), self.edges(at + 1)):
                return self.private(style.font, code, round(4 * wide))
        if code == _HYPHEN:
            return "\x02"
        if 0xD800 <= code < 0xDC00:
            low = self.pdfium.FPDFText_GetUnicode(self.text, at + 1)
            return chr(0x10000 + ((code - 0xD800) << 10) + low - 0xDC00) if 0xDC00 <= low < 0xE000 else ""
        if 0xDC00 <= code < 0xE000:
            return ""
        if (code < _LEAST_CODE or code in _CONTROLS) and not (
            code == 2 and self.pdfium.FPDFText_IsHyphen(self.text, at)
        ):
            return self.private(style.font, code, 0)
        return chr(code)

    def private(self, font: str, code: int, width: int) -> str:
        """Return the private character that stands for a glyph of a font."""
        return self.unknown.setdefault((font, code, width), chr(_UNKNOWN + len(self.unknown) % 0xFFFE))

    def line_of(self, runs: Runs, start: int, last: int) -> list[list[Any]]:
        """Return the line, or nothing where it has no characters."""
        return [self.line(runs, start, last)] if runs else []

    def line(self, runs: Runs, start: int, last: int) -> list[Any]:
        """Return one line as the parent reads it."""
        sizes: dict[float, int] = {}
        for _, style in runs:
            sizes[style.size] = sizes.get(style.size, 0) + 1
        size = max(sizes, key=lambda each: (sizes[each], each))
        usual = next(style for _, style in runs if style.size == size)
        text, raised, bold, still = [], False, 0, True
        fonts: dict[str, int] = {}
        for char, style in runs:
            up = style.size < 0.9 * size and style.baseline > usual.baseline + 0.15 * size
            if up != raised and char not in " \t":
                text.append("\x0e" if up else "\x0f")
                raised = up
            still = still and (style.bold or char in " \t")
            bold += still
            if char.isalpha():
                fonts[style.font] = fonts.get(style.font, 0) + 1
            text.append(char)
        left, right = self.edges(start)[0], self.edges(last)[1]
        whole = "".join(text) + ("\x0f" if raised else "")
        font = max(fonts, key=lambda each: fonts[each]) if fonts else usual.font
        edges = [round(left, 1), round(right, 1), round(usual.baseline, 1)]
        return [whole, *edges, round(size, 1), bold, font, usual.drawn]

    def style(self, holder: Any, at: int) -> Style:
        """Return how a text object looks, and whether it is seen."""
        pdfium = self.pdfium
        size, own, on_page = ctypes.c_float(), pdfium.FS_MATRIX(), pdfium.FS_MATRIX()
        pdfium.FPDFTextObj_GetFontSize(holder, size)
        pdfium.FPDFPageObj_GetMatrix(holder, own)
        if not pdfium.FPDFText_GetMatrix(self.text, at, on_page):
            on_page = own
        # A text object inside a form XObject, as drawings are, does not stand where its own matrix says.
        drawn = any(
            abs(mine - other) > 0.01
            for mine, other in ((own.a, on_page.a), (own.d, on_page.d), (own.e, on_page.e), (own.f, on_page.f))
        )
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium.FPDFText_GetCharOrigin(self.text, at, x, y)
        font = pdfium.FPDFTextObj_GetFont(holder)
        name = ctypes.create_string_buffer(128)
        if font:
            pdfium.FPDFFont_GetBaseFontName(font, name, 128)
        points = round(size.value * max(abs(on_page.d), abs(on_page.b)), 1)
        seen = self.ink is not None and self.ink.seen(holder, at, points, x.value, y.value)
        style = Style(seen, points, name.value.decode("latin-1").rpartition("+")[2], y.value, drawn)
        if font and abs(on_page.a) > abs(on_page.b):
            style.widths = self.widths(font, style)
        return style

    def widths(self, font: Any, style: Style) -> dict[int, float]:
        """Return the widths of the letters that a ligature may be taken for, in points."""
        key = (style.font, style.size)
        if key not in self.known_widths:
            found, width = {}, ctypes.c_float()
            for code in _LAST_OF_LIGATURES:
                if self.pdfium.FPDFFont_GetGlyphWidth(font, code, style.size, width):
                    found[code] = width.value
            self.known_widths[key] = found
        return self.known_widths[key]

    def gap(self, before: int, after: int) -> float:
        """Return the points between two characters."""
        return self.edges(after)[0] - self.edges(before)[1]

    def edges(self, at: int) -> tuple[float, float]:
        """Return the left and right edge of a character, in points."""
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        self.pdfium.FPDFText_GetCharBox(self.text, at, left, right, bottom, top)
        return left.value, right.value
