"""Posts and editions: the files of one site."""

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from digest.adapters.store.encoding import decode, encode
from digest.adapters.store.files import read, write
from digest.adapters.store.reviews import Reviews
from digest.errors import ArchiveError
from digest.model import BadPaperId, Edition, PaperId, file_name

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MARKS = (b'"provisional"', b'"removed"')
_ENTRY_LINK = re.compile(rb"^# .*\]\((https?://[^()\s]+|#file-[0-9a-f]+)\)\s*$", re.MULTILINE)


class Archive:
    """The posts and editions of one site."""

    def __init__(self, posts: Path, data: Path) -> None:
        self.posts = posts
        self.data = data
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
        edition = decode(raw, path.name)
        if edition.name != name:
            raise ArchiveError(
                f"{path.name}: contains edition {edition.name}", hint=f"rename it to {edition.name}.json"
            )
        return edition

    def save(self, edition: Edition) -> None:
        """Save an edition, unless the file already holds just that."""
        path, content = self.edition_path(edition.name), encode(edition)
        if read(path) != content:
            write(path, content)
            self._marked, self._imported = {}, None

    def names(self) -> list[str]:
        """List the editions by name, oldest first. What cannot be one is not among them, see `unreadable`."""
        return sorted(path.stem for path in self.data.glob("*.json") if path.is_file())

    def unreadable(self) -> list[str]:
        """Say of everything that is named like an edition and is no file what is in the way, a line each."""
        odd = sorted(path.name for path in self.data.glob("*.json") if not path.is_file())
        return [f"{name} is left out: not a regular file" for name in odd]

    def cost_in(self, month: str) -> float:
        """Sum up what the editions say that a month, `2025-11`, cost: its entries, and the skips of its days."""
        cost = 0.0
        for name in self.names():
            with suppress(ArchiveError):
                edition = self.load(name)
                skips = edition.skips if edition and f"{edition.day:%Y-%m}" == month else ()
                made = [one.provenance for one in edition.entries] if edition else []
                usages = [one.usage for one in made if one.made and f"{one.made:%Y-%m}" == month]
                overview = edition.overview if edition and f"{edition.day:%Y-%m}" == month else None
                usages += [overview.usage] if overview else []
                cost += sum(one.cost or 0.0 for one in (*usages, *(skip.usage for skip in skips)))
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
                for link in _ENTRY_LINK.findall(read(path) or b""):
                    with suppress(BadPaperId):
                        found.setdefault(PaperId.of_link(link.decode()).base, path.name[:10])
        return found

    def removed(self) -> dict[PaperId, str]:
        """Tell which papers somebody took off, and why. Raises ArchiveError where an edition cannot be read."""
        found: dict[PaperId, str] = {}
        for name in self._names_with(b'"removed"'):
            if edition := self.load(name):
                found |= {one.paper.id: one.detail for one in edition.exclusions if one.rule == "removed"}
        return found

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
        """List the editions whose text has a mark: all are read once, and again when one was saved."""
        if not self._marked:
            self._marked = {one: [] for one in _MARKS}
            for name in self.names():
                raw = read(self.edition_path(name)) or b""
                for one in _MARKS:
                    if one in raw:
                        self._marked[one].append(name)
        return self._marked[mark]

    def holes(self) -> tuple[date, ...]:
        """List the days between two editions that have neither an edition nor a post; not those after imported ones."""
        found: list[date] = []
        for before, after in pairwise(self.days()):
            between = [before + timedelta(days=number) for number in range(1, (after - before).days)]
            if between and (edition := self.load(str(before))) and edition.listing != "imported":
                found += [day for day in between if not self._posts(f"{day}-*.md")]
        return tuple(found)

    def imported(self) -> dict[PaperId, str]:
        """Tell which papers stand in imported posts that are no day's own, and on which day first."""
        if self._imported is None:
            found: dict[PaperId, str] = {}
            for name in self.names():
                edition = self.load(name) if len(name) > len("2025-11-17") else None
                for paper in edition.papers if edition and edition.listing == "imported" else ():
                    found.setdefault(paper.id.base, name[:10])
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
        reviews = Reviews(self.data).files()
        return sorted(path for path in self.posts.glob(pattern) if path.is_file() and path.name not in reviews)

    def post(self, file: str) -> bytes | None:
        """Return a post as it stands, None where there is none."""
        return read(self.posts / file_name(file))

    def delete_post(self, file: str) -> None:
        """Delete a post, where there is one."""
        (self.posts / file_name(file)).unlink(missing_ok=True)

    def write_post(self, file: str, content: bytes) -> None:
        """Write a post, unless the file already holds just that."""
        if self.post(file) != content:
            write(self.posts / file_name(file), content)
