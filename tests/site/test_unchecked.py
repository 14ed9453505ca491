"""What a site says of summaries that were imported: nobody checked them."""

import re
from typing import Any

import pytest

from tests.site.conftest import make_edition, make_entry

MADE, IMPORTED = make_entry(1), make_entry(2, provenance={"origin": "imported"})
CHECKED = "수치와 고유명사를 원문과 대조해"


def foot(page: str) -> str:
    found = re.search(r'<footer class="foot">\s*<p>(.*?) <a', page)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([MADE], ""), ([IMPORTED], "다른 곳에서 가져온 글이며, 원문과 대조하지 않았습니다."),
        ([MADE, IMPORTED], "다만 다른 곳에서 가져온 글은 대조하지 않았습니다."),
    ],
)  # fmt: skip
def test_every_page_says_whether_summaries_were_checked(shop: Any, entries: list[Any], said: str) -> None:
    shop.put(make_edition("2025-11-03", *entries))
    shop.build()

    pages = [foot(shop.page(path)) for path in ("index.html", "2025/11/03/daily-papers/index.html", "about/index.html")]
    assert pages == [pages[0]] * 3
    assert (said in pages[0], CHECKED in pages[0]) == (True, MADE in entries)
    llms = shop.page("llms.txt")
    assert ("대조하지 않았습니다" in llms or "검사하지 않았습니다" in llms, "언어 모델이 썼으며" in llms) == (
        IMPORTED in entries, MADE in entries,
    )  # fmt: skip


def test_pages_of_other_days_say_so_once_something_is_imported(shop: Any) -> None:
    shop.put(make_edition("2025-11-03", MADE))
    shop.build()
    shop.put(make_edition("2025-11-04", IMPORTED))
    shop.build()

    assert "가져온 글은 대조하지 않았습니다" in foot(shop.page("2025/11/03/daily-papers/index.html"))


def test_a_post_that_was_imported_says_so_once_and_not_beside_each_paper(shop: Any) -> None:
    shop.put(make_edition("2025-11-03", IMPORTED, make_entry(3, provenance={"origin": "imported"})))
    shop.put(make_edition("2025-11-04", MADE, make_entry(4, provenance={"origin": "imported"})))
    shop.build()

    whole, mixed = (shop.page(f"2025/11/0{day}/daily-papers/index.html") for day in (3, 4))
    assert (whole.count("다른 곳에서 가져온 글로, 원문과 대조하지 않음"), whole.count("<span>가져온 글</span>")) == (
        1,
        0,
    )
    assert mixed.count("<span>가져온 글</span>") == 1
    assert "가져온 글 1편은 원문과 대조하지 않음" in mixed
    assert "다른 곳에서 가져온 글로" not in mixed


def test_the_page_of_an_imported_paper_says_that_it_was_not_checked(shop: Any) -> None:
    shop.put(make_edition("2025-11-03", MADE, IMPORTED))
    shop.build()

    checks = "<div><dt>검사</dt><dd>다른 곳에서 가져온 글이라 원문과 대조하지 않음</dd></div>"
    pages = [shop.page(f"papers/2511.0000{number}/index.html") for number in (1, 2)]
    assert [(checks in page, "<dt>요약 대상</dt>" in page) for page in pages] == [(False, True), (True, False)]


def test_lists_say_so_beside_each_paper_only_where_others_were_checked(shop: Any) -> None:
    shop.put(make_edition("2025-11-03", make_entry(3, provenance={"origin": "imported"})))
    shop.build()
    before = shop.page("topics/llm/index.html").count("가져온 글</span>")
    shop.put(make_edition("2025-11-04", MADE))
    shop.build()

    assert (before, shop.page("topics/llm/index.html").count("가져온 글</span>")) == (0, 1)


@pytest.mark.parametrize(("entry", "times"), [(MADE, 0), (IMPORTED, 1)])
def test_what_the_site_says_of_its_methods_leaves_imported_posts_out(shop: Any, entry: Any, times: int) -> None:
    shop.put(make_edition("2025-11-03", entry))
    shop.build()

    assert shop.page("about/index.html").count("위의 방법으로 요약하거나 검증하지 않았습니다.") == times
