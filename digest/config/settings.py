"""Every setting: a typed field with default and range, one frozen class per stage."""

from os.path import normpath
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from digest.config.llm import LLMConfig
from digest.config.plugins import PluginsConfig, Reader
from digest.config.profiles import Languages, PostConfig, ProfileConfig, ProfileName, SelectionConfig, Series, series_of
from digest.config.services import PaceConfig, ServicesConfig
from digest.config.sources import HuggingFaceSource
from digest.config.sources.source_list import Sources
from digest.config.taste import TasteConfig
from digest.config.values import Address, Cards, Contact, Figures, Keyword, Language, Line, Part, Switch, Zone

PREFIX = "DIGEST_"


class FetchConfig(Part):
    """How patient every GET is."""

    timeout: Annotated[float, Field(gt=0, le=600)] = 30.0
    """Seconds without a byte before a request counts as dead."""
    deadline: Annotated[float, Field(gt=0, le=3600)] = 120.0
    """Seconds a whole request may take, however steadily it drips."""
    max_megabytes: Annotated[int, Field(ge=1, le=1000)] = 50
    """The largest answer taken, unpacked."""
    attempts: Annotated[int, Field(ge=1, le=10)] = 4
    """Tries per request where asking again may help."""
    max_wait: Annotated[float, Field(ge=0, le=3600)] = 150.0
    """The longest pause before another attempt, in seconds, also where `Retry-After` asks for more."""
    keep_days: Annotated[int, Field(ge=0, le=3650)] = 30
    """How many days fetched papers stay in the cache."""
    contact: Annotated[str, Field(pattern=r"^(?:https?://[!-'*-~]+|[!-'*-~]+@[!-'*-~]+)?$")] = ""
    """How the services reach whoever runs this, a mail address or a web address; empty means `site.url`."""


class PathsConfig(Part):
    """Folders; relative ones are relative to the configuration file."""

    posts: Path = Path("_posts")
    """The posts, which people read and edit."""
    data: Path = Path("_data/digests")
    """The editions: what was seen on a day, and what became of it."""
    templates: Path = Path("templates")
    """Templates of your own; a file here replaces the bundled one of the same name."""
    cache: Path = Path(".cache")
    """Fetched pages and paid replies."""
    site: Path = Path("_site")
    """The web site that is built."""
    exports: Path = Path("_exports")
    """What exporters of installed packages make."""
    lists: Path = Path()
    """Where reading lists of `use: file` are."""

    @model_validator(mode="after")
    def _apart(self) -> "PathsConfig":
        taken: dict[str, str] = {}
        for name in ("posts", "data", "cache", "site", "exports"):
            other = taken.setdefault(normpath(getattr(self, name)), name)
            if other != name:
                raise ValueError(f"{other} and {name} are the same folder: give each its own")
        return self


class FulltextConfig(Part):
    """How a paper's text is read: the readers in order, and what a PDF may cost."""

    order: Annotated[tuple[Reader, ...], Field(min_length=1)] = ("html", "pdf", "markdown", "abstract")
    """Where the text comes from, the first that gives one: these, and readers of installed packages."""
    pdf_seconds: Annotated[float, Field(gt=0, le=600)] = 60.0
    """Seconds that reading one PDF may take."""
    pdf_memory_mb: Annotated[int, Field(ge=128, le=16384)] = 1024
    """Megabytes that reading one PDF may take."""
    pdf_pages: Annotated[int, Field(ge=1, le=1000)] = 300
    """Pages of a PDF that are read."""


class SummarizeConfig(Part):
    """Who summarises, and the topics to choose from."""

    backend: Literal["openai", "extractive"] = "openai"
    """openai: any OpenAI-compatible server; extractive: quotes the papers' own sentences, a preview without a key."""
    topics: tuple[Keyword, ...] = ()
    """The names a summary's topics are chosen from; empty means the list of the language's table."""


class CheckConfig(Part):
    """The second reading, and what becomes of an entry with findings that asking again did not settle."""

    verify: bool = True
    """Whether a model reads each claim a second time, beside pieces of the paper: one more call per paper."""
    verify_model: str = ""
    """The model that does, on the same server; empty means `llm.model`."""

    unresolved: Literal["mark", "drop", "skip"] = "mark"
    """mark: published, with a line that names them; drop: published without the sentences they are about;
    skip: not published, tried again by the next run."""


