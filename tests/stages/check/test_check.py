import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model import ArxivId, Claim, Document, Evidence, Finding, Paper, Section, Summary
from digest.model.schema import NAMES
from digest.stages.check import check

TEXTS = st.one_of(st.text(), st.text(alphabet="0123456789.,%-+×^배만억천시간초GBms ()~{}$\\abZ다.\n"))
ID = ArxivId("9901.00001")


def test_a_good_summary_has_no_findings_and_all_its_evidence(judge) -> None:
    verdict = judge()

    assert verdict.findings == ()
    assert list(verdict.claims) == list(NAMES)


def test_findings_come_in_the_order_of_the_schema_and_of_the_text(judge) -> None:
    verdict = judge(
        "Zebra는 77%, Yak은 88%였다.", goal="목표는 99%이다.", tldr="요약은 66%이다.", paper="Nothing is measured."
    )

    assert [(finding.field, finding.where) for finding in verdict.findings] == [
        ("goal", "99%"),
        ("results", "Zebra"),
        ("results", "77%"),
        ("results", "Yak"),
        ("results", "88%"),
        ("tldr", "66%"),
    ]


@settings(deadline=None, max_examples=60)
@given(TEXTS, TEXTS, TEXTS, st.sampled_from(["ko", "en", "ja", "xx", ""]))
def test_any_text_is_judged_without_an_exception_and_always_alike(
    text: str, paper: str, claim: str, language: str
) -> None:
    summary = Summary(**dict.fromkeys(NAMES, text), tldr=text)
    document = Document(id=ID, origin="html", sections=(Section("", paper, tables=(paper,)),))

    claims = {"goal": (Claim(text=text[:9], anchors=(Evidence(claim), Evidence(paper[:40]))),)}

    first = check(summary, claims, Paper(id=ID, title=paper), document, language=language)
    second = check(summary, claims, Paper(id=ID, title=paper), document, language=language)

    assert first == second
    for finding in first.findings:
        assert isinstance(finding, Finding)
        assert finding.where in text


@pytest.mark.usefixtures("patience")
def test_a_paper_of_300_kilobytes_is_checked_to_its_end() -> None:
    line = (
        "On dataset Set{0}-X the method reaches {0}.5% with {0} samples, {0} GB and a latency of {0} ms; not slower. "
    )
    prose = "".join(line.format(number) for number in range(10, 2900))
    document = Document(id=ID, origin="html", sections=(Section("Results", prose),))
    fields = dict.fromkeys(NAMES, "Set-Y에서 99999.5%를 얻고 약 77777개를 12345ms에 처리하였다.")
    quote = "On dataset Set500-X the method reaches 501.5% with 500 samples and a latency of 500 ms."
    claims = {name: (Claim(text=text, anchors=(Evidence(quote),)),) for name, text in fields.items()}

    verdict = check(Summary(**fields), claims, Paper(id=ID, title="T"), document)

    assert len(prose) > 300_000
    assert verdict.findings
