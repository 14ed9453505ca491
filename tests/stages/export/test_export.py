"""What each exporter makes, read by a parser of its format."""

import csv
import io
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
import rispy
import yaml
from markdown_it import MarkdownIt
from msgspec.structs import replace

from digest.adapters.templates import Templates
from digest.model import ArxivId, Claim, Edition, Entry, Evidence, Finding, Header, Paper, Provenance, Summary
from digest.stages.export import EXPORTERS, PublishedPaper
from digest.stages.export.obsidian import escaped

FIELDS = {
    "goal": "비용을 $O(n^2)$에서 줄인다.", "motivation": "느리다.", "contribution": "=SUM(A1)",
    "method": "- 하나\n- 둘",
    "results": "4.5% 올랐다.", "limitations": "", "conclusion": "쓸 만하다.",
}  # fmt: skip


def _paper(number: int, words: Mapping[str, Any], **more: Any) -> PublishedPaper:
    entry = Entry(
        paper=Paper(id=ArxivId(f"2511.0000{number}"), title=f'P{number}: a "[[x]]" #tag <b>', authors=("Ada Kim",)),
        summary=Summary(**{**FIELDS, **more}, tldr=f"{number}을 줄인다.", topics=("3D", "강화 학습", "3D")),
        provenance=Provenance(origin="html"),
        arxiv_url=f"https://arxiv.org/abs/2511.0000{number}",
        claims={"goal": (Claim(text="", anchors=(Evidence("We *cut* it.", "Introduction"),)),)},
        findings=(Finding("numbers", "results", "not in the paper", "4.5%"),),
    )
    header = Header(title="Daily Papers — 2025-11-03", date="2025-11-03 08:15:00")
    edition = Edition(name="2025-11-03", day=date(2025, 11, 3), header=header, entries=(entry,))
    return PublishedPaper(edition, number, entry, words, f"https://example.org/papers/2511.0000{number}/")


@pytest.fixture
def papers() -> list[PublishedPaper]:
    words = Templates().words("ko")
    return [_paper(1, words), _paper(2, words)]


def _files(name: str, papers: list[PublishedPaper]) -> dict[str, bytes]:
    return {file.path: file.content for file in EXPORTERS[name](papers)}


def test_a_note_has_front_matter_and_the_summary_as_it_is(papers: list[PublishedPaper]) -> None:
    files = _files("obsidian", papers)
    _, front, body = files["papers/2511.00001.md"].decode().split("---\n", 2)

    assert sorted(files) == ["days/2025-11-03-papers.md", "papers/2511.00001.md", "papers/2511.00002.md"]
    assert yaml.safe_load(front) == {
        "title": 'P1: a "[[x]]" #tag <b>', "aliases": ["P1"], "id": "2511.00001", "authors": ["Ada Kim"],
        "day": date(2025, 11, 3), "tags": ["3D", "강화-학습"], "doi": "10.48550/arXiv.2511.00001",
        "link": "https://arxiv.org/abs/2511.00001", "pdf": "https://arxiv.org/pdf/2511.00001",
        "page": "https://example.org/papers/2511.00001/", "citekey": "kim2025p1_251100001",
    }  # fmt: skip
    assert body == (
        '# P1: a "\\[\\[x\\]\\]" \\#tag &lt;b>\n\n> 1을 줄인다.\n\n'
        "## 목표\n\n비용을 $O(n^2)$에서 줄인다.\n\n> [!quote]- 근거\n> - We \\*cut\\* it.\n\n"
        "## 배경\n\n느리다.\n\n## 기여\n\n\\=SUM(A1)\n\n## 방법\n\n- 하나\n- 둘\n\n## 결과\n\n4.5% 올랐다.\n\n"
        "## 결론\n\n쓸 만하다.\n\n> [!warning] 확인이 필요한 부분\n> - 결과: “4.5%” (논문에 없음)\n\n"
        "[[2025-11-03-papers|2025-11-03]]\n"
    )


def test_the_note_of_a_day_links_to_its_papers_in_order(papers: list[PublishedPaper]) -> None:
    assert _files("obsidian", papers)["days/2025-11-03-papers.md"].decode() == (
        "# Daily Papers — 2025-11-03\n\n1. [[2511.00001|P1]] 1을 줄인다.\n2. [[2511.00002|P2]] 2을 줄인다.\n"
    )


