"""Raw reply → summary and evidence, or the reasons why not. Pure; trusts nothing that a server promised."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from digest import schema
from digest.errors import SummaryError
from digest.model import Summary
from digest.text import one_line, paragraphs

_THINKING = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_BULLET = re.compile(r"^[*•·‣–—]\s+|^-\s+", re.MULTILINE)


class Unusable(SummaryError):
    """A reply is no summary. `complaints` say why, a sentence each, so that the model can be told."""

    def __init__(self, complaints: Sequence[str]) -> None:
        super().__init__("the model's reply cannot be used: " + " ".join(complaints))
        self.complaints = tuple(complaints)


def parse(raw: str, topics: Sequence[str]) -> tuple[Summary, Mapping[str, str]]:
    """Read a reply: the summary and, by field, the sentences it claims to rest on. Raises Unusable.

    Forgives code fences, thinking aloud, text around the object and raw line breaks in strings. Does not forgive a
    missing field: an empty one would be published as if the paper had nothing to say.
    """
    found = _object(raw)
    texts: dict[str, Any] = {
        field.name: _text(found.get(field.name), one=field.introduction) for field in schema.FIELDS
    }
    complaints = [f"`{name}` is missing or empty." for name, text in texts.items() if not text]
    if complaints:
        raise Unusable(complaints)
    evidence = found.get("evidence")
    known = {topic.lower(): topic for topic in topics}
    named = found.get("topics")
    chosen = [known.get(one_line(str(topic)).lower()) for topic in named] if isinstance(named, list) else []
    return (
        Summary(
            **texts,
            tldr=_text(found.get("tldr"), one=True),
            topics=tuple(dict.fromkeys(topic for topic in chosen if topic))[:3],
        ),
        {
            name: quote
            for name in schema.NAMES
            if isinstance(evidence, dict) and (quote := _text(evidence.get(name), one=True))
        },
    )


def _object(raw: str) -> dict[str, Any]:
    """Find the one JSON object in a reply, keys in lower case."""
    text = _THINKING.sub("", raw)
    start = text.find("{")
    if start < 0:
        raise Unusable(["There is no JSON object in it."])
    try:
        found, _ = json.JSONDecoder(strict=False).raw_decode(text, start)
    except RecursionError as cause:
        raise Unusable(["The JSON is nested too deeply."]) from cause
    except ValueError as cause:
        cut = not text.rstrip().rstrip("`").rstrip().endswith("}")
        raise Unusable(["The JSON object is cut off." if cut else f"It is not valid JSON: {cause}."]) from cause
    return {str(key).lower(): value for key, value in found.items()}


def _text(value: object, *, one: bool) -> str:
    """Return a field as plain text: one line, or lines in which lists begin with `- ` and stand apart."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = "\n".join(f"- {item}" for item in value)
    if not isinstance(value, str):
        return ""
    # A lone surrogate (`\ud83d` without its half) cannot be written as UTF-8.
    text = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\ufffd", "")
    if one:
        return one_line(text)
    return spaced(_BULLET.sub("- ", paragraphs(text)))


def spaced(text: str) -> str:
    """Put a blank line between prose and list, without which Markdown would run them together."""
    lines: list[str] = []
    for line in text.split("\n"):
        if lines and line and lines[-1] and line.startswith("- ") != lines[-1].startswith("- "):
            lines.append("")
        lines.append(line)
    return "\n".join(lines)
