"""Reading lists: references in three formats, ids in a text, PDF files; a list leads nowhere but to its own folder."""

from pathlib import Path

import pytest

from digest.adapters.store.local import LocalFiles
from digest.commands.demo.papers import bundled
from digest.commands.demo.pdf import pdf
from digest.config import FileSource
from digest.errors import NotThere
from digest.model import Fetched, Listing, PaperId
from digest.stages.sources import pdf_title, reading_list
from tests.played import DAY

BIB = r"""
@string{x = "y"}
@article{vaswani, title = {Attention Is All You Need}, author = {Vaswani, Ashish and Noam Shazeer},
  eprint = {1706.03762}, archivePrefix = {arXiv}, year = 2017, abstract = {We propose.}}
@article{cell, title = {A {DNA} Study}, doi = {10.1016/J.CELL.2025.01.001}, url = "https://cell.com/x"}
@misc{own, title = {My {\"O}wn Notes}, file = {Full Text:files/own.pdf:application/pdf}}
@misc{out, title = {Outside}, file = {../secret.pdf}}
@misc{none, title = {Nowhere}}
@broken{
"""
RIS = "TY  - JOUR\nTI  - A RIS Paper of Mine\nAU  - Kim, Ada\nDO  - 10.1038/x1\nER  - \n"
CSL = '[{"title": "A CSL Paper", "DOI": "10.1038/x2", "author": [{"given": "Ada", "family": "Kim"}]}]'
IDS = """\ufeff# to read
2511.09146  DoPE
https://arxiv.org/abs/1706.03762   # again
doi:10.1101/2025.11.17.000001
https://example.org/report.pdf
nonsense
"""


def _list(folder: Path, path: str) -> Listing:
    files = LocalFiles(folder, 50)

    def get(service: str, path: str) -> Fetched:
        assert service == "file"
        return files.get(path)

    return reading_list.list_day(DAY, get, FileSource(use="file", path=path))


def _shown(listing: Listing) -> list[tuple[str, str, str | None]]:
    return [(paper.id, paper.title, paper.pdf) for paper in listing.papers]


def test_bibtex(tmp_path: Path) -> None:
    body = pdf(bundled()[0])
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "own.pdf").write_bytes(body)
    (tmp_path / "list.bib").write_text(BIB)

    listing = _list(tmp_path, "list.bib")

    assert _shown(listing) == [
        ("1706.03762", "Attention Is All You Need", None),
        ("doi:10.1016/j.cell.2025.01.001", "A DNA Study", None),
        (PaperId.of_file(body), "My Öwn Notes", "files/own.pdf"),
    ]
    assert listing.papers[0].authors == ("Ashish Vaswani", "Noam Shazeer")
    assert listing.unread == (
        "Outside: no DOI, arXiv ID, address or file",
        "Nowhere: no DOI, arXiv ID, address or file",
    )


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("list.ris", RIS, [("doi:10.1038/x1", "A RIS Paper of Mine", None)]),
        ("list.json", CSL, [("doi:10.1038/x2", "A CSL Paper", None)]),
        (
            "ids.txt",
            IDS,
            [
                ("2511.09146", "DoPE", None),
                ("1706.03762", "1706.03762", None),
                ("doi:10.1101/2025.11.17.000001", "doi:10.1101/2025.11.17.000001", None),
                ("https://example.org/report.pdf", "report", "https://example.org/report.pdf"),
            ],
        ),
    ],
)
def test_the_other_formats(tmp_path: Path, name: str, text: str, shown: list[tuple[str, str, str | None]]) -> None:
    (tmp_path / name).write_text(text, "utf-8")

    assert _shown(_list(tmp_path, name)) == shown


def test_pdf_files_are_known_by_their_names_or_by_what_is_in_them(tmp_path: Path) -> None:
    body = pdf(bundled()[0])
    for name in ("2511.09146v2.pdf", "10.1101_2025.11.17.000001.pdf", "my_own-notes.pdf", "words.txt"):
        (tmp_path / name).write_bytes(body)

    assert [paper.id for paper in _list(tmp_path, "*.pdf").papers] == [
        "doi:10.1101/2025.11.17.000001",
        "2511.09146",
        PaperId.of_file(body),
    ]


