"""What is kept of weeks and months on disk → their overviews. Asks no model: what was not written is not shown."""

from collections.abc import Iterable
from pathlib import Path

from digest.adapters import store
from digest.config import files
from digest.errors import ArchiveError
from digest.model import Overview


def read(data: Path, names: Iterable[str]) -> tuple[dict[str, Overview], list[str]]:
    """Read the reviews of a series; return their overviews by the names of weeks and months, and what is left out."""
    found: dict[str, Overview] = {}
    problems: list[str] = []
    for name in sorted(names):
        try:
            review = store.decode_review(files.read(data / store.REVIEWS / name), name)
        except OSError as cause:
            problems.append(f"{name}: cannot be read: {cause.strerror}; skipped")
        except ArchiveError as cause:
            problems.append(str(ArchiveError(f"{cause.what}; skipped", hint=cause.hint)))
        else:
            if review.overview:
                found[review.name] = review.overview
    return found, problems
