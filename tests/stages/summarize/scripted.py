"""A model server that follows a script, and a setup to ask it from."""

import json
import threading
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from digest.adapters.store import Cache
from digest.adapters.templates import Templates
from digest.commands.demo.server import Request, Response
from digest.config import LLMConfig, Price
from digest.model import ArxivId, Claim, Document, Evidence, Paper, Section, schema
from digest.stages.fulltext.trimming import trim
from digest.stages.summarize.budget import Budget
from digest.stages.summarize.client.chat import ChatServer
from digest.stages.summarize.model import ModelSummarizer
from digest.stages.summarize.prompt import Prompt

KEY = "sk-marked-5f2c9e1a7b3d4480"
TEMPLATES = Templates()
WORDS = TEMPLATES.words("ko")
TOPICS = ("LLM", "비전", "이론")
PROMPT = Prompt(TEMPLATES, WORDS, TOPICS)
PAPER = Paper(id=ArxivId("2511.00001"), title="Gates for All", abstract="We add gates.")
DOCUMENT = Document(
    id=PAPER.id,
    origin="html",
    sections=(
        Section("Abstract", "We add gates to layers.", "abstract"),
        Section("Method", "A gate decides which layer runs. " * 40, "method"),
        Section("Conclusion", "Gates pay.", "conclusion"),
    ),
)
FIELDS = {name: f"{name} 항목을 다룬다." for name in schema.NAMES}
QUOTE = "We add gates to layers."
REPLY: dict[str, Any] = {
    **{name: [{"quotes": [QUOTE], "keywords": ["gates"], "text": text}] for name, text in FIELDS.items()},
    "tldr": "게이트를 더한다.",
    "topics": ["LLM"],
}

CLAIMS = {name: (Claim(text=text, anchors=(Evidence(QUOTE),), keywords=("gates",)),) for name, text in FIELDS.items()}
"""What is read of it."""


def say(
    content: object = None, *, finish: str | None = "stop", usage: object = (1000, 20), **message: object
) -> Response:
    """A completion; by default one with a usable reply."""
    content = json.dumps(REPLY, ensure_ascii=False) if content is None else content
    counted = (
        dict(zip(("prompt_tokens", "completion_tokens"), usage, strict=True)) if isinstance(usage, tuple) else usage
    )
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content, **message}}
    return Response(200, json.dumps({"object": "chat.completion", "choices": [choice], "usage": counted}).encode())


def refuse(status: int, message: str = "no", headers: dict[str, str] | None = None, **error: object) -> Response:
    """An error as most servers word it."""
    body = json.dumps({"error": {"message": message, **error}}).encode()
    return Response(status, body, headers=headers or {})


@dataclass
class Script:
    """Answers one request after the other from a list; keeps what it was asked."""

    answers: list[Response]
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    surprises: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> Response:
        with self._lock:
            self.asked.append(json.loads(request.body))
            self.headers.append(request.headers)
            if self.answers:
                return self.answers.pop(0)
            self.surprises += 1
            return Response(418, b"the script has ended")

    @property
    def modes(self) -> list[str]:
        """How it was asked for JSON, call by call."""
        return [mode(asked) for asked in self.asked]


def mode(asked: dict[str, Any]) -> str:
    """Return the way in which a request asks for JSON."""
    wanted = asked.get("response_format", {})
    return str(wanted.get("type", "text")) + (" with schema" if "schema" in wanted else "")


@dataclass
class Setup:
    """A summarizer with what surrounds it, in a folder of its own."""

    url: str
    folder: Path
    key: str = KEY
    model: str = "scripted"
    prices: dict[str, Price] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.opened = ExitStack()
        """Ends what belongs to the setup."""
        self.cache = self.opened.enter_context(closing(Cache(self.folder)))
        self.budget = Budget(self.model, self.prices)

    def summarizer(
        self, *, budget: Budget | None = None, trim: Callable[[Document, int], Document] = trim, **llm: Any
    ) -> ModelSummarizer:
        """A summarizer as a new run would have it: nothing remembered but what the cache holds."""
        self.budget = budget or Budget(self.model, self.prices)
        config = LLMConfig(**({"max_wait": 0.02, "model": self.model} | llm))
        server = ChatServer(
            base_url=f"{self.url}/v1",
            model=self.model,
            key=self.key,
            timeout=config.timeout,
            output_tokens=config.output_tokens,
        )
        self.opened.callback(server.close)
        return ModelSummarizer(
            server,
            PROMPT,
            config,
            self.budget,
            trim=trim,
            cache=self.cache,
            now=lambda: datetime(2025, 11, 18, tzinfo=UTC),
        )

    def kept(self) -> bytes:
        """All bytes of the cache's files."""
        return b"".join(path.read_bytes() for path in sorted(self.folder.glob("cache*")))
