"""Templates that users write for the site: words, constants, and what is said of errors."""

from typing import Any

import pytest
from markupsafe import Markup, escape

from digest.adapters.templates import BUNDLED
from digest.errors import ConfigError
from digest.site.rendering.constants import escape_to_str


def about(shop: Any, kit: Any, source: str, **words: str) -> str:
    """Build a site whose page `about` is this template, and return the page."""
    (shop.own / "site").mkdir(parents=True)
    (shop.own / "site" / "about.html.j2").write_text(source, "utf-8")
    (shop.own / "locale").mkdir()
    lines = "".join(f"    {name}: '{text}'\n" for name, text in words.items())
    (shop.own / "locale" / "ko.yaml").write_text(f"site:\n  paper:\n{lines}" if words else "", "utf-8")
    shop.put(kit.edition("2025-11-17", kit.entry(1)))
    shop.build()
    page: str = shop.page("about/index.html")
    return page


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ w.paper.copy }}", "copy it"),
        ("{{ w.paper.copy | capitalize }}", "Copy it"),
        ("{{ 'x' ~ w.paper.copy ~ '!' }}", "xcopy it!"),
        ("{% if w.paper.items == 'all' %}yes{% endif %}", "yes"),
        ("{% set p = w.paper %}{{ p.copy }} {{ p['copy'] }} {{ p.items }}", "copy it copy it all"),
        ("{{ w.paper.copy.upper() }}", "COPY IT"),
        ("{{ root }}{{ w.paper.copy }}", "../copy it"),
        ("{% for w in [{'paper': 'mine'}] %}{{ w.paper }}{% endfor %}", "mine"),
        ("{% macro m(site) %}{{ site.title }}{% endmacro %}{{ m({'title': 'mine'}) }}", "mine"),
        ("{% import 'site/parts.html.j2' as site %}{{ site.title is defined }}", "False"),
    ],
)
def test_a_word_is_never_taken_for_a_method_and_a_templates_own_name_never_for_ours(
    shop: Any, kit: Any, source: str, shown: str
) -> None:
    assert about(shop, kit, source, copy="copy it", items="all") == shown


def test_words_are_escaped_and_never_read_as_a_template(shop: Any, kit: Any) -> None:
    shown = about(shop, kit, "{{ w.paper.copy }}|{{ w.paper.copy | safe }}", copy="<b> & {{ 7 * 7 }} {% raw %}")

    assert shown == "&lt;b&gt; &amp; {{ 7 * 7 }} {% raw %}|<b> & {{ 7 * 7 }} {% raw %}"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("\n{{ 1/0 }}", "template site/about.html.j2, line 2: division by zero"),
        ("{% include 'site/gone.j2' %}", "template site/about.html.j2, line 1: site/gone.j2 is missing"),
        ("{% extends 'site/base.html.j2' %}\n\n{% block main %}\n{{ w.paper.copy / 2 }}{% endblock %}",
         "template site/about.html.j2, line 4: unsupported operand type(s) for /: 'str' and 'int'"),
    ],
)  # fmt: skip
def test_an_error_in_a_template_is_one_line_with_its_place(shop: Any, kit: Any, source: str, message: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        about(shop, kit, source)

    assert str(wrong.value) == message


def test_an_error_in_a_macro_that_lists_share_is_one_too(shop: Any, kit: Any) -> None:
    before, opening, after = (BUNDLED / "site" / "parts.html.j2").read_text("utf-8").partition("{% macro posted")
    (shop.own / "site").mkdir(parents=True)
    (shop.own / "site" / "parts.html.j2").write_text(before + opening + after.replace("\n", "{{ 1/0 }}\n", 1))
    shop.put(kit.edition("2025-11-17", kit.entry(1)))
    line = before.count("\n") + 1

    with pytest.raises(ConfigError) as wrong:
        shop.build()

    assert str(wrong.value) == f"template site/parts.html.j2, line {line}: division by zero"


def test_without_a_word_that_pages_say_there_is_no_site(shop: Any, kit: Any) -> None:
    """Words of a language are read by one reader, for posts as for pages."""
    shop.language = "de"
    (shop.own / "locale").mkdir(parents=True)
    (shop.own / "locale" / "de.yaml").write_text("name: Deutsch\n", "utf-8")

    with pytest.raises(ConfigError, match=r"^locale/de\.yaml: \w+ is missing"):
        shop.build()


@pytest.mark.parametrize("value", ["a", "<b a='1' c=\"2\">&amp;</b>", Markup("<b>"), 7, None, 1.5, "", "가&나"])
def test_pages_escape_as_jinja_does(value: object) -> None:
    assert str(escape_to_str(value)) == str(escape(value))
