"""What readers meet first: a home page for the hurried, long days that fold, and the order of a paper in a day."""

import re
from pathlib import Path
from typing import Any

import pytest

from digest.model import ArxivId, Exclusion, Paper
from digest.site.content import emphasis
from digest.site.content.markup import bare, line


def day(kit: Any, count: int, left_out: int = 0) -> Any:
    return kit.edition(
        "2025-11-03",
        *(kit.entry(n) for n in range(1, count + 1)),
        exclusions=tuple(
            Exclusion(paper=Paper(id=ArxivId(f"2511.001{n:02d}"), title=f"Left out {n}"), rule="limit")
            for n in range(left_out)
        ),
    )


def test_home_shows_eight_papers_and_one_line_of_each_other(shop: Any, kit: Any) -> None:
    shop.put(day(kit, 10))
    shop.build()
    html = shop.page("index.html")

    assert html.count('<p class="say"') == 8
    assert '<ol class="lines" start="9">' in html
    assert re.findall(r'<li data-topics="[a-z ]+"><a href="[./\d]+/daily-papers/#p(\d+)"', html) == ["9", "10"]
    assert "나머지 2편" in html


def test_home_names_what_the_list_held_and_was_not_summarised(shop: Any, kit: Any) -> None:
    shop.put(day(kit, 8, left_out=24))
    shop.build()
    html = shop.page("index.html")

    assert "목록 32편 가운데 8편 요약" in html
    assert "요약하지 않은 24편" in html
    assert html.count("Left out ") == 24


def test_a_day_of_nine_papers_folds_and_one_of_eight_does_not(shop: Any, kit: Any) -> None:
    for count in (8, 9):
        shop.put(day(kit, count))
        shop.build()
        html = shop.page("2025/11/03/daily-papers/index.html")

        assert html.count("<article") == count
        assert (html.count('class="fold"'), '<section id="glance"' in html) == ((0, True) if count == 8 else (9, False))


def test_a_paper_in_a_day_has_its_line_then_its_results(site: Any) -> None:
    article = site.page("2025/11/03/daily-papers/index.html").split("<article")[2]
    said = " ".join(re.sub("<[^>]*>", " ", article).split())

    assert '<b lang="en">Paper2</b> 계산을 2% 줄인다.' in article
    assert "정확도가 <b>2.5%</b> 올랐다." in article
    assert re.search("Paper2 계산을 2% .*Paper2: Sparse.*결과 정확도가.*소개 목표.*방법.*한계.*결론", said)
    assert "model-x" not in article


def test_a_line_that_begins_with_the_name_says_it_once(shop: Any, kit: Any) -> None:
    shop.put(kit.edition("2025-11-03", kit.entry(1, summary={"tldr": "Paper1은 계산을 줄인다."}),
                         kit.entry(2, summary={"tldr": "Paper2B를 줄인다."})))  # fmt: skip
    shop.build()
    html = shop.page("index.html")

    assert '<b lang="en">Paper1</b>은 계산을 줄인다.' in html
    assert '<b lang="en">Paper2</b> Paper2B를 줄인다.' in html


def test_the_headings_of_pages_and_feeds_are_of_the_sites_language(shop: Any, kit: Any) -> None:
    shop.put(day(kit, 1))
    shop.build()
    pages = [shop.page(path) for path in ("2025/11/03/daily-papers/index.html", "papers/2511.00001/index.html")]

    assert all("<dt>결과</dt>" in html and "Results" not in html for html in pages)
    assert "결과" in shop.page("feed.xml") and "Results" not in shop.page("feed.xml")
    assert "## Results" in next(shop.posts.glob("*.md")).read_text("utf-8")


def test_lists_name_what_was_read_only_where_it_was_not_the_full_text(shop: Any, kit: Any) -> None:
    shop.put(kit.edition("2025-11-03", kit.entry(1)))
    shop.build()

    assert "본문(HTML)" not in shop.page("index.html")
    assert "본문(HTML)" in shop.page("papers/2511.00001/index.html")


