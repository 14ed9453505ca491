"""The parts of an answer's body, in whatever form servers send them."""

import json
from contextlib import suppress
from typing import Any

from digest.model import Usage


def parse_json(body: bytes, charset: str = "") -> object:
    """Read a body as JSON, else as the text it is. `charset` is what its header says."""
    text = _decoded(body, charset)
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return text


def _decoded(body: bytes, charset: str) -> str:
    """Decode a body by its mark or its zeros, else as UTF-8, else as it says: many that say Latin-1 are UTF-8."""
    marked = json.detect_encoding(body)
    if marked != "utf-8":
        return body.decode(marked, "replace")
    for encoding in ("utf-8", charset or "utf-8"):
        with suppress(UnicodeError, LookupError):
            return body.decode(encoding)
    return body.decode("utf-8", "replace")


def completion_in(body: dict[str, Any]) -> dict[str, Any]:
    """Return the completion in a body: itself, or what a gateway wrapped in one more object."""
    if not body.get("choices"):
        for name in ("data", "result", "output", "response"):
            inner = body.get(name)
            if isinstance(inner, dict) and inner.get("choices"):
                return {"usage": body.get("usage"), **inner}
    return body


def status_of(body: dict[str, Any]) -> int:
    """Return the status of an error that came with status 200: its code where that is one, else a bad request.

    OpenRouter sends its provider's like this: https://github.com/UKGovernmentBEIS/inspect_ai/issues/1534
    """
    error = body.get("error")
    for part in (error if isinstance(error, dict) else {}, body):
        for name in ("code", "status", "status_code"):
            code = str(part.get(name) or "")
            if len(code) == 3 and code.isdecimal() and 400 <= int(code) < 600:
                return int(code)
    return 400


def answer_of(choice: dict[str, Any], finish: str) -> str:
    """Return what a model answered: where its text holds no object, one that it handed to a function or thought.

    Parsers of thinking put a whole answer there when the model did not think:
    https://github.com/sgl-project/sglang/issues/37645. What was cut off while thinking is no answer.
    """
    message = next((part for name in ("message", "delta") if isinstance(part := choice.get(name), dict)), {})
    bare = choice.get("message") if isinstance(choice.get("message"), str) else choice.get("text")
    content = text_of(message.get("content")) or text_of(bare)
    texts = [content, *_arguments(message)]
    if finish != "length":
        texts += [text_of(message.get(name)) for name in ("reasoning_content", "reasoning", "thinking")]
    return next((text for text in texts if "{" in text), content)


def _arguments(message: dict[str, Any]) -> list[str]:
    calls = message.get("tool_calls")
    functions = [call.get("function") for call in calls if isinstance(call, dict)] if isinstance(calls, list) else []
    given = [part.get("arguments") for part in (*functions, message.get("function_call")) if isinstance(part, dict)]
    return [json.dumps(one) if isinstance(one, dict) else text_of(one) for one in given]


def text_of(content: object) -> str:
    """Return a message's text: a string, or Mistral's list of parts without the thinking. Half characters are dropped.

    A lone surrogate (`\\ud83d` without its half) can neither be kept nor sent back: it has no UTF-8.
    """
    if isinstance(content, dict):  # some gateways answer with the object itself
        content = json.dumps(content, ensure_ascii=False)
    if isinstance(content, list):
        content = "".join(
            part["text"] for part in content if isinstance(part, dict) and isinstance(part.get("text"), str)
        )
    if not isinstance(content, str):
        return ""
    return content.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")


def usage_of(counted: object) -> Usage | None:
    """Read the token counts, of which any part may be missing; the question's may leave out what was cached."""

    def number(value: object) -> int:
        return value if isinstance(value, int) and value >= 0 else 0

    if not isinstance(counted, dict):
        return None
    details = counted.get("prompt_tokens_details")
    cached = number(details.get("cached_tokens")) if isinstance(details, dict) else 0
    # DeepSeek's name; Anthropic's, whose counts leave it out
    cached = cached or number(counted.get("prompt_cache_hit_tokens")) or number(counted.get("cache_read_input_tokens"))
    sent, answered = number(counted.get("prompt_tokens")), number(counted.get("completion_tokens"))
    if cached > sent:
        sent += cached
    return Usage(1, sent, cached, answered) if sent or answered else None
