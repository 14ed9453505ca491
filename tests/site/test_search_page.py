"""The search page in a browser, below a base path, with the policy that all pages carry."""

import functools
import gzip
import http.server
import re
import shutil
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from digest.adapters.templates import Templates
from digest.config import SiteConfig
from digest.site.rendering.locales import Locale
from digest.site.rendering.renderer import Renderer
from digest.site.search import files as search
from digest.site.search.files import Record
from digest.site.search.keys import SearchKeys

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
"""Waits without evaluating text in the page, which the pages' policy refuses."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed"),
]

OPENED = b"<!DOCTYPE html><title>opened</title><link rel=icon href=data:,>"
SITE = Path(__file__).parents[2] / "templates/site"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


def records() -> list[Record]:
    """Fifty papers on 25 days: all hold 모델, the even ones attention, the odd ones 어텐션, number 7 a data set."""
    found = []
    for number in range(50):
        method = "이 모델은 데이터셋을 새로 만든다." if number == 7 else "이 모델은 토큰을 고른다."
        found.append(
            Record(
                url=f"papers/2511.{number:05}/",
                title=f"Paper {number}: <b>{'Sparse Attention' if number % 2 == 0 else 'Notes'}</b>",
                tldr="" if number == 3 else f"논문 {number}의 {'어텐션' if number % 2 else '방법'}",
                day=(date(2025, 11, 10) + timedelta(days=number // 2)).isoformat(),
                topics=("LLM", "이론") if number % 5 == 0 else ("LLM",),
                authors=("Ada Kim", "Bo Lee") if number == 9 else ("Ada Kim",),
                abstract="We compare it with many others. " * 20,
                id=f"2511.{number:05}",
                fields=("목표", "", "", method, "", "", ""),
            )
        )
    return found


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    top = tmp_path_factory.mktemp("host")
    site = top / "blog"
    templates = Templates()
    renderer = Renderer(templates, SiteConfig(), Locale(templates, "ko"), "ko", "1", frozenset(), b"")
    terms = search.terms((SITE / "terms.yaml").read_text("utf-8"))
    files = {
        **dict(search.span((0, 50), [[search.block(records(), SearchKeys(terms))]])),
        **dict(search.days((0, 50), [one.day for one in records()])),
        **dict(search.texts(0, records())),
        **search.top(50, ["LLM", "이론"], terms),
        "search/index.html": renderer.page("search", "search/index.html", title="검색", nav="search"),
        **{f"papers/2511.{n:05}/index.html": OPENED for n in range(50)},
        "sw.js": b"",
    }
    for path, content in files.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_bytes(content)
    shutil.copytree(SITE / "assets", site / "assets")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(top)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/blog/search/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as engine:
        chromium = engine.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS.split())
        yield chromium
        chromium.close()


@pytest.fixture
def tab(browser: Any, address: str) -> Iterator[Any]:
    """A fresh page that must end without a message on the console and without a request elsewhere."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(5000)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(address[:20]) else said.append(request.url))
    page.goto(address)
    yield page
    context.close()
    assert said == []


def status(tab: Any, start: str) -> str:
    """Wait until the count begins like that, and return all of it."""
    expect(tab.locator("#count")).to_have_text(re.compile("^" + re.escape(start)))
    return str(tab.inner_text("#count"))


def headlines(tab: Any) -> list[str]:
    return list(tab.locator("#found .say").all_inner_texts())


def test_typing_arrows_and_enter_lead_to_the_paper(tab: Any) -> None:
    expect(tab.locator("#q")).to_be_focused()
    tab.keyboard.type("모델", delay=20)
    status(tab, "‘모델’ 검색 결과 50편")
    assert len(headlines(tab)) == 20
    assert tab.evaluate("document.activeElement.id") == "q"

    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowUp")
    tab.keyboard.press("Enter")
    expect(tab).to_have_title("opened")
    tab.go_back()

    status(tab, "‘모델’ 검색 결과 50편")
    assert tab.url.endswith("?q=%EB%AA%A8%EB%8D%B8")


def test_what_is_typed_before_the_script_is_there_is_looked_up(tab: Any) -> None:
    tab.add_init_script("""document.addEventListener('readystatechange', () => {
        if (document.readyState === 'interactive') document.getElementById('q').value = '모델';
    })""")
    tab.reload()

    status(tab, "‘모델’ 검색 결과 50편")
    assert tab.input_value("#q") == "모델"


def test_a_result_carries_its_day_as_all_lists_write_it(tab: Any) -> None:
    tab.fill("#q", "모델")
    status(tab, "‘모델’ 검색 결과 50편")

    assert tab.inner_text("#found time >> nth=0") == "2025. 12. 4. (목)"


