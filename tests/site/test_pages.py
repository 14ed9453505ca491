"""What the pages hold: a golden tree, whole links, feeds that readers read, strings that break other sites."""

import gzip
import json
import os
import re
from collections import Counter
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any
from unicodedata import normalize
from urllib.parse import unquote, urljoin, urlsplit

import feedparser
import pytest
from msgspec.structs import replace

from digest.adapters.templates import Templates
from digest.config import SiteConfig
from digest.model import ArxivId, Claim, Entry, Evidence, Exclusion, Finding, Paper, PaperId, Skip, schema
from digest.model.references.titles import readable
from digest.site.content.markup import tidy

GOLDEN = Path(__file__).parent / "golden"
SHOWN = re.compile(r"(?s)<head>.*?</head>|<[^>]*>")


PLACES = {
    "title": re.compile(r'<h1 id="t1"[^>]*>(.*?)</h1>', re.S),
    "tldr": re.compile(r'<p class="tldr">(.*?)</p>', re.S),
    "method": re.compile(r"<dt[^>]*>방법</dt><dd>(.*?)(?:</dd>|<details|<p class=.ev)", re.S),
    "abstract": re.compile(r'<p class="abs" lang="en">(.*?)</p></details>', re.S),
}
FIRST_NOTES = {
    "replaced": "논문이 새 판으로 바뀌어 다시 요약했다(v{old} → v{new}).",
    "unconfirmed": "논문에서 확인하지 못한 내용이 있다. {what}",
}
"""Notes as published posts hold them, worded as they were at first."""
FORMULA = r"(\$\$?.+?\$\$?|\\\(.+?\\\)|\\\[.+?\\\])"
COMMAND = re.compile(r"\\(?:href|unicode)\{[^}]*\}|\\[A-Za-z]+")


def shows(html: str, text: str) -> bool:
    """Whether HTML shows a text: the same words around its formulas, and each formula's letters and figures as MathML.

    The order inside a formula is not compared, since a fraction has none; a command may bring the letters of its name.
    """
    maths = re.findall(r"<math.*?</math>", html, re.S)
    words = [unescape(SHOWN.sub("", piece)) for piece in re.split(r"<math.*?</math>", html.strip(), flags=re.S)]
    found = re.fullmatch(FORMULA.join(map(re.escape, words)), text, re.S)
    return found is not None and all(_says(*pair) for pair in zip(maths, found.groups(), strict=True))


def _says(math: str, tex: str) -> bool:
    shown = Counter(re.findall("[A-Za-z0-9]", normalize("NFKC", visible(math))))
    meant = Counter(re.findall("[A-Za-z0-9]", COMMAND.sub(" ", tex)))
    return meant <= shown and shown - meant <= Counter("".join(COMMAND.findall(tex)))


def visible(html: str) -> str:
    """The text of a page as a reader sees it, white space collapsed."""
    return " ".join(unescape(SHOWN.sub("", html)).split())


def test_a_small_site_is_the_golden_one(site: Any) -> None:
    """`UPDATE_GOLDEN=1 pytest tests/site/test_pages.py` writes it anew; read the difference before you commit it."""
    kept = ("index.html", "2025/11/04/daily-papers/index.html", "2025/11/08/week/index.html",
            "papers/2511.00004/index.html",
            "2025/11/04/daily-papers/papers.ris", "2025/11/04/daily-papers/papers.csl.json",
            "papers/2025-11.json", "papers/index.json", "papers/feed.xml", "llms.txt",
            "topics/llm/index.html", "archive/2025/index.html", "feed.xml",
            "sitemap-2025.xml",
            "papers.bib", "robots.txt")  # fmt: skip
    found = {path: re.sub(rb"\?[0-9a-f]{8}", b"?v", (site.out / path).read_bytes()) for path in kept}
    found["tree"] = "".join(f"{path}\n" for path in site.tree() if "/text" not in path).encode()
    if os.environ.get("UPDATE_GOLDEN"):
        for path, content in found.items():
            (GOLDEN / path).parent.mkdir(parents=True, exist_ok=True)
            (GOLDEN / path).write_bytes(content)

    assert found == {path: (GOLDEN / path).read_bytes() for path in found}


