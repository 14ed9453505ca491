"""Whether a server dropped most of a question without a word, by its own count of tokens.

A low count alone proves nothing: some servers leave out what they had cached before.
"""

from collections.abc import Sequence

from digest.errors import SummaryError
from digest.model.text import estimate_tokens
from digest.stages.summarize.client.chat import Answer
from digest.stages.summarize.prompt import Message

_QUOTED = 48  # characters of a passage that are looked for
_FEWEST = 1 / 2  # of the instructions' tokens: nobody cuts a question to less


class PromptTruncated(SummaryError):
    """The server dropped most of the text without a word, so that the summary would lean on what was left."""


def refuse_truncation(messages: Sequence[Message], answer: Answer, most: int = 0) -> None:
    """Raise PromptTruncated where the server counts less than a third of the paper's tokens and seems to be right.

    Ollama cuts a long prompt to its context length and answers as if nothing had happened:
    https://github.com/ollama/ollama/issues/7661. The same program counts only what it had not cached:
    https://github.com/ollama/ollama/pull/16428. It is believed unless it counted as much before (`most`), counts
    less than the instructions have, or the answer quotes more of the text than it counts.
    """
    text = messages[-1]["content"]
    sent, read = estimate_tokens(text), answer.usage.input_tokens if answer.usage else 0
    if not 0 < read < sent / 3 or most >= sent / 2:
        return
    instructions = sum(estimate_tokens(message["content"]) for message in messages[:1] if len(messages) > 1)
    if read < _FEWEST * instructions or _quoted(text, answer.raw) > read:
        return
    raise PromptTruncated(
        f"the server truncated the prompt (read {read:,} of about {sent:,} tokens)",
        hint="raise its context length (Ollama: OLLAMA_CONTEXT_LENGTH), or lower llm.input_tokens",
    )


def _quoted(text: str, raw: str) -> int:
    """Return the tokens between the first and the last passage of a text that stand in an answer."""
    places = [
        place
        for part in raw.split('"')
        if len(part) >= _QUOTED and (place := text.find(part[:_QUOTED])) >= 0
    ]  # fmt: skip
    return estimate_tokens(text[min(places) : max(places)]) if places else 0
