"""What the model is asked: messages and JSON schema. Pure. Secrets and settings never enter a prompt."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from digest.adapters.templates import Templates
from digest.model import Document, Paper, Span, schema
from digest.model.tables import numbered_text
from digest.model.text import estimate_tokens

Message = dict[str, str]
_FILES = ("prompt/system.md.j2", "prompt/paper.md.j2", "prompt/again.md.j2")
_VERIFY = "prompt/verify.md.j2"
_OVERVIEW = "prompt/overview.md.j2"
_FENCE = re.compile(r"<\s*(/?)\s*paper\b", re.IGNORECASE)
_ECHO = 20_000  # characters of a reply that are sent back with complaints; a whole one has about 6,000


@dataclass(frozen=True)
class Prompt:
    """The prompt of one site: its templates, language and topics."""

    templates: Templates
    words: Mapping[str, Any]
    topics: tuple[str, ...]
    verified: bool = False
    """Whether there is a second reading, whose question then counts in the version."""

    @property
    def version(self) -> str:
        """A short hash that changes when the question does: templates, words, topics or schema."""
        return self._version((*_FILES, *((_VERIFY,) if self.verified else ())))

    @property
    def question_version(self) -> str:
        """The same of the questions about a paper alone, whether there is a second reading or not."""
        return self._version(_FILES)

    def _version(self, files: Sequence[str]) -> str:
        parts = [self.templates.source(file) for file in files]
        parts += [repr(sorted(self.words["prompt"].items())), repr(self.topics), repr(schema.FIELDS)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:10]

    def ask(self, paper: Paper, document: Document) -> list[Message]:
        """Return the first question. What is the same for all papers comes first, so that servers can cache it."""
        words = self.words["prompt"]
        system = self.templates.render(
            _FILES[0],
            language=self.words["name"],
            style=words["style"],
            no_limitations=words["no_limitations"],
            openings=words["openings"],
            example=words["example"].strip(),
            quote_limit=schema.QUOTE_LIMIT,
            topics=self.topics,
            fields=schema.FIELDS,
        )
        user = self.templates.render(
            _FILES[1],
            title=_defused(paper.title),
            text=_defused(numbered_text(document)),
            abstract_only=words["abstract_only"] if document.origin == "abstract" else "",
        )
        return [{"role": "system", "content": system}, {"role": "user", "content": user}]

    def verify(self) -> str:
        """Return how the second reading is to be done, which is the same for all papers."""
        return self.templates.render(_VERIFY, language=self.words["name"])

    def overview(self, most: int, span: Span) -> str:
        """Return how the overview of a day, a week or a month is to be written, in at most so many sentences."""
        language, style = self.words["name"], self.words["prompt"]["style"]
        return self.templates.render(_OVERVIEW, language=language, style=style, most=most, span=span)

    def ask_again(self, messages: Sequence[Message], reply: str, complaints: Sequence[str]) -> list[Message]:
        """Continue the conversation with what was wrong with the reply."""
        again = self.templates.render(_FILES[2], complaints=complaints)
        # Several servers refuse an empty message.
        said = reply[:_ECHO] if reply.strip() else "(no answer)"
        return [*messages, {"role": "assistant", "content": said}, {"role": "user", "content": again}]


def tokens_in(messages: Sequence[Message]) -> int:
    """Estimate the tokens of a question."""
    return sum(estimate_tokens(message["content"]) for message in messages)


def in_one_message(messages: Sequence[Message]) -> list[Message]:
    """Put the instructions before the question, for a model that knows no role for them."""
    if len(messages) < 2 or messages[0]["role"] != "system":
        return list(messages)
    system, question, *more = messages
    return [{**question, "content": f"{system['content']}\n\n{question['content']}"}, *more]


def reply_schema(topics: Sequence[str], *, lengths: bool) -> dict[str, Any]:
    """Return the JSON schema of a reply: all keys required, none beside them.

    `lengths` adds the least and the most: weak models need them to begin and to end, some servers refuse them.
    """

    def text(least: int, most: int) -> dict[str, Any]:
        return {"type": "string", "minLength": least, "maxLength": most} if lengths else {"type": "string"}

    def several(items: dict[str, Any], most: int) -> dict[str, Any]:
        return {"type": "array", "items": items, **({"maxItems": most} if lengths else {})}

    def claims(field: schema.Field) -> dict[str, Any]:
        claim = {
            "quotes": several(text(1, schema.QUOTE_LIMIT), 6),
            "keywords": several(text(1, 40), 10),
            "text": text(1, field.limit),
        }
        return {**several(_closed(claim), field.claims), **({"minItems": 1} if lengths else {})}

    properties: dict[str, Any] = {field.name: claims(field) for field in schema.FIELDS}
    properties["tldr"] = text(1, schema.TLDR_LIMIT)
    properties["topics"] = several({"type": "string", "enum": list(topics)}, 3)
    return _closed(properties)


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _defused(text: str) -> str:
    """Keep the paper's text from closing the tags it stands between."""
    return _FENCE.sub(r"[\1paper", text)
