"""The site as a reader uses it, in Chromium: by mouse, by keyboard, small and large, light and dark, scripts off."""

import json
import os
import re
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from digest.model import PaperId
from digest.site import ServedSite, serve
from digest.site.snapshot import take_snapshot

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
"""Waits without evaluating text in the page, which the pages' policy refuses."""

pytestmark = pytest.mark.browser

KINDS = {
    "home": "", "day": "2025/11/04/daily-papers/", "post": "2025/11/08/week/", "paper": "papers/2511.00004/",
    "topic": "topics/llm/",
    "topics": "topics/", "author": "authors/ada-n0-kim/", "archive": "archive/", "trends": "trends/",
    "favourites": "favourites/",
    "search": "search/", "about": "about/", "404": "404.html", "older": "page/1/",
    "weeks": "weeks/", "week": "weeks/2025-W45/", "month": "months/2025-11/",
}  # fmt: skip


@pytest.fixture(scope="module")
def address(kit: Any, chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    shop = kit.run(tmp_path_factory.mktemp("site"))
    kit.small(shop)
    shop.keep("2025-W45", "두 논문이 계산을 줄인다.", 1, 2)
    shop.config = shop.config.model_copy(update={"per_page": 2})
    shop.build()
    yield from serving(shop.out)


def serving(site: Path) -> Iterator[str]:
    """Serve a site as `digest site --serve` does, below /papers/."""
    heard: list[str] = []
    stop, reported = threading.Event(), threading.Event()

    def report(line: str) -> None:
        heard.append(line)
        reported.set()

    shown = ServedSite(site, "/papers/", take_snapshot([]))
    thread = threading.Thread(
        target=serve, args=(lambda: shown, 0), kwargs={"report": report, "stop": stop}, daemon=True
    )
    thread.start()
    assert reported.wait(5)
    yield heard[0]
    stop.set()
    thread.join(5)


class Tab:
    """A page that notes what must not happen."""

    def __init__(self, context: Any, address: str) -> None:
        self.page, self.address = context.new_page(), address
        self.faults: list[str] = []
        self.page.on(
            "console", lambda said: self.faults.append(said.text) if said.type in {"error", "warning"} else None
        )
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        # The figure of the small site is linked where it is; nothing is fetched from there in a test.
        context.route(re.compile("^https?://(?!127.0.0.1)"), self.outside)

    def outside(self, route: Any) -> None:
        if route.request.resource_type != "image" or "arxiv.org" not in route.request.url:
            self.faults.append(f"asks {route.request.url}")
        route.fulfill(status=200, content_type="image/svg+xml", body='<svg xmlns="http://www.w3.org/2000/svg"/>')

    def open(self, path: str) -> Any:
        self.page.goto(self.address + path, wait_until="load")
        return self.page


@pytest.fixture
def tab(browser: Any, address: str) -> Iterator[Tab]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    made = Tab(context, address)
    yield made
    context.close()
    assert made.faults == []


def test_a_reader_goes_from_home_to_a_starred_paper_by_mouse(tab: Tab) -> None:
    page = tab.open("")
    page.click("h1 a")
    page.click("#p1 h2 a")
    page.click("summary >> nth=0")
    assert page.locator(".ev blockquote").first.is_visible()
    page.click("[data-star]")
    page.click(".brief a[href*=topics] >> nth=0")
    assert "/topics/" in page.url
    page.click("#to-search")
    page.fill("input[type=search]", "확도가")
    page.wait_for_selector("#found li")
    page.click("#found .say a >> nth=0")
    assert "/papers/2511." in page.url
    page.click("text=저장한 논문")
    page.wait_for_selector("#kept li")
    assert page.locator("#kept li").count() == 1
    days = [page.inner_text(f"#kept .l span:nth-child({at})").replace("\n", " ") for at in (1, 2)]
    assert days[0] == "게재 2025. 11. 5. (수)"
    assert re.fullmatch(r"저장 20\d\d\. \d+\. \d+\. \([월화수목금토일]\)", days[1])
    with page.expect_download() as download:
        page.click("#bibtex")
    assert Path(download.value.path()).read_text("utf-8").startswith("@misc{kim2025")
    page.click("#kept button >> nth=1")
    assert page.locator("#none").is_visible()


def test_a_reader_keeps_notes_and_read_marks_and_takes_them_elsewhere(tab: Tab, tmp_path: Path) -> None:
    page = tab.open("papers/2511.00004/")
    page.click("[data-star]")
    tab.open("papers/2511.00005/")
    page.click("[data-star]")
    tab.open("favourites/")
    page.fill("#kept li:has-text('Paper4') textarea", "표 3을 <b>다시</b> 볼 것")
    page.click("#kept li:has-text('Paper4') button >> nth=0")
    page.reload()
    page.fill("#find", "다시 볼")
    expect(page.locator("#kept li")).to_have_count(1)
    page.check("#unread")
    assert page.locator("#kept li").count() == 0
    page.uncheck("#unread")
    page.fill("#find", "")
    taken = {}
    for button in ("save", "ris", "csl"):
        with page.expect_download() as download:
            page.click(f"#{button}")
        taken[button] = Path(download.value.path()).read_text("utf-8")
    page.evaluate("() => localStorage.clear()")
    page.reload()
    assert page.locator("#none").is_visible()
    (tmp_path / "kept.json").write_text(taken["save"], "utf-8")
    page.set_input_files("#load", tmp_path / "kept.json")
    expect(page.locator("#kept li")).to_have_count(2)

    note = page.locator("#kept li:has-text('Paper4') textarea").input_value()
    read = page.locator("#kept li:has-text('Paper4') button").first.get_attribute("aria-pressed")
    assert (note, read) == ("표 3을 <b>다시</b> 볼 것", "true")
    assert (taken["ris"].count("TY  - "), len(json.loads(taken["csl"]))) == (2, 2)


@pytest.mark.parametrize("width", [320, 1000])
def test_a_long_note_is_shown_whole(tab: Tab, tmp_path: Path, width: int) -> None:
    papers = {"2511.00001": {"title": "A", "note": "표 3을 다시 볼 것. " * 20}, "2511.00002": {"title": "B"}}
    (tmp_path / "kept.json").write_text(json.dumps({"papers": papers}))
    page = tab.open("favourites/")
    page.set_viewport_size({"width": width, "height": 800})
    page.set_input_files("#load", tmp_path / "kept.json")
    expect(page.locator("#said")).to_have_text("2편을 불러왔습니다.")
    page.locator("#kept textarea").first.fill("긴 메모 " * 60)

    cut = "[...document.querySelectorAll('#kept textarea')].map(note => note.scrollHeight - note.clientHeight)"
    assert page.evaluate(cut) == [0, 0]


@pytest.mark.parametrize(
    "asked",
    [
        "에이전트의",
        "긴문맥",
        "Memoire",
        "chain of thought",
        "arxiv.org/abs/2511.00001v2",
        "표 3을",
        "ＣＨＡＩＮ",
        "long 문맥을",
    ],
)
def test_saved_papers_are_found_as_on_the_page_of_the_search(tab: Tab, tmp_path: Path, asked: str) -> None:
    papers = {
        "2511.00001": {
            "title": "Mémoire: Chain-of-Thought for Long Inputs", "note": "표 3 확인",
            "tldr": "긴 문맥에서 에이전트가 덜 잊는다.",
        },
        "2511.00002": {"title": "Storage of coverage", "tldr": "저장을 다룬다."},
    }  # fmt: skip
    (tmp_path / "kept.json").write_text(json.dumps({"papers": papers}))
    page = tab.open("favourites/")
    page.set_input_files("#load", tmp_path / "kept.json")
    expect(page.locator("#kept li")).to_have_count(2)

    page.fill("#find", asked)

    expect(page.locator("#kept li")).to_have_count(1)
    expect(page.locator("#kept .ttl")).to_have_text(papers["2511.00001"]["title"])
    page.fill("#find", "rage")
    expect(page.locator("#kept li")).to_have_count(0)


def test_a_file_that_is_no_list_changes_nothing(tab: Tab, tmp_path: Path) -> None:
    page = tab.open("papers/2511.00004/")
    page.click("[data-star]")
    tab.open("favourites/")
    for text in ("[", "[1]", '{"papers": {"../x": {"title": "a"}, "b": 1}}', '{"papers": null}'):
        (tmp_path / "kept.json").write_text(text)
        page.set_input_files("#load", tmp_path / "kept.json")
        expect(page.locator("#said")).to_have_text("저장한 목록 파일이 아닙니다.")

    assert page.locator("#kept li").count() == 1


def test_a_wrong_file_is_named_so_also_where_nothing_is_kept_yet(tab: Tab, tmp_path: Path) -> None:
    page = tab.open("favourites/")
    (tmp_path / "kept.json").write_text("[")
    page.set_input_files("#load", tmp_path / "kept.json")

    expect(page.locator("#said")).to_have_text("저장한 목록 파일이 아닙니다.")
    assert page.locator("#said").is_visible()


@pytest.mark.parametrize(
    "kept",
    [
        "null", "3", '"text"', "[1, 2]", '{"2511.00001": null}', '{"2511.00001": []}', '{"2511.00001": {"at": 3}}',
        '{"2511.00001": {"title": 3}}', "{",
    ],
)  # fmt: skip
def test_a_storage_that_others_wrote_into_is_an_empty_list(tab: Tab, kept: str) -> None:
    page = tab.open("favourites/")
    page.evaluate("kept => localStorage.setItem('stars', kept)", kept)
    page.reload()
    assert page.locator("#none").is_visible()
    tab.open("papers/2511.00004/")
    page.click("[data-star]")
    tab.open("favourites/")

    assert page.locator("#kept li").count() == 1


def test_odd_values_of_a_file_are_left_out_and_the_papers_are_there(tab: Tab, tmp_path: Path) -> None:
    odd: dict[str, Any] = {
        "2511.00001": {"title": "A", "at": "2025-99-99", "read": ["2025-11-03"], "note": 3, "tldr": None},
        "2511.00002": {"title": "B", "at": 5, "note": "<img src=x onerror=alert(1)>"},
        "constructor": {"title": "C", "at": "2025-11-03"},
        "__proto__": {"title": "D"},
    }
    (tmp_path / "kept.json").write_text(json.dumps({"papers": odd}))
    page = tab.open("favourites/")
    page.set_input_files("#load", tmp_path / "kept.json")

    expect(page.locator("#said")).to_have_text("3편을 불러왔습니다.")
    page.reload()
    assert page.locator("#kept li").count() == 3
    assert page.locator("#kept [aria-pressed=true]").count() == 0
    assert page.locator("#kept li:has-text('B') textarea").input_value() == "<img src=x onerror=alert(1)>"


def test_a_full_storage_is_said_where_somebody_keeps_something(tab: Tab, tmp_path: Path) -> None:
    page = tab.open("papers/2511.00004/")
    page.click("[data-star]")
    page.evaluate("for (let size = 2 ** 23; size >= 1; size /= 2) try { for (let n = 0; ; n += 1) "
                  "localStorage.setItem(`x${size}-${n}`, 'x'.repeat(size)); } catch { }")  # fmt: skip
    tab.open("papers/2511.00005/")
    page.click("[data-star]")
    assert page.inner_text("[data-star]") == "저장하지 못함"
    tab.open("favourites/")
    page.fill("#kept textarea", "긴 메모 " * 20)
    full = "브라우저에 저장하지 못했습니다. 저장 공간이 가득 찼거나 저장이 꺼져 있습니다."
    assert page.locator("#kept textarea").evaluate("one => one.validationMessage") == full
    (tmp_path / "kept.json").write_text(json.dumps({"papers": {"2511.00001": {"title": "A" * 200}}}))
    page.set_input_files("#load", tmp_path / "kept.json")

    expect(page.locator("#said")).to_have_text(full)
    assert page.locator("#kept li").count() == 1


def test_a_second_tab_changes_the_list_but_not_under_somebody_who_writes(tab: Tab) -> None:
    page = tab.open("papers/2511.00004/")
    page.click("[data-star]")
    tab.open("favourites/")
    page.locator("#kept textarea").press_sequentially("가")
    other = page.context.new_page()
    other.goto(tab.address + "papers/2511.00005/")
    other.click("[data-star]")
    page.locator("#kept textarea:focus").press_sequentially("나")
    assert (page.locator("#kept li").count(), page.locator("#kept textarea").input_value()) == (1, "가나")
    page.locator("#find").focus()

    expect(page.locator("#kept li")).to_have_count(2)


def test_an_address_with_a_stray_percent_sign_leaves_the_page_whole(tab: Tab) -> None:
    page = tab.open("2025/11/04/daily-papers/#50%")
    page.keyboard.press("/")
    page.wait_for_url("**/search/")


def test_the_same_by_keyboard_alone(tab: Tab) -> None:
    page = tab.open("")

    def go_to(selector: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        pytest.fail(f"Tab never reaches {selector}")

    go_to("h1 a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/daily-papers/")
    go_to("#p1 h2 a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/papers/2511.*/")
    go_to("[data-star]")
    page.keyboard.press("Enter")
    assert page.locator("[data-star]").get_attribute("aria-pressed") == "true"
    go_to(".ev summary")
    page.keyboard.press("Enter")
    assert page.locator(".ev blockquote").first.is_visible()
    page.keyboard.press("/")
    page.wait_for_url("**/search/")
    expect(page.locator("input[type=search]")).to_be_focused()
    page.keyboard.insert_text("정확도")
    page.wait_for_selector("#found li")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/papers/papers/2511.*/")
    page.goto(tab.address + "favourites/")
    go_to("#kept .step button + button")
    page.keyboard.press("Enter")
    assert page.locator("#none").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_is_wider_than_the_screen(browser: Any, address: str, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 900}, color_scheme=scheme)
    tab = Tab(context, address)
    wide = {}
    for name, path in KINDS.items():
        page = tab.open(path)
        for width in (320, 360, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            if (size := page.evaluate("document.documentElement.scrollWidth")) > width:
                wide[name, width] = size
        page.set_viewport_size({"width": 320, "height": 900})
    context.close()

    assert wide == {}
    assert tab.faults == []


def test_every_page_reads_without_scripts(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    tab = Tab(context, address)
    for path in KINDS.values():
        page = tab.open(path)
        assert page.locator("main h1, article h1").first.is_visible()
        assert page.locator("button:visible").count() == 0
    context.close()

    assert tab.faults == []


def test_the_theme_is_chosen_before_the_first_paint_and_kept(tab: Tab) -> None:
    page = tab.open("")
    page.click("#theme")
    page.click("#theme")
    page.goto(tab.address + "about/", wait_until="commit")
    page.wait_for_selector("main", state="attached")

    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 23, 26)"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_axe_finds_nothing_on_any_kind_of_page(browser: Any, address: str, scheme: str, width: int) -> None:
    root = Path(__file__).parent.parent.parent
    axe = Path(os.environ.get("AXE_CORE", root / "node_modules" / "axe-core" / "axe.min.js"))
    if not axe.is_file():
        pytest.skip(f"axe-core is not installed: {axe}")
    # The policy of our pages would not let axe in.
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    tab = Tab(context, address)
    found = {}
    for name, path in KINDS.items():
        page = tab.open(path)
        page.add_script_tag(path=axe)
        # Only what we read comes back; the whole result is large.
        faults = page.evaluate(
            "axe.run({resultTypes: ['violations']}).then(r => r.violations.map(v => [v.id, v.nodes[0].html]))"
        )
        found |= {(name, fault): html[:120] for fault, html in faults}
    context.close()

    assert found == {}


@pytest.fixture(scope="module")
def long_day(kit: Any, chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    shop = kit.run(tmp_path_factory.mktemp("long"))
    title = "A Title of the Usual Length for Papers of This Kind, with a Subtitle"
    tldr = "긴 문맥에서 계산을 줄이면서도 정확도를 지키는 어텐션을 제안한다."
    shop.put(
        kit.edition(
            "2025-11-03",
            *(kit.entry(n, paper={"title": f"Name{n}: {title}"}, summary={"tldr": tldr}) for n in range(1, 37)),
        )
    )
    shop.build()
    yield from serving(shop.out)


@pytest.mark.parametrize("width", [320, 390])
def test_a_day_of_36_papers_is_at_most_12000_pixels_on_a_phone(browser: Any, long_day: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    height = Tab(context, long_day).open("2025/11/03/daily-papers/").evaluate("document.documentElement.scrollHeight")
    context.close()

    assert height <= 12_000


@pytest.mark.parametrize("width", [320, 390])
def test_a_table_that_goes_on_has_a_shadow_at_its_edge_until_it_is_scrolled_to_its_end(
    browser: Any, kit: Any, tmp_path: Path, width: int
) -> None:
    shop = kit.run(tmp_path)
    for week in range(14):
        shop.put(kit.edition(f"{date(2025, 8, 4) + timedelta(weeks=week)}", kit.entry(week)))
    shop.build()
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = Tab(context, f"{shop.out.as_uri()}/").open("trends/index.html")
    box = page.locator(".scroll").bounding_box()

    def seen(x: float) -> bytes:
        return bytes(page.screenshot(full_page=True, clip={"x": x, "y": box["y"] + 1, "width": 2, "height": 2}))

    edge = box["x"] + box["width"] - 3
    shaded, ground = seen(edge), seen(box["x"] + 2)
    page.evaluate("document.querySelector('.scroll').scrollLeft = 9999")
    assert (shaded != ground, seen(edge) == ground) == (True, True)
    context.close()


def test_a_link_into_a_folded_list_of_the_ledger_shows_the_title(browser: Any, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800})
    tab = Tab(context, address)
    page = tab.open("2025/11/04/daily-papers/#l-2511.00105")

    expect(page.get_by_text("Left out 5")).to_be_in_viewport()
    expect(page.get_by_text("A failed one")).to_be_visible()
    context.close()
    assert tab.faults == []


def test_a_link_to_a_folded_paper_unfolds_it_and_no_other(browser: Any, long_day: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800})
    tab = Tab(context, long_day)
    page = tab.open("")
    page.click("ol.lines a >> nth=3")
    page.wait_for_url("**/#p12")

    assert page.evaluate("[...document.querySelectorAll('details[open]')].map(one => one.parentElement.id)") == ["p12"]
    assert page.evaluate("Math.abs(document.getElementById('p12').getBoundingClientRect().top)") < 60
    page.click("#unfold")
    assert page.locator(".fold > details[open]").count() == 36
    page.click("#unfold")
    assert page.locator(".fold > details[open]").count() == 0
    context.close()
    assert tab.faults == []


def test_topics_filter_in_place_and_say_how_many(browser: Any, long_day: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800})
    tab = Tab(context, long_day)
    for path in ("", "2025/11/03/daily-papers/"):
        page = tab.open(path)
        page.click("[data-topic=llm]")
        assert page.locator("main [data-topics]:visible").count() == 12
        assert page.inner_text(".chips [role=status]") == "‘LLM’ 12편"
        page.click("[data-topic=llm]")
        assert page.locator("main [data-topics]:visible").count() == 36
    context.close()
    assert tab.faults == []


def test_home_says_that_its_day_is_the_newest_where_it_is_not_today(browser: Any, long_day: str) -> None:
    context = browser.new_context(timezone_id="Asia/Seoul")
    page = Tab(context, long_day).open("")
    assert page.is_visible("#newest")
    page.clock.install(time="2025-11-02T23:00:00Z")
    page.reload()
    assert not page.is_visible("#newest")
    context.close()


def _offline(browser: Any, address: str, kept: str) -> tuple[Any, Any]:
    """Open a site, wait until a page of it is kept, and take the network away."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    while not page.evaluate(f"caches.match(new URL('{kept}', document.baseURI)).then(Boolean)"):
        page.wait_for_timeout(50)
    context.set_offline(True)
    return context, page


def test_the_last_days_are_read_offline(browser: Any, long_day: str) -> None:
    context, page = _offline(browser, long_day, kept="2025/11/03/daily-papers/")
    page.goto(long_day + "2025/11/03/daily-papers/")
    assert page.locator("article").count() == 36
    page.click("#unfold")
    page.click("[data-star] >> nth=0")
    page.goto(long_day + "favourites/")

    expect(page.locator("#kept li")).to_have_count(1)
    page.fill("#find", "qzxjkv")
    expect(page.locator("#kept li")).to_have_count(0)
    context.close()


def test_a_page_that_was_not_kept_names_those_that_can_be_read_offline(browser: Any, long_day: str) -> None:
    context, page = _offline(browser, long_day, kept="offline.html")
    for missing in ("archive/", "search/?q=attention", "papers/2511.00001/"):
        page.goto(long_day + missing)
        assert page.locator("h1").inner_text() == "오프라인입니다"
        assert page.locator("main li").all_inner_texts() == ["최신", "2025년 11월 3일 월요일", "저장한 논문"]
    page.click("main a >> nth=1")

    expect(page.locator("article")).to_have_count(36)
    context.close()


def test_what_is_searched_does_not_come_by_the_worker_that_keeps_pages(browser: Any, long_day: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(long_day)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto(long_day + "search/?q=attention 어텐션")
    page.wait_for_selector("#found li")
    asked = "performance.getEntriesByType('resource').filter(({ name }) => /search.*(json|txt)$/.test(name))"

    assert page.evaluate("Boolean(navigator.serviceWorker.controller)")
    assert page.evaluate(f"{asked}.length") > 3
    assert set(page.evaluate(f"{asked}.map((one) => one.workerMatchedSourceType)")) == {"network"}
    context.close()


def test_a_long_doi_fits_a_narrow_screen_with_large_text(browser: Any, kit: Any, tmp_path: Path) -> None:
    shop = kit.run(tmp_path)
    doi = PaperId.parse("doi:10.1101/2025.01.01.123456-and-what-journals-add")
    entry = msgspec.structs.replace(kit.entry(1, paper={"id": doi}), arxiv_url=doi.link, alphaxiv_url="")
    shop.put(kit.edition("2025-11-03", entry))
    shop.build()
    context = browser.new_context(viewport={"width": 320, "height": 800})
    page = context.new_page()
    page.goto((shop.out / "papers" / doi.slug / "index.html").as_uri())
    page.evaluate("document.documentElement.style.fontSize = '200%'")

    assert page.evaluate("document.documentElement.scrollWidth") == 320
    context.close()
