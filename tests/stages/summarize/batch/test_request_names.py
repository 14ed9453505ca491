"""What a question is called in a batch: all that is needed to find its paper again, in 64 characters."""

import pytest

from digest.model import PaperId
from digest.stages.summarize.batch.records import RequestName, paper_name

IDS = (
    "2501.00001",
    "0704.0001",
    "astro-ph/0601001",
    "doi:10.1101/2024.01.02.573890",
    "openreview:aBc-_12345",
    "https://example.org/a/very/long/address/of/a/paper/that/no/name/could/hold.html?and=more",
    "file:0123456789abcdef",
)


@pytest.mark.parametrize("raw", IDS)
def test_a_name_of_any_paper_is_read_as_it_was_written(raw: str) -> None:
    name = RequestName("2025-11-17", paper_name(PaperId.parse(raw)), "ab" * 32)

    assert RequestName.parse(str(name)) == name
    assert len(str(name)) <= 64


def test_papers_have_names_of_their_own() -> None:
    assert len({paper_name(PaperId.parse(raw)) for raw in IDS}) == len(IDS)
    assert paper_name(PaperId.parse("2501.00001")) == "2501.00001"


@pytest.mark.parametrize("name", [None, 7, "", "x", "20251117.2501.00001.short", "20251399.2501.00001." + "A" * 43])
def test_what_is_no_name_of_ours_is_none(name: object) -> None:
    assert RequestName.parse(name) is None
