"""Any publisher's page of a paper: the part of it that is the article. Nothing but what it shows to anybody."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from digest.errors import NotThere, Refused
from digest.model import Document, Fetched, Paper
from digest.stages.fulltext import belonging
from digest.stages.fulltext import sections as outline
from digest.stages.fulltext.html import latexml, traps

LEAST_PROSE = 4_000
"""Characters of prose below which a page is an abstract or a teaser: a paper has more."""
_MAIN = (
    "article .article__body", ".article.fulltext-view", "[itemprop=articleBody]", "#article-body", "article", "main",
    "[role=main]", "#content", "body",
)  # fmt: skip
_BESIDE = (
    ".references, .ref-list, .reference-list, #references, #bibliography, .author-list, .contributors, .license, "
    ".cookie, .related, .comments, .share, .newsletter, .breadcrumb, .highwire-markup-toc, [role=navigation]"
)
_CLOSED = re.compile(rb"[\"']isAccessibleForFree[\"']\s{0,9}:\s{0,9}[\"']?false", re.IGNORECASE)


def is_page(page: Fetched) -> bool:
    """Return whether it is a web page at all, and arrived to its end."""
    return b"<" in page.body[:2000] and not page.body.startswith(b"%PDF") and belonging.is_whole_html(page.body)


def parse(paper: Paper, fetched: Fetched) -> Document:
    """Return the page's article as a document. Pure.

    Raises NotThere where it is too short for one, Refused where it says that it is not free, or is built to hurt.
    """
    if _CLOSED.search(fetched.body):
        raise Refused("the page says that it is not free to read")
    body = traps.without_scripts(fetched.body)
    traps.refuse(body)
    root = _article(LexborHTMLParser(body))
    sections = outline.sections(latexml.blocks(root)) if root is not None else ()
    prose = sum(len(section.text) for section in sections)
    if prose < LEAST_PROSE:
        raise NotThere(f"the page has too little text for a paper ({prose} characters)")
    return Document(id=paper.id, origin="html", sections=sections, url=fetched.url)


def _article(page: LexborHTMLParser) -> LexborNode | None:
    """Return the innermost part of the page that holds most of its text, without what stands beside the article."""
    for beside in page.css(_BESIDE):
        beside.decompose()
    found = [node for selector in _MAIN if (node := page.css_first(selector)) is not None]
    if not found:
        return None
    whole = len(found[-1].text())
    return next((node for node in found if len(node.text()) >= whole / 2), found[-1])
