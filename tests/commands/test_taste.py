"""Weights proposed from favourites, on the lists of past days; asks no service."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.fakes import Bench, build_themes
from tests.runs import Forker

LIMIT = 2


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two days of eight papers each, of which votes alone choose speech and vision."""
    build_themes(Bench(tmp_path, limit=1))
    (tmp_path / "_data" / "digests").mkdir()
    for edition in (tmp_path / "_data").glob("*.json"):
        edition.rename(tmp_path / "_data" / "digests" / edition.name)
    (tmp_path / "library.bib").write_text(_library("2511.00304", "2511.00404"))
    return tmp_path


def _library(*ids: str, title: str = "On proofs") -> str:
    """Favourites as they are exported: those of past lists, and one that no list has."""
    rows = [f"@misc{{a{one}, title = {{{title}}}, eprint = {{{one}}}}}\n" for one in ids]
    return "".join([*rows, "@misc{b, title = {Machine-checked proofs by hand}, abstract = {We write proofs.}}\n"])


def _tune(forker: Forker, folder: Path, settings: str, *words: str) -> subprocess.CompletedProcess[str]:
    (folder / "config.yaml").write_text(f"selection: {{limit: {LIMIT}}}\n{settings}\n")
    nowhere = {"DIGEST_SERVICES__HUGGINGFACE": "http://127.0.0.1:9"}
    return forker.output(folder, "taste", "tune", *words, environ={**os.environ, **nowhere})


TASTE = "taste: {examples: {files: [library.bib]}}"
PROPOSED = """\
2 examples on past lists: votes alone choose 0, these weights 2

{settings}

2025-11-04:
  2511.00404 On proofs
  2511.00400 On speech
"""


def test_the_weights_that_would_have_chosen_most_favourites_are_proposed_with_a_past_day(
    folder: Path, forker: Forker
) -> None:
    done = _tune(forker, folder, TASTE, "--days", "1")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == PROPOSED.format(settings="taste: {votes: 1, similarity: 8}")


def test_favourites_without_an_id_are_found_by_their_title(folder: Path, forker: Forker) -> None:
    (folder / "library.bib").write_text("@misc{a, title = {On Proofs}}\n@misc{b, title = {Proofs again}}\n")

    done = _tune(forker, folder, TASTE)

    assert done.stdout.startswith("2 examples on past lists: votes alone choose 0, ")


def test_a_profile_is_tuned_by_its_own_lists_and_examples_and_the_proposal_stands_where_it_belongs(
    folder: Path, forker: Forker
) -> None:
    for kind in ("_posts", "_data/digests"):
        (folder / kind / "lab").mkdir()
        for file in [one for one in (folder / kind).iterdir() if one.is_file()]:
            file.rename(folder / kind / "lab" / file.name)

    settings = f"profiles: {{lab: {{{TASTE}}}}}"
    done, other = _tune(forker, folder, settings, "--profile", "lab", "--days", "1"), _tune(forker, folder, settings)

    assert done.stdout == PROPOSED.format(settings="profiles: {lab: {taste: {votes: 1, similarity: 8}}}")
    assert other.stderr.startswith("digest: taste.examples names no papers")


@pytest.mark.parametrize(
    ("settings", "library", "words", "said"),
    [
        ("", "", (), "taste.examples names no papers — set taste.examples.files or taste.examples.editions"),
        (
            TASTE,
            _library("2501.00001", title="Of nobody"),
            (),
            "none of 2 examples is on a past list longer than selection.limit — "
            "keep the defaults, or build more days first",
        ),
        (
            TASTE,
            "no reference",
            (),
            "taste.examples.files: library.bib: no references found — export the library again",
        ),
        (
            TASTE,
            _library("2511.00304"),
            ("--profile", "lab"),
            "unknown profile 'lab' — profiles of config.yaml: default",
        ),
    ],
)
def test_without_favourites_that_past_lists_have_there_is_one_line(
    folder: Path, forker: Forker, settings: str, library: str, words: tuple[str, ...], said: str
) -> None:
    (folder / "library.bib").write_text(library)

    done = _tune(forker, folder, settings, *words)

    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"digest: {said}\n")


def test_where_no_day_was_built_there_is_one_line(tmp_path: Path, forker: Forker) -> None:
    (tmp_path / "library.bib").write_text(_library("2511.00304"))

    done = _tune(forker, tmp_path, TASTE)

    assert done.returncode == 1
    assert done.stderr.startswith("digest: none of 2 examples is on a past list")
