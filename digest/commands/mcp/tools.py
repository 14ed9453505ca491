"""What a language model may ask of the archive: search, day, paper, evidence. Reads, and nothing else."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Annotated, Any

import msgspec
from pydantic import Field

from digest.commands.mcp.index import Index
from digest.errors import ArchiveError
from digest.model import schema
from digest.stages.export import PublishedPaper

_DAY = Field(description="YYYY-MM-DD", max_length=100)
_SERIES = Field(description="another language or profile, as `en` or `lab`; empty for the first", max_length=60)
_PAPER = Field(description="arXiv ID or link, DOI, or another id that search returned", max_length=600)

_NAMED = 6
"""So many authors are named; papers of large teams have hundreds."""


class ArchiveTools:
    """The tools. Files that changed since the last call are read anew."""

    def __init__(self, several: Mapping[str, Index]) -> None:
        """`several` are the papers of each series, by its name."""
        self._several = several

    def search(
        self,
        query: Annotated[str, Field(description="words, names, a question or an id", max_length=400)],
        limit: Annotated[int, Field(ge=1, le=50)] = 10,
        topic: Annotated[str, Field(description="only papers of this topic", max_length=100)] = "",
        since: Annotated[str, Field(description="only days from YYYY-MM-DD on", max_length=100)] = "",
        until: Annotated[str, Field(description="only days up to YYYY-MM-DD", max_length=100)] = "",
        series: Annotated[str, _SERIES] = "",
    ) -> dict[str, Any]:
        """Find papers by title, summary, authors, topics and abstract, best match first.

        `left_out` are words of the query that these papers need not hold; `read_as` says how mistyped ones were read.
        """
        index = self._of(series)
        for name, bound in (("since", since), ("until", until)):
            if bound:
                _day_of(bound, name)
        found = index.search(query, topic, since, until)
        rows = [_row(one) for one in index.load(found.papers[:limit])]
        more = {"left_out": found.left_out, "read_as": found.read_as, "unreadable": index.damaged}
        return {"found": len(found.papers), "papers": rows, **{name: said for name, said in more.items() if said}}

    def day(self, day: Annotated[str, _DAY], series: Annotated[str, _SERIES] = "") -> dict[str, Any]:
        """List the papers of a day in their order, with their one-line summaries."""
        index = self._of(series)
        _day_of(day, "day")
        papers = index.day(day)
        if not papers:
            near = index.near(day)
            raise ArchiveError(f"no papers on {day}", hint=f"days with papers nearby: {', '.join(near) or 'none'}")
        return {"day": day, "papers": [_row(one) for one in papers]}

    def paper(self, id: Annotated[str, _PAPER], series: Annotated[str, _SERIES] = "") -> dict[str, Any]:
        """Return a paper: record, abstract, the seven fields of its summary, and what the checks could not confirm."""
        one = self._found(id, series)
        cited, made = one.citation, one.entry.provenance
        whole = {
            **_row(one), "submitted": cited.submitted, "abstract": cited.abstract, "doi": cited.doi, "pdf": cited.pdf,
            "code": one.entry.paper.code, "summary": one.fields,
            "unconfirmed": [f"{heading}: {what}" for heading, what in one.doubts],
            "read_from": made.origin, "model": made.model,
        }  # fmt: skip
        return _known(whole)

    def evidence(
        self,
        id: Annotated[str, _PAPER],
        field: Annotated[str, Field(description="goal, method, results …; empty for all", max_length=40)] = "",
        series: Annotated[str, _SERIES] = "",
    ) -> dict[str, Any]:
        """Return the passages of the paper that each claim of its summary rests on, verbatim."""
        one = self._found(id, series)
        field = field.strip().lower()
        if field and field not in schema.NAMES:
            raise ArchiveError(f"unknown field {field!r}", hint=f"fields: {', '.join(schema.NAMES)}")
        names = [name for name in one.fields if not field or name == field]
        claims = {
            name: [
                {"claim": claim.text, "passages": [msgspec.to_builtins(anchor) for anchor in claim.anchors]}
                for claim in one.entry.claims_of(name)
            ]
            for name in names
        }
        said: dict[str, Any] = {"claims": claims} if any(claims.values()) else {"claims": {}, "why": _unsupported(one)}
        return {"id": one.citation.id, "title": one.citation.title, "link": one.citation.url, **said}

    def _of(self, series: str) -> Index:
        if series not in self._several:
            known = ", ".join(name or "(empty: the first)" for name in self._several)
            raise ArchiveError(f"unknown series {series[:60]!r}", hint=f"series: {known}")
        return self._several[series]

    def _found(self, raw: str, series: str) -> PublishedPaper:
        index = self._of(series)
        paper_id = index.called(raw)
        if paper_id is None:
            raise ArchiveError(f"{raw[:60]!r} is not the id of a paper", hint="use one like 2511.09146")
        one = index.paper(paper_id)
        if one is None and index.damaged:
            raise ArchiveError(
                f"{raw[:60]!r} is not in what can be read of this archive", hint="; ".join(index.damaged)
            )
        if one is None:
            raise ArchiveError(f"{raw[:60]!r} is not in this archive", hint="search finds what is")
        return one


def _day_of(text: str, name: str) -> None:
    """Refuse what is no day as the archive writes it."""
    with suppress(ValueError):
        if date.fromisoformat(text).isoformat() == text:
            return
    raise ArchiveError(f"{name}: {text!r} is not a day", hint="use one like 2025-11-17")


def _row(one: PublishedPaper) -> dict[str, Any]:
    return _known({
        "id": one.citation.id, "title": one.citation.title, "tldr": one.entry.summary.tldr, "day": one.day,
        "rank": one.rank, "topics": list(one.topics), **_people(one.citation.authors),
        "upvotes": one.entry.paper.upvotes, "link": one.citation.url, "page": one.page,
        "signs": list(one.entry.signs), "unchecked": one.entry.provenance.origin == "imported" or None,
    })  # fmt: skip


def _unsupported(one: PublishedPaper) -> str:
    """Say why nothing is known of the passages of a paper."""
    if one.entry.provenance.origin == "imported":
        return "the summary was imported from a post; no passages were kept, and none of it was checked"
    return "the edition holds no passages for what was asked"


def _people(names: Sequence[str]) -> dict[str, Any]:
    left = len(names) - _NAMED
    return {"authors": list(names[:_NAMED]), "more_authors": left if left > 0 else None}


def _known(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value not in (None, "", [])}
