"""The archive's folders → the files a build may read, and which of them are for certain what they were."""

import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import msgspec

from digest.adapters import store
from digest.config import files
from digest.model.text import in_utf8
from digest.posts import filenames
from digest.site.snapshot import SETTLED

_NOT_UTF8 = "its name is not UTF-8: rename it"


class FileState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A file as its folder describes it."""

    size: int
    mtime: int
    ctime: int


class Inputs(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """All files a build may read. Names are relative to their folder."""

    posts: dict[str, FileState]
    editions: dict[str, FileState]
    at: int
    """When this was looked at, in nanoseconds since 1970."""
    unread: dict[str, str] = {}
    """What is named like a file to read and cannot be one → why."""
    reviews: dict[str, FileState] = {}
    """The reviews of weeks and months."""

    def newest(self) -> int:
        """The latest change of any file."""
        seen = (*self.posts.values(), *self.editions.values(), *self.reviews.values())
        return max((max(one.mtime, one.ctime) for one in seen), default=0)


def list_inputs(posts: Path, data: Path, now: int, apart: Collection[str] = ()) -> Inputs:
    """List both folders, without what stands `apart` in them. A folder that is not there is empty.

    A folder that has editions of its own is another series', also where the settings name that no longer.
    """
    unread: dict[str, str] = {}
    apart = {*apart, *_series_in(data)}
    found = _list(posts, "", filenames.ENDINGS, unread, apart), _list(data, "", (".json",), unread, apart)
    return Inputs(*found, now, unread, _list(data / store.REVIEWS, "", (".json",), unread))


def _series_in(data: Path) -> Iterator[str]:
    """Name the folders below that of the editions in which there are editions, too."""
    try:
        folders = [entry for entry in os.scandir(data) if entry.is_dir(follow_symlinks=False)]
    except (FileNotFoundError, NotADirectoryError):
        return
    for folder in folders:
        if not folder.name.startswith((".", "_")) and any(
            filenames.day_of(one.name) for one in Path(folder.path).glob("*.json")
        ):
            yield folder.name


def nothing_changed(before: Inputs, now: Inputs) -> bool:
    """Return whether nothing changed between the two, for certain."""
    alike = all(getattr(before, part) == getattr(now, part) for part in ("posts", "editions", "unread", "reviews"))
    return alike and before.newest() + SETTLED < before.at


def is_unchanged(name: str, before: Mapping[str, FileState], now: Mapping[str, FileState], at: int) -> bool:
    """Return whether one file is for certain what it was when it was looked at `at`."""
    seen = now.get(name)
    return seen == before.get(name) and (seen is None or max(seen.mtime, seen.ctime) + SETTLED < at)


def edition_of(post: str, editions: Mapping[str, FileState], slug: str) -> str:
    """Return the file of a post's edition: the one of the same name, or the day's for the day's own post."""
    named = filenames.POST.fullmatch(post.rpartition("/")[2])
    if named is None:
        return ""
    own = f"{named['date']}-{named['slug']}.json"
    if own in editions:
        return own
    day = f"{named['date']}.json"
    return day if named["slug"] == slug and day in editions else ""


def _list(
    folder: Path, below: str, endings: tuple[str, ...], unread: dict[str, str], apart: Collection[str] = ()
) -> dict[str, FileState]:
    found: dict[str, FileState] = {}
    top = folder.joinpath(*[".."] * below.count("/"))
    try:
        entries = list(os.scandir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return found
    for entry in entries:
        name = in_utf8(entry.name)
        if name.startswith((".", "_")) or name in apart:
            continue
        readable = name == entry.name
        if name.lower().endswith(endings):
            seen = "not a regular file" if entry.is_dir(follow_symlinks=False) else _state(entry, top)
            if isinstance(seen, FileState) and readable:
                found[below + name] = seen
            else:
                unread[below + name] = _NOT_UTF8 if isinstance(seen, FileState) else seen
        elif entry.is_dir(follow_symlinks=False) and below.count("/") <= 4:
            inside = _list(Path(entry.path), f"{below}{name}/", endings, unread)
            found |= inside if readable else {}
            unread |= {} if readable else dict.fromkeys(inside, _NOT_UTF8)
    return found


def _state(entry: os.DirEntry[str], top: Path) -> FileState | str:
    """Return a file as its folder describes it, or why it cannot be read."""
    try:
        seen = entry.stat()
    except OSError as cause:  # a link that leads nowhere, or in a circle
        return cause.strerror or str(cause)
    if reason := files.why_unreadable(seen):
        return reason
    if entry.is_symlink() and files.leads_out(Path(entry.path), top):
        return "a link to a file outside of this folder"
    return FileState(seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)
