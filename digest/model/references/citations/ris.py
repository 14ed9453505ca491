"""A citation → its record in RIS, a tag and a value a line, as Zotero, EndNote and Mendeley read it."""

from digest.model.references.citations.citation import Citation
from digest.model.references.citations.names import parted
from digest.model.text import one_line


def record(cited: Citation, notes: tuple[str, ...] = ()) -> str:
    """Write the record of one paper. `notes` follow as notes of the reference; lines end as the format wants it."""
    rows = [("TY", "UNPB"), ("TI", cited.shown or cited.title)]
    rows += [("AU", _author(name)) for name in cited.authors]
    rows += [("PY", cited.year)] if cited.year else []
    rows += [("DA", cited.submitted.replace("-", "/"))] if cited.submitted else []
    rows += [("PB", "arXiv"), ("AN", f"arXiv:{cited.id}")] if cited.on_arxiv else []
    plain = (
        ("DO", cited.doi), ("UR", cited.url), ("L1", cited.pdf), ("AB", cited.abstract),
        *(("KW", word) for word in cited.keywords), *(("N1", note) for note in notes), ("ID", cited.key),
    )  # fmt: skip
    rows += [(tag, value) for tag, value in plain if value]
    return "".join(f"{tag}  - {one_line(value)}\r\n" for tag, value in [*rows, ("ER", "")])


def _author(name: str) -> str:
    family, given, suffix = parted(name)
    return ", ".join(filter(None, (family, given, suffix)))
