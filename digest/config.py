"""The settings: every knob a typed field with default and range, one frozen class per stage.

Precedence: environment, then config.yaml, then the defaults here. Reads the file it is given and the mapping it is
given as environment; nothing else. Secrets are no settings: keys come from the environment at the place of use.
"""

import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.sources.utils import parse_env_vars

from digest.errors import ConfigError
from digest.model import Origin

PREFIX = "DIGEST_"
WELL_KNOWN = {
    "HF_ENDPOINT": f"{PREFIX}SERVICES__HUGGINGFACE",
    "OPENAI_BASE_URL": f"{PREFIX}LLM__BASE_URL",
    "OPENAI_MODEL": f"{PREFIX}LLM__MODEL",
}
"""Variables of the ecosystem and the setting each one overrides."""

_ADDRESS = re.compile(r"https?://[^\s/?#@]+(?:/[^\s?#]*)?")


def _address(raw: str) -> str:
    if not _ADDRESS.fullmatch(raw):
        raise ValueError("not an http(s) address without user, query and fragment")
    return raw.rstrip("/")


def _zone(raw: str) -> str:
    try:
        ZoneInfo(raw)
    except (ZoneInfoNotFoundError, ValueError, OSError) as cause:
        raise ValueError("not a time zone like Asia/Seoul") from cause
    return raw


Address = Annotated[str, AfterValidator(_address)]
Zone = Annotated[str, AfterValidator(_zone)]
Seconds = Annotated[float, Field(ge=0, le=3600)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Za-z]{2,4})?$")]


class Part(BaseModel):
    """A group of settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ServicesConfig(Part):
    """Where the outside services are."""

    huggingface: Address = "https://huggingface.co"
    arxiv: Address = "https://arxiv.org"
    arxiv_api: Address = "https://export.arxiv.org"
    alphaxiv: Address = "https://www.alphaxiv.org"

    def __getitem__(self, service: str) -> str:
        return str(getattr(self, service))


class PaceConfig(Part):
    """Seconds between the starts of two requests to one service, 0 to 3600."""

    arxiv: Seconds = 3.0
    arxiv_api: Seconds = 3.0
    huggingface: Seconds = 0.0


class FetchConfig(Part):
    """How patient every GET is."""

    timeout: Annotated[float, Field(gt=0, le=600)] = 30.0
    """Seconds without a byte before a request counts as dead."""
    deadline: Annotated[float, Field(gt=0, le=3600)] = 120.0
    """Seconds a whole request may take, however steadily it drips."""
    max_megabytes: Annotated[int, Field(ge=1, le=1000)] = 50
    attempts: Annotated[int, Field(ge=1, le=10)] = 4
    max_wait: Annotated[float, Field(ge=0, le=3600)] = 150.0
    """The longest pause before another attempt, in seconds, also where `Retry-After` asks for more."""
    keep_days: Annotated[int, Field(ge=0, le=3650)] = 30
    """How long fetched papers stay in the cache."""


class PathsConfig(Part):
    """Folders; relative ones are relative to the configuration file."""

    posts: Path = Path("_posts")
    data: Path = Path("_data/digests")
    templates: Path = Path("templates")
    cache: Path = Path(".cache")
    site: Path = Path("_site")


class PostConfig(Part):
    """The front matter of the posts. `{date}` in the title becomes the day."""

    title: str = "Daily Papers — {date}"
    time: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$")] = "08:15:00"
    tags: tuple[str, ...] = ("papers", "huggingface")
    categories: tuple[str, ...] = ()
    slug: Slug = "daily-papers"


class SourcesConfig(Part):
    """Who lists the papers of a day."""

    use: Literal["huggingface", "arxiv"] = "huggingface"
    arxiv_categories: tuple[Annotated[str, Field(pattern=r"^[a-z-]+(\.[A-Za-z-]+)?$")], ...] = (
        "cs.CL",
        "cs.CV",
        "cs.LG",
    )
    """With `use: arxiv`: all papers submitted that UTC day to one of these categories."""


class SelectionConfig(Part):
    """Which of the listed papers are read. Keywords are whole words over title and abstract; exclude wins."""

    limit: Annotated[int, Field(ge=1, le=500)] = 6
    min_upvotes: Annotated[int, Field(ge=0)] = 0
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


class FulltextConfig(Part):
    """How a paper's text is read: the rungs in order, and what a PDF may cost."""

    order: tuple[Origin, ...] = ("html", "pdf", "markdown", "abstract")
    pdf_seconds: Annotated[float, Field(gt=0, le=600)] = 60.0
    pdf_memory_mb: Annotated[int, Field(ge=128, le=16384)] = 1024
    pdf_pages: Annotated[int, Field(ge=1, le=1000)] = 80


