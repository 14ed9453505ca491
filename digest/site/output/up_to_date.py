"""Tell in a few hundredths of a second that nothing changed, before settings, templates or Jinja are even imported.

A build looks at its files first, builds, and then remembers what it saw and what it would say the next time; the
command line asks for that `answer` before it imports anything else. Needs only the standard library. Answers only where
it is certain: what changed within two seconds before the look, or is not as it was looked at, is left to the build.
"""

import hashlib
import json
import os
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from digest import __version__
from digest.adapters.redaction import KEYS
from digest.site.output import listing
from digest.site.snapshot import Snapshot, described, facts, take_snapshot, together

ALSO = ("HF_ENDPOINT", "OPENAI_BASE_URL", "OPENAI_MODEL")
"""Variables that are settings, too. digest.config has this list as well, and takes long to import."""
_FILE = "site-fresh.json"
_CACHE = re.compile(r"(?:^|[{,])\s*cache:\s*[\"']?([^\s\"',}#]+)", re.MULTILINE)


class CachedResult(NamedTuple):
    """What there is to say of a site that is up to date."""

    line: str
    warnings: tuple[str, ...] = ()


class Query(NamedTuple):
    """Which site was asked for."""

    config: Path
    key: str
    """Stands for all that decides a build beside files: settings, environment, our version, Python's, libraries'."""
    cache: Path
    """Where the cache seems to be. Only the settings know for certain; a wrong guess costs time and nothing else."""


def query_key(config: Path, environ: Mapping[str, str]) -> Query:
    """Read what is asked for off the settings' file and the environment, of which no secret is kept in any form."""
    file = config.resolve()
    try:
        text = file.read_bytes() if file.is_file() else b""
    except OSError as cause:
        text = str(cause.errno).encode()
    given = sorted((name, value) for name, value in environ.items() if _sets(name))
    parts = [__version__, sys.version, __file__, str(file), text, given, sorted(_libraries())]
    guess = environ.get("DIGEST_PATHS__CACHE") or next(iter(_CACHE.findall(text.decode("latin-1"))), ".cache")
    return Query(file, hashlib.blake2b(os.fsencode(repr(parts)), digest_size=16).hexdigest(), file.parent / guess)


def cached_result(question: Query) -> CachedResult | None:
    """Return what was remembered, if every file and the site itself are as they were then; else None."""
    begun = time.monotonic()
    try:
        known = json.loads((question.cache / _FILE).read_bytes())
        if known["asked"] != question.key or take_snapshot(known["places"]).fingerprint() != known["mark"]:
            return None
        lists = [Path(one) for one in known["lists"]]
        if known["sites"] != [_site(one, _seen(one)) for one in lists]:
            return None
        line, warnings = str(known["line"]), tuple(known["warnings"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return CachedResult(f"{line}; {time.monotonic() - begun:.1f} s", warnings)


def store_result(
    cache: Path, question: Query, seen: Snapshot, lists: Mapping[Path, int | None], line: str,
    warnings: tuple[str, ...] = (),
) -> None:  # fmt: skip
    """Remember what to say the next time, without the seconds; where the disk does not let us, nothing is remembered.

    `seen` was looked at before the build, `lists` name the files of each site that it wrote, with what stands for them;
    None where one may change without a trace.
    """
    if not seen.settled() or None in lists.values():
        return
    part = cache / f"{_FILE}.part"
    with suppress(OSError):
        known = {
            "asked": question.key, "places": seen.places, "mark": seen.fingerprint(), "lists": list(map(str, lists)),
            "sites": [_site(one, files) for one, files in lists.items()], "line": line, "warnings": warnings,
        }  # fmt: skip
        part.write_text(json.dumps(known), "utf-8")
        part.replace(cache / _FILE)


def discard_result(cache: Path) -> None:
    """Believe nothing any more: a build begins, and may die."""
    with suppress(OSError):
        (cache / _FILE).unlink()


def _sets(name: str) -> bool:
    return name in ALSO or (name.upper().startswith("DIGEST_") and name.upper() not in KEYS)


def _libraries() -> Iterator[str]:
    """Name what is installed, with its version, by its folders; importlib.metadata takes longer than all of this."""
    for entry in sys.path:
        if entry.endswith(("site-packages", "dist-packages")):
            with suppress(OSError):
                yield from (name for name in os.listdir(entry) if name.endswith(".dist-info"))  # noqa: PTH208


def _site(list_: Path, files: int | None) -> list[object]:
    """Describe the site that is there: its folder, the list of its files, and the files themselves."""
    name = listing.raw(list_.parent).partition(b"\n")[0].decode("latin-1")
    return [name, str(described("", list_.parent)), str(described("", list_)), files]


def _seen(list_: Path) -> int:
    """Look at each file on a list without reading it. Raises OSError where one is gone."""
    way = os.fsencode(os.path.relpath(list_.parent))  # from here it is shorter, and each file sooner looked up
    paths = listing.paths(listing.raw(list_.parent))
    sum_ = 0
    for path in paths:
        sum_ = together(sum_, path, hash(facts(os.lstat(b"%b/%b" % (way, path)))))
    return sum_