@pytest.mark.parametrize("url", ["https://example.org", "https://example.org/deep/er"])
def test_every_link_leads_to_a_page_under_any_base_path(shop: Any, kit: Any, url: str) -> None:
    shop.config = shop.config.model_copy(update={"url": url, "per_page": 1})
    kit.small(shop).build()
    base = urlsplit(url).path + "/"
    broken = []
    for page in shop.out.rglob("*.html"):
        here = f"http://x{base}{page.relative_to(shop.out).as_posix()}"
        for link in re.findall(r'(?:href|src|action)="([^"]*)"', page.read_text("utf-8")):
            whole = urlsplit(urljoin(here, unescape(link)))
            if whole.netloc not in {"x", "example.org"} or (
                whole.netloc == "example.org" and not whole.path.startswith(base)
            ):
                continue
            target = shop.out / unquote(whole.path).removeprefix(base)
            if not whole.path.startswith(base) or not (target.is_file() or (target / "index.html").is_file()):
                broken.append((here, link))

    assert broken == []


def test_no_page_holds_inline_script_style_or_handler(site: Any) -> None:
    for page in site.out.rglob("*.html"):
        html = page.read_text("utf-8")
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*(?:src=|ld\+json))", html), page
        assert "Content-Security-Policy" in html


def test_a_page_allows_pictures_from_where_its_figures_are_and_nowhere_else(site: Any) -> None:
    policy = re.compile('http-equiv="Content-Security-Policy" content="(.*?)"')
    pages = [policy.findall(site.page(f"papers/2511.0000{number}/index.html")) for number in (4, 5)]

    rest = "object-src 'none'; base-uri 'none'; form-action 'self'"
    shown = "default-src 'self'; img-src 'self' https://arxiv.org; "
    assert pages == [[shown + rest], [f"default-src 'self'; {rest}"]]


def test_the_feeds_hold_whole_summaries(site: Any) -> None:
    feed = feedparser.parse(site.page("feed.xml"))
    as_json = json.loads(site.page("feed.json"))
    topic = feedparser.parse(site.page("topics/llm/feed.xml"))

    assert not feed.bozo
    assert [entry.title for entry in feed.entries] == [
        "이번 주를 돌아보며", "Daily Papers — 2025-11-05", "Daily Papers — 2025-11-04", "Daily Papers — 2025-11-03",
    ]  # fmt: skip
    assert feed.entries[1].published == "2025-11-05T08:15:00+09:00"
    assert "정확도가 6.5% 올랐다." in feed.entries[1].content[0].value
    assert [item["title"] for item in as_json["items"]] == [entry.title for entry in feed.entries]
    assert [entry.title for entry in topic.entries] == [
        "Paper6: Sparse Routing in Graph 0",
        "Paper3: Sparse Routing in Graph 0",
    ]
    assert topic.entries[0].link == "https://example.org/papers/papers/2511.00006/"


def test_a_feed_of_papers_is_in_rank_order_and_moves_with_a_summary(site: Any, kit: Any) -> None:
    before = feedparser.parse(site.page("papers/feed.xml"))

    site.put(kit.edition("2025-11-04", kit.entry(4), _made(kit.entry(5), date(2025, 12, 1))))
    site.build()

    feed, as_json = feedparser.parse(site.page("papers/feed.xml")), json.loads(site.page("papers/feed.json"))
    topic = feedparser.parse(site.page("topics/hyoyulhwa/feed.xml"))
    assert [entry.title[:6] for entry in feed.entries] == ["Paper1", "Paper6", "Paper4", "Paper5", "Paper2", "Paper3"]
    assert [entry.title for entry in topic.entries] == [entry.title for entry in feed.entries]
    assert [entry.link for entry in feed.entries] == [item["url"] for item in as_json["items"]]
    assert (feed.bozo, feed.feed.id) == (False, "https://example.org/papers/papers/feed.xml".removesuffix("feed.xml"))
    changed = {entry.link[-6:-1]: entry.updated for entry in feed.entries}
    old = {entry.link[-6:-1]: entry.updated for entry in before.entries}
    assert {name: when for name, when in changed.items() if old[name] != when} == {"00005": "2025-12-01T00:00:00Z"}
    assert feed.feed.updated == "2025-12-01T00:00:00Z"


