"""What readers see of the pages in Chromium: words that stay whole, what is printed, what a finger finds."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.site.test_browser import KINDS, Tab, serving

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.browser

TOO_SMALL = """() => [...document.querySelectorAll('a[href], button, summary, select')]
    .filter((one) => one.checkVisibility() && !one.closest('.skip, .prose, .cal, p:not([class]), td'))
    .filter((one) => one.getClientRects().length === 1)
    .map((one) => [one.getBoundingClientRect(), one.textContent])
    .filter(([{ width, height }]) => Math.min(width, height) < 23.5).map(([, text]) => text)"""
BROKEN = """() => {
    const broken = [];
    for (const label of document.querySelectorAll('.l, time, button, nav a, .meta')) {
        const texts = document.createTreeWalker(label, NodeFilter.SHOW_TEXT);
        for (let text; (text = texts.nextNode());) {
            for (const word of text.data.matchAll(/[가-힣]+/g)) {
                const range = document.createRange();
                range.setStart(text, word.index);
                range.setEnd(text, word.index + word[0].length);
                const rows = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
                if (rows.size > 1) broken.push(word[0]);
            }
        }
    }
    return broken;
}"""


@pytest.fixture(scope="module")
def address(kit: Any, chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    shop = kit.run(tmp_path_factory.mktemp("looks"))
    kit.small(shop)
    shop.build()
    yield from serving(shop.out)


@pytest.fixture
def tab(browser: Any, address: str) -> Iterator[Tab]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    made = Tab(context, address)
    yield made
    context.close()
    assert made.faults == []


def test_no_short_word_of_korean_breaks_within(tab: Tab) -> None:
    page = tab.open("papers/2511.00004/")
    page.click("[data-star]")
    broken = {}
    for name, path in KINDS.items():
        if name == "older":
            continue
        tab.open(path)
        for width in (320, 390, 768, 1000, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            if found := page.evaluate(BROKEN):
                broken[name, width] = found

    assert broken == {}


def test_a_finger_finds_what_stands_side_by_side(tab: Tab) -> None:
    small = {name: tab.open(path).evaluate(TOO_SMALL) for name, path in KINDS.items() if name != "older"}

    assert {name: found for name, found in small.items() if found} == {}


def test_a_printed_paper_is_without_its_citation_and_a_printed_day_names_each_paper(tab: Tab) -> None:
    page = tab.page
    page.emulate_media(media="print")
    tab.open("papers/2511.00005/")
    sections = [one for one in ("ph", "bh", "rh") if page.locator(f"#{one}").is_visible()]
    tab.open("2025/11/04/daily-papers/")
    links = [one.inner_text() for one in page.locator("#p1 .links li").all() if one.is_visible()]

    assert (sections, links) == (["ph"], ["arXiv 2511.00004"])


def test_the_filters_of_the_search_are_folded_on_a_phone_unless_one_is_set(tab: Tab) -> None:
    page, seen = tab.page, []
    for width, path in ((390, "search/"), (390, "search/?q=a&topic=LLM"), (1280, "search/")):
        page.set_viewport_size({"width": width, "height": 844})
        tab.open(path)
        seen.append((page.locator("#filters").get_attribute("open") is not None, page.is_visible("[name=from]")))

    assert seen == [(False, False), (True, True), (True, True)]


def test_results_begin_on_the_first_screen_and_nothing_is_cut_in_text_of_twice_the_size(tab: Tab) -> None:
    page = tab.open("search/?q=%EC%A0%95%ED%99%95%EB%8F%84")
    page.wait_for_selector("#found li")
    first = page.locator("#found li").first.bounding_box()["y"]
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    large = page.locator("#found li").first.bounding_box()["y"]
    page.click("#filters summary")
    date = page.locator("[name=from]").bounding_box()

    assert first < 844 / 2
    assert large < 844
    assert (page.evaluate("document.documentElement.scrollWidth"), date["width"] > 9 * 30) == (390, True)
