"""Where a day's papers come from. A source takes a day and returns what the service lists; nothing is left out."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Protocol

from digest.config import PaceConfig, SourcesConfig
from digest.model import ArxivId, Fetched, Listing, Paper
from digest.stages.sources import arxiv_api, huggingface

Get = Callable[[str, str], Fetched]
"""`get(service, path)`: the whole answer, never from the cache. Raises FetchError."""


class Source(Protocol):
    """A service that lists the papers of a day."""

    def __call__(self, day: date, get: Get, config: SourcesConfig, /) -> Listing:
        """List the day. An empty list is an answer; raises FetchError where there is none."""


SOURCES: Mapping[str, Source] = {"huggingface": huggingface.list_day, "arxiv": arxiv_api.list_day}
_SERVICES = {"huggingface": "huggingface", "arxiv": "arxiv_api"}
_AT_ONCE = 8
"""Lists that a service without a pause is asked for at once."""


def at_once(source: str, pace: PaceConfig) -> int:
    """Return how many days may be listed at once: one where a pause is kept, as arXiv asks for a single connection."""
    return _AT_ONCE if getattr(pace, _SERVICES[source]) == 0 else 1


def list_named(ids: tuple[ArxivId, ...], get: Get) -> Listing:
    """Look papers up by id, in the order given. Ids that arXiv does not know are problems of the listing."""
    return arxiv_api.list_named(ids, get)


def enrich(papers: tuple[Paper, ...], get: Get) -> Listing:
    """Add what only arXiv knows: categories, comment, version, withdrawal. Never fails; gaps become problems."""
    return arxiv_api.enrich(papers, get)