def _made(entry: Entry, day: date) -> Entry:
    return replace(entry, provenance=replace(entry.provenance, made=day))


def test_llms_txt_leads_to_files_that_are_there(site: Any) -> None:
    text = site.page("llms.txt")
    links = re.findall(r"\]\(https://example\.org/papers/([^)]*)\)", text)

    assert text.startswith("# Daily Papers\n\n> ")
    assert [
        link for link in links if not (site.out / link / ("index.html" if link.endswith("/") else "")).exists()
    ] == []
    months = json.loads(site.page("papers/index.json"))["months"]
    rows = [row for month in months for row in json.loads(site.page(f"papers/{month['month']}.json"))["papers"]]
    assert sum(month["papers"] for month in months) == len({row["id"] for row in rows}) == 6
    days = {urlsplit(row["day"]).path.removeprefix("/papers/") for row in rows}
    packed = [site.out / day / "papers.jsonl.gz" for day in sorted(days)]
    whole = [json.loads(line) for file in packed for line in gzip.decompress(file.read_bytes()).splitlines()]
    assert {row["id"] for row in rows} == {one["id"] for one in whole}


def test_passages_lead_into_the_paper_also_with_formulas_and_from_tables(site: Any, kit: Any) -> None:
    anchors = (
        Evidence("We cut $O(n^2)$ down to a linear cost in practice.", "Method"),
        Evidence("GateNet | 71.2", "Results", "Table 1: Accuracy on ImageNet\nModel | Accuracy"),
        Evidence("$x$ is $y$.", "Method"),
    )
    site.put(kit.edition("2025-11-20", replace(kit.entry(20), claims={"goal": (Claim(text="", anchors=anchors),)})))
    site.build()

    links = re.findall(r'<cite[^>]*><a href="([^"]*)"', site.page("papers/2511.00020/index.html"))
    assert [unquote(link) for link in links] == [
        "https://arxiv.org/html/2511.00020v1#:~:text=down to a linear cost in practice.",
        "https://arxiv.org/html/2511.00020v1#:~:text=Table 1: Accuracy on ImageNet",
        "https://arxiv.org/html/2511.00020v1",
    ]


def test_zotero_and_search_engines_see_the_paper(site: Any) -> None:
    html = site.page("papers/2511.00001/index.html")
    linked = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html)[1])  # type: ignore[index]

    assert '<meta name="citation_author" content="Ada N1 Kim">' in html
    assert '<meta name="citation_pdf_url" content="https://arxiv.org/pdf/2511.00001">' in html
    assert (linked["@type"], linked["identifier"], linked["datePublished"]) == (
        "ScholarlyArticle",
        "arXiv:2511.00001",
        "2025-11-01",
    )


def test_a_paper_that_came_twice_has_one_page_with_both_days(site: Any) -> None:
    html = site.page("papers/2511.00001/index.html")

    assert "v1 → v1" in html
    assert html.count('daily-papers/"><time') == 2


def test_authors_with_three_papers_have_a_page(site: Any) -> None:
    assert "authors/ada-n0-kim/" in site.page("papers/2511.00002/index.html")
    assert "Ada N0 Kim" in site.page("authors/ada-n0-kim/index.html")
    assert not (site.out / "authors" / "bo-1-lee").exists()


