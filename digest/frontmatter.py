"""YAML front matter: the block between two `---` lines on top of a post. Values stay strings, as they are written."""

import re
from collections.abc import Mapping

import yaml

from digest.errors import ArchiveError
from digest.model import Header

_BLOCK = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*\n", re.DOTALL | re.MULTILINE)
_PLAIN = re.compile(r"[^\W\d_][\w가-힣 ·./+-]*")
_WORDS_WITH_MEANING = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n", "~"})
# Characters that YAML's double quotes may not hold as they are (https://yaml.org/spec/1.2.2/#51-character-set).
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


def parse(text: str) -> tuple[Header, str]:
    """Split a post into its front matter and the rest. Raises ArchiveError where either is broken."""
    block = _BLOCK.match(text)
    if block is None:
        raise ArchiveError("no front matter", hint="a post starts with a block between two `---` lines")
    try:
        # BaseLoader builds nothing but strings, lists and mappings: dates and versions keep their spelling.
        raw = yaml.load(block[1], Loader=yaml.CBaseLoader)  # noqa: S506
    except (yaml.YAMLError, RecursionError, ValueError) as cause:
        line = getattr(getattr(cause, "problem_mark", None), "line", 0) + 2
        raise ArchiveError(f"front matter: line {line} is not readable as YAML") from cause
    if not isinstance(raw, dict) or not isinstance(raw.get("title"), str):
        raise ArchiveError("front matter: no title")
    known = {"layout", "title", "date", "tags", "categories"}
    return Header(
        layout=str(raw.get("layout", "post")),
        title=raw["title"],
        date=str(raw.get("date", "")),
        tags=_words(raw.get("tags")),
        categories=_words(raw.get("categories")),
        extra={str(key): _value(value) for key, value in raw.items() if key not in known},
    ), text[block.end() :]


def render(header: Header) -> str:
    """Write the block, `---` lines included, so that YAML 1.1 and 1.2 read back what is in `header`."""
    lines = [
        f"layout: {_scalar(header.layout)}",
        f"title: {quoted(header.title)}",
        f"date: {header.date}",
        f"tags: {_flow(header.tags)}",
        f"categories: {_flow(header.categories)}",
        *(
            f"{_scalar(key)}: {_flow(value) if isinstance(value, list) else _scalar(value)}"
            for key, value in _extra(header)
        ),
    ]
    return "\n".join(["---", *lines, "---", ""])


def quoted(value: str) -> str:
    """Write a string in YAML's double quotes."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _UNPRINTABLE.sub(lambda char: f"\\u{ord(char[0]):04x}", escaped) + '"'


def _extra(header: Header) -> list[tuple[str, str | list[str]]]:
    extra: Mapping[str, str | list[str]] = header.extra
    return list(extra.items())


def _scalar(value: str) -> str:
    plain = _PLAIN.fullmatch(value) and value == value.strip() and value.lower() not in _WORDS_WITH_MEANING
    return value if plain else quoted(value)


def _flow(values: tuple[str, ...] | list[str]) -> str:
    return f"[{', '.join(_scalar(value) for value in values)}]"


def _words(value: object) -> tuple[str, ...]:
    """Read Jekyll's two ways of writing a list: a YAML list, or words in one string."""
    if isinstance(value, str):
        return tuple(value.split())
    return tuple(str(item) for item in value if item) if isinstance(value, list) else ()


def _value(value: object) -> str | list[str]:
    if isinstance(value, list):
        return [str(item) for item in value]
    return value if isinstance(value, str) else str(value)
