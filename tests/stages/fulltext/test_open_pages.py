"""Pages and PDFs of papers that are not on arXiv: what their source says is open is read, and nothing else."""

import pytest

from digest.config import FulltextConfig
from digest.errors import FetchError
from digest.model import Document, Fetched, Paper, PaperId
from digest.stages import fulltext

PARAGRAPH = "<p>" + "We measure how caches behave in laboratories of every size. " * 30 + "</p>"
ARTICLE = f"<h2>Introduction</h2>{PARAGRAPH}<h2>Results</h2>{PARAGRAPH}{PARAGRAPH}"
PAGE = (
    "<html><body><nav>Home</nav><aside>Subscribe now</aside><main><article><h1>Caches</h1>"
    f"{ARTICLE}<div class='references'><p>[1] Somebody. 1999.</p></div></article></main>"
    "<footer>Imprint</footer></body></html>"
)


def _read(page: str, **parts: str) -> tuple[Document, list[tuple[str, str]]]:
    asked: list[tuple[str, str]] = []

    def get(service: str, path: str, **_: object) -> Fetched:
        asked.append((service, path))
        return Fetched(path, "text/html", page.encode())

    paper = Paper(id=PaperId.parse("doi:10.1038/x1"), title="Caches", abstract="We measure caches.", **parts)
    return fulltext.read(paper, get, FulltextConfig()), asked


def test_an_open_page_is_read_without_what_stands_beside_the_article() -> None:
    document, asked = _read(PAGE, html="https://example.org/caches")

    assert asked == [("web", "https://example.org/caches")]
    assert (document.origin, [section.title for section in document.sections]) == (
        "html",
        ["Abstract", "Introduction", "Results"],
    )
    assert not [word for word in ("Home", "Subscribe", "Imprint", "Somebody") if word in document.text]


@pytest.mark.parametrize(
    "page",
    [
        PAGE.replace("<body>", '<body><script type="application/ld+json">{"isAccessibleForFree": false}</script>'),
        "<html><body><main><p>Sign in to read this article.</p></main></body></html>",
        "",
    ],
)
def test_behind_a_paywall_the_abstract_is_all_there_is(page: str) -> None:
    document, _ = _read(page, html="https://example.org/caches")

    assert (document.origin, document.provisional) == ("abstract", False)


def test_without_an_open_address_nothing_is_asked_for() -> None:
    document, asked = _read(PAGE)

    assert (document.origin, asked) == ("abstract", [])
    assert document.missed == (
        "html: no open HTML is known",
        "pdf: no open PDF is known",
        "markdown: Hugging Face has Markdown of arXiv's papers alone",
    )


def test_a_page_that_is_built_to_hurt_is_refused(patience: None) -> None:
    document, _ = _read("<div>" * 100_000, html="https://example.org/caches")

    assert document.origin == "abstract"


def test_a_paper_with_neither_text_nor_abstract_cannot_be_read() -> None:
    paper = Paper(id=PaperId.parse("doi:10.1038/x1"), title="Caches")

    with pytest.raises(FetchError, match="no source of"):
        fulltext.read(paper, lambda *_, **__: Fetched("", "", b""), FulltextConfig())
