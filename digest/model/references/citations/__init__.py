"""A paper as others cite it, and the formats in which reference managers read that. Pure."""

from collections.abc import Callable, Mapping

from digest.model.references.citations import bibtex, csl, ris
from digest.model.references.citations.citation import Citation

__all__ = ["FORMATS", "Citation"]

FORMATS: Mapping[str, Callable[[Citation], str]] = {".bib": bibtex.entry, ".ris": ris.record, ".json": csl.item}
"""Ending of a file's name → what writes one paper for it; `csl.joined` makes a file of several items."""
