"""One call to an OpenAI-compatible chat server. Knows no papers and no policy. Only this and `batch` import openai.

The answer is read here and not by the package, whose `parse()` raises half a dozen kinds of error by turns: servers
send null for choices, leave the usage out, or put an error page or the provider's error behind status 200.
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2

from digest.adapters.http import Deadline, retry_after
from digest.config import OPENAI
from digest.errors import ConfigError, DigestError
from digest.model import Usage
from digest.model.text import one_line, shorten
from digest.stages.summarize.client import http as wire
from digest.stages.summarize.client.body import answer_of, completion_in, parse_json, status_of, text_of, usage_of
from digest.stages.summarize.client.capabilities import Capabilities
from digest.stages.summarize.client.errors import NoCompletion, Overloaded, explain
from digest.stages.summarize.client.stream import is_stream, join_stream
from digest.stages.summarize.client.wording import is_page, own_words
from digest.stages.summarize.prompt import Message, in_one_message, tokens_in

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
        key_name: str = "OPENAI_API_KEY",
    ) -> None:
        import openai  # noqa: PLC0415 - half a second, which only a run that asks should pay

        key = (key or "").strip()
        if not (key.isascii() and key.isprintable()):
            raise ConfigError(f"{key_name} contains invalid characters", hint="copy it again")
        self.name = base_url or OPENAI
        self.model = model
        self.output_tokens = output_tokens
        self._key, self.key_name = key, key_name
        self._timeout = timeout
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
        # Half of the package is imported by this, which the first call should not wait for.
        self._create = self.client.chat.completions.with_streaming_response.create

    def close(self) -> None:
        """Close all connections."""
        self.client.close()

    def ask(self, messages: list[Message], schema: dict[str, Any], capabilities: Capabilities) -> Answer:
        """Ask once. Raises Unsupported, TooLong, NoCompletion, Overloaded, ModelRefused or OutOfTime."""
        import openai  # noqa: PLC0415 - as above

        self.deadline.check()
        asked = self.request(messages, schema, capabilities)
        try:
            with self._create(**asked) as response:
                body, charset = self._whole(response), _charset(response.headers.get("content-type", ""))
        except openai.APIStatusError as cause:
            # Without the key before anything is cut, which could leave a part of it.
            headers, text = cause.response.headers, self._discreet(cause.response.text).encode("utf-8", "replace")
            moved = cause.response.has_redirect_location and f"moved to {headers['location'].partition('?')[0]}"
            said = moved or parse_json(text)
            raise self._explain(cause.status_code, said, capabilities, messages, _wait(headers)) from cause
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
        return self.read(parse_json(body, charset), capabilities, messages)

    def request(self, messages: list[Message], schema: dict[str, Any], capabilities: Capabilities) -> dict[str, Any]:
        """Return what is sent: the body of the request."""
        room = capabilities.room(tokens_in(messages), self.output_tokens)
        asked: dict[str, Any] = {
            "model": self.model,
            "messages": messages if capabilities.system else in_one_message(messages),
            # Some servers stream where it is left out: https://github.com/jingyaogong/minimind/issues/851
            "stream": capabilities.stream,
            capabilities.limit_name: max(1, room),
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

    def read(self, body: object, capabilities: Capabilities, messages: list[Message] | None = None) -> Answer:
        """Read a completion, also one that came in pieces. Raises what an error in its place means."""
        if isinstance(body, str) and is_stream(body):
            body = join_stream(body)
        if not isinstance(body, dict):
            if is_page(body):
                raise self._explain(200, body, capabilities, messages, None)
            raise NoCompletion(f"{self.host}: not a chat completion: {self.shown(own_words(body)) or 'nothing'}")
        body = completion_in(body)
        choices = body.get("choices")
        if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
            if own_words(body):
                raise self._explain(status_of(body), body, capabilities, messages, None)
            raise NoCompletion(f"{self.host}: the completion has no choices: {self.shown(str(body))}")
        choice = choices[0]
        finish = one_line(str(choice.get("finish_reason") or "stop"))
        raw = answer_of(choice, finish)
        message = choice.get("message")
        if not raw and isinstance(message, dict) and (refusal := text_of(message.get("refusal"))):
            raw, finish = refusal, "refusal"
        return Answer(self._discreet(raw), finish, usage_of(body.get("usage")))

    def _explain(
        self,
        status: int,
        body: object,
        capabilities: Capabilities,
        messages: list[Message] | None,
        after: float | None,
    ) -> DigestError:
        question = "\n".join(message["content"] for message in messages or ())
        return explain(
            status,
            self._discreet(own_words(body, question)),
            capabilities,
            host=self.host,
            model=self.model,
            after=after,
            limit=max(1, capabilities.room(tokens_in(messages or []), self.output_tokens)),
            key=self.key_name,
            page=is_page(body),
        )

    def shown(self, text: str) -> str:
        """Return what a server answered, short, without the key, invisible characters escaped."""
        seen = (one if one.isprintable() or one in " \t\r\n" else ascii(one)[1:-1] for one in self._discreet(text))
        return shorten("".join(seen), 120)

    def _discreet(self, text: str) -> str:
        """Take the key out of what the server says: some quote it when they refuse it."""
        return text.replace(self._key, f"<{self.key_name}>") if len(self._key) >= _SECRET else text


def _charset(content_type: str) -> str:
    found = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", content_type, re.IGNORECASE)
    return found[1] if found else ""


def _wait(headers: httpx2.Headers) -> float | None:
    """Read the wait that an answer asks for: Azure and OpenAI also send it in milliseconds."""
    try:
        return max(0.0, float(headers.get("retry-after-ms", "")) / 1000)
    except ValueError:
        return retry_after(headers.get("retry-after"), headers.get("date"))
