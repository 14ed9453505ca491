"""Measure the PDF reader over real papers whose bookmarks, taken out of the files first, say which sections are right.

    python -m bench.fulltext [--data ../shared/data] [--only p006,p008] [--show] [--baseline COMMIT]

For every paper: how many of its top-level headings are sections, which sections no bookmark knows ("invented"), how
many captions end where a sentence ends, signs of references in the text, and CPU milliseconds a page. `--baseline`
reads the same files with the reader of another commit and compares the CPU time, the better of two runs each. `--show`
lists what is missing, invented, cut or cited.
"""

import argparse
import ctypes
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
NOT_PRINTED = {("p067.pdf", "Proof of thm:logit"): "Proof of theorem 1"}
"""Bookmarks that name something else than the page does, and what is printed there."""
_NUMBER = re.compile(r"^(?:[Aa]ppendix\s+)?(?:\d+(?:\.\d+)*|[IVX]+|[A-Z](?:\.\d+)*)[.:]?\s+(?=\S)")
_CAPTION = re.compile(r"(?:Table|Tab\.|Figure|Fig\.|Algorithm|Listing)\s+[\dA-Z]", re.IGNORECASE)
_WHOLE = re.compile(r"[.!?:;)][\"'”’)\]]*$")
_SENTENCES = re.compile(r"[a-z)\]][.!?]\s+[A-Z(]")
_CUT_WORDS = """
a an the of and or to in on for with by from at as is are was were that which we our than per where when its
their this these be using between over under not both each all into only same
"""
_CITED = re.compile(
    r"arXiv preprint|\bIn Proceedings of|\bIn Advances in|\bpp\. ?\d+[-–]|https?://doi\.org|\bCoRR, ?abs"
    r"|In International Conference on|\bet al\., editors"
)


class Measure(NamedTuple):
    """What one paper gives."""

    name: str
    kind: str
    right: int
    missing: tuple[str, ...]
    invented: tuple[str, ...]
    captions: int
    cut: tuple[str, ...]
    cited: tuple[str, ...]
    pages: int
    seconds: float
    refused: str = ""


def without_bookmarks(body: bytes) -> bytes:
    """Return the file with its pages only, as PDFium copies them."""
    import pypdfium2_raw as pdfium

    pdfium.FPDF_InitLibrary()
    source = pdfium.FPDF_LoadMemDocument64(body, len(body), None)
    target = pdfium.FPDF_CreateNewDocument()
    if not pdfium.FPDF_ImportPages(target, source, None, 0):
        raise ValueError("PDFium cannot copy the pages")
    parts: list[bytes] = []

    def write(_self: Any, data: Any, size: int) -> int:
        parts.append(ctypes.string_at(data, size))
        return 1

    writer = pdfium.FPDF_FILEWRITE()
    writer.version = 1
    writer.WriteBlock = type(writer.WriteBlock)(write)
    pdfium.FPDF_SaveAsCopy(target, writer, 0)
    pdfium.FPDF_CloseDocument(target)
    pdfium.FPDF_CloseDocument(source)
    return b"".join(parts)


def plain(title: str) -> str:
    """Return a title without number, case, spaces and signs."""
    return re.sub(r"[^a-z0-9]", "", _NUMBER.sub("", title.strip()).lower())


def is_cut(caption: str) -> bool:
    """Return whether a caption ends in mid-sentence: inside one that follows another, or on a word that needs more."""
    last = re.split(r"\s", caption)[-1]
    if _WHOLE.search(caption):
        return False
    return bool(_SENTENCES.search(caption)) or last.lower() in _CUT_WORDS.split() or last[-1] in ",-–(["


def read(path: Path) -> tuple[Any, float, str]:
    """Return the document of a file, the CPU seconds that it took, and why it was refused."""
    from digest.config import FulltextConfig
    from digest.errors import FetchError
    from digest.model import ArxivId, Fetched, Paper
    from digest.stages.fulltext import pdf

    fetched = Fetched("https://arxiv.org/pdf/2511.00001", "application/pdf", path.read_bytes())
    before = _cpu()
    try:
        document, refused = pdf.parse(Paper(id=ArxivId("2511.00001"), title=""), fetched, FulltextConfig()), ""
    except FetchError as error:
        document, refused = None, str(error)
    return document, _cpu() - before, refused


