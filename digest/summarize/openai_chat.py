"""One call to an OpenAI-compatible chat server. The one module that imports openai; it knows no papers and no policy.

Dialects differ: some servers enforce a JSON schema, some take it in another place, some only promise JSON, some
ignore the wish. `MODES` is the ladder of ways to ask; which one a server takes is learnt by asking.
"""

import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import openai

from digest.errors import ConfigError, ModelRefused, SummaryError
from digest.fetch import retry_after
from digest.model import Usage
from digest.summarize.prompt import Message
from digest.text import shorten

MODES = ("json_schema", "json_object with schema", "json_object", "text")
"""Ways to ask for JSON, the most binding first."""

_OPENAI_HOSTS = ("api.openai.com", ".openai.azure.com", ".services.ai.azure.com", ".cognitiveservices.azure.com")
_FORMAT = re.compile(
    r"response.?format|json.?schema|json.?object|structured.?output|grammar|guided|\bschema\b", re.IGNORECASE
)
_TOO_LONG = re.compile(
    r"context.?(?:length|size|window)|maximum.{0,20}(?:context|tokens)|too (?:long|many tokens)|exceeds?.{0,30}context"
    r"|prompt is too long|input.{0,20}too long|reduce the length",
    re.IGNORECASE,
)
_LIMIT_NAME = re.compile(r"max_(?:completion_)?tokens")
_QUOTA = re.compile(
    r"insufficient_quota|exceeded your current quota|billing|credit balance|payment required", re.IGNORECASE
)
_NO_MODEL = re.compile(
    r"model.{0,80}(?:not found|does not exist|not exist|unknown|no such)|model_not_found", re.IGNORECASE
)


class Unsupported(SummaryError):
    """The server cannot be asked in this mode, or not with the parameter `limit_name`. The call cost nothing."""

    def __init__(self, what: str, *, limit_name: str = "") -> None:
        super().__init__(what)
        self.limit_name = limit_name


class TooLong(SummaryError):
    """The text does not fit the model's context."""


class Declined(SummaryError):
    """The server answered, and not with a completion."""


class Overloaded(SummaryError):
    """Down, slow or throttling: worth waiting for. `after` is the wait that the server asks for, in seconds."""

    def __init__(self, what: str, *, after: float | None = None, throttled: bool = False) -> None:
        super().__init__(what)
        self.after = after
        self.throttled = throttled


@dataclass(frozen=True)
class Answer:
    """What came back: the raw text, why it ended, and the server's count of tokens."""

    raw: str
    finish: str
    usage: Usage


@dataclass(frozen=True)
class Dialect:
    """How one server is asked."""

    mode: str = MODES[0]
    limit_name: str = "max_tokens"

    @property
    def weaker(self) -> "Dialect | None":
        """The next rung down the ladder; None at its foot."""
        rung = MODES.index(self.mode) + 1
        return replace(self, mode=MODES[rung]) if rung < len(MODES) else None


