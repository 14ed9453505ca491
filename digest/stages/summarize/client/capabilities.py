"""How a server wants to be asked. All speak the same protocol, each with an accent; which one is learnt by asking.

Some servers enforce a JSON schema, some take it in another place, some only promise JSON, some refuse the wish, and
some accept and ignore it. So the most binding way is tried first, and a refusal leads to the next.
"""

from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import urlsplit

MODES = ("json_schema", "json_object with schema", "json_object", "text")
"""How JSON is asked for, the most binding way first."""
LIMIT_NAMES = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
"""The names of the parameter that limits the answer, each with the other one."""
_CHOSEN = {"schema": "json_schema", "json": "json_object", "text": "text"}
_SHORTEST_ANSWER = 3_000  # tokens; a summary with its quotes takes about as many
_MARGIN = 64  # tokens that chat templates add


@dataclass(frozen=True)
class Capabilities:
    """One way to ask, and how much a server takes at once."""

    mode: str = MODES[0]
    limit_name: str = "max_tokens"
    """The parameter that limits the answer: OpenAI's reasoning models refuse the name that all others know."""
    lengths: bool = True
    """Whether the schema holds minLength, maxLength, maxItems: weak models need them to end, some clouds refuse."""
    system: bool = True
    """Whether instructions come in a message of their own: some models' templates know no system role."""
    stream: bool = False
    """Whether the answer is asked for piece by piece: some servers give long ones in no other way."""
    chosen: bool = False
    """Whether the mode was set by the user, so that no refusal changes it."""
    limit: int = 0
    """The largest limit that the server takes, in tokens; 0 where none is known."""
    window: int = 0
    """The tokens that question and answer may have together; 0 where that is not known."""
    density: float = 1.0
    """How many tokens the server counts for each that we estimate."""
    question: int = 0
    """The estimated tokens of a question that fitted after a longer one did not; 0 where none was too long."""

    @property
    def form(self) -> tuple[object, ...]:
        """What is said of the way of asking alone, without sizes."""
        return self.mode, self.limit_name, self.lengths, self.system, self.stream

    @property
    def fallback(self) -> "Capabilities | None":
        """The same with the next, less binding mode; None after the last."""
        following = MODES.index(self.mode) + 1
        return replace(self, mode=MODES[following]) if following < len(MODES) and not self.chosen else None

    @property
    def plainer(self) -> "Capabilities | None":
        """The next way where a refusal does not say what it is about: soon the plainest; None after the last."""
        if not self.chosen and self.mode != MODES[-1]:
            text = self.mode == "json_object"
            return replace(self, mode=MODES[-1], system=False) if text else replace(self, mode="json_object")
        if self.system:
            return replace(self, system=False)
        return self.renamed if self.limit_name == "max_tokens" else None

    @property
    def renamed(self) -> "Capabilities":
        """The same with the other name for the limit."""
        return replace(self, limit_name=LIMIT_NAMES[self.limit_name])

    def room(self, asked: int, most: int) -> int:
        """Return the tokens left for an answer, at most `most`, beside a question of so many estimated tokens."""
        most = min(most, self.limit or most)
        return min(most, self.window - int(self.density * asked) - _MARGIN) if self.window else most

    def fitting(self, most: int) -> int | None:
        """Return the estimated tokens that a question may have beside a usable answer; None where nothing is known."""
        least = min(most, _SHORTEST_ANSWER, self.window // 2)
        by_window = int((self.window - _MARGIN - least) / self.density) if self.window else None
        known = [size for size in (by_window, self.question or None) if size is not None]
        return min(known) if known else None

    def fits(self, asked: int, most: int) -> bool:
        """Return whether a question leaves room for a usable answer, as far as is known."""
        fitting = self.fitting(most)
        return fitting is None or asked <= fitting

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


def first(base_url: str, mode: Literal["auto", "schema", "json", "text"] = "auto") -> Capabilities:
    """Return the way to begin with at an address: `llm.mode` where it is set."""
    host = urlsplit(base_url).hostname or ""
    way = next((known for end, known in _FIRST.items() if host == end or host.endswith(end)), Capabilities())
    return way if mode == "auto" else replace(way, mode=_CHOSEN[mode], chosen=True)
