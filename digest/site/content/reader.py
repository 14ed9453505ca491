"""The archive's files → bones and days in the manifest. Reads only what may have changed since it was last read."""

import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from digest.config import files
from digest.errors import ArchiveError
from digest.site.content import loader, scan
from digest.site.content.loader import FILE_NAME, Rules
from digest.site.output.cache import Manifest
from digest.site.records import PostSummary

_WORTH_PROCESSES = 200
"""Fewer posts are read sooner than processes start."""


class Job(NamedTuple):
    """A post, or an edition without one, that has to be read."""

    name: str
    edition: str
    known: bytes | None
    """The hash of what was read the last time."""


class Reading(NamedTuple):
    """What came of a job. Without a hash nothing had changed."""

    name: str
    hash: bytes | None = None
    bone: PostSummary | None = None
    day: bytes | None = None
    """The post, packed: its hash is the bone's mark, and so it is kept."""


def own_notes(words: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the beginnings of the notes that our own posts carry and pages say in another place."""
    named = (str(words["notes"][name]).partition("{")[0] for name in ("unconfirmed", "replaced"))
    return tuple(start for start in named if start.strip())


class Reader:
    """Keeps the manifest's posts up to date with two folders."""

    def __init__(self, posts: Path, data: Path, manifest: Manifest, rules: Rules, jobs: int) -> None:
        self._posts, self._data = posts, data
        self._manifest = manifest
        self._rules = rules
        self._jobs = jobs

    def read(self, before: scan.Inputs | None, now: scan.Inputs) -> tuple[list[PostSummary], list[str]]:
        """Read what changed. Return all bones, and what was left out and why. Raises ArchiveError."""
        known = self._manifest.posts()
        problems = [f"{name}: left out, {why}" for name, why in now.unread.items()]
        jobs, names = [], set()
        used: set[str] = set()
        for post in now.posts:
            if not FILE_NAME.fullmatch(post.rpartition("/")[2]):
                problems.append(f"{post}: left out, its name does not begin with a date")
                continue
            edition = scan.edition_of(post, now.editions, self._rules.slug)
            used.add(edition)
            names.add(post)
            same = before is not None and self._same(before, now, post, edition)
            if not same or post not in known:
                jobs.append(Job(post, edition, known[post][0] if post in known else None))
        for edition in now.editions:
            if edition in used:
                continue
            name = f"edition {edition}"
            names.add(name)
            certain = before is not None and scan.certain(edition, before.editions, now.editions, before.at)
            if not certain or name not in known:
                jobs.append(Job(name, edition, known[name][0] if name in known else None))
        bones = {name: bone for name, (_, bone) in known.items() if name in names}
        for gone in known.keys() - names:
            self._manifest.drop_post(gone)
        for done in self._work(sorted(jobs)):
            if done.hash is None:
                continue
            bones.pop(done.name, None)
            self._manifest.keep_post(done.name, done.hash, done.bone, done.day)
            if done.bone is not None:
                bones[done.name] = done.bone
        return list(bones.values()), problems

    def _same(self, before: scan.Inputs, now: scan.Inputs, post: str, edition: str) -> bool:
        then = scan.edition_of(post, before.editions, self._rules.slug)
        return (
            then == edition
            and scan.certain(post, before.posts, now.posts, before.at)
            and (not edition or scan.certain(edition, before.editions, now.editions, before.at))
        )

    def _work(self, jobs: list[Job]) -> Iterator[Reading]:
        one = partial(read_one, posts=self._posts, data=self._data, rules=self._rules)
        yield from self._map(one, jobs)

    def _map(self, one: Callable[[Job], Reading], jobs: list[Job]) -> Iterable[Reading]:
        if self._jobs < 2 or len(jobs) < _WORTH_PROCESSES:
            yield from map(one, jobs)
            return
        # A terminal's Ctrl-C reaches the workers too, but it is for us to end them.
        pool = ProcessPoolExecutor(self._jobs, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN))
        try:
            yield from pool.map(one, jobs, chunksize=64)
        finally:
            pool.shutdown(cancel_futures=True)


def read_one(job: Job, posts: Path, data: Path, rules: Rules) -> Reading:
    """Read one post with its edition, or one edition alone. Raises ArchiveError that names file and line."""
    edition = _bytes(data, job.edition) if job.edition else None
    if job.name.startswith("edition "):
        found = scan.input_hash(None, job.edition, edition)
        if found == job.known:
            return Reading(job.name)
        return Reading(job.name, found, loader.bare_bone(job.edition, edition or b""))
    raw = _bytes(posts, job.name)
    found = scan.input_hash(raw, job.edition, edition)
    if found == job.known:
        return Reading(job.name)
    day = loader.load(job.name, raw, job.edition, edition, rules)
    if day is None:
        return Reading(job.name, found)
    packed = msgspec.msgpack.encode(day)
    return Reading(job.name, found, loader.bone(day, packed), packed)


def _bytes(folder: Path, name: str) -> bytes:
    try:
        return files.read(f"{folder}/{name}")
    except OSError as cause:
        raise ArchiveError(f"{name.rpartition('/')[2]}: cannot be read: {cause.strerror}") from cause
