"""The reviews of weeks and months: a file each, in a folder beside the editions that no list of editions enters."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from digest.adapters.store.encoding import decode_review, encode
from digest.adapters.store.files import read, write
from digest.errors import ArchiveError
from digest.model.corpus.periods import kind_of
from digest.model.corpus.reviews import Review

REVIEWS = "_reviews"
"""Below the editions; sites pass over names that begin so."""


class Reviews:
    """The reviews of one series."""

    def __init__(self, data: Path) -> None:
        """`data` is the folder of its editions."""
        self.folder = data / REVIEWS

    def load(self, name: str) -> Review | None:
        """Load a review; None where there is none. Raises ArchiveError where it cannot be read."""
        raw = read(self.folder / f"{name}.json")
        return None if raw is None else decode_review(raw, f"{name}.json")

    def save(self, review: Review) -> None:
        """Save a review, unless the file already holds just that."""
        path, content = self.folder / f"{review.name}.json", encode(review)
        if read(path) != content:
            write(path, content)

    def names(self) -> list[str]:
        """List the reviews by name."""
        return sorted(path.stem for path in self.folder.glob("*.json") if path.is_file() and kind_of(path.stem))

    def by_post(self) -> dict[str, Review]:
        """Return those that a post was written of, by its file."""
        return {one.written.file: one for one in self.all() if one.written}

    def cost_in(self, month: str) -> float:
        """Sum up what the overviews cost that were written in a month, `2025-11`."""
        made = [one.overview for one in self.all() if one.overview and one.made and f"{one.made:%Y-%m}" == month]
        return sum(one.usage.cost or 0.0 for one in made)

    def all(self) -> Iterator[Review]:
        """Yield those that can be read."""
        for name in self.names():
            with suppress(ArchiveError):
                if review := self.load(name):
                    yield review