class ChatServer:
    """A chat server at an address. Does not retry, does not wait, remembers nothing."""

    def __init__(
        self, *, base_url: str | None, model: str, key: str | None, timeout: float, output_tokens: int
    ) -> None:
        if key is not None and not (key.isascii() and key.isprintable()):
            raise ConfigError("OPENAI_API_KEY holds characters that no key has", hint="copy it again")
        self.name = base_url or "https://api.openai.com/v1"
        self.model = model
        host = urlsplit(self.name).hostname or ""
        self.openai_itself = host.endswith(_OPENAI_HOSTS)
        self.first = Dialect(limit_name="max_completion_tokens" if self.openai_itself else "max_tokens")
        self._output_tokens = output_tokens
        # Local servers need no key, but the client does not start without one.
        self._client = openai.OpenAI(base_url=base_url, api_key=key or "none", max_retries=0, timeout=timeout)

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def ask(self, messages: list[Message], schema: dict[str, Any], dialect: Dialect) -> Answer:
        """Ask once. Raises Unsupported, TooLong, Declined, Overloaded or ModelRefused."""
        asked: dict[str, Any] = {"model": self.model, "messages": messages, dialect.limit_name: self._output_tokens}
        if wanted := _response_format(dialect.mode, schema):
            asked["response_format"] = wanted
        try:
            completion = self._client.chat.completions.create(**asked)
        except openai.APIStatusError as cause:
            raise self._explain(cause, dialect) from cause
        except openai.APITimeoutError as cause:
            raise Overloaded(f"{self._host}: no answer in time") from cause
        except openai.APIConnectionError as cause:
            raise Overloaded(f"{self._host}: {shorten(str(cause.__cause__ or cause), 100)}") from cause
        except (openai.OpenAIError, ValueError, TypeError) as cause:
            # A body that is no JSON, or JSON of another shape: some proxies send their error page with status 200.
            raise Declined(f"{self._host}: not a completion: {shorten(str(cause), 100)}") from cause
        return self._read(completion)

    @property
    def _host(self) -> str:
        return f"model server {urlsplit(self.name).netloc.rpartition('@')[2]}"

    def _read(self, completion: Any) -> Answer:
        choices = getattr(completion, "choices", None)
        if not choices or getattr(choices[0], "message", None) is None:
            raise Declined(f"{self._host}: a completion without choices")
        message = choices[0].message
        raw = message.content if isinstance(message.content, str) else ""
        refusal = getattr(message, "refusal", None)
        return Answer(raw or str(refusal or ""), str(choices[0].finish_reason or ""), _usage(completion.usage))

    def _explain(self, cause: openai.APIStatusError, dialect: Dialect) -> Exception:
        """Turn an error status into what it means for the run, the paper or the way of asking."""
        status, said = cause.status_code, _said(cause)
        what = f"{self._host}: answered {status}: {shorten(said, 160)}"
        if status in {401, 403} or _QUOTA.search(said) or status == 402:
            hint = "check OPENAI_API_KEY and the account's quota"
            return ModelRefused(f"{self._host} refuses us ({status}): {shorten(said, 120)}", hint=hint)
        if status == 429 or status in {408, 409, 502, 503, 504, 529}:
            return Overloaded(what, after=_wait(cause), throttled=status in {429, 529})
        if _TOO_LONG.search(said) and status in {400, 413, 422, 500}:
            return TooLong(what)
        if status in {400, 422} and dialect.limit_name in said and _LIMIT_NAME.search(said):
            return Unsupported(what, limit_name=dialect.limit_name)
        if status in {400, 404, 415, 422, 500, 501} and _FORMAT.search(said) and dialect.weaker:
            return Unsupported(what)
        if status == 404 or (status == 400 and _NO_MODEL.search(said)):
            return ModelRefused(what, hint=f"is llm.model {self.model!r} right, and llm.base_url?")
        return Overloaded(what, after=_wait(cause)) if status >= 500 else Declined(what)


def _response_format(mode: str, schema: dict[str, Any]) -> dict[str, Any] | None:
    match mode:
        case "json_schema":
            return {"type": "json_schema", "json_schema": {"name": "summary", "strict": True, "schema": schema}}
        case "json_object with schema":
            return {"type": "json_object", "schema": schema}
        case "json_object":
            return {"type": "json_object"}
        case _:
            return None


def _usage(counted: Any) -> Usage:
    """Read the token counts, of which any part may be missing."""

    def number(value: object) -> int:
        return value if isinstance(value, int) and value >= 0 else 0

    details = getattr(counted, "prompt_tokens_details", None)
    cached = number(getattr(details, "cached_tokens", 0)) or number(getattr(counted, "prompt_cache_hit_tokens", 0))
    sent = number(getattr(counted, "prompt_tokens", 0))
    return Usage(1, sent, min(cached, sent), number(getattr(counted, "completion_tokens", 0)))


def _said(cause: openai.APIStatusError) -> str:
    body = cause.body if cause.body else cause.response.text
    return str(body.get("message") or body) + f" {body.get('code') or ''}" if isinstance(body, dict) else str(body)


def _wait(cause: openai.APIStatusError) -> float | None:
    headers = cause.response.headers
    milliseconds = headers.get("retry-after-ms", "")
    return (
        int(milliseconds) / 1000
        if milliseconds.isdigit()
        else retry_after(headers.get("retry-after"), headers.get("date"))
    )
