"""The words of the interface: one register, one direction, and what is counted is said."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

LOCALE = Path(__file__).parent.parent.parent / "templates" / "locale" / "ko.yaml"


def phrases(words: Any) -> Iterator[str]:
    if isinstance(words, Mapping):
        words = list(words.values())
    if isinstance(words, list):
        for one in words:
            yield from phrases(one)
    else:
        yield str(words)


def test_the_interface_speaks_to_its_reader_in_one_register() -> None:
    site = yaml.safe_load(LOCALE.read_text("utf-8"))["site"]
    plain = [one for one in phrases(site) if re.search(r"(?<!니)다(?:\.|$)(?:\s|$)", one)]

    assert plain == []


def test_what_is_older_is_to_the_left_wherever_pages_lead_to_each_other(shop: Any, kit: Any) -> None:
    shop.config = shop.config.model_copy(update={"per_page": 1})
    for day in range(3, 8):
        shop.put(kit.edition(f"2025-11-0{day}", kit.entry(day, summary={"topics": ("LLM",)})))
    shop.build()

    arrows = {
        path: re.findall(r">(← [^<]*|[^<]* →)</a>", shop.page(path).partition('class="step last"')[2])
        for path in ("index.html", "page/3/index.html", "topics/llm/1/index.html", "2025/11/05/daily-papers/index.html")
    }
    assert arrows == {
        "index.html": ["← 이전 글"],
        "page/3/index.html": ["← 이전 글", "최근 글 →"],
        "topics/llm/1/index.html": ["최근 글 →"],
        "2025/11/05/daily-papers/index.html": ["← 11월 4일 (화)", "11월 6일 (목) →"],
    }


def test_lists_of_days_say_that_they_are_cut_and_an_authors_page_says_where_one_is(shop: Any, kit: Any) -> None:
    for day in range(3, 8):
        shop.put(kit.edition(f"2025-11-0{day}", kit.entry(day, paper={"authors": ("Ada Kim",)})))
    shop.build()
    week, author = shop.page("weeks/2025-W45/index.html"), shop.page("authors/ada-kim/index.html")

    assert "날짜별로 3편까지" in week.partition('id="days"')[2].partition("</section>")[0]
    assert '<a href="../../">최신</a> <span>저자</span>' in author


def test_the_months_of_a_chart_have_their_year_where_it_begins(shop: Any, kit: Any) -> None:
    for number, day in enumerate(("2025-11-03", "2025-12-03", "2026-01-05", "2026-02-02"), 1):
        shop.put(kit.edition(day, kit.entry(number, summary={"topics": ("LLM",)})))
    shop.build()

    drawn = re.findall(r'<text x="(\d+)" y="95">(\d+)</text>', shop.page("topics/llm/index.html"))
    assert drawn == [("0", "2025"), ("88", "2026")]
