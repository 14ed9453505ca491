"""The papers of a venue on OpenReview, in both versions of its API."""

from datetime import UTC, datetime

import pytest

from digest.config import OpenReviewSource
from digest.errors import Unavailable
from digest.model import Fetched, Listing, Paper, PaperId
from digest.stages.sources import openreview
from tests.played import DAY, note, notes


def _list(*bodies: bytes) -> Listing:
    waiting = list(bodies)
    config = OpenReviewSource(use="openreview", venue="ICLR.cc/2026/Conference")
    return openreview.list_day(DAY, lambda *_: Fetched("", "application/json", waiting.pop(0)), config)


def test_a_note_is_a_paper() -> None:
    assert _list(notes(note())) == Listing(
        papers=(
            Paper(
                id=PaperId.parse("openreview:AbCdEf1234"),
                title="Reviews of a Paper on Reviewing Papers",
                abstract="We review.",
                authors=("Rae Viewer",),
                submitted=datetime(2025, 11, 13, 2, 13, 20, tzinfo=UTC),
                pdf="https://openreview.net/pdf?id=AbCdEf1234",
                comment="ICLR 2026 Oral",
                keywords=("peer review",),
            ),
        )
    )


def test_fields_without_a_value_around_them_are_read_and_nothing_but_title_and_id_is_needed() -> None:
    listing = _list(notes({"forum": "AbCdEf1234", "content": {"title": "Old"}}, {"content": {}}, 7, note("x")))

    assert [(paper.id, paper.title, paper.pdf) for paper in listing.papers] == [("openreview:AbCdEf1234", "Old", None)]
    assert len(listing.unread) == 3


def test_all_pages_are_read() -> None:
    page = notes(*(note(f"AbCdEf{number:05}") for number in range(1000)))

    assert len(_list(page, notes(note("AbCdEf99999"))).papers) == 1001


def test_a_venue_without_papers_is_empty() -> None:
    assert _list(notes()) == Listing()


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"name":"ForbiddenError","message":"no"}', b'{"notes":{}}'])
def test_what_is_no_list_is_an_error(body: bytes) -> None:
    with pytest.raises(Unavailable):
        _list(body)
