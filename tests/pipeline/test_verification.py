"""The second reading within the pipeline: what is asked, what goes back to the writer, what a reader is told."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from digest.errors import ModelRefused
from digest.model import (
    Claim,
    Document,
    Draft,
    Evidence,
    Finding,
    Listing,
    Objection,
    Section,
    SourcedClaim,
    Usage,
    Verdict,
    Verification,
)
from digest.stages.check.verification import read_again
from tests.fakes import Bench, paper, summary

ID = "2511.00001"
SAYS, WRONG = "results는 늘 높다.", "높다"
CLAIM = Claim(text=SAYS, keywords=("gain",))
PAPER = "The gain is only 3 points."
OBJECTION = Objection(claim="results.1", claim_says=WRONG, paper_says="only 3 points")
UNSTATED = Objection(claim="limitations.1", claim_says="x", look_for=("gain",))
FOUND = Finding(
    "verify", "results", f"results says “{WRONG}”, but the paper says “only 3 points”", WRONG, "only 3 points"
)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path, Listing(papers=(paper(1, abstract=PAPER),)), verify=True)
    bench.claims = {"results": (CLAIM, Claim(text="값은 3이다."))}
    bench.summarizer.mark = "은 "
    return bench


def answered(*objections: Objection, calls: int = 1) -> Verification:
    return Verification(objections=objections, usage=Usage(calls, 50 * calls, 0, 5 * calls))


def revised(bench: Bench, *claims: Claim) -> None:
    (of,) = bench.listing.papers
    bench.summarizer.revisions[ID] = Draft(
        summary=summary(results="고쳤다."),
        document=bench._read(of),
        claims={"results": claims},
        usage=Usage(2, 200, 0, 20, 1.0),
    )


def test_a_summary_without_objections_costs_one_call_more(bench: Bench) -> None:
    bench.summarizer.verifications = [answered()]

    (made,) = bench.build().edition.entries

    assert (made.findings, made.provenance.verified) == ((), True)
    assert made.provenance.usage == Usage(2, 150, 0, 15, 0.5)
    assert bench.summarizer.asked == [ID]
    assert [[claim.id for claim in asked] for asked in bench.summarizer.verified] == [["results.1", "results.2"]]


def test_what_is_disputed_goes_back_once_and_only_changed_claims_are_read_again(bench: Bench) -> None:
    bench.summarizer.verifications = [answered(OBJECTION), answered(calls=2)]
    revised(bench, Claim(text="이득은 3점이다."), Claim(text="값은 3이다."))

    (made,) = bench.build().edition.entries

    assert (made.summary.results, made.findings, made.provenance.verified) == ("고쳤다.", (), True)
    assert bench.summarizer.asked == [ID, f"again {ID}"]
    assert [[claim.id for claim in asked] for asked in bench.summarizer.verified] == [
        ["results.1", "results.2"],
        ["results.1"],
    ]
    assert made.provenance.usage == Usage(4, 300, 0, 30, 1.0)


def test_what_remains_is_marked_with_the_words_of_both(bench: Bench) -> None:
    bench.summarizer.verifications = [answered(OBJECTION)]

    (made,) = bench.build().edition.entries

    assert made.findings == (FOUND,)
    post = next(text for name, text in bench.files().items() if name.endswith(".md")).decode()
    assert "Results: “높다” (논문과 어긋남, 원문: “only 3 points”)" in post


def test_unstated_is_asked_once_more_with_other_pieces_and_warns_of_nothing_that_is_found_there(bench: Bench) -> None:
    bench.claims = {"results": (Claim(text=SAYS, keywords=("text",)),)}
    unstated = Objection(claim="results.1", claim_says=WRONG, look_for=("gain",))
    bench.summarizer.verifications = [answered(unstated), answered(calls=2)]

    (made,) = bench.build().edition.entries

    assert (made.findings, made.provenance.verified) == ((), True)
    assert [[claim.pieces for claim in asked] for asked in bench.summarizer.verified] == [
        [("Text.",)],
        [("Text.", PAPER)],
    ]


def test_a_claim_that_is_unstated_twice_is_marked_as_not_found(bench: Bench) -> None:
    unstated = Objection(claim="results.1", claim_says=WRONG, look_for=("sales",))
    bench.summarizer.verifications = [answered(unstated), answered(unstated, calls=2)]

    (made,) = bench.build().edition.entries

    assert [(one.check, one.field, one.where, one.paper) for one in made.findings] == [("verify", "results", SAYS, "")]
    post = next(text for name, text in bench.files().items() if name.endswith(".md")).decode()
    assert f"Results: “{SAYS}” (논문에서 찾지 못함)" in post


def test_a_limitation_that_is_unstated_twice_is_marked(bench: Bench) -> None:
    bench.claims = {"limitations": (Claim(text="표에서 약하다."),)}
    bench.summarizer.verifications = [answered(UNSTATED), answered(UNSTATED, calls=2)]

    (made,) = bench.build().edition.entries

    assert [(one.check, one.field, one.where) for one in made.findings] == [("verify", "limitations", "표에서 약하다.")]


def test_a_second_reading_that_fails_costs_a_note(bench: Bench) -> None:
    bench.summarizer.verifications = [Verification(usage=Usage(1), failed="server: answered 500")]

    (made,) = bench.build().edition.entries

    assert (made.findings, made.provenance.verified) == ((), False)
    post = next(text for name, text in bench.files().items() if name.endswith(".md")).decode()
    assert "> 수치와 고유명사만 대조했고" in post
    assert [event.text for event in bench.events if event.kind == "problem"] == [
        "no second reading: server: answered 500"
    ]


def test_a_second_reading_that_fails_is_not_tried_again_for_the_same_paper(bench: Bench) -> None:
    bench.findings = {ID: (Finding("numbers", "results", "absent", "3"),)}
    bench.summarizer.verifications = [Verification(failed="busy")]
    revised(bench, Claim(text="이득은 3점이다."))

    (made,) = bench.build().edition.entries

    assert (made.summary.results, made.provenance.verified) == ("고쳤다.", False)
    assert len(bench.summarizer.verified) == 1


HALF_READ = [
    answered(OBJECTION, Objection(claim="results.2", claim_says="3", look_for=("gain",))),
    Verification(usage=Usage(2), failed="busy"),
]
"""What contradicts is found, and the second look at the other claim fails."""
READ_THEN_FAILED = [answered(OBJECTION), Verification(usage=Usage(2), failed="busy")]


@pytest.mark.parametrize("answers", [HALF_READ, READ_THEN_FAILED])
@pytest.mark.parametrize(("text", "found"), [(f"다시 {SAYS}", (FOUND,)), ("이득은 3점이다.", ())])
def test_what_was_found_before_a_reading_failed_stays_where_its_words_still_stand(
    bench: Bench, answers: list[Verification], text: str, found: tuple[Finding, ...]
) -> None:
    bench.claims = {"results": (CLAIM, Claim(text="값은 3이다.", keywords=("text",)))}
    bench.summarizer.verifications = list(answers)
    (of,) = bench.listing.papers
    bench.summarizer.revisions[ID] = Draft(
        summary=summary(results=text), document=bench._read(of), claims={"results": (Claim(text=text),)}
    )

    (made,) = bench.build().edition.entries

    assert (made.summary.results, made.findings, made.provenance.verified) == (text, found, False)
    assert len(bench.summarizer.verified) == 2


def test_a_papers_units_are_indexed_once_for_all_drafts_of_one_document() -> None:
    of = paper(1, abstract=PAPER)
    document = Document(id=of.id, origin="abstract", sections=(Section("Abstract", PAPER, "abstract"),))
    drafts = [Draft(summary=summary(results=text), document=document) for text in (SAYS, "이득은 3점이다.")]

    first = read_again(of, drafts[0], Verdict(), lambda *_: answered())
    second = read_again(of, drafts[1], Verdict(), lambda *_: answered(), first)

    assert second.index is first.index


def test_what_stops_the_run_stops_it_here_too(bench: Bench) -> None:
    def refuse(*_: object) -> Verification:
        raise ModelRefused("bad key")

    bench.summarizer.verify = refuse  # type: ignore[method-assign]

    with pytest.raises(ModelRefused):
        bench.build()


def test_nobody_is_asked_where_it_is_off(bench: Bench) -> None:
    bench.verify = False

    (made,) = bench.build().edition.entries

    assert (made.provenance.verified, bench.summarizer.verified) == (None, [])


def test_the_one_line_summary_is_read_as_a_claim_that_rests_on_what_its_fields_quote(tmp_path: Path) -> None:
    anchor = Evidence(PAPER, "Abstract")
    claims = {"results": (Claim(text="이득은 3점이다.", anchors=(anchor,), keywords=("gain",)),)}
    of = paper(1, abstract=PAPER)
    document = Document(id=of.id, origin="abstract", sections=(Section("Abstract", PAPER, "abstract"),))
    draft = Draft(summary=replace(summary(results="이득은 3점이다."), tldr="이득은 늘 크다."), document=document)
    asked: list[SourcedClaim] = []

    def ask(sourced: Sequence[SourcedClaim], _: Usage) -> Verification:
        asked.extend(sourced)
        return answered(Objection(claim="tldr.1", claim_says="늘 크다", paper_says="only 3 points"))

    found = read_again(of, draft, Verdict((), claims), ask).findings

    assert asked[-1].claim == Claim(text="이득은 늘 크다.", anchors=(anchor,), keywords=("gain",))
    assert [(one.field, one.where, one.paper) for one in found] == [("tldr", "늘 크다", "only 3 points")]