@pytest.mark.parametrize(
    ("title", "label"),
    [
        ("Benchmark^2: Tests", "Benchmark^2"), ("C# [and] F#: Tests", "C# and F#"), ("A|B: Tests", "A B"),
        ("a/b\\c: Tests", "a/b c"), ("[[]]: Tests", "2511.00001"), ("What? <No>: Tests", "What? <No>"),
    ],
)  # fmt: skip
def test_a_link_shows_the_name_of_a_paper_but_for_what_ends_the_link(title: str, label: str) -> None:
    one = _paper(1, Templates().words("ko"))
    entry = replace(one.entry, paper=replace(one.entry.paper, title=title))
    files = _files("obsidian", [PublishedPaper(one.edition, 1, entry, one.words)])
    front = files["papers/2511.00001.md"].decode().split("---\n", 2)[1]

    assert f"1. [[2511.00001|{label}]] " in files["days/2025-11-03-papers.md"].decode()
    assert yaml.safe_load(front)["title"] == title


def test_the_title_of_a_day_acts_as_no_markup_in_its_note() -> None:
    one = _paper(1, Templates().words("ko"))
    edition = replace(one.edition, header=Header(title="[[Papers]] #ml", date="2025-11-03 08:15:00"))
    files = _files("obsidian", [PublishedPaper(edition, 1, one.entry, one.words)])

    assert files["days/2025-11-03-papers.md"].decode().startswith("# \\[\\[Papers\\]\\] \\#ml\n")


def test_a_title_with_tex_is_plain_in_links_and_tables_and_keeps_its_formulas_in_the_note() -> None:
    one = _paper(1, Templates().words("ko"))
    paper = replace(one.entry.paper, title=r"\emph{Codes} over $\mathbb{F}_{2}$ for \$5")
    entry = replace(one.entry, paper=paper)
    papers = [PublishedPaper(one.edition, 1, entry, one.words)]
    notes = {path: content.decode() for path, content in _files("obsidian", papers).items()}
    (row,) = csv.DictReader(io.StringIO(_files("csv", papers)["papers.csv"].decode("utf-8-sig")))

    assert "1. [[2511.00001|Codes over 𝔽₂ for $5]] 1을 줄인다.\n" in notes["days/2025-11-03-papers.md"]
    assert notes["papers/2511.00001.md"].startswith(
        "---\ntitle: Codes over 𝔽₂ for $5\naliases:\n- Codes over 𝔽₂ for $5\n"
    )
    assert "\n# Codes over $\\mathbb{F}_{2}$ for \\$5\n" in notes["papers/2511.00001.md"]
    assert row["title"] == "Codes over 𝔽₂ for $5"


@pytest.mark.parametrize("text", ["- no list", "1. no list", "# no title", "> no quotation", "- no\n- list"])
def test_a_field_of_the_introduction_is_a_line_in_a_note_whatever_it_begins_with(text: str) -> None:
    note = _files("obsidian", [_paper(1, Templates().words("en"), goal=text)])["papers/2511.00001.md"].decode()
    field = note.partition("## Goal\n\n")[2].partition("\n\n")[0]
    (_, inline, _) = MarkdownIt("commonmark").parse(field)

    assert "".join(token.content for token in inline.children or ()) == " ".join(text.split())


@pytest.mark.parametrize(
    "line",
    [
        "1. not a list", "1) not a list", "- no", "+ no", "> no", "# no", "=== no", "a #tag b", "==no==", "%%no%%",
        "~~no~~", "a_b_c and _no_", "**no**", "`no`", "[no](http://x)", "![[no]]", "<script>alert(1)</script>",
        "1 < 2 & 3 > 2", "&lt; stays", "5 $ and 6 $", "back\\slash", "| a | b |", "x ^block", "R&D at 5%",
    ],
)  # fmt: skip
def test_no_plain_text_acts_as_markup_in_a_note(line: str) -> None:
    shown = MarkdownIt("commonmark").enable(["strikethrough", "table"]).parseInline(escaped(line))[0]
    block = MarkdownIt("commonmark").enable("table").parse(escaped(line))

    assert "".join(token.content for token in shown.children or ()) == line
    assert [token.type for token in block] == ["paragraph_open", "inline", "paragraph_close"]
    assert not {"==", "%%", " #", " ^"} & {escaped(line)[at : at + 2] for at in range(len(line))}


