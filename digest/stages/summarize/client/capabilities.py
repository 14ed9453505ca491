"""How a server wants to be asked. All speak the same protocol, each with an accent; which one is learnt by asking.

Some servers enforce a JSON schema, some take it in another place, some only promise JSON, some refuse the wish, and
some accept and ignore it. So the most binding way is tried first, and a refusal steps down.
"""

import json
import threading
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import msgspec

from digest.adapters.store import Cache

MODES = ("json_schema", "json_object with schema", "json_object", "text")
"""How JSON is asked for, the most binding way first."""
_LIMIT_NAMES = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}


@dataclass(frozen=True)
class Capabilities:
    """One way to ask."""

    mode: str = MODES[0]
    limit_name: str = "max_tokens"
    """The parameter that limits the answer: OpenAI's reasoning models refuse the name that all others know."""
    lengths: bool = True
    """Whether the schema holds minLength, maxLength, maxItems: weak models need them to end, some clouds refuse."""

    @property
    def fallback(self) -> "Capabilities | None":
        """The same with the next, less binding mode; None after the last."""
        following = MODES.index(self.mode) + 1
        return replace(self, mode=MODES[following]) if following < len(MODES) else None

    @property
    def renamed(self) -> "Capabilities":
        """The same with the other name for the limit."""
        return replace(self, limit_name=_LIMIT_NAMES[self.limit_name])

    @property
    def plain(self) -> "Capabilities":
        """The same without lengths in the schema."""
        return replace(self, lengths=False)

    def response_format(self, schema: dict[str, Any]) -> dict[str, Any] | None:
        """Return the parameter that asks for JSON; None where only the prompt asks for it."""
        match self.mode:
            case "json_schema":
                return {"type": "json_schema", "json_schema": {"name": "summary", "strict": True, "schema": schema}}
            case "json_object with schema":
                return {"type": "json_object", "schema": schema}
            case "json_object":
                return {"type": "json_object"}
            case _:
                return None


_FIRST = {
    # https://platform.openai.com/docs/guides/structured-outputs#supported-schemas lists no maxLength
    "api.openai.com": Capabilities(limit_name="max_completion_tokens", lengths=False),
    # https://learn.microsoft.com/azure/ai-foundry/openai/how-to/structured-outputs#unsupported-type-specific-keywords
    ".azure.com": Capabilities(limit_name="max_completion_tokens", lengths=False),
    # answers 400 to maxLength: https://github.com/linxule/openinterviewer/pull/21
    ".googleapis.com": Capabilities(lengths=False),
    # ignores the format today: https://platform.claude.com/docs/en/api/openai-sdk; its own API refuses lengths
    "api.anthropic.com": Capabilities(lengths=False),
    # passes the request on to any of these
    "openrouter.ai": Capabilities(lengths=False),
}


def first(base_url: str) -> Capabilities:
    """Return the way to begin with at an address."""
    host = urlsplit(base_url).hostname or ""
    return next((known for end, known in _FIRST.items() if host == end or host.endswith(end)), Capabilities())


class CapabilityStore:
    """What was learnt of one server and model: kept in the cache, shared by all threads."""

    def __init__(self, base_url: str, model: str, cache: Cache) -> None:
        self._key = f"capabilities {base_url} {model}"
        self._cache = cache
        self._lock = threading.Lock()
        self._best = _read(cache.fact(self._key)) or first(base_url)

    @property
    def best(self) -> Capabilities:
        """The most binding way that the server is not known to refuse."""
        return self._best

    def learn(self, refused: Capabilities, instead: Capabilities) -> None:
        """Go over to another way, unless a second thread has done so: then its way is tried first."""
        with self._lock:
            if self._best == refused:
                self._best = instead
                self._cache.keep_fact(self._key, json.dumps(asdict(instead)))


def _read(fact: str | None) -> Capabilities | None:
    try:
        known = msgspec.json.decode(fact or "{}", type=Capabilities)
    except msgspec.DecodeError:
        return None
    return known if fact and known.mode in MODES and known.limit_name in _LIMIT_NAMES else None
