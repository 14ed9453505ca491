"""Raw reply → summary and its claims, or the reasons why not. Pure; trusts nothing that a server promised."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from digest.errors import SummaryError
from digest.model import Claim, Evidence, Summary, schema
from digest.model.text import has_letters, one_line, paragraphs
from digest.stages.summarize.client.objects import last_object

_BULLET = re.compile(r"^[*•·‣–—]\s+|^-\s+", re.MULTILINE)
_MARK = "- "
"""How a bullet begins."""
_ENDINGS = {
    "length": "It was cut off at the longest answer allowed (llm.output_tokens): be brief.",
    "content_filter": "The server's content filter cut it off.",
    "refusal": "The model refused to answer.",
}
_HALF = re.compile("[\ufffd\ud800-\udfff]")
_FAR_TOO_LONG = 4
"""How many times its limit a field may have before it counts as run on."""
_LONGEST_QUOTE = _FAR_TOO_LONG * schema.QUOTE_LIMIT
_CLAIMS, _QUOTES, _KEYWORDS = 24, 12, 10
"""The most claims of a field, quotes and key words of a claim that are read."""


class InvalidReply(SummaryError):
    """A reply is no summary. `complaints` say why, a sentence each, so that the model can be told."""

    def __init__(self, complaints: Sequence[str]) -> None:
        super().__init__("unusable model reply: " + " ".join(complaints))
        self.complaints = tuple(complaints)


Claims = Mapping[str, tuple[Claim, ...]]


def parse(raw: str, topics: Sequence[str], finish: str = "stop") -> tuple[Summary, Claims]:
    """Read a reply: the summary and, by field, its claims with the passages they rest on. Raises InvalidReply.

    Forgives code fences, thinking aloud, text and objects around the object and raw line breaks in strings. Does not
    forgive a missing field: an empty one would be published as if the paper had nothing to say. `finish` is why the
    reply ended, as the server tells.
    """
    try:
        return _read(find_object(raw, schema.NAMES, cut=finish == "length"), topics)
    except InvalidReply as unusable:
        because = [_ENDINGS[finish]] if finish in _ENDINGS else []
        raise InvalidReply([*because, *unusable.complaints]) from unusable


def _read(found: Mapping[str, Any], topics: Sequence[str]) -> tuple[Summary, Claims]:
    marked = {field.name: _claims(found.get(field.name), one=field.introduction) for field in schema.FIELDS}
    texts: dict[str, Any] = {field.name: _joined(marked[field.name], one=field.introduction) for field in schema.FIELDS}
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
    return (
        Summary(**texts, tldr=tldr if len(tldr) <= _FAR_TOO_LONG * schema.TLDR_LIMIT else "", topics=tuple(chosen)[:3]),
        {
            name: tuple(replace(claim, text=claim.text.removeprefix(_MARK)) for claim in claims)
            for name, claims in marked.items()
        },
    )


def _claims(value: object, *, one: bool) -> list[Claim]:
    """Read a field: a list of claims, each parted where its text has several lines; bare text is a claim unquoted.

    A bullet still has its mark.
    """
    found: list[Claim] = []
    several = value if isinstance(value, list) else [value]
    for raw in several[:_CLAIMS]:
        parts = {str(key).lower(): part for key, part in raw.items()} if isinstance(raw, dict) else {"text": raw}
        if isinstance(raw, str) and several is value and not one:
            parts = {"text": f"{_MARK}{raw}"}
        anchors, keywords = _anchors(parts.get("quotes")), _keywords(parts.get("keywords"))
        items = _items(_text(parts.get("text"), one=one))
        found += [Claim(text=item, anchors=anchors, keywords=keywords) for item in items]
    return found


def _items(text: str) -> list[str]:
    """Part a text into its bullets and the prose between them."""
    items: list[list[str]] = []
    bullet = True
    for line in filter(None, text.split("\n")):
        marked = line.startswith(_MARK)
        if bullet or marked:
            items.append([line])
        else:
            items[-1].append(line)
        bullet = marked
    return [" ".join(lines) for lines in items]


def _joined(claims: Sequence[Claim], *, one: bool) -> str:
    """Join the claims of a field: sentences to a paragraph, bullets to a list."""
    texts = [claim.text for claim in claims]
    return " ".join(texts) if one else spaced("\n".join(_items("\n".join(texts))))


def _anchors(quotes: object) -> tuple[Evidence, ...]:
    given = quotes if isinstance(quotes, list) else [quotes]
    # Several rows of a table are several passages.
    parts = [part for quote in given if isinstance(quote, str) for part in _passages(quote)]
    return tuple(Evidence(part) for part in dict.fromkeys(parts) if len(part) <= _LONGEST_QUOTE)[:_QUOTES]


def _keywords(words: object) -> tuple[str, ...]:
    given = words if isinstance(words, list) else []
    return tuple(one_line(word)[:60] for word in given if isinstance(word, str) and word.strip())[:_KEYWORDS]


def _passages(quote: str) -> list[str]:
    lines = [one_line(line) for line in quote.split("\n")] if " | " in quote else [one_line(quote)]
    return [line.replace("\ufffd", "") for line in lines if line]


def find_object(raw: str, keys: Collection[str], *, cut: bool = False) -> dict[str, Any]:
    """Find the JSON object in a reply that has some keys, all in lower case. Raises InvalidReply."""
    found = last_object(raw, keys, cut=cut)
    if isinstance(found, str):
        raise InvalidReply([found])
    return found


def _text(value: object, *, one: bool) -> str:
    """Return a field as plain text: one line, or lines in which lists begin with `- ` and stand apart."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = "\n".join(f"- {item}" for item in value)
    if not isinstance(value, str):
        return ""
    if _HALF.search(value) and has_letters(value):  # what is lost there may be a syllable
        raise InvalidReply(["It holds half a character: write each character out."])
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
