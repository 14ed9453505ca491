"""What lasts on disk: whole or not at all, for one run at a time, and an error in one line where it cannot be."""

import errno
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.adapters import store
from digest.adapters.store import is_text_of, sha256_hex, text_hash
from digest.adapters.store.damage import has_locks
from digest.errors import ArchiveError, Busy
from digest.model import (
    ArxivId,
    Edition,
    Entry,
    Evidence,
    Exclusion,
    Fetched,
    Figure,
    Finding,
    Header,
    Paper,
    Provenance,
    Skip,
    Summary,
    Usage,
    Written,
    schema,
)
from tests.wording import Reads

NOW = datetime(2025, 11, 18, tzinfo=UTC)
EDITION = Edition(
    name="2025-11-17", day=date(2025, 11, 17), header=Header(title="Daily Papers", date="2025-11-17 08:15:00")
)

ANY = st.text(st.characters(codec="utf-8"), max_size=20)
IDS = st.sampled_from(["2511.09146", "astro-ph/0601001", "cs.CL/0101001"]).map(ArxivId)
MOMENTS = st.datetimes(timezones=st.just(UTC), min_value=datetime.min, max_value=datetime(2100, 1, 1))  # noqa: DTZ001, DTZ901 - Hypothesis adds the zone
COUNTS = st.integers(0, 2**53 - 1)
WORDS = st.lists(ANY, max_size=3).map(tuple)
PAPERS = st.builds(
    Paper,
    id=IDS,
    title=ANY,
    abstract=ANY,
    authors=WORDS,
    submitted=st.none() | MOMENTS,
    upvotes=st.none() | COUNTS,
    comment=st.none() | ANY,
    version=st.none() | st.integers(1, 99),
    withdrawn=st.booleans(),
)
USAGES = st.builds(Usage, COUNTS, COUNTS, COUNTS, COUNTS, st.none() | st.floats(0, 100))
ENTRIES = st.builds(
    Entry,
    paper=PAPERS,
    summary=st.builds(Summary, **dict.fromkeys(schema.NAMES, ANY), tldr=ANY, topics=WORDS, markup=st.booleans()),
    provenance=st.builds(
        Provenance,
        origin=st.sampled_from(["html", "pdf", "markdown", "abstract", "imported"]),
        made=st.none() | st.dates(),
        usage=USAGES,
        missed=WORDS,
        figure=st.none() | st.builds(Figure, ANY, ANY),
    ),
    arxiv_url=st.sampled_from(["https://arxiv.org/abs/2511.09146", "http://arxiv.org/abs/astro-ph/0601001v1"]),
    evidence=st.dictionaries(st.sampled_from(schema.NAMES), st.builds(Evidence, ANY, ANY)),
    findings=st.lists(st.builds(Finding, st.sampled_from(["names", "numbers"]), ANY, ANY, ANY), max_size=2).map(tuple),
    notes=WORDS,
)
EDITIONS = st.builds(
    Edition,
    name=st.just("2025-11-17"),
    day=st.just(date(2025, 11, 17)),
    header=st.builds(
        Header, title=ANY, date=ANY, tags=WORDS, extra=st.dictionaries(ANY, ANY | st.lists(ANY, max_size=2), max_size=2)
    ),
    listing=st.sampled_from(["complete", "partial", "named", "imported"]),
    entries=st.lists(ENTRIES, max_size=2).map(tuple),
    skips=st.lists(
        st.builds(Skip, paper=PAPERS, stage=st.sampled_from(["fulltext", "run"]), reason=ANY, usage=USAGES), max_size=1
    ).map(tuple),
    exclusions=st.lists(
        st.builds(Exclusion, paper=PAPERS, rule=st.sampled_from(["limit", "published"]), detail=ANY), max_size=1
    ).map(tuple),
    written=st.none() | st.builds(Written, file=st.just("2025-11-17-daily-papers.md"), sha256=ANY, before=ANY),
)


@given(EDITIONS)
def test_an_edition_is_read_back_as_it_was(edition: Edition) -> None:
    raw = store.encode(edition)

    assert store.decode(raw, "x.json") == edition
    assert store.encode(store.decode(raw, "x.json")) == raw


