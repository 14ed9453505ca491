"""What a server of embeddings answers: vectors, held to what was asked for, or what its refusal means. Pure."""

import json
import math
import re
from collections.abc import Sequence
from typing import Any

from digest.errors import EmbeddingError
from digest.model.text import printable, shorten

_BUSY = {408, 409, 425, 429, 500, 502, 503, 504, 529}
_NO_KEY = {401, 402, 403}
_TOO_MUCH = {400, 413, 422, 500}
_MANY = re.compile(
    r"(?:too many|number of) inputs?\b|maximum (?:allowed )?batch|array (?:too long|length)|at most \d+ (?:in|te)", re.I
)  # TEI, OpenAI, DashScope
_LONG = re.compile(
    r"too (?:long|large|many tokens)|context.?(?:length|size|window)|maximum (?:context|input|sequence)"
    r"|physical batch|tokens? limit|reduce (?:the|your)|must have less than",
    re.I,
)  # llama.cpp, OpenAI, TEI, vLLM, Ollama
_DIMENSIONS = re.compile(r"dimension|matryoshka", re.I)
_COUNTED = 2**31  # tokens of one request that a server may say it counted


class TryLater(EmbeddingError):
    """The server is busy or down: asking again may help, after so many seconds where it says so."""

    def __init__(self, what: str, *, after: float | None = None) -> None:
        super().__init__(what)
        self.after = after


class TooMuch(EmbeddingError):
    """The request does not fit what the server takes: too many texts, or texts that are too long."""

    def __init__(self, what: str, *, texts: bool) -> None:
        super().__init__(what)
        self.texts = texts
        """Whether there were too many texts; otherwise they were too long."""


def read_vectors(body: bytes, texts: int, dimensions: int | None, host: str) -> tuple[list[list[float]], int | None]:
    """Return a vector for each text, in the order in which they were asked, and the tokens that the server counted.

    Raises EmbeddingError where anything is missing, doubled, of another length, or no number.
    """
    answer = _parsed(body)
    rows = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(rows, list):
        raise EmbeddingError(f"{host}: not a list of vectors: {said(body) or 'nothing'}")
    if len(rows) != texts:
        raise EmbeddingError(f"{host}: {len(rows)} vectors for {texts} texts")
    vectors: list[list[float] | None] = [None] * texts
    for place, row in enumerate(rows):
        index = row.get("index", place) if isinstance(row, dict) else -1
        if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < texts or vectors[index]:
            raise EmbeddingError(f"{host}: the vectors are not numbered from 0 to {texts - 1}")
        vectors[index] = _numbers(row.get("embedding"), host)
    found = [vector for vector in vectors if vector]
    lengths = {len(vector) for vector in found}
    if len(lengths) != 1:
        raise EmbeddingError(f"{host}: vectors of different lengths: {', '.join(map(str, sorted(lengths)))}")
    if dimensions and lengths != {dimensions}:
        (length,) = lengths
        raise EmbeddingError(
            f"{host}: vectors of {length} numbers, not of {dimensions}",
            hint=f"set llm.embeddings.dimensions to {length}, or to null",
        )
    return found, _counted(answer)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


def _numbers(raw: object, host: str) -> list[float]:
    if not isinstance(raw, list) or not raw:
        raise EmbeddingError(f"{host}: a vector is missing")
    try:
        numbers = [float(one) for one in raw if isinstance(one, (int, float)) and not isinstance(one, bool)]
    except OverflowError:
        numbers = []
    if len(numbers) != len(raw) or not all(map(math.isfinite, numbers)) or not any(numbers):
        raise EmbeddingError(f"{host}: a vector with something else than finite numbers, or of zeros alone")
    return numbers


def _counted(answer: dict[str, Any]) -> int | None:
    usage = answer.get("usage")
    for name in ("prompt_tokens", "total_tokens"):
        number = usage.get(name) if isinstance(usage, dict) else None
        if isinstance(number, int) and not isinstance(number, bool) and 0 < number < _COUNTED:
            return number
    return None


def refusal(status: int, body: bytes, host: str, key_name: str, after: float | None) -> EmbeddingError:
    """Return the error that says what an answer other than 200 means."""
    words = said(body)
    what = f"{host}: answered {status}: {words}" if words else f"{host}: answered {status}"
    if status in _NO_KEY:
        return EmbeddingError(what, hint=f"check {key_name} and the account's credit")
    if status in _TOO_MUCH and _MANY.search(words):
        return TooMuch(what, texts=True)
    if status in _TOO_MUCH and _LONG.search(words):
        return TooMuch(what, texts=False)
    if status < 500 and _DIMENSIONS.search(words):
        return EmbeddingError(what, hint="set llm.embeddings.dimensions to null")
    if status in _BUSY:
        return TryLater(what, after=after)
    return EmbeddingError(what, hint="check llm.embeddings")


def said(body: bytes) -> str:
    """Return what an error says for itself, short: its message, or the text of a page."""
    answer = _parsed(body[:65_536])
    for name in ("error", "message", "detail"):
        inner = answer.get(name) if isinstance(answer, dict) else None
        if isinstance(inner, (dict, str)):
            answer = inner
    text = answer if isinstance(answer, str) else "" if answer is not None else body[:4000].decode("utf-8", "replace")
    return shorten(printable(" ".join(re.sub(r"<[^<>]{0,500}>", " ", text[:4000]).split())), 160)


def cut(text: str, tokens: int, estimated: int) -> str:
    """Return as much of a text as has about so many tokens."""
    return text if estimated <= tokens else text[: max(1, len(text) * tokens // estimated)]


def parts(texts: Sequence[str], size: int) -> list[Sequence[str]]:
    """Return texts in parts of one size, the last one with what is left."""
    return [texts[begin : begin + size] for begin in range(0, len(texts), size)]
