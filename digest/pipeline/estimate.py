"""What papers will take before they are asked about: an estimate in tokens and money, and the questions of a batch."""

from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from digest.adapters.store import Archive
from digest.config import Config
from digest.errors import FetchError, OutOfTime
from digest.model import Document, Event, Paper, Usage
from digest.model.text import counted
from digest.pipeline.survey import Survey

if TYPE_CHECKING:
    from digest.stages.summarize.batch import Question

_RECENT = 20  # editions whose papers tell what a paper takes
_ENOUGH = 20  # papers that make an average
_OUTPUT = 1500  # tokens of a summary with its evidence, where nothing is known yet


@dataclass(frozen=True)
class Estimate:
    """What the missing days will take: about as much as papers took lately, at most two whole calls a paper."""

    papers: int
    paid: int
    """Papers whose first reply is in the cache already."""
    about: Usage
    most: Usage
    free: bool
    """Whether no model is asked."""

    def at(self, share: float) -> "Estimate":
        """Return the estimate of one call a paper, at a share of the price."""
        once = Usage(self.about.calls, self.most.input_tokens // 2, 0, self.most.output_tokens // 2, self.most.cost)
        about, most = (
            msgspec.structs.replace(one, cost=None if one.cost is None else one.cost * part)
            for one, part in ((self.about, share), (once, share / 2))
        )
        return replace(self, about=about, most=most)

    def __str__(self) -> str:
        paid = f" ({self.paid} already paid for)" if self.paid else ""
        if self.free or not self.papers:
            return f"{counted(self.papers, 'paper')} to read{paid}"
        at_most = f"at most {self.most.input_tokens + self.most.output_tokens:,} tokens"
        cost = f", ${self.most.cost:.2f}" if self.most.cost is not None else "; no price configured for this model"
        return f"{counted(self.papers, 'paper')} to read{paid}: about {tally(self.about)}; {at_most}{cost}"


def estimate(
    survey: Survey, config: Config, archive: Archive, priced: Callable[[Usage], Usage], paid: Collection[str] = ()
) -> Estimate:
    """Estimate the price of all papers that are to be read, of which `paid` ones have their first reply."""
    papers = survey.papers
    asked = [paper for paper in papers if paper.id not in paid]
    llm, n = config.llm, len(asked)
    one = _average(archive, llm.model) or Usage(1, llm.input_tokens, 0, _OUTPUT)
    about = Usage(one.calls * n, one.input_tokens * n, 0, one.output_tokens * n)
    calls = 2 * len(papers) - (len(papers) - n)  # a summary, and one revision
    most = Usage(calls, calls * (llm.input_tokens + _OUTPUT), 0, calls * _OUTPUT)
    free = config.summarize.backend != "openai"
    return Estimate(len(papers), len(papers) - n, priced(about), priced(most), free)


def questions(
    papers: Iterable[Paper],
    read: Callable[[Paper], Document],
    ask: Callable[[Paper, Document], "Question | None"],
    pool: Callable[[], Executor],
    report: Callable[[Event], None],
) -> "list[Question]":
    """Read papers and return what is to be asked of them; a paper that cannot be read is left to the next run."""

    def prepare(paper: Paper) -> "Question | None":
        try:
            document = read(paper)
        except (FetchError, OutOfTime) as error:
            report(Event(kind="skipped", text=f"fulltext: {error}", paper=paper.id))
            return None
        report(Event(kind="read", text=f"read {document.origin}", paper=paper.id))
        return ask(paper, document)

    with pool() as workers:
        return [question for question in workers.map(prepare, papers) if question]


def _average(archive: Archive, model: str) -> Usage | None:
    """Return what a paper of the newest editions took with this model, None where too few did."""
    took = [
        entry.provenance.usage
        for name in archive.names()[-_RECENT:]
        if (edition := archive.load(name))
        for entry in edition.entries
        if entry.provenance.model == model and entry.provenance.usage.calls
    ]
    if len(took) < _ENOUGH:
        return None
    whole, n = sum(took, Usage()), len(took)
    return Usage(round(whole.calls / n) or 1, round(whole.input_tokens / n), 0, round(whole.output_tokens / n))


def tally(usage: Usage) -> str:
    """Return calls, tokens, cached share and cost of a run in a few words."""
    tokens = usage.input_tokens + usage.output_tokens
    cached = f" ({round(100 * usage.cached_tokens / usage.input_tokens)}% cached)" if usage.input_tokens else ""
    parts = [f"{counted(usage.calls, 'call')}, {tokens:,} tokens{cached}"]
    if usage.cost is not None:
        parts.append(f"${usage.cost:.4f}")
    return ", ".join(parts)
