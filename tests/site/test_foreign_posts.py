"""Posts that were written for Jekyll stand where Jekyll puts them, in the structure that it gives them."""

import gzip
import json
import re
import shutil
import subprocess
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest

from digest.adapters import store
from digest.model import ArxivId, Edition, Header, Paper, Written

_INSTALLED = pytest.mark.skipif(shutil.which("jekyll") is None, reason="jekyll is not installed")
LAYOUT = "<html><body><article>{{ content }}</article></body></html>"
CATEGORIES = "/:categories/:year/:month/:day/:title/"
NAMES = {
    "2016-2-29-leap.md": "",
    "2016-02-29-two.md": "",
    "2020-2-9-short.md": "",
    "16-3-1-two-digits.md": "",
    "2016-1-5-one digit.md": "",
    "2016-01-06-a+b.markdown": "",
    "2016-01-07-한글 띄어쓰기.md": "",
    "2016-01-08-Upper_Case.MD": "",
    "2016-01-09-what?.md": "",
    "2016-01-10-100%.md": "",
    "2016-01-11-c#.md": "",
    "2016-01-12-it's.md": "",
    "2016-01-13-a&b.md": "",
    "2016-01-14-(paren).md": "",
    "2016-01-15-[bracket].md": "",
    "2016-01-16-dots.and.more.md": "",
    "2016-01-17-trailing..md": "",
    "2016-01-18--leading.md": "",
    "2016-01-19-double--hyphen.md": "",
    "2016-01-20-a,b;c=d@e!$~.md": "",
    "2016-01-21-별표*한글.md": "",
    "2016-01-22-日本語.md": "",
    "2016-01-23-é̀combining.md": "",
    "2016-01-24-emoji 🚀 here.md": "",
    "2016-01-25-under_score.mkd": "",
    "2016-01-26-x.mkdn": "",
    "2016-01-27-y.mkdown": "",
    "2016-01-28-page.html": "<h2>절</h2>\n<ul><li>가</li></ul>\n",
    "2016-01-29-①②.md": "",
    "2016-01-30-½.md": "",
    "2016-01-31-a  two blanks.md": "",
    "2016-02-01-tab\there.md": "",
    "2016-02-02-“quotes”.md": "",
    "2016-02-03-a—b.md": "",
    "2016-02-04-a|b.md": "",
    "2016-02-05-a:b.md": "",
    "2016-02-06-<tag>.md": "",
    "2016-02-07-back`tick.md": "",
    "2016-02-08-^caret.md": "",
    "2016-02-09-{brace}.md": "",
}
"""Names of files → their text, where it matters."""
FRONT_MATTER = {
    "one category": "categories: [Daily Papers, 일간]",
    "a string": "categories: Daily Papers",
    "singular": "category: Daily Papers",
    "same twice": "categories: [a, A, b]",
    "one word": "category: 논문",
    "question": "categories: ['왜?']",
    "percent": "categories: ['100%']",
    "hash": "categories: ['C#']",
    "apostrophe": 'categories: ["it\'s"]',
    "slash": "categories: ['a/b']",
    "plus": "categories: ['C++']",
    "slug": "slug: 내 글",
    "slug with dots": "slug: v1.2.3",
    "permalink": "permalink: /own/place/",
    "permalink file": "permalink: /own/file.html",
    "bare permalink": "permalink: /own/bare",
    "placeholders": "permalink: /p/:year/:title/",
    "no slash": "permalink: without/slash/",
    "blank": "permalink: /with blank/한글/",
    "encoded": "permalink: /a%20b/c/",
    "quoted": 'permalink: "/it\'s/"',
    "question mark": "permalink: '/what/'",
    "slugified": "permalink: /:slugified_categories/:slug/\ncategories: [A B, C]",
    "date": "date: 2016-03-05 09:15:00 +0900",
    "other day": "date: 2016-03-06 23:30:00 -0500",
    "day only": "date: 2016-03-07",
    "layout": "layout: single",
    "no title": "",
    "tags": "tags: a b",
    "names of months": "permalink: /:short_month/:long_month/:y_day/:i_day/:title/",
    "weeks": "permalink: /:w_year/:week/:w_day/:short_day/:long_day/:title/",
    "morning": "date: 2016-03-09 08:15:00",
    "string": "categories: a b",
    "iso": "date: 2016-03-10T20:00:00Z",
    "no seconds": "date: 2016-03-11 20:00",
    "empty cats": "categories: []",
    "null": "categories:",
    "quoted date": "date: '2016-03-12 20:00:00'",
    "extension": "permalink: /:year/:title:output_ext",
    "published": "published: true",
    "early": "date: 2016-03-08 00:10 +0900",
}
"""What is said in a front matter, beside the title."""
TEXTS = {
    "nested by three": "1. **가** - 1\n   - [a](https://a.example)\n   - 나\n     - 다\n\n2. 둘\n   - 라\n",
    "nested by two": "- 가\n  - 나\n    - 다\n- 라\n",
    "nested by four": "* 가\n    * 나\n        * 다\n",
    "list below a paragraph": "앞 문장\n\n- 가\n- 나\n\n뒤 문장\n",
    "list with paragraphs": "- 가\n\n  문단\n\n- 나\n",
    "headings": "# 하나\n\n## 둘\n\n### 셋 `코드`\n\n#### 넷\n",
    "underlined": "하나\n====\n\n둘\n----\n\n글\n",
    "closed heading": "## 닫힌 제목 ##\n\n글\n",
    "table": "| a | b |\n|---|---|\n| 1 | 2 |\n",
    "rule": "가\n\n---\n\n나\n",
    "code": "```python\n# 제목이 아니다\nx = 1\n```\n\n## 제목\n",
    "quote": "> 인용\n> - 목록\n\n글\n",
    "code in a list": "1. 가\n\n   ```\n   # x\n   ```\n\n2. 나\n",
    "wrapped": "1. **긴 제목이\n  이어진다** - 3\n   - 나\n",
    "html": "<details><summary>보기</summary>안</details>\n\n## 제목\n",
    "emphasis": "**굵게**는 *기울임*\n\n## **굵은 제목**\n",
    "emoji": "## 📊 좋아요 순위\n\n1. 가\n   - 나\n",
    "link in a heading": "### [제목](https://arxiv.org/abs/2404.08639)\n\n글\n",
    "list below text": "앞 문장\n- 가\n- 나\n",
    "numbers below text": "앞 문장\n1. 가\n2. 나\n",
    "heading below text": "앞 문장\n## 제목\n뒤 문장\n",
    "no blank": "##제목\n\n글\n",
    "by one": "- 가\n - 나\n",
    "start": "3. 가\n4. 나\n",
    "bare table": "a | b\n--|--\n1 | 2\n",
    "tabs": "- 가\n\t- 나\n\t\t- 다\n",
    "task": "- [ ] 가\n- [x] 나\n",
    "plus": "+ 가\n+ 나\n",
    "mixed marks": "- 가\n* 나\n",
    "html heading": "<h2>제목</h2>\n<ul><li>가</li></ul>\n\n## 둘\n",
    "html table": "<table><tr><td>a</td></tr></table>\n",
    "raw": "{% raw %}\n## 제목\n{% endraw %}\n",
    "attr": "## 제목\n{: .no_toc}\n\n글\n",
    "far": "1. 가\n\n     - 나\n",
    "eight": "1. 가\n        - 나\n",
    "quote in list": "- 가\n  > 나\n- 다\n",
    "tilde": "~~~\n# x\n~~~\n",
    "indented code": "글\n\n    # code\n\n글\n",
    "two lists": "- 가\n\n1. 나\n",
    "list rule": "- 가\n\n---\n\n- 나\n",
    "hash in para": "글 # 아님\n",
    "table in list": "- 가\n\n  | a | b |\n  |---|---|\n  | 1 | 2 |\n",
    "heading in list": "- ## 가\n  글\n",
    "bold list": "**제목**\n- 가\n- 나\n",
    "ten": "9. 가\n   - 나\n10. 다\n   - 라\n11. 마\n    - 바\n",
    "star rule": "***\n\n글\n",
    "image": "![그림](/assets/x.png)\n",
    "comment": "<!-- 주석 -->\n## 제목\n",
    "quote lazy": "> 가\n나\n\n> 다\n",
    "numbered heading": "## 1. 제목\n\n- 가\n",
    "mixed": "- 가\n  1. 나\n  2. 다\n- 라\n",
}
"""Texts of posts."""


