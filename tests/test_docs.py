"""What the documents say is so: commands, options, files, limits."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from digest import model
from digest.cli import cli

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_the_readme_fits_130_lines_and_keeps_its_order() -> None:
    headings = re.findall(r"^## (.+)$", README, re.MULTILINE)

    assert len(README.splitlines()) <= 130
    assert headings[-5:] == [
        "Try it", "Run it daily", "How a day flows", "Where to change what", "When it fails",
    ]  # fmt: skip


def test_the_readme_and_the_help_name_the_same_commands() -> None:
    named = set(re.findall(r"^\| `digest ([a-z]+)` \|", README, re.MULTILINE))

    assert named == set(cli.commands)


def test_every_option_that_a_document_shows_exists() -> None:
    documents = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    shown = {
        (match[1], option)
        for document in documents
        for match in re.finditer(r"\bdigest ([a-z]+)((?:[ \w./:=|…-])*)", document.read_text("utf-8"))
        if match[1] in cli.commands
        for option in re.findall(r"(?<=\s)--[a-z-]+", match[2])
    }

    known = {(name, option) for name, command in cli.commands.items() for p in command.params for option in p.opts}
    assert shown - known == set()
    assert ("build", "--dry-run") in shown


def test_the_entry_in_the_readme_is_the_one_in_the_repository() -> None:
    post = (ROOT / "_posts" / "2025-11-17-daily-papers.md").read_text("utf-8")
    block = re.search(r"```markdown\n(.*?)```", README, re.DOTALL)
    assert block is not None
    lines = [line.rstrip() for line in block[1].splitlines() if line and "…" not in line]

    assert [line for line in lines if line not in [there.rstrip() for there in post.splitlines()]] == []


def test_every_module_has_its_place_in_the_plan_of_the_house() -> None:
    plan = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    modules = {path.name for path in (ROOT / "digest").iterdir() if not path.name.startswith("__")}

    assert {name for name in modules if name not in plan and f"{name}/" not in plan} == {"py.typed"} & modules


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


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_help_is_sentences_within_80_columns(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "digest", command, "--help"], capture_output=True, text=True, check=True, timeout=30
    )

    assert max(map(len, done.stdout.splitlines())) <= 80
    assert (
        done.stdout.splitlines()[2].strip().endswith((".", ",", "the", "newest", "post", "what")) or "." in done.stdout
    )


def test_no_document_or_module_names_a_machines_own_path() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    named = [
        file
        for file in tracked
        if (ROOT / file).suffix in {".py", ".md", ".yaml", ".yml", ".toml", ".j2", ".js", ".css", ""}
        and re.search(r"/work/(?:main|shared)|/tmp/venv", (ROOT / file).read_text("utf-8", "replace"))
    ]

    assert [file for file in named if file != "tests/test_docs.py"] == []
