"""The second reading: a model is shown each claim beside pieces of the paper, and lists what they do not support.

What it answers is only read here; which of its objections count is decided by code (`stages/check/verification`).
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from digest.errors import OutOfTime, SummaryError
from digest.model import Objection, SourcedClaim, Usage, Verification
from digest.model.schema import NAMES
from digest.model.text import one_line
from digest.stages.summarize.client.truncation import PromptTruncated
from digest.stages.summarize.conversation import Conversation
from digest.stages.summarize.prompt import Message, Prompt
from digest.stages.summarize.reply import InvalidReply, find_object

_FENCE = re.compile(r"<\s*(/?)\s*(claim|passages)\b", re.IGNORECASE)
_KEY = "unsupported"
_LIST = re.compile(
    r"(?:\A|[^:\s]|\"(?:objections|contradictions|issues|problems)\"\s*:)\s*(?P<list>\[)\s*\{", re.IGNORECASE
)
"""A list that stands alone, or in an object under a name that says as much; `supported` does not."""
_CLAIM = re.compile(rf"\b(?:{'|'.join((*NAMES, 'tldr'))})\.\d+\b", re.IGNORECASE)
_NOTHING = re.compile(r"(?:none|nothing|null|n/?a|no objections?|all (?:is|are) supported|없음|없다)\.?", re.IGNORECASE)
_OBJECTIONS, _WORDS = 60, 8
_LONGEST = 1_200
"""Characters of a quotation that are read."""


class Verifier:
    """Asks a chat server about claims. One object serves all threads of a run."""

    def __init__(self, prompt: Prompt, conversation: Callable[[Usage], Conversation]) -> None:
        self._prompt = prompt
        self._conversation = conversation

    def verify(self, claims: Sequence[SourcedClaim], usage: Usage) -> Verification:
        """Return the objections to some claims; `usage` is what earlier questions about the paper took.

        A model that fails, or answers something else, costs the paper nothing: the result says why. Raises RunStopped.
        """
        if not claims:
            return Verification(usage=usage)
        conversation = self._conversation(usage)
        messages = questions(self._prompt, claims)
        try:
            answer = conversation.ask(messages)
            conversation.refuse_truncation(messages, answer)
            return Verification(objections=parse(answer.raw), usage=conversation.usage)
        except (InvalidReply, PromptTruncated) as unusable:
            conversation.forget()
            return Verification(usage=conversation.usage, failed=str(unusable))
        except (SummaryError, OutOfTime) as error:
            return Verification(usage=conversation.usage, failed=str(error))


def questions(prompt: Prompt, claims: Sequence[SourcedClaim]) -> list[Message]:
    """Return the messages that ask about some claims, each fenced together with its own pieces."""
    shown = "\n\n".join(
        f'<claim id="{claim.id}">\n{_defused(claim.claim.text)}\n'
        f"<passages>\n{_defused(_listed(claim.pieces))}\n</passages>\n</claim>"
        for claim in claims
    )
    return [{"role": "system", "content": prompt.verify()}, {"role": "user", "content": shown}]


def parse(raw: str) -> tuple[Objection, ...]:
    """Read a reply. Forgives what `reply.parse` forgives, a list without the object around it, and parts missing.

    Where claims are named but nothing is quoted, they are objected to as unstated. Raises InvalidReply.
    """
    try:
        listed = find_object(raw, (_KEY,))[_KEY]
    except InvalidReply:
        listed = _bare_list(raw)
        if listed is None:
            raise
    if isinstance(listed, dict) and "claim" not in map(str.lower, listed):  # by the name of the claim
        listed = [{"claim": id_, **(said if isinstance(said, dict) else {})} for id_, said in listed.items()]
    several = listed if isinstance(listed, list) else [listed]
    found = tuple(filter(None, map(_objection, several[:_OBJECTIONS])))
    if not found and any(map(_says_something, several)):
        raise InvalidReply([f"“{_KEY}” names no claim."])
    return found


def _bare_list(raw: str) -> list[Any] | None:
    """Return the last list of objections in a reply that has nothing else; None where there is none."""
    found, end = None, 0
    for place in _LIST.finditer(raw):
        if place.start() < end:
            continue
        try:
            listed, end = json.JSONDecoder(strict=False).raw_decode(raw, place.start("list"))
        except (ValueError, RecursionError):
            continue
        if all(isinstance(one, dict) and "claim" in one for one in listed):
            found = listed
    return found


def _says_something(value: object) -> bool:
    return bool(value) and not (isinstance(value, str) and _NOTHING.fullmatch(value.strip()))


def reply_schema(*, lengths: bool) -> dict[str, Any]:
    """Return the JSON schema of a reply: all keys required, none beside them; `lengths` adds the most of each."""
    most: Mapping[str, int] = {"claim": 20, "claim_says": 300, "paper_says": 500}
    parts: dict[str, Any] = {
        name: {"type": "string", **({"maxLength": limit} if lengths else {})} for name, limit in most.items()
    }
    word = {"type": "string", **({"maxLength": 40} if lengths else {})}
    parts["look_for"] = {"type": "array", "items": word, **({"maxItems": _WORDS} if lengths else {})}
    items = {"type": "object", "properties": parts, "required": list(parts), "additionalProperties": False}
    listed = {"type": "array", "items": items, **({"maxItems": _OBJECTIONS} if lengths else {})}
    return {"type": "object", "properties": {_KEY: listed}, "required": [_KEY], "additionalProperties": False}


def _objection(raw: object) -> Objection | None:
    """Read one objection; of a sentence (`results.1: turned round`) only which claim it is about."""
    if isinstance(raw, str):
        named = _CLAIM.search(raw)
        return Objection(claim=named[0].lower()) if named else None
    if not isinstance(raw, Mapping):
        return None
    found = {str(key).lower(): value for key, value in raw.items()}
    words = found.get("look_for")
    several = words if isinstance(words, list) else re.split(r"[,;]", words) if isinstance(words, str) else []
    written = _text(found.get("claim"))
    named = _CLAIM.search(written)
    claim = named[0].lower() if named else written.strip("[]`\"'")
    return Objection(
        claim=claim,
        claim_says=_text(found.get("claim_says")),
        paper_says=_text(found.get("paper_says")),
        look_for=tuple(line[:60] for word in several if isinstance(word, str) and (line := one_line(word)))[:_WORDS],
    ) if claim else None  # fmt: skip


def _text(value: object) -> str:
    return one_line(value)[:_LONGEST] if isinstance(value, str) else ""


def _listed(pieces: Sequence[str]) -> str:
    return "\n\n".join(pieces) or "(nothing was found in the paper)"


def _defused(text: str) -> str:
    """Keep text from closing the tags it stands between."""
    return _FENCE.sub(r"[\1\2", text)
