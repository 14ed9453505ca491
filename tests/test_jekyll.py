"""The real Jekyll shows what a post was made of, and one odd string never costs the whole site."""

import html
import re
import shutil
import subprocess
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import feedparser
import pytest
from selectolax.lexbor import LexborHTMLParser

from digest import posts
from digest.adapters.templates import Templates
from digest.config import PostConfig
from digest.model import Figure, Overview, OverviewSentence
from digest.model.corpus.periods import name_of
from digest.model.corpus.reviews import Review
from digest.model.text import one_line
from digest.stages import render
from digest.stages.render.review import of_review
from tests.runs import Forker
from tests.samples import HOSTILE, LINE, TEXT, expected, generated, nasty, visible, write_posts
from tests.site.conftest import make_edition, make_entry

pytestmark = [
    pytest.mark.jekyll,
    pytest.mark.skipif(shutil.which("jekyll") is None, reason="jekyll is not installed"),
]
LAYOUT = "<html><head><title>{{ page.title | escape }}</title></head><body>{{ content }}</body></html>"
STOCK = "plugins: [jekyll-feed, jekyll-seo-tag]\n"
"""What `jekyll new` sets up; without it Jekyll runs with no plugin at all."""


def _build(site: Path, config: str = "") -> dict[str, str]:
    """Build a site and return its posts' pages by the stem of their files."""
    (site / "_config.yml").write_text(f"title: Papers\npermalink: /posts/:year-:month-:day-:title.html\n{config}")
    (site / "_layouts").mkdir()
    (site / "_layouts" / "post.html").write_text(LAYOUT)
    ran = subprocess.run(
        ["jekyll", "build", "--quiet", "--trace"], cwd=site, capture_output=True, text=True, timeout=120, check=False
    )
    assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")
    return {page.stem: page.read_text("utf-8") for page in site.glob("_site/posts/*.html")}


def _compare(pages: dict[str, str], paths: Sequence[Path]) -> None:
    assert sorted(pages) == sorted(path.stem for path in paths)
    for path in paths:
        post = posts.parse(path.read_text("utf-8"))
        page = pages[path.stem]

        assert visible(page) == [expected(entry) for entry in post.entries]
        assert html.unescape(page.partition("<title>")[2].partition("</title>")[0]) == post.header.title


def test_every_string_that_breaks_something_is_shown_unchanged_in_one_stock_site(data: Path, tmp_path: Path) -> None:
    texts = [*nasty(data), *HOSTILE]
    paths = write_posts(tmp_path / "_posts", texts, per_post=1)

    pages = _build(tmp_path, STOCK)

    assert len(pages) == len(texts)
    _compare(pages, paths)
    feed = feedparser.parse((tmp_path / "_site" / "feed.xml").read_bytes())
    assert (feed.bozo, len(feed.entries)) == (False, 10)


@pytest.mark.parametrize("config", ["", "kramdown: {input: kramdown, hard_wrap: true}\n"])
def test_strings_of_our_own_are_shown_unchanged_without_any_plugin(tmp_path: Path, config: str) -> None:
    paths = write_posts(tmp_path / "_posts", HOSTILE)

    pages = _build(tmp_path, config)

    _compare(pages, paths)


def test_generated_strings_are_shown_unchanged(tmp_path: Path) -> None:
    texts = [*generated(TEXT, 700), *generated(LINE, 300)]
    paths = write_posts(tmp_path / "_posts", texts)

    pages = _build(tmp_path)

    _compare(pages, paths)


def test_the_post_of_the_demo_is_shown_as_it_was_written(tmp_path: Path, forker: Forker) -> None:
    assert forker.run(tmp_path, "demo", "--out", str(tmp_path), environ={}) == 0

    pages = _build(tmp_path)

    assert list(pages) == ["2025-11-17-daily-papers"]
    _compare(pages, list((tmp_path / "_posts").iterdir()))


def test_the_posts_of_this_repository_are_shown_as_they_were_written(tmp_path: Path) -> None:
    own = Path(__file__).parent.parent / "_posts"
    shutil.copytree(own, tmp_path / "_posts")

    pages = _build(tmp_path)

    _compare(pages, list((tmp_path / "_posts").glob("*.md")))


MATHS = (
    r"비용이 $O(n \log n)$에서 $x_i^{2*}$로, $a<b$이면 $\hat{y}_{t}$다.",
    r"- 정확도 $R^2 = 0.91$ 대 $\alpha_{max}$",
    r"$E = mc^2$",
    r"값은 $5이고 $6이다. \$7 and $|x|$ and $\{{a}\}$",
    r"$a$$b$ $$c$$ $d$.",
)
SHOWN = (
    r"비용이 \(O(n \log n)\)에서 \(x_i^{2*}\)로, \(a<b\)이면 \(\hat{y}_{t}\)다.",
    r"정확도 \(R^2 = 0.91\) 대 \(\alpha_{max}\)",
    r"$E = mc^2$",
    r"값은 $5이고 $6이다. \$7 and $|x|$ and $\{{a}\}$",
    r"$a$$b$ $$c$$ \(d\).",
)


