"""A checked draft → an entry, or a skip: what `check.unresolved` says of findings that asking again did not settle."""

from datetime import timedelta

import msgspec

from digest.model import (
    ArxivId,
    Document,
    Draft,
    Entry,
    Finding,
    Paper,
    Provenance,
    Skip,
    Verdict,
    schema,
)
from digest.model.text import sentences
from digest.pipeline.papers.dependencies import PaperDependencies

_READ_AT = {
    "html": "https://arxiv.org/html/{id}",
    "pdf": "https://arxiv.org/pdf/{id}",
    "markdown": "https://huggingface.co/papers/{id}.md",
    "abstract": "https://arxiv.org/abs/{id}",
}
"""Where a reader finds what was read, whichever mirror it was read from."""


def stands(made: Entry, old: Entry) -> bool:
    """Return whether an entry is the earlier one, for which nothing better was found."""
    return (made.summary, made.provenance.made) == (old.summary, old.provenance.made) and (
        made.provenance.origin == old.provenance.origin
    )


def _in_another_language(findings: tuple[Finding, ...]) -> bool:
    """Return whether most fields as a whole are in another language: that is no summary, however it is marked."""
    wrong = {one.field for one in findings if _of_whole_field(one)} & set(schema.NAMES)
    return 2 * len(wrong) > len(schema.NAMES)


def _of_whole_field(one: Finding) -> bool:
    return one.check == "language" and not one.where


def decided(
    paper: Paper, draft: Draft, verdict: Verdict, verified: bool | None, stages: PaperDependencies
) -> Entry | Skip:
    """Apply `check.unresolved` to what asking again did not settle."""
    summary, findings = draft.summary, verdict.findings
    # Every list does without one.
    if any(one.field == "tldr" and (one.empty or _of_whole_field(one)) for one in findings):
        summary = msgspec.structs.replace(summary, tldr="")
        findings = tuple(one for one in findings if one.field != "tldr")
    if stages.backend != "extractive" and _in_another_language(findings):
        return Skip(paper=paper, stage="check", reason="the summary is in another language", usage=draft.usage)
    if nothing := tuple(one for one in findings if one.empty):
        return Skip(paper=paper, stage="check", reason=_summed_up(nothing), usage=draft.usage)
    if findings and stages.unresolved == "skip":
        return Skip(paper=paper, stage="check", reason=_summed_up(findings), usage=draft.usage)
    if findings and stages.unresolved == "drop":
        texts = {name: _without(summary.field(name), name, findings) for name in (*schema.NAMES, "tldr")}
        if not all(texts[name] for name in schema.NAMES):
            return Skip(paper=paper, stage="check", reason=_summed_up(findings), usage=draft.usage)
        summary, findings = msgspec.structs.replace(summary, **texts), ()
    document = draft.document
    version = document.id.version or paper.version
    return Entry(
        paper=paper,
        summary=summary,
        arxiv_url=paper.id.link,
        alphaxiv_url=stages.alphaxiv(paper.id) if isinstance(paper.id, ArxivId) else "",
        claims=verdict.claims,
        findings=findings,
        provenance=Provenance(
            origin=document.origin,
            url=_read_at(paper, document, version),
            version=version,
            backend=stages.backend,
            model=draft.model or stages.model,
            prompt=stages.prompt,
            made=stages.today,
            usage=draft.usage,
            verified=verified,
            figures=verdict.figures,
            left_out=document.left_out,
            missed=document.missed,
            provisional=stages.today + timedelta(days=stages.look_back) if document.provisional else None,
            figure=document.figure,
            license=document.license,
        ),
    )


def _read_at(paper: Paper, document: Document, version: int | None) -> str:
    """Return where a reader finds what was read: on arXiv, or where the paper's source says that it is open."""
    if isinstance(paper.id, ArxivId):
        return _READ_AT[document.origin].format(id=paper.id.at(version))
    said = {"html": paper.html, "pdf": paper.pdf}.get(document.origin) or ""
    return said if said.startswith(("https://", "http://")) else paper.id.link


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
