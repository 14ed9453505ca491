"""Front matter: read as it is spelled, written so that nothing is misread."""

import json
import shutil
import subprocess

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import ArchiveError
from digest.model import Header
from digest.posts import frontmatter
from tests.samples import HOSTILE, LINE

LINES = LINE | st.sampled_from(HOSTILE) | st.text(st.characters(codec="utf-8"))


def test_front_matter_is_split_from_the_body() -> None:
    header, body = frontmatter.parse(
        "---\nlayout: note\ntitle: 'It''s'\ndate: 2025-11-17 08:15:00 +0900\ntags: [a, 1.0]\n"
        "categories: one two\npublished: no\n---\nbody\n---\n"
    )

    assert header == Header(
        layout="note",
        title="It's",
        date="2025-11-17 08:15:00 +0900",
        tags=("a", "1.0"),
        categories=("one", "two"),
        extra={"published": "no"},
        extra_source="published: no\n",
    )
    assert body == "body\n---\n"


def test_what_a_post_leaves_out_has_a_default() -> None:
    header, body = frontmatter.parse("---\ntitle: T\n---\n")

    assert (header, body) == (Header(layout="post", title="T", date=""), "")


def test_other_peoples_keys_are_written_as_they_were() -> None:
    source = (
        "published: false\nimage:\n  path: /a.png  # ours\n  width: 3\nredirect_from: [/a, /b]\nnested: [{a: 1}, yes]\n"
    )

    header, _ = frontmatter.parse(f'---\n{source}title: "T"\ndate: 2025-11-17\n---\n')

    assert header.extra == {
        "published": "false",
        "image": "",
        "redirect_from": ["/a", "/b"],
        "nested": ["", "yes"],
    }
    assert frontmatter.render(header) == (
        f'---\nlayout: post\ntitle: "T"\ndate: 2025-11-17\ntags: []\ncategories: []\n{source}---\n'
    )


@given(
    st.builds(
        Header,
        layout=st.sampled_from(["post", "page-wide", "yes", "a: b", "한글"]),
        title=LINES,
        date=st.sampled_from(["2025-11-17 08:15:00", "", "17 Nov 2025 # x", "2025-11-17T08:15:00Z", "no"]),
        tags=st.lists(LINES.filter(bool), max_size=4).map(tuple),
        categories=st.lists(LINES.filter(bool), max_size=4).map(tuple),
    )
)
def test_a_header_is_read_back_as_it_was(header: Header) -> None:
    text = frontmatter.render(header)

    assert frontmatter.parse(f"{text}body") == (header, "body")
    assert yaml.safe_load(text.split("---\n")[1] if "\n---\n" in text[4:-4] else text[4:-4])["title"] == header.title


@pytest.mark.skipif(shutil.which("ruby") is None, reason="Ruby is not installed")
@pytest.mark.jekyll
def test_ruby_reads_the_words_that_were_written() -> None:
    words = [
        *(text for text in HOSTILE if "\n" not in text and text),
        "yes",
        "No",
        "1.0",
        "2025-11-17",
        "=",
        "<<",
        "0o7",
    ]
    text = frontmatter.render(Header(title="\x85\u2028\x7f\ufeff🙂", date="", tags=tuple(words)))

    script = "require 'yaml'; require 'json'; puts JSON.dump(YAML.safe_load($stdin.read))"
    ran = subprocess.run(["ruby", "-e", script], input=text.encode(), capture_output=True, check=True, timeout=30)

    assert json.loads(ran.stdout) == {
        "layout": "post",
        "title": "\x85\u2028\x7f\ufeff🙂",
        "date": None,
        "tags": words,
        "categories": [],
    }


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("no block", "no front matter — start the post with a block between two `---` lines"),
        ("---\ntitle: x\n", "no front matter — start the post with a block between two `---` lines"),
        ('---\ntitle: x\na: "\n---\n', "front matter: line 4: invalid YAML"),
        ("---\na: *nowhere\n---\n", "front matter: line 2: invalid YAML"),
        ("---\nlayout: post\n---\n", "front matter: title is missing"),
        ("---\ntitle: [a]\n---\n", "front matter: title is missing"),
        ("---\n---\n", "front matter: expected lines of `key: value`"),
        ("---\n- title: x\n---\n", "front matter: expected lines of `key: value`"),
        ("---\n{title: x, layout: y}\n---\n", "front matter: expected lines of `key: value`"),
    ],
)
def test_a_broken_block_is_refused_in_one_line(text: str, complaint: str) -> None:
    with pytest.raises(ArchiveError) as caught:
        frontmatter.parse(text)

    assert str(caught.value) == complaint


def test_aliases_are_not_multiplied_out() -> None:
    levels = "".join(f"k{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))

    header, _ = frontmatter.parse(f"---\ntitle: T\nk0: &a0 x\n{levels}tags: [*a29, b]\n---\n")

    assert header.tags == ("b",)
    assert header.extra["k29"] == [""] * 9


@pytest.mark.parametrize("deep", ["[" * 100_000, "\n" + "- " * 100_000, "{a: " * 100_000])
def test_deep_nesting_is_an_error_and_not_a_crash(deep: str) -> None:
    with pytest.raises(ArchiveError) as caught:
        frontmatter.parse(f"---\ntitle: T\na: {deep}\n---\n")

    assert "invalid YAML" in str(caught.value)


@pytest.mark.parametrize(
    "date", ["2025-11-17 08:15: 0", "1: 2", "2025-11-17 #1", "1 - 2", ": 1", "2025-11-17 08:15:00"]
)
def test_a_date_that_is_none_comes_back_as_it_was(date: str) -> None:  # the first one found by fuzzing
    header = Header(title="T", date=date)

    assert frontmatter.parse(frontmatter.render(header))[0].date == date


SCALAR = st.sampled_from(
    ["papers", "한국어", "a b", "c++", "no", "~", "1.5", "- x", "a: b", "#x", "a #b", "v1-2", "", "null", "é"]
)


@given(
    layout=SCALAR,
    title=st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=12),
    date=st.sampled_from(["2025-11-17 08:15:00", "2025-11-17", "soon", "", "2025-11-17 08:15:00 +0900"]),
    tags=st.lists(SCALAR, max_size=3),
    quote=st.booleans(),
)
def test_the_short_way_through_our_own_front_matter_reads_what_yaml_reads(
    layout: str, title: str, date: str, tags: list[str], quote: bool
) -> None:
    shown = f'"{title}"' if quote else frontmatter.quoted(title)
    block = f"layout: {layout}\ntitle: {shown}\ndate: {date}\ntags: [{', '.join(tags)}]\ncategories: []\n"

    def read(text: str) -> object:
        try:
            return frontmatter.parse(text)[0]
        except ArchiveError as cause:
            return cause.what.partition(" line ")[0]

    # A comment changes nothing for YAML, and is nothing that we write.
    assert read(f"---\n{block}---\n") == read(f"---\n{block}# \n---\n")
