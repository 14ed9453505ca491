"""What papers are called: every form that people and services write is one id, and every id can be written anywhere."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import ArxivId, BadPaperId, PaperId


@pytest.mark.parametrize(
    ("pasted", "read"),
    [
        ("doi.org/10.1101/2025.11.17.000001", "doi:10.1101/2025.11.17.000001"),
        ("openreview.net/forum?id=AbCdEf1234", "openreview:AbCdEf1234"),
        ("www.nature.com/articles/s1", "https://www.nature.com/articles/s1"),
        ("10.1038/x", "doi:10.1038/x"),
        ("<https://example.org/a>", "https://example.org/a"),
        ("math.AG/0601001", "math.AG/0601001"),
    ],
)
def test_an_address_is_also_read_as_browsers_show_it(pasted: str, read: str) -> None:
    assert PaperId.pasted(pasted) == read


@pytest.mark.parametrize(
    "pasted", ["a.pdf", "papers/a.pdf", "../..", "/etc/passwd", "x.y/", "", "ftp://a.org/x", "https://[x/", "[x].org/a"]
)
def test_a_path_is_no_paper(pasted: str) -> None:
    with pytest.raises(BadPaperId):
        PaperId.pasted(pasted)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2511.09146", "2511.09146"),
        ("2511.09146v2", "2511.09146v2"),
        ("https://arxiv.org/pdf/2511.09146v2.pdf", "2511.09146v2"),
        ("https://doi.org/10.48550/arXiv.2511.09146", "2511.09146"),
        ("https://huggingface.co/papers/2511.09146", "2511.09146"),
        ("10.1101/2025.11.17.000001", "doi:10.1101/2025.11.17.000001"),
        ("doi:10.1101/2025.11.17.000001", "doi:10.1101/2025.11.17.000001"),
        ("DOI 10.1101/2025.11.17.000001".replace("DOI ", "doi: "), "doi:10.1101/2025.11.17.000001"),
        ("https://dx.doi.org/10.1038/S41586-021-03819-2", "doi:10.1038/s41586-021-03819-2"),
        ("https://doi.org/10.1016/S0140-6736(20)30183-5", "doi:10.1016/s0140-6736(20)30183-5"),
        ("https://www.biorxiv.org/content/10.1101/2025.11.17.000001v2.full.pdf", "doi:10.1101/2025.11.17.000001"),
        ("https://www.medrxiv.org/content/10.1101/2025.11.17.25300001v1", "doi:10.1101/2025.11.17.25300001"),
        ("https://openreview.net/forum?id=AbC-12_xyz&noteId=q", "openreview:AbC-12_xyz"),
        ("https://openreview.net/pdf?id=AbC-12_xyz", "openreview:AbC-12_xyz"),
        ("HTTPS://Example.org/A Paper".replace(" ", "%20"), "https://example.org/A%20Paper"),
        ("https://example.org/p(1).html?a=b#part", "https://example.org/p%281%29.html?a=b"),
        ("https://예시.kr/논문", "https://예시.kr/%EB%85%BC%EB%AC%B8"),
        ("file:0123456789abcdef", "file:0123456789abcdef"),
        ("#file-0123456789abcdef", "file:0123456789abcdef"),
    ],
)  # fmt: skip
def test_every_form_of_a_link_is_one_id(written: str, read: str) -> None:
    assert PaperId.parse(written) == read


@pytest.mark.parametrize(
    "raw", ["", "words", "10.1/x", "ftp://example.org/x", "file:../../etc/passwd", "https://", "https://u@example.org/",
            "javascript:alert(1)", "openreview:a b", "https://example.org/\nx", "x" * 5000,
            "https://example.org/" + "가" * 70],
)  # fmt: skip
def test_what_identifies_no_paper_is_refused(raw: str) -> None:
    with pytest.raises(BadPaperId):
        PaperId.parse(raw)


def test_ids_of_arxiv_stay_what_they_were() -> None:
    paper_id = PaperId.parse("astro-ph/0601001v3")

    assert isinstance(paper_id, ArxivId)
    assert (paper_id.base, paper_id.version, paper_id.slug, paper_id.base.link) == (
        "astro-ph/0601001",
        3,
        "astro-ph-0601001",
        "https://arxiv.org/abs/astro-ph/0601001",
    )


@pytest.mark.parametrize(
    ("paper_id", "slug", "link"),
    [
        (
            "doi:10.1101/2025.11.17.000001",
            "doi-10.1101-2025.11.17.000001",
            "https://doi.org/10.1101/2025.11.17.000001",
        ),
        ("file:0123456789abcdef", "file-0123456789abcdef", "#file-0123456789abcdef"),
    ],
)
def test_a_slug_can_be_read_where_that_is_safe(paper_id: str, slug: str, link: str) -> None:
    parsed = PaperId.parse(paper_id)

    assert (parsed.slug, parsed.link) == (slug, link)


def test_no_two_papers_share_a_slug_not_even_where_capitals_do_not_count() -> None:
    ids = ["doi:10.1101/a-b", "doi:10.1101/a/b", "doi:10.1101/a_b", "doi:10.1101/a.b", "openreview:abcdefgh",
           "openreview:aBcdefgh", "https://example.org/a", "http://example.org/a", "https://example.org/a/",
           "https://example.org/" + "x" * 200, "https://example.org/" + "x" * 201]  # fmt: skip

    slugs = [PaperId.parse(one).slug.lower() for one in ids]

    assert len(set(slugs)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9._-]{1,80}", slug) for slug in slugs)


_DOIS = st.from_regex(r"\A10\.\d{4,9}/[!-~]{1,60}\Z")
_ADDRESSES = st.from_regex(r"\Ahttps?://[a-z0-9.-]{3,20}/[ -~]{0,60}\Z")


@given(st.one_of(_DOIS, _ADDRESSES, st.text(max_size=80)))
def test_an_id_is_read_again_from_its_text_its_link_and_a_post(raw: str) -> None:
    try:
        paper_id = PaperId.parse(raw)
    except BadPaperId:
        return

    assert PaperId.parse(str(paper_id)) == paper_id
    assert PaperId.of_link(paper_id.link) == paper_id
    assert re.fullmatch(r"(?:https?://[^\s()<>{}\"'\\]+|#file-[0-9a-f]{16})", paper_id.link)
    assert re.fullmatch(r"[\w.-]{1,80}", paper_id.slug, re.ASCII)