def _cpu() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def measure(record: dict[str, Any], path: Path) -> Measure:
    """Return how one paper compares with its bookmarks."""
    document, seconds, refused = read(path)
    sections = document.sections if document else ()
    outline = [(level, title) for level, title, _ in record["outline"]]
    printed = [NOT_PRINTED.get((record["file"], title), title) for _, title in outline]
    known = {plain(title) for title in printed} | {"abstract", "references", ""}
    titles = {plain(section.title) for section in sections}
    wanted = [
        title
        for level, title in outline
        if level == 1 and plain(title) != "references" and (record["file"], title) not in NOT_PRINTED
    ]
    missing = tuple(title for title in wanted if plain(title) not in titles)
    captions = [table.split("\n")[0] for section in sections for table in section.tables if _CAPTION.match(table)]
    return Measure(
        record["file"],
        record["class"],
        len(wanted) - len(missing),
        missing,
        tuple(section.title for section in sections if plain(section.title) not in known),
        len(captions),
        tuple(caption for caption in captions if is_cut(caption)),
        tuple(
            f"{section.title}: {line[max(found.start() - 60, 0) : found.end() + 30]}"
            for section in sections
            for line in section.text.split("\n")
            for found in _CITED.finditer(line)
        ),
        record["pages"],
        seconds,
        refused,
    )


def _baseline(commit: str, paths: Sequence[Path], folder: Path) -> dict[str, float]:
    """Return the CPU seconds of another commit's reader for each file."""
    packed = subprocess.run(["git", "-C", str(ROOT), "archive", commit, "digest"], check=True, capture_output=True)
    subprocess.run(["tar", "-x", "-C", str(folder)], input=packed.stdout, check=True)
    command = [sys.executable, __file__, "--seconds", *map(str, paths)]
    done = subprocess.run(command, check=True, capture_output=True, env={"PYTHONPATH": str(folder)})
    return dict(zip((path.name for path in paths), json.loads(done.stdout), strict=True))


def table(measures: Sequence[Measure], before: dict[str, float]) -> str:
    """Return the results, a line per paper, and the totals."""
    rows = [f"{'paper':10}{'kind':14}{'found':>8}{'invented':>10}{'captions':>10}{'cut':>5}{'cited':>7}{'ms/page':>9}"]
    rows += [
        f"{each.name[:-4]:10}{each.kind:14}{f'{each.right}/{each.right + len(each.missing)}':>8}"
        f"{len(each.invented):>10}"
        f"{each.captions:>10}{len(each.cut):>5}{len(each.cited):>7}{1000 * each.seconds / each.pages:>9.0f}"
        + (f"  refused: {each.refused}" if each.refused else "")
        for each in measures
    ]
    right, wanted = sum(each.right for each in measures), sum(each.right + len(each.missing) for each in measures)
    captions, cut = sum(each.captions for each in measures), sum(len(each.cut) for each in measures)
    pages, seconds = sum(each.pages for each in measures), sum(each.seconds for each in measures)
    whole = sum(not each.missing for each in measures)
    rows += [
        f"top-level headings {right} of {wanted} ({right / wanted:.1%}), {whole} of {len(measures)} papers whole",
        f"invented sections {sum(len(each.invented) for each in measures) / len(measures):.2f} a paper",
        f"captions whole {captions - cut} of {captions} ({1 - cut / max(captions, 1):.1%})",
        f"signs of references in the text {sum(len(each.cited) for each in measures)}",
        f"refused {sum(bool(each.refused) for each in measures)}",
        f"CPU {1000 * seconds / pages:.1f} ms a page",
    ]
    if before:
        rows[-1] += f", {seconds / sum(before.values()):.2f} × that of the baseline"
    return "\n".join(rows)


def main() -> None:
    """Read every paper and print the table."""
    if sys.argv[1:2] == ["--seconds"]:
        sys.path[0] = ""
        print(json.dumps([min(read(Path(path))[1] for _ in range(2)) for path in sys.argv[2:]]))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--only", default="")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--baseline", default="")
    options = parser.parse_args()
    records = json.loads((options.data / "papers" / "outlines.json").read_text(encoding="utf-8"))
    records = [each for each in records if not options.only or each["file"][:-4] in options.only.split(",")]
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = [folder / each["file"] for each in records]
        for path in paths:
            path.write_bytes(without_bookmarks((options.data / "papers" / path.name).read_bytes()))
        started = time.perf_counter()
        measures = [measure(record, path) for record, path in zip(records, paths, strict=True)]
        if options.baseline:
            again = [read(path)[1] for path in paths]
            measures = [
                each._replace(seconds=min(each.seconds, other)) for each, other in zip(measures, again, strict=True)
            ]
        before = _baseline(options.baseline, paths, folder) if options.baseline else {}
    print(table(measures, before))
    for each in measures if options.show else ():
        for what in ("missing", "invented", "cut", "cited"):
            for text in getattr(each, what):
                print(f"{each.name} {what}: {text}")
    print(f"({time.perf_counter() - started:.0f} s)", file=sys.stderr)


if __name__ == "__main__":
    main()
