"""The second reader: the PDF. It is parsed in a child process, so that a hostile or huge one costs the paper only.

Does not OCR. The child gets no environment (so no secret), no right to write files, and limits on memory and time.
"""

import importlib.util
import os
import re
import selectors
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from digest.adapters.http import deadline
from digest.adapters.http.deadline import SLICE
from digest.adapters.process import children
from digest.errors import NotThere, OutOfTime, Refused
from digest.model import ArxivId, Document, Fetched, Paper
from digest.stages.fulltext import belonging, open_access
from digest.stages.fulltext import sections as outline
from digest.stages.fulltext.pdf import blocks, lines
from digest.stages.fulltext.pdf import child as pdf_child
from digest.stages.fulltext.pdf.bookmarks import Bookmark
from digest.stages.fulltext.pdf.glyphs import legible
from digest.stages.fulltext.pdf.lines import Line
from digest.stages.fulltext.reader import Get

if TYPE_CHECKING:
    from digest.config import FulltextConfig

LEAST_PROSE = 1_500
"""Characters of prose below which a PDF is a scan, a notice or empty."""
_START = re.compile(rb"%PDF-\d")
_LATEST_START = 64 << 10
"""Bytes of anything else that may stand before a PDF: headers of mail and of gateways."""
_MOST_OUTPUT = 32 << 20
_ENVIRONMENT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")
"""What a Python that is not installed in the usual place needs to start; nothing else is passed on."""


class FileText(msgspec.Struct, frozen=True):
    """What the child process finds in a file."""

    pages: list[list[Line]] = []
    """The visible lines of the first pages."""
    count: int = 0
    """All pages of the file."""
    outline: list[Bookmark] = []
    """The file's own."""
    unknown: dict[str, str] = {}
    """Private characters of the lines that stand for ligatures: the last letter, if that is known."""
    error: str = ""


def read(paper: Paper, get: Get, config: "FulltextConfig") -> Document:
    """Return what the PDF says: arXiv's, or the one that a paper's source says is open.

    Raises FetchError: the GET's own, Refused for what is no readable PDF, NotThere without text or PDF.
    """
    on_arxiv = isinstance(paper.id, ArxivId)
    place = ("arxiv", f"/pdf/{paper.id.at(paper.version)}") if on_arxiv else open_access.place(paper, "pdf")
    return belonging.document(paper, get, place, whole=is_pdf, parse=lambda page: parse(paper, page, config))


def is_pdf(page: Fetched) -> bool:
    """Return whether a PDF begins in it, whatever the service calls it, and arrived to its end."""
    return _START.search(page.body, 0, _LATEST_START) is not None and belonging.is_whole_pdf(page.body)


def parse(paper: Paper, fetched: Fetched, config: "FulltextConfig") -> Document:
    """Return the PDF as a document, in the version of arXiv's stamp. Starts and ends one child process.

    Raises Refused where the file is no PDF, or its reader took too long or too much memory; NotThere without text.
    """
    start = _START.search(fetched.body, 0, _LATEST_START)
    if start is None:
        raise Refused("not a PDF")
    found = extract(
        fetched.body[start.start() :],
        seconds=config.pdf_seconds,
        megabytes=config.pdf_memory_mb,
        pages=config.pdf_pages,
    )
    pages, count = found.pages, found.count
    raw = "\n".join(line.text for page in pages for line in page)
    if len(raw) >= LEAST_PROSE and not legible(raw):
        raise NotThere("the PDF has no readable text: its fonts do not say which characters they show")
    sections = outline.sections(blocks.blocks(pages, found.outline, found.unknown))
    prose = sum(len(section.text) for section in sections)
    if prose < LEAST_PROSE:
        raise NotThere(f"the PDF has almost no text ({prose} characters)")
    return Document(
        id=paper.id.at(lines.version(pages, paper.id.base) or paper.version),
        origin="pdf",
        sections=sections,
        url=fetched.url,
        left_out=(f"pages {len(pages) + 1} to {count}",) if count > len(pages) else (),
    )


def extract(body: bytes, *, seconds: float, megabytes: int, pages: int) -> FileText:
    """Return what a child process finds in a file. Raises Refused with the reason, or OutOfTime."""
    spec = importlib.util.find_spec("pypdfium2_raw")
    folder = str(Path(spec.origin).parent.parent) if spec is not None and spec.origin else ""
    command = [sys.executable, "-I", "-S", str(Path(pdf_child.__file__))]
    with tempfile.TemporaryFile() as stdin:
        stdin.write(body)
        stdin.seek(0)
        reader = children.start(
            [*command, str(megabytes), str(int(seconds) + 1), str(pages), folder],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        )
    try:
        output = _drain(reader, time.monotonic() + seconds)
    finally:
        children.end(reader)
    if output is None and deadline.left() <= 0:
        raise OutOfTime("the run is out of time")
    if output is None:
        raise Refused(f"reading the PDF took longer than {seconds:g} s")
    if len(output) > _MOST_OUTPUT:
        raise Refused("the PDF has too much text for a paper")
    try:
        found = msgspec.json.decode(output, type=FileText)
    except msgspec.DecodeError as error:
        if output.endswith(b"}"):
            raise Refused(f"the PDF could not be read: its reader's answer is malformed ({error})") from None
        raise Refused(f"the PDF could not be read within {megabytes} MB and {seconds:g} s") from None
    if found.error:
        raise Refused(f"the PDF could not be read: {found.error}")
    return found


def _drain(reader: "subprocess.Popen[bytes]", end: float) -> bytes | None:
    """Return what the child writes until it closes its output or has written too much; None when time is up."""
    parts: list[bytes] = []
    size = 0
    with selectors.DefaultSelector() as selector:
        assert reader.stdout is not None  # noqa: S101 - a pipe was asked for
        selector.register(reader.stdout, selectors.EVENT_READ)
        while size <= _MOST_OUTPUT:
            if (left := min(end - time.monotonic(), deadline.left())) <= 0:
                return None
            if not selector.select(max(0.0, min(SLICE, left))):
                continue
            part = os.read(reader.stdout.fileno(), 1 << 16)
            if not part:
                break
            parts.append(part)
            size += len(part)
    return b"".join(parts)
