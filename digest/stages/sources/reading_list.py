"""A reading list of one's own: references, ids in a text, or PDF files. The same on every day, until they are read."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import PurePath

from digest.config import FileSource
from digest.errors import FetchError, NotThere
from digest.model import BadPaperId, Fetched, Listing, Paper, PaperId, paper_links, references
from digest.model.references import Reference
from digest.model.text import decoded, one_line
from digest.stages.sources import pdf_title
from digest.stages.sources.records import Records

Get = Callable[[str, str], Fetched]
_WILD = re.compile(r"[*?\[]")
_COMMENT = re.compile(r"(?:^|\s)#(?!file-).*")
_BULLET = re.compile(r"^\s{0,20}(?:[-*+]|\d{1,3}[.)])\s{1,9}(?:\[[ xX]\]\s{1,9})?")
_LINK = re.compile(r"\[([^\[\]]{0,300})\]\(([^()\s]{1,600})\)")
_MOST_LINES = 20_000
_PDF, _UNKNOWN = b"%PDF", "\ufffd"


def list_day(_day: date, get: Get, config: FileSource) -> Listing:
    """List what is on the list, in its order. Raises NotThere where there is no such file, FetchError."""
    several = _WILD.search(config.path) is not None
    paths = get("file", config.path).body.decode("utf-8", "replace").split("\n") if several else [config.path]
    records = Records(config.label)
    for path in filter(None, paths):
        try:
            for paper in _papers(path, get):
                if isinstance(paper, str):
                    records.leave_out(paper)
                else:
                    records.add(paper)
        except FetchError as error:
            if not several:
                raise
            records.leave_out(str(error))
    return records.listing()


def _papers(path: str, get: Get) -> Iterator[Paper | str]:
    """Return the papers of a file, and of each record that is none why. Raises FetchError."""
    body = get("file", path).body
    if PurePath(path).suffix.lower() == ".pdf":
        yield _of_pdf(path, body) if _PDF in body[:1024] else f"{path}: is no PDF"
    elif (listed := references.parse(path, body)) is not None:
        if not listed and body.strip():
            raise NotThere(f"file {path}: no references found")
        yield from (_of_reference(one, path, get) for one in listed)
    else:
        yield from _of_lines(decoded(body))


def _of_pdf(path: str, body: bytes) -> Paper:
    """Make a paper of a file: known by an id in its name, else by what is in it."""
    name = PurePath(path).stem
    try:
        paper_id = PaperId.parse(name.replace("_", "/", 1) if name.startswith("10.") else name).base
    except BadPaperId:
        paper_id = PaperId.of_file(body)
    return Paper(id=paper_id, title=pdf_title.find(body) or _words(name), pdf=path)


def _of_reference(one: Reference, path: str, get: Get) -> Paper | str:
    """Make a paper of a reference. One without any id is known by its PDF, where there is one beside the list."""
    if _UNKNOWN in one.title:
        return f"{one.title[:80]}: not in UTF-8"
    file = _beside(one.pdf, path)
    paper_id = one.id
    if file and paper_id is None:
        try:
            paper_id = PaperId.of_file(get("file", file).body)
        except FetchError as error:
            return f"{one.title[:80]}: {error}"
    if paper_id is None:
        return f"{one.title[:80]}: no DOI, arXiv ID, address or file"
    web = one.pdf if one.pdf.startswith(("https://", "http://")) else None
    return Paper(
        id=paper_id,
        title=one.title,
        abstract=one.abstract,
        authors=one.authors,
        submitted=datetime.combine(one.added, time(), UTC) if one.added else None,
        doi=one.doi,
        pdf=file or web,
    )


def _of_lines(text: str) -> Iterator[Paper | str]:
    """Read a line each: an id or an address, then perhaps a title; `#` begins a comment. Also as Markdown has lists."""
    for line in text.splitlines()[:_MOST_LINES]:
        words = _LINK.sub(r"\2 \1", _BULLET.sub("", _COMMENT.sub("", line), count=1), count=1).split(maxsplit=1)
        if not words:
            continue
        if _UNKNOWN in line:
            yield f"{words[0]}: not in UTF-8"
            continue
        try:
            paper_id = PaperId.pasted(words[0]).base
        except BadPaperId as cause:
            yield cause.what
            continue
        web = words[0] if words[0].startswith(("https://", "http://")) else ""
        is_pdf = paper_links.is_pdf(web)
        yield Paper(
            id=paper_id,
            title=one_line(words[1]) if len(words) > 1 else _words(PurePath(web).stem) if is_pdf else str(paper_id),
            pdf=web if is_pdf else None,
        )


def _beside(file: str, path: str) -> str:
    """Return the path of a file that a list names, where it lies in the list's folder; nothing else is read."""
    if not file or file.startswith(("https://", "http://")):
        return ""
    folder = PurePath(path).parent
    inside = PurePath(file)
    if inside.is_absolute():
        if not folder.is_absolute() or not inside.is_relative_to(folder):
            return ""
        inside = inside.relative_to(folder)
    return "" if ".." in inside.parts else (folder / inside).as_posix()


def _words(name: str) -> str:
    return one_line(name.replace("_", " ").replace("-", " ")) or name
