"""The list of sources: each as the kind that it is, also as configurations had it before there could be several."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag

from digest.config.sources import (
    ArxivSource,
    FileSource,
    HuggingFaceSource,
    OpenReviewSource,
    PluginSource,
    PreprintSource,
    RssSource,
    kind_of,
)


def _kind(raw: Any) -> str:
    return kind_of(raw.get("use") if isinstance(raw, Mapping) else getattr(raw, "use", ""))


SourceConfig = Annotated[
    Annotated[HuggingFaceSource, Tag("HuggingFaceSource")]
    | Annotated[ArxivSource, Tag("ArxivSource")]
    | Annotated[RssSource, Tag("RssSource")]
    | Annotated[PreprintSource, Tag("PreprintSource")]
    | Annotated[OpenReviewSource, Tag("OpenReviewSource")]
    | Annotated[FileSource, Tag("FileSource")]
    | Annotated[PluginSource, Tag("PluginSource")],
    Discriminator(_kind),
]


def _as_list(raw: Any) -> Any:
    """Read what configurations said before there could be several: `{use: arxiv, arxiv_categories: [cs.CL]}`."""
    if not isinstance(raw, Mapping):
        return raw
    one = dict(raw)
    categories = one.pop("arxiv_categories", None)
    if isinstance(categories, str):  # a variable of the environment, whose lists are JSON
        categories = json.loads(categories) if categories.startswith("[") else [categories]
    if one.setdefault("use", "huggingface") == "arxiv" and categories is not None:
        one.setdefault("categories", categories)
    return [one]


def _apart(sources: tuple[SourceConfig, ...]) -> tuple[SourceConfig, ...]:
    labels = [source.label for source in sources]
    if twice := sorted({label for label in labels if labels.count(label) > 1}):
        raise ValueError(f"two sources are called {twice[0]!r}: give one of them another `name`")
    return sources


Sources = Annotated[tuple[SourceConfig, ...], Field(min_length=1), BeforeValidator(_as_list), AfterValidator(_apart)]