def test_a_topic_of_papers_is_not_renamed_by_a_tag_of_an_older_post(shop: Any, kit: Any) -> None:
    shop.write("2025-11-01-old.md", "---\ntitle: 옛 글\ntags: [llm]\n---\n글.\n")
    shop.put(kit.edition("2025-11-03", kit.entry(3)))
    shop.build()

    assert ">LLM</h1>" in shop.page("topics/llm/index.html").replace(" ", "").replace("\n", "")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("71.2%로 68.0%보다", "<b>71.2%</b>로 <b>68.0%</b>보다"),
        ("10~20% 빠르고 3배, −3.2%p, 99.5 ms", "<b>10~20%</b> 빠르고 <b>3배</b>, <b>−3.2%p</b>, <b>99.5 ms</b>"),
        ("1,234개 문장", "<b>1,234</b>개 문장"),
        ("GPT-4와 Qwen2.5-7B는 2024년 v1.5로 5D에서", "GPT-4와 Qwen2.5-7B는 2024년 v1.5로 5D에서"),
        ("AIME 2024에서 Gemini 3 Pro의 NDCG@10은", "AIME 2024에서 Gemini 3 Pro의 NDCG@10은"),
        ("Qwen3-VL 2B보다 PSNR 31점, CS 0.79", "Qwen3-VL 2B보다 PSNR <b>31점</b>, CS <b>0.79</b>"),
        ("4천 토큰과 1만 토큰, 5만 9천 개", "<b>4천</b> 토큰과 <b>1만</b> 토큰, <b>5만 9천</b> 개"),
        ("10분의 1로, 1분 30초에", "<b>10분의 1</b>로, <b>1분 30초</b>에"),
        ('<span class="doubted">4%</span>와 <code>12</code>', '<span class="doubted">4%</span>와 <code>12</code>'),
    ],
)
def test_figures_of_results_stand_out_and_parts_of_names_do_not(said: str, shown: str) -> None:
    assert emphasis.figures(said) == shown


@pytest.mark.parametrize(
    ("tex", "read"),
    [(r"$O(n \log n)$", "O(n log n)"), (r"$2\log(n)$", "2 log(n)"), (r"$O(\log n)$", "O(log n)"),
     (r"$a\sin x$", "a sin x")],
)  # fmt: skip
def test_the_name_of_a_function_keeps_its_space(tex: str, read: str) -> None:
    assert bare(line(tex)) == read
    assert re.search(r'<mo lspace="0.167em" rspace="0(.167em)?">(log|sin)</mo>', line(tex))


@pytest.mark.parametrize(
    ("tex", "read"),
    [
        (r"$3\times 10^{5}$", "3×10⁵"), (r"$10^{-3}$", "10⁻³"), (r"$2^{10}$배", "2¹⁰배"), (r"$O(n^2)$", "O(n²)"),
        (r"$O(n^{1.5})$", "O(n^1.5)"), (r"$\frac{a+b}{c}$", "(a+b)/c"), (r"$\frac{1}{\sqrt{d}}$", "1/(√d)"),
        (r"$\sqrt[3]{n}$", "³√n"), (r"$x_1^{2}$", "x₁²"), (r"$W^{(l)}_{ij}$", "W_ij^(l)"), (r"$x^{ab}$", "x^(ab)"),
        (r"$\sum_{i=1}^{k} x_i$", "∑_(i=1)^kx_i"), (r"$\log_2 n$", "log₂ n"), (r"$x^\top y$", "x⊤y"),
        (r"$90^\circ$", "90°"), (r"$\hat{x}$", "x\u0302"), (r"$\binom{n}{k}$", "(n k)"), (r"$a < b$", "a<b"),
        (r"$\begin{matrix}a&b\\c&d\end{matrix}$", "a, b; c, d"), (r"$\text{a b}$", "a b"),
    ],
)  # fmt: skip
def test_a_formula_as_text_says_the_same(tex: str, read: str) -> None:
    assert bare(line(tex)) == read


def test_a_formula_of_many_layers_has_a_text() -> None:
    assert bare(line("$" + "{" * 150 + "x" + "}" * 150 + "^2$"))[:1] == "x"


def test_nothing_scrolls_smoothly(site: Any) -> None:
    styles = [path.read_text("utf-8") for path in Path(site.out / "assets").glob("*.css")]

    assert not any("smooth" in style for style in styles)


def test_a_title_too_long_for_a_tab_is_cut_at_a_word_and_whole_elsewhere(shop: Any, kit: Any) -> None:
    long = "An Exceedingly Long Title " * 5
    shop.put(kit.edition("2025-11-03", kit.entry(1, paper={"title": long.strip()})))
    shop.build()
    html = shop.page("papers/2511.00001/index.html")

    assert "<title>An Exceedingly Long Title An Exceedingly Long Title An Exceedingly…</title>" in html
    assert f'<meta property="og:title" content="{long.strip()}">' in html


def test_an_abstract_shows_the_signs_that_tex_escapes(shop: Any, kit: Any) -> None:
    told = r"It gains 56.0\% over A\&B, and $p \in [0, 1]$."
    shop.put(kit.edition("2025-11-03", kit.entry(1, paper={"abstract": told})))
    shop.build()

    page = shop.page("papers/2511.00001/index.html")
    assert "56.0% over A&amp;B" in page and "56.0\\%" not in page.partition("<script")[0]