def test_a_field_that_was_edited_by_hand_shows_the_post_and_drops_the_evidence(site: Any) -> None:
    file = site.posts / "2025-11-03-daily-papers.md"
    file.write_text(file.read_text("utf-8").replace("계산을 2% 줄인다", "계산을 절반으로 줄인다"), "utf-8")
    site.build()
    html = site.page("papers/2511.00002/index.html")

    assert "계산을 절반으로 줄인다" in html
    assert "We cut the cost." not in html
    assert "직접 수정한 항목" in html


def test_what_could_not_be_confirmed_is_underlined_and_named(site: Any) -> None:
    html = site.page("papers/2511.00004/index.html")

    assert '<span class="doubted">4.5%</span><small class="why">논문에 없음</small>' in html
    assert "<li><span>결과</span>: “4.5%” (논문에 없음)</li>" in html
    assert "<dd>논문 어디에서도 찾지 못한 수치나 이름</dd>" in html
    assert '<p class="meta"><span class="why">확인 필요</span>' in site.page("2025/11/04/daily-papers/index.html")


def test_a_one_line_summary_in_doubt_is_marked_where_it_stands_and_named(shop: Any, kit: Any) -> None:
    finding = Finding("verify", "tldr", "contradicted", "4%", "by 3%")
    shop.put(kit.edition("2025-11-03", kit.entry(4, findings=(finding,))))
    shop.build()

    html = shop.page("papers/2511.00004/index.html")
    assert '<span class="doubted">4%</span><small class="why">논문과 어긋남</small>' in html
    assert "<li><span>한 줄 요약</span>: “4%” (논문과 어긋남, 원문: “by 3%”)" in html


def test_a_page_repeats_no_note_of_a_post_however_an_earlier_version_began_it(shop: Any, kit: Any) -> None:
    words = Templates().words("ko")
    finding = Finding("numbers", "results", "not in the paper", "4.5%")
    shop.put(
        kit.edition("2025-11-03", kit.entry(4, findings=(finding,), replaces=1, changed=("Results",))),
        {**words, "notes": {**words["notes"], **FIRST_NOTES}},
    )
    shop.build()

    assert shop.page("2025/11/03/daily-papers/index.html").count("v1 → v1") == 1
    assert shop.page("2025/11/03/daily-papers/index.html").count("“4.5%” (논문에 없음)") == 1


def test_a_post_whose_note_names_no_kind_of_doubt_is_still_read(shop: Any, kit: Any) -> None:
    finding = Finding("numbers", "results", "not in the paper", "4.5%")
    shop.put(kit.edition("2025-11-03", kit.entry(4, findings=(finding,))))
    post = shop.posts / "2025-11-03-daily-papers.md"
    text = post.read_text("utf-8")
    post.write_text(text.replace("“4.5%” (논문에 없음)", "“4.5%”"), "utf-8")
    shop.build()

    html = shop.page("2025/11/03/daily-papers/index.html")
    assert "Results: “4.5%” (논문에 없음)" in text
    assert "자동 검사 결과 확인이 필요한 부분" not in html
    assert html.count("“4.5%” (논문에 없음)") == 1


def test_empty_days_show_in_the_calendar_without_a_page(site: Any) -> None:
    assert "목록 없음" in site.page("archive/2025/index.html")
    assert not (site.out / "2025/11/09").exists()


def test_an_archive_without_posts_says_so_on_every_list(shop: Any) -> None:
    shop.build()

    lists = ("index.html", "archive/index.html", "topics/index.html", "weeks/index.html", "months/index.html")
    assert ["아직 게재한 논문이 없습니다." in visible(shop.page(path)) for path in lists] == [True] * 5
    assert "0개" not in shop.page("topics/index.html")


def test_the_calendar_of_one_day_counts_in_the_singular(shop: Any, kit: Any) -> None:
    shop.language = "en"
    shop.put(kit.edition("2025-11-03", kit.entry(1)))
    shop.build()
    html = shop.page("archive/2025/index.html")

    assert '<p class="sub">1 day, 1 paper. ' in html
    assert "<caption>November <span>1 day, 1 paper</span></caption>" in html


