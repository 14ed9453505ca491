"""What the documents say is so: commands, options, files, limits."""

import ast
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from digest import model
from digest.cli import cli
from tests.runs import Forker

ROOT = Path(__file__).parent.parent
NO_CALL = click.Context(cli)
COMMANDS = {name: command for name in cli.list_commands(NO_CALL) if (command := cli.get_command(NO_CALL, name))}
README = (ROOT / "README.md").read_text("utf-8")


def test_the_readme_fits_130_lines_and_keeps_its_order() -> None:
    headings = re.findall(r"^## (.+)$", README, re.MULTILINE)

    assert len(README.splitlines()) <= 130
    assert headings[-5:] == [
        "Quick start", "Commands", "How it works", "Customising", "Troubleshooting",
    ]  # fmt: skip


def test_the_readme_and_the_help_name_the_same_commands() -> None:
    named = set(re.findall(r"^\| `digest ([a-z]+)` \|", README, re.MULTILINE))

    assert named == set(COMMANDS)


def test_every_option_that_a_document_shows_exists() -> None:
    documents = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    shown = {
        (match[1], option)
        for document in documents
        for match in re.finditer(r"\bdigest ([a-z]+)((?:[ \w./:=|…-])*)", document.read_text("utf-8"))
        if match[1] in COMMANDS
        for option in re.findall(r"(?<=\s)--[a-z-]+", match[2])
    }

    known = {(name, option) for name, command in COMMANDS.items() for p in command.params for option in p.opts}
    assert shown - known == set()
    assert ("build", "--dry-run") in shown


def test_the_entry_in_the_readme_is_the_one_in_the_repository() -> None:
    post = (ROOT / "_posts" / "2025-11-17-daily-papers.md").read_text("utf-8")
    block = re.search(r"```markdown\n(.*?)```", README, re.DOTALL)
    assert block is not None
    lines = [line.rstrip() for line in block[1].splitlines() if line and "…" not in line]

    assert [line for line in lines if line not in [there.rstrip() for there in post.splitlines()]] == []


def test_the_tree_in_the_document_is_that_of_the_folders() -> None:
    shown = _tree((ROOT / "docs" / "architecture.md").read_text("utf-8"))
    there = {path.relative_to(ROOT).as_posix() for path in (ROOT / "digest").rglob("*.py")} - {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "digest").rglob("__*__.py")
    }

    assert sorted(path for path in shown if path.endswith(".py") and not path.endswith("__.py")) == sorted(there)
    assert [path for path in shown if not (ROOT / path).exists()] == []


def _tree(document: str) -> list[str]:
    """Return the paths of the fenced tree that begins with `digest/`: a name a line, two spaces further in a folder."""
    block = re.search(r"^```\w*\n(digest/.*?)^```$", document, re.MULTILINE | re.DOTALL)
    assert block is not None, "there is no fenced tree that begins with digest/"
    paths, folders = [], dict[int, str]()
    for line in block[1].splitlines():
        if not (found := re.match(r"((?:  )*)([\w.]+(?:\.py|/))(?: |$)", line)):
            continue  # a remark, or a second line of one
        depth = len(found[1]) // 2
        path = "".join(folders[level] for level in range(depth)) + found[2]
        folders[depth] = found[2]
        paths.append(path.rstrip("/"))
    return paths


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = [
        (document.name, target)
        for document in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
        for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", document.read_text("utf-8"))
        if not (document.parent / target).exists() and "arxiv.org" not in target
    ]

    assert broken == []


def test_a_decision_fits_forty_lines() -> None:
    assert {
        p.name: n for p in (ROOT / "docs" / "decisions").glob("*.md") if (n := len(p.read_text().splitlines())) > 40
    } == {}


def test_the_glossary_knows_the_nouns() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text("utf-8").lower()
    nouns = [
        "paper",
        "listing",
        "selection",
        "exclusion",
        "document",
        "draft",
        "summary",
        "evidence",
        "finding",
        "skip",
    ]

    assert all((hasattr(model, noun.capitalize()) and f"**{noun}" in glossary) or noun in glossary for noun in nouns)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_help_is_sentences_within_80_columns(command: str, tmp_path: Path, forker: Forker) -> None:
    done = forker.output(tmp_path, command, "--help", environ=os.environ)

    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert (
        done.stdout.splitlines()[2].strip().endswith((".", ",", "the", "newest", "post", "what")) or "." in done.stdout
    )


def _tracked_with(pattern: str) -> list[str]:
    """Return the lines of the project that a pattern is found in, each with its file; those of tests left out."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [
        f"{file}: {line.strip()}"
        for file in tracked.splitlines()
        if (ROOT / file).suffix in {".py", ".md", ".yaml", ".yml", ".toml", ".j2", ".js", ".css", ".txt", ""}
        and (ROOT / file).is_file()
        and not file.startswith("tests/")
        for line in (ROOT / file).read_text("utf-8", "replace").splitlines()
        if re.search(pattern, line)
    ]


STRANGER = (
    r"""\b(?:install|add|upgrade)\b(?:\s+-\S+)*\s+["']?digest(?![\w.-])"""
    r"|(?<![\w./-])digest\[|pypi\.org/project/digest"
)
"""What would install the program that package indexes call `digest`, or leads to it."""


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("pip install digest", True),
        ("pip install --user 'digest[notify]'", True),
        ("uv tool install digest==1", True),
        ("digest[notify] @ git+https://github.com/me/digest@v1", True),
        ("(+https://pypi.org/project/digest)", True),
        ("uv tool install './digest[notify]'", False),
        ("pipx install ./digest", False),
        ("pip install 'daily-paper-digest[notify]'", False),
        ("uv tool install git+https://github.com/me/digest@v1", False),
    ],
)
def test_an_installation_of_a_strangers_program_is_known(line: str, wrong: bool) -> None:
    assert bool(re.search(STRANGER, line)) is wrong


def test_nothing_here_installs_a_strangers_program() -> None:
    assert _tracked_with(STRANGER) == []


def test_no_message_points_to_a_file_that_only_a_checkout_has() -> None:
    spoken = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.value[:80]}"
        for path in sorted((ROOT / "digest").rglob("*.py"))
        for tree in [ast.parse(path.read_text("utf-8"))]
        for said in [{id(doc) for doc in _docstrings(tree)}]
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said
        if re.search(r"(?<![\w/])docs/|digest's own", node.value)
    ]
    laid_down = [
        f"{path.name}: {line}"
        for path in sorted((ROOT / "templates").rglob("*"))
        if path.is_file() and path.suffix != ".png"
        for line in path.read_text("utf-8").splitlines()
        if re.search(r"(?<![\w/])docs/|digest's own", line)
    ]

    assert (spoken, laid_down) == ([], [])


def _docstrings(tree: ast.AST) -> Iterator[ast.Constant]:
    """The strings that stand alone: nobody is shown them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
