"""Markdown as people write it → its blocks in one row: headings, list items, rows of tables, paragraphs. Pure.

Knows as much of Markdown as tells which words belong to a link. What HTML says of the same is read with it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape
from typing import Literal

_FENCE = re.compile(r" {0,3}(```|~~~)")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(\S.*)")
_ITEM = re.compile(r"([ \t]*)(?:[-*+•]|\d{1,3}[.)])[ \t]+(\S.*)")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-{2,})[ \t]*")
_BOLD = re.compile(r"\W{0,9}\*\*[^*]{3,400}\*\*\W{0,3}")
_RULE = re.compile(r"(?:[-*_=][ \t]*){3,}|[ \t:|-]{3,}")
_DEFINITION = re.compile(r"^ {0,3}\[([^\[\]\n]{1,100})\]:[ \t]+<?([^\s<>]{1,500})", re.MULTILINE)
_REFERENCE = re.compile(r"\[((?:[^\[\]\\]|\\.){1,300})\]\[([^\[\]\n]{0,100})\]")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,9})(?=[\s/>])([^<>]{0,1000})>")
_HREF = re.compile(r"\bhref\s*=\s*[\"']?([^\"'\s<>]+)", re.IGNORECASE)
_EMPHASIS = {"b": "**", "strong": "**", "em": "*", "i": "*"}
_TAB = 4
_BELOW = 7
"""The level of a paragraph that is bold from its first word to its last: under every heading."""


@dataclass(frozen=True)
class Block:
    """One heading, list item, table row or paragraph, its lines joined."""

    kind: Literal["heading", "item", "row", "text"]
    text: str
    depth: int = 0
    """The level of a heading; how far an item, or a paragraph below one, is indented."""


def blocks(body: str) -> list[Block]:
    """Cut the text below a front matter into its blocks. What stands in fences of code is left out."""
    found: list[Block] = []
    lines: list[list[str]] = []  # of each block: a text that grows line by line would be copied with each
    fence, joined, quoted = "", False, False
    for line in _without_references(_without_tags(_without_comments(body))).split("\n"):
        mark = _FENCE.match(line)
        joined, quoted = joined and quoted == line.startswith(">"), line.startswith(">")
        if fence or mark:
            fence = "" if mark and mark[1] == fence else fence or (mark[1] if mark else "")
            joined = False
            continue
        if joined and found[-1].kind == "text" and _UNDERLINE.fullmatch(line):
            found[-1] = replace(found[-1], kind="heading", depth=1 if "=" in line else 2)
            joined = False
        elif not line.strip() or _RULE.fullmatch(line.strip(" \t>")):
            joined = False
        elif joined and (block := _block(line)).kind == "text":
            lines[-1].append(block.text)
        else:
            found.append(_block(line))
            lines.append([found[-1].text])
            joined = found[-1].kind in {"item", "text"}
    whole = (replace(block, text=" ".join(texts)) for block, texts in zip(found, lines, strict=True))
    return [
        Block("heading", block.text, _BELOW) if block.kind == "text" and _BOLD.fullmatch(block.text) else block
        for block in whole
    ]


def _block(line: str) -> Block:
    bare = re.sub(r"^(?: {0,3}> ?){1,9}", "", line)
    if heading := _HEADING.match(bare):
        return Block("heading", _joined(heading[2].rstrip("# \t")), len(heading[1]))
    if item := _ITEM.match(bare):
        return Block("item", _joined(item[2]), _width(item[1]))
    if bare.count("|") > 1 and bare.lstrip().startswith("|"):
        return Block("row", _joined(bare))
    return Block("text", _joined(bare), _width(bare[: len(bare) - len(bare.lstrip())]))


def _joined(text: str) -> str:
    return " ".join(text.split())


def _width(blanks: str) -> int:
    return len(blanks.expandtabs(_TAB))


def _without_comments(text: str) -> str:
    # Not one pattern: where nothing ends a comment, each beginning would be searched for to the end of the text.
    first, *rest = text.split("<!--")
    return first + "".join(part.partition("-->")[2] if "-->" in part else part for part in rest)


def _without_references(text: str) -> str:
    """Write `[title](address)` for `[title][1]`."""
    known = {name.casefold(): url for name, url in _DEFINITION.findall(text)}
    if not known:
        return text

    def inline(found: re.Match[str]) -> str:
        url = known.get((found[2] or found[1]).casefold())
        return f"[{found[1]}]({url})" if url else found[0]

    return _REFERENCE.sub(inline, _DEFINITION.sub("", text))


def _without_tags(text: str) -> str:
    """Write Markdown for the HTML of links, headings, lists, tables and emphasis; drop all other tags."""
    return unescape("".join(_rewritten(text))) if "<" in text else unescape(text)


def _rewritten(text: str) -> Iterator[str]:
    end, link = 0, ""
    for tag in _TAG.finditer(text):
        yield text[end : tag.start()]
        end = tag.end()
        name, closing = tag[2].lower(), bool(tag[1])
        if name == "a":
            href = None if closing else _HREF.search(tag[3])
            yield (f"]({link})" if closing and link else "") + ("[" if href else "")
            link = href[1] if href else ""
        elif re.fullmatch("h[1-6]", name):
            yield "\n\n" if closing else f"\n\n{'#' * int(name[1])} "
        elif name in _EMPHASIS:
            yield _EMPHASIS[name]
        elif name == "tr":
            yield " |\n" if closing else "\n\n| "
        elif name in {"td", "th"}:
            yield " | " if closing else ""
        elif name == "li":
            yield "" if closing else "\n- "
        else:
            yield "\n\n" if name in {"p", "div", "ul", "ol", "table", "details", "summary"} else " "
    yield text[end:]
