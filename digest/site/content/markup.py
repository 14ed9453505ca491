"""Text of papers, models and posts → HTML that is safe to show.

Plain text takes the fast path: escaping, line breaks, lists and formulas. Only text that somebody wrote as Markdown
goes through Python-Markdown. Whatever comes out of a library is sanitised last.
"""

import re
from collections.abc import Callable
from functools import cache
from itertools import groupby
from typing import Any

import nh3
from markupsafe import Markup

from digest.model import text
from digest.posts.formulas import mathml as formulas
from digest.site.content.markdown import bounds, code_spans

_HOLD, _END = "\ue000", "\ue001"
_HELD = re.compile(f"{_HOLD}(\\d+){_END}")
ROOT = "\ue002"
"""Stands for the way to the site's top in HTML that is made once and used on pages of different depth."""
_RESERVED = re.compile(f"[{_HOLD}{_END}{ROOT}]")
_FORMULA = re.compile(formulas.DOLLARS, re.DOTALL)
_TAG = re.compile("<[^<>]*>")
_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "details", "dfn", "div",
    "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "ins", "kbd",
    "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub", "summary", "sup",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_IMAGE = {"img": {"src", "alt", "title", "width", "height"}}


def escape(plain: str) -> str:
    """Escape what HTML would take for markup, and nothing else."""
    # Four replacements take a tenth of the time of str.translate on Hangul.
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\xa0", "&nbsp;")


def safe(html: str) -> Markup:
    """Declare HTML safe that was made or sanitised in this package; templates then show it as it is."""
    # Markup's own constructor first asks what it was given, which takes twice as long.
    return str.__new__(Markup, html)


def line(plain: str) -> str:
    """Show one line of plain text: escaped, formulas as MathML."""
    if "$" not in plain and "\\" not in plain:
        return escape(plain)
    shown, end = [], 0
    for found in formulas.FORMULA.finditer(plain):
        if formula := formulas.to_html(found):
            shown += [escape(plain[end : found.start()]), formula]
            end = found.end()
    return "".join([*shown, escape(plain[end:])])


def prose(plain: str) -> tuple[str, bool]:
    """Show a field of plain text; also tell whether the HTML brings its own blocks.

    A newline breaks the line, an empty line the paragraph, lines beginning with `- ` are a list: what the post's own
    Markdown makes of them. No other sign means anything.
    """
    if "\n" not in plain and not plain.startswith("- "):
        return line(plain), False
    blocks: list[str] = []
    for chunk in re.split(r"\n{2,}", plain.strip("\n")):
        for listed, rows in groupby(chunk.split("\n"), key=lambda row: row.startswith("- ")):
            if listed:
                blocks.append("<ul>" + "".join(f"<li>{line(row[2:])}</li>" for row in rows) + "</ul>")
            else:
                blocks.append("<p>" + "<br>".join(line(row) for row in rows) + "</p>")
    return "".join(blocks), True


def markdown(source: str) -> str:
    """Show Markdown that somebody wrote into a field or a note. Nothing that could run survives.

    Text that would take too long is shown as it is written: with a block of more than 8,000 characters, 20 brackets
    that nothing closes, or quotations and lists 40 deep.
    """

    def convert(raw: str) -> str:
        try:
            return str(_markdown().reset().convert(raw))
        except RecursionError:
            # Lists can be nested by nothing but spaces; what was being read stays in the reader.
            _markdown.cache_clear()
            return prose(f"{source}\n")[0]

    return _converted(source, convert) if bounds.affordable(source) else prose(f"{source}\n")[0]


def post(source: str) -> str:
    """Show a whole post that somebody wrote for Jekyll, images included; within bounds, as `markdown` does."""
    from digest.site.content.markdown import kramdown  # noqa: PLC0415 - most builds meet no Markdown at all

    if not bounds.affordable(source, bounds.LONGEST_OF_POSTS):
        return prose(f"{source}\n")[0]
    return _converted(source, kramdown.to_html, images=True)


def _converted(source: str, convert: Callable[[str], str], *, images: bool = False) -> str:
    """Convert Markdown and sanitise it, with its formulas kept out of both."""
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        shown = formulas.to_html(found)
        if shown is None:
            return found[0]
        held.append(shown)
        return f"{_HOLD}{len(held) - 1}{_END}"

    raw = code_spans.replace_outside(_RESERVED.sub("", source), _FORMULA, hold)
    return _HELD.sub(lambda found: held[int(found[1])], sanitised(convert(raw), images=images))


def sanitised(html: str, images: bool = False) -> str:
    """Return HTML that somebody wrote without what could run or change the page around it."""
    shown = nh3.clean(
        html,
        tags=_TAGS | {"img"} if images else _TAGS,
        attributes=_ATTRIBUTES | _IMAGE if images else _ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    if images:
        shown = re.sub(r"<img(?![^>]* alt=)", '<img alt=""', shown)
    return str(shown)


def inline(source: str) -> str:
    """Show Markdown of one paragraph without the paragraph around it."""
    shown = markdown(source).strip()
    inner = shown.removeprefix("<p>").removesuffix("</p>")
    return inner if "<p>" not in inner and shown.startswith("<p>") else shown


def mark(shown: str, words: str, before: str, after: str) -> str:
    """Wrap every occurrence of `words` in the text of `shown`; never inside a tag or a longer number or name."""
    wanted = re.escape(escape(words))
    left = r"(?<![\w.,])" if re.match(r"\w", words, re.ASCII) else ""
    right = r"(?![A-Za-z0-9_]|[.,]\d)" if re.search(r"\w\Z", words, re.ASCII) else ""
    pattern = re.compile(f"{left}{wanted}{right}")
    pieces = re.split("(<[^>]*>)", shown)
    return "".join(
        piece if piece.startswith("<") else pattern.sub(lambda found: f"{before}{found[0]}{after}", piece)
        for piece in pieces
    )


def bare(shown: str) -> str:
    """Return the text of HTML that was made here, without its tags, in one line."""
    if "<" in shown:
        if "<math" in shown:
            shown = formulas.as_text(shown)
        shown = _TAG.sub("", re.sub(r"</(?:p|li|tr|td|th|h\d|dd|dt)>|<br>", " ", shown))
    if "&" not in shown:
        return " ".join(shown.split())
    for entity, char in (("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        shown = shown.replace(entity, char)
    return " ".join(shown.split())


def tidy(raw: str) -> str:
    """Drop what no reader can see and what could be mistaken for our own signs."""
    # What Python calls printable holds no control, format, private or unassigned character and no line break.
    if raw.isprintable() or raw.replace("\n", "").isprintable():
        return raw
    return _RESERVED.sub("", text.clean(raw))


@cache
def _markdown() -> Any:
    from markdown import Markdown  # noqa: PLC0415 - as above

    return Markdown(extensions=["tables", "fenced_code", "sane_lists"], output_format="html")
