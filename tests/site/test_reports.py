"""Readers report an error with one link, which says already which day, paper and field it is about."""

from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from digest.model import Finding
from tests.site.conftest import make_edition, make_entry

ISSUES = "https://github.com/me/papers/issues/new"


def _build(shop: Any, report: str) -> tuple[str, str]:
    finding = Finding("numbers", "results", "not in the paper", "4.5%")
    shop.put(make_edition("2025-11-04", make_entry(4, findings=(finding,), paper={"title": 'A & B "<C>"'})))
    shop.config = shop.config.model_copy(update={"report": report})
    shop.build()
    return shop.page("2025/11/04/daily-papers/index.html"), shop.page("papers/2511.00004/index.html")


def _links(page: str, start: str) -> list[str]:
    pieces = page.split('href="')[1:]
    return [address for piece in pieces if (address := unescape(piece.partition('"')[0])).startswith(start)]


def test_an_issue_is_filled_in_with_day_paper_and_field(shop: Any) -> None:
    for page in _build(shop, ISSUES + "?labels=error"):
        whole, field = sorted(_links(page, ISSUES), key=len)
        asked = [parse_qs(urlsplit(address).query) for address in (whole, field)]

        assert [one["labels"] for one in asked] == [["error"], ["error"]]
        assert [one["title"] for one in asked] == [
            ["[오류] 2025-11-04 2511.00004"],
            ["[오류] 2025-11-04 2511.00004 Results"],
        ]
        assert ['A & B "<C>"' in one["body"][0] for one in asked] == [True, True]
        assert "항목: Results" in asked[1]["body"][0]
        assert "https://example.org/papers/papers/2511.00004/" in asked[0]["body"][0]


def test_a_mail_has_a_subject_and_a_text(shop: Any) -> None:
    day, _ = _build(shop, "mailto:me@example.org")
    asked = parse_qs(urlsplit(min(_links(day, "mailto:"), key=len)).query)

    assert asked["subject"] == ["[오류] 2025-11-04 2511.00004"]
    assert set(asked) == {"subject", "body"}


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://example.org/form", "https://example.org/form"),
        (
            "https://example.org/form?page=",
            "https://example.org/form?page=https%3A%2F%2Fexample.org%2Fpapers%2Fpapers%2F2511.00004%2F",
        ),
    ],
)
def test_another_address_is_left_or_gets_the_page(shop: Any, address: str, link: str) -> None:
    day, _ = _build(shop, address)

    assert set(_links(day, "https://example.org/form")) == {link}


def test_without_an_address_nobody_is_asked(shop: Any) -> None:
    assert ["오류 알리기" in page for page in _build(shop, "")] == [False, False]
