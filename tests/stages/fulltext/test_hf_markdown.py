import pytest

from digest.errors import NotThere, Refused
from digest.model import Document, Fetched, Paper, Section
from digest.stages.fulltext import hf_markdown

WORDS = "We study how a small model reads a long paper and keeps its figures. " * 30


def read(paper: Paper, text: str, kind: str = "text/markdown") -> Document:
    return hf_markdown.parse(paper, Fetched("https://huggingface.co/papers/2511.00001.md", kind, text.encode()))


def test_headings_make_sections_with_tables_and_without_pictures_and_references(paper: Paper) -> None:
    text = f"""# A Small Model

Jane Doe

## Abstract

We read **papers** and [write](https://example.org/a_(b)) what they say.

## 1 Introduction

{WORDS}

### 1.1 Why

- Papers are long.
- Days are *short*.

## 2 Results

![A dog](dog.png)

Table 1: Scores.

| Model | BLEU |
|:------|-----:|
| Ours  | **28.4** |

## References

- [1] Doe, 99.9%

## Appendix A Proofs

We prove it.
"""

    document = read(paper, text)

    assert (document.id, document.origin) == ("2511.00001v2", "markdown")
    assert document.sections == (
        Section("Abstract", "We read papers and write what they say.", "abstract"),
        Section("Introduction", f"{WORDS.strip()}\nWhy\nPapers are long.\nDays are short.", "introduction"),
        Section("Results", "", "results", ("Table 1: Scores.\nModel | BLEU\nOurs | 28.4",)),
        Section("Appendix A Proofs", "We prove it.", "appendix"),
    )


def test_limits_behind_a_bold_lead_are_found(paper: Paper) -> None:
    document = read(paper, f"# Method\n\n{WORDS}\n\n# Discussion\n\nGood.\n\n**Limitations.** Only English.\n")

    assert document.sections[-1] == Section("Limitations", "Limitations. Only English.", "limitations")


def test_code_keeps_its_lines_and_a_hash_in_it_is_no_heading(paper: Paper) -> None:
    document = read(paper, f"# Method\n\n{WORDS}\n\n```python\n# not a title\nx = 1\n```\n")

    assert document.sections[0].text.split("\n")[1:] == ["# not a title", "x = 1"]


@pytest.mark.parametrize(
    ("text", "kind", "reason"),
    [
        ("<!doctype html><html><body>Sign in</body></html>", "text/markdown", "not Markdown, but a web page"),
        ("# A\n" + WORDS, "text/html; charset=utf-8", "not Markdown, but a web page"),
        ("Not Found", "text/plain", "almost no text"),
        ("", "text/markdown", "almost no text"),
        (WORDS, "text/markdown", "almost no text"),
    ],
)
def test_anything_but_a_paper_is_not_there(paper: Paper, text: str, kind: str, reason: str) -> None:
    with pytest.raises(NotThere, match=reason):
        read(paper, text, kind)


def test_a_text_too_long_for_a_paper_is_refused(paper: Paper) -> None:
    with pytest.raises(Refused, match="too much text for a paper"):
        read(paper, "word " * 1_100_000)
