"""The lists of several sources as one: no paper twice, none lost, and who listed it."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from digest.errors import FetchError, Unavailable
from digest.model import Listing, Paper, PaperId
from digest.stages.sources.merge import merged

TITLE = "A Study of Caches in Large Language Models"


def _paper(raw: str, title: str = TITLE, **parts: object) -> Paper:
    return Paper(id=PaperId.parse(raw), title=title, **parts)


def _merged(**listings: Listing | FetchError) -> Listing:
    def ask(listing: Listing | FetchError) -> Listing:
        if isinstance(listing, FetchError):
            raise listing
        return listing

    return merged((SimpleNamespace(label=label), lambda one=one: ask(one)) for label, one in listings.items())


def test_one_source_is_passed_on_as_it_is() -> None:
    listing = Listing(papers=(_paper("2511.00001"),), problems=("x",))

    assert _merged(only=listing) is listing


def test_a_paper_of_two_lists_stands_once_with_all_that_they_know() -> None:
    moment = datetime(2025, 11, 17, tzinfo=UTC)
    there = _paper("2511.00001", upvotes=7)
    title = "A study of CACHES in large language models."
    here = _paper("doi:10.1101/x", title, abstract="We study.", submitted=moment)

    listing = _merged(feed=Listing(papers=(here,)), huggingface=Listing(papers=(there,)))

    assert listing.papers == (
        _paper(
            "2511.00001",
            title,
            abstract="We study.",
            upvotes=7,
            submitted=moment,
            doi="10.1101/x",
            sources=("feed", "huggingface"),
        ),
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (_paper("2511.00001", "One title"), _paper("2511.00001", "Quite another title of it")),
        (_paper("doi:10.1101/x", "One title"), _paper("2511.00001", "Another title", doi="10.1101/X")),
        (_paper("https://a.org/1"), _paper("https://b.org/2", "A Study of Caches, in Large Language Models")),
    ],
)
def test_papers_are_one_by_id_doi_or_title(one: Paper, other: Paper) -> None:
    listing = _merged(first=Listing(papers=(one,)), second=Listing(papers=(other,)))

    assert [paper.sources for paper in listing.papers] == [("first", "second")]


def test_titles_that_say_little_join_nothing() -> None:
    one, other = _paper("https://a.org/1", "Editorial"), _paper("https://b.org/2", "Editorial")

    assert len(_merged(first=Listing(papers=(one,)), second=Listing(papers=(other,))).papers) == 2


def test_a_third_list_may_show_that_two_papers_are_one() -> None:
    preprint, journal = _paper("2511.00001", "A Preprint"), _paper("doi:10.1038/y", "The Article")
    both = _paper("2511.00001", "A Preprint", doi="10.1038/y")

    listing = _merged(a=Listing(papers=(preprint,)), b=Listing(papers=(journal,)), c=Listing(papers=(both,)))

    assert [(paper.id, paper.doi, paper.sources) for paper in listing.papers] == [
        ("2511.00001", "10.1038/y", ("a", "b", "c"))
    ]


def test_a_source_that_is_down_costs_its_own_papers_and_leaves_the_day_open() -> None:
    listing = _merged(down=Unavailable("rss x: answered 500"), there=Listing(papers=(_paper("2511.00001"),)))

    assert listing == Listing(
        papers=(_paper("2511.00001", sources=("there",)),),
        problems=("continuing without down: rss x: answered 500",),
        open=True,
    )


def test_where_no_source_answers_the_day_has_no_list() -> None:
    with pytest.raises(Unavailable, match="first"):
        _merged(one=Unavailable("first"), two=Unavailable("second"))


def test_a_thousand_papers_of_two_lists_take_no_time(patience: None) -> None:
    papers = tuple(
        _paper(f"2511.{number:05}", f"A paper with a number that is {number} indeed") for number in range(5000)
    )

    listing = _merged(one=Listing(papers=papers), two=Listing(papers=papers[::-1]))

    assert len(listing.papers) == 5000
