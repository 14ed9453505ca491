"""What the formats of references have in common: text without markup, dates, arXiv ids."""

import re
from collections.abc import Iterable
from datetime import date

from digest.model import ArxivId, BadArxivId, Example
from digest.model.text import one_line

_DATE = re.compile(r"(?<!\d)(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?!\d)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")


def example(title: str, abstract: str = "", *, links: Iterable[str] = (), dates: Iterable[str] = ()) -> Example | None:
    """Make an example; None where there is no title. The first readable one of `links` and of `dates` is taken."""
    title = one_line(_TAG.sub("", title))
    if not title:
        return None
    ids = (found for link in links if (found := arxiv_id(link)))
    days = (moment for raw in dates if (moment := day(raw)))
    return Example(title=title, abstract=one_line(_TAG.sub("", abstract)), id=next(ids, ""), added=next(days, None))


def arxiv_id(raw: str) -> str:
    """Return the arXiv id in a text such as an address, a DOI or an `eprint` field; empty where there is none."""
    for _, found in ArxivId.linked(raw):
        return found
    try:
        return ArxivId.parse(raw).base
    except BadArxivId:
        return ""


def day(raw: str) -> date | None:
    """Return the first date of a text; a month begins with its first day, a year in its middle."""
    if not (found := _DATE.search(raw)):
        return None
    year, month, number = (int(part) if part else 0 for part in found.groups())
    try:
        return date(year, month or 7, number or 1)
    except ValueError:
        return date(year, 7, 1) if year else None
