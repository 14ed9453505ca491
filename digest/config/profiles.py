"""Several digests from one reading: profiles with settings of their own, and each profile in its languages."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from digest.config.taste import TasteConfig
from digest.config.values import SITE_FOLDERS, Clock, Keyword, Language, Line, Part, Slug

if TYPE_CHECKING:
    from digest.config.settings import Config


class Series(NamedTuple):
    """One row of daily posts: a profile's papers in one language."""

    name: str = ""
    """The end of its file names and the name of its folders, as in `lab-en`; empty for the first one."""
    profile: str = ""
    """The profile; empty for the settings outside of `profiles`."""
    followed: tuple[Path, Path] | None = None
    """Posts and editions of the profile's first language, whose papers it has; None where it chooses its own."""

    @property
    def follows(self) -> bool:
        """Whether it has the papers of the profile's first language, and chooses none."""
        return self.followed is not None


class SelectionConfig(Part):
    """Which of the listed papers are read. Keywords are whole words over title and abstract; exclude wins."""

    limit: Annotated[int, Field(ge=1)] = 6
    """How many papers a day at most."""
    diversity: Annotated[float, Field(ge=0, le=1)] = 0.0
    """How much a paper loses by being like one that is chosen already, 0 to 1; 0 is not at all."""
    min_upvotes: Annotated[int, Field(ge=0)] = 0
    """How many upvotes a paper needs."""
    include: tuple[Keyword, ...] = ()
    """A paper needs one of these; empty takes all."""
    exclude: tuple[Keyword, ...] = ()
    """A paper with one of these is left out."""


class PostConfig(Part):
    """The front matter of the posts. `{date}` in the title becomes the day."""

    title: Line = "Daily Papers — {date}"
    """The title of every post."""
    time: Clock = "08:15:00"
    """The time of day in the date of a post, in `timezone`."""
    tags: tuple[Keyword, ...] = ("papers", "huggingface")
    """Jekyll's tags."""
    categories: tuple[Keyword, ...] = ()
    """Jekyll's categories."""
    slug: Slug = "daily-papers"
    """The end of a post's file name, after the day."""
    overview: bool = False
    """Whether the overview of a day stands in its post, too."""
    description: bool = False
    """Whether the front matter has a description: the first one-line summaries."""
    figures: bool = False
    """Whether an entry shows the paper's first figure, where its licence allows it."""
    weeks: bool = False
    """Whether each week gets a post as well, once it is over: the overview, the best papers."""
    months: bool = False
    """The same of each month."""
    maths: Literal["text", "kramdown"] = "text"
    """text: formulas stay as they are, `$x$`; kramdown: they are written `$$x$$`, which Jekyll hands to MathJax."""


def _once(languages: tuple[str, ...]) -> tuple[str, ...]:
    names = [language.lower() for language in languages]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"{twice[0]} is listed twice")
    return languages


Languages = Annotated[
    tuple[Language, ...],
    BeforeValidator(lambda raw: (raw,) if isinstance(raw, str) and not raw.startswith("[") else raw),
    AfterValidator(_once),
]


class ProfileConfig(Part):
    """A digest of its own from the same lists. What it does not name is as outside of `profiles`."""

    languages: Languages = ()
    """What its posts are written in, as `languages`; `language: en` is one of them."""
    title: Line = ""
    """The name of its site; empty means `site.title` with the profile's name."""
    description: Line = ""
    """One sentence about its site; empty means that of the language's table."""
    selection: SelectionConfig = SelectionConfig()
    """How many papers, and which."""
    taste: TasteConfig = TasteConfig()
    """What its papers' score is made of."""
    post: PostConfig = PostConfig()
    """The front matter of its posts; a profile's slug ends with its name unless it has one of its own."""

    @model_validator(mode="before")
    @classmethod
    def _one_language(cls, raw: Any) -> Any:
        if isinstance(raw, Mapping) and "language" in raw and "languages" not in raw:
            return {**{key: value for key, value in raw.items() if key != "language"}, "languages": [raw["language"]]}
        return raw


def _free(name: str) -> str:
    if name == DEFAULT:
        raise ValueError("is what the settings outside of profiles are called: give it another name")
    if name in SITE_FOLDERS:
        raise ValueError("is a folder of every site: give it another name")
    return name


DEFAULT = "default"
"""How the settings outside of `profiles` are called where one profile is chosen."""
ProfileName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,30}$"), AfterValidator(_free)]


def below(profiles: Mapping[str, ProfileConfig], folder: Path) -> dict[str, ProfileConfig]:
    """Return profiles with the files of their examples below a folder."""
    return {name: one.model_copy(update={"taste": one.taste.below(folder)}) for name, one in profiles.items()}


def series_of(config: "Config") -> tuple["Config", ...]:
    """Return the settings of every series, the first one's as they are: each profile's first language, then others."""
    return tuple(_series_of(config))


def _series_of(config: "Config") -> Iterator["Config"]:
    for profile in ("", *config.profiles):
        own = _profiled(config, profile)
        first: tuple[Path, Path] | None = None
        for place, language in enumerate(own.languages or (own.language,)):
            name = "-".join(filter(None, (profile, language.lower() if place else "")))
            own = own.model_copy(update={"language": language})
            one = _placed(own, Series(name, profile, first)) if name else config
            first = first or (one.paths.posts, one.paths.data)
            yield one


def _profiled(config: "Config", name: str) -> "Config":
    """Lay the settings of a profile over the others."""
    if not name:
        return config
    own = config.profiles[name]
    title = own.title or f"{config.site.title} · {name}"
    parts: dict[str, Any] = {
        part: _laid_over(getattr(config, part), getattr(own, part)) for part in ("selection", "taste", "post")
    }
    if "slug" not in own.post.model_fields_set:
        parts["post"] = parts["post"].model_copy(update={"slug": f"{config.post.slug}-{name}"})
    parts["site"] = config.site.model_copy(update={"title": title, "description": own.description})
    return config.model_copy(update={"languages": own.languages or config.languages, **parts})


def _laid_over(base: Part, over: Part) -> Part:
    """Return `base` with what `over` names."""
    changed: dict[str, Any] = {}
    for name in over.model_fields_set:
        value, before = getattr(over, name), getattr(base, name)
        changed[name] = _laid_over(before, value) if isinstance(value, Part) else value
    return base.model_copy(update=changed)


def _placed(config: "Config", series: Series) -> "Config":
    """Give a series the folders and the addresses that are its own."""
    slug = config.post.slug
    if series.follows:
        slug = f"{slug}-{config.language.lower()}"
    described = {"description": ""} if series.follows else {}  # a sentence in the first language
    paths = config.paths
    own = {name: getattr(paths, name) / series.name for name in ("posts", "data", "site", "exports")}
    placed = config.model_copy(
        update={
            "post": config.post.model_copy(update={"slug": slug}),
            "paths": paths.model_copy(update=own),
            "site": config.site.model_copy(update={"url": f"{config.site.url}/{series.name}", **described}),
        }
    )
    placed._series = series
    return placed
