"""Cut a sentence of an overview where it turns from one of its entries to another: `A는 …, B는 …`.

Knows an entry by the names of its title and contribution that no other entry of the sentence has. Where no such name is
the topic of a clause, the sentence speaks of all of its entries.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from digest.model import Entry

_NAME = re.compile(r"(?<![A-Za-z0-9-])[A-Z][A-Za-z0-9]*(?:[-.][A-Za-z0-9]+)*")
_SMALL = re.compile(r"^[a-z][A-Za-z0-9]*(?:[-.][A-Za-z0-9]+)*(?=:)")
"""What a title begins with that writes its own name small: `mixup: Beyond …`."""
_TOPIC = re.compile(r"(?:\([^()]*\))?(?:은|는|이|가|에서는|의)(?=\s)(?:\s(?P<each>모두|둘 다|셋 다|다 같이)\s)?")
_JOINED = re.compile(r"(?:\([^()]*\))?(?:와|과|,|·| 및|이랑|하고| and)\s?$")
_TURN = re.compile(r"(?:고|며|지만|는데|[,;])\s|\b(?:and|while|whereas|but)\s|^")
_BEFORE = re.compile(r"(?:^|[,;:]\s|\b(?:and|while|whereas|but)\s)$")
_VERB = re.compile(r"\s(?=[a-z]+s\b|is\b|has\b|does\b|both\b)")
_EACH = re.compile(r"(?:논문|편|연구)(?:은|이|는|가)?\s모두\s|\b[Bb]oth\b")

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\S)")


class Stretch(NamedTuple):
    """Words of a sentence, and the entries that they speak of: each of them, or all together."""

    text: str
    entries: tuple[Entry, ...]
    each: bool


class _Topic(NamedTuple):
    """What a clause is about: where it is named, which entries these are, and whether each of them is spoken of."""

    start: int
    end: int
    entries: tuple[Entry, ...]
    each: bool


_Mention = tuple[int, int, Entry]
"""Where a name stands that only one entry has: start, end, entry."""


def stretches(text: str, entries: Sequence[Entry]) -> list[Stretch]:
    """Cut a text at its topics; what stands before the first of a sentence speaks of all entries."""
    return [one for part in _SENTENCE.split(text) for one in _stretches(part, entries)]


def _stretches(text: str, entries: Sequence[Entry]) -> list[Stretch]:
    mentions = _mentions(text, entries)
    topics = _topics(text, mentions)
    if not topics or len(entries) < 2:
        return [Stretch(text, tuple(entries), len(entries) > 1 and bool(_EACH.search(text)))]
    found = []
    cuts = [0] if topics[0].start <= 0 else [_turn(text, 0, topics[0].start)]
    cuts += [_turn(text, before.end, after.start) for before, after in pairwise(topics)]
    if cuts[0] > 0:
        found.append(Stretch(text[: cuts[0]], tuple(entries), False))
    for topic, start, end in zip(topics, cuts, [*cuts[1:], len(text)], strict=True):
        # B is spoken of as well where A is put beside it: `A는 B와 달리 …`.
        named = [entry for place, _, entry in mentions if start <= place < end]
        spoken = tuple(entry for entry in entries if entry in topic.entries or entry in named)
        found.append(Stretch(text[start:end], spoken, topic.each and len(spoken) == len(topic.entries) > 1))
    return found


def _mentions(text: str, entries: Sequence[Entry]) -> list[_Mention]:
    """List the names of a text that only one entry has."""
    small = [_SMALL.findall(one.paper.title) for one in entries]
    names = [
        {*_NAME.findall(f"{one.paper.title}\n{one.summary.contribution}"), *own}
        for one, own in zip(entries, small, strict=True)
    ]
    written = "|".join(re.escape(name) for several in small for name in several)
    pattern = re.compile(rf"{_NAME.pattern}|(?<![A-Za-z0-9-])(?:{written})(?![A-Za-z0-9-])") if written else _NAME
    whole = [_NAME.findall("\n".join((one.paper.title, one.summary.goal, one.summary.contribution,
             one.summary.method, one.summary.results, one.summary.conclusion))) for one in entries]  # fmt: skip
    found = []
    for name in pattern.finditer(text):
        at = [place for place, own in enumerate(names) if name[0] in own]
        if len(at) == 1 and not any(name[0] in all_ for place, all_ in enumerate(whole) if place != at[0]):
            found.append((name.start(), name.end(), entries[at[0]]))
    return found


def _topics(text: str, mentions: Sequence[_Mention]) -> list[_Topic]:
    """List the names that are what a clause is about, joined ones as one."""
    topics = []
    group: tuple[Entry, ...] = ()
    start, last = -1, 0
    for begins, ends, entry in mentions:
        if start >= 0 and not _JOINED.search(text[last:begins]):
            start, group = -1, ()
        first = begins if start < 0 else start
        group = (*group, entry)
        if mark := _TOPIC.match(text, ends):
            topics.append(_Topic(first, ends, group, bool(mark["each"])))
            start, group = -1, ()
        elif _VERB.match(text, ends) and (len(group) > 1 or _BEFORE.search(text[:begins])):
            topics.append(_Topic(first, ends, group, False))
            start, group = -1, ()
        else:
            start, last = first, ends
    return topics


def _turn(text: str, start: int, end: int) -> int:
    """Return where the clause begins that has its topic at `end`."""
    turns = [turn.end() for turn in _TURN.finditer(text, start, end)]
    return turns[-1] if turns else end if start else 0
