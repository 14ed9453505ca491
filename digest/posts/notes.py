"""The notes under an entry, as posts and pages say them, in the words of one language."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from digest.errors import ConfigError
from digest.model import schema
from digest.model.text import one_line

Doubt = tuple[str, str, str, str]
"""Field, kind of check, the words in doubt, and the paper's words against them; the last two may be empty."""
_HEADINGS = {field.name: field.heading for field in schema.FIELDS}


def say(words: Mapping[str, Any], note: str, **values: object) -> str:
    """Return one of the language's notes, on one line. Raises ConfigError where it asks for other values."""
    try:
        return one_line(words["notes"][note].format(**values))
    except (LookupError, ValueError, AttributeError) as cause:
        raise ConfigError(f"locale: notes.{note}: unknown placeholder; allowed: {{{'}, {'.join(values)}}}") from cause


def unconfirmed(
    doubts: Iterable[Doubt],
    words: Mapping[str, Any],
    write: Callable[[str], str] = str,
    headings: Mapping[str, str] = _HEADINGS,
) -> tuple[tuple[str, str], ...]:
    """Name what the checks could not confirm: by heading, in the order of the schema, each with the kind of its doubt.

    `write` puts words of the field or the paper into the form of the text that they go into. `headings` name the
    fields; without them they are called as in posts.
    """
    headings = {**{name: str(headings[name]) for name in _HEADINGS}, "tldr": str(words["notes"]["tldr"])}
    found: dict[str, dict[str, None]] = {name: {} for name in headings}
    for field, kind, where, paper in doubts:
        whole = "other_language" if kind == "language" and not where else kind_of(kind, paper)
        mark, said = str(words["findings"].get(whole) or words["findings"].get(kind, kind)), write(where)
        named = f"“{said}” ({mark})" if said else mark
        if paper:
            named = say(words, "against", claim=said, paper=write(paper), mark=mark)
        found.setdefault(field, {})[named] = None
    return tuple((headings.get(field, field), ", ".join(named)) for field, named in found.items() if named)


def kind_of(kind: str, paper: str) -> str:
    """Return what a doubt is called in the words of a language: a second reading contradicts, or finds nothing."""
    return "unstated" if kind == "verify" and not paper else kind
