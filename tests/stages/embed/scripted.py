"""What a server of embeddings answers, and what asks it."""

import hashlib
import json
import random
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from digest.adapters.http import Deadline
from digest.adapters.store import Cache
from digest.commands.demo.server import Request, Response
from digest.config import EmbeddingsConfig, LLMConfig, ModelAccess
from digest.model import Usage
from digest.stages.embed import Embedder, EmbeddingServer
from digest.stages.summarize.budget import Budget

KEY = "sk-marked-0123456789abcdef"
NOW = datetime(2025, 11, 18, tzinfo=UTC)
WIDTH = 16


def vector(text: str, width: int = WIDTH) -> list[float]:
    """A direction of its own for each text."""
    chance = random.Random(hashlib.sha256(text.encode()).digest())
    return [chance.uniform(-1, 1) for _ in range(width)]


def answer(asked: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What a server says, its rows last first."""
    rows = [
        {"object": "embedding", "index": place, "embedding": vector(text, asked.get("dimensions", WIDTH))}
        for place, text in enumerate(asked["input"])
    ]
    return {"object": "list", "data": rows[::-1], "model": asked["model"], "usage": {"prompt_tokens": 5}, **more}


@dataclass
class Scene:
    """A server and what asks it."""

    url: str
    cache: Cache
    asked: list[dict[str, Any]]
    headers: list[dict[str, str]]
    opened: ExitStack
    budget: Budget = field(default_factory=lambda: Budget("chat", {}))

    def embedder(self, *, key: str | None = KEY, timeout: float = 5.0, **options: Any) -> Embedder:
        """Open one; options are those of `llm.embeddings`, or of `llm`."""
        llm = {name: options.pop(name) for name in ("attempts", "max_wait") if name in options}
        config = EmbeddingsConfig(**{"model": "tiny", "dimensions": WIDTH, **options})
        access = ModelAccess("tiny", f"{self.url}/v1", "A_KEY")
        server = self.opened.enter_context(closing(EmbeddingServer(config, access, key, timeout, Deadline())))
        admission = self.budget.admission(server.name, 1, lambda: None)
        settings = LLMConfig(embeddings=config, max_wait=llm.get("max_wait", 0.01), attempts=llm.get("attempts", 3))
        return Embedder(server, settings, self.cache, admission.enter, lambda usage: usage, lambda: NOW)

    @property
    def spent(self) -> Usage:
        return self.budget.spent


def right(asked: dict[str, Any]) -> Response:
    """The answer of a server that does what it is asked."""
    return Response(200, json.dumps(answer(asked)).encode())


def rows(*vectors: Sequence[Any], **more: Any) -> Callable[[dict[str, Any]], Response]:
    """An answer with these vectors, numbered in order."""
    data = [{"index": place, "embedding": one} for place, one in enumerate(vectors)]
    return lambda _: Response(200, json.dumps({"data": data, **more}).encode())


def serving(request: Request) -> Response | None:
    """Answer a request for vectors; None for any other one."""
    return right(json.loads(request.body)) if request.path == "/v1/embeddings" else None
