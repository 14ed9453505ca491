"""RIS, as Zotero, EndNote and publishers write it: a tag of two letters, two spaces, a hyphen, the value."""

import re
from collections import defaultdict

from digest.model.references.fields import Reference, reference

_LINE = re.compile(r"([A-Z][A-Z0-9])[ \t]{1,4}-(?:[ \t](.*))?$")


def parse(raw: str) -> tuple[Reference, ...]:
    """Read all references that have a title; a line without a tag goes on with the one before it."""
    found: list[Reference] = []
    values: dict[str, list[str]] = defaultdict(list)
    last = ""
    for line in (*raw.splitlines(), "ER  -"):
        tagged = _LINE.match(line)
        if tagged is None:
            if last and values[last]:
                values[last][-1] += f" {line.strip()}"
            continue
        last = tagged[1]
        if last in {"ER", "TY"}:
            found += filter(None, [_reference(values)])
            values, last = defaultdict(list), ""
        else:
            values[last].append((tagged[2] or "").strip())
    return tuple(found)


def _reference(values: dict[str, list[str]]) -> Reference | None:
    def first(*tags: str) -> str:
        return next((value for tag in tags for value in values.get(tag, ()) if value), "")

    def every(*tags: str) -> list[str]:
        return [value for tag in tags for value in values.get(tag, ())]

    links = every("DO", "UR", "L1", "L2", "AN", "M1", "N1")
    dates = [first("DA"), first("Y1"), first("PY")]
    return reference(
        first("TI", "T1", "CT"),
        first("AB", "N2"),
        authors=every("AU", "A1"),
        links=links,
        files=every("L1", "UR"),
        dates=dates,
    )
