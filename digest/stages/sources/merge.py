"""The lists of several sources as one: each paper once, with all that they know of it and who listed it. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

import msgspec

from digest.errors import FetchError
from digest.model import ArxivId, Listing, Paper
from digest.model.text import one_line

_WORDS = re.compile(r"[^\W_]+")
_LEAST_WORDS, _LEAST_LETTERS = 4, 20
"""Titles shorter than that ("Editorial", "Introduction") do not tell papers apart."""


class Labelled(Protocol):
    """What merging asks of the settings of a source."""

    @property
    def label(self) -> str:
        """What papers and messages call the source."""


def merged(sources: Iterable[tuple[Labelled, Callable[[], Listing]]]) -> Listing:
    """List by each source and join what came. One that fails is a problem, and leaves the day open.

    Raises FetchError where none of them answers.
    """
    listed: list[tuple[str, Listing]] = []
    failed: list[tuple[str, FetchError]] = []
    for source, ask in sources:
        try:
            listed.append((source.label, ask()))
        except FetchError as error:
            failed.append((source.label, error))
    if failed and not listed:
        raise failed[0][1]
    if len(listed) == 1 and not failed:
        return listed[0][1]
    return Listing(
        papers=tuple(joined((label, paper) for label, listing in listed for paper in listing.papers)),
        problems=(
            *(problem for _, listing in listed for problem in listing.problems),
            *(f"continuing without {label}: {one_line(str(error))}" for label, error in failed),
        ),
        open=bool(failed) or any(listing.open for _, listing in listed),
        unread=tuple(record for _, listing in listed for record in listing.unread),
    )


def joined(papers: Iterable[tuple[str, Paper]]) -> Iterator[Paper]:
    """Return each paper once, in the order of the first list that has it, with who listed it.

    Papers are one where they share arXiv id, DOI or title; what the first list does not know the others add.
    """
    groups: list[list[tuple[str, Paper]]] = []
    known: dict[str, int] = {}
    for label, paper in papers:
        keys = _keys(paper)
        places = sorted({known[key] for key in keys if key in known})
        place = places[0] if places else len(groups)
        if not places:
            groups.append([])
        for other in places[1:]:  # this one shows that two of them are one: preprint here, journal there
            groups[place] += groups[other]
            groups[other] = []
        groups[place].append((label, paper))
        joined_keys = (key for key, at in known.items() if at in places) if len(places) > 1 else ()
        known |= dict.fromkeys((*joined_keys, *keys), place)
    return (_one(group) for group in groups if group)


def _one(group: list[tuple[str, Paper]]) -> Paper:
    labels = tuple(dict.fromkeys(label for label, _ in group))
    # An arXiv id names the paper wherever it is listed, and is what earlier days know it by; then a DOI.
    ranked = sorted((paper for _, paper in group), key=lambda one: (not isinstance(one.id, ArxivId), not one.id.doi))
    first, whole = group[0][1], ranked[0]
    dois = [one.doi or one.id.doi for one in ranked if one.doi or one.id.doi]
    absent = {
        name: next((value for one in ranked if (value := getattr(one, name))), getattr(whole, name))
        for name in Paper.__struct_fields__
        if name not in ("id", "title", "sources", "doi", "version", "withdrawn") and not getattr(whole, name)
    }
    return msgspec.structs.replace(
        whole,
        **absent,
        title=first.title,
        sources=labels,
        doi=next((doi for doi in dois if doi != whole.id.doi), None),
        withdrawn=any(one.withdrawn for one in ranked),
    )


def _keys(paper: Paper) -> tuple[str, ...]:
    """Return what a paper is known by: its id, its DOI, its title where that says enough."""
    words = _WORDS.findall(paper.title.casefold())
    title = " ".join(words) if len(words) >= _LEAST_WORDS and len("".join(words)) >= _LEAST_LETTERS else ""
    dois = {f"doi:{paper.doi.lower()}" if paper.doi else "", f"title:{title}" if title else ""}
    return (paper.id.base, *sorted(dois - {""}))
