"""Small papers made for these tests, and the way to the recordings that stay outside of the project."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from digest.config import FulltextConfig
from digest.errors import NotThere, Unavailable
from digest.model import ArxivId, Fetched, Paper
from digest.stages.fulltext import Get

WORDS = "We study how a small model reads a long paper and keeps its figures. "


@pytest.fixture
def recorded(data: Path) -> Callable[[str], bytes]:
    """The recordings of real services: `recorded("pdf/1706.03762.pdf")`. Skips where they are not at hand."""
    return lambda name: (data / name).read_bytes()


@pytest.fixture
def config() -> FulltextConfig:
    return FulltextConfig()


@pytest.fixture
def paper() -> Paper:
    return Paper(id=ArxivId("2511.00001"), title="A Small Model", abstract="We read papers.", version=2)


@pytest.fixture
def page() -> Callable[..., Fetched]:
    """A page as LaTeXML makes them: `page(body)` with enough prose to be a paper."""

    def make(body: str, *, head: str = "", infobox: str = "", version: int = 2) -> Fetched:
        title = '<h2 class="ltx_title ltx_title_section">Filler</h2>'
        filler = f'<section class="ltx_section">{title}<p>{WORDS * 40}</p></section>'
        html = (
            f"<!DOCTYPE html><html><head><title>A Small Model</title>{head}</head><body>{infobox}"
            f'<article class="ltx_document"><h1 class="ltx_title ltx_title_document">A Small Model</h1>{body}{filler}'
            "</article></body></html>"
        )
        return Fetched(f"https://arxiv.org/html/2511.00001v{version}", "text/html", html.encode())

    return make


@pytest.fixture
def pdf_file() -> Callable[..., bytes]:
    """A PDF of the given content streams, one a page; /F1 is Times, /F2 bold Times."""

    def make(*pages: str) -> bytes:
        kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
        font = "<< /Type /Font /Subtype /Type1 /BaseFont /Times-{} >>"
        objects = [
            "<< /Type /Catalog /Pages 2 0 R >>",
            f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
            f"<< /F1 {font.format('Roman')} /F2 {font.format('Bold')} >>",
        ]
        for number, content in enumerate(pages):
            objects.append(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font 3 0 R >> "
                f"/Contents {5 + 2 * number} 0 R >>"
            )
            objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        file, offsets = b"%PDF-1.4\n", []
        for number, text in enumerate(objects, 1):
            offsets.append(len(file))
            file += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
        table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
        end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        end += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(file)}\n%%EOF"
        return file + end.encode()

    return make


@pytest.fixture
def typeset(pdf_file: Callable[..., bytes]) -> Callable[..., bytes]:
    """A PDF of lines: `typeset([("F2", 12, "1 Introduction"), ("F1", 10, "Words")])`, a list for each page."""

    def escaped(text: str) -> str:
        return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")

    def make(*pages: list[tuple[str, float, str]]) -> bytes:
        contents = []
        for lines in pages:
            y, parts = 740.0, []
            for font, size, text in lines:
                y -= 1.2 * size
                # A tab stands for the next column of a table.
                parts += [
                    f"BT /{font} {size} Tf {72 + 120 * column} {y:.1f} Td ({escaped(cell)}) Tj ET"
                    for column, cell in enumerate(text.split("\t"))
                    if cell
                ]
            contents.append("\n".join(parts))
        return pdf_file(*contents)

    return make


@pytest.fixture
def serving() -> Callable[[Mapping[str, Fetched | Exception]], Get]:
    """A `get` that serves `{"arxiv /html/…": answer}`; an exception is raised, anything else is not there."""

    def make(answers: Mapping[str, Fetched | Exception]) -> Get:
        def get(service: str, path: str, /, *, belongs: Callable[[Fetched], bool]) -> Fetched:
            answer = answers.get(f"{service} {path}", NotThere(f"nothing at {path}"))
            if isinstance(answer, Exception):
                raise answer
            if not belongs(answer):
                raise Unavailable(f"{path}: a page that is not the paper's")
            return answer

        return get

    return make
