"""The model server, those that stand in for it, and what they cost."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from digest.config.values import Address, Part


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
    key: Annotated[str, Field(pattern=r"^(?:[A-Z][A-Z0-9_]*)?$")] = ""
    """The environment variable that holds the key of that server; OPENAI_API_KEY is sent to no other server."""


class LLMConfig(Part):
    """The model server. Any OpenAI-compatible one; `base_url` null means OpenAI itself."""

    base_url: Address | None = None
    """http://localhost:11434/v1 is Ollama; null is OpenAI. `OPENAI_BASE_URL` overrides it."""
    model: Annotated[str, Field(min_length=1)] = "gpt-5-mini"
    """The name of the model. `OPENAI_MODEL` overrides it."""
    fallback: tuple[FallbackModel, ...] = ()
    """Further models, asked in this order where one is down, refuses or stays unusable."""
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
    }
    """Dollars per million tokens by model name (https://openai.com/api/pricing/); unknown models count tokens only."""
    max_cost_per_run: Annotated[float, Field(gt=0)] | None = None
    """Dollars; a call that could pass it is not made, and its paper is left to the next run."""
    max_cost_per_month: Annotated[float, Field(gt=0)] | None = None
    """Dollars in a calendar month (UTC), over all runs and batches; like `max_cost_per_run`."""
    max_tokens_per_run: Annotated[int, Field(gt=0)] | None = None
    """Tokens, asked and answered; like `max_cost_per_run`."""
