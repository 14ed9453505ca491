"""Where a day's papers come from. A source takes a day and returns what the service lists; nothing is left out."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any, Protocol

from digest.adapters import plugins
from digest.config import PaceConfig, PluginSource, SourceConfig
from digest.model import Fetched, Listing, Paper
from digest.stages.sources import arxiv_api, biorxiv, huggingface, openreview, reading_list, rss
from digest.stages.sources.merge import merged
from digest.stages.sources.named import list_named

__all__ = ["SOURCES", "Get", "Source", "enrich", "list_day", "list_named", "merged"]

Get = Callable[[str, str], Fetched]
"""`get(service, path)`: the whole answer, never from the cache. Raises FetchError."""


class Source(Protocol):
    """A service that lists the papers of a day."""

    def __call__(self, day: date, get: Get, config: Any, /) -> Listing:
        """List the day by the settings of this source. An empty list is an answer; raises FetchError without any."""


SOURCES: Mapping[str, Source] = {
    "huggingface": huggingface.list_day,
    "rss": rss.list_day,
    "biorxiv": biorxiv.list_day,
    "medrxiv": biorxiv.list_day,
    "openreview": openreview.list_day,
    "file": reading_list.list_day,
}
"""By `use` in the settings. A further one is a module with a function like these, and a line here."""
_AT_ONCE = 8
"""Lists that Hugging Face is asked for at once, where it needs no pause."""


def at_once(sources: tuple[SourceConfig, ...], pace: PaceConfig) -> int:
    """Return how many days may be listed at once: one by one where others are asked, as arXiv allows one connection."""
    return _AT_ONCE if not pace.huggingface and all(source.use == "huggingface" for source in sources) else 1


def list_day(day: date, get: Get, config: tuple[SourceConfig, ...], kept: Mapping[str, Source]) -> Listing:
    """List a day by all sources, each paper once, with who listed it. Raises FetchError where none of them answers.

    `kept` are sources that know what they listed before, as `digest.stages.sources.arxiv`.
    """
    kinds = {**SOURCES, **kept}
    return merged([(source, partial(kinds.get(source.use, _plugin), day, get, source)) for source in config])


def _plugin(day: date, get: Get, config: PluginSource) -> Listing:
    """List a day by a source of an installed package, which is handed its own settings as they stand there."""
    return plugins.call("sources", config.use, Listing, day, get, config.options)


def enrich(papers: tuple[Paper, ...], get: Get) -> Listing:
    """Add what only arXiv knows: categories, comment, version, withdrawal. Never fails; gaps become problems."""
    return arxiv_api.enrich(papers, get)
