"""Pictures that a shared link shows: what they are about, and in which bounds. The same words give the same bytes."""

import io
import math
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

import PIL
from PIL import Image, ImageDraw, ImageFont, features

from digest.site.rendering.picture_text import PictureText

WIDTH, HEIGHT = 1200, 630
_LEFT, _TOP, _BOTTOM = 72, 52, 604
_GROUND, _INK, _SOFT, _ACCENT, _HAIR = "#fcfcfa", "#1a1c1f", "#555a62", "#1c4e86", "#dddeda"
_COLOURS = 16
_HOLLOW = re.compile(r"\(\s*\)|\[\s*\]|“\s*”|‘\s*’|\"\s*\"|〈\s*〉|《\s*》|「\s*」")
_STROKED = re.compile(r"LATIN (CAPITAL|SMALL) LETTER ([A-Z]) WITH .+")
_LEFT_OVER = re.compile(r"\s+([,.;:!?)\]”’])")
_WIDEST = 600  # letters of one word, more than all rows of a picture hold


class Painter:
    """Draws pictures with one font."""

    def __init__(self, font: Path, face: int = 0) -> None:
        self._font, self._face = font, face
        self._sizes: dict[int, ImageFont.FreeTypeFont] = {}
        self._known: dict[str, bool] = {}
        self.key = f"Pillow {PIL.__version__} {features.version('freetype2')}".encode()
        """Stands for the library: another one may draw other bytes."""

    @classmethod
    def of(cls, fonts: Iterator[Path], probe: str) -> "tuple[Painter, Path] | None":
        """Return a painter with the first font that has every letter of `probe`; None where no font has them."""
        for path in fonts:
            for face in range(10):
                try:
                    painter = cls(path, face)
                    family = painter._sized(40).getname()[0] or ""
                except OSError:
                    break
                # A collection has a face a region; the first one that says Korea, or the only one.
                if path.suffix == ".ttc" and not family.endswith("KR"):
                    continue
                if painter._draws(probe):
                    return painter, path
                break
        return None

    def draw(self, text: PictureText) -> bytes:
        """Return a picture as PNG."""
        image = Image.new("RGB", (WIDTH, HEIGHT), _GROUND)
        pen = ImageDraw.Draw(image)
        pen.rectangle((0, 0, WIDTH, 12), fill=_ACCENT)
        y = self._write(pen, _TOP, text.site, 30, _ACCENT, rows=1, bold=True) + 20
        y = self._write(pen, y, text.title, 56, _INK, rows=2 if text.lines else 4, bold=True) + 10
        y = self._write(pen, y, text.sub, 28, _SOFT, rows=2) + 20
        if text.lines:
            pen.line((_LEFT, y, WIDTH - _LEFT, y), fill=_HAIR, width=2)
            y += 22
        for name, line in text.lines:
            needed = len(self._rows(f"{self._lead(name)} {line}".strip(), 29, 2)) * 41
            if y + needed > _BOTTOM:
                break
            y = self._write(pen, y, line, 29, _INK, rows=2, lead=name) + 12
        packed = io.BytesIO()
        few = image.quantize(_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.save(packed, "PNG", bits=4, compress_level=6)
        return packed.getvalue()

    def _write(
        self, pen: ImageDraw.ImageDraw, y: int, text: str, size: int, colour: str, *, rows: int, bold: bool = False,
        lead: str = "",
    ) -> int:  # fmt: skip
        """Write a text in at most so many rows, its lead in bold and colour; return where the next one begins."""
        font, height = self._sized(size), round(size * 1.42)
        lead = self._lead(lead)
        for row in self._rows(f"{lead} {text}".strip(), size, rows):
            x = float(_LEFT)
            if lead:
                head, lead = (row[: len(lead)], "") if len(row) >= len(lead) else (row, lead[len(row) :].lstrip())
                pen.text((x, y), head, _ACCENT, font, stroke_width=0.7)
                x += font.getlength(head)
                row = row[len(head) :]  # noqa: PLW2901 - what is left of it
            pen.text((x, y), row, colour, font, stroke_width=size / 60 if bold else 0)
            y += height
        return y

    def _rows(self, text: str, size: int, most: int) -> list[str]:
        """Break a text between words, and only words that are wider than the picture within."""
        font, width = self._sized(size), WIDTH - 2 * _LEFT
        rows, row = [], ""
        for word in self._drawable(text).split():
            longer = f"{row} {word}".strip()
            if font.getlength(longer) <= width:
                row = longer
                continue
            rows += [row] if row else []
            if len(rows) > most:
                break
            row = word[:_WIDEST]
            while font.getlength(row) > width:
                fits = self._fitting(row, font, width)
                rows.append(row[:fits])
                row = row[fits:]
        rows += [row] if row else []
        return rows if len(rows) <= most else [*rows[: most - 1], self._cut(rows[most - 1], font, width)]

    @staticmethod
    def _fitting(row: str, font: ImageFont.FreeTypeFont, width: int) -> int:
        """Return how many letters of a row have their place in a width, at least one."""
        return max(1, bisect_right(range(1, len(row) + 1), width, key=lambda n: math.ceil(font.getlength(row[:n]))))

    @staticmethod
    def _cut(row: str, font: ImageFont.FreeTypeFont, width: int) -> str:
        while row and font.getlength(f"{row}…") > width:
            row = row[:-1]
        return f"{row.rstrip()}…"

    def _sized(self, size: int) -> ImageFont.FreeTypeFont:
        if size not in self._sizes:
            # The basic layout is in every build of the library; the other one depends on the system.
            self._sizes[size] = ImageFont.truetype(
                self._font, size, index=self._face, layout_engine=ImageFont.Layout.BASIC
            )
        return self._sizes[size]

    def _draws(self, probe: str) -> bool:
        return all(map(self._has, set(_tidy(probe))))

    def _has(self, char: str) -> bool:
        """Return whether the font has a letter."""
        if char not in self._known:
            font = self._sized(40)
            self._known[char] = char.isspace() or bytes(font.getmask(char)) != bytes(font.getmask("\U0010fffe"))
        return self._known[char]

    def _drawable(self, text: str) -> str:
        """Write what the font lacks as it can: raised figures behind `^`, other letters plainly; else leave it out."""
        shown, before = [], ""
        for char in _tidy(text):
            kind, _, _ = unicodedata.decomposition(char).partition(" ")
            plain = unicodedata.normalize("NFKC", char)
            bare = _bare(char)
            if self._has(char):
                shown.append(char)
            elif plain != char and all(map(self._has, plain)):
                sign = {"<super>": "^", "<sub>": "_"}.get(kind, "")
                shown.append(plain if kind == before else sign + plain)
            elif bare != char and self._has(bare):
                shown.append(bare)
            before = kind
        rest = "".join(shown)
        if len(rest) < len(text):
            rest = _LEFT_OVER.sub(r"\1", _HOLLOW.sub("", rest)).lstrip(" ,;:.·–—-")
        return " ".join(rest.split())

    def _lead(self, name: str) -> str:
        """Set a name apart from what is said of it; nothing where none of it can be drawn."""
        shown = self._drawable(name)
        return f"{shown}:" if shown else ""


def _bare(char: str) -> str:
    """Return a letter without its accents and strokes: Ł, which Unicode does not take apart, is known by its name."""
    stroked = _STROKED.fullmatch(unicodedata.name(char, ""))
    if stroked is None:
        return unicodedata.normalize("NFD", char)[0]
    return stroked[2] if stroked[1] == "CAPITAL" else stroked[2].lower()


def _tidy(text: str) -> str:
    """Compose syllables, and leave out what takes no place of its own: a letter a glyph."""
    composed = unicodedata.normalize("NFC", text)
    shown = (char for char in composed if char.isprintable() and not unicodedata.combining(char))
    return " ".join("".join(shown).split())
