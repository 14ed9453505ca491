"""The models that a run may ask, in order, each with its server and the variable that holds its key."""

from collections.abc import Mapping
from dataclasses import dataclass

from digest.config.llm import LLMConfig
from digest.errors import ConfigError

API_KEY = "OPENAI_API_KEY"
"""The variable of the key for `llm.base_url`, which is sent nowhere else."""


@dataclass(frozen=True)
class ModelAccess:
    """A model, where it is, and the variable that holds the key; empty where none is sent."""

    model: str
    base_url: str | None
    variable: str

    def key(self, environ: Mapping[str, str]) -> str | None:
        """Return the key. Raises ConfigError where a variable that is named is not set."""
        key = environ.get(self.variable) if self.variable else None
        if self.variable not in ("", API_KEY) and not (key or "").strip():
            raise ConfigError(f"llm.fallback: {self.variable} is not set", hint="set it, or leave `key` out")
        return key


def model_accesses(llm: LLMConfig) -> tuple[ModelAccess, ...]:
    """Return `llm.model` and the models of `llm.fallback`. Raises ConfigError where a key would go elsewhere."""
    accesses = [ModelAccess(llm.model, llm.base_url, API_KEY)]
    for one in llm.fallback:
        same = one.base_url is None or (one.base_url or "").rstrip("/") == (llm.base_url or "").rstrip("/")
        if one.key == API_KEY and not same:
            raise ConfigError(
                f"llm.fallback: {API_KEY} is sent to no other server than that of llm.base_url",
                hint="put the key of the other server into a variable of its own",
            )
        accesses.append(
            ModelAccess(one.model, llm.base_url if same else one.base_url, one.key or (API_KEY if same else ""))
        )
    return tuple(accesses)


def key_names(llm: LLMConfig) -> frozenset[str]:
    """Return the variables beside OPENAI_API_KEY that hold keys."""
    return frozenset(one.key for one in llm.fallback if one.key) - {API_KEY}
