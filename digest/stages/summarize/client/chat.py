"""One call to an OpenAI-compatible chat server. Knows no papers and no policy. Only this and `batches` import openai.

The answer is read here and not by the package, whose `parse()` raises half a dozen kinds of error by turns: servers
send null for choices, leave the usage out, or put an error page or the provider's error behind status 200.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2

from digest.adapters.http import Deadline, retry_after
from digest.errors import ConfigError, DigestError
from digest.model import Usage
from digest.model.text import one_line, shorten
from digest.stages.summarize.client import http as wire
from digest.stages.summarize.client.body import parse_json, text_of, usage_of
from digest.stages.summarize.client.capabilities import Capabilities
from digest.stages.summarize.client.errors import NoCompletion, Overloaded, explain, words
from digest.stages.summarize.prompt import Message

_OPENAI = "https://api.openai.com/v1"
_LARGEST = 4 * 2**20  # bytes of an answer; a summary with evidence takes about 20 kB
_SECRET = 16  # a shorter key is a dummy like "ollama", which a text may well contain


@dataclass(frozen=True)
class Answer:
    """What came back: the raw text, why it ended, and the server's own count of tokens."""

    raw: str
    finish: str = "stop"
    """`stop`, or why the text is not whole: `length`, `content_filter`, `refusal`, …"""
    usage: Usage | None = None
    """None where the server does not count."""


class ChatServer:
    """A chat server at an address. Does not retry, does not wait, remembers nothing."""

    def __init__(
        self,
        *,
        base_url: str | None,
        model: str,
        key: str | None,
        timeout: float,
        output_tokens: int,
        deadline: Deadline | None = None,
    ) -> None:
        import openai  # noqa: PLC0415 - half a second, which only a run that asks should pay

        key = (key or "").strip()
        if not (key.isascii() and key.isprintable()):
            raise ConfigError("OPENAI_API_KEY contains invalid characters", hint="copy it again")
        self.name = base_url or _OPENAI
        self.model = model
        self._key = key
        self._timeout = timeout
        self._output_tokens = output_tokens
        self.deadline = deadline or Deadline()
        self.host = f"model server {urlsplit(self.name).netloc.rpartition('@')[2]}"
        # Local servers need no key, but the client does not start without one.
        try:
            http = wire.client(timeout, _LARGEST, self.deadline)
        except (ImportError, ValueError, httpx2.InvalidURL) as cause:
            raise ConfigError("invalid proxy setting for the model server") from cause
        self.client = openai.OpenAI(
            base_url=self.name, api_key=key or "none", max_retries=0, timeout=timeout, http_client=http
        )

    def close(self) -> None:
        """Close all connections."""
        self.client.close()

    def ask(self, messages: list[Message], schema: dict[str, Any], capabilities: Capabilities) -> Answer:
        """Ask once. Raises Unsupported, TooLong, NoCompletion, Overloaded, ModelRefused or OutOfTime."""
        import openai  # noqa: PLC0415 - as above

        self.deadline.check()
        asked = self.request(messages, schema, capabilities)
        try:
            with self.client.chat.completions.with_streaming_response.create(**asked) as response:
                body = self._whole(response)
        except openai.APIStatusError as cause:
            headers = cause.response.headers
            raise self._explain(
                cause.status_code, parse_json(cause.response.content), capabilities, _wait(headers)
            ) from cause
        except (openai.APITimeoutError, httpx2.TimeoutException) as cause:
            self.deadline.check()
            if isinstance(cause.__cause__ or cause, httpx2.ConnectTimeout):
                raise Overloaded(f"{self.host}: cannot be reached") from cause
            raise self._late() from cause
        except (openai.APIConnectionError, httpx2.HTTPError) as cause:
            self.deadline.check()
            raise Overloaded(
                f"{self.host}: {self.shown(str(cause.__cause__ or cause) or 'connection lost')}"
            ) from cause
        return self.read(parse_json(body), capabilities)

    def request(self, messages: list[Message], schema: dict[str, Any], capabilities: Capabilities) -> dict[str, Any]:
        """Return what is sent: the body of the request."""
        asked: dict[str, Any] = {
            "model": self.model,
            "messages": messages,
            capabilities.limit_name: self._output_tokens,
        }
        if wanted := capabilities.response_format(schema):
            asked["response_format"] = wanted
        return asked

    def _whole(self, response: Any) -> bytes:
        """Read the answer, up to a size: some gateways drip white space to keep a connection open."""
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) >= _LARGEST:
                raise NoCompletion(f"{self.host}: response larger than {_LARGEST // 2**20} MB")
        return bytes(body)

    def _late(self) -> NoCompletion:
        """Late is not busy: the server works on the answer, and may charge for it each time it is asked."""
        return NoCompletion(f"{self.host}: no answer within {self._timeout:g} s", hint="raise llm.timeout")

    def read(self, body: object, capabilities: Capabilities) -> Answer:
        """Read a completion. Raises what an error in its place means."""
        if not isinstance(body, dict):
            raise NoCompletion(f"{self.host}: not a chat completion: {self.shown(words(body)) or 'nothing'}")
        choices = body.get("choices")
        if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
            error = body.get("error")
            # OpenRouter sends its provider's error with status 200: https://github.com/UKGovernmentBEIS/inspect_ai/issues/1534
            if isinstance(error, dict) and isinstance(status := error.get("code"), int) and 400 <= status < 600:
                raise self._explain(status, body, capabilities, None)
            raise NoCompletion(f"{self.host}: the completion has no choices: {self.shown(words(body))}")
        message = choices[0].get("message")
        message = message if isinstance(message, dict) else {}
        raw, finish = text_of(message.get("content")), one_line(str(choices[0].get("finish_reason") or "stop"))
        if not raw and (refusal := text_of(message.get("refusal"))):
            raw, finish = refusal, "refusal"
        return Answer(self._discreet(raw), finish, usage_of(body.get("usage")))

    def _explain(self, status: int, body: object, capabilities: Capabilities, after: float | None) -> DigestError:
        message = self._discreet(words(body))
        return explain(status, message, capabilities, host=self.host, model=self.model, after=after)

    def shown(self, text: str) -> str:
        """Return what a server answered, short and without the key."""
        return shorten(self._discreet(text), 120)

    def _discreet(self, text: str) -> str:
        """Take the key out of what the server says: some quote it when they refuse it."""
        return text.replace(self._key, "<OPENAI_API_KEY>") if len(self._key) >= _SECRET else text


def _wait(headers: httpx2.Headers) -> float | None:
    """Read the wait that an answer asks for: Azure and OpenAI also send it in milliseconds."""
    try:
        return max(0.0, float(headers.get("retry-after-ms", "")) / 1000)
    except ValueError:
        return retry_after(headers.get("retry-after"), headers.get("date"))