def test_escape_goes_back_to_the_field_and_then_empties_it(tab: Any) -> None:
    tab.fill("#q", "모델")
    status(tab, "‘모델’ 검색 결과 50편")
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Escape")
    assert tab.evaluate("document.activeElement.id") == "q"

    tab.keyboard.press("Escape")

    status(tab, "")
    assert (tab.input_value("#q"), headlines(tab), tab.url.partition("?")[2]) == ("", [], "")


def test_an_infix_is_found_named_by_its_field_and_marked(tab: Any) -> None:
    tab.fill("#q", "이터셋")
    status(tab, "‘이터셋’ 검색 결과 1편")

    assert headlines(tab) == ["논문 7의 어텐션"]
    assert tab.inner_text("#found .ttl") == "Paper 7: <b>Notes</b>"
    assert tab.inner_text("#found .hit b") == "방법"
    assert tab.locator("#found mark").all_inner_texts() == ["이터셋"]


def test_nonsense_finds_nothing_and_one_letter_is_too_little(tab: Any) -> None:
    tab.fill("#q", "뷁쉙꿻")
    status(tab, "‘뷁쉙꿻’ 검색 결과가 없습니다")
    assert headlines(tab) == []

    tab.fill("#q", "모")

    assert status(tab, "두") == "두 글자 이상 입력하세요."


def test_the_other_script_is_found_too_and_marked(tab: Any) -> None:
    tab.fill("#q", "어텐션")
    status(tab, "‘어텐션’ 검색 결과 49편")

    assert "attention" in tab.inner_text("#count")
    tab.click("[name=sort]")
    status(tab, "‘어텐션’ 검색 결과 49편, 최신순")
    marks = tab.locator("#found li").nth(1).locator("mark").all_inner_texts()
    assert marks == ["Attention"]


def test_an_author_is_found_and_shown(tab: Any) -> None:
    tab.fill("#q", "bo lee")
    status(tab, "‘bo lee’ 검색 결과 1편")

    assert headlines(tab) == ["논문 9의 어텐션"]
    tab.wait_for_selector("#found .hit mark")
    assert tab.inner_text("#found .hit") == "저자·소속 Ada Kim, Bo Lee"


def test_texts_are_read_where_the_host_hands_them_out_unpacked(tab: Any) -> None:
    tab.route("**/search/texts/*.gz", lambda route: route.fulfill(body=gzip.decompress(route.fetch().body())))
    tab.fill("#q", "bo lee")
    tab.wait_for_selector("#found .hit mark")

    assert tab.inner_text("#found .hit") == "저자·소속 Ada Kim, Bo Lee"


def test_what_was_mistyped_is_found_and_said(tab: Any) -> None:
    tab.fill("#q", "attenton")

    said = status(tab, "‘attention’ 검색 결과 49편")
    assert "‘attenton’ 검색 결과가 없어 ‘attention’ 검색 결과를 보여 줍니다." in said

    tab.fill("#q", "sparse qzxjkv")
    assert "‘qzxjkv’" in status(tab, "‘sparse’ 검색 결과 25편").partition("편")[2]


def test_a_phrase_in_quotation_marks_is_compared_with_the_text(tab: Any) -> None:
    tab.fill("#q", '"데이터셋을 새로"')
    status(tab, '‘"데이터셋을 새로"’ 검색 결과 1편')
    assert headlines(tab) == ["논문 7의 어텐션"]

    tab.fill("#q", '"새로 데이터셋을"')
    status(tab, '‘"새로 데이터셋을"’ 검색 결과가 없습니다')
    assert headlines(tab) == []


def test_more_results_come_on_demand_and_take_the_focus(tab: Any) -> None:
    tab.fill("#q", "모델")
    status(tab, "‘모델’ 검색 결과 50편")

    for shown in (20, 40, 50):
        expect(tab.locator("#found li")).to_have_count(shown)
        if shown < 50:
            tab.click("#more")

    assert tab.is_hidden("#more")
    assert tab.evaluate("document.activeElement.textContent") == "논문 9의 어텐션"


def test_who_comes_back_from_a_result_finds_the_list_and_the_place(tab: Any) -> None:
    tab.fill("#q", "모델")
    status(tab, "‘모델’ 검색 결과 50편")
    expect(tab.locator("#found li")).to_have_count(20)
    tab.click("#more")
    expect(tab.locator("#found li")).to_have_count(40)
    tab.locator("#found .say a").nth(33).scroll_into_view_if_needed()
    there = "() => document.querySelectorAll('#found li')[33]?.getBoundingClientRect().top"
    place = tab.evaluate(there)
    tab.locator("#found .say a").nth(33).press("Enter")
    expect(tab).to_have_title("opened")

    tab.go_back()

    expect(tab.locator("#found :focus")).to_have_count(1)
    tab.wait_for_timeout(300)
    assert abs(tab.evaluate(there) - place) < 120
    assert tab.locator("#found li").count() == 40


