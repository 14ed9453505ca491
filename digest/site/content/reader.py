"""The archive's files → posts in the cache, in full and in short. Reads only what may have changed."""

import hashlib
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from digest.config import files
from digest.errors import ArchiveError
from digest.posts import filenames
from digest.site.cache import Manifest
from digest.site.content import loader
from digest.site.content.inputs import Inputs, edition_of, is_unchanged
from digest.site.content.loader import Rules
from digest.site.content.post_summary import edition_summary, post_summary
from digest.site.records import PostSummary

_WORTH_PROCESSES = 200
"""Fewer posts are read sooner than processes start."""


class Job(NamedTuple):
    """A post, or an edition without one, that has to be read."""

    name: str
    edition: str
    known: bytes | None
    """The hash of what was read the last time."""


class LoadResult(NamedTuple):
    """What came of a job. Without a hash nothing had changed."""

    name: str
    hash: bytes | None = None
    summary: PostSummary | None = None
    page: bytes | None = None
    """The post, packed: its hash is the summary's content hash, and so it is kept."""
    problem: ArchiveError | None = None
    """Why it is left out."""


def own_notes(words: Mapping[str, Any]) -> tuple[str, ...]:
    """Return how the notes begin, now and in earlier versions, that pages say in another place."""
    notes = words["notes"]
    current = (str(notes[name]).partition("{")[0] for name in ("unconfirmed", "replaced", "unverified"))
    return tuple(start for start in (*current, *map(str, notes["former"]), "![") if start.strip())


class Reader:
    """Keeps the manifest's posts up to date with two folders."""

    def __init__(self, posts: Path, data: Path, manifest: Manifest, rules: Rules, jobs: int) -> None:
        self._posts, self._data = posts, data
        self._manifest = manifest
        self._rules = rules
        self._jobs = jobs

    def read(self, before: Inputs | None, now: Inputs) -> tuple[list[PostSummary], list[str]]:
        """Read what changed. Return all summaries, and what was left out and why.

        Raises ArchiveError where nothing would be left, and where a file cannot be read at all.
        """
        known = self._manifest.posts()
        problems = [f"{name}: skipped, {why}" for name, why in now.unread.items()]
        jobs, names = [], set()
        used: set[str] = set()
        for post in now.posts:
            name = post.rpartition("/")[2]
            if not filenames.POST.fullmatch(name) or filenames.day_of(name) is None:
                problems.append(f"{post}: skipped, the name does not start with a date like 2025-11-17")
                continue
            edition = edition_of(post, now.editions, self._rules.slug)
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
            certain = before is not None and is_unchanged(edition, before.editions, now.editions, before.at)
            if not certain or name not in known:
                jobs.append(Job(name, edition, known[name][0] if name in known else None))
        summaries = {name: summary for name, (_, summary) in known.items() if name in names}
        for gone in known.keys() - names:
            self._manifest.drop_post(gone)
        wrong: list[ArchiveError] = []
        for done in self._work(sorted(jobs)):
            if done.problem is not None:
                wrong.append(done.problem)
            elif done.hash is None:
                continue
            summaries.pop(done.name, None)
            self._manifest.keep_post(done.name, done.hash or b"", done.summary, done.page)
            if done.summary is not None:
                summaries[done.name] = done.summary
        if wrong and not summaries:
            raise wrong[0]
        problems += [str(ArchiveError(f"{one.what}; skipped", hint=one.hint)) for one in wrong]
        return list(summaries.values()), problems

    def _same(self, before: Inputs, now: Inputs, post: str, edition: str) -> bool:
        then = edition_of(post, before.editions, self._rules.slug)
        return (
            then == edition
            and is_unchanged(post, before.posts, now.posts, before.at)
            and (not edition or is_unchanged(edition, before.editions, now.editions, before.at))
        )

    def _work(self, jobs: list[Job]) -> Iterator[LoadResult]:
        one = partial(read_one, posts=self._posts, data=self._data, rules=self._rules)
        yield from self._map(one, jobs)

    def _map(self, one: Callable[[Job], LoadResult], jobs: list[Job]) -> Iterable[LoadResult]:
        if self._jobs < 2 or len(jobs) < _WORTH_PROCESSES:
            yield from map(one, jobs)
            return
        # A terminal's Ctrl-C reaches the workers too, but it is for us to end them.
        pool = ProcessPoolExecutor(self._jobs, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN))
        try:
            yield from pool.map(one, jobs, chunksize=64)
        finally:
            pool.shutdown(cancel_futures=True)


def read_one(job: Job, posts: Path, data: Path, rules: Rules) -> LoadResult:
    """Read one post with its edition, or one edition alone; what is wrong with them costs that post alone.

    Raises ArchiveError where a file cannot be read.
    """
    edition = _bytes(data, job.edition) if job.edition else None
    if job.name.startswith("edition "):
        found = input_hash(None, job.edition, edition)
        if found == job.known:
            return LoadResult(job.name)
        try:
            return LoadResult(job.name, found, edition_summary(job.edition, edition or b""))
        except ArchiveError as cause:
            return LoadResult(job.name, problem=cause)
    raw = _bytes(posts, job.name)
    found = input_hash(raw, job.edition, edition)
    if found == job.known:
        return LoadResult(job.name)
    try:
        day = loader.load(job.name, raw, job.edition, edition, rules)
    except ArchiveError as cause:
        return LoadResult(job.name, problem=cause)
    if day is None:
        return LoadResult(job.name, found)
    packed = msgspec.msgpack.encode(day)
    return LoadResult(job.name, found, post_summary(day, packed), packed)


def _bytes(folder: Path, name: str) -> bytes:
    try:
        return files.read(f"{folder}/{name}")
    except OSError as cause:
        raise ArchiveError(f"{name.rpartition('/')[2]}: cannot be read: {cause.strerror}") from cause


def input_hash(post: bytes | None, edition_name: str, edition: bytes | None) -> bytes:
    """Stand for everything that was read of a post."""
    made = hashlib.sha256()
    for part in (post, edition_name.encode(), edition):
        made.update(b"-" if part is None else b"%d:" % len(part))
        made.update(part or b"")
    return made.digest()[:16]
