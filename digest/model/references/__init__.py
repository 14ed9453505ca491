"""Files of references → what they say of each paper; the table of formats. Pure."""

from collections.abc import Callable, Mapping

from digest.model.references import bibtex, csl, ris
from digest.model.references.fields import Reference
from digest.model.text import decoded

__all__ = ["FORMATS", "Reference", "parse"]

FORMATS: Mapping[str, Callable[[str], tuple[Reference, ...]]] = {
    ".bib": bibtex.parse,
    ".ris": ris.parse,
    ".json": csl.parse,
}
"""Ending of a file's name → what reads it."""


def parse(name: str, raw: bytes) -> tuple[Reference, ...] | None:
    """Read a file of references by the ending of its name; None where it is in none of the formats."""
    read = FORMATS.get(name[name.rfind(".") :].lower()) if "." in name else None
    return read(decoded(raw)) if read else None