def test_formulas_written_for_kramdown_reach_mathjax_and_are_read_back(tmp_path: Path) -> None:
    (tmp_path / "_posts").mkdir()
    edition = make_edition("2025-11-03", make_entry(1, summary={"method": "\n\n".join(MATHS)}))
    style = PostConfig(maths="kramdown", description=True)
    text = render.of_edition(edition, Templates(), style=style)
    (tmp_path / "_posts" / "2025-11-03-daily-papers.md").write_text(text, "utf-8")

    page = _build(tmp_path, STOCK)["2025-11-03-daily-papers"]

    method = page.partition('<h2 id="method">')[2].partition("<h2")[0].partition("</h2>")[2]
    blocks = re.findall(r"<(?:p|li)>(?:<p>)?(.*?)</", method, re.DOTALL)
    assert [html.unescape(block).strip() for block in blocks] == list(SHOWN)
    post = posts.parse(text)
    assert post.entries[0].fields["method"] == "\n\n".join(MATHS)
    assert post.header.extra == {"description": "계산을 1% 줄인다."}
    assert not post.entries[0].markup


def test_formulas_as_text_stand_in_the_page_as_mathjax_finds_them(tmp_path: Path) -> None:
    (tmp_path / "_posts").mkdir()
    edition = make_edition("2025-11-03", make_entry(1, summary={"method": MATHS[0]}))
    text = render.of_edition(edition, Templates())
    (tmp_path / "_posts" / "2025-11-03-daily-papers.md").write_text(text, "utf-8")

    page = _build(tmp_path, STOCK)["2025-11-03-daily-papers"]

    assert MATHS[0] in html.unescape(page)


def test_a_figure_that_may_be_shown_stands_below_its_entry(tmp_path: Path) -> None:
    (tmp_path / "_posts").mkdir()
    free = {"license": "http://creativecommons.org/licenses/by/4.0/"}
    figure = Figure("https://arxiv.org/html/2511.00001v1/x1.png", "Figure 1: *cost* over $n$.")
    entries = (make_entry(1, provenance={"figure": figure, **free}), make_entry(2, provenance={"figure": figure}))
    text = render.of_edition(make_edition("2025-11-03", *entries), Templates(), style=PostConfig(figures=True))
    (tmp_path / "_posts" / "2025-11-03-daily-papers.md").write_text(text, "utf-8")

    page = _build(tmp_path, STOCK)["2025-11-03-daily-papers"]

    assert re.findall("<img[^>]*>", page) == [f'<img src="{figure.url}" alt="Figure 1: *cost* over $n$." />']


def test_posts_of_weeks_show_every_string_unchanged(data: Path, tmp_path: Path) -> None:
    texts = [one_line(text) for text in [*nasty(data), *HOSTILE]]
    templates, wanted = Templates(), {}
    (tmp_path / "_posts").mkdir()
    for number in range(0, len(texts), 10):
        monday = date(2020, 1, 6) + timedelta(weeks=number // 10)
        some = texts[number : number + 10]
        entries = [
            make_entry(at + 1, paper={"title": text, "upvotes": 99 - at}, summary={"tldr": some[-1 - at]})
            for at, text in enumerate(some)
        ]
        said = Overview(sentences=tuple(OverviewSentence(text, (entries[0].paper.id,)) for text in some if text))
        review = Review(name=name_of("weeks", monday), overview=said)
        stem = f"{monday + timedelta(days=6)}-daily-papers-week"
        text = of_review(review, entries, (), templates, PostConfig())
        (tmp_path / "_posts" / f"{stem}.md").write_text(text, "utf-8")
        wanted[stem] = [(one.paper.title or str(one.paper.id), one.summary.tldr) for one in entries]

    pages = _build(tmp_path, STOCK)

    assert pages.keys() == wanted.keys()
    for stem, rows in wanted.items():
        body = LexborHTMLParser(pages[stem]).body
        shown = [" ".join(item.text().split()) for item in body.css("ol > li")] if body else []
        assert shown == [" ".join((f"{title}: {line}" if line else title).split()) for title, line in rows]
        quoted = " ".join(body.css_first("blockquote").text().split()) if body else ""
        assert all(" ".join(title.split()) in quoted for title, _ in rows)
