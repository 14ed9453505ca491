"""What asks models for a run: the servers, the prompt, and the summarizer over both."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime

from digest.config import OPENAI, Config, ModelAccess, model_accesses
from digest.errors import ConfigError
from digest.model import Event, Paper, PaperId
from digest.pipeline.paper_tools import PaperTools
from digest.stages.fulltext import trimming
from digest.stages.summarize import Summarizer
from digest.stages.summarize.budget import Budget
from digest.stages.summarize.client.chat import ChatServer
from digest.stages.summarize.conversation import FirstReplies
from digest.stages.summarize.fallback import FallbackSummarizer
from digest.stages.summarize.model import ModelSummarizer
from digest.stages.summarize.prompt import Prompt


def paid(config: Config, tools: PaperTools, papers: Iterable[Paper]) -> set[PaperId]:
    """Return the papers whose first reply is in the cache, by the settings of today."""
    version, llm = question_version(config, tools), config.llm
    replies = [
        FirstReplies(tools.cache, access.base_url or OPENAI, access.model, version, llm.input_tokens)
        for access in model_accesses(llm)
    ]
    return {paper.id for paper in papers if any(one.has(paper.id) for one in replies)}


def question_version(config: Config, tools: PaperTools) -> str:
    """Stand for the questions about a paper: two series with the same pay for a paper once."""
    return make_prompt(config, tools).question_version


def require_model(config: Config, key: str | None) -> None:
    """Raise ConfigError where nothing is configured that could be asked."""
    if config.summarize.backend == "openai" and not config.llm.base_url and not key:
        raise ConfigError(
            "no model configured",
            hint="set OPENAI_API_KEY, or point llm.base_url at a local server (`digest demo` needs neither)",
        )


def open_summarizer(
    config: Config,
    key: str | None,
    fallback: Sequence[tuple[ModelAccess, str | None]],
    tools: PaperTools,
    budget: Budget,
    stack: ExitStack,
    *,
    now: Callable[[], datetime],
    report: Callable[[Event], None],
) -> Summarizer:
    """Make the summarizer that asks a model, and others after it."""
    server, second, prompt = open_server_and_prompt(config, key, tools, stack)
    asked = [(server, second)]
    asked += [(_open_server(config, own, tools, stack, access), None) for access, own in fallback]
    models = [
        ModelSummarizer(
            server, prompt, config.llm, budget, trim=trimming.trim, cache=tools.cache, now=now, second=second
        )
        for server, second in asked
    ]
    return FallbackSummarizer(models, report) if fallback else models[0]


def _second_reader(config: Config, key: str | None, tools: PaperTools, stack: ExitStack) -> ChatServer | None:
    """Open the server for the model of the second reading, where it is another one."""
    other = config.check.verify and config.check.verify_model not in ("", config.llm.model)
    access = replace(model_accesses(config.llm)[0], model=config.check.verify_model)
    return _open_server(config, key, tools, stack, access) if other else None


def open_server_and_prompt(
    config: Config, key: str | None, tools: PaperTools, stack: ExitStack
) -> tuple[ChatServer, ChatServer | None, Prompt]:
    """Open the server of the first model, that of the second reading where it is another, and the prompt of both."""
    prompt = make_prompt(config, tools)
    return _open_server(config, key, tools, stack), _second_reader(config, key, tools, stack), prompt


def _open_server(
    config: Config, key: str | None, tools: PaperTools, stack: ExitStack, access: ModelAccess | None = None
) -> ChatServer:
    llm, access = config.llm, access or model_accesses(config.llm)[0]
    server = ChatServer(
        base_url=access.base_url,
        model=access.model,
        key=key,
        key_name=access.variable or "a key",
        timeout=llm.timeout,
        output_tokens=llm.output_tokens,
        deadline=tools.deadline,
    )
    stack.callback(server.close)
    return server


def make_prompt(config: Config, tools: PaperTools) -> Prompt:
    """Make the prompt of one language, with its topics."""
    own = () if config.series.follows else config.summarize.topics  # names in the first language
    topics = own or tuple(tools.words["topics"])
    return Prompt(tools.templates, tools.words, topics, verified=config.check.verify)