class _Structure(HTMLParser):
    """Headings with their words, and where lists, items, tables, quotes and blocks of code begin and end."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self._heading: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if re.fullmatch("h[1-6]", tag):
            self._heading = []
        elif tag in {"ul", "ol", "li", "table", "tr", "blockquote", "pre", "hr"}:
            self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._heading is not None and re.fullmatch("h[1-6]", tag):
            self.seen.append(f"{tag} {' '.join(''.join(self._heading).split())}")
            self._heading = None
        elif tag in {"ul", "ol", "li", "table", "blockquote", "pre"}:
            self.seen.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if self._heading is not None:
            self._heading.append(data)


def _structure(html: str) -> list[str]:
    reader = _Structure()
    reader.feed(html)
    return reader.seen


def _posts(folder: Path) -> int:
    """Write all posts of the tables above; return how many they are."""
    texts = {name: f"---\ntitle: 글\n---\n\n{text or '본문'}\n" for name, text in NAMES.items()}
    for number, (name, said) in enumerate(FRONT_MATTER.items()):
        title = "" if name == "no title" else "title: 글\n"
        texts[f"2016-04-{number % 28 + 1:02d}-front-{number}.md"] = f"---\n{title}{said}\n---\n\n본문\n"
    for number, text in enumerate(TEXTS.values()):
        texts[f"2016-{5 + number // 28:02d}-{number % 28 + 1:02d}-text-{number}.md"] = f"---\ntitle: 글\n---\n\n{text}"
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    return len(texts)


def _jekyll(folder: Path) -> dict[str, str]:
    defaults = "defaults: [{scope: {path: '', type: posts}, values: {layout: post}}]\n"
    (folder / "_config.yml").write_text(f"permalink: {CATEGORIES}\ntimezone: Asia/Seoul\n{defaults}")
    (folder / "_layouts").mkdir()
    for layout in ("post", "single"):
        (folder / "_layouts" / f"{layout}.html").write_text(LAYOUT)
    command = ["jekyll", "build", "--quiet", "--destination", "_jekyll"]
    subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=True)
    return _pages(folder / "_jekyll", r"<article>(.*)</article>")


def _pages(site: Path, article: str) -> dict[str, str]:
    pages = {str(path.relative_to(site)): path.read_text("utf-8") for path in site.rglob("*.html")}
    return {name: found[1] for name, page in pages.items() if (found := re.search(article, page, re.DOTALL))}


@pytest.mark.jekyll
@_INSTALLED
def test_every_post_that_jekyll_writes_stands_at_its_address_with_its_structure(shop: Any) -> None:
    written = _posts(shop.posts)

    theirs = _jekyll(shop.out.parent)
    shop.config = shop.config.model_copy(update={"permalink": CATEGORIES})
    shop.build()
    pages = _pages(shop.out, r'<div class="prose">(.*)</div>\n</article>')

    assert len(theirs) == written
    assert sorted(pages) == sorted(theirs)
    assert {name: _structure(page) for name, page in pages.items()} == {
        name: _structure(page) for name, page in theirs.items()
    }


MENTIONS = """---
title: 오늘의 논문
categories: [Daily Papers, 일간]
---

