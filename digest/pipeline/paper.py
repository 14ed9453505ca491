"""One paper, from its record to an entry or a skip: read, summarise, check, decide. Its faults cost it alone."""

import msgspec

from digest.adapters.http import limited
from digest.errors import FetchError, OutOfTime, RunStopped, SummaryError
from digest.model import (
    Document,
    Draft,
    Entry,
    Event,
    Exclusion,
    Paper,
    Skip,
    Usage,
    Verdict,
)
from digest.model.text import counted
from digest.pipeline.papers.decision import decided
from digest.pipeline.papers.dependencies import PaperDependencies
from digest.stages.check.verification import Reading, read_again
from digest.stages.summarize.batch.records import Deferred


def make(paper: Paper, stages: PaperDependencies, standing: Entry | None = None) -> Entry | Skip | Exclusion:
    """Make the entry of one paper, or say at which stage and why there is none.

    A provisional entry that stands already is returned, and no model asked, as long as there is still no full text.
    Raises RunStopped, Deferred and bugs only.
    """
    try:
        with limited(stages.left):
            outcome = _make(paper, stages, standing)
    except Deferred as waiting:
        if waiting.question:
            stages.defer(paper, waiting.question)
        raise
    if isinstance(outcome, Exclusion):
        stages.report(Event(kind="skipped", text=outcome.rule, paper=paper.id))
    elif isinstance(outcome, Entry) and standing and _is_kept(outcome, standing):
        stages.report(Event(kind="skipped", text="still no full text, the entry stands", paper=paper.id))
    elif isinstance(outcome, Skip):
        stages.report(
            Event(kind="skipped", text=f"{outcome.stage}: {outcome.reason}", paper=paper.id, usage=outcome.usage)
        )
    else:
        text = f"summarised from {outcome.provenance.origin}" + (f", {_doubts(outcome)}" if outcome.findings else "")
        stages.report(Event(kind="summarized", text=text, paper=paper.id, usage=outcome.provenance.usage))
    return outcome


def _is_kept(outcome: Entry, standing: Entry) -> bool:
    """Return whether an entry is the one that stands, and no other that says the same."""
    return outcome is standing or (standing.provenance.provisional is not None and outcome == standing.final())


def _make(paper: Paper, stages: PaperDependencies, standing: Entry | None) -> Entry | Skip | Exclusion:
    if stages.left() <= 0:
        return Skip(paper=paper, stage="run", reason="the run is out of time, this paper was not started")
    listed, paper = paper, stages.known(paper)
    try:
        document = stages.read(paper)
    except (FetchError, OutOfTime) as error:
        return Skip(paper=paper, stage="fulltext", reason=str(error))
    paper = stages.known(paper)
    if paper.withdrawn and not listed.withdrawn and not standing:
        return Exclusion(paper=paper, rule="withdrawn", detail=paper.comment or "")
    if standing and (paper.withdrawn or document.origin == "abstract"):
        return standing if document.provisional else standing.final()
    stages.report(Event(kind="read", text=f"read {document.origin}", paper=paper.id))
    if stages.left() <= 0:
        return Skip(paper=paper, stage="run", reason="the run is out of time, this paper was not summarised")
    try:
        draft, verdict, verified = _checked(paper, document, stages)
    except RunStopped:
        raise
    except (SummaryError, OutOfTime) as error:
        return Skip(paper=paper, stage="summarize", reason=str(error), usage=error.usage or Usage())
    return decided(paper, draft, verdict, verified, stages)


def _checked(paper: Paper, document: Document, stages: PaperDependencies) -> tuple[Draft, Verdict, bool | None]:
    """Summarise, check and read again; where something is found, ask once more and keep the better of the two.

    The last value says whether the second reading of what is kept was made; None where none is wanted.
    """
    draft = stages.summarizer.summarize(paper, document)
    verdict, reading = _judged(paper, draft, stages, None)
    best, read = (draft, verdict), reading
    if verdict.findings and (second := stages.summarizer.revise(paper, draft, verdict.findings)):
        again, reread = _judged(paper, second, stages, reading)
        if len(again.findings) <= len(verdict.findings):
            best, read = (second, again), reread
        draft, reading = second, reread
    usage = draft.usage + reading.usage if reading else draft.usage
    return (
        msgspec.structs.replace(best[0], usage=usage),
        best[1],
        None if read is None else not read.failed,
    )


def _judged(
    paper: Paper, draft: Draft, stages: PaperDependencies, before: Reading | None
) -> tuple[Verdict, Reading | None]:
    """Check a draft by code, then by a second reading, which goes on from the one `before`."""
    verdict = stages.check(draft, paper)
    if not stages.verify:
        return verdict, None
    reading = read_again(paper, draft, verdict, stages.summarizer.verify, before)
    if reading.failed and not (before and before.failed):
        stages.report(Event(kind="problem", text=f"no second reading: {reading.failed}", paper=paper.id))
    return msgspec.structs.replace(verdict, findings=(*verdict.findings, *reading.findings)), reading


def _doubts(entry: Entry) -> str:
    return f"{counted(len(entry.findings), 'finding')} left"