def test_ris_of_a_day_has_tags_and_the_summary_as_a_note(papers: list[PublishedPaper]) -> None:
    files = _files("zotero", papers)

    assert list(files) == ["2025-11-03.ris"]
    first, second = rispy.loads(files["2025-11-03.ris"].decode())
    assert (first["keywords"], second["title"]) == (["3D", "강화 학습"], 'P2: a "[[x]]" #tag <b>')
    assert first["notes"] == [
        "<p><strong>1을 줄인다.</strong></p><p><strong>목표</strong> 비용을 $O(n^2)$에서 줄인다.</p>"
        "<p><strong>배경</strong> 느리다.</p><p><strong>기여</strong> =SUM(A1)</p>"
        "<p><strong>방법</strong> - 하나<br>- 둘</p>"
        "<p><strong>결과</strong> 4.5% 올랐다.</p><p><strong>결론</strong> 쓸 만하다.</p>"
        "<p>결과: “4.5%” (논문에 없음)</p>"
        '<p><a href="https://example.org/papers/2511.00001/">https://example.org/papers/2511.00001/</a></p>'
    ]


def test_a_table_runs_nothing_in_a_spreadsheet(papers: list[PublishedPaper]) -> None:
    rows = list(csv.DictReader(io.StringIO(_files("csv", papers)["papers.csv"].decode("utf-8-sig"))))

    assert [(row["id"], row["rank"], row["authors"]) for row in rows] == [
        ("2511.00001", "1", "Ada Kim"), ("2511.00002", "2", "Ada Kim"),
    ]  # fmt: skip
    assert (rows[0]["contribution"], rows[0]["method"]) == ("'=SUM(A1)", "'- 하나\n- 둘")
    assert (rows[0]["topics"], rows[0]["unconfirmed"]) == ("3D; 강화 학습", "결과: “4.5%” (논문에 없음)")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
def test_no_cell_begins_like_a_formula(sign: str) -> None:
    papers = [_paper(1, Templates().words("ko"), goal=f"{sign}1+1|cmd")]

    (row,) = csv.DictReader(io.StringIO(_files("csv", papers)["papers.csv"].decode("utf-8-sig")))

    assert row["goal"] == f"'{sign}1+1|cmd"


def test_lines_of_json_hold_everything(papers: list[PublishedPaper]) -> None:
    first, second = map(json.loads, _files("jsonl", papers)["papers.jsonl"].splitlines())

    assert (first["id"], second["rank"], first["day"]) == ("2511.00001", 2, "2025-11-03")
    assert first["summary"] == {name: text for name, text in FIELDS.items() if text}
    assert first["claims"] == {"goal": [{"anchors": [{"quote": "We *cut* it.", "section": "Introduction"}]}]}
    assert first["unconfirmed"] == [
        {"check": "numbers", "field": "results", "what": "not in the paper", "where": "4.5%"}
    ]


def test_a_field_in_markdown_stays_markdown_in_a_note_and_is_plain_elsewhere() -> None:
    papers = [_paper(1, Templates().words("en"), goal="**Cut** [it](https://x.org).", markup=True)]

    assert "## Goal\n\n**Cut** [it](https://x.org).\n" in _files("obsidian", papers)["papers/2511.00001.md"].decode()
    assert json.loads(_files("jsonl", papers)["papers.jsonl"])["summary"]["goal"] == "Cut it."


def test_no_sign_in_a_text_ends_a_line_of_json() -> None:
    words = Templates().words("ko")
    told = "a\u2028b\u2029c\x85d"
    one = _paper(1, words, method=told)
    (content,) = _files("jsonl", [one]).values()

    assert len(content.decode().splitlines()) == 1
    assert json.loads(content)["summary"]["method"] == one.fields["method"]
