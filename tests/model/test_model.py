"""The nouns, as far as they do anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import ArxivId, BadArxivId, Document, Paper, Section, Usage


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("2511.09146", "2511.09146"),
        (" arXiv:2511.09146v2 ", "2511.09146v2"),
        ("0704.0001", "0704.0001"),
        ("https://arxiv.org/abs/2511.09146v1", "2511.09146v1"),
        ("http://www.arxiv.org/pdf/2511.09146.pdf", "2511.09146"),
        ("https://export.arxiv.org/html/2511.09146", "2511.09146"),
        ("astro-ph/0601001", "astro-ph/0601001"),
        ("http://arxiv.org/abs/cs.CL/0101001v12", "cs.CL/0101001v12"),
        ("math.GT/0309136", "math.GT/0309136"),
    ],
)
def test_an_id_is_read_in_every_spelling(raw: str, number: str) -> None:
    assert ArxivId.parse(raw) == number


@pytest.mark.parametrize(
    "raw",
    [
        "", "abc", "2511", "2511.091467", "2511.091", "2511.09146v0", "2511.09146v", "2511.09146v1234", "../2511.09146",
        "2511.09146/..", "2511.09146?x=1", "2511.09146\n2511.09147",
        "2513.00001", "2500.00001", "٢٥١١.٠٩١٤٦", "astro-ph/060100", "Astro-ph/0601001",
        "https://evil.example/abs/2511.09146", "2511.09146,2511.09147", "https://arxiv.org/abs/",
    ],
)  # fmt: skip
def test_what_is_no_id_is_refused_with_an_example(raw: str) -> None:
    with pytest.raises(BadArxivId) as caught:
        ArxivId.parse(raw)

    assert str(caught.value).endswith("is not an arXiv ID — expected something like 2511.09146 or astro-ph/0601001")


@given(st.text(max_size=30) | st.from_regex(r"\A(\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7})(v[1-9]\d?)?\Z"))
def test_an_id_that_is_read_is_safe_everywhere(raw: str) -> None:
    try:
        number = ArxivId.parse(raw)
    except BadArxivId:
        return

    assert ArxivId.parse(number) == number
    assert number.isascii()
    assert number.at(number.version) == number
    assert not set(number.slug) & set("/\\?#%&:")
    assert ".." not in number.slug


def test_an_id_knows_its_version() -> None:
    number = ArxivId("hep-ex/0307015v3")

    assert (number.version, number.base, number.slug) == (3, "hep-ex/0307015", "hep-ex-0307015")
    assert (number.at(None), number.at(12)) == ("hep-ex/0307015", "hep-ex/0307015v12")
    assert (number.base.version, number.base.base) == (None, "hep-ex/0307015")


def test_usages_add_up_and_an_unknown_cost_counts_as_nothing() -> None:
    assert Usage(1, 10, 2, 3, 0.1) + Usage(1, 5, 0, 1) == Usage(2, 15, 2, 4, 0.1)
    assert Usage(1, 1, 1, 1, 0.1) + Usage(1, 1, 1, 1, 0.2) == Usage(2, 2, 2, 2, 0.3)
    assert Usage() + Usage() == Usage()


def test_the_text_of_a_document_is_all_of_it_in_order() -> None:
    sections = (
        Section("Method", "One.\nTwo."),
        Section("", "Three."),
        Section("Results", "", "results", ("T1\na | b",)),
    )

    document = Document(id=ArxivId("2511.09146"), origin="html", sections=sections)

    assert document.text == "Method\nOne.\nTwo.\n\nThree.\n\nResults\nT1\na | b"


def test_a_noun_does_not_change() -> None:
    with pytest.raises(AttributeError):
        Paper(id=ArxivId("2511.09146"), title="T").title = "U"  # type: ignore[misc]


@pytest.mark.parametrize(
    "pasted",
    [
        "2511.09146", "2511.09146/", "2511.09146.pdf", "arXiv:2511.09146", "arXiv:2511.09146 [cs.CL] 12 Nov 2025",
        "https://arxiv.org/abs/2511.09146/", "arxiv.org/pdf/2511.09146.pdf", "https://export.arxiv.org/abs/2511.09146?x=1",
        "https://huggingface.co/papers/2511.09146#community", "https://www.alphaxiv.org/ko/overview/2511.09146",
        "https://doi.org/10.48550/arXiv.2511.09146", "doi:10.48550/ARXIV.2511.09146", "<https://arxiv.org/html/2511.09146>",
        "https://ar5iv.labs.arxiv.org/html/2511.09146", "[2511.09146] DoPE: Denoising",
        "2511.09146, DoPE", "`2511.09146`.", "(arXiv 2511.09146)",
    ],
)  # fmt: skip
def test_an_id_is_read_in_every_form_in_which_people_copy_one(pasted: str) -> None:
    assert ArxivId.pasted(pasted) == "2511.09146"


def test_a_pasted_version_is_kept_and_another_address_is_no_id() -> None:
    assert ArxivId.pasted("https://arxiv.org/pdf/2511.09146v2.pdf") == "2511.09146v2"
    assert ArxivId.pasted("https://arxiv.org/abs/math.GT/0309136v1") == "math.GT/0309136v1"
    for other in (
        "https://example.org/2511.09146",
        "https://arxiv.org/abs/2511.091467",
        "2511.09146-DoPE",
        "https://arxiv.org/list/cs",
    ):
        with pytest.raises(BadArxivId):
            ArxivId.pasted(other)
