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
            "html: nothing at /html/2511.00001v2",
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


def test_a_paper_whose_full_text_is_out_of_reach_is_left_to_the_next_run(
    paper: Paper, config: FulltextConfig, serving: Callable[..., Get]
) -> None:
    paths = ("arxiv /html/2511.00001v2", "arxiv /pdf/2511.00001v2", "huggingface /papers/2511.00001.md")
    get = serving({path: Unavailable("throttled") for path in paths})

    with pytest.raises(Unavailable, match=r"full text of 2511\.00001 unavailable, will be retried: throttled"):
        fulltext.read(paper, get, config)


def test_one_text_that_does_not_exist_makes_the_abstract_the_best_there_is(
    paper: Paper, config: FulltextConfig, serving: Callable[..., Get]
) -> None:
    paths = ("arxiv /html/2511.00001v2", "arxiv /pdf/2511.00001v2")
    get = serving({path: Unavailable("throttled") for path in paths})

    assert fulltext.read(paper, get, config).origin == "abstract"


def test_of_a_withdrawn_paper_nothing_is_fetched_and_the_abstract_is_read(paper: Paper, config: FulltextConfig) -> None:
    def never(service: str, path: str) -> Fetched:
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

    def get(service: str, path: str) -> Fetched:
        asked.append(f"{service} {path}")
        raise NotThere("no")

    fulltext.read(replace(paper, version=None), get, config)

    assert asked == ["arxiv /html/2511.00001", "arxiv /pdf/2511.00001", "huggingface /papers/2511.00001.md"]
