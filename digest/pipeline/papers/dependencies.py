"""What happens to one paper: the stages that its work calls, in one piece."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from digest.model import Document, Draft, Event, Paper, PaperId, Verdict
from digest.stages.summarize import Summarizer


def _as_listed(paper: Paper) -> Paper:
    return paper  # no lambda: it is sent to the workers of a cluster


@dataclass(frozen=True)
class PaperDependencies:
    """What happens to one paper, put together once per process from settings, or from fakes in tests."""

    read: Callable[[Paper], Document]
    summarizer: Summarizer
    check: Callable[[Draft, Paper], Verdict]
    unresolved: Literal["mark", "drop", "skip"]
    alphaxiv: Callable[[PaperId], str]
    backend: str
    model: str
    prompt: str
    today: date
    look_back: int = 0
    """For how many days an entry from an abstract is provisional, see `Provenance.provisional`."""
    known: Callable[[Paper], Paper] = _as_listed
    """What became known of a paper since it was listed."""
    verify: bool = False
    """Whether the summarizer reads its claims a second time, beside pieces of the paper."""
    left: Callable[[], float] = lambda: math.inf
    """The seconds that may still be spent."""
    report: Callable[[Event], None] = lambda _: None
