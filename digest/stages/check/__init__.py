"""Check a summary against the paper it was made from. Pure: findings are values, nothing is fetched or changed.

What each check finds and what it lets pass, with examples that a test runs: docs/checks.md.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from digest.model import Claim, Document, Finding, Paper, Summary, Verdict
from digest.stages.check.completeness import check_complete
from digest.stages.check.evidence import check_evidence, found_claims
from digest.stages.check.language import check_language
from digest.stages.check.names import check_names
from digest.stages.check.names.addresses import check_addresses
from digest.stages.check.names.comparisons import check_comparisons
from digest.stages.check.numbers import check_numbers, count_figures
from digest.stages.check.subject import Subject, read_subject

CHECKS: tuple[Callable[[Subject], Iterable[Finding]], ...] = (
    check_complete,
    check_language,
    check_numbers,
    check_names,
    check_addresses,
    check_comparisons,
    check_evidence,
)


def check(
    summary: Summary,
    claims: Mapping[str, Sequence[Claim]],
    paper: Paper,
    document: Document,
    *,
    language: str = "ko",
    further: Sequence[Callable[[Subject], Iterable[Finding]]] = (),
) -> Verdict:
    """Judge a summary by everything that was read of its paper.

    A claim is judged by the passages that it quotes; a field of which no claims are known, by the whole paper.
    Findings come in the order of the schema (`tldr` last), then of the text. Passages come in the paper's own words,
    only where they were found.
    `further` are checks of installed packages. Does not raise, whatever the texts; says nothing about languages it
    does not know.
    """
    subject = read_subject(summary, claims, paper, document, language)
    findings = dict.fromkeys(finding for check_ in (*CHECKS, *further) for finding in check_(subject))
    order = {field: place for place, field in enumerate(subject.fields)}
    ranked = sorted(findings, key=lambda finding: (order[finding.field], _place(finding, subject)))
    return Verdict(tuple(ranked), found_claims(subject), count_figures(subject, ranked))


def _place(finding: Finding, subject: Subject) -> int:
    return subject.fields[finding.field].find(finding.where) if finding.where else -1