def test_a_topic_alone_lists_its_papers_newest_first(tab: Any) -> None:
    tab.select_option("[name=topic]", "이론")

    assert status(tab, "논문") == "논문 10편, 최신순"
    assert headlines(tab)[:2] == ["논문 45의 어텐션", "논문 40의 방법"]


@pytest.mark.parametrize("zoom", ["100%", "200%"])
def test_the_form_fits_a_narrow_screen_and_large_text(browser: Any, address: str, zoom: str) -> None:
    page = browser.new_context(viewport={"width": 320, "height": 700}).new_page()
    page.goto(address)
    page.evaluate("(zoom) => { document.documentElement.style.fontSize = zoom; }", zoom)
    page.fill("#q", "모델")
    status(page, "‘모델’ 검색 결과 50편")

    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.context.close()


def test_topic_and_days_are_kept_in_the_address(tab: Any, address: str) -> None:
    tab.fill("#q", "모델")
    tab.select_option("[name=topic]", "이론")
    status(tab, "‘모델’ 검색 결과 10편")
    tab.fill("[name=from]", "2025-11-12")
    status(tab, "‘모델’ 검색 결과 9편")
    tab.fill("[name=to]", "2025-11-15")
    status(tab, "‘모델’ 검색 결과 2편")

    tab.goto(tab.url)

    status(tab, "‘모델’ 검색 결과 2편")
    assert tab.input_value("[name=topic]") == "이론"
    assert headlines(tab) == ["논문 10의 방법", "논문 5의 어텐션"]


def test_what_is_found_without_the_topic_or_by_the_one_known_word_is_offered_as_a_link(tab: Any) -> None:
    tab.fill("#q", "Bo Lee")
    tab.select_option("[name=topic]", "이론")
    status(tab, "‘Bo Lee’ 검색 결과가 없습니다. 주제·기간 조건을 빼면 1편이 있습니다.")

    tab.click("#count a")

    status(tab, "‘Bo Lee’ 검색 결과 1편")
    assert tab.input_value("[name=topic]") == ""
    tab.fill("#q", "데이터셋 뷁쉙")
    status(tab, "‘데이터셋 뷁쉙’ 검색 결과가 없습니다. ‘데이터셋’만 검색하면 1편이 있습니다.")
    tab.fill("#q", "뷁쉙")
    status(tab, "‘뷁쉙’ 검색 결과가 없습니다. 검색어를 줄이거나 다른 말로 검색해 보세요.")


def test_a_submitted_query_can_be_gone_back_to(tab: Any) -> None:
    for query, answer in (("모델", "‘모델’ 검색 결과 50편"), ("데이터셋", "‘데이터셋’ 검색 결과 1편")):
        tab.fill("#q", query)
        status(tab, answer)
        tab.keyboard.press("Enter")
    tab.fill("#q", "목표")
    status(tab, "‘목표’ 검색 결과 50편")

    for query, answer in (("데이터셋", "‘데이터셋’ 검색 결과 1편"), ("모델", "‘모델’ 검색 결과 50편")):
        tab.go_back()
        status(tab, answer)
        assert tab.input_value("#q") == query


def test_one_step_back_from_a_submitted_query_is_the_one_before(tab: Any) -> None:
    for query in ("모델", "어텐션"):
        tab.fill("#q", query)
        status(tab, f"‘{query}’")
        tab.press("#q", "Enter")
    tab.go_back()

    status(tab, "‘모델’")


def test_a_browser_that_takes_no_more_addresses_still_searches(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.add_init_script("history.replaceState = () => { throw new DOMException('too often', 'SecurityError'); };")
    page.goto(address)
    page.fill("#q", "어텐션")

    status(page, "‘어텐션’ 검색 결과")
    page.close()


def test_a_missing_file_is_reported_and_the_next_try_asks_again(browser: Any, address: str) -> None:
    page = browser.new_context().new_page()
    page.route("**/search/0-50/*.txt", lambda route: route.abort())
    page.goto(address)
    page.fill("#q", "모델")
    status(page, "검색 데이터를 불러오지 못했습니다")
    page.unroute("**/search/0-50/*.txt")

    page.fill("#q", "모델 ")

    status(page, "‘모델’ 검색 결과 50편")
    page.context.close()


def test_without_scripts_the_page_says_so_and_leads_to_the_calendar(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)

    assert page.is_hidden("#find")
    assert "JavaScript가 필요합니다" in page.inner_text("main")
    assert page.get_attribute("main noscript a", "href") == "../archive/"
    context.close()
