"""Raw reply → summary and evidence, or the reasons why not. Pure; trusts nothing that a server promised."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from digest.errors import SummaryError
from digest.model import Summary, schema
from digest.model.text import one_line, paragraphs, shorten

_START = re.compile(r'\{\s*"')
_STARTS = 40  # places where an object may begin; a reply has one or, with thinking aloud, a few
_BULLET = re.compile(r"^[*•·‣–—]\s+|^-\s+", re.MULTILINE)
_ENDINGS = {
    "length": "It was cut off at the longest answer allowed (llm.output_tokens): be brief.",
    "content_filter": "The server's content filter cut it off.",
    "refusal": "The model refused to answer.",
}
_FAR_TOO_LONG = 4
"""How many times its limit a field may have before it counts as run on."""


class InvalidReply(SummaryError):
    """A reply is no summary. `complaints` say why, a sentence each, so that the model can be told."""

    def __init__(self, complaints: Sequence[str]) -> None:
        super().__init__("unusable model reply: " + " ".join(complaints))
        self.complaints = tuple(complaints)


def parse(raw: str, topics: Sequence[str], finish: str = "stop") -> tuple[Summary, Mapping[str, str]]:
    """Read a reply: the summary and, by field, the sentences it claims to rest on. Raises InvalidReply.

    Forgives code fences, thinking aloud, text around the object and raw line breaks in strings. Does not forgive a
    missing field: an empty one would be published as if the paper had nothing to say. `finish` is why the reply
    ended, as the server tells; it only explains what is wrong.
    """
    try:
        return _read(_object(raw), topics)
    except InvalidReply as unusable:
        because = [_ENDINGS[finish]] if finish in _ENDINGS else []
        raise InvalidReply([*because, *unusable.complaints]) from unusable


def _read(found: Mapping[str, Any], topics: Sequence[str]) -> tuple[Summary, Mapping[str, str]]:
    texts: dict[str, Any] = {
        field.name: _text(found.get(field.name), one=field.introduction) for field in schema.FIELDS
    }
    complaints = [f"`{name}` is missing or empty." for name, text in texts.items() if not text]
    complaints += [
        f"`{field.name}` has {len(texts[field.name]):,} characters; at most {field.limit} are asked for."
        for field in schema.FIELDS
        if len(texts[field.name]) > _FAR_TOO_LONG * field.limit
    ]
    if complaints:
        raise InvalidReply(complaints)
    known = {topic.lower(): topic for topic in topics}
    named = found.get("topics")
    words = [word for word in named if isinstance(word, str)] if isinstance(named, list) else []
    chosen = dict.fromkeys(known[key] for word in words if (key := one_line(word).lower()) in known)
    tldr = _text(found.get("tldr"), one=True)
    evidence = found.get("evidence")
    quotes = {name: _text(evidence.get(name), one=True) for name in schema.NAMES} if isinstance(evidence, dict) else {}
    return (
        Summary(**texts, tldr=tldr if len(tldr) <= _FAR_TOO_LONG * schema.TLDR_LIMIT else "", topics=tuple(chosen)[:3]),
        {name: quote for name, quote in quotes.items() if 0 < len(quote) <= _FAR_TOO_LONG * schema.QUOTE_LIMIT},
    )


def _object(raw: str) -> dict[str, Any]:
    """Find the one JSON object with our fields in a reply, keys in lower case.

    An object within one that failed is not looked at: of a reply that was cut off, `evidence` alone may be whole, and
    it has the very keys of a summary.
    """
    text = _spoken(raw)
    problem, end = "There is no JSON object in it.", 0
    for start in [place.start() for place in _START.finditer(text)][:_STARTS]:
        if start < end:
            continue
        try:
            found, end = json.JSONDecoder(strict=False).raw_decode(text, start)
        except RecursionError as cause:
            raise InvalidReply(["The JSON is nested too deeply."]) from cause
        except json.JSONDecodeError as cause:
            end = cause.pos
            cut = not text.rstrip("` \n").endswith("}")
            problem = "The JSON object is cut off." if cut else f"It is not valid JSON: {shorten(str(cause), 100)}."
        except ValueError as cause:
            raise InvalidReply(["The JSON holds a number that is too long."]) from cause
        else:
            named = {str(key).lower(): value for key, value in found.items()}
            if named.keys() & set(schema.NAMES):
                return named
            problem = "The JSON object has none of the fields."
    raise InvalidReply([problem])


def _spoken(raw: str) -> str:
    """Drop what a model thinks aloud before it answers; some servers lose the tag that opens it.

    Only before the answer: a summary of a paper on reasoning may well speak of `<think>`.
    """
    text = raw.lstrip()
    if text.startswith(("{", "```")):
        return text
    thinks = re.match(r"<think(?:ing)?>", text, re.IGNORECASE)
    end = re.search(r"</think(?:ing)?>", text, re.IGNORECASE)
    return text[end.end() :] if end else "" if thinks else text


def _text(value: object, *, one: bool) -> str:
    """Return a field as plain text: one line, or lines in which lists begin with `- ` and stand apart."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = "\n".join(f"- {item}" for item in value)
    if not isinstance(value, str):
        return ""
    text = value.replace("\ufffd", "")
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