def test_a_day_of_six_weighs_at_most_60_kb_and_of_thirty_160(shop: Any, kit: Any) -> None:
    sizes = zip(schema.NAMES, (3, 3, 3, 5, 4, 3, 3), strict=True)
    long = {name: "긴 문맥에서 어텐션의 계산을 줄이는 방법을 두 단계로 나누어 보인다. " * size for name, size in sizes}
    for day, count in (("2025-11-03", 6), ("2025-11-04", 30)):
        shop.put(
            kit.edition(
                day, *(kit.entry(n, summary={k: v.strip() for k, v in long.items()}) for n in range(1, count + 1))
            )
        )
    shop.build()
    shared = sum((shop.out / "assets" / name).stat().st_size for name in ("style.css", "site.js", "theme.js"))

    assert shared + len(shop.page("2025/11/03/daily-papers/index.html").encode()) <= 60_000
    assert shared + len(shop.page("2025/11/04/daily-papers/index.html").encode()) <= 160_000


def test_the_english_interface_holds_no_korean(shop: Any, kit: Any) -> None:
    shop.language = "en"
    (shop.own / "site").mkdir(parents=True)
    shop.build()
    for page in shop.out.rglob("*.html"):
        assert not re.search("[가-힣]", page.read_text("utf-8")), page


def test_lists_have_the_newest_day_first_and_its_papers_in_the_days_order(shop: Any, kit: Any) -> None:
    for day, numbers in (("2025-11-03", (1, 2)), ("2025-11-04", (3, 4))):
        shop.put(kit.edition(day, *(kit.entry(n, paper={"authors": ("Ada Kim",)}) for n in numbers)))
    shop.build()

    for path in ("topics/hyoyulhwa/index.html", "authors/ada-kim/index.html"):
        assert re.findall(r'class="say"><a href="../../papers/2511.0000(.)/"', shop.page(path)) == ["3", "4", "1", "2"]


def test_an_author_of_many_papers_has_several_pages_of_which_the_full_ones_stay(shop: Any, kit: Any) -> None:
    shop.config = SiteConfig(per_page=1)  # three papers a page
    for day in range(1, 8):
        shop.put(kit.edition(f"2025-11-{day:02d}", kit.entry(day, paper={"authors": ("Ada Kim",)})))
        shop.build()

    def papers(path: str) -> list[str]:
        return re.findall(r'class="say"><a href="[./]*papers/2511.0000(.)/"', shop.page(path))

    assert papers("authors/ada-kim/index.html") == ["7", "6", "5", "4"]
    assert papers("authors/ada-kim/2/index.html") == ["6", "5", "4"]
    assert papers("authors/ada-kim/1/index.html") == ["3", "2", "1"]
    assert '<a href="../../authors/ada-kim/1/" rel="next">' in shop.page("authors/ada-kim/index.html")


def test_a_day_of_many_papers_has_several_pages_that_lead_to_each_other(shop: Any, kit: Any) -> None:
    shop.put(kit.edition("2025-11-03", *(kit.entry(n) for n in range(1, 121))))
    shop.build()
    day = "2025/11/03/daily-papers"

    def numbers(path: str) -> list[int]:
        return list(map(int, re.findall('<article id="p([0-9]+)"', shop.page(path))))

    assert numbers(f"{day}/index.html") == [*range(1, 51)]
    assert numbers(f"{day}/2/index.html") == [*range(51, 101)]
    assert numbers(f"{day}/3/index.html") == [*range(101, 121)]
    ranges = (
        f'<a href="../../../../../{day}/#p1">1–50</a> <b aria-current="page">51–100</b> '
        f'<a href="../../../../../{day}/3/#p101">101–120</a>'
    )
    assert shop.page(f"{day}/2/index.html").count(ranges) == 2
    assert f'<a href="../../{day}/2/#p60">' in shop.page("papers/2511.00060/index.html")
    assert re.findall('href="./(2025[^"]*)#p(8|9|50)"', shop.page("index.html")) == [
        (f"{day}/", "8"), (f"{day}/", "9"), (f"{day}/", "50")
    ]  # fmt: skip
    assert f'<a href="./{day}/">그 밖의 70편 →</a>' in shop.page("index.html")
    content = json.loads(shop.page("feed.json"))["items"][0]["content_html"]
    assert content.count("<h2>") == 50
    assert content.endswith(f'<p><a href="https://example.org/papers/{day}/2/#p51">그 밖의 70편</a></p>')


