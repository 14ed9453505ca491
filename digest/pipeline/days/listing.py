"""Who lists the days of a run, with what is kept of arXiv's lists between runs."""

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from digest.adapters.store import Harvest
from digest.config import ArxivSource, Config
from digest.model import Event, Listing, PaperId
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


def open_lists(
    config: Config,
    stack: ExitStack,
    tools: PaperTools,
    now: Callable[[], datetime],
    report: Callable[[Event], None],
) -> Lists:
    """Connect the sources of the settings; `stack` closes what they keep. Sends and opens nothing yet."""

    @cache
    def announcements() -> Announcements:
        harvest = stack.enter_context(closing(Harvest(config.paths.cache)))
        if harvest.notice:
            report(Event(kind="problem", text=harvest.notice))
        source = next(one for one in config.sources if isinstance(one, ArxivSource))
        return Announcements(source, tools.get_anew, harvest, now().astimezone(UTC).date())

    def list_day(day: date) -> Listing:
        kept = {"arxiv": lambda day, *_: announcements().list_day(day)}
        return sources.list_day(day, tools.get_anew, config.sources, kept)

    def list_standing() -> Listing:
        standing = tuple(one for one in config.sources if one.standing and one.use != "huggingface")
        today = now().astimezone(UTC).date()
        return sources.list_day(today, tools.get_anew, standing, {}) if standing else Listing()

    listed = any(isinstance(one, ArxivSource) for one in config.sources)
    return Lists(list_day, lambda day, known: listed and announcements().late(day, known), list_standing)
