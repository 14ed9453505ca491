"""Posts and editions: the files of one site."""

import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

from digest.adapters.store import known
from digest.adapters.store.encoding import encode
from digest.adapters.store.files import read, unwritable, write
from digest.adapters.store.known import KnownFiles
from digest.adapters.store.removals import Removals
from digest.adapters.store.reviews import Reviews
from digest.errors import ArchiveError
from digest.model import Edition, PaperId, file_name
from digest.model.text import in_utf8

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FEW, _LONG = 3, 60


class Archive:
    """The posts and editions of one site."""

    def __init__(self, posts: Path, data: Path, files: KnownFiles | None = None) -> None:
        """`files` remembers what they say from one run to the next."""
        self.posts = posts
        self.data = data
        self._known = files or KnownFiles()
        self._marked: dict[bytes, list[str]] = {}
        self._imported: dict[PaperId, str] | None = None

    def edition_path(self, name: str) -> Path:
        """Where the edition of that name is kept. Raises BadName where that would be elsewhere."""
        return self.data / f"{file_name(name)}.json"

    def load(self, name: str) -> Edition | None:
        """Load an edition; None where there is none. Raises ArchiveError where it cannot be read."""
        path = self.edition_path(name)
        raw = read(path)
        if raw is None:
            return None
        return known.edition(raw, name)

    def save(self, edition: Edition) -> None:
        """Save an edition, unless the file already holds just that."""
        path, content = self.edition_path(edition.name), encode(edition)
        if read(path) != content:
            write(path, content)
            self._marked, self._imported = {}, None

    def names(self) -> list[str]:
        """List the editions by name, oldest first. What cannot be one is not among them, see `unreadable`."""
        return sorted(
            path.stem for path in self.data.glob("*.json") if path.is_file() and in_utf8(path.name) == path.name
        )

    def unreadable(self) -> list[str]:
        """Say of everything that is named like an edition and is no file what is in the way, a line each."""
        files = sorted(self.data.glob("*.json"))
        odd = [f"{in_utf8(path.name)} is left out: not a regular file" for path in files if not path.is_file()]
        named = (path for path in files if path.is_file() and in_utf8(path.name) != path.name)
        return odd + [f"{in_utf8(path.name)} is left out: its name is not UTF-8" for path in named]

    def languages(self) -> Counter[str]:
        """Count the editions with summaries by the language that these are in."""
        paths = map(self.edition_path, self.names())
        found = Counter(self._known.of(path, "language", known.language) for path in paths)
        del found[""]
        return found

    def cost_in(self, month: str) -> float:
        """Sum up what the editions say that a month, `2025-11`, cost: entries, overviews, and the skips of its days."""
        cost = Reviews(self.data).cost_in(month)
        for name in self.names():
            with suppress(ArchiveError):
                costs = self._known.of(self.edition_path(name), "costs", partial(known.costs, name=name))
                cost += costs.get(month, 0.0)
        return cost

    def published(self, file: str) -> dict[PaperId, str]:
        """Tell which papers stand in other posts of the same series as `file` (`DAY-slug.md`), and on which day first.

        Reads the posts, not the editions: they are the archive, whoever wrote them. Of imported posts in other forms or
        series it takes what their editions know, those of the same day too. Raises ArchiveError where one cannot be
        read, because a paper of it would be published again.
        """
        found = self.imported()
        for path in sorted(self.posts.glob(f"????-??-??{file[10:]}")):
            if path.name != file:
                for id in self._known.of(path, "papers", known.linked):
                    found.setdefault(PaperId.parse(id), path.name[:10])
        return found

    def removed(self) -> dict[PaperId, str]:
        """Tell which papers somebody took off, and why. Raises ArchiveError where that cannot be read."""
        found: dict[PaperId, str] = {}
        for name in self._names_with(b'"removed"'):
            if edition := self.load(name):
                found |= {one.paper.id: one.detail for one in edition.exclusions if one.rule == "removed"}
        return found | Removals(self.data).read()

    def days(self) -> list[date]:
        """List the days that have an edition, oldest first; without the example that forks begin with."""
        found: list[date] = []
        for name in filter(_DAY.fullmatch, self.names()):
            with suppress(ValueError):
                found.append(date.fromisoformat(name))
        with suppress(ArchiveError):  # whoever builds that day is told of it
            if found and (oldest := self.load(str(found[0]))) and oldest.is_example:
                return found[1:]
        return found

    def provisional(self) -> list[date]:
        """List the days that have provisional entries, or had, oldest first."""
        marked = set(self._names_with(b'"provisional"'))
        return [day for day in self.days() if str(day) in marked]

    def _names_with(self, mark: bytes) -> list[str]:
        """List the editions whose text has a mark: all are looked at once, and again when one was saved."""
        if not self._marked:
            self._marked = {one: [] for one in known.MARKS}
            for name in self.names():
                for number in self._known.of(self.edition_path(name), "marks", known.marks):
                    self._marked[known.MARKS[number]].append(name)
        return self._marked[mark]

    def holes(self, until: date | None = None) -> tuple[date, ...]:
        """List the days between two editions that have neither an edition nor a post; not those after imported ones.

        With `until`, also those up to that day. A few days long before all others, mistyped or tried, are no beginning.
        """
        missing, days = list[date](), self.days()
        end = [until + timedelta(days=1)] if until else []
        for place, (before, after) in enumerate(pairwise([*days, *end]), 1):
            between = [before + timedelta(days=number) for number in range(1, (after - before).days)]
            if place <= _FEW and after in days and len(between) > _LONG:
                missing = []
            elif between and not self._was_imported(str(before)):
                missing += between
        posted = {path.name[:10] for path in self._posts("????-??-??-*.md")} if missing else set()
        return tuple(day for day in missing if str(day) not in posted)

    def _was_imported(self, name: str) -> bool:
        with suppress(ArchiveError):  # of one that cannot be read, its own line tells
            return (edition := self.load(name)) is None or edition.listing == "imported"
        return False

    def imported(self) -> dict[PaperId, str]:
        """Tell which papers stand in imported posts that are no day's own, and on which day first."""
        if self._imported is None:
            found: dict[PaperId, str] = {}
            for name in self.names():
                if len(name) > len("2025-11-17"):
                    path = self.edition_path(name)
                    for id in self._known.of(path, "imported", partial(known.imported, name=name)):
                        found.setdefault(PaperId.parse(id), name[:10])
            self._imported = found
        return dict(self._imported)

    def find_posts(self, names: Iterable[str]) -> list[Path]:
        """Find posts by day, by file name or by path; without names, the newest one. Raises ArchiveError."""
        found: list[Path] = []
        for name in names:
            path = Path(name)
            days = self._posts(f"{name}-*.md") if re.fullmatch(r"\d{4}-\d\d-\d\d", name) else []
            here = [place for place in (path, self.posts / path.name) if place.exists()]
            if not days and not here:
                raise ArchiveError(f"post not found: {name} (in {self.posts})")
            found += days or here[:1]
        newest = self._posts("????-??-??-*.md")[-1:]
        if not found and not newest:
            raise ArchiveError(f"no posts in {self.posts}")
        return found or newest

    def _posts(self, pattern: str) -> list[Path]:
        """List posts, without those of weeks and months, which are no day's."""
        reviews = Reviews(self.data).by_post()
        return sorted(path for path in self.posts.glob(pattern) if path.is_file() and path.name not in reviews)

    def post(self, file: str) -> bytes | None:
        """Return a post as it stands, None where there is none."""
        return read(self.posts / file_name(file))

    def delete_post(self, file: str) -> None:
        """Delete a post, where there is one. Raises ArchiveError where that cannot be."""
        path = self.posts / file_name(file)
        try:
            path.unlink(missing_ok=True)
        except OSError as cause:
            raise unwritable(path, cause) from cause

    def write_post(self, file: str, content: bytes) -> None:
        """Write a post, unless the file already holds just that."""
        if self.post(file) != content:
            write(self.posts / file_name(file), content)
