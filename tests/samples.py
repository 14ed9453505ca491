"""Texts that break things, and posts made of them."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from digest.adapters.templates import Templates
from digest.model import Header, Post, PostEntry, schema
from digest.model.text import one_line, paragraphs
from digest.stages import render
from digest.stages.summarize.reply import spaced

PIECES = (
    # Liquid
    "{{ x }}", "{{", "}}", "{% raw %}", "{% endraw %}", "{% include a.html %}", "{%", "%}", "{#", "{{\\bf x}}",
    "{%- x -%}", "{{< x >}}", "{{% x %}}",
    # kramdown
    "{:.x}", "{:toc}", "{::comment}", "{::nomarkdown}", "{::options x='y' /}", "{: #id .c k='v'}", "[^1]",
    "[^1]: note", "*[HTML]: Hyper", ": definition", "$$x$$", "$$", "$", "\\$", "<<x>>", "<<", ">>", "...", "....",
    "--", "---", "----", "|a|b|", "|---|---|", "|", "^", "^^", "=====", "-----", "***", "* * *", "_ _ _", "- - -",
    "+ x", "* x", "- x", "~~x~~", "~~~", "```", "`", "``x`", "~", "==x==", "x\\", "\\\\", "\\", "\\*", "\\|", "\\-",
    "!", "![", "!\\[", "#", "# x", "x #", "## x ##", ":--",
    # Markdown
    "[a](b)", "](", "]()", "[a]", "[a][b]", "[a]: http://x.y", "![a](b)", "**b**", "*i*", "__b__", "_i_",
    "snake_case_x", "<b>", "</b>", "<br/>", "<script>alert(1)</script>", "<!-- x -->", "<!--", "-->", "<http://x.y>",
    "<a@b.cd>", "http://x.y/a_b_c", "https://x.y", "www.x.y", "a@b.cd", "1. x", "1) x", "10.", "2024. x", "(c)",
    "(1)", "> x", ">", ">>>", "&amp;", "&#39;", "&lt;", "&nbsp;", "&", "&#x27;", "&copy", "&x", "&;", "AT&T;", "&#",
    "&#1;", "<?php ?>", "<![CDATA[x]]>", "<!x>", "<div>", "</div>", "<p", "<x", "< x", "a<b", "a>b", "[[x]]", "[x",
    "x]", "(x", "x)", "((x))", "{x}", "{", "}", ":", "::", ":x:", ";", '"x"', "'x'", "don't", "'90s", '"', "'",
    "''x''", "``x''",
    # YAML and Jekyll
    "---", "...", "a: b", "# c", "!tag", "&anchor", "*alias", "@x", "%x", "? x", "- [x]", "[ ]", "null", "true",
    "0x1",
    # TeX
    "\\(x\\)", "\\[x\\]", "$x_1$", "$\\alpha^{2}$", "\\begin{x}", "\\frac{a}{b}", "\\%", "50\\%", "\\textbf{x}",
    "x_{i_j}^{*}", "~\\cite{x}",
    # words and signs
    "DoPE는", "attention을", "가·나·다", "1~3배", "3.5", "64K", "-0.5", "+3", "(RoPE)", "GPT-4o", "🙂", "👩‍🔬", "한글",
    "中文", "Ünïcödé", "“q”", "‘q’", "—", "–", "…", "«x»", "Goal:", "- Goal: x", "Alphaxiv",
    "Introduction", "Ω≈ç", "ﬁ", "é",
)  # fmt: skip
"""Pieces that mean something to Liquid, kramdown, Python-Markdown, HTML, YAML or TeX, and some that do not."""

HOSTILE = (
    *PIECES, "a {{ x }} b", "a {% if x %} b {% endif %}", "a\n{:.x}\nb", "# heading", "a\n===", "a\n---",
    "a\n- b\n- c", "1. a\n2. b", "2025. 11. 17. 발표", "* * *", "***", "a  \nb\\\nc", "```python\nx = 1\n```",
    "~~~\nx\n~~~", "<!-- a\nb -->", "term\n: definition", "|a|b|\n|-|-|\n|c|d|", "a | b", "[^1] x\n\n[^1]: y",
    "*[MLM]: masked\nMLM MLM", "[a]: http://x.y\n[a]", "$$\nx\n$$", "\\", "\\\\", "x\\\n", "[a [b [c]]] (d)",
    "]] [[", "[x](y \"z\")", "a](http://x.y) [b", "<table><tr><td>x", "</td></tr></table>", "<p>x</p>",
    "<svg onload=x>", "javascript:alert(1)", "&lt;b&gt;", "&amp;lt;", "He said \"it's 'x'\" -- twice... <<ok>>",
    "C# F# A#", "#1 in #2", "+ - * /", "- ", "-", "+", "a_b_c *d* **e** __f__", "a*b*c", "2*3*4", "5 * 3", "x ** y",
    "~/path", "~~~", ": x", "= x", "^ x", "^1", "end with colon:", "http://a.b/c?d=e&f=g#h", "> quote\n> quote",
    "a\n> b", "a\n# b", "a\n1. b", "a\n\n    code", "%", "@", "`a` ``b`` `", "`a\\`", "\\`a\\`",
    "$a_1$ and $b_2$ cost 5$", "{% raw %}{{ x }}{% endraw %}", "{{ '{{' }}", "{{{x}}}", "{ { x } }", "{%raw%}",
    "{%- comment -%}x{%- endcomment -%}", "a -- b --- c ---- d", "a . . . b ... c .... d", "a\t\tb", "a\u00a0b",
    "a\u3000b", "\u00ad", "x\u200dy", "1)", "a)", "(1) x", "1.x", "1 . x", "- 1. x", "- # x", "- > x", "- - x",
    "- * x", "- + x", "- ```", "- |a|b|", "- : x", "- [ ] x", "- [x] y", "- a\n- b", "- a\n- b\n\nc", "a\n\n- b",
)  # fmt: skip
"""Whole texts against which the post must hold, by hand."""


def nasty(data: Path) -> list[str]:
    """The 283 real titles and abstracts that break something, as a source would hand them on."""
    lines = (data / "strings" / "nasty.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["value"] for line in lines]


_WORDS = st.one_of(
    st.sampled_from(PIECES),
    st.text(st.sampled_from("\\{}[]()<>*_`#+-.!|:~^=$%&;\"'/@?,0aA가 \n\r\t"), max_size=6),
    st.text(max_size=5),
)
RAW = st.lists(st.tuples(_WORDS, st.sampled_from(["", " ", "  ", "\n", "\n\n", "\r\n", "\u2028"])), max_size=8).map(
    lambda parts: "".join(piece + gap for piece, gap in parts)
)
"""Any text at all, as a service or a model might send it."""


def _utf8(raw: str) -> str:
    return raw.encode("utf-8", "ignore").decode()


LINE = RAW.map(_utf8).map(one_line)
"""A text as sources and replies hand it on where it has one line."""
TEXT = RAW.map(_utf8).map(paragraphs).map(spaced)
"""A text as replies hand it on where it may have lines and lists."""


def entry_of(text: str, *, number: int = 1, title: str | None = None) -> PostEntry:
    """An entry that shows a text in all seven fields, and as its title unless there is another."""
    line = one_line(text)
    block = spaced(paragraphs(text))
    return PostEntry(
        title=title or line or "-",
        arxiv_url=f"https://arxiv.org/abs/2511.{number:05}",
        alphaxiv_url=f"https://www.alphaxiv.org/ko/overview/2511.{number:05}",
        fields={field.name: text for field in schema.FIELDS if (text := line if field.introduction else block)},
    )


def post_of(entries: Iterable[PostEntry], title: str = "Daily Papers — 2025-11-17") -> Post:
    """A post of some entries."""
    return Post(header=Header(title=title, date="2025-11-17 08:15:00", tags=("papers",)), entries=tuple(entries))


def write_posts(folder: Path, texts: Sequence[str], *, titled: bool = True, per_post: int = 10) -> list[Path]:
    """Write posts that show texts, some to a post. The first text of a post is its front matter's title too."""
    folder.mkdir(parents=True, exist_ok=True)
    paths, templates = [], Templates()
    for start in range(0, len(texts), per_post):
        some = texts[start : start + per_post]
        entries = [entry_of(text, number=start + place + 1) for place, text in enumerate(some)]
        path = folder / f"2025-11-17-{start:05}.md"
        title = one_line(some[0]) if titled else "Daily Papers"
        path.write_text(render.render(post_of(entries, title or "-"), templates), "utf-8")
        paths.append(path)
    return paths