def test_an_edition_on_disk_says_only_what_is_known() -> None:
    assert store.encode(EDITION) == (
        b'{\n "name": "2025-11-17",\n "day": "2025-11-17",\n "header": {\n  "title": "Daily Papers",\n'
        b'  "date": "2025-11-17 08:15:00"\n }\n}\n'
    )


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        (b"", "x.json: not a valid edition: <words>"),
        (b"{", "x.json: not a valid edition: <words>"),
        (b"[]", "x.json: not a valid edition: <words>"),
        (b'{"name": "x"}', "x.json: not a valid edition: <words>"),
        (b'{"name": "x", "day": "someday"}', "x.json: not a valid edition: <words>"),
        (b"\xff\xfe", "x.json: not a valid edition: <words>"),
        (store.encode(EDITION)[:-40], "x.json: not a valid edition: <words>"),
        (store.encode(EDITION).replace(b'"Daily', b'"\xff'), "x.json: not a valid edition: <words>"),
        (b"[" * 100_000, "x.json: not a valid edition: <words>"),
        (store.encode(EDITION).replace(b"Papers", b"\\ud800"), "x.json: not a valid edition: <words>"),
        (
            store.encode(msgspec.structs.replace(EDITION, format=3)),
            "x.json: format 3 is not supported — update digest",
        ),
    ],
)
def test_what_is_no_edition_is_an_error_that_names_the_file(raw: bytes, complaint: str) -> None:
    with pytest.raises(ArchiveError) as caught:
        store.decode(raw, "x.json")

    assert str(caught.value) == Reads(complaint)
    assert "\n" not in str(caught.value)


def test_an_id_in_an_edition_that_is_none_is_an_error() -> None:
    paper = Paper(id=ArxivId("2511.00001"), title="T")
    edition = msgspec.structs.replace(EDITION, skips=(Skip(paper=paper, stage="run", reason="x"),))

    with pytest.raises(ArchiveError, match=r"'\.\./\.\./etc' does not identify a paper"):
        store.decode(store.encode(edition).replace(b"2511.00001", b"../../etc"), "x.json")


@given(st.binary(max_size=100))
def test_any_bytes_are_an_edition_or_an_error_of_the_archive(raw: bytes) -> None:
    with pytest.raises(ArchiveError):
        store.decode(raw, "x.json")


