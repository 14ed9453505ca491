"""The model server and those that stand in for it: settings, prices, and where each key is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from digest.config.values import Address, Part
from digest.errors import ConfigError

API_KEY = "OPENAI_API_KEY"
"""The variable of the key for `llm.base_url`, which is sent nowhere else."""
OPENAI = "https://api.openai.com/v1"
"""Where requests go where no `base_url` is set."""
KeyName = Annotated[str, Field(pattern=r"^(?:[A-Z][A-Z0-9_]*)?$")]


class Price(Part):
    """Money per million tokens. `cached` defaults to the price of fresh input."""

    input: Annotated[float, Field(ge=0)]
    """For what is asked."""
    cached: Annotated[float, Field(ge=0)] | None = None
    """For what is asked again and the server still knows."""
    output: Annotated[float, Field(ge=0)]
    """For what is answered."""


class FallbackModel(Part):
    """A model that is asked where those before it are down, refuse or stay unusable."""

    model: Annotated[str, Field(min_length=1)]
    """The name of the model."""
    base_url: Address | None = None
    """Its server; null is that of `llm.base_url`."""
    key: KeyName = ""
    """The environment variable that holds the key of that server; OPENAI_API_KEY is sent to no other server."""


class EmbeddingsConfig(Part):
    """A model that turns texts into vectors, so that papers are compared by meaning; without it by their words."""

    model: str = ""
    """The name of the model, such as text-embedding-3-small; empty means off."""
    base_url: Address | None = None
    """Its server, with /embeddings below it; null is that of `llm.base_url`."""
    key: KeyName = ""
    """The environment variable that holds the key of that server; OPENAI_API_KEY is sent to no other server."""
    dimensions: Annotated[int, Field(ge=8, le=4096)] | None = 256
    """Numbers of a vector, as the server is asked for; null asks for none and takes what it gives."""
    batch: Annotated[int, Field(ge=1, le=2048)] = 64
    """Texts in one request."""
    input_tokens: Annotated[int, Field(ge=50, le=8000)] = 500
    """How much of a title with its abstract the model gets, in estimated tokens."""

    @property
    def name(self) -> str:
        """Return what vectors that may be compared have in common; empty where there are none."""
        return f"{self.model}@{self.dimensions}" if self.model and self.dimensions else self.model


class LLMConfig(Part):
    """The model server. Any OpenAI-compatible one; `base_url` null means OpenAI itself."""

    base_url: Address | None = None
    """http://localhost:11434/v1 is Ollama; null is OpenAI. `OPENAI_BASE_URL` overrides it."""
    model: Annotated[str, Field(min_length=1)] = "gpt-5-mini"
    """The name of the model. `OPENAI_MODEL` overrides it."""
    fallback: tuple[FallbackModel, ...] = ()
    """Further models, asked in this order where one is down, refuses or stays unusable."""
    embeddings: EmbeddingsConfig = EmbeddingsConfig()
    """Vectors of titles and abstracts, for `taste.examples` and related papers."""
    mode: Literal["auto", "schema", "json", "text"] = "auto"
    """How a reply's form is asked for: auto finds what the server takes, the others are sent whatever it says."""
    max_concurrency: Annotated[int, Field(ge=1, le=256)] = 8
    """Calls at once; fewer while the server answers 429."""
    timeout: Annotated[float, Field(gt=0, le=3600)] = 120.0
    """Seconds that one answer may take."""
    attempts: Annotated[int, Field(ge=1, le=10)] = 5
    """Tries per call against a server that is down or throttling."""
    max_wait: Annotated[float, Field(ge=0, le=600)] = 60.0
    """The longest pause before another try, in seconds, also where `Retry-After` asks for more."""
    input_tokens: Annotated[int, Field(ge=500, le=2_000_000)] = 24_000
    """How much of a paper the model gets, in estimated tokens."""
    output_tokens: Annotated[int, Field(ge=100, le=200_000)] = 8_000
    """The most that one answer may take, reasoning included."""
    prices: Mapping[str, Price] = {
        "gpt-5-mini": Price(input=0.25, cached=0.025, output=2.0),
        "gpt-5": Price(input=1.25, cached=0.125, output=10.0),
        "gpt-5-nano": Price(input=0.05, cached=0.005, output=0.4),
        "text-embedding-3-small": Price(input=0.02, output=0),
        "text-embedding-3-large": Price(input=0.13, output=0),
    }
    """Dollars per million tokens by model name (https://openai.com/api/pricing/); unknown models count tokens only."""
    max_cost_per_run: Annotated[float, Field(gt=0)] | None = None
    """Dollars; a call that could pass it is not made, and its paper is left to the next run."""
    max_cost_per_month: Annotated[float, Field(gt=0)] | None = None
    """Dollars in a calendar month (UTC), over all runs and batches; like `max_cost_per_run`."""
    max_tokens_per_run: Annotated[int, Field(gt=0)] | None = None
    """Tokens, asked and answered; like `max_cost_per_run`."""


@dataclass(frozen=True)
class ModelAccess:
    """A model, where it is, and the variable that holds the key; empty where none is sent."""

    model: str
    base_url: str | None
    variable: str
    place: str = "llm.fallback"
    """The setting that names it."""

    def key(self, environ: Mapping[str, str]) -> str | None:
        """Return the key. Raises ConfigError where a variable that is named is not set."""
        key = environ.get(self.variable) if self.variable else None
        if self.variable not in ("", API_KEY) and not (key or "").strip():
            raise ConfigError(f"{self.place}: {self.variable} is not set", hint="set it, or leave `key` out")
        return key


def model_accesses(llm: LLMConfig) -> tuple[ModelAccess, ...]:
    """Return `llm.model` and the models of `llm.fallback`. Raises ConfigError where a key would go elsewhere."""
    further = (_access(one, llm, "llm.fallback") for one in llm.fallback)
    return (ModelAccess(llm.model, llm.base_url, API_KEY), *further)


def embeddings_access(llm: LLMConfig) -> ModelAccess:
    """Return the model of `llm.embeddings`. Raises ConfigError where a key would go elsewhere."""
    return _access(llm.embeddings, llm, "llm.embeddings")


def _access(one: FallbackModel | EmbeddingsConfig, llm: LLMConfig, place: str) -> ModelAccess:
    same = one.base_url is None or (one.base_url or "").rstrip("/") == (llm.base_url or "").rstrip("/")
    if one.key == API_KEY and not same:
        raise ConfigError(
            f"{place}: {API_KEY} is sent to no other server than that of llm.base_url",
            hint="put the key of the other server into a variable of its own",
        )
    return ModelAccess(one.model, llm.base_url if same else one.base_url, one.key or (API_KEY if same else ""), place)


def key_names(llm: LLMConfig) -> frozenset[str]:
    """Return the variables beside OPENAI_API_KEY that hold keys."""
    return frozenset({*(one.key for one in llm.fallback), llm.embeddings.key}) - {"", API_KEY}