class Price(Part):
    """Money per million tokens. `cached` defaults to the price of fresh input."""

    input: Annotated[float, Field(ge=0)]
    cached: Annotated[float, Field(ge=0)] | None = None
    output: Annotated[float, Field(ge=0)]


class LLMConfig(Part):
    """The model server. Any OpenAI-compatible one; `base_url` null means OpenAI itself."""

    base_url: Address | None = None
    model: Annotated[str, Field(min_length=1)] = "gpt-5-mini"
    max_concurrency: Annotated[int, Field(ge=1, le=256)] = 8
    timeout: Annotated[float, Field(gt=0, le=3600)] = 120.0
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
    max_tokens_per_run: Annotated[int, Field(gt=0)] | None = None


class SummarizeConfig(Part):
    """Who summarises, and the topics to choose from."""

    backend: Literal["openai", "extractive"] = "openai"
    topics: tuple[str, ...] = ()
    """The names a summary's topics are chosen from; empty means the list of the language's table."""


class CheckConfig(Part):
    """What becomes of an entry with findings that asking again did not settle."""

    unresolved: Literal["mark", "drop", "skip"] = "mark"
    """mark: published, with a line that names them; drop: published without the sentences they are about;
    skip: not published, tried again by the next run."""


class RunConfig(Part):
    """Limits of a whole run."""

    time_limit: Annotated[int, Field(ge=10, le=86_400)] = 3 * 3600
    """Seconds after which no paper is begun; what is done is published, the rest is left to the next run."""


class SiteConfig(Part):
    """The web site."""

    title: str = "Daily Papers"
    description: str = ""
    """Empty means the sentence of the language's table."""
    author: str = "digest"
    url: Address = "http://localhost:8000"
    """The public address, with the base path if there is one: https://me.github.io/papers"""
    permalink: Annotated[str, Field(pattern=r"^/[\w:./-]*$")] = "/:year/:month/:day/:title/"
    """Jekyll's placeholders: :year :month :day :title :categories."""
    per_page: Annotated[int, Field(ge=1, le=200)] = 10
    figures: Literal["hotlink", "licensed", "off"] = "licensed"
    """licensed: only figures of papers whose licence allows it."""


class Config(BaseSettings):
    """All settings, each stage's in a class of its own."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        nested_model_default_partial_update=True,
    )

    services: ServicesConfig = ServicesConfig()
    pace: PaceConfig = PaceConfig()
    fetch: FetchConfig = FetchConfig()
    paths: PathsConfig = PathsConfig()
    language: Language = "ko"
    timezone: Zone = "Asia/Seoul"
    post: PostConfig = PostConfig()
    sources: SourcesConfig = SourcesConfig()
    selection: SelectionConfig = SelectionConfig()
    fulltext: FulltextConfig = FulltextConfig()
    llm: LLMConfig = LLMConfig()
    summarize: SummarizeConfig = SummarizeConfig()
    check: CheckConfig = CheckConfig()
    run: RunConfig = RunConfig()
    site: SiteConfig = SiteConfig()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what `load` hands over and nothing else: it has merged file and environment already."""
        return (init_settings,)


