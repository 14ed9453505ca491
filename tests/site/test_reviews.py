"""Weeks and months: what they hold, what they are compared with, and that they stay as they are."""

import re
from datetime import date, timedelta
from typing import Any

import feedparser
import msgspec
import pytest

from digest.adapters.store import Archive
from digest.adapters.store.files import text_hash
from digest.config import PostConfig
from digest.model import Overview, OverviewSentence, Reason
from digest.model.editions import Written

FIRST = date(2025, 11, 3)  # a Monday


def fill(shop: Any, kit: Any, days: int, first: int = 0) -> None:
    """Days of two papers; the topics of the second week are others than those of the first."""
    for number in range(first, first + days):
        topic = "추론" if number >= 7 else "LLM"
        papers = [kit.entry(10 * number + at, summary={"topics": (topic,)}) for at in (1, 2)]
        overview = Overview(sentences=(OverviewSentence(f"{number}째 날이다.", (papers[0].paper.id,)),))
        edition = kit.edition(str(FIRST + timedelta(days=number)), *papers)
        shop.put(msgspec.structs.replace(edition, overview=overview))


def section(page: str, name: str) -> str:
    return page.partition(f'id="{name}"')[2].partition("<section")[0]


def test_a_week_has_its_best_papers_topics_that_moved_and_close_papers(shop: Any, kit: Any) -> None:
    fill(shop, kit, 9)
    shop.build()
    first, second = shop.page("weeks/2025-W45/index.html"), shop.page("weeks/2025-W46/index.html")

    assert re.findall(r"papers/2511\.(\d{5})/", section(second, "best")) == ["00082", "00081", "00072", "00071"]
    assert [re.sub(r"<[^>]*>", "", row) for row in re.findall(r"<li>.*?</li>", section(second, "moved"))] == [
        "추론 0% → 100% 4편",
        "LLM 100% → 0% 0편",
    ]
    assert section(first, "pairs").count("<li>") > 0
    assert "8째 날이다." in section(second, "daily")
    assert (section(first, "moved"), "2025년 45주" in first, "weeks/2025-W46/" in first) == ("", True, True)


def test_times_count_days_and_papers_once_however_many_posts_have_them(shop: Any, kit: Any) -> None:
    shop.put(kit.edition("2025-11-03", kit.entry(1), kit.entry(2)))
    more = kit.edition("2025-11-03", kit.entry(2), kit.entry(3))
    shop.put(msgspec.structs.replace(more, name="2025-11-03-more"))
    (shop.posts / "2025-11-03-more-daily-papers.md").rename(shop.posts / "2025-11-03-more.md")
    shop.put(kit.edition("2025-11-10", kit.entry(4)))
    shop.put(kit.edition("2025-11-12", kit.entry(4), kit.entry(1)))
    shop.build()

    assert re.findall(r'<span class="meta">(.*?)</span>', shop.page("weeks/index.html")) == [
        "11. 10. ~ 11. 12. · 2편 (2일치)",
        "11. 3. · 3편 (1일치)",
    ]
    assert '<p class="sub">11. 3. ~ 11. 12. · 4편 (3일치)</p>' in shop.page("months/2025-11/index.html")
    calendar = shop.page("archive/2025/index.html")
    assert "3일 동안 4편" in calendar and "<caption>11월 <span>4편 (3일치)</span></caption>" in calendar
    assert "3<b>3</b>" in calendar
    assert [re.sub(r"<[^>]*>", "", row) for row in re.findall(r"<tr>.*?</tr>", shop.page("trends/index.html"))] == [
        "11. 3.11. 10.", "추론33100", "효율화100100", "비전330", "LLM330", "전체 논문 수32",
    ]  # fmt: skip
    assert "2025년 11월 3일 – 2025년 11월 12일" in shop.page("trends/index.html")


def test_a_new_day_changes_its_own_week_and_month_and_no_other(shop: Any, kit: Any) -> None:
    fill(shop, kit, 9)
    shop.build()
    before = shop.tree()
    fill(shop, kit, 1, first=9)
    shop.build()

    pages = {path for path in before if path.startswith(("weeks/2", "months/2"))}
    assert {path for path in pages if shop.tree()[path] != before[path]} == {
        "weeks/2025-W46/index.html",
        "months/2025-11/index.html",
    }


def test_feeds_hold_the_periods_that_have_ended(shop: Any, kit: Any) -> None:
    fill(shop, kit, 30)
    shop.build()
    weeks, months = (feedparser.parse(shop.out / folder / "feed.xml") for folder in ("weeks", "months"))

    assert (weeks.bozo, months.bozo) == (False, False)
    assert [entry.title for entry in weeks.entries] == [
        "2025년 48주차",
        "2025년 47주차",
        "2025년 46주차",
        "2025년 45주차",
    ]
    assert [entry.link for entry in months.entries] == ["https://example.org/papers/months/2025-11/"]


