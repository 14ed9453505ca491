"""Run as a script in a process of its own: a PDF on stdin, its visible lines as JSON on stdout.

    python -I -S child.py MEGABYTES SECONDS PAGES FOLDER_OF_PYPDFIUM2

Imports nothing of this package but its neighbours page.py and ink.py, so it also runs from a checkout. Limits itself
before it looks at the file; whoever starts it watches the clock. Output: `{"error": …}` or an object of

- `pages`: a list of lines each, and a line is `[text, left, right, baseline, size, bold, font, drawn]`. In `text` a tab
  stands for a wide gap, U+000E and U+000F enclose what is raised, U+0002 divides a word at the line's end, and a
  character from U+100000 on is a glyph that its font gives no character for. `bold` counts leading bold characters;
  `drawn` is text of a drawing. Lengths are in points from the lower left corner.
- `count`: the pages of the file.
- `outline`: its bookmarks as `[level, title, page]`.
- `unknown`: for each character from U+100000 on the last letter of its ligature, or nothing.
"""

import ctypes
import importlib
import json
import sys
from pathlib import Path
from typing import Any

_MOST_CHARACTERS = 3_000_000
_MOST_BOOKMARKS = 1_000
_LETTERS = "fil"
"""Last letters of ligatures that PDFium gives for the whole."""
_LEVELS = 3
"""Levels of bookmarks that are read; a file may nest them without end."""
_LONGEST_TITLE = 1_000
"""Bytes of a bookmark's title."""


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


def read(body: bytes, pages: int) -> dict[str, Any]:
    """Return the lines of the first `pages` pages. PDFium is not thread-safe: one call at a time in a process."""
    pdfium = importlib.import_module("pypdfium2_raw")
    reader = importlib.import_module("page").PrintedPage
    pdfium.FPDF_InitLibrary()
    document = pdfium.FPDF_LoadMemDocument64(body, len(body), None)
    if not document:
        return {"error": "encrypted" if pdfium.FPDF_GetLastError() == 4 else "not a PDF, or damaged"}
    count, room = pdfium.FPDF_GetPageCount(document), _MOST_CHARACTERS
    found = []
    unknown: dict[tuple[str, int, int], str] = {}
    for number in range(min(count, pages)):
        page = reader(pdfium, document, number, unknown)
        found.append(page.lines(room))
        page.close()
        room -= sum(len(line[0]) for line in found[-1])
    letters = {char: chr(code) if chr(code) in _LETTERS else "" for (_, code, _), char in unknown.items()}
    return {"pages": found, "count": count, "outline": outline(pdfium, document), "unknown": letters}


def outline(pdfium: Any, document: Any) -> list[tuple[int, str, int]]:
    """Return the bookmarks of the highest levels in their order: level, title, page from 0."""
    found: list[tuple[int, str, int]] = []
    top = pdfium.FPDFBookmark_GetFirstChild(document, None)
    waiting = [(1, top)]
    for _ in range(_MOST_BOOKMARKS):
        if not waiting:
            break
        level, mark = waiting.pop()
        if not mark:
            continue
        title = ctypes.create_string_buffer(_LONGEST_TITLE)
        length = pdfium.FPDFBookmark_GetTitle(mark, title, _LONGEST_TITLE)
        place = pdfium.FPDFBookmark_GetDest(document, mark)
        if 2 < length <= _LONGEST_TITLE and place:
            words = title.raw[: length - 2].decode("utf-16-le", "ignore")
            found.append((level, words, pdfium.FPDFDest_GetDestPageIndex(document, place)))
        waiting.append((level, pdfium.FPDFBookmark_GetNextSibling(document, mark)))
        if level < _LEVELS:
            waiting.append((level + 1, pdfium.FPDFBookmark_GetFirstChild(document, mark)))
    return found


def main(argv: list[str]) -> None:
    """Read stdin, write stdout."""
    megabytes, seconds, pages, folder = argv
    limit(int(megabytes), int(seconds))
    sys.path += [folder, str(Path(__file__).parent)]
    sys.stdout.write(json.dumps(read(sys.stdin.buffer.read(), int(pages)), separators=(",", ":")))


if __name__ == "__main__":
    main(sys.argv[1:])