def test_each_title_of_a_ledger_has_a_name_of_its_own_on_the_first_page_of_its_day(shop: Any, kit: Any) -> None:
    papers = [Paper(id=PaperId.parse(f"{name}"), title=f"Out {name}") for name in ("2511.00900", "doi:10.1101/2.3")]
    shop.put(
        kit.edition(
            "2025-11-03",
            *(kit.entry(n) for n in range(1, 61)),
            skips=(Skip(paper=papers[0], stage="run", reason="late"),),
            exclusions=tuple(Exclusion(paper=paper, rule="limit") for paper in papers),
        )
    )
    shop.build()
    day = "2025/11/03/daily-papers"

    assert re.findall('<li id="([^"]*)"', shop.page(f"{day}/index.html")) == ["l-2511.00900", "l-doi-10.1101-2.3"]
    assert re.findall('<li id="([^"]*)"', shop.page(f"{day}/2/index.html")) == []


def test_home_calls_a_post_that_is_newer_than_its_day_no_earlier_day(shop: Any, kit: Any) -> None:
    for day in ("2025-11-03", "2025-11-04"):
        shop.put(kit.edition(day, kit.entry(1)))
    shop.build()
    assert '<h2 id="earlier">이전 글</h2>' in shop.page("index.html")

    shop.write("2025-11-05-word.md", "---\ntitle: 알림\ndate: 2025-11-05 09:00:00\n---\n글.\n")
    shop.build()
    assert '<h2 id="earlier">다른 날짜의 글</h2>' in shop.page("index.html")


def test_a_formula_in_a_title_is_set_wherever_the_title_stands(shop: Any, kit: Any) -> None:
    titles = ["Bounds of $O(n)$ in graphs", "Plain"]
    shop.put(kit.edition("2025-11-03", *(kit.entry(n, paper={"title": t}) for n, t in enumerate(titles, 1))))
    shop.put(kit.edition("2025-11-04", kit.entry(3)))
    shop.build()

    for path in ("2025/11/03/daily-papers/index.html", "index.html"):
        body = shop.page(path).partition("<body")[2]
        assert "<math" in body and "$O(n)$" not in body


def test_a_title_of_one_long_word_is_cut_not_lost(shop: Any, kit: Any) -> None:
    shop.put(kit.edition("2025-11-03", kit.entry(1, paper={"title": "A" * 108})))
    shop.build()

    assert re.search("<title>A{40,}…</title>", shop.page("papers/2511.00001/index.html"))


def test_plain_text_shows_a_title_with_tex_as_a_reader_reads_it(shop: Any, kit: Any) -> None:
    title = r"\emph{Fast} Sums over $\mathbb{F}_{2}$ for \$5 \& more"
    shop.put(kit.edition("2025-11-03", kit.entry(1, paper={"title": title}, summary={"tldr": ""})))
    shop.build()
    page, day = shop.page("papers/2511.00001/index.html"), shop.page("2025/11/03/daily-papers/index.html")
    shown = "Fast Sums over 𝔽₂ for $5 &amp; more"

    assert f"<title>{shown} — Daily Papers</title>" in page
    assert re.findall('<meta (?:property="og:title"|name="citation_title") content="(.*?)">', page) == [shown] * 2
    assert f'<meta name="description" content="2025년 11월 3일 월요일: {shown}">' in day
    assert re.sub("<math>.*</math>", "∎", PLACES["title"].search(page)[1]) == "Fast Sums over ∎ for $5 &amp; more"  # type: ignore[index]
    assert feedparser.parse(shop.page("papers/feed.xml")).entries[0].title == unescape(shown)
    assert r"title         = {Fast Sums over $\mathbb{F}_{2}$ for \$5 \& more}" in unescape(page)
    assert f"TI  - {unescape(shown)}\r\n" in (shop.out / "2025/11/03/daily-papers/papers.ris").read_bytes().decode()