def test_feeds_of_periods_of_which_none_has_ended_are_as_old_as_the_archive(shop: Any, kit: Any) -> None:
    fill(shop, kit, 2)
    shop.build()

    updated = {feedparser.parse(shop.out / folder / "feed.xml").feed.updated for folder in ("weeks", "months")}
    assert updated == {"2025-11-03T08:15:00+09:00"}


def test_the_turn_of_the_year_lies_in_one_week(shop: Any, kit: Any) -> None:
    for day, number in (("2025-12-29", 1), ("2026-01-02", 2), ("2026-01-05", 3)):
        shop.put(kit.edition(day, kit.entry(number)))
    shop.build()

    weeks = sorted(path for path in shop.tree() if path.startswith("weeks/2"))
    assert weeks == ["weeks/2026-W01/index.html", "weeks/2026-W02/index.html"]
    assert "papers/2511.00001/" in shop.page("weeks/2026-W01/index.html")


def test_the_overview_stands_on_home_day_and_feed_with_links(shop: Any, kit: Any) -> None:
    fill(shop, kit, 2)
    shop.build()
    home, day = shop.page("index.html"), shop.page("2025/11/04/daily-papers/index.html")
    feed = shop.page("feed.xml")

    for page, root in ((home, "./"), (day, "../../../../")):
        assert "1째 날이다." in page
        assert f'<a href="{root}papers/2511.00011/" lang="en">Paper11</a>' in section(page, "flow")
    assert "1째 날이다. (&lt;a href=" in feed
    assert shop.page("2025/11/03/daily-papers/index.html").count("0째 날이다.") == 1


def test_an_overview_in_the_post_is_shown_once(shop: Any, kit: Any) -> None:
    fill(shop, kit, 1)
    file = shop.posts / "2025-11-03-daily-papers.md"
    note = "> 오늘의 흐름: 0째 날이다. ([Paper1](https://arxiv.org/abs/2511.00001))"
    file.write_text(file.read_text("utf-8").replace("\n# 1.", f"\n{note}\n\n# 1.", 1), "utf-8")
    shop.build()

    assert shop.page("2025/11/03/daily-papers/index.html").count("0째 날이다.") == 1


def test_an_overview_of_the_week_stands_on_its_page_and_in_its_feed_and_changes_no_other_page(
    shop: Any, kit: Any
) -> None:
    fill(shop, kit, 16)
    shop.build()
    before = shop.tree()
    shop.keep("2025-W46", "두 논문이 <b>길</b>을 찾는다.", 81, 72)
    shop.build()

    page = section(shop.page("weeks/2025-W46/index.html"), "flow")
    assert "두 논문이 &lt;b&gt;길&lt;/b&gt;을 찾는다." in page
    assert re.findall(r"papers/2511\.(\d{5})/", page) == ["00081", "00072"]
    assert "두 논문이" in feedparser.parse(shop.out / "weeks" / "feed.xml").entries[0].content[0].value
    changed = {path for path, content in shop.tree().items() if before.get(path) != content}
    assert {path for path in changed if not path.startswith(".")} == {
        "weeks/2025-W46/index.html",
        "weeks/feed.json",
        "weeks/feed.xml",
    }


def test_a_sentence_on_a_paper_that_the_week_has_not_is_not_shown(shop: Any, kit: Any) -> None:
    fill(shop, kit, 9)
    shop.keep("2025-W46", "없는 논문이다.", 81, 11)
    shop.build()

    assert "없는 논문이다." not in shop.page("weeks/2025-W46/index.html")


def test_a_broken_review_costs_its_overview_alone(shop: Any, kit: Any) -> None:
    fill(shop, kit, 9)
    shop.keep("2025-W45", "두 논문이 길을 찾는다.", 1, 2)
    (shop.data / "_reviews" / "2025-W46.json").write_text("{")
    built = shop.build()

    assert [problem.partition(":")[0] for problem in built.problems] == ["2025-W46.json"]
    assert "두 논문이 길을 찾는다." in shop.page("weeks/2025-W45/index.html")


def test_what_is_followed_stands_beside_the_votes(shop: Any, kit: Any) -> None:
    liked = (Reason(kind="votes", points=1.0), Reason(kind="words", points=2.0, name="routing"))
    votes = (Reason(kind="votes", points=1.0),)
    shop.put(kit.edition("2025-11-03", kit.entry(1, reasons=liked), kit.entry(2, reasons=votes), kit.entry(3)))
    shop.build()
    page = shop.page("weeks/2025-W45/index.html")

    assert re.findall(r"papers/2511\.(\d{5})/", section(page, "best")) == ["00003", "00002", "00001"]
    assert re.findall(r"papers/2511\.(\d{5})/", section(page, "followed")) == ["00001"]


def test_the_post_of_a_week_makes_no_page(shop: Any, kit: Any) -> None:
    fill(shop, kit, 2)
    shop.build()
    before = shop.tree()
    front = "---\nlayout: post\ntitle: 정리\ndate: 2025-11-09 08:15:00\n"
    shop.write("2025-11-09-daily-papers-week.md", f"{front}review: 2025-W45\n---\n\n정리한다.\n")
    shop.write("2025-11-08-books.md", f"{front}review: five stars\n---\n\n책을 읽는다.\n")
    shop.build()

    assert {path for path in shop.tree().keys() - before.keys() if path.endswith(".html")} == {
        "2025/11/09/books/index.html"
    }


