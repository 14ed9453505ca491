"""Which objections of a verifier count: those that show themselves in the claim's words and in the paper's."""

import pytest

from digest.model import Claim, Finding, Objection, SourcedClaim
from digest.stages.check.verification.disputes import judge, still_unstated

CLAIM = SourcedClaim(
    id="results.2",
    field="results",
    claim=Claim(text="GateNet의 정확도는 71.2%로 모든 데이터에서  가장 높다."),
    pieces=("Accuracy is 71.2% on Books.", "Table 2: Accuracy.\nMethod | Books | Code\nGateNet | 71.2 | 60.1"),
)


def found(claim_says: str, paper_says: str, claim: str = "results.2") -> list[Finding]:
    objection = Objection(claim=claim, claim_says=claim_says, paper_says=paper_says)
    return [finding for _, finding in judge([objection], [CLAIM]).findings]


def test_a_contradiction_counts_with_the_words_of_both() -> None:
    assert found("모든 데이터에서 가장 높다", "“Accuracy is 71.2% on Books.”") == [
        Finding(
            "verify",
            "results",
            "results says “모든 데이터에서  가장 높다”, but the paper says “Accuracy is 71.2% on Books.”",
            "모든 데이터에서  가장 높다",
            "Accuracy is 71.2% on Books.",
        )
    ]


@pytest.mark.parametrize(
    ("claim_says", "paper_says"),
    [
        ("모든 모델에서 가장 높다", "Accuracy is 71.2% on Books."),  # not in the claim
        ("", "Accuracy is 71.2% on Books."),
        ("가장 높다", "Accuracy is 70.2% on Books."),  # not in its pieces
        ("가장 높다", "Accuracy … on Books."),
        ("가장 높다", "on Books"),  # could be anywhere
        ("가장 높다", ""),
        ("71.2%", "71.2%"),  # the same
    ],
)
def test_what_does_not_show_itself_does_not_count(claim_says: str, paper_says: str) -> None:
    assert found(claim_says, paper_says) == []


@pytest.mark.parametrize("paper_says", ["GateNet | 71.2 | 60.1", "gatenet 71.2", "accuracy is  71.2 % on books"])
def test_cells_case_and_white_space_make_no_difference(paper_says: str) -> None:
    assert [finding.where for finding in found("가장 높다.", paper_says)] == ["가장 높다"]


@pytest.mark.parametrize(
    ("claim_says", "where"),
    [
        ("GateNet이 정확도는 71.2%", "GateNet의 정확도는 71.2%로"),  # one particle for another
        ("정확도는71.2%로모든 데이터에서", "정확도는 71.2%로 모든 데이터에서"),
        ("모든 데이터 가장 높다", "모든 데이터에서  가장 높다"),
        ("정확한 것은 71.2%", ""),
        ("GateNet falls behind", ""),
    ],
)
def test_particles_and_spacing_of_a_quoted_claim_make_no_difference(claim_says: str, where: str) -> None:
    assert [finding.where for finding in found(claim_says, "Accuracy is 71.2% on Books.")] == [where] * bool(where)


def test_pieces_of_another_claim_do_not_count() -> None:
    other = SourcedClaim(
        id="goal.1", field="goal", claim=Claim(text="가장 높다."), pieces=("Gates open for rare words.",)
    )

    dispute = judge([Objection(claim="goal.1", claim_says="가장", paper_says=CLAIM.pieces[0])], [CLAIM, other])

    assert (dispute.findings, dispute.unstated) == ((), ())


def test_what_is_called_unstated_is_looked_up_and_warns_of_nothing() -> None:
    objection = Objection(claim="results.2", claim_says="가장 높다", look_for=("highest",))

    dispute = judge([objection, objection, Objection(claim="nowhere.1", look_for=("x",))], [CLAIM])

    assert (dispute.findings, dispute.unstated) == ((), (objection,))


def test_a_claim_that_is_contradicted_is_not_looked_up_as_well() -> None:
    contradicted = Objection(claim="results.2", claim_says="가장 높다", paper_says="Accuracy is 71.2% on Books.")

    assert judge([Objection(claim="results.2", look_for=("x",)), contradicted], [CLAIM]).unstated == ()


@pytest.mark.parametrize(
    ("field", "text", "warned"),
    [
        ("limitations", "표에서 성능이 떨어진다.", True),
        ("limitations", "논문은 한계를 따로 밝히지 않는다.", False),
        ("conclusion", "저자들은 이 방식이 매출을 크게 늘린다고 본다.", True),
        ("results", "성능이 93% 떨어진다.", True),
    ],
)
def test_unstated_twice_warns_but_of_what_no_paper_states(field: str, text: str, warned: bool) -> None:
    claim = SourcedClaim(id=f"{field}.1", field=field, claim=Claim(text=text))

    findings = still_unstated([Objection(claim=f"{field}.1"), Objection(claim="nowhere.1")], [claim])

    assert [(id_, finding.check, finding.where) for id_, finding in findings] == (
        [(f"{field}.1", "verify", text)] if warned else []
    )
