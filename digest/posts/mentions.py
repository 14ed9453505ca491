"""A post by others in a form of its own → the papers that it presents: id and title, nothing else. Pure.

A paper counts where its link leads a heading, an item of a list, a row of a table or a line of its own, or stands below
a title that leads nowhere yet. One that is only named on the way, in a sentence or among references, does not: it would
be taken for published.
"""

import re
from dataclasses import dataclass, field

from digest.model import ArxivId, Paper
from digest.posts import titles
from digest.posts.outline import Block, blocks

_REFERENCES = re.compile(
    r"\W*(?:\d+[.)]?\s*)?(?:references?|bibliography|further reading|related (?:work|papers?)|see also|sources?"
    r"|참고(?:\s?(?:문헌|자료|논문))?|출처|각주|관련\s?(?:논문|연구|자료)|더 읽을거리|인용)\W*",
    re.IGNORECASE,
)
_TITLE = 1000
"""Titles are looked for in so many characters of a block."""
_AROUND = 200
"""So many characters beside the papers are an introduction, in a post of any length."""


@dataclass
class _Place:
    """A heading or an item that may be the title of what stands below it."""

    block: Block
    paper: ArxivId | None = None
    title: str = ""


@dataclass
class _Reading:
    """What has been read of a post so far."""

    found: dict[ArxivId, str] = field(default_factory=dict)
    headings: list[_Place] = field(default_factory=list)
    items: list[_Place] = field(default_factory=list)
    columns: tuple[str, ...] = ()
    inside: int = 0
    outside: int = 0
    """Characters of text that belongs to a paper, and of other text."""


def mentions(body: str, title: str = "") -> tuple[Paper, ...]:
    """Return the papers that a post presents, in its order; none where it is about something else.

    `body` is the text below the front matter, `title` what the post itself is called. The title of a paper is empty
    where the post has none.
    """
    reading = _Reading()
    for block in blocks(body):
        _read(block, reading, title)
    if reading.outside > max(_AROUND if len(reading.found) > 1 else 0, reading.inside):
        return ()
    return tuple(Paper(id=number, title=name) for number, name in reading.found.items())


def _read(block: Block, reading: _Reading, title: str) -> None:
    """Take one block: where it stands, then the papers that it leads to."""
    place = _place(block, reading, title)
    if any(_REFERENCES.fullmatch(above.block.text) for above in reading.headings):
        return
    text = block.text[:_TITLE]
    links = list(dict.fromkeys(number for _, number in ArxivId.linked(block.text)))
    links = links or [*filter(None, [titles.leading_id(text)])] if block.kind == "heading" else links
    if block.kind in {"item", "text"} and not links and (said := titles.labelled(text)):
        for one in [one for one in (*reading.headings, *reading.items) if one is not place][-1:]:
            one.title = said
    if block.kind == "row" and not links:
        reading.columns = titles.cells(text)
    above = [one for one in (*reading.headings, *reading.items) if one is not place]
    if not any(one.paper for one in above):
        for number in links[: 1 if place else None]:
            _present(number, block, place, above, reading)
    belongs = any(one.paper for one in above) or (place and place.paper) or links
    if belongs:
        reading.inside += len(block.text)
    elif block.kind in {"item", "text"}:
        reading.outside += len(block.text)


def _place(block: Block, reading: _Reading, title: str) -> _Place | None:
    """Enter a heading or an item under what it stands below; leave what it ends."""
    place = _Place(block, title="" if block.text == title else titles.of_line(block.text[:_TITLE]))
    if block.kind == "heading":
        reading.headings = [one for one in reading.headings if one.block.depth < block.depth]
        reading.headings.append(place)
        reading.items, reading.columns = [], ()
        return place
    if block.kind == "item" or block.depth == 0:
        reading.items = [one for one in reading.items if one.block.depth < block.depth]
    if block.kind != "item":
        return None
    reading.items.append(place)
    return place


def _present(number: ArxivId, block: Block, place: _Place | None, above: list[_Place], reading: _Reading) -> None:
    """Take a paper with its title: the link's own words, those around it, or those of the nearest title above."""
    text = block.text[:_TITLE]
    named = titles.of_link(text, number)
    if block.kind == "row":
        named = named or titles.of_row(text, reading.columns)
    owner = place
    if not named and block.kind != "row":
        own = block.kind == "item" and titles.is_bold(text)
        nested = None if own else next((one for one in reversed(above) if one.title), None)
        if nested and (block.kind == "text" or nested.block.kind == "item" or not (place and place.title)):
            named, owner = nested.title, nested
        elif place:
            named = place.title
        elif not titles.is_link_alone(text):
            return
    elif block.kind == "text" and not titles.leads(text, number):
        return
    if owner is not None:
        owner.paper = number
    if number not in reading.found or not reading.found[number]:
        reading.found[number] = named
