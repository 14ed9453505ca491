"""How long is too long: the numbers in a server's words, about the whole, the question and the answer. Pure."""

import re
from collections.abc import Iterator

_NUMBER = r"(\d[\d,_]*)"
_SUM = re.compile(rf"{_NUMBER} ?\+ ?{_NUMBER} ?> ?{_NUMBER}")  # Anthropic: 196395 + 64000 > 204698
_WINDOW = (
    r"n_ctx (\d+)",  # llama.cpp
    rf"context (?:length|size|window|limit)\D{{0,40}}?{_NUMBER}",  # OpenAI, vLLM, SGLang, LM Studio, DeepSeek
    rf"{_NUMBER} (?:tokens? )?(?:maximum|max\b|context|limit)",  # Mistral
    rf"(?:<=?|>)\D{{0,4}}{_NUMBER}",  # Anthropic, Together
    rf"(?:maximum|max|limit|at most|up to|exceeds?|allowed)\D{{0,40}}?{_NUMBER}",  # xAI, Gemini, Moonshot, Cohere, Groq
    r"\[\d+, ?(\d+)\]",  # DashScope
)
_QUESTION = (
    r"n_prompt_tokens (\d+)",
    rf"{_NUMBER}\W{{0,3}}(?:in the messages|(?:input|prompt) tokens|inputs\b)",
    rf"{_NUMBER} tokens (?:in|from|of) the (?:input|messages?|prompt|text)",
    rf"(?:prompt|inputs?|messages?|resulted in|contains|first|received)\D{{0,40}}?{_NUMBER}",
)
_TOTAL = (rf"(?:requested|request|total of)\D{{0,20}}?{_NUMBER}",)
_SMALLEST = 256  # a smaller number is none of these


def read_lengths(said: str, limit: int) -> tuple[int | None, int | None]:
    """Return how many tokens question and answer may have together, and how many the question has, as far as is said.

    `limit` is what was asked for as the most of the answer, which is often quoted.
    """
    if both := _SUM.search(said):
        return _int(both[3]), _int(both[1])
    window = next((number for number in _numbers(_WINDOW, said) if number != limit), None)
    question = next((number for number in _numbers(_QUESTION, said) if number not in (limit, window)), None)
    if question is None:
        total = next((number for number in _numbers(_TOTAL, said) if number not in (limit, window)), 0)
        question = total - limit if total > limit else total or None
    if window and question and question + limit <= window:  # then these are other numbers
        question = None
    return window, question


def read_limit(said: str, limit: int) -> int | None:
    """Return the largest limit of an answer that is allowed, where it is said and smaller than `limit`."""
    alone = re.findall(r"(?<![\w.-])\d[\d,_]*(?![\w-])", said)
    return max((number for one in alone if _SMALLEST <= (number := _int(one)) < limit), default=None)


def _numbers(patterns: tuple[str, ...], said: str) -> Iterator[int]:
    for pattern in patterns:
        for found in re.finditer(pattern, said, re.IGNORECASE):
            if (number := _int(found[1])) >= _SMALLEST:
                yield number


def _int(digits: str) -> int:
    return int(digits.replace(",", "").replace("_", "")[:12] or 0)
