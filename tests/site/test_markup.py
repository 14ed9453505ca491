"""Plain text takes a fast path; it shows what the Markdown library would show of the same text, escaped."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.posts import escaping
from digest.posts.formulas import mathml as formulas
from digest.site import urls
from digest.site.content.markup import bare, line, mark, markdown, post, prose, tidy

WORDS = st.text(alphabet="가나다라는을 abXY09 .,%()/:;!?<>&'\"*_`#[]{}|~^=+-@\\→×", min_size=1, max_size=30)
LINES = st.lists(WORDS.map(lambda row: " ".join(row.split())).filter(bool), min_size=1, max_size=4)


def library(plain: str) -> str:
    """What the post's own Markdown shows, as the library and the sanitiser make it."""
    source = "\n".join(escaping.escape(row) + "  " if row else "" for row in plain.split("\n"))
    return re.sub(r"\s*(<(?:br|/?p|/?ul|/?li)>)\s*", r"\1", markdown(source).strip())


@given(LINES)
def test_the_fast_path_equals_the_library(rows: list[str]) -> None:
    plain = "\n".join(row for row in rows if not row.startswith("- ") and row != "-")
    if not plain or "$" in plain or re.search(r"\\[(\[]", plain):
        return
    html, block = prose(plain)
    shown = html if block else f"<p>{html}</p>"

    assert shown == library(plain)


@given(st.lists(st.sampled_from(["가나 다", "x < y & z", "50% → 60%"]), min_size=1, max_size=3))
def test_lines_with_dashes_are_a_list(rows: list[str]) -> None:
    plain = "\n".join(f"- {row}" for row in rows)

    assert prose(plain)[0] == library(plain)


@pytest.mark.parametrize(
    "text",
    [
        "costs 1$ or 2$ more", "from $60 GPUs to $200k", "($148K) and \\$32,000", "$5 and 10$ a day", "over $1 billion",
        "a $ b $ c",
        "Fixing 7,400 Bugs for 1$: Cheap", "비용은 $20에서 시작해 $30까지 오른다",
    ],
)  # fmt: skip
def test_money_is_no_formula(text: str) -> None:
    assert "<math" not in line(text)
    assert bare(line(text)) == text


@pytest.mark.parametrize(
    "text",
    ["$x$", "$O(n^2)$", "Top-$n\\sigma$", "\\(a+b\\)", "$\\mathbb{Z}_{2^L}$-Linear", "SD$^2$", "$(k,\\ell)$-multiset"],
)
def test_formulas_become_mathml(text: str) -> None:
    assert line(text).count("<math>") == 1


def test_formulas_that_touch_are_two() -> None:
    shown = line(r"profile (90$x^\circ$$x_+$)TAR@1$x_1$ FAR of $$y$$")

    assert re.sub("<math.*?</math>", "∎", shown) == "profile (90∎∎)TAR@1∎ FAR of ∎"


@pytest.mark.parametrize(
    "tex", [r"\frac{", r"\unknowncommand x", r"x^", r"\left( x", r"\text{<script>alert(1)</script>}^{", "{"]
)
def test_a_broken_formula_shows_its_tex(tex: str) -> None:
    shown = line(f"a \\({tex}\\) b")

    assert bare(shown) == f"a \\({tex}\\) b"
    assert shown.startswith("a <code>")


def test_mathml_carries_no_address_and_no_script() -> None:
    shown = formulas.convert(r"\href{javascript:alert(1)}{x} + \text{<img src=x onerror=alert(1)>}")

    assert "href" not in shown
    assert "<img" not in shown


@pytest.mark.parametrize("show", [markdown, post])
def test_markdown_loses_what_could_run(show: Callable[[str], str]) -> None:
    shown = show('<script>alert(1)</script><p onclick="x()" style="y">\n\n[a](javascript:b) <iframe src=c></iframe>')

    assert not re.search("<script|onclick|style=|<iframe|href=.javascript", shown)


@pytest.mark.parametrize("show", [markdown, post])
def test_korean_emphasis_and_maths_in_markdown(show: Callable[[str], str]) -> None:
    assert show("**RoPE(로프)**는 $x^2$다. `$y$`").startswith("<p><strong>RoPE(로프)</strong>는 <math>")
    assert "<code>$y$</code>" in show("`$y$`")


def test_doubtful_words_are_marked_where_they_stand_alone() -> None:
    assert mark("4.5% 14.5% 4.5%p <b>4.5%</b>", "4.5%", "[", "]") == "[4.5%] 14.5% [4.5%]p <b>[4.5%]</b>"
    assert mark("64K 164K 64Kb", "64K", "[", "]") == "[64K] 164K 64Kb"


def test_unseen_characters_go() -> None:
    assert tidy("a\u202eb\ue000\x00c\u200bd\n") == "abcd\n"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("추론", "churon"), ("데이터셋·벤치마크", "deiteoset-benchimakeu"), ("검색·RAG", "geomsaek-rag"), ("3D", "3d"),
        ("Jürgen Müller", "jurgen-muller"), ("Ø. Nygård", "o-nygard"), ("C++", "c-3ce177"), ("C", "c"), (":", "x"),
    ],
)  # fmt: skip
def test_slugs_are_safe_and_stay(name: str, slug: str) -> None:
    assert urls.slug(name) == slug


@given(st.text(max_size=40))
def test_every_name_has_a_slug_of_safe_letters(name: str) -> None:
    assert re.fullmatch("[a-z0-9][a-z0-9-]*", urls.slug(name))


@pytest.mark.parametrize(
    ("pattern", "url"),
    [
        ("/:year/:month/:day/:title/", "/2025/11/07/x/"), ("/:categories/:title.html", "/a/b/x.html"),
        ("/blog/:i_month-:i_day/:title", "/blog/11-7/x"), ("/:short_year//:title/", "/25/x/"),
    ],
)  # fmt: skip
def test_permalinks_are_jekylls(pattern: str, url: str) -> None:
    assert urls.permalink(pattern, date(2025, 11, 7), "x", ("A", "B")) == url
