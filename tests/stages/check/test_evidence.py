import pytest

from digest.model import Claim, Evidence, Finding

PAPER = (
    "Merging keeps ﬁne details, even for long-\nrange tokens. The error is below $10^{-3}$ on 97.3% of 1,500 inputs. "
    "It does not need any training. The method improves on all of the earlier baselines by a wide margin. "
    "We run the same evaluation questions as in in Section 3.2 in the SEP code setting."
)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        (
            "Merging keeps fine details, even for longrange tokens.",
            "Merging keeps ﬁne details, even for long- range tokens.",
        ),
        (
            "The error is below 10^-3 on 97.3 % of 1500 inputs.",
            "The error is below $10^{-3}$ on 97.3% of 1,500 inputs.",
        ),
        ("“It does not need any  training”", "It does not need any training."),
        (
            "We run the same evaluation questions as in Section 3.2 in the SEP code setting.",
            "We run the same evaluation questions as in in Section 3.2 in the SEP code setting.",
        ),
    ],
)
def test_evidence_comes_back_in_the_paper_s_own_words(judge, claim: str, quote: str) -> None:
    verdict = judge(paper=PAPER, claim=claim)

    assert verdict.claims["results"] == (Claim(anchors=(Evidence(quote, "Results"),)),)
    assert verdict.findings == ()


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        ("The error is below 10^-3 on 93.7% of 1,500 inputs.", ": it says “93.7” where the paper says “97.3”"),
        ("It does need any training.", ": it says “nothing” where the paper says “not”"),
        (
            "The method worsens on all of the earlier baselines by a wide margin.",
            ": it says “worsens” where the paper says “improves”",
        ),
        ("A sentence from quite another paper about birds.", ""),
    ],
)
def test_an_altered_sentence_is_a_finding_and_is_dropped(judge, claim: str, why: str) -> None:
    verdict = judge(paper=PAPER, claim=claim)

    what = f"a passage quoted for results is not in the paper (“{claim}”){why}"
    assert verdict.findings == (Finding("evidence", "results", what),)
    assert verdict.claims["results"] == (Claim(),)


def test_a_short_quote_and_a_missing_one_are_findings(judge) -> None:
    assert [finding.what for finding in judge(paper=PAPER, claim="need any training").findings] == [
        "a passage quoted for results is not in the paper (“need any training”): it is too short to be found"
    ]
    assert [finding.what for finding in judge(paper=PAPER, claim="").findings] == [
        "results comes without a passage of the paper"
    ]


def test_limitations_that_are_stated_need_evidence(judge) -> None:
    assert [
        finding.check for finding in judge("표 형식에서는 성능이 떨어진다.", field="limitations", claim="").findings
    ] == ["evidence"]
