"""The overview of a day, a week or a month: a model sees entries, and writes sentences that name those they rest on.

What it answers is only read here; whether a sentence stands in its entries is decided by `stages/check/overview`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from digest.model import Entry, Overview, OverviewSentence, PaperId, Span, Usage
from digest.model.text import estimate_tokens, one_line, shorten
from digest.stages.summarize.conversation import Conversation
from digest.stages.summarize.prompt import Message, Prompt
from digest.stages.summarize.reply import InvalidReply, find_object

SENTENCES = 4
"""The most sentences of an overview."""
_LONGEST = 400  # characters of a sentence that are read
_NAMED = 8  # entries of a sentence
_FIELD = 400  # characters of a field that are shown
_SHOWN = (("goal", "contribution", "results"), ("goal",), ())
"""Fields of an entry that are shown, beside its title and one-line summary: as many as the model takes."""
_FENCE = re.compile(r"<\s*(/?)\s*entry\b", re.IGNORECASE)
_KEY = "sentences"


class OverviewWriter:
    """Asks a chat server about days. One object serves all threads of a run."""

    def __init__(self, prompt: Prompt, tokens: int, conversation: Callable[[Usage], Conversation]) -> None:
        """`tokens` is how much of the entries the model gets."""
        self._prompt, self._tokens, self._conversation = prompt, tokens, conversation

    def write(self, entries: Sequence[Entry], model: str, span: Span = "day") -> Overview:
        """Write the overview of some entries. Raises SummaryError or RunStopped."""
        conversation = self._conversation(Usage())
        answer = conversation.ask(questions(self._prompt, entries, self._tokens, span))
        try:
            sentences = parse(answer.raw, [entry.paper.id for entry in entries])
        except InvalidReply as unusable:
            conversation.forget()
            unusable.usage = conversation.usage
            raise
        return Overview(sentences=sentences, model=model, usage=conversation.usage)


def questions(prompt: Prompt, entries: Sequence[Entry], tokens: int, span: Span = "day") -> list[Message]:
    """Return the messages that ask for an overview: of entries in full, or in short where they are many."""
    shown = ""
    for fields in _SHOWN:
        blocks = [_shown(number, entry, fields) for number, entry in enumerate(entries, 1)]
        shown = "\n\n".join(blocks)
        if estimate_tokens(shown) <= tokens:
            break
    else:
        while len(blocks) > 1 and estimate_tokens("\n\n".join(blocks)) > tokens:
            blocks = blocks[: len(blocks) * 3 // 4]
        shown = "\n\n".join(blocks)
    return [{"role": "system", "content": prompt.overview(SENTENCES, span)}, {"role": "user", "content": shown}]


def parse(raw: str, papers: Sequence[PaperId]) -> tuple[OverviewSentence, ...]:
    """Read a reply; a sentence that names no entry names none here either. Raises InvalidReply."""
    listed = find_object(raw, (_KEY,))[_KEY]
    found = [_sentence(one, papers) for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    sentences = tuple(one for one in found if one.text)[:SENTENCES]
    if not sentences:
        raise InvalidReply([f"`{_KEY}` is empty."])
    return sentences


def reply_schema(*, lengths: bool) -> dict[str, Any]:
    """Return the JSON schema of a reply: all keys required, none beside them; `lengths` adds the most of each."""

    def several(items: dict[str, Any], most: int) -> dict[str, Any]:
        return {"type": "array", "items": items, **({"minItems": 1, "maxItems": most} if lengths else {})}

    text = {"type": "string", **({"maxLength": _LONGEST} if lengths else {})}
    parts = {"entries": several({"type": "integer"}, _NAMED), "text": text}
    sentence = {"type": "object", "properties": parts, "required": list(parts), "additionalProperties": False}
    whole = {_KEY: several(sentence, SENTENCES)}
    return {"type": "object", "properties": whole, "required": list(whole), "additionalProperties": False}


def _sentence(raw: Mapping[Any, Any], papers: Sequence[PaperId]) -> OverviewSentence:
    text, named = raw.get("text"), raw.get("entries")
    numbers = re.findall(r"\d{1,6}", str(named))[:_NAMED]
    places = dict.fromkeys(int(number) for number in numbers if 0 < int(number) <= len(papers))
    words = one_line(text) if isinstance(text, str) else ""
    return OverviewSentence(words if len(words) <= _LONGEST else "", tuple(papers[place - 1] for place in places))


def _shown(number: int, entry: Entry, fields: Sequence[str]) -> str:
    summary = entry.summary
    lines = [one_line(entry.paper.title), summary.tldr, *(shorten(summary.field(name), _FIELD) for name in fields)]
    text = _FENCE.sub(r"[\1entry", "\n".join(filter(None, lines)))
    return f'<entry id="{number}">\n{text}\n</entry>'