class _Environment(EnvSettingsSource):
    """pydantic-settings' reading of variables, over a mapping that was handed in."""

    given: Mapping[str, str] = {}

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return parse_env_vars(self.given, self.case_sensitive, True)


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """Read the settings. A missing `path` means the defaults. Raises ConfigError that names key, file and line."""
    raw = path.read_text("utf-8") if path.is_file() else ""
    try:
        data = yaml.load(raw, Loader=yaml.CSafeLoader) or {}
        lines = _lines(raw)
    except (yaml.YAMLError, RecursionError) as cause:
        mark = getattr(cause, "problem_mark", None)
        raise ConfigError(f"{path.name}:{mark.line + 1 if mark else 1}: not readable as YAML: {cause}") from cause
    if not isinstance(data, dict):
        raise ConfigError(f"{path.name}:1: a list of settings like `language: ko` is expected")
    merged = _merge(data, _from_environment(environ))
    try:
        config = Config(**merged)
    except (ValidationError, TypeError) as cause:
        raise ConfigError(_explain(cause, path.name, lines)) from cause
    folder = path.resolve().parent
    paths = {name: folder / value for name, value in config.paths}
    return config.model_copy(update={"paths": PathsConfig(**paths)})


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    given = {WELL_KNOWN[name]: value for name, value in environ.items() if name in WELL_KNOWN and value}
    given |= {name: value for name, value in environ.items() if name.upper().startswith(PREFIX)}
    for name in given:
        first, nested, _ = name.upper().removeprefix(PREFIX).partition("__")
        if nested and first.lower() not in Config.model_fields:
            raise ConfigError(f"environment ({name}): {_unknown((first.lower(),))}")
    source = type("Environment", (_Environment,), {"given": given})
    try:
        found: dict[str, Any] = source(Config)()
    except ValueError as cause:
        raise ConfigError(f"environment: {cause}") from cause
    return found


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Lay `over` onto `base`, mapping by mapping."""
    both = {**base, **over}
    for key in base.keys() & over.keys():
        if isinstance(base[key], dict) and isinstance(over[key], dict):
            both[key] = _merge(base[key], over[key])
    return both


def _lines(raw: str) -> dict[tuple[str, ...], int]:
    """Return the line of every key, by its path."""
    found: dict[tuple[str, ...], int] = {}

    def visit(node: yaml.Node | None, path: tuple[str, ...]) -> None:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                here = (*path, str(key.value))
                found[here] = key.start_mark.line + 1
                visit(value, here)

    visit(yaml.compose(raw, Loader=yaml.CSafeLoader), ())
    return found


def _explain(cause: ValidationError | TypeError, file: str, lines: Mapping[tuple[str, ...], int]) -> str:
    """Say what is wrong with the first bad setting: where, what, and the nearest known key."""
    if not isinstance(cause, ValidationError):
        return f"{file}: keys must be words: {cause}"
    error = cause.errors(include_url=False)[0]
    path = tuple(str(part) for part in error["loc"])
    line = next((lines[path[:size]] for size in range(len(path), 0, -1) if path[:size] in lines), None)
    place = f"{file}:{line}" if line else f"environment ({PREFIX}{'__'.join(path).upper()})"
    name = ".".join(path)
    more = f" ({cause.error_count() - 1} more)" if cause.error_count() > 1 else ""
    if error["type"] != "extra_forbidden":
        given = repr(error["input"])
        # An address with a password in it is refused; the refusal must not print the password.
        shown = "" if "@" in given or "://" in given else f", not {given:.60}"
        return f"{place}: {name}: {error['msg'].removeprefix('Value error, ')}{shown}{more}"
    return f"{place}: {_unknown(path)}{more}"


def _unknown(path: tuple[str, ...]) -> str:
    known = _known(path[:-1])
    near = difflib.get_close_matches(path[-1], known, n=1, cutoff=0.5)
    way_out = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
    return f"unknown key {'.'.join(path)!r}; {way_out}"


def _known(path: tuple[str, ...]) -> list[str]:
    """Return the keys that may stand under `path`."""
    part: type[BaseModel] = Config
    for name in path:
        part = type(part.model_fields[name].default)
    return sorted(part.model_fields)