def test_a_file_is_written_whole_with_the_folders_it_needs(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "post.md"

    store.write(path, b"one")
    store.write(path, b"two")

    assert path.read_bytes() == b"two"
    assert [one.name for one in path.parent.iterdir()] == ["post.md"]
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_writer_that_is_killed_leaves_the_old_file_and_nothing_that_counts(tmp_path: Path) -> None:
    archive = store.Archive(tmp_path / "_posts", tmp_path / "data")
    archive.save(EDITION)
    archive.write_post("2025-11-17-daily-papers.md", b"old")
    script = (
        "import os, signal, sys, pathlib\n"
        "from digest.adapters import store\n"
        "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        "store.write(pathlib.Path(sys.argv[1]), b'new and half')\n"
    )

    for path in (archive.edition_path("2025-11-17"), archive.posts / "2025-11-17-daily-papers.md"):
        killed = subprocess.run([sys.executable, "-c", script, str(path)], check=False, timeout=30)
        assert killed.returncode == -signal.SIGKILL

    left = sorted(path.name for path in tmp_path.rglob("*.part"))
    assert [name.startswith(".2025-11-17") for name in left] == [True, True]
    assert archive.names() == ["2025-11-17"]
    assert archive.load("2025-11-17") == EDITION
    assert archive.post("2025-11-17-daily-papers.md") == b"old"
    assert archive.published("2025-11-18-daily-papers.md") == {}


class Watched(store.Archive):
    """An archive that remembers which editions were looked up."""

    looked_up: list[str]

    def edition_path(self, name: str) -> Path:
        self.looked_up.append(name)
        return super().edition_path(name)


def test_editions_are_read_once_for_all_that_is_asked_of_them_and_again_when_one_was_saved(tmp_path: Path) -> None:
    archive = Watched(tmp_path / "_posts", tmp_path / "_data")
    archive.looked_up = []
    archive.save(EDITION)
    archive.looked_up.clear()

    asked = [(archive.removed(), archive.imported(), archive._names_with(b'"provisional"')) for _ in range(3)]
    looked_up = archive.looked_up.copy()
    taken_off = Exclusion(
        paper=Paper(id=ArxivId.parse("2511.00001"), title="A title"), rule="removed", detail="its author asked"
    )
    archive.save(msgspec.structs.replace(EDITION, entries=(), exclusions=(taken_off,)))

    assert (asked, looked_up) == ([({}, {}, [])] * 3, ["2025-11-17"])
    assert archive.removed() == {"2511.00001": "its author asked"}


def test_a_disk_that_is_full_is_one_line_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "post.md"
    store.write(path, b"old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ArchiveError) as caught:
        store.write(path, b"new")

    said = f"{path}: cannot be written: {os.strerror(errno.ENOSPC)} — free disk space, then rerun"
    assert str(caught.value) == said
    assert [one.name for one in tmp_path.iterdir()] == ["post.md"]
    assert path.read_bytes() == b"old"


def test_a_file_where_a_folder_should_be_is_one_line(tmp_path: Path) -> None:
    wall = tmp_path / "wall"
    wall.write_text("")
    archive = store.Archive(wall, wall)

    for attempt in (
        lambda: archive.save(EDITION),
        lambda: archive.write_post("x.md", b"x"),
        lambda: store.run_lock(wall).__enter__(),
        lambda: store.Cache(wall),
    ):
        with pytest.raises(ArchiveError) as caught:
            attempt()
        assert str(wall) in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_folder_where_a_file_should_be_is_one_line(tmp_path: Path) -> None:
    archive = store.Archive(tmp_path, tmp_path)
    (tmp_path / "2025-11-17.json").mkdir()

    with pytest.raises(ArchiveError, match=r"2025-11-17\.json: cannot be read: not a regular file"):
        archive.load("2025-11-17")


def test_nobody_may_write_there_is_one_line(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    script = (
        "import os, pathlib, sys\n"
        "from digest import errors; from digest.adapters import store\n"
        "os.getuid() or os.setuid(65534)\n"
        "try: store.write(pathlib.Path(sys.argv[1]), b'x')\n"
        "except errors.ArchiveError as error: print(error)\n"
    )
    folder = tmp_path / "shut"
    folder.mkdir(mode=0o555)
    for parent in list(tmp_path.parents)[:3]:
        if parent.name.startswith(("pytest", "popen")):
            parent.chmod(0o755)

    ran = subprocess.run(
        [sys.executable, "-c", script, str(folder / "x.md")], capture_output=True, text=True, timeout=30, check=True
    )

    way_out = f"fix the permissions of {folder}, or set paths in config.yaml"
    assert ran.stdout == f"{folder / 'x.md'}: cannot be written: {os.strerror(errno.EACCES)} — {way_out}\n"


def test_what_is_there_already_is_not_written_again(tmp_path: Path) -> None:
    archive = store.Archive(tmp_path, tmp_path)
    archive.save(EDITION)
    archive.write_post("p.md", b"x")
    before = [(path.name, path.stat().st_mtime_ns, path.stat().st_ino) for path in sorted(tmp_path.iterdir())]

    archive.save(EDITION)
    archive.write_post("p.md", b"x")

    assert [(path.name, path.stat().st_mtime_ns, path.stat().st_ino) for path in sorted(tmp_path.iterdir())] == before


def test_papers_of_other_posts_of_the_same_series_are_known(tmp_path: Path) -> None:
    archive = store.Archive(tmp_path, tmp_path)
    link = "# {n}. [A \\[b\\] title](https://arxiv.org/abs/{id})\n\n> [x](https://arxiv.org/abs/2501.00009)\n"
    posts = {
        "2025-11-13-daily-papers.md": link.format(n=1, id="2511.00001"),
        "2025-11-14-daily-papers.md": link.format(n=1, id="2511.00001v2") + link.format(n=2, id="astro-ph/0601001"),
        "2025-11-17-daily-papers.md": link.format(n=1, id="2511.00003"),
        "2025-11-18-daily-papers.md": link.format(n=1, id="2511.00004"),
        "2025-11-14-other.md": link.format(n=1, id="2511.00005"),
        "2025-11-14-papers-2511.00006.md": link.format(n=1, id="2511.00006"),
    }
    for name, text in posts.items():
        archive.write_post(name, text.encode())

    assert archive.published("2025-11-17-daily-papers.md") == {
        "2511.00001": "2025-11-13",
        "astro-ph/0601001": "2025-11-14",
        "2511.00004": "2025-11-18",
    }


HOLD = (
    "import pathlib, sys, time\n"
    "from digest.adapters import store\n"
    "with store.run_lock(pathlib.Path(sys.argv[1])):\n"
    "    print('held', flush=True)\n"
    "    time.sleep(60)\n"
)


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that works in the folder."""
    command = [sys.executable, "-c", HOLD, str(tmp_path / ".cache")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_run_in_the_same_folder_says_so_and_stops(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(Busy) as caught, store.run_lock(tmp_path / ".cache"):
        pass

    assert str(caught.value) == f"another digest run is using {tmp_path} — wait for it to finish, or stop it"


def test_a_run_that_is_killed_lets_go_of_its_folder(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait(timeout=30)

    with store.run_lock(tmp_path / ".cache"):
        pass


def test_a_run_that_ends_lets_go_of_its_folder_however_it_ends(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="of the run itself"), store.run_lock(tmp_path):
        raise FileNotFoundError("of the run itself")

    with store.run_lock(tmp_path):
        pass


PAGE = Fetched("https://arxiv.org/html/2511.09146v1", "text/html", b"\0body")


def test_a_page_is_kept_as_long_as_it_is_fresh_enough(cache: store.Cache) -> None:
    cache.keep_page("url", PAGE, NOW)

    assert cache.page("url", NOW) == PAGE
    assert cache.page("url", NOW + timedelta(seconds=1)) is None
    assert cache.page("other", NOW) is None


def test_old_pages_are_let_go_of(cache: store.Cache) -> None:
    cache.keep_page("old", PAGE, NOW)
    cache.keep_page("new", PAGE, NOW + timedelta(days=8), days=7)

    assert cache.page("old", NOW) is None
    assert cache.page("new", NOW) == PAGE


def test_what_was_paid_for_is_kept_until_it_is_forgotten(cache: store.Cache) -> None:
    usage = Usage(1, 100, 20, 30, 0.5)
    cache.keep_reply("key", '{"goal": "글"}', usage, NOW)
    cache.keep_fact("mode", "json_schema")

    assert cache.reply("key") == ('{"goal": "글"}', usage)
    assert (cache.fact("mode"), cache.fact("none")) == ("json_schema", None)
    cache.forget_reply("key")
    assert cache.reply("key") is None


def test_a_cache_is_there_again_in_the_next_run(tmp_path: Path) -> None:
    for body in (b"one", b"two"):
        cache = store.Cache(tmp_path)
        cache.keep_page("url", Fetched("", "", body), NOW)
        cache.close()

    cache = store.Cache(tmp_path)
    assert cache.page("url", NOW) == Fetched("", "", b"two")
    cache.close()


def test_threads_share_a_cache(cache: store.Cache) -> None:
    def work(number: int) -> bool:
        page = Fetched(f"u{number}", "", b"x" * 10_000)
        cache.keep_page(f"u{number}", page, NOW)
        cache.keep_reply(f"k{number}", "r", Usage(number), NOW)
        return cache.page(f"u{number}", NOW) == page and cache.reply(f"k{number}") == ("r", Usage(number))

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(work, range(200)))


def test_a_damaged_cache_is_set_aside_and_a_new_one_begun(tmp_path: Path) -> None:
    damaged = b"this is no database at all" * 100
    (tmp_path / "cache.sqlite3").write_bytes(damaged)

    cache = store.Cache(tmp_path)
    cache.keep_fact("mode", "json")

    assert cache.notice == (
        f"{tmp_path}/cache.sqlite3: was damaged, renamed to cache.sqlite3.damaged; "
        f"what it held must be fetched and paid for again"
    )
    assert (cache.fact("mode"), (tmp_path / "cache.sqlite3.damaged").read_bytes()) == ("json", damaged)
    cache.close()


def test_a_second_damaged_cache_leaves_the_first_where_it_is(tmp_path: Path) -> None:
    for content in (b"one" * 1000, b"two" * 1000):
        (tmp_path / "cache.sqlite3").write_bytes(content)
        store.Cache(tmp_path).close()

    kept = [(tmp_path / f"cache.sqlite3.damaged{end}").read_bytes()[:3] for end in ("", "-2")]
    assert kept == [b"one", b"two"]


def test_a_cache_that_breaks_during_a_run_is_set_aside_and_the_run_goes_on(cache: store.Cache, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "cache.sqlite3")
    other.execute("DROP TABLE pages")
    other.close()

    assert cache.page("url", NOW) is None
    assert (tmp_path / "cache.sqlite3.damaged").is_file()


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("pages", "final", "x'c1'"), ("pages", "final", "'http://[1'"), ("pages", "type", "NULL"),
        ("pages", "body", "NULL"), ("pages", "body", "7"), ("pages", "body", "'text'"), ("replies", "raw", "NULL"),
        ("replies", "raw", "x'c1'"), ("replies", "usage", "NULL"), ("replies", "usage", "1.5"),
        ("replies", "usage", "'[1]'"), ("facts", "value", "x'c1'"), ("facts", "value", "NULL"),
    ],
)  # fmt: skip
def test_a_value_that_is_none_of_ours_counts_as_not_there(
    cache: store.Cache, tmp_path: Path, table: str, column: str, value: str
) -> None:
    cache.keep_page("url", PAGE, NOW)
    cache.keep_reply("key", "paid", Usage(1), NOW)
    cache.keep_fact("mode", "json")
    with closing(sqlite3.connect(tmp_path / "cache.sqlite3")) as other, other:
        other.execute(f"UPDATE {table} SET {column}={value}")

    found = {"pages": cache.page("url", NOW), "replies": cache.reply("key"), "facts": cache.fact("mode")}
    cache.keep_page("url", PAGE, NOW)
    cache.keep_reply("key", "paid", Usage(1), NOW)

    assert [name for name, one in found.items() if one is None] == [table]
    assert (cache.page("url", NOW), cache.reply("key")) == (PAGE, ("paid", Usage(1)))


def test_a_locked_cache_says_to_wait(cache: store.Cache, tmp_path: Path) -> None:
    cache._database._db.execute("PRAGMA busy_timeout=1")
    other = sqlite3.connect(tmp_path / "cache.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(Busy) as caught:
        cache.keep_fact("mode", "json")
    other.close()

    assert str(caught.value) == (
        f"{tmp_path}/cache.sqlite3: is locked by another process — wait for it to finish, then rerun"
    )


def test_what_is_old_is_found_without_reading_every_body(cache: store.Cache, tmp_path: Path) -> None:
    query = "EXPLAIN QUERY PLAN DELETE FROM pages WHERE at < '2025'"

    with closing(sqlite3.connect(tmp_path / "cache.sqlite3")) as other:
        (step,) = other.execute(query).fetchall()

    assert "INDEX pages_at" in step[-1]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_text_is_known_by_its_hash_whatever_its_line_ends_and_mark(ends: str, mark: str) -> None:
    written = text_hash("가\n나\n".encode())

    assert is_text_of(f"{mark}가{ends}나{ends}".encode(), written)
    assert not is_text_of(f"{mark}가{ends}다{ends}".encode(), written)


def test_a_text_with_a_mark_is_known_by_its_older_hash_that_counted_it() -> None:
    assert is_text_of("\ufeff가\r\n".encode(), sha256_hex("\ufeff가\n".encode()))


def test_a_folder_takes_locks_and_keeps_nothing_of_the_question(tmp_path: Path) -> None:
    assert has_locks(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_edition_whose_name_is_not_utf8_is_told_of_and_is_none(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/2025-11-17-\xff.json")).write_text("{}")
    archive = store.Archive(tmp_path, tmp_path)

    assert archive.names() == []
    assert archive.unreadable() == ["2025-11-17-\ufffd.json is left out: its name is not UTF-8"]
