"""Files of references → the papers in them; the table of formats."""

from collections.abc import Callable, Mapping

from digest.errors import ConfigError
from digest.model import Example
from digest.stages.selection.examples import bibtex, csl, ris

FORMATS: Mapping[str, Callable[[str], tuple[Example, ...]]] = {
    ".bib": bibtex.parse,
    ".ris": ris.parse,
    ".json": csl.parse,
}
"""Ending of a file's name → what reads it."""


def parse(name: str, raw: bytes) -> tuple[Example, ...]:
    """Read a file of references by the ending of its name. Raises ConfigError where it holds none."""
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    if ending not in FORMATS:
        known = ", ".join(FORMATS)
        raise ConfigError(f"taste.examples.files: {name}: unknown format", hint=f"use a file that ends in {known}")
    found = FORMATS[ending](raw.decode("utf-8-sig", "replace"))
    if not found:
        raise ConfigError(f"taste.examples.files: {name}: no references found", hint="export the library again")
    return found
