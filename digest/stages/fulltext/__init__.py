"""Read a paper with the first of several readers that gives something, the best first."""

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from digest.adapters import plugins
from digest.errors import FetchError, NotThere, Unavailable
from digest.model import Document, Paper, Section
from digest.stages.fulltext import abstract, hf_markdown, html, pdf
from digest.stages.fulltext.reader import DocumentReader, Get
from digest.stages.fulltext.trimming import trim

if TYPE_CHECKING:
    from digest.config import FulltextConfig

__all__ = ["READERS", "DocumentReader", "Get", "read", "trim"]

READERS: dict[str, DocumentReader] = {
    "html": html.read,
    "pdf": pdf.read,
    "markdown": hf_markdown.read,
    "abstract": abstract.read,
}
"""Every way to read a paper. A further one is a module with a `read` and a line here, or an installed package's."""


def read(paper: Paper, get: Get, config: "FulltextConfig") -> Document:
    """Return what can be read of a paper, by the first reader of `config.order` that gives something.

    `Document.missed` says why each earlier reader gave nothing. An abstract is `provisional` where one of the full
    texts was merely out of reach: a later run can do better. A document without an abstract gets the one of the
    paper's record. Of a withdrawn paper only the abstract is read. Does not trim, cache or retry.

    Raises FetchError where no reader gave anything, Unavailable where asking again may help.
    """
    passing = False
    missed: list[str] = []
    for origin in config.order:
        try:
            if paper.withdrawn and origin != "abstract":
                raise NotThere("the paper is withdrawn")
            read_one = READERS.get(origin) or partial(plugins.call, "readers", origin, Document)
            document = read_one(paper, get, config)
        except FetchError as error:
            passing = passing or isinstance(error, Unavailable)
            # Without the version, which is known before the reading or only after it.
            missed.append(f"{origin}: {str(error).replace(paper.id.at(paper.version), paper.id.base)}")
            continue
        return replace(
            document,
            missed=tuple(missed),
            sections=_with_abstract(document, paper),
            provisional=document.origin == "abstract" and passing,
        )
    if passing:
        raise Unavailable(f"no source of {paper.id} could be read: {'; '.join(missed)}")
    raise FetchError(f"no source of {paper.id} could be read: {'; '.join(missed)}")


def _with_abstract(document: Document, paper: Paper) -> tuple[Section, ...]:
    if any(section.kind == "abstract" for section in document.sections) or not paper.abstract.strip():
        return document.sections
    return (abstract.section(paper), *document.sections)
