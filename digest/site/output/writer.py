"""Files of the site: first all to a place of their own, then each by one rename. A page is never half there.

What is in the folder and was not written by this program is neither written over nor removed, and no link in the folder
is followed.
"""

import hashlib
import os
import time
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from errno import EACCES
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from digest.adapters.store.damage import Damaged
from digest.adapters.store.files import unwritable
from digest.errors import ArchiveError
from digest.site.output import listing
from digest.site.output.location import in_the_way
from digest.site.output.outputs import unpacked
from digest.site.records import Content, Output
from digest.site.snapshot import believable, facts, state_of
from digest.site.urls import PRIVATE

STAGE = f"{PRIVATE}part"
"""The folder in the site's where files wait for the whole build to succeed, each called by its number."""
_NEXT = "next"
"""What the list waits as."""


def hash_of(content: Content) -> bytes:
    """Stand for the content of a file."""
    # Of the hashes in the library the one that processors know, twice as quick as blake2b.
    made = hashlib.sha256()
    for piece in _pieces(content):
        made.update(piece)
    return made.digest()[:12]


class Site:
    """The folder of one site."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self._root = os.path.realpath(out)
        self._stage = f"{self._root}/{STAGE}"
        self._begun = False
        self._staged: list[str] = []
        """Paths; each file waits under its place in this list."""
        self._folders: dict[str, bool | None] = {}
        """Path → whether there is such a folder; None where something else is there."""
        self._made: list[str] = []
        """Folders that were made for what waits."""
        self.held: dict[str, int | None] = {}
        """Path → facts of the files that were read and are as they should be; None where they may be read once more."""

    def listed(self) -> dict[str, tuple[bytes, ...]]:
        """Return the files of the list, each with the hashes of what may have been written there."""
        return listing.read(self.out)

    def holds(self, output: Output) -> bool:
        """Return whether the file is there with just this content, and remember it among those `held`."""
        file, now = f"{self._root}/{output.path}", time.time_ns()  # before the look: what changes after it may not show
        state, changed = state_of(file)
        content = _content(file)
        if content is None or hash_of(content) != output.hash:
            return False
        self.held[output.path] = state if believable(changed, now) else None
        return True

    def changed(self, known: Iterable[tuple[str, int | None]], lines: Callable[[], bytes]) -> set[str]:
        """Return the files that are not as they were written, as `lines` say. Raises Damaged where those lack one.

        A file is read only where its folder does not tell the same of it as the last time.
        """
        doubtful = set(self._not_as_known(known))
        changed = set()
        for output in unpacked(lines()) if doubtful else ():
            if output.path in doubtful:
                doubtful.discard(output.path)
                if not self.holds(output):
                    changed.add(output.path)
        if doubtful:
            raise Damaged("files are known that no page is of")
        return changed

    def _not_as_known(self, known: Iterable[tuple[str, int | None]]) -> Iterator[str]:
        for path, before in known:
            try:
                same = before == hash(facts(os.lstat(f"{self._root}/{path}")))
            except (OSError, ValueError):
                same = False
            if not same:
                yield path

    def stage(self, path: str, content: Content) -> None:
        """Put a file aside until the build is whole."""
        try:
            self._begin()
            _write(f"{self._stage}/{len(self._staged)}", content)
        except OSError as cause:
            raise unwritable(self.out / path, cause) from cause
        self._staged.append(path)

    @property
    def staged(self) -> Sequence[str]:
        """The paths of the files that wait."""
        return self._staged

    def removable(self, before: Mapping[str, Collection[bytes]], paths: Iterable[str]) -> set[str]:
        """Return those of some paths where a file is as we wrote it, and no link on the way."""
        return {path for path in paths if self._ours(path, before[path])}

    def _ours(self, path: str, hashes: Collection[bytes]) -> bool:
        if not self._is_folder(path.rpartition("/")[0]):
            return False
        content = _content(f"{self._root}/{path}")
        return content is not None and hash_of(content) in hashes

    def refuse_obstacles(self, ours: Collection[str], gone: Collection[str]) -> None:
        """Raise ArchiveError where something else is in the way of a file that waits, or its folder is not writable.

        `ours` are the paths that may be written over, `gone` those that are removed first.
        """
        for path in self._staged:
            folder = path.rpartition("/")[0]
            there = self._is_folder(folder)
            if there is None and not any(f"{folder}/".startswith(f"{one}/") for one in gone):
                raise self._in_the_way(folder)
            if not there:
                continue
            try:
                mode = os.lstat(f"{self._root}/{path}").st_mode
            except FileNotFoundError:
                continue
            except OSError as cause:
                raise unwritable(self.out / path, cause) from cause
            emptied = S_ISDIR(mode) and self._holds_only(path, gone)
            if not emptied and not (S_ISREG(mode) and path in ours):
                raise self._in_the_way(path)
        for folder, there in self._folders.items():
            if there and not os.access(f"{self._root}/{folder}", os.W_OK | os.X_OK):
                raise unwritable(self.out / folder, OSError(EACCES, os.strerror(EACCES)))

    def _is_folder(self, path: str) -> bool | None:
        """Return whether a path is a folder, links not followed; None where it or one above is something else."""
        if path not in self._folders:
            above = self._is_folder(path.rpartition("/")[0]) if path else True
            if above:
                try:
                    above = S_ISDIR(os.lstat(f"{self._root}/{path}").st_mode) or None
                except FileNotFoundError:
                    above = False
                except OSError as cause:
                    raise ArchiveError(f"{self.out / path}: cannot be read: {cause.strerror}") from cause
            self._folders[path] = above
        return self._folders[path]

    def _holds_only(self, folder: str, gone: Collection[str]) -> bool:
        for place, folders, names in os.walk(f"{self._root}/{folder}"):
            way = place.removeprefix(f"{self._root}/")
            # An empty folder is nobody's, and stays.
            if not (folders or names) or any(f"{way}/{name}" not in gone for name in names):
                return False
        return True

    def _in_the_way(self, path: str) -> ArchiveError:
        while path and self._is_folder(path.rpartition("/")[0]) is None:
            path = path.rpartition("/")[0]
        return in_the_way(self.out / path)

    def prepare(self, list_: Sequence[bytes], meanwhile: Sequence[bytes]) -> None:
        """Take all room that the move needs: folders, the list of the new build, and that of what is there meanwhile.

        After an error no page of the site has changed.
        """
        place = self.out
        try:
            self._begin()
            for path in self._staged:
                self._make_folder(path.rpartition("/")[0])
            place = self.out / listing.LIST
            _write(f"{self._stage}/{_NEXT}", list_)
            _write(f"{self._stage}/{_NEXT}-0", meanwhile)
            os.replace(f"{self._stage}/{_NEXT}-0", f"{self._root}/{listing.LIST}")
        except OSError as cause:
            raise unwritable(place, cause) from cause

    def _make_folder(self, path: str) -> None:
        if self._is_folder(path) is not False:
            return  # it is there, or stands where a file is removed first
        self._make_folder(path.rpartition("/")[0])
        os.mkdir(f"{self._root}/{path}")
        self._folders[path] = True
        self._made.append(path)

    def commit(self, gone: Iterable[str]) -> Iterable[tuple[str, int]]:
        """Remove what is gone, with folders that this leaves empty, and move all that waits to its place.

        Returns the files that waited with their facts from the moment that they are there: what changes a file later,
        changes them.
        """
        root, there = self._root, array("q")
        self._made.clear()
        try:
            for path in gone:
                self._remove(path)
            for waiting, path in enumerate(self._staged):
                folder = path.rpartition("/")[0]
                if not self._folders[folder]:
                    os.makedirs(f"{root}/{folder}", exist_ok=True)
                os.replace(f"{self._stage}/{waiting}", f"{root}/{path}")
                there.append(state_of(f"{root}/{path}")[0])
            os.replace(f"{self._stage}/{_NEXT}", f"{root}/{listing.LIST}")
        except OSError as cause:
            raise unwritable(cause.filename2 or cause.filename, cause) from cause
        moved, self._staged = self._staged, []
        self._clear()
        return zip(moved, there, strict=True)

    def _remove(self, path: str) -> None:
        with suppress(FileNotFoundError):
            os.unlink(f"{self._root}/{path}")
        for parent in list(Path(path).parents)[:-1]:
            try:
                os.rmdir(f"{self._root}/{parent}")
            except OSError:
                break
            self._folders[parent.as_posix()] = False

    def _begin(self) -> None:
        if self._begun:
            return
        self._clear()  # of what a killed build left
        os.makedirs(self._root, exist_ok=True)
        if os.path.lexists(self._stage):
            raise self._in_the_way(STAGE)
        os.mkdir(self._stage)
        self._begun = True

    def discard(self) -> None:
        """Throw away what waits, and the folders that were made for it."""
        if not self._begun:
            return
        for folder in reversed(self._made):
            with suppress(OSError):
                os.rmdir(f"{self._root}/{folder}")
        self._clear()

    def _clear(self) -> None:
        """Empty and remove the folder where files wait. Anything else in it stays, and so does the folder."""
        if not _is_plain_folder(self._stage):
            return
        with suppress(OSError):
            for name in os.listdir(self._stage):
                if name.isdecimal() or name.startswith(_NEXT):
                    os.unlink(f"{self._stage}/{name}")
            os.rmdir(self._stage)


def _is_plain_folder(path: str) -> bool:
    try:
        return S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False


def _pieces(content: Content) -> Iterable[bytes]:
    return (content,) if isinstance(content, bytes) else content


def _write(path: str, content: Content) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        for piece in _pieces(content):
            written = os.write(handle, piece)
            while written < len(piece):
                written += os.write(handle, piece[written:])
    finally:
        os.close(handle)


def _content(path: str) -> bytes | None:
    """Read a regular file; None where there is something else, or a link. Never waits, as for a pipe."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        if not S_ISREG(os.fstat(handle).st_mode):
            return None
        with open(handle, "rb", closefd=False) as file:
            return file.read()
    except OSError:
        return None
    finally:
        os.close(handle)