def test_weeks_and_months_have_pictures_where_links_to_them_are_shared(shop: Any, kit: Any) -> None:
    pytest.importorskip("PIL", reason="Pillow is not installed")
    fill(shop, kit, 9)
    shop.config = shop.config.model_copy(update={"cards": "on"})
    shop.build()

    for page, path in (("weeks/2025-W46", "weeks/2025-W46/card.png"), ("months/2025-11", "archive/2025/11.png")):
        meta = re.findall(r'property="og:image" content="([^"]*)"', shop.page(f"{page}/index.html"))
        assert meta == [f"https://example.org/papers/{path}"]
        assert (shop.out / path).read_bytes().startswith(b"\x89PNG")


def test_trends_leave_weeks_without_papers_out_and_say_how_many_they_compare(shop: Any, kit: Any) -> None:
    shop.put(kit.edition("2025-10-06", kit.entry(1), kit.entry(2)))
    shop.put(kit.edition("2025-10-13", kit.entry(3)))
    shop.put(kit.edition("2025-11-10", kit.entry(4)))
    shop.put(kit.edition("2025-11-17", kit.entry(6), kit.entry(5)))
    shop.build()
    page = shop.page("trends/index.html")

    rows = [re.findall(r"<td>(.*?)</td>", row) for row in re.findall(r"<tr><th scope=\"row\">.*?</tr>", page)]
    assert all(row[2:5] == ["–", "–", "–"] for row in rows[:-1])
    assert {len(points.split()) for points in re.findall(r'points="(.*?)"', page)} == {4}
    assert "최근 2주의 평균, 옆의 숫자는 첫 2주 대비" in page


def test_an_overview_that_somebody_edited_in_the_post_is_on_the_pages_and_one_that_was_deleted_is_not(
    shop: Any, kit: Any
) -> None:
    said = Overview(sentences=(OverviewSentence("함께 줄인다.", (kit.entry(1).paper.id,)),))
    shop.put(msgspec.structs.replace(kit.edition("2025-11-03", kit.entry(1), kit.entry(2)), overview=said))
    post = shop.posts / "2025-11-03-daily-papers.md"
    text = post.read_text("utf-8")
    link = "([Paper](https://arxiv.org/abs/2511.00001))"
    line = f"> 오늘의 흐름: 함께 줄인다. {link}\n\n"
    head, mark, rest = text.partition("# 1. [")
    whole = head + line + mark + rest
    edition = Archive(shop.posts, shop.data).load("2025-11-03")
    assert edition is not None
    written = Written(file=post.name, sha256=text_hash(whole.encode()))
    Archive(shop.posts, shop.data).save(msgspec.structs.replace(edition, written=written))
    seen = []
    for now in (whole, whole.replace("함께 줄인다.", "따로 **늘린다**."), whole.replace(line, "")):
        post.write_text(now, "utf-8")
        shop.post = PostConfig(overview=True)
        shop.build()
        seen.append([re.sub(r"<[^>]*>|\s+", " ", part) for part in
                     re.findall(r'<section class="flow".*?</section>', shop.page("index.html"), re.S)])  # fmt: skip

    assert [bool(seen[0]) and "함께 줄인다." in seen[0][0], "늘린다" in "".join(seen[1]), seen[2]] == [True, True, []]
    assert "함께" not in "".join(seen[1])


def test_papers_that_have_little_in_common_are_not_called_close(shop: Any, kit: Any) -> None:
    texts = {
        1: ("Dialect Speech Recognition", "acoustic phoneme transcript audio waveform of spoken dialects"),
        2: ("Speech Recognition of Dialects", "acoustic phoneme waveform audio transcript of dialect speakers"),
        3: ("A Gripper for Robots", "grasp torque tactile policy actuator of manipulation"),
        4: ("Folding of Proteins", "residue enzyme structure binding molecule of sequences"),
        5: ("Routing of Parcels", "vehicle depot schedule delivery fleet of cities, and one tactile robot"),
    }
    entries = {
        number: kit.entry(number, paper={"title": title, "abstract": abstract}, summary={"tldr": title})
        for number, (title, abstract) in texts.items()
    }
    shop.put(kit.edition("2025-11-03", entries[1], entries[3]))
    shop.put(kit.edition("2025-11-04", entries[2], entries[4]))
    shop.put(kit.edition("2025-11-11", entries[5]))
    shop.put(kit.edition("2025-11-12", kit.entry(6, paper={"title": "A Robot in Touch", "abstract": "tactile sense"})))
    shop.build()
    first, second = shop.page("weeks/2025-W45/index.html"), shop.page("weeks/2025-W46/index.html")

    assert re.findall(r"papers/2511\.(\d{5})/", section(first, "pairs")) == ["00002", "00001"]
    assert 'id="pairs"' not in second
