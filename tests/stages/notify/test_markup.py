"""What others wrote, as chat services show it: readable, and nothing in it acts."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import markdown

from digest.model.text import one_line
from digest.stages.notify.markup import for_chat, for_mail

HOSTILE = {
    "a link of Markdown": ("[l](http://evil.example)", r"\]\(|://|evil\.ex"),
    "a link by reference": ("[l]: http://evil.example", r"\]:|://"),
    "a picture": ("![p](http://evil.example/p.png)", r"!\[|\]\(|://"),
    "Slack's link": ("<http://evil.example|click>", r"<|\||://"),
    "Slack's call of a channel": ("<!channel> <!here>", r"<|!channel|!here"),
    "a mention": ("@everyone @here @**all**", r"@[a-z*]"),
    "Discord's mention": ("<@&123> <#123>", r"<[@#]"),
    "QQ's code": ("[CQ:at,qq=all]", r"\[CQ"),
    "KOOK's mention": ("(met)all(met)", r"\(met\)"),
    "BBCode": ("[url=http://evil.example]click[/url]", r"\[/?url"),
    "a hashtag": ("#urgent", r"#u"),
    "emphasis": ("*a* **b** _c_ __d__", r"[*]\w|[_]\w"),
    "a spoiler and strike-through": ("||a|| ~~b~~ ~c~", r"[|~]"),
    "code": ("`a` ```b```", r"`"),
    "HTML": ("<b>x</b> <a href=http://evil.example>y</a> <at user_id='all'>", r"<"),
    "an entity": ("&#60;b&#62; &lt;!channel&gt;", r"&[#l]"),
    "an expression of a card": ("{{DATE(2025)}}", r"\{\{"),
    "a heading": ("# big", r"^#"),
    "a quotation": ("> said", r"^>"),
    "a rule": ("---", r"^-"),
    "a number of a list": ("9. nine", r"^9"),
    "an address without a scheme": ("see evil.example or me@evil.example", r"evil\.e|@e"),
}


def seen(text: str) -> str:
    """Return a text without what nobody sees."""
    return "".join(char for char in text if unicodedata.category(char) != "Cf")


@pytest.mark.parametrize("kind", HOSTILE)
def test_nothing_acts_in_a_chat(kind: str) -> None:
    written, acting = HOSTILE[kind]

    assert re.search(acting, written)
    assert not re.search(acting, for_chat(written))


@pytest.mark.parametrize(
    "title", ["A* Search", "f(x)[0]", "C++ and C#", "π_0", "snake_case", "p<0.05, x->y", "I/O @ 5", "GPT-4.1: 3.5%"]
)
def test_an_honest_title_is_shown_as_it_is(title: str) -> None:
    assert seen(for_chat(title)) == title


def test_a_sign_that_acts_becomes_one_that_looks_like_it() -> None:
    assert for_chat("a **b** P(A|B) ~5% <think> `c`") == "a ∗∗b∗∗ P(A∣B) ∼5% ‹think› ˋcˋ"


def test_a_mail_shows_the_text_itself_without_links_of_others() -> None:
    shown = for_mail('"A" <b>*B*</b>\r\nBcc: x [l](https://evil.example)')

    assert seen(shown) == '"A" <b>*B*</b> Bcc: x [l](https://evil.example)'
    assert "://" not in shown and "](" not in shown and "evil.example" not in shown


@given(st.text(st.sampled_from("ab1 *_~`|<>[]()!@#:/.{}$&;\\-+="), max_size=30))
def test_a_markdown_reader_finds_only_a_paragraph_in_it(written: str) -> None:
    shown = markdown(f"x\n\n{for_chat(written)}\n\nx")

    assert set(re.findall(r"</?(\w+)", shown)) == {"p"}
    assert seen(for_mail(written)) == one_line(written)
