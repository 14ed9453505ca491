"""What an error says for itself: its code, type and message, in whatever shape, and nothing that it echoes. Pure.

Servers send the question back, or what the model wrote: a paper on quotas must not read like a quota that is spent.
"""

import json
import re
from collections.abc import Iterator

_OWN = frozenset({
    "error", "errors", "code", "type", "status", "reason", "message", "msg", "detail", "details", "title",
    "param", "loc",
    "error_code", "error_msg", "error_message", "error_type", "errorcode", "errormessage", "description",
    "base_resp", "status_code", "status_msg",  # MiniMax
    "metadata", "raw",  # OpenRouter: what its provider said
})  # fmt: skip
_SIZES = ("n_prompt_tokens", "n_ctx")
"""llama.cpp's numbers beside its message."""
_ECHO = re.compile(
    r"failed_generation[\"']?\s*[:=]|input_value\s*=|[\"']?\binput[\"']?\s*[:=]\s*[\"'{\[]"
    r"|(?:output|response|completion|generation|text) ?(?:was|is)?: ?[\"'`{\[]"
)
"""Where a message begins to quote what was asked or answered: Groq's, pydantic's, FastAPI's within another one's."""
_PAGE = re.compile(r"\s*(?:<!--|<!doctype\s+html|<html|<head|<body)", re.IGNORECASE)
_PIECE = 40
"""As many characters in a row that stand in the question are a quotation of it."""
_LONGEST = 800  # characters of one message


def own_words(body: object, asked: str = "") -> str:
    """Return what an error says; `asked` is the text of the question, which may be quoted in it."""
    return " ".join(dict.fromkeys(part for part in _parts(body, asked) if part))[:2000]


def _parts(body: object, asked: str, depth: int = 0) -> Iterator[str]:
    if depth > 6:
        return
    if isinstance(body, str):
        yield from _of_text(body, asked, depth)
    elif isinstance(body, dict):
        for key, value in body.items():
            if key in _SIZES and isinstance(value, int):
                yield f"{key} {value}"
            elif str(key).lower() in _OWN:
                # A status is known already; other numbers are codes of the server's own.
                number = isinstance(value, int) and not 0 <= value < 600
                yield from _parts(str(value) if number else value, asked, depth + 1)
    elif isinstance(body, list):
        for value in body[:10]:
            yield from _parts(value, asked, depth + 1)


def _of_text(text: str, asked: str, depth: int) -> Iterator[str]:
    if text.lstrip()[:1] in {"{", "["}:
        try:
            yield from _parts(json.loads(text[:65_536], strict=False), asked, depth + 1)
            return
        except (ValueError, RecursionError):
            pass
    page = re.search(r"<title[^<>]{0,80}>([^<]{1,200})", text[:20_000], re.IGNORECASE)
    text = page[1] if page else re.sub(r"<[^<>]*>", " ", text[:4000])
    if echo := _ECHO.search(text):
        text = text[: echo.start()]
    yield _without_quotation(text[:_LONGEST], asked).strip()


def _without_quotation(said: str, asked: str) -> str:
    kept, at = "", 0
    while at < len(said):
        found = asked.find(said[at : at + _PIECE]) if at + _PIECE <= len(said) else -1
        if found < 0:
            kept, at = kept + said[at], at + 1
            continue
        while at < len(said) and asked[found : found + 1] == said[at]:
            at, found = at + 1, found + 1
    return kept


def is_page(body: object) -> bool:
    """Return whether a body is a web page: a captcha, a login or a proxy's notice, whatever its status."""
    return isinstance(body, str) and bool(_PAGE.match(body[:2000]))
