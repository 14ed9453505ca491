"""Why there is no answer: what an error status and its words mean, over all servers. Pure; each pattern says who words
it like that.

The order of the questions matters: a message often fits several patterns.
"""

import re
from collections.abc import Iterator

from digest.errors import DigestError, ModelRefused, SummaryError
from digest.model.text import shorten
from digest.stages.summarize.client.capabilities import Capabilities


class Unsupported(SummaryError):
    """The server cannot be asked like this; `instead` is the next way to try. The call cost nothing."""

    def __init__(self, what: str, instead: Capabilities) -> None:
        super().__init__(what)
        self.instead = instead


class TooLong(SummaryError):
    """The text does not fit what the server takes."""


class NoCompletion(SummaryError):
    """The server answered, not with a completion, and not with a reason that says what to do."""


class Overloaded(SummaryError):
    """Down, slow or throttling: worth waiting for. `after` is the wait that the server asks for, in seconds."""

    def __init__(self, what: str, *, after: float | None = None, throttled: bool = False) -> None:
        super().__init__(what)
        self.after = after
        self.throttled = throttled
        """Whether fewer calls at once would help."""


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_NO_MONEY = _words(
    r"insufficient.?(?:quota|balance|credits?|funds)",  # OpenAI (429), DeepSeek (402), OpenRouter (402)
    r"billing.?hard.?limit",  # OpenAI (400)
    r"credit balance is too low",  # Anthropic (400)
    r"\blimit: 0\b",  # Gemini (429) for a model without a free tier; its other 429 speak of quota and pass
)
_FLAGGED = _words(r"moderation", r"flagged", r"content.?(?:filter|policy|management)", r"responsible.?ai")
_TOO_LONG = _words(
    r"context.?(?:length|size)",  # OpenAI, vLLM, llama.cpp, LM Studio, Groq, Mistral
    r"(?:prompt|input).{0,40}(?:too long|exceeds?)",  # Anthropic, Gemini
    r"maximum (?:prompt|input) length",  # xAI
    r"tokens?.{0,5}\+.{0,5}.?max_new_tokens",  # Together
    r"reduce the length",
    r"request too large",  # OpenAI and Groq (429, 413): more than a minute's share, so waiting is useless
)
_LENGTHS = _words(r"(?:max|min)(?:imum)?_?(?:Length|Items)\b")
_FORMAT = _words(
    r"response.?(?:format|schema)",
    r"json.?(?:schema|object)",
    r"structured.?output",
    r"grammar",
    r"guided.?(?:json|dec)",
)
_LIMIT = re.compile(r"max_(?:completion_)?tokens")
_UNKNOWN = _words(
    r"(?:un|not )(?:supported|known|recogni[sz]ed|expected|permitted|allowed)\b",
    r"\binstead\b",
    r"\bextra\b",
    r"cannot find field",
)
_NO_MODEL = _words(
    r"model.{0,80}(?:not found|not exist|not a valid|no longer)",
    r"(?:unknown|invalid|no such) model\b",
    r"model_not_found",
)
_AGAIN = re.compile(r"(?:again|retry) (?:in|after) (?:(\d+)m(?!s))?(?:([\d.]+) ?(ms|s))?", re.IGNORECASE)
_BUSY = {408, 409, 425, 429, 502, 503, 504, 529}
_THROTTLED = {429, 503, 529}
_SAYS_NO = {400, 404, 405, 413, 415, 422, 500, 501}


def explain(
    status: int, said: str, capabilities: Capabilities, *, host: str, model: str, after: float | None
) -> DigestError:
    """Return the error that says what an answer means for the run, the paper or the way of asking.

    `said` is the body's own words (see `words`), `after` what `Retry-After` said, in seconds.
    """
    what = f"{host}: answered {status}: {shorten(said, 160)}"
    if (
        status in {401, 402}
        or (status == 403 and not _FLAGGED.search(said))
        or (status < 500 and _NO_MONEY.search(said))
    ):
        return ModelRefused(what, hint="check OPENAI_API_KEY and the account's credit")
    if status < 500 and _LIMIT.search(said) and not _TOO_LONG.search(said) and not _FORMAT.search(said):
        return _of_limit(what, said, capabilities)
    if status == 413 or (status in _SAYS_NO | {429} and _TOO_LONG.search(said)):
        return TooLong(what)
    if status in _BUSY:
        return Overloaded(what, after=_asked(said) if after is None else after, throttled=status in _THROTTLED)
    if status in _SAYS_NO and capabilities.lengths and _LENGTHS.search(said):
        return Unsupported(what, capabilities.plain)
    if status in _SAYS_NO and capabilities.fallback and _FORMAT.search(said):
        return Unsupported(what, capabilities.fallback)
    # A redirect is not followed: whoever set it up did not mean the papers to go there.
    if status in {404, 405} or 300 <= status < 400 or (status == 400 and _NO_MODEL.search(said)):
        return ModelRefused(what, hint=f"check llm.model ({model}) and llm.base_url")
    return Overloaded(what) if status >= 500 else NoCompletion(what)


def _of_limit(what: str, said: str, capabilities: Capabilities) -> DigestError:
    """Tell a limit that is called otherwise from one that is too high."""
    if _UNKNOWN.search(said) and capabilities.limit_name in said:
        return Unsupported(what, capabilities.renamed)
    return ModelRefused(what, hint="lower llm.output_tokens to what this model allows")


def words(body: object) -> str:
    """Return what an error body says, in whatever shape: its strings, without what it echoes of the question."""
    return " ".join(dict.fromkeys(_strings(body)))[:2000]


def _strings(body: object, depth: int = 0) -> Iterator[str]:
    if isinstance(body, str):
        yield re.sub(r"<[^>]*>", " ", body[:4000])[:800]
    elif isinstance(body, dict) and depth < 6:
        for key, value in body.items():
            # FastAPI and pydantic send the whole question back, paper included.
            if key not in {"input", "messages", "prompt", "ctx", "url"}:
                yield from _strings(value, depth + 1)
    elif isinstance(body, list) and depth < 6:
        for value in body[:10]:
            yield from _strings(value, depth + 1)


def _asked(said: str) -> float | None:
    """Read a wait out of the words: OpenAI's "try again in 6m0s", Gemini's "retry in 34.07s" (it sends no header)."""
    found = _AGAIN.search(said)
    if not found or not any(found.groups()):
        return None
    minutes, number, unit = found.groups()
    try:
        seconds = float(number or 0) / (1000 if unit and unit.lower() == "ms" else 1)
    except ValueError:
        return None
    return 60 * int(minutes or 0) + seconds
