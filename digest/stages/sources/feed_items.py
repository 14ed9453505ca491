"""RSS 0.9x, 1.0, 2.0 and Atom → their items, as the feeds of journals, laboratories and blogs have them.

The standard library's parser, through `atom`: it is given no document type, so no entity can expand or lead elsewhere.
Feed libraries take what is not well-formed, too, at the price of parsers of their own for text from anybody.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from html.entities import html5
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from digest.model.paper_links import is_pdf
from digest.model.text import one_line
from digest.stages.sources import atom

_ROOTS = ("rss", "RDF", "feed")
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_DECLARED = re.compile(rb"^\s{0,99}<\?xml[^>]{0,200}?encoding\s?=\s?[\"']([A-Za-z0-9._-]{1,40})[\"']")
_DECLARATION = re.compile(r"^\s{0,99}<\?xml[^>]{0,300}\?>")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31};)")
_XML_ENTITIES = frozenset(("amp;", "lt;", "gt;", "quot;", "apos;"))
_TAG = re.compile(r"<[!/?a-zA-Z][^<>]*>")
_HIDDEN = re.compile(r"<(script|style)\b[^<>]*>.*?(?:</\1\s{0,9}>|\Z)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Item:
    """One item of a feed, whatever its format calls its parts."""

    title: str
    text: str
    """Its summary, or its whole text where the feed has that, without markup."""
    authors: tuple[str, ...]
    ids: tuple[str, ...]
    """What may name its paper, best first: a DOI, the link, the feed's own id."""
    pdf: str
    page: str
    """The address that it links to."""
    moment: datetime | None
    categories: tuple[str, ...]
    replaces: bool
    """Whether it announces a new version of an old paper, as arXiv's feeds do."""


def items(body: bytes, address: str = "") -> list[Item]:
    """Read a feed, whose links may be relative to its address. Raises InvalidFeed where it is none."""
    root = atom.parse_as(_text(body), _ROOTS)
    base = _absolute(root.get(_BASE, ""), address) or address
    return [
        _item(one, _absolute(one.get(_BASE, ""), base) or base)
        for one in root.iter()
        if _name(one) in ("item", "entry")
    ]


def _text(body: bytes) -> str:
    """Decode a feed as it declares; the names that HTML has for characters are none of XML's, and yet found."""
    declared = _DECLARED.match(body)
    name = declared[1].decode("ascii") if declared else "utf-8"
    name = "utf-16" if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else name
    try:
        known = codecs.lookup(name)
        text = body.decode(name, "replace") if known._is_text_encoding else body.decode("utf-8", "replace")
    except (LookupError, ValueError):
        text = body.decode("utf-8", "replace")
    text = _DECLARATION.sub("", text.removeprefix("\ufeff"), count=1)
    return _ENTITY.sub(lambda found: found[0] if found[1] in _XML_ENTITIES else html5.get(found[1], found[0]), text)


def _item(element: Element, base: str) -> Item:
    parts: dict[str, list[Element]] = {}
    for child in element:
        parts.setdefault(_name(child), []).append(child)

    def texts(*names: str) -> list[str]:
        return [text for name in names for one in parts.get(name, ()) if (text := _whole(one))]

    named = [*_links(parts.get("link", ()), {"alternate", ""}), *texts("link")]
    links = [*(_absolute(link, base) for link in named), *texts("guid", "id")]
    enclosed = _links((*parts.get("enclosure", ()), *parts.get("content", ()), *parts.get("link", ())), None)
    files = [*(_absolute(link, base) for link in enclosed), *(link for link in links if is_pdf(link))]
    longest = max((_plain(text) for text in texts("encoded", "description", "summary", "content")), key=len, default="")
    dates = texts("pubDate", "date", "published", "publicationDate", "updated")
    return Item(
        title=_plain("".join(texts("title")[:1])),
        text=longest,
        authors=tuple(dict.fromkeys(_authors(parts))),
        ids=tuple(dict.fromkeys((*texts("doi"), *texts("identifier"), *links))),
        pdf=next((file for file in files if file.startswith(("https://", "http://"))), ""),
        page=next((link for link in links if link.startswith(("https://", "http://"))), ""),
        moment=next((moment for text in dates if (moment := _moment(text))), None),
        categories=tuple(dict.fromkeys(_plain(text) for text in texts("category", "subject"))),
        replaces=any(text.startswith("replace") for text in texts("announce_type")),
    )


def _absolute(link: str, base: str) -> str:
    """Return a link as an address; what leads nowhere as it is."""
    try:
        return urljoin(base, link) if link and base else link
    except ValueError:
        return link


def _authors(parts: dict[str, list[Element]]) -> Iterator[str]:
    """Return the names of `dc:creator` and `author`: one each, or several in one, with commas or `and`."""
    for one in (*parts.get("creator", ()), *parts.get("author", ())):
        named = next((_whole(child) for child in one if _name(child) == "name"), "") or _whole(one)
        listed = _plain(named)
        if listed.count(",") > 1 or " and " in listed:
            yield from (name.strip() for name in re.split(r",|\band\b", listed) if name.strip())
        elif listed:
            yield listed


def _links(elements: Iterable[Element], kinds: set[str] | None) -> Iterator[str]:
    """Return the addresses in attributes: Atom's links of some kinds; without kinds, whatever is a PDF."""
    for one in elements:
        address = one.get("href") or one.get("url") or ""
        if (kinds is None and (one.get("type") == "application/pdf" or is_pdf(address))) or (
            kinds is not None and one.get("rel", "") in kinds
        ):
            yield address.strip()


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _whole(element: Element) -> str:
    return "".join(element.itertext()).strip()


def _plain(markup: str) -> str:
    """Return what HTML says, on one line."""
    text = _TAG.sub(" ", _HIDDEN.sub(" ", markup)) if "<" in markup else markup
    text = unescape(text)
    return one_line(_TAG.sub(" ", text) if "<" in text else text)


def _moment(raw: str) -> datetime | None:
    """Read a date of RFC 822 or ISO 8601, in whatever zone; without one, UTC."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(raw)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
    return None