def test_a_field_of_the_introduction_is_a_line_and_other_fields_may_be_lists(shop: Any, kit: Any) -> None:
    shop.put(kit.edition("2025-11-03", kit.entry(1, summary={"goal": "- 줄인다.", "method": "- 나눈다."})))
    shop.build()
    page = shop.page("papers/2511.00001/index.html")

    assert "<dt>목표</dt> <dd>- 줄인다." in page
    assert "<dt>방법</dt><dd><ul><li>나눈다.</li></ul>" in page


def test_links_to_what_comes_next_are_cut_at_a_word(shop: Any, kit: Any) -> None:
    shop.put(kit.edition("2025-11-03", kit.entry(1), kit.entry(2, paper={"title": "All $x^2$ of it " * 30})))
    shop.write("2025-11-04-long.md", f"---\ntitle: {'긴 제목 ' * 60}\ndate: 2025-11-04 09:00:00\n---\n글.\n")
    shop.build()

    paper = shop.page("papers/2511.00001/index.html")
    day = shop.page("2025/11/03/daily-papers/index.html")
    assert re.findall('rel="next">다음: <span lang="en">(.*?)</span>', paper) == [("All x² of it " * 6)[:-1] + "…"]
    assert re.findall('rel="next">([^<]*) →</a>', day) == ["긴 제목 " * 13 + "긴…"]


def test_the_months_of_a_topic_begin_with_the_archive(shop: Any, kit: Any) -> None:
    for day, number in (("2025-09-30", 3), ("2025-11-03", 6), ("2025-11-04", 9)):
        shop.put(kit.edition(day, kit.entry(number)))
    shop.build()

    assert re.findall('aria-label="(2025[^"]*)"', shop.page("topics/llm/index.html")) == [
        "2025년 9월 1편, 2025년 10월 0편, 2025년 11월 2편"
    ]


def test_a_template_of_the_user_goes_before_ours(site: Any) -> None:
    (site.own / "site").mkdir(parents=True)
    (site.own / "site" / "404.html.j2").write_text("<p>gone</p>")
    site.build()

    assert site.page("404.html") == "<p>gone</p>"


def test_strings_that_break_other_sites_are_shown_as_they_are(shop: Any, kit: Any, data: Path) -> None:
    rows = [json.loads(row) for row in (data / "strings" / "nasty.jsonl").read_text("utf-8").splitlines()]
    texts = [" ".join(tidy(str(row["value"])).split()) for row in rows]
    entries = []
    for number, text in enumerate(texts):
        names = {"id": ArxivId(f"2512.{number:05d}"), "title": text[:300], "authors": (text[:60],), "abstract": text}
        entries.append(
            kit.entry(1, paper=names, summary={"method": text, "tldr": text[:160], "topics": (text[:30] or "x",)})
        )
        entries[-1] = type(entries[-1])(**{**{f: getattr(entries[-1], f) for f in entries[-1].__struct_fields__},
                                           "arxiv_url": f"https://arxiv.org/abs/2512.{number:05d}"})  # fmt: skip
    for start in range(0, len(entries), 50):
        shop.put(kit.edition(f"2025-11-{start // 50 + 1:02d}", *entries[start : start + 50]))
    shop.build()
    wrong = []
    for number, text in enumerate(texts):
        html = shop.page(f"papers/2512.{number:05d}/index.html")
        known = re.sub(r"<math.*?</math>", "", html, flags=re.S)
        if re.search(r"<script(?![^>]*(?:src=\"\.\./\.\./assets/|ld\+json))|<img|javascript:", known.replace(text, "")):
            wrong.append(("runs", text))
        for place, meant in (
            ("title", readable(text[:300])),
            ("tldr", text[:160]),
            ("method", text),
            ("abstract", readable(text)),
        ):
            found = PLACES[place].search(html)
            if found is None or not shows(found[1], meant.strip()):
                wrong.append((place, text))

    assert wrong == []


