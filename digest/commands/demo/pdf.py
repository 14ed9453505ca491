"""A minimal PDF of a played paper: one column of Helvetica. Writes no other alphabet than Latin-1."""

import textwrap
from collections.abc import Iterator

from digest.commands.demo.papers import RecordedPaper

_LINES_PER_PAGE = 52


def pdf(paper: RecordedPaper) -> bytes:
    """Return the paper as PDF 1.4 (https://opensource.adobe.com/dc-acrobat-sdk-docs/pdfstandards/pdfreference1.4.pdf)."""
    lines = list(_lines(paper))
    pages = [lines[start : start + _LINES_PER_PAGE] for start in range(0, len(lines), _LINES_PER_PAGE)]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        stream = _stream(page)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {5 + 2 * number} 0 R >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    return _file(objects)


def _lines(paper: RecordedPaper) -> Iterator[tuple[int, str]]:
    """Lay the paper out: font size and text, line by line."""
    for line in textwrap.wrap(paper.title, 60):
        yield 16, line
    for line in textwrap.wrap(", ".join(paper.authors), 90):
        yield 10, line
    numbered = ((f"{number} {part.title}", part.paragraphs) for number, part in enumerate(paper.sections, 1))
    for title, texts in (("Abstract", [paper.abstract]), *numbered, ("References", paper.references)):
        yield 10, ""
        yield 13, title
        for text in texts:
            yield 10, ""
            for line in textwrap.wrap(text, 92):
                yield 10, line


def _stream(page: list[tuple[int, str]]) -> bytes:
    shown = []
    for size, line in page:
        raw = line.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        shown.append(b"/F1 %d Tf (%s) Tj T*" % (size, raw))
    return b"BT 13.5 TL 72 740 Td\n" + b"\n".join(shown) + b"\nET"


def _file(objects: list[bytes]) -> bytes:
    body, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    body += b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
        len(objects) + 1,
        len(body),
    )
    return bytes(body)
