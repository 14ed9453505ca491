"""Read the blocks of a LaTeXML page: walk its tree once, without recursion, and never look at what cannot be seen.

Knows both markups of arXiv, LaTeXML (2025) and LaTeXML oxide (2026). Does not fetch, and does not judge the paper.
"""

import re
from collections.abc import Callable

from selectolax.lexbor import LexborNode

from digest.stages.fulltext.blocks import Block, Grid, Heading
from digest.stages.fulltext.grid import Rows
from digest.stages.fulltext.html import visibility
from digest.stages.fulltext.html.frames import Frame, PageReader
from digest.stages.fulltext.normalize import tex, tidy


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_SKIPPED_TAGS = _names(
    "script style title template noscript nav footer header dialog button form input select textarea iframe object "
    "img video audio canvas picture desc metadata defs annotation annotation-xml"
)
_SKIPPED = _names(
    "ltx_TOC ltx_page_navbar ltx_page_footer ltx_page_logo ltx_note ltx_ERROR ltx_bibliography ltx_biblist ltx_authors "
    "ltx_dates ltx_role_newpage ltx_pagination ltx_listing_data ltx_index ltx_rdf ltx_title_document infobox ltx_rule "
    "ltx_keywords ltx_classification ltx_author_notes ltx_engrafo_license ltx_note_mark ltx_note_type"
)
_KEPT_TAGS = frozenset(
    {"ltx_tag_appendix", "ltx_tag_figure", "ltx_tag_table", "ltx_tag_theorem", "ltx_tag_float", "ltx_tag_algorithm"}
)
_BLOCKS = _names(
    "p div section article li ul ol dl dt dd blockquote pre figure table tr h1 h2 h3 h4 h5 h6 main center hr "
    "caption figcaption tbody thead tfoot address details summary"
)
_BLOCK_CLASSES = frozenset({"ltx_listingline", "ltx_p", "ltx_para", "ltx_item", "ltx_block"})
_LEVELS = {"section": 1, "appendix": 1, "abstract": 1, "acknowledgements": 1, "part": 1, "chapter": 1} | {
    "subsection": 2, "subsubsection": 3, "paragraph": 4, "subparagraph": 5,
}  # fmt: skip
_PLAIN_LEVELS = {"h2": 1, "h3": 2, "h4": 3, "h5": 4, "h6": 5}
_EQUATIONS = frozenset({"ltx_equation", "ltx_equationgroup", "ltx_eqn_table", "ltx_eqn_align"})
_EMPHASIS = frozenset({"ltx_font_bold", "ltx_font_italic", "ltx_font_smallcaps"})
_FLOATS = frozenset({"ltx_figure", "ltx_table", "ltx_float", "ltx_algorithm", "ltx_float_algorithm"})
_LEAD = 80
"""Characters that a lead has at most."""
_WHITE_ON_WHITE = (True, True)
_SUPERSCRIPT = re.compile(r"[-+−]?\d{1,4}")


def blocks(root: LexborNode) -> list[Block]:
    """Return the headings, paragraphs and tables below `root` in reading order.

    Formulas read once, as TeX. Navigation, notes, errors, authors, the references, pictures' alt texts and all that is
    hidden from the eye are left out. Takes time in proportion to the page.
    """
    reader = PageReader()
    leaving: list[Callable[[], None] | None] = []
    white: list[tuple[bool, bool]] = [(False, True)]
    end, node = root.mem_id, root.child
    while node is not None:
        below = None
        if node.is_text_node:
            if white[-1] != _WHITE_ON_WHITE:
                reader.frames[-1].add(node.text_content or "")
        elif node.is_element_node:
            attributes = node.attributes
            classes = frozenset((attributes.get("class") or "").split())
            unseen = node.tag == "math" and white[-1] == _WHITE_ON_WHITE
            if (
                not unseen
                and not _skipped(reader, node.tag or "", classes)
                and not visibility.invisible(attributes, classes)
            ):
                leave = _enter(reader, node.tag or "", classes, attributes)
                below = node.child if leave is not _NOTHING_BELOW else None
                if below is not None:
                    style, (text, background) = attributes.get("style"), white[-1]
                    text = visibility.white_text_colour(style, text)
                    white.append((text, visibility.white_background_colour(style, background)))
                    leaving.append(leave)
                elif leave is not None:
                    leave()
        if below is not None:
            node = below
            continue
        while node is not None and node.next is None:
            node = node.parent
            if node is None or node.mem_id == end:
                reader.flush()
                return reader.blocks
            white.pop()
            if (leave := leaving.pop()) is not None:
                leave()
        node = node.next if node is not None else None
    reader.flush()
    return reader.blocks


def _skipped(reader: PageReader, tag: str, classes: frozenset[str]) -> bool:
    if "ltx_note" in classes and reader.float() is not None:
        return False
    if tag in _SKIPPED_TAGS or not _SKIPPED.isdisjoint(classes):
        return True
    return "ltx_tag" in classes and _KEPT_TAGS.isdisjoint(classes)


