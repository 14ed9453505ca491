"""What papers will take before they are asked about: an estimate in tokens and money."""

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field, replace

import msgspec

from digest.adapters.store import Archive
from digest.config import Config
from digest.errors import ArchiveError
from digest.model import Edition, Usage
from digest.model.text import counted
from digest.pipeline.days.survey import Survey
from digest.pipeline.papers.review import MOST

_RECENT = 20  # editions whose papers tell what a paper takes
_ENOUGH = 20  # papers that make an average
_OUTPUT = 3200  # tokens of a summary with its quotes, where nothing is known yet
_SECOND = Usage(1, 7_000, 0, 400)  # a second reading: of 12 papers it took 6,684 with claims and instructions
_READINGS = 3  # the most second readings of a paper, in whole ones: of two drafts, and of what is asked once more
_OVERVIEW = Usage(1, 900, 0, 700)  # an overview: instructions, and what is answered; each entry adds to it
_SHOWN = 250  # tokens of an entry that an overview is written from
_SECOND_SHARE = 0.6  # of what the first reading is sent


@dataclass(frozen=True)
class Estimate:
    """What the missing days will take: about as much as papers took lately, at most two whole calls a paper.

    Second readings are counted apart: they may be by another model.
    """

    papers: int
    paid: int
    """Papers whose first reply is in the cache already."""
    about: Usage
    most: Usage
    free: bool
    """Whether no model is asked."""
    second: Usage = field(default_factory=Usage)
    """What second readings will take: one of each paper."""
    second_most: Usage = field(default_factory=Usage)
    """The same with all that a paper may have."""
    vectors: Usage = field(default_factory=Usage)
    """What vectors will take that were not paid for; they are asked for at once, at their full price."""

    @property
    def asks(self) -> bool:
        """Whether anything will be spent."""
        return bool(self.vectors.calls or (self.papers and not self.free))

    def at(self, share: float) -> "Estimate":
        """Return the estimate at a share of the price."""
        about, most, second, second_most = (
            msgspec.structs.replace(one, cost=None if one.cost is None else one.cost * share)
            for one in (self.about, self.most, self.second, self.second_most)
        )
        return replace(self, about=about, most=most, second=second, second_most=second_most)

    def __add__(self, other: "Estimate") -> "Estimate":
        return Estimate(
            self.papers + other.papers,
            self.paid + other.paid,
            self.about + other.about,
            self.most + other.most,
            self.free and other.free,
            self.second + other.second,
            self.second_most + other.second_most,
            self.vectors + other.vectors,
        )

    def __str__(self) -> str:
        paid = f" ({self.paid} already paid for)" if self.paid else ""
        vectors = f"; vectors: {tally(self.vectors)}" if self.vectors.calls else ""
        if self.free or not (self.papers or self.about.calls):
            return f"{counted(self.papers, 'paper')} to read{paid}{vectors}"
        most = self.most + self.second_most
        at_most = f"at most {most.input_tokens + most.output_tokens:,} tokens"
        cost = f", ${most.cost:.2f}" if most.cost is not None else "; no price configured for this model"
        return (
            f"{counted(self.papers, 'paper')} to read{paid}: about {tally(self.about + self.second)}; {at_most}{cost}"
            f"{vectors}"
        )


def estimate(
    survey: Survey,
    config: Config,
    archive: Archive,
    priced: Callable[..., Usage],
    paid: Collection[str] = (),
) -> Estimate:
    """Estimate the price of all papers; of `paid` ones the first reply is in the cache."""
    papers = survey.papers
    asked = [paper for paper in papers if paper.id not in paid]
    llm, n = config.llm, len(asked)
    again = msgspec.structs.replace(
        _SECOND, input_tokens=min(_SECOND.input_tokens, round(_SECOND_SHARE * llm.input_tokens))
    )
    models = [llm.model, *(one.model for one in llm.fallback)]
    one = _average(archive, models, again) or Usage(1, llm.input_tokens, 0, _OUTPUT)
    overviews = _overviews(survey) if config.overview == "on" else Usage()
    about = _times(one, n) + overviews
    calls = 2 * len(papers) - (len(papers) - n)  # a summary, and one revision
    each = overviews + Usage(calls, calls * (llm.input_tokens + _OUTPUT), 0, calls * _OUTPUT)
    # At worst each further model is asked about each paper, when those before it came to nothing.
    most = sum((priced(each, model) for model in models), Usage())
    free = config.summarize.backend != "openai"
    readings = (len(papers), _READINGS * len(papers)) if config.check.verify else (0, 0)
    second, second_most = (priced(_times(again, count), config.check.verify_model) for count in readings)
    return Estimate(len(papers), len(papers) - n, priced(about), most, free, second, second_most)


def of_review(entries: int, config: Config, priced: Callable[..., Usage]) -> Estimate:
    """Estimate the price of the overview of a week or month of so many entries."""
    shown = _SHOWN * min(entries, MOST)
    usage = msgspec.structs.replace(_OVERVIEW, input_tokens=_OVERVIEW.input_tokens + shown)
    models = [config.llm.model, *(one.model for one in config.llm.fallback)]
    most = sum((priced(usage, model) for model in models), Usage())
    return Estimate(0, 0, priced(usage), most, free=False)


def _overviews(survey: Survey) -> Usage:
    days = sum(bool(day.plan.todo) for day in survey.days)
    read = days * _OVERVIEW.input_tokens + _SHOWN * len(survey.papers)
    return Usage(days, read, 0, days * _OVERVIEW.output_tokens)


def _times(usage: Usage, n: int) -> Usage:
    return Usage(usage.calls * n, usage.input_tokens * n, 0, usage.output_tokens * n)


def _average(archive: Archive, models: Collection[str], second: Usage) -> Usage | None:
    """Return what a paper of the newest editions took without its second reading, None where too few did."""
    took = [
        _without(entry.provenance.usage, second) if entry.provenance.verified else entry.provenance.usage
        for name in archive.names()[-_RECENT:]
        if (edition := _load(archive, name))
        for entry in edition.entries
        if entry.provenance.model in models and entry.provenance.usage.calls
    ]
    if len(took) < _ENOUGH:
        return None
    whole, n = sum(took, Usage()), len(took)
    return Usage(round(whole.calls / n) or 1, round(whole.input_tokens / n), 0, round(whole.output_tokens / n))


def _load(archive: Archive, name: str) -> Edition | None:
    with suppress(ArchiveError):  # of one that cannot be read, its own day tells
        return archive.load(name)
    return None


def _without(usage: Usage, second: Usage) -> Usage:
    return Usage(
        max(1, usage.calls - second.calls),
        max(0, usage.input_tokens - second.input_tokens),
        usage.cached_tokens,
        max(0, usage.output_tokens - second.output_tokens),
    )


def tally(usage: Usage) -> str:
    """Return calls, tokens, cached share and cost of a run in a few words."""
    tokens = usage.input_tokens + usage.output_tokens
    cached = f" ({round(100 * usage.cached_tokens / usage.input_tokens)}% cached)" if usage.input_tokens else ""
    parts = [f"{counted(usage.calls, 'call')}, {tokens:,} tokens{cached}"]
    if usage.cost is not None:
        parts.append(f"${usage.cost:.4f}")
    return ", ".join(parts)
