"""arXiv's OAI-PMH: pages of records in the format arXivRaw, the only one with the moment of every version.

Sources: https://info.arxiv.org/help/oa/index.html, https://www.openarchives.org/OAI/openarchivesprotocol.html
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from digest.errors import FetchError, Unavailable
from digest.model import ArxivId, BadArxivId, Paper
from digest.model.text import one_line
from digest.stages.sources import atom
from digest.stages.sources.arxiv.accents import letters
from digest.stages.sources.arxiv.withdrawal import is_withdrawn

ALL = "all"
"""The category that stands for the whole of arXiv."""
_OAI, _RAW = "{http://www.openarchives.org/OAI/2.0/}", "{http://arxiv.org/OAI/arXivRaw/}"
_GROUPS = {"cs", "econ", "eess", "math", "q-bio", "q-fin", "stat"}
_MOST = 20_000  # records of a page; the service sends about 1,300
_BETWEEN_AUTHORS = re.compile(r",? and |, ?|;")
_SUFFIXES = {"jr", "sr", "ii", "iii", "iv"}


class ExpiredToken(Unavailable):
    """The service does not know how to go on with a list that it began: it has to be asked for from its beginning."""


@dataclass(frozen=True)
class ArxivRecord:
    """What the service knows of a paper; `paper` is None where it was deleted."""

    id: ArxivId
    stamp: date
    """When the record was last changed: by an announcement, or by a correction of its metadata."""
    paper: Paper | None


@dataclass(frozen=True)
class RecordPage:
    """One answer to ListRecords."""

    responded: date
    """The day on the service's own clock."""
    records: tuple[ArxivRecord, ...] = ()
    token: str = ""
    """With what to ask for the next page; empty on the last."""
    unread: int = 0
    """How many records could not be read."""


def path(category: str, first: date, last: date | None = None) -> str:
    """Return what to ask for: all records of a category that changed from one day on, or between two days."""
    query = {"verb": "ListRecords", "metadataPrefix": "arXivRaw", "from": str(first)}
    query |= {"until": str(last)} if last else {}
    query |= {"set": _set(category)} if category != ALL else {}
    return f"/oai?{urlencode(query, safe=':')}"


def next_path(token: str) -> str:
    """Return what to ask for to get the page after one that ended with a token."""
    return f"/oai?{urlencode({'verb': 'ListRecords', 'resumptionToken': token})}"


def read(body: bytes) -> RecordPage:
    """Read an answer. Raises ExpiredToken, Unavailable where it is none, FetchError where the question was wrong."""
    if b"<OAI-PMH" not in body[:2000]:  # throttling and maintenance come with status 200 too
        begin = one_line(body[:60].decode("utf-8", "replace"))
        raise Unavailable(f"arxiv_oai: expected an OAI-PMH document, got {begin!r}")
    try:
        root = atom.parse_as(body.decode("utf-8", "replace"), ("OAI-PMH",))
        responded = datetime.fromisoformat(_line(root, f"{_OAI}responseDate")).astimezone(UTC).date()
    except ValueError as cause:
        raise Unavailable(f"arxiv_oai: the answer cannot be read: {one_line(str(cause))[:80]}") from cause
    if (error := root.find(f"{_OAI}error")) is not None:
        return _without_records(error, responded)
    found = root.findall(f"{_OAI}ListRecords/{_OAI}record")
    if len(found) > _MOST:
        raise Unavailable(f"arxiv_oai: {len(found):,} records on a page, which is not plausible")
    records = tuple(record for one in found if (record := _record(one)))
    token = (root.findtext(f"{_OAI}ListRecords/{_OAI}resumptionToken") or "").strip()
    return RecordPage(responded, records, token, len(found) - len(records))


def _without_records(error: Element, responded: date) -> RecordPage:
    code, words = error.get("code", ""), one_line(error.text or "")[:100]
    if code == "noRecordsMatch":
        return RecordPage(responded)
    if code == "badResumptionToken":
        raise ExpiredToken(f"arxiv_oai: the list cannot be continued: {words}")
    raise FetchError(f"arxiv_oai: rejected the query: {code}: {words}")


def _record(found: Element) -> ArxivRecord | None:
    """Read a record; None where it is no paper."""
    header, raw = found.find(f"{_OAI}header"), found.find(f"{_OAI}metadata/{_RAW}arXivRaw")
    if header is None:
        return None
    try:
        paper_id = ArxivId.parse(_line(header, f"{_OAI}identifier").removeprefix("oai:arXiv.org:")).base
        stamp = date.fromisoformat(_line(header, f"{_OAI}datestamp")[:10])
        if header.get("status") == "deleted":
            return ArxivRecord(paper_id, stamp, None)
        return None if raw is None else ArxivRecord(paper_id, stamp, _paper(paper_id, raw))
    except (BadArxivId, ValueError, TypeError):
        return None


def _paper(paper_id: ArxivId, raw: Element) -> Paper:
    """Read the metadata of a paper. Raises ValueError where it has no title, or no moment of submission."""
    versions = [parsedate_to_datetime(_line(one, f"{_RAW}date")) for one in raw.iterfind(f"{_RAW}version")]
    title = letters(_line(raw, f"{_RAW}title"))
    if not (versions and title):
        raise ValueError("no version or no title")
    moments = [moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC) for moment in versions]
    comment, abstract = (letters(_line(raw, f"{_RAW}{name}")) for name in ("comments", "abstract"))
    return Paper(
        id=paper_id,
        title=title,
        abstract=abstract,
        authors=authors(_line(raw, f"{_RAW}authors")),
        submitted=min(moments),
        updated=max(moments),
        categories=tuple(dict.fromkeys(_line(raw, f"{_RAW}categories").split())),
        comment=comment or None,
        version=len(moments),
        withdrawn=is_withdrawn(comment, abstract),
    )


def authors(raw: str) -> tuple[str, ...]:
    """Read a line of authors, as they typed it: affiliations in parentheses are dropped."""
    names: list[str] = []
    for part in _BETWEEN_AUTHORS.split(_without_parentheses(letters(raw))):
        name = one_line(part)
        if names and name.rstrip(".").lower() in _SUFFIXES:
            names[-1] = f"{names[-1]}, {name}"
        elif name and name != ":":
            names.append(name)
    return tuple(names)


def _without_parentheses(raw: str) -> str:
    kept, depth = [], 0
    for char in raw:
        if char == ")":
            depth = max(0, depth - 1)
        else:
            depth += char == "("
            kept.append("" if depth else char)
    return "".join(kept)


def _set(category: str) -> str:
    """Return the service's name for a category or an archive, such as `cs:cs:CL`, `physics:hep-th` or `cs`."""
    archive, _, subject = category.partition(".")
    if archive in _GROUPS:
        return f"{archive}:{archive}:{subject}" if subject else archive
    if archive == "physics":
        return f"physics:physics:{subject}" if subject else "physics"
    return ":".join(filter(None, ("physics", archive, subject)))


def _line(element: Element, where: str) -> str:
    return one_line(element.findtext(where, ""))
