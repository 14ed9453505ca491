"""docs/troubleshooting.md has a row for every error that the program can print: collected from the source."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
TABLES = (ROOT / "docs" / "troubleshooting.md").read_text("utf-8")
INSIDE = {"Unsupported", "GitFailed"}
"""Errors that are caught before anybody sees them, or are said within another one."""
MANY_WORDS = 6  # letters; a message of fewer only passes on another one


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _errors(trees: Iterable[ast.Module]) -> set[str]:
    """The names of DigestError and all that descend from it."""
    names, classes = {"DigestError"}, [n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.ClassDef)]
    for _ in range(5):
        names |= {one.name for one in classes if any(_name(base) in names for base in one.bases)}
    return names


def _text(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts)
        case ast.BinOp(left=left, right=right):
            return _text(left) + _text(right)
    return "…"


def _raised() -> Iterator[tuple[str, str]]:
    trees = {path: ast.parse(path.read_text("utf-8")) for path in sorted((ROOT / "digest").rglob("*.py"))}
    errors = _errors(trees.values()) - INSIDE
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) in errors and node.args:
                text = re.sub("…+", "…", " ".join(_text(node.args[0]).split()))
                if len(re.findall("[A-Za-z]", text)) >= MANY_WORDS:
                    yield text, path.relative_to(ROOT).as_posix()


def _documented() -> list[str]:
    cells = re.findall(r"^\| (`.+?) \| ", TABLES, re.MULTILINE)
    said = [one for cell in cells for one in cell.split("<br>")]
    return [re.sub(r"^(`+) ?(.*?) ?\1$", r"\2", one) for one in said]


ALSO = {
    "continuing without …: …", "…, tried …", "…: answered …: …", "unusable model reply: …",
    "its certificate is not trusted (…); behind a company's proxy, set SSL_CERT_FILE to the company's certificates",
}  # fmt: skip
"""Rows for messages that are put together elsewhere than where they are raised."""


def test_every_error_has_a_row() -> None:
    documented = set(_documented())

    assert sorted({(text, path) for text, path in _raised() if text not in documented}) == []


def test_no_row_is_about_an_error_that_is_gone() -> None:
    raised = {text for text, _ in _raised()}

    assert sorted(set(_documented()) - raised - ALSO) == []


def test_every_row_says_why_and_what_to_do() -> None:
    rows = [line for line in TABLES.splitlines() if line.startswith("| `")]

    assert all(len(cell.strip()) > 5 for row in rows for cell in row.strip("| ").split(" | "))
    assert len(_documented()) == len(set(_documented()))