1. **One: a title**
   - [논문](https://arxiv.org/abs/2510.26583)
"""


def _imported(shop: Any) -> None:
    paper = Paper(id=ArxivId.parse("2510.26583"), title="One: a title")
    edition = Edition(
        name="2025-11-02-mine", day=date(2025, 11, 2), header=Header(title="오늘의 논문", date=""), listing="imported",
        mentions=(paper,),
    )  # fmt: skip
    shop.write("2025-11-02-mine.md", MENTIONS)
    (shop.data / "2025-11-02-mine.json").write_bytes(store.encode(edition))


def test_a_post_of_mentions_is_shown_as_it_is_and_its_papers_have_pages_without_fields(shop: Any) -> None:
    _imported(shop)
    shop.build()

    post, paper = shop.page("2025/11/02/mine/index.html"), shop.page("papers/2510.26583/index.html")

    assert _structure(post.partition('<div class="prose">')[2].partition("</article>")[0]) == [
        "ol", "li", "ul", "li", "/li", "/ul", "/li", "/ol",
    ]  # fmt: skip
    assert "One: a title" in paper
    assert '<dl class="schema">' not in paper
    whole = gzip.decompress((shop.out / "2025/11/02/mine/papers.jsonl.gz").read_bytes()).splitlines()
    assert ["summary" in json.loads(one) for one in whole] == [False]
    assert "오늘의 논문" in shop.page("index.html")


def test_home_shows_posts_where_no_day_was_ever_summarised(shop: Any) -> None:
    shop.write("2025-11-08-week.md", "---\ntitle: 이번 주\n---\n글\n")
    shop.build()

    home = shop.page("index.html")

    assert ("이번 주" in home, "아직 게재한 논문이 없습니다" in home) == (True, False)


def test_all_addresses_that_are_taken_are_told_at_once(shop: Any) -> None:
    for day in (8, 9, 10):
        shop.write(f"2025-11-{day:02d}-a.md", "---\ntitle: x\npermalink: /same/\n---\n글\n")
    shop.write("2025-11-11-b.md", "---\ntitle: x\npermalink: /search/\n---\n글\n")

    built = shop.build()

    assert built.problems == (
        "2025-11-09-a.md:3: same URL as 2025-11-08-a.md: /same/; skipped — rename one of them, or change its permalink",
        "2025-11-10-a.md:3: same URL as 2025-11-08-a.md: /same/; skipped — rename one of them, or change its permalink",
        "2025-11-11-b.md:3: /search/ is reserved; skipped — change the permalink or the slug",
    )
    assert built.posts == 1


def test_a_day_that_is_none_is_named_and_stops_nothing(shop: Any) -> None:
    shop.write("2016-02-30-none.md", "---\ntitle: x\n---\n글\n")
    shop.write("2016-02-29-leap.md", "---\ntitle: x\n---\n글\n")

    built = shop.build()

    why = "the name does not start with a date like 2025-11-17"
    assert (built.posts, built.problems) == (1, (f"2016-02-30-none.md: skipped, {why}",))


OWN = {
    "a section of one's own": ("# 2. [", "## My view\nGreat.\n\n# 2. ["),
    "a title without link": ("# 2. [Paper2: Sparse Routing in Graph 2](https://arxiv.org/abs/2511.00002)", "# 2. P2"),
    "a title that leads elsewhere": ("](https://arxiv.org/abs/2511.00002)", "](ftp://example.org/nothing)"),
    "a heading in code": ("## Results", "```\n## B\n```\n\n## Results"),
}


@pytest.mark.parametrize("name", OWN)
def test_a_digest_that_is_edited_out_of_its_form_is_shown_as_it_is_and_every_build_says_what_is_missing(
    name: str, shop: Any, kit: Any
) -> None:
    kit.small(shop).build()
    file = "2025-11-03-daily-papers.md"
    shop.write(file, (shop.posts / file).read_text("utf-8").replace(*OWN[name], 1))

    built = shop.build()
    shop.write("2025-11-09-more.md", "---\ntitle: x\n---\n글\n")
    again = shop.build()

    page = shop.page("2025/11/03/daily-papers/index.html")
    assert [re.sub(r":\d+: .*; shown", ":…; shown", one.partition(" — ")[0]) for one in built.problems] == [
        f"{file}:…; shown as it is, its papers without summaries"
    ]
    assert again.problems == built.problems
    assert built.posts == 4 and '<div class="prose">' in page and "계산을 3% 줄인다" in page
    assert "Paper2" in shop.page("papers/2511.00002/index.html")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("# 1. [", "오늘은 좋은 날.\n\n# 1. ["), ("- Goal:", "-\u00a0Goal:"), ("- Goal:", "* **Goal** :")],
)
def test_a_digest_that_an_import_could_repair_is_shown_whole_with_what_somebody_wrote_into_it(
    ours: str, theirs: str, shop: Any, kit: Any
) -> None:
    kit.small(shop).build()
    file = "2025-11-03-daily-papers.md"
    shop.write(file, (shop.posts / file).read_text("utf-8").replace(ours, theirs, 1))

    built = shop.build()

    page = shop.page("2025/11/03/daily-papers/index.html")
    assert (built.problems, built.posts) == ((), 4)
    assert '<dl class="schema">' in shop.page("papers/2511.00001/index.html")
    assert ("오늘은 좋은 날." in page) == ("오늘은" in theirs)


def test_a_post_of_an_edition_without_an_entry_is_shown_and_told_of(shop: Any, kit: Any) -> None:
    edition = kit.edition("2025-11-03", kit.entry(1))
    file = "2025-11-03-daily-papers.md"
    shop.put(msgspec.structs.replace(edition, written=Written(file=file, sha256="0" * 64)))
    shop.write(file, "---\ntitle: Mine\n---\nNothing of it.\n")

    built = shop.build()

    assert "Nothing of it." in shop.page("2025/11/03/daily-papers/index.html")
    assert built.problems == (
        f"{file}:1: the post of an edition, without an entry; shown as it is, its papers without summaries"
        " — see `digest demo` for the form",
    )
