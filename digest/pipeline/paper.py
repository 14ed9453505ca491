"""One paper, from its record to an entry or a skip: read, summarise, check, decide. Its faults cost it alone."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import msgspec

from digest.adapters.http import limited
from digest.errors import FetchError, OutOfTime, RunStopped, SummaryError
from digest.model import ArxivId, Document, Draft, Entry, Event, Finding, Paper, Provenance, Skip, Verdict, schema
from digest.model.text import counted, sentences
from digest.stages.check.verification import Reading, read_again
from digest.stages.summarize import Summarizer

_READ_AT = {
    "html": "https://arxiv.org/html/{id}",
    "pdf": "https://arxiv.org/pdf/{id}",
    "markdown": "https://huggingface.co/papers/{id}.md",
    "abstract": "https://arxiv.org/abs/{id}",
}
"""Where a reader finds what was read, whichever mirror it was read from."""


@dataclass(frozen=True)
class PaperDependencies:
    """What happens to one paper, put together once per process from settings, or from fakes in tests."""

    read: Callable[[Paper], Document]
    summarizer: Summarizer
    check: Callable[[Draft, Paper], Verdict]
    unresolved: Literal["mark", "drop", "skip"]
    alphaxiv: Callable[[ArxivId], str]
    backend: str
    model: str
    prompt: str
    today: date
    verify: bool = False
    """Whether the summarizer reads its claims a second time, beside pieces of the paper."""
    left: Callable[[], float] = lambda: math.inf
    """The seconds that may still be spent."""
    report: Callable[[Event], None] = lambda _: None


def make(paper: Paper, stages: PaperDependencies) -> Entry | Skip:
    """Make the entry of one paper, or say at which stage and why there is none. Raises RunStopped and bugs only."""
    with limited(stages.left):
        outcome = _make(paper, stages)
    if isinstance(outcome, Skip):
        stages.report(
            Event(kind="skipped", text=f"{outcome.stage}: {outcome.reason}", paper=paper.id, usage=outcome.usage)
        )
    else:
        text = f"summarised from {outcome.provenance.origin}" + (f", {_doubts(outcome)}" if outcome.findings else "")
        stages.report(Event(kind="summarized", text=text, paper=paper.id, usage=outcome.provenance.usage))
    return outcome


def _make(paper: Paper, stages: PaperDependencies) -> Entry | Skip:
    if stages.left() <= 0:
        return Skip(paper=paper, stage="run", reason="the run is out of time, this paper was not started")
    try:
        document = stages.read(paper)
    except (FetchError, OutOfTime) as error:
        return Skip(paper=paper, stage="fulltext", reason=str(error))
    stages.report(Event(kind="read", text=f"read {document.origin}", paper=paper.id))
    if stages.left() <= 0:
        return Skip(paper=paper, stage="run", reason="the run is out of time, this paper was not summarised")
    try:
        draft, verdict, verified = _checked(paper, document, stages)
    except RunStopped:
        raise
    except (SummaryError, OutOfTime) as error:
        return Skip(paper=paper, stage="summarize", reason=str(error))
    return _decided(paper, draft, verdict, verified, stages)


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
    """Check a draft by code, then by a second reading; one that failed before is not tried again."""
    verdict = stages.check(draft, paper)
    if not stages.verify:
        return verdict, None
    if before and before.failed:
        return verdict, before
    reading = read_again(paper, draft, verdict, stages.summarizer.verify, before)
    if reading.failed:
        stages.report(Event(kind="problem", text=f"no second reading: {reading.failed}", paper=paper.id))
    return msgspec.structs.replace(verdict, findings=(*verdict.findings, *reading.findings)), reading


def _decided(
    paper: Paper, draft: Draft, verdict: Verdict, verified: bool | None, stages: PaperDependencies
) -> Entry | Skip:
    """Apply `check.unresolved` to what asking again did not settle."""
    summary, findings = draft.summary, verdict.findings
    if findings and stages.unresolved == "skip":
        return Skip(paper=paper, stage="check", reason=_summed_up(findings), usage=draft.usage)
    if findings and stages.unresolved == "drop":
        texts = {name: _without(summary.field(name), name, findings) for name in (*schema.NAMES, "tldr")}
        if not all(texts[name] for name in schema.NAMES):
            return Skip(paper=paper, stage="check", reason=_summed_up(findings), usage=draft.usage)
        summary, findings = msgspec.structs.replace(summary, **texts), ()
    document = draft.document
    return Entry(
        paper=paper,
        summary=summary,
        arxiv_url=f"https://arxiv.org/abs/{paper.id}",
        alphaxiv_url=stages.alphaxiv(paper.id),
        claims=verdict.claims,
        findings=findings,
        provenance=Provenance(
            origin=document.origin,
            url=_READ_AT[document.origin].format(id=document.id),
            version=document.id.version or paper.version,
            backend=stages.backend,
            model=draft.model or stages.model,
            prompt=stages.prompt,
            made=stages.today,
            usage=draft.usage,
            verified=verified,
            figures=verdict.figures,
            left_out=document.left_out,
            missed=document.missed,
            figure=document.figure,
            license=document.license,
        ),
    )


def _without(text: str, field: str, findings: tuple[Finding, ...]) -> str:
    """Return a field without the sentences that a finding is about; empty where it is about the whole field."""
    about = [finding for finding in findings if finding.field == field and finding.check != "evidence"]
    if any(not finding.where for finding in about):
        return ""
    kept = []
    for line in text.split("\n"):
        whole = [s for s in sentences(line) if not any(finding.where in s for finding in about)]
        if whole or not line:
            kept.append(" ".join(whole))
    return "\n".join(kept).strip("\n- ") and "\n".join(kept).strip("\n")


def _summed_up(findings: tuple[Finding, ...]) -> str:
    more = f" and {len(findings) - 1} more" if len(findings) > 1 else ""
    return f"{findings[0].field}: {findings[0].what}{more}"


def _doubts(entry: Entry) -> str:
    return f"{counted(len(entry.findings), 'finding')} left"