def _NOTHING_BELOW() -> None:  # noqa: N802 - a mark, compared by identity
    return None


def _enter(
    reader: PageReader, tag: str, classes: frozenset[str], attributes: dict[str, str | None]
) -> Callable[[], None] | None:
    """Do what an element asks for and return what its end asks for."""
    if "ltx_note" in classes:
        reader.push("note")
        return reader.end_note
    if tag == "math":
        reader.frames[-1].add(tex(attributes.get("alttext") or ""))
        return _NOTHING_BELOW
    if tag == "br":
        reader.frames[-1].add(" ")
        if reader.frames[-1].what in ("page", "float"):
            reader.flush()
        return None
    return (
        _enter_title(reader, tag, classes)
        or _enter_table(reader, tag, classes, attributes)
        or _enter_text(reader, tag, classes)
    )


def _enter_title(reader: PageReader, tag: str, classes: frozenset[str]) -> Callable[[], None] | None:
    if tag in ("figcaption", "caption") or "ltx_caption" in classes:
        reader.push("caption")

        def caption() -> None:
            text = " ".join(reader.pop().lines)
            if reader.frames[-1].what == "float":
                reader.frames[-1].captions.append(text)
            elif text:
                reader.blocks.append(Grid(text))

        return caption
    if "ltx_title" in classes:
        level = next((_LEVELS[kind] for kind in _LEVELS if f"ltx_title_{kind}" in classes), 0)
    else:
        level = _PLAIN_LEVELS.get(tag, 0)
    if not level or any(frame.what != "page" for frame in reader.frames):
        return None
    reader.push("title")

    def title() -> None:
        text = " ".join(reader.pop().lines)
        if text:
            reader.blocks.append(Heading(text, level, "ltx_title_appendix" in classes))

    return title


def _enter_table(
    reader: PageReader, tag: str, classes: frozenset[str], attributes: dict[str, str | None]
) -> Callable[[], None] | None:
    if not _EQUATIONS.isdisjoint(classes):
        reader.flush()
        reader.equations += 1

        def equation() -> None:
            reader.flush()
            reader.equations -= 1

        return equation
    if reader.equations:
        return None
    if not _FLOATS.isdisjoint(classes) and tag == "figure":
        reader.push("float")
        return lambda: reader.emit_float(reader.pop())
    return _enter_grid(reader, tag, classes, attributes)


def _enter_grid(
    reader: PageReader, tag: str, classes: frozenset[str], attributes: dict[str, str | None]
) -> Callable[[], None] | None:
    inside_cell = reader.frames[-1].what == "cell"
    if (tag == "table" or "ltx_tabular" in classes) and not inside_cell:
        reader.push("grid")
        reader.grids.append(Rows())

        def table() -> None:
            frame, grid = reader.pop(), reader.grids.pop()
            grid.end_row()
            frame.captions, frame.lines = [], frame.lines + grid.rows
            outer = reader.frames[-1]
            if outer.what == "page":
                reader.emit_float(frame)
            else:
                outer.lines += frame.lines

        return table
    if reader.frames[-1].what == "grid":
        if tag == "tr" or "ltx_tr" in classes:
            return reader.grids[-1].end_row
        if tag in ("td", "th") or not classes.isdisjoint(("ltx_td", "ltx_th")):
            reader.push("cell")
            spans = attributes.get("colspan"), attributes.get("rowspan")
            return lambda: reader.grids[-1].cell(" ".join(reader.pop().lines), *spans)
    return None


def _enter_text(reader: PageReader, tag: str, classes: frozenset[str]) -> Callable[[], None] | None:
    frame = reader.frames[-1]
    if "ltx_abstract" in classes and frame.what == "page":
        reader.flush()
        return reader.end_abstract
    if tag in _BLOCKS or not _BLOCK_CLASSES.isdisjoint(classes):
        if tag == "tr" or not reader.equations:
            reader.flush()
            return reader.flush
        return None
    if tag in ("td", "th") or not classes.isdisjoint(("ltx_td", "ltx_th", "ltx_tr", "ltx_tag")):
        frame.add(" ")
        return lambda: frame.add(" ")
    if tag == "sup":
        return _superscript(frame)
    emphasised = tag in ("b", "strong", "em", "i") or not _EMPHASIS.isdisjoint(classes)
    if not emphasised or frame.lead or frame.before:
        return None

    def lead() -> None:
        if frame.before and len(frame.pieces) < _LEAD:
            text = tidy("".join(frame.pieces))
            frame.lead = frame.lead or (text if len(text) <= _LEAD else "")

    return lead


def _superscript(frame: Frame) -> Callable[[], None]:
    start, base = len(frame.pieces), frame.before

    def leave() -> None:
        raised = frame.pieces[start:]
        text = "".join(raised).strip() if len(raised) < 9 else ""
        if base.isalnum() and _SUPERSCRIPT.fullmatch(text):
            frame.pieces[start:] = ["^", text]

    return leave
