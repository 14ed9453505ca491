"""The parts of an answer's body, in whatever form a server sends them."""

import json

from digest.model import Usage


def parse_json(body: bytes) -> object:
    """Read a body as JSON, else as the text it is."""
    text = body.decode("utf-8", "replace")
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return text


def text_of(content: object) -> str:
    """Return a message's text: a string, or Mistral's list of parts without the thinking. Half characters are dropped.

    A lone surrogate (`\\ud83d` without its half) can neither be kept nor sent back: it has no UTF-8.
    """
    if isinstance(content, list):
        content = "".join(
            part["text"] for part in content if isinstance(part, dict) and isinstance(part.get("text"), str)
        )
    if not isinstance(content, str):
        return ""
    return content.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")


def usage_of(counted: object) -> Usage | None:
    """Read the token counts, of which any part may be missing."""

    def number(value: object) -> int:
        return value if isinstance(value, int) and value >= 0 else 0

    if not isinstance(counted, dict):
        return None
    details = counted.get("prompt_tokens_details")
    cached = number(details.get("cached_tokens")) if isinstance(details, dict) else 0
    cached = cached or number(counted.get("prompt_cache_hit_tokens"))  # DeepSeek
    sent, answered = number(counted.get("prompt_tokens")), number(counted.get("completion_tokens"))
    return Usage(1, sent, min(cached, sent), answered) if sent or answered else None
