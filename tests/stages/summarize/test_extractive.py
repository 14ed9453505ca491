"""The preview without a model: the paper's own sentences, chosen by section and cue, each labelled as quoted."""

from hypothesis import given
from hypothesis import strategies as st

from digest.model import Claim, Document, Evidence, Section, schema
from digest.model.text import one_line
from digest.stages.summarize.extractive import ExtractiveSummarizer
from tests.stages.summarize.scripted import PAPER, WORDS

QUOTED = "원문 인용: "
EMPTY = "본문에서 이 항목에 해당하는 문장을 찾지 못했다."
SENTENCES = {
    "goal": "This paper aims to make gating work in layers of any depth.",
    "motivation": "However, existing gates suffer from a costly search over layers.",
    "contribution": "Our contribution is a gate that learns its own threshold.",
    "method": "We compute one score for each layer and compare it with the threshold.",
    "results": "On two benchmarks the gate improves accuracy by 4.2 points.",
    "limitations": "The gate fails where inputs are shorter than eight tokens.",
    "conclusion": "We have shown that gates can be learned without a search.",
}
DOCUMENT = Document(
    id=PAPER.id,
    origin="html",
    sections=(
        Section("Abstract", f"{SENTENCES['goal']} {SENTENCES['contribution']}", "abstract"),
        Section("Introduction", SENTENCES["motivation"], "introduction"),
        Section("Gating", SENTENCES["method"], "method"),
        Section("Experiments", SENTENCES["results"], "results"),
        Section("Limitations", SENTENCES["limitations"], "limitations"),
        Section("Conclusion", SENTENCES["conclusion"], "conclusion"),
    ),
)
SUMMARIZER = ExtractiveSummarizer(WORDS)


def test_each_field_is_a_sentence_of_its_own_section_and_labelled_as_quoted() -> None:
    draft = SUMMARIZER.summarize(PAPER, DOCUMENT)

    assert {name: draft.summary.field(name) for name in schema.NAMES} == {
        name: f"{QUOTED}{sentence}" for name, sentence in SENTENCES.items()
    }
    assert draft.claims == {name: (Claim(anchors=(Evidence(quote),)),) for name, quote in SENTENCES.items()}
    assert (draft.summary.tldr, draft.summary.topics, draft.usage.calls) == ("", (), 0)


def test_a_field_without_a_sentence_says_so() -> None:
    document = Document(id=PAPER.id, origin="abstract", sections=(Section("Abstract", "Short.", "abstract"),))

    draft = SUMMARIZER.summarize(PAPER, document)

    assert {draft.summary.field(name) for name in schema.NAMES} == {EMPTY}
    assert draft.claims == {}


def test_there_is_nobody_to_ask_again() -> None:
    assert SUMMARIZER.revise(PAPER, SUMMARIZER.summarize(PAPER, DOCUMENT), []) is None


_KINDS = st.sampled_from(["abstract", "introduction", "method", "results", "limitations", "conclusion", "other"])
_TEXT = st.lists(st.sampled_from([*SENTENCES.values(), "No.", "x" * 600 + ".", "half a sentence", "\n"]), max_size=8)
_SECTIONS = st.lists(st.builds(Section, st.just("T"), _TEXT.map(" ".join), _KINDS), max_size=5).map(tuple)


@given(_SECTIONS)
def test_every_quotation_is_whole_and_in_the_paper_and_serves_once(sections: tuple[Section, ...]) -> None:
    document = Document(id=PAPER.id, origin="html", sections=sections)

    claims = SUMMARIZER.summarize(PAPER, document).claims
    quotes = {name: claim.anchors[0].quote for name, (claim,) in claims.items()}

    assert len(set(quotes.values())) == len(quotes)
    assert all(quote in one_line(document.text) for quote in quotes.values())
    assert all(quote.endswith((".", "!", "?")) for quote in quotes.values())
