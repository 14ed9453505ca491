"""An answer that came in pieces, put together: server-sent events, or a line of JSON each.

Some servers stream whatever they are asked. Knows no HTTP; a piece that is not JSON is left out.
"""

import json
from collections.abc import Iterator
from typing import Any

from digest.stages.summarize.client.body import text_of

_MARKS = ("data:", "event:", "id:", "retry:", ":")
_TEXTS = ("content", "reasoning_content", "reasoning", "refusal")


def is_stream(text: str) -> bool:
    """Return whether a body is a stream of events, or several lines of JSON."""
    text = text.lstrip()
    return text.startswith(_MARKS) or (text.startswith("{") and "\n{" in text)


def join_stream(text: str) -> object:
    """Return the completion that a stream holds, the error that it ends with, or the text where it holds neither."""
    message: dict[str, Any] = {}
    arguments: dict[int, str] = {}
    whole: dict[str, Any] = {}
    seen, finish = False, None
    for event in _events(text):
        if event.get("error") and not event.get("choices"):
            return event
        whole["usage"] = event.get("usage") or whole.get("usage")
        choices = event.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else event if "message" in event else None
        if not isinstance(choice, dict):
            continue
        seen, finish = True, choice.get("finish_reason") or finish
        piece = next((part for name in ("delta", "message") if isinstance(part := choice.get(name), dict)), {})
        for name in _TEXTS:
            if added := text_of(piece.get(name)):
                message[name] = message.get(name, "") + added
        for call in piece.get("tool_calls") or ():
            function = call.get("function") if isinstance(call, dict) else None
            if isinstance(function, dict):
                place = call.get("index") if isinstance(call.get("index"), int) else 0
                arguments[place] = arguments.get(place, "") + text_of(function.get("arguments"))
    if not seen:
        return text
    calls = [{"function": {"arguments": arguments[place]}} for place in sorted(arguments)]
    return {**whole, "choices": [{"message": {**message, "tool_calls": calls}, "finish_reason": finish}]}


def _events(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        try:
            event = json.loads(line.removeprefix("data:"), strict=False)
        except (ValueError, RecursionError):
            continue
        if isinstance(event, dict):
            yield event
