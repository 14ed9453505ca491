"""The first reader: arXiv's own HTML of a paper. Source: https://info.arxiv.org/about/accessible_HTML.html."""

import re
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from digest.errors import NotThere
from digest.model import ArxivId, Document, Fetched, Figure, Paper, PaperId
from digest.stages.fulltext import belonging, open_access
from digest.stages.fulltext import sections as outline
from digest.stages.fulltext.blocks import Grid
from digest.stages.fulltext.html import latexml, traps
from digest.stages.fulltext.html import page as any_page
from digest.stages.fulltext.normalize import tidy

if TYPE_CHECKING:
    from digest.config import FulltextConfig
    from digest.stages.fulltext.reader import Get

LEAST_PROSE = 1_500
"""Characters of prose below which a page is a failed conversion or a notice; with two sections a third will do."""
_VERSION = re.compile(r"(?:arXiv:|/html/|^)(?P<id>[a-z.A-Z-]*/?\d{4}\.?\d{3,5})v(?P<version>[1-9]\d{0,2})\b")
_LATEXML = re.compile(rb"class\s*+=\s*+[\"']?[^\"'<>]*?\bltx_")
_NOTICE = re.compile(r"withdrawn|not available|no html for|no document for", re.IGNORECASE)


def read(paper: Paper, get: "Get", _config: "FulltextConfig") -> Document:
    """Return what arXiv's page says, or the open page of a paper that is not on arXiv.

    Raises FetchError: the GET's own, NotThere for a notice, a failed conversion, or where no page is known.
    """
    if not isinstance(paper.id, ArxivId):
        place = open_access.place(paper, "html")
        return belonging.document(paper, get, place, whole=any_page.is_page, parse=partial(any_page.parse, paper))
    place = ("arxiv", f"/html/{paper.id.at(paper.version)}")
    return belonging.document(paper, get, place, whole=is_converted, parse=partial(parse, paper))


def is_converted(page: Fetched) -> bool:
    """Return whether LaTeXML wrote the page, and it arrived to its end.

    Even a failed conversion has LaTeXML's classes, a captcha or a login has not.
    """
    return bool(_LATEXML.search(page.body)) and belonging.is_whole_html(page.body)


def parse(paper: Paper, fetched: Fetched) -> Document:
    """Return the page as a document: sections, licence, the version it shows, its first figure. Pure.

    Raises NotThere where the page is a notice or a conversion that failed with 200, Refused where it is built to hurt.
    """
    body = traps.without_scripts(fetched.body)
    traps.refuse(body)
    page = LexborHTMLParser(body)
    root = page.css_first("article.ltx_document") or page.css_first(".ltx_page_content")
    if root is None:
        notice = _text(page.css_first("h1"))
        said = notice if _NOTICE.search(notice) else "has no paper"
        raise NotThere(f"the page says: {said}" if said is notice else f"the page {said}")
    sections = outline.sections(latexml.blocks(root))
    prose = sum(len(section.text) for section in sections)
    titled = sum(bool(section.title) for section in sections)
    if prose < (LEAST_PROSE if titled < 2 else LEAST_PROSE // 3):
        said = (
            "is a failed conversion" if _text(page.css_first("title")) == "Untitled Document" else "has almost no text"
        )
        raise NotThere(f"the page {said} ({prose} characters)")
    return Document(
        id=_id(paper, page, fetched.url),
        origin="html",
        sections=sections,
        url=fetched.url,
        # Where a reader's browser finds it, whichever mirror the page came from.
        figure=_figure(root, _base(page, f"https://arxiv.org{urlsplit(fetched.url).path}")),
        license=_license(page),
    )


def _text(node: LexborNode | None) -> str:
    return tidy(node.text()) if node is not None else ""


def _base(page: LexborHTMLParser, url: str) -> str:
    base = page.css_first("base[href]")
    return _resolved(url, (base.attributes.get("href") if base is not None else None) or "") or url


def _resolved(base: str, reference: str) -> str:
    """Return the address that a reference leads to; empty where it is none, as `http://[`."""
    try:
        return urljoin(base, reference)
    except ValueError:
        return ""


def _id(paper: Paper, page: LexborHTMLParser, url: str) -> PaperId:
    """Return the paper's id in the version that the page says it shows, else in the one that was asked for."""
    for said in (_text(page.css_first("#watermark-tr")), _base(page, ""), urlsplit(url).path):
        found = _VERSION.search(said)
        if found and found["id"] == paper.id.base:
            return paper.id.at(int(found["version"]))
    return paper.id.at(paper.version)


def _license(page: LexborHTMLParser) -> str | None:
    return _text(page.css_first("#license-tr")).removeprefix("License:").strip() or None


def _figure(root: LexborNode, base: str) -> Figure | None:
    for figure in root.css("figure.ltx_figure"):
        image, caption = figure.css_first("img[src]"), figure.css_first("figcaption")
        source = (image.attributes.get("src") or "").strip() if image is not None else ""
        if source and caption is not None and not source.startswith("data:"):
            url = _resolved(base, source)
            if urlsplit(url)[:2] == ("https", "arxiv.org"):
                captions = [block.text for block in latexml.blocks(figure) if isinstance(block, Grid)]
                return Figure(url, captions[0].split("\n")[0] if captions else "")
    return None
