"""Legacy forms of posts → text in the grammar. Pure; each form is one function with its example.

A post that is in the grammar is never touched. What is not repaired here stays an error that names its line: text is
never dropped to make a post fit.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import yaml

from digest.model.schema import FIELDS, HEADINGS, INTRODUCTION
from digest.posts import frontmatter

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*\n", re.DOTALL | re.MULTILINE)
_KNOWN = {INTRODUCTION.lower(): INTRODUCTION} | {name: field.heading for name, field in HEADINGS.items()}
_KNOWN |= {f"{name}s": heading for name, heading in _KNOWN.items()} | {"result": "Results", "limitation": "Limitations"}
_BULLETS = {field.heading.lower(): field.heading for field in FIELDS if field.introduction}
_TITLE_URL = r"https?://(?:www\.)?(?:arxiv\.org|huggingface\.co/papers)[^()\s]*"
_LINES = 4  # a link that was broken over more lines than this is no legacy form


@dataclass(frozen=True)
class Repaired:
    """A post in the grammar, as far as it could be brought there."""

    text: str
    what: tuple[str, ...] = ()
    """The forms that were repaired, in words."""


def repair(text: str) -> Repaired:
    """Repair every known legacy form in a post that the grammar refuses."""
    found = []
    for what, repaired in REPAIRS.items():
        after = repaired(text)
        if after != text:
            found.append(what)
        text = after
    return Repaired(text, tuple(found))


def _line_ends(text: str) -> str:
    r"""Write `\n` for `\r\n` and `\r`, and drop a byte order mark."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _leading_blank(text: str) -> str:
    r"""Drop what is blank above the front matter: `\n\n---\ntitle: …`."""
    return text.lstrip() if text.lstrip().startswith("---") else text


def _quotes(text: str) -> str:
    """Quote values that YAML cannot read: `title: "Daily Papers"" — 2025"`, `title: Daily: Papers`, `title: "Daily`."""
    block = _FRONT.match(text)
    if block is None:
        return text
    lines = [_quoted(line) for line in block[1].split("\n")]
    return text[: block.start(1)] + "\n".join(lines) + text[block.end(1) :]


def _quoted(line: str) -> str:
    found = re.fullmatch(r"(title|subtitle|description|excerpt|author|layout|date):[ \t]*(.*)", line)
    if found is None:
        return line
    try:
        root = yaml.compose(line, Loader=yaml.CBaseLoader)
        if isinstance(root, yaml.MappingNode) and isinstance(root.value[0][1], yaml.ScalarNode):
            return line
    except (yaml.YAMLError, ValueError):
        pass
    bare = found[2].strip().strip("\"'").replace('\\"', '"').replace('"" ', '" ')
    return f"{found[1]}: {frontmatter.quoted(bare)}"


def _broken_links(text: str) -> str:
    """Join a title or an alphaXiv link that was broken: `# 1. [DoPE: Denoising` / `RoPE](https://arxiv.org/…)`."""
    lines = text.split("\n")
    made: list[str] = []
    at = 0
    while at < len(lines):
        size, joined = _link(lines[at : at + _LINES])
        made.append(joined)
        at += size
    return "\n".join(made)


def _link(lines: list[str]) -> tuple[int, str]:
    """Return how many of the lines are one link, and that link in one line; without one, the first line as it is."""
    if re.match(r"(?:#{1,3} *(?:\d+\. *)?|> *)\[", lines[0]):
        for size in range(1, len(lines) + 1):
            joined = _joined(lines[:size])
            if re.search(r"\]\([^()\s]+\)$", joined):
                return size, joined if size > 1 else lines[0]
            if not "".join(lines[size : size + 1]).strip():
                break
    return 1, lines[0]


def _joined(parts: list[str]) -> str:
    """Join the lines of a link: with a space inside its text, without one inside its address."""
    text = parts[0].rstrip()
    for part in parts[1:]:
        inside = "](" in text or text.endswith("]")
        text = f"{text}{'' if inside else ' '}{part.strip()}"
    head, bracket, address = text.rpartition("]")
    address = address.strip()
    words = address[1:-1].split()
    whole = bracket and address.startswith("(") and address.endswith(")") and len(words) < 2
    return f"{head}]({''.join(words)})" if whole else text


def _titles(text: str) -> str:
    """Write titles as the grammar has them: `# 1 [DoPE](…)`, `## 1. [DoPE](https://huggingface.co/papers/2511.09146)`."""

    def title(found: re.Match[str]) -> str:
        number = f"{found['number']}. " if found["number"] else ""
        url = re.sub(r"^https?://(?:www\.)?huggingface\.co/papers/", "https://arxiv.org/abs/", found["url"])
        return f"# {number}[{found['title']}]({url})"

    shape = rf"^#{{1,3}}[ \t]*(?:(?P<number>\d+)[.)]?[ \t]*)?\[(?P<title>.+)\]\((?P<url>{_TITLE_URL})\)[ \t]*$"
    return re.sub(shape, title, text, flags=re.MULTILINE)


def _numbered_headings(text: str) -> str:
    """Take numbers off headings: `### 1.` above `## Introduction`, `### 1. Introduction`, `### 1. ## Method:`."""
    text = re.sub(r"^#{2,6}[ \t]*\d+[.)]?[ \t]*$\n?", "", text, flags=re.MULTILINE)

    def heading(found: re.Match[str]) -> str:
        known = _KNOWN.get(found["name"].strip().lower())
        return f"## {known}" if known and found[0].rstrip() != f"## {known}" else found[0]

    shape = r"^#{2,6}[ \t]*(?:\d+[.)]?[ \t]*)?(?:#+[ \t]*)?\**(?P<name>[A-Za-z]+)[ \t]*+:?\**[ \t]*+:?[ \t]*+$"
    return re.sub(shape, heading, text, flags=re.MULTILINE)


def _bullets(text: str) -> str:
    """Write the Introduction's bullets as the grammar has them: `* **Goal**: x`, `- Goal : x`, `Goal: x`.

    A space that does not break, as word processors put it behind a bullet, is one like any other.
    """

    def bullet(found: re.Match[str]) -> str:
        known = _BULLETS.get(found["name"].lower())
        return f"- {known}: {found['text']}" if known else found[0]

    shape = r"^[ \t\u00a0]*(?:[-*+][ \t\u00a0]+)?\**(?P<name>[A-Za-z]+)\**[ \t\u00a0]*:\**[ \t\u00a0]*(?P<text>.*)$"
    return re.sub(shape, bullet, text, flags=re.MULTILINE)


def _preface(text: str) -> str:
    """Make notes of what stands between front matter and first entry: `오늘의 논문.` → `> 오늘의 논문.`."""
    block = _FRONT.match(text)
    first = re.search(r"^# (?:\d+\. )?\[.+\]\([^()\s]+\)\s*$", text, re.MULTILINE)
    if block is None or first is None:
        return text
    lines = text[block.end() : first.start()].split("\n")
    noted = [
        line if not line.strip() or line.startswith("> ") else f"> {line.lstrip('#> ').rstrip()}" for line in lines
    ]
    return text[: block.end()] + "\n".join(noted) + text[first.start() :]


REPAIRS: dict[str, Callable[[str], str]] = {
    "line endings": _line_ends,
    "blank lines before the front matter": _leading_blank,
    "quotes in the front matter": _quotes,
    "line breaks in links": _broken_links,
    "title format": _titles,
    "heading numbers": _numbered_headings,
    "bullet format": _bullets,
    "text before the first entry": _preface,
}
"""What may be wrong, in the order in which it is repaired."""