def test_a_day_is_cited_as_bibtex_ris_and_csl_json(shop: Any, kit: Any) -> None:
    shop.put(kit.edition("2025-11-04", kit.entry(1), kit.entry(2)))
    shop.build()
    folder = shop.out / "2025/11/04/daily-papers"

    records = [paper for paper in (folder / "papers.ris").read_text("utf-8").split("\r\n\r\n") if paper]
    ris = re.findall(r"^UR  - (\S+)", "\n".join(records), re.MULTILINE)
    items = json.loads((folder / "papers.csl.json").read_text("utf-8"))
    bib = re.findall(r"\burl\s*= \{([^}]*)\}", (folder / "papers.bib").read_text("utf-8"))
    assert ris == [item["URL"] for item in items] == bib == [f"https://arxiv.org/abs/2511.0000{n}" for n in (1, 2)]
    page = shop.page("2025/11/04/daily-papers/index.html")
    assert all(f"papers.{ending}" in page for ending in ("bib", "ris", "csl.json"))


def test_authors_with_many_papers_and_those_who_are_followed_have_feeds(shop: Any, kit: Any) -> None:
    rare = kit.entry(50, paper={"authors": ("Cy Rare",)})
    shop.put(kit.edition("2025-11-03", *(kit.entry(number) for number in range(1, 6)), rare))
    shop.build(followed=("Cy Rare",))
    followed = {path for path in shop.tree() if path.startswith("authors/")}
    shop.put(kit.edition("2025-11-04", *(kit.entry(number) for number in range(6, 42))))
    shop.build()

    own = {"authors/cy-rare/index.html", "authors/cy-rare/feed.xml"}
    assert own | {"authors/ada-n1-kim/index.html"} == followed
    feed = feedparser.parse(shop.out / "authors/ada-n1-kim/feed.xml")
    assert (feed.bozo, feed.feed.title, len(feed.entries)) == (False, "Ada N1 Kim — Daily Papers", 10)
    assert "authors/cy-rare/index.html" not in shop.tree()


@pytest.mark.parametrize(
    ("title", "tldr", "line"),
    [
        ("Scone: Many", "후보가 여럿일 때 고르는 Scone이다.", "후보가 여럿일 때 고르는 Scone이다."),
        ("SAM 2: Masks", "SAM-2는 마스크를 찾는다.", "SAM-2는 마스크를 찾는다."),
        ("Bench^2: Tests", "벤치마크를 평가한다.", "Bench^2 벤치마크를 평가한다."),
        ("DoPE: A", "DoPES와 다르다.", "DoPE DoPES와 다르다."),
        ("From Skills to Talent: A", "에이전트를 조직한다.", "에이전트를 조직한다."),
        ("Without Name", "에이전트를 조직한다.", "에이전트를 조직한다."),
    ],
)
def test_a_name_stands_apart_before_a_line_that_does_not_say_it(
    shop: Any, kit: Any, title: str, tldr: str, line: str
) -> None:
    shop.put(kit.edition("2025-11-03", kit.entry(1, paper={"title": title}, summary={"tldr": tldr})))
    shop.put(kit.edition("2025-11-04", kit.entry(2)))
    shop.build()
    day, home = shop.page("2025/11/03/daily-papers/index.html"), shop.page("index.html")

    glance = re.search(r'<p class="say"><a href="#p1">(.*?)</a>', day)
    heading = re.search(r'<h2 id="t1"><a [^>]*>(.*?)</a>', day)
    earlier = re.search(r'11/03/daily-papers/#p1">(.*?)</a>', home)
    assert [visible(found[1]) for found in (glance, heading, earlier) if found] == [line] * 3
