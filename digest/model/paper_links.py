"""What a link to a paper says: a DOI, an id of OpenReview, or an address in one of the ways to write it."""

import re
from urllib.parse import parse_qs, quote, unquote, urlsplit

_DOI = re.compile(r"10\.\d{4,9}/[!-~]{1,200}", re.ASCII)
_DOI_PREFIX = re.compile(r"(?i)(?:doi: ?|https?://(?:dx\.|www\.)?doi\.org/)")
# A preprint's page has the DOI in its address: https://www.biorxiv.org/content/10.1101/2024.01.01.573912v1.full.pdf
_PREPRINT = re.compile(
    r"https?://(?:www\.)?(?:bio|med)rxiv\.org/content/(?:early/)?(10\.\d{4,9}/[\d.]{1,40}?)(?:v\d{1,3})?(?:\.\D\S{0,40})?",
    re.ASCII,
)
OPENREVIEW = re.compile(r"[\w-]{6,40}", re.ASCII)
FILE = re.compile(r"[0-9a-f]{16}", re.ASCII)
_WEB = re.compile(r"(?i)https?://[^\s/?#@\\()<>{}\"'`]{1,253}(?:[/?][^\s\x00-\x20\x7f]*)?")
_LONGEST = 600
_KINDS = ("doi:", "openreview:", "file:", "https://", "http://")
"""How ids begin that are not arXiv's."""


def is_pdf(address: str) -> bool:
    """Return whether an address or a file name is that of a PDF."""
    return address.lower().partition("?")[0].endswith(".pdf")


def doi(text: str) -> str:
    """Return the DOI that a text is, or links to, in small letters, which is one and the same; else nothing."""
    prefix = _DOI_PREFIX.match(text)
    if prefix is None:
        bare = found[1] if (found := _PREPRINT.fullmatch(text)) else text
    else:
        bare = text[prefix.end() :]
        bare = unquote(bare.partition("?")[0].partition("#")[0]) if "//" in prefix[0] else bare
    return bare.lower() if _DOI.fullmatch(bare) else ""


def openreview(text: str) -> str:
    """Return the id of a paper on OpenReview that an address leads to, else nothing."""
    parts = urlsplit(text)
    if parts.hostname not in ("openreview.net", "www.openreview.net") or parts.path not in ("/forum", "/pdf"):
        return ""
    named = parse_qs(parts.query).get("id", [""])[0]
    return named if OPENREVIEW.fullmatch(named) else ""


def address(text: str) -> str:
    """Return a web address in the one way to write it, without a fragment; nothing where it is none."""
    if len(text) > _LONGEST or not _WEB.fullmatch(text):
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:  # brackets that hold no address of IPv6
        return ""
    rest = f"{parts.path}?{parts.query}" if parts.query else parts.path
    path = quote(rest or "/", safe="/:;.-_~!$&*+,=@?%")
    made = f"{parts.scheme.lower()}://{parts.netloc.lower()}{path}"
    return made if len(made) <= _LONGEST else ""  # what is written out in percent signs must be read again
