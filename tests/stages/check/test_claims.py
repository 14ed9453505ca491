"""What a claim may take from where: from the passages that it quotes, and from nowhere else in the paper."""

import pytest

from digest.model import ArxivId, Claim, Document, Evidence, Paper, Section, Summary
from digest.stages.check import check
from tests.stages.check.conftest import WHOLE

ABSTRACT = "We propose HaloNet, which merges old entries. It is compared with DeltaCache on long inputs."
PROSE = (
    "We use sampled decoding and generate these evaluations multiple (3) times and take the average. "
    "We merge entries in 4 stages (5 of them are optional) and keep the first, the second and the third entry. "
    "Perplexity at all lengths is lowest on the Pile with Sliding Window Attention, as in Needle in a Haystack (NIAH). "
    "The overall score is computed as S = 0.4Sacc + 0.6Spre for every image. "
    "We run Successive Halving on all of the candidates for a while. "
    "The throughput of the kernel reaches 12.3 ± 0.4 ms on one machine."
)
SENTENCES = PROSE.split(". ")
TABLES = (
    "Table 1: Quality after merging\nMethod | F1 | Recall\nHaloNet (ours) | 0.663 | 81.5\nDeltaCache | 0.653 | 79.2\n"
    "OmegaCache | 0.641 | 78.3",
    "Table 2: Cost of training\nMethod | Days | Tokens\n(GPU) | (B)\nHaloNet | 7.8 | 533 | 27.4\n"
    "DeltaCache | 7.9 | 252 | 28.2",
    "Table 3: Latency (ms) by length\nMethod | 8K | 16K\nHaloNet | 35 | 61\nDeltaCache | 120 | 240",
)
ROWS = {name: f"{name} | {rest}" for name, rest in (("HaloNet (ours)", "0.663 | 81.5"), ("DeltaCache", "0.653 | 79.2"))}
PAPER = Paper(id=ArxivId("9901.00001"), title="Merging Old Entries", abstract=ABSTRACT)


def findings(text: str, *quotes: str, field: str = "results", limits: str = "") -> list[tuple[str, str]]:
    """Return kind and words of what is found about one claim."""
    sections = (
        Section("Abstract", ABSTRACT, "abstract"),
        Section("Results", PROSE, "results", TABLES),
        *((Section("Discussion", limits),) if limits else ()),
    )
    document = Document(id=PAPER.id, origin="pdf", sections=sections)
    claims = {name: (Claim(anchors=(Evidence(ABSTRACT.split(". ", maxsplit=1)[0] + "."),)),) for name in WHOLE}
    claims[field] = (Claim(text=text, anchors=tuple(Evidence(quote) for quote in quotes)),)
    summary = Summary(**{**WHOLE, field: text})
    found = check(summary, claims, PAPER, document).findings
    return [(one.check, one.where) for one in found if one.field == field]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("3번 채점한 평균을 쓴다.", SENTENCES[0] + "."),
        ("Pile Sliding Window Attention에서 가장 낮다.", SENTENCES[2] + "."),
        ("Needle in a Haystack에서도 가장 낮다.", SENTENCES[2] + "."),
        ("0.4와 0.6으로 가중한 값이다.", SENTENCES[3] + "."),
        ("처리 시간은 12.3ms이다.", SENTENCES[5]),
        ("HaloNet은 533B token으로 학습했다.", "HaloNet | 7.8 | 533 | 27.4"),
        ("HaloNet은 8K에서 35ms이다.", "[T3.1] HaloNet | 35 | 61"),
        ("HaloNet의 recall은 81.5%이다.", ROWS["HaloNet (ours)"]),
    ],
)
def test_what_the_quoted_passage_says_in_another_way_is_borne_out(text: str, quote: str) -> None:
    assert findings(text, quote) == []


@pytest.mark.parametrize(
    ("text", "quote", "kind", "words"),
    [
        ("HaloNet의 recall은 81.5ms이다.", ROWS["HaloNet (ours)"], "anchors", "81.5ms"),
        ("HaloNet의 recall은 81.5배이다.", ROWS["HaloNet (ours)"], "numbers", "81.5배"),
        ("처리 시간은 12.3GB이다.", SENTENCES[5], "numbers", "12.3GB"),
        ("HaloNet의 F1은 0.653이다.", ROWS["HaloNet (ours)"], "anchors", "0.653"),
        ("F1은 0.663으로 DeltaCache보다 높다.", ROWS["HaloNet (ours)"], "anchors", "DeltaCache"),
        ("후보의 50%를 버린다.", SENTENCES[4] + ".", "numbers", "50%"),
        ("Pile Vision Network에서 가장 낮다.", SENTENCES[2] + ".", "names", "Pile Vision Network"),
    ],
)
def test_what_stands_elsewhere_or_nowhere_is_a_finding(text: str, quote: str, kind: str, words: str) -> None:
    assert findings(text, quote) == [(kind, words)]


def test_a_difference_may_be_announced_before_it_is_named() -> None:
    text = "F1은 HaloNet이 0.663, DeltaCache가 0.653으로 차이가 0.010에 그친다."

    assert findings(text, *ROWS.values()) == []


def test_a_share_and_a_percentage_that_happen_to_fit_bear_nothing_out() -> None:
    text = "F1은 0.663이고 recall은 81.5%로 122.9배 차이이다."

    assert findings(text, *ROWS.values()) == [("numbers", "122.9배")]


def test_a_method_that_the_abstract_names_is_quoted_where_results_compare_it_and_free_elsewhere() -> None:
    quote = ROWS["HaloNet (ours)"]

    assert findings("DeltaCache와 달리 오래된 항목을 합친다.", quote, field="motivation") == []
    assert findings("DeltaCache보다 F1이 높다.", quote) == [("anchors", "DeltaCache")]
    assert findings("HaloNet은 더 낫다.", SENTENCES[0] + ".") == []


def test_a_heading_row_may_be_quoted_and_is_shown_once() -> None:
    assert findings("F1은 HaloNet이 0.663이다.", "Method | F1 | Recall", ROWS["HaloNet (ours)"]) == []


@pytest.mark.parametrize(
    "limits",
    [
        "A limitation of our method is that it needs two passes over the input.",
        "We thank nobody.\nLimitations. Two passes over the input are needed.",
        "Our merging rule has several limitations that we leave open.",
    ],
)
def test_that_the_paper_states_no_limitations_is_a_finding_where_it_does(limits: str) -> None:
    none = "논문은 한계를 따로 밝히지 않는다."

    assert findings(none, field="limitations") == []
    assert findings(none, field="limitations", limits=limits) == [("evidence", none)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("DenseNet은 GateNet을 앞섰다.", ["DenseNet은 GateNet을 앞섰"]),
        ("GateNet은 DenseNet에 뒤졌다.", ["GateNet은 DenseNet에 뒤졌"]),
        ("GateNet은 DenseNet을 앞섰다.", []),
        ("DenseNet은 GateNet에 뒤졌다.", []),
    ],
)
def test_a_comparison_that_the_passages_have_the_other_way_round_is_a_finding(
    words, text: str, found: list[str]
) -> None:
    passage = "On all sets GateNet outperforms DenseNet by far."

    assert words("anchors", text, paper=passage, quoted=[passage]) == found