@pytest.mark.parametrize("name", ["list.md", "list.txt"])
def test_a_list_may_be_one_of_markdown(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(
        "# To read\n- 2511.09146\n* [ ] [A Title](https://arxiv.org/abs/1706.03762) of it\n1. [x] 10.1038/x1 Third\n"
    )

    assert _shown(_list(tmp_path, name)) == [
        ("2511.09146", "2511.09146", None),
        ("1706.03762", "A Title of it", None),
        ("doi:10.1038/x1", "Third", None),
    ]


@pytest.mark.parametrize(("name", "text"), [("a.bib", BIB), ("a.ris", RIS), ("a.json", CSL), ("a.txt", IDS[1:])])
def test_a_list_in_utf_16_is_the_same(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    expected = _list(tmp_path, name).papers
    (tmp_path / name).write_text(text, "utf-16")

    assert _list(tmp_path, name).papers == expected != ()


def test_a_record_in_another_encoding_is_named_and_costs_itself(tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_bytes(
        "@misc{a, title={한국어}, doi={10.1038/x}}\n@misc{b, title={B}, doi={10.1038/y}}".encode("cp949")
    )
    (tmp_path / "a.txt").write_bytes(b"2511.09146 caf\xe9\n1706.03762 B\n")

    found = [_list(tmp_path, name) for name in ("a.bib", "a.txt")]

    assert [[paper.title for paper in one.papers] for one in found] == [["B"], ["B"]]
    assert [[what.endswith(": not in UTF-8") for what in one.unread] for one in found] == [[True], [True]]


def test_a_pattern_may_begin_at_home_and_go_through_folders_and_no_path_of_this_machine_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    below = tmp_path / "home" / "papers" / "a" / "b"
    below.mkdir(parents=True)
    (below / "own.pdf").write_bytes(pdf(bundled()[0]))

    for pattern, path in (("~/papers/**/*.pdf", "~/papers/a/b/own.pdf"), ("home/**/*.pdf", "home/papers/a/b/own.pdf")):
        assert [paper.pdf for paper in _list(tmp_path, pattern).papers] == [path]


def test_a_folder_in_place_of_its_files_is_named_with_the_pattern_for_them(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()

    with pytest.raises(NotThere, match=r"is a folder — name its files: papers/\*\.pdf"):
        _list(tmp_path, "papers")


def test_a_file_that_is_no_pdf_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"<html>")

    assert _list(tmp_path, "*.pdf") == Listing(
        problems=("*.pdf: a record could not be read: a.pdf: is no PDF",), unread=("a.pdf: is no PDF",)
    )


def test_a_list_that_is_not_there_is_an_error_and_a_pattern_without_files_is_empty(tmp_path: Path) -> None:
    assert _list(tmp_path, "papers/*.pdf") == Listing()
    with pytest.raises(NotThere, match=r"file list\.bib: not found"):
        _list(tmp_path, "list.bib")


def test_a_file_that_holds_no_references_is_an_error_and_an_empty_one_is_empty(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text("{")
    (tmp_path / "empty.bib").write_text("\n")

    assert _list(tmp_path, "empty.bib") == Listing()
    with pytest.raises(NotThere, match="no references"):
        _list(tmp_path, "list.json")


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (rb"<< /Title (Attention \(Is\) All) /Producer (pdfTeX) >>", "Attention (Is) All"),
        (b"<< /Producer (x) /Title <FEFF004100420043D55C> >>", "ABC한"),
        (b"<< /Title (paper.dvi) /Producer (x) >>", ""),
        (b"<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>A &amp; B of C</rdf:li></rdf:Alt></dc:title>", "A & B of C"),
        (b"<< /Title (Introduction) /Dest [1 0 R] >>", ""),
    ],
)
def test_a_file_says_its_title(body: bytes, title: str) -> None:
    assert pdf_title.find(body) == title