class RunConfig(Part):
    """Limits of a whole run."""

    time_limit: Annotated[int, Field(ge=10, le=86_400)] = 3 * 3600
    """Seconds after which nothing goes on: what is done is published, the rest is left to the next run."""
    look_back: Annotated[int, Field(ge=0, le=60)] = 7
    """How many days before yesterday a build without `--date` looks for days that are missing or can be improved."""


class NotifyConfig(Part):
    """Notifications. Targets are secrets: DIGEST_NOTIFY_URLS and DIGEST_NOTIFY_FAILURES_URLS in the environment."""

    unsubscribe: Contact = ""
    """Where a mail's List-Unsubscribe leads, `mailto:…` or `https://…`; empty means no such header."""
    timeout: Annotated[float, Field(gt=0, le=300)] = 30.0
    """Seconds that one target may take."""


class SiteConfig(Part):
    """The web site."""

    title: Annotated[Line, Field(min_length=1)] = "Daily Papers"
    """The name of the site."""
    description: Line = ""
    """One sentence about the site; empty means the sentence of the language's table."""
    author: Line = "digest"
    """Whom the feed names."""
    url: Address = "http://localhost:8000"
    """The public address, with the base path if there is one: https://me.github.io/papers"""
    permalink: Annotated[str, Field(pattern=r"^/[\w:./-]*$")] = "/:year/:month/:day/:title/"
    """Jekyll's placeholders: :year :month :day :title :categories."""
    per_page: Annotated[int, Field(ge=1, le=200)] = 10
    """Posts on one page of a list."""
    report: Contact = ""
    """Where readers report an error: `https://github.com/me/papers/issues/new` or `mailto:…`; empty means no link.

    Both are filled in with day, paper and field; an address that ends in `=` gets the paper's page."""
    figures: Figures = "licensed"
    """licensed: only figures of papers whose licence allows it; hotlink: all, or Hugging Face's picture; off: none."""
    cards: Cards = "off"
    """Pictures that shared links show; on: of the site, days, weeks, months; papers: of each paper, too; off: none."""


class Config(BaseModel):
    """All settings, each stage's in a class of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    services: ServicesConfig = ServicesConfig()
    pace: PaceConfig = PaceConfig()
    fetch: FetchConfig = FetchConfig()
    paths: PathsConfig = PathsConfig()
    language: Language = "ko"
    """What the posts are written in: ko, en, or a table templates/locale/<language>.yaml of your own."""
    languages: Languages = ()
    """Several languages, each paper read once for all; the first one is `language`. Empty means `language` alone."""
    timezone: Zone = "Asia/Seoul"
    """The time zone of the posts' dates."""
    post: PostConfig = PostConfig()
    sources: Sources = (HuggingFaceSource(),)
    """Who lists the papers of a day, one or several; what more than one lists is one paper."""
    selection: SelectionConfig = SelectionConfig()
    taste: TasteConfig = TasteConfig()
    fulltext: FulltextConfig = FulltextConfig()
    llm: LLMConfig = LLMConfig()
    summarize: SummarizeConfig = SummarizeConfig()
    overview: Switch = "off"
    """A paragraph over the entries of each day, week and month: one more call each."""
    check: CheckConfig = CheckConfig()
    run: RunConfig = RunConfig()
    site: SiteConfig = SiteConfig()
    notify: NotifyConfig = NotifyConfig()
    plugins: PluginsConfig = PluginsConfig()
    profiles: dict[ProfileName, ProfileConfig] = {}
    """Further digests from the same lists, by their names: each with taste, limit, languages and post of its own."""
    _series: Series = PrivateAttr(default=Series())

    @property
    def series(self) -> Series:
        """Which row of daily posts these settings are for."""
        return self._series

    @model_validator(mode="after")
    def _named_apart(self) -> "Config":
        names = [one.series.name for one in series_of(self)]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"profiles: {twice[0]!r} is the name of a profile and of a language")
        slugs = [one.post.slug for one in series_of(self)]
        if same := sorted({slug for slug in slugs if slugs.count(slug) > 1}):
            raise ValueError(f"profiles: posts of two of them end with {same[0]!r}: give one another post.slug")
        return self