def visible(html: str) -> list[dict[str, str]]:
    """Read a rendered post as people do: per paper the title and, by heading, the text. White space is collapsed."""
    body = LexborHTMLParser(html).body
    papers: list[dict[str, str]] = []
    heading = ""
    for node in body.iter() if body else ():
        text = " ".join(node.text().split())
        if node.tag == "h1":
            papers.append({"title": text.split(". ", 1)[1] if ". " in text else text})
            heading = ""
        elif node.tag == "h2":
            heading = text
            papers[-1][heading] = ""
        elif heading == schema.INTRODUCTION and node.tag == "ul":
            for item in node.css("li"):
                name, _, shown = " ".join(item.text().split()).partition(": ")
                papers[-1][name.rstrip(":")] = shown
            papers[-1].pop(heading, None)
        elif papers:
            papers[-1][heading] = f"{papers[-1].get(heading, '')} {text}".strip()
    return papers


def expected(entry: PostEntry) -> dict[str, str]:
    """What people should read of an entry: its words, without the `- ` in front of the items of lists."""
    shown = {"title": " ".join(entry.title.split()), "": "Alphaxiv"}
    for field in schema.FIELDS:
        lines = entry.fields.get(field.name, "").split("\n")
        items = lines if field.introduction else [line.removeprefix("- ") for line in lines]
        if any(lines):
            shown[field.heading] = " ".join(" ".join(items).split())
    return shown


def generated(strategy: st.SearchStrategy[str], count: int) -> list[str]:
    """Draw texts for one big test, the same ones each time."""
    drawn: list[str] = []

    @settings(max_examples=count, database=None, derandomize=True, deadline=None)
    @given(strategy)
    def collect(text: str) -> None:
        drawn.append(text)

    collect()
    return list(dict.fromkeys(drawn))
