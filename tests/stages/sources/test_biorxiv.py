"""bioRxiv and medRxiv: every page of a day, first versions only, and what comes in place of a list."""

import json
from datetime import UTC, datetime

import pytest

from digest.config import PreprintSource
from digest.errors import Unavailable
from digest.model import Fetched, Listing, Paper, PaperId
from digest.stages.sources import biorxiv
from tests.played import DAY, preprint, preprints


def _list(*bodies: bytes, **settings: object) -> tuple[Listing, list[str]]:
    asked: list[str] = []
    waiting = list(bodies)

    def get(service: str, path: str) -> Fetched:
        asked.append(f"{service} {path}")
        return Fetched("", "application/json", waiting.pop(0))

    return biorxiv.list_day(DAY, get, PreprintSource(**{"use": "biorxiv", **settings})), asked


def test_a_record_is_a_paper_whose_full_text_is_open() -> None:
    listing, asked = _list(preprints(preprint()), category="cell biology")

    assert asked == ["biorxiv_api /details/biorxiv/2025-11-17/2025-11-17/0?category=cell_biology"]
    assert listing == Listing(
        papers=(
            Paper(
                id=PaperId.parse("doi:10.1101/2025.11.17.000001"),
                title="Language models of protein folding, part 1",
                abstract="Proteins fold. We model how.",
                authors=("A. B. Kim", "J. Doe"),
                submitted=datetime(2025, 11, 17, tzinfo=UTC),
                version=1,
                html="https://www.biorxiv.org/content/10.1101/2025.11.17.000001v1.full",
                pdf="https://www.biorxiv.org/content/10.1101/2025.11.17.000001v1.full.pdf",
                organization="Institute of Folding",
                keywords=("neuroscience",),
            ),
        )
    )


def test_all_pages_are_read_whatever_their_size_and_newer_versions_left_out() -> None:
    pages = [
        preprints(*(preprint(number) for number in range(30)), total=61),
        preprints(*(preprint(number) for number in range(30, 60)), total=61),
        preprints(preprint(60, version="2"), total=61),
    ]

    listing, asked = _list(*pages, use="medrxiv")

    assert len(listing.papers) == 60
    assert [path.rpartition("/")[2] for path in asked] == ["0", "30", "60"]


def test_a_day_without_posts_is_empty() -> None:
    listing, _ = _list(json.dumps({"messages": [{"status": "no posts found"}], "collection": []}).encode())

    assert listing == Listing()


def test_records_that_are_no_papers_are_named() -> None:
    listing, _ = _list(preprints(preprint(doi="x"), {"title": ""}, "words", preprint(2)))

    assert [paper.id for paper in listing.papers] == ["doi:10.1101/2025.11.17.000002"]
    assert len(listing.unread) == 3


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"messages":[]}',
        b'{"messages":[{"status":"Error: (2002) Connection refused"}],"collection":[]}',
        b"[" * 100_000,
        preprints(total=5),
        preprints(preprint(), total=10**8),
    ],
)
def test_what_is_no_list_is_an_error(body: bytes) -> None:
    with pytest.raises(Unavailable):
        _list(body)
