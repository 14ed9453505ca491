"""Who lists the days of a run, with what is kept of arXiv's lists between runs."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from digest.adapters.store import Harvest
from digest.config import ArxivSource, Config
from digest.errors import FetchError
from digest.model import Event, Fetched, Listing, PaperId
from digest.pipeline.paper_tools import PaperTools
from digest.stages import sources
from digest.stages.sources.arxiv import Announcements


@dataclass(frozen=True)
class Lists:
    """The lists of a run."""

    list_day: Callable[[date], Listing]
    late: Callable[[date, frozenset[PaperId]], bool]
    """Whether papers have joined a day's list beside those that were seen. Asks no service."""
    list_standing: Callable[[], Listing]
    """What the sources have whose lists are no day's own, beside those of papers on arXiv."""


_STAY = ("rss", "openreview")
"""Sources that are asked for the same on every day."""


class AskedOnce:
    """GETs of lists that stay, each asked for once a run, also where it fails: a range of days waits for it once."""

    def __init__(self, get: Callable[[str, str], Fetched]) -> None:
        self._get = get
        self._known: dict[tuple[str, str], Fetched | FetchError] = {}

    def __call__(self, service: str, path: str) -> Fetched:
        """Return what was answered. Raises FetchError."""
        asked = service, path
        if asked not in self._known:
            try:
                self._known[asked] = self._get(service, path)
            except FetchError as error:
                self._known[asked] = error
        answer = self._known[asked]
        if isinstance(answer, FetchError):
            raise answer
        return answer


def open_lists(
    config: Config,
    stack: ExitStack,
    tools: PaperTools,
    now: Callable[[], datetime],
    report: Callable[[Event], None],
) -> Lists:
    """Connect the sources of the settings; `stack` closes what they keep. Sends and opens nothing yet."""

    of_arxiv = tuple(one for one in config.sources if isinstance(one, ArxivSource))

    @cache
    def announcements() -> Mapping[str, Announcements]:
        harvest = stack.enter_context(closing(Harvest(config.paths.cache)))
        if harvest.notice:
            report(Event(kind="problem", text=harvest.notice))
        today = now().astimezone(UTC).date()
        return {one.label: Announcements(one, tools.get_anew, harvest, today) for one in of_arxiv}

    once = AskedOnce(tools.get_anew)
    kept: dict[str, sources.Source] = {"arxiv": lambda day, _, source: announcements()[source.label].list_day(day)}
    for use in _STAY:
        kept[use] = lambda day, _, source: sources.SOURCES[source.use](day, once, source)

    def list_day(day: date) -> Listing:
        return sources.list_day(day, tools.get_anew, config.sources, kept)

    def late(day: date, known: frozenset[PaperId]) -> bool:
        return bool(of_arxiv) and any(one.late(day, known) for one in announcements().values())

    def list_standing() -> Listing:
        standing = tuple(one for one in config.sources if one.standing and one.use != "huggingface")
        today = now().astimezone(UTC).date()
        return sources.list_day(today, tools.get_anew, standing, kept) if standing else Listing()

    return Lists(list_day, late, list_standing)
