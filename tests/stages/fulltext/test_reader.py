from collections.abc import Callable

import pytest
from msgspec.structs import replace

from digest.config import FulltextConfig
from digest.errors import FetchError, NotThere, Refused, Unavailable
from digest.model import Document, Fetched, Paper, Section
from digest.stages import fulltext
from digest.stages.fulltext import Get

ABSTRACT = Section("Abstract", "We read papers.", "abstract")


def test_the_first_reader_that_gives_something_is_the_document(
    paper: Paper, config: FulltextConfig, serving: Callable[..., Get], page: Callable[..., Fetched]
) -> None:
    get = serving({"arxiv /html/2511.00001v2": page("")})

    document = fulltext.read(paper, get, config)

    assert (document.origin, document.id, document.missed) == ("html", "2511.00001v2", ())


def test_a_document_without_an_abstract_gets_the_one_of_the_record(
    paper: Paper, config: FulltextConfig, serving: Callable[..., Get], page: Callable[..., Fetched]
) -> None:
    get = serving({"arxiv /html/2511.00001v2": page("")})

    assert fulltext.read(paper, get, config).sections[0] == ABSTRACT


def test_each_reader_that_gives_nothing_says_why(
    paper: Paper, config: FulltextConfig, serving: Callable[..., Get]
) -> None:
    get = serving({"arxiv /pdf/2511.00001v2": Refused("too large")})

    assert fulltext.read(paper, get, config) == Document(
        id=paper.id.at(2),
        origin="abstract",
        sections=(ABSTRACT,),
        missed=(
            "html: nothing at /html/2511.00001",
            "pdf: too large",
            "markdown: nothing at /papers/2511.00001.md",
        ),
    )


def test_a_throttled_page_is_a_step_down_while_another_reader_can_read(
    paper: Paper, config: FulltextConfig, serving: Callable[..., Get], typeset: Callable[..., bytes]
) -> None:
    lines = [("F2", 12.0, "1 Introduction")] + [
        ("F1", 10.0, "We study how a small model reads a long paper. " * 2)
    ] * 30
    answer = Fetched("https://arxiv.org/pdf/2511.00001v2", "application/pdf", typeset(lines))
    get = serving({"arxiv /html/2511.00001v2": Unavailable("throttled"), "arxiv /pdf/2511.00001v2": answer})

    document = fulltext.read(paper, get, config)

    assert (document.origin, document.missed) == ("pdf", ("html: throttled",))


PATHS = ("arxiv /html/2511.00001v2", "arxiv /pdf/2511.00001v2", "huggingface /papers/2511.00001.md")


@pytest.mark.parametrize("number", [1, 2, 3])
def test_an_abstract_is_provisional_where_any_full_text_was_merely_out_of_reach(
    number: int, paper: Paper, config: FulltextConfig, serving: Callable[..., Get]
) -> None:
    document = fulltext.read(paper, serving({path: Unavailable("throttled") for path in PATHS[:number]}), config)

    assert (document.origin, document.provisional) == ("abstract", True)


def test_an_abstract_is_final_where_there_is_no_full_text(
    paper: Paper, config: FulltextConfig, serving: Callable[..., Get]
) -> None:
    assert not fulltext.read(paper, serving({}), config).provisional


def test_without_the_abstract_in_the_order_a_text_out_of_reach_is_tried_again(
    paper: Paper, serving: Callable[..., Get]
) -> None:
    with pytest.raises(Unavailable, match="no source of"):
        fulltext.read(paper, serving({PATHS[0]: Unavailable("throttled")}), FulltextConfig(order=("html", "pdf")))


CAPTCHA = b"<!DOCTYPE html><html><head><title>Just a moment</title></head><body><h1>Are you human?</h1></body></html>"


def test_a_page_that_is_nobodys_paper_says_nothing_of_the_paper(
    paper: Paper, config: FulltextConfig, serving: Callable[..., Get]
) -> None:
    document = fulltext.read(
        paper, serving({path: Fetched("https://x.example/", "text/html", CAPTCHA) for path in PATHS}), config
    )

    assert (document.origin, document.provisional) == ("abstract", True)


def test_of_a_withdrawn_paper_nothing_is_fetched_and_the_abstract_is_read(paper: Paper, config: FulltextConfig) -> None:
    def never(service: str, path: str, /, *, belongs: object) -> Fetched:
        raise AssertionError(path)

    document = fulltext.read(replace(paper, withdrawn=True), never, config)

    assert document.sections == (ABSTRACT,)
    assert document.missed[0] == "html: the paper is withdrawn"


def test_a_paper_without_even_an_abstract_is_an_error(
    paper: Paper, config: FulltextConfig, serving: Callable[..., Get]
) -> None:
    with pytest.raises(
        FetchError, match=r"no source of 2511\.00001 could be read: html: nothing at .*; abstract: .* no abstract"
    ):
        fulltext.read(replace(paper, abstract=" \n"), serving({}), config)


def test_the_order_of_the_readers_is_the_configurations(paper: Paper, serving: Callable[..., Get]) -> None:
    document = fulltext.read(paper, serving({}), FulltextConfig(order=("abstract",)))

    assert (document.origin, document.missed) == ("abstract", ())


def test_without_the_abstract_in_the_order_a_missing_paper_is_an_error(
    paper: Paper, serving: Callable[..., Get]
) -> None:
    with pytest.raises(FetchError, match="no source of") as caught:
        fulltext.read(paper, serving({}), FulltextConfig(order=("html",)))

    assert not isinstance(caught.value, NotThere | Unavailable)


def test_a_paper_of_unknown_version_is_asked_for_without_one(paper: Paper, config: FulltextConfig) -> None:
    asked: list[str] = []

    def get(service: str, path: str, /, *, belongs: object) -> Fetched:
        asked.append(f"{service} {path}")
        raise NotThere("no")

    fulltext.read(replace(paper, version=None), get, config)

    assert asked == ["arxiv /html/2511.00001", "arxiv /pdf/2511.00001", "huggingface /papers/2511.00001.md"]
