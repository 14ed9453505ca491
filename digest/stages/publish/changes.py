"""What differs from the last commit and is ours to commit."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from digest.adapters import store
from digest.adapters.git import Repository
from digest.adapters.store import Archive, Reviews, is_text_of
from digest.adapters.store.encoding import decode
from digest.adapters.store.removals import NAME, Removals
from digest.adapters.store.reviews import REVIEWS
from digest.errors import ArchiveError, PublishError
from digest.model import Edition
from digest.model.corpus.periods import kind_of
from digest.model.corpus.reviews import Review

_SECRET = 12  # a shorter key is a dummy like "ollama", which a paper may well mention


def changed(repository: Repository, archive: Archive) -> tuple[list[Edition], list[str], list[str]]:
    """Find what differs from the last commit: editions, the files that are ours, and the posts left aside.

    Ours are editions and reviews, the posts they wrote or that digest deleted, and the list of removed papers.
    """
    posts, data = _inside(repository, archive.posts), _inside(repository, archive.data)
    status = repository.listed(
        "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--ignored=matching", "--",
        *literal([posts, data]),
    )  # fmt: skip
    reviews = Reviews(archive.data)
    reviewed = reviews.by_post() if status else {}
    editions: dict[str, Edition] = {}
    files: list[str] = []
    left: list[str] = []
    for state, file in ((row[:2], row[3:]) for row in status):
        path = repository.root / file
        review = _review(path, archive, reviews, reviewed)
        removals = _is(path, archive.data, NAME)
        around = f"{posts}/".startswith(file) or f"{data}/{REVIEWS}/".startswith(file)
        if state == "!!" and (around or review or removals or _ours(path, archive)):
            raise PublishError(
                f"{file} is ignored by git, so it would never be published", hint="remove it from .gitignore"
            )
        if removals and "D" not in state:
            Removals(archive.data).read()  # raises where it was merged badly
            files.append(file)
            continue
        if review and "D" not in state:
            reason = "" if path.suffix == ".json" else _not_written(path, review)
            (left if reason else files).append(f"{file}: {reason}" if reason else file)
            continue
        edition = _edition_of(path, archive) if _ours(path, archive) else None
        if edition is None:
            continue
        if "D" in state:
            reason = _not_deleted(repository, file, edition, f"{data}/{edition.name}.json")
        else:
            reason = "" if path.suffix == ".json" else _not_written(path, edition)
        if reason:
            left.append(f"{file}: {reason}")
            continue
        editions[edition.name] = edition
        files.append(file)
    return [editions[name] for name in sorted(editions)], sorted(files), left


def _review(path: Path, archive: Archive, reviews: Reviews, by_post: Mapping[str, Review]) -> Review | None:
    """Return the review whose file or post this is; None where it is of none."""
    if path.is_symlink():
        return None
    if path.parent.resolve() == reviews.folder.resolve():
        return reviews.load(path.stem) if path.suffix == ".json" and kind_of(path.stem) else None
    if path.parent.resolve() != archive.posts.resolve():
        return None
    return by_post.get(path.name)


def _is(path: Path, folder: Path, name: str) -> bool:
    return path.name == name and path.parent.resolve() == folder.resolve() and not path.is_symlink()


def _ours(path: Path, archive: Archive) -> bool:
    """Return whether a file has the place and the name of an edition or of a post."""
    try:
        date.fromisoformat(path.name[:10])
    except ValueError:
        return False
    posts = archive.posts.resolve()
    places = {(archive.data.resolve(), ".json"), (posts, ".md"), (posts, ".html")}
    return (path.parent.resolve(), path.suffix) in places and not path.is_symlink()


def _not_written(path: Path, edition: Edition | Review) -> str:
    """Say why a post is not the one that its edition or review wrote; empty where it is."""
    written = edition.written
    if written is None or written.file != path.name:
        return "not written by digest"
    return "" if is_text_of(store.read(path) or b"", written.sha256) else "edited by hand; commit it yourself"


def _edition_of(path: Path, archive: Archive) -> Edition | None:
    """Return the edition that a file is, or that a post is of; None where there is none (any more)."""
    if path.suffix == ".json" and not path.exists():
        return None
    return archive.load(path.stem) or archive.load(path.stem[:10])


def _not_deleted(repository: Repository, file: str, edition: Edition, kept: str) -> str:
    """Say why it was not digest that deleted a post; empty where it was.

    It was where the edition, kept in the file `kept`, has no such post, and had it when the post was last committed.
    """
    name = Path(file).name
    if edition.written and edition.written.file == name:
        return "deleted by hand; commit it yourself"
    last = repository.asked("rev-list", "-1", "HEAD", "--", *literal([file]))
    with suppress(PublishError, ArchiveError):
        before = decode(repository.git("show", f"{last}:{kept}").encode("utf-8", "surrogateescape"), kept)
        if last and before.written and before.written.file == name:
            return ""
    return "not written by digest"


def _inside(repository: Repository, folder: Path) -> str:
    try:
        return folder.resolve().relative_to(repository.root.resolve()).as_posix()
    except ValueError as cause:
        raise PublishError(f"{folder} is outside the repository {repository.root}") from cause


def literal(files: Sequence[str]) -> list[str]:
    """Name files so that git takes no sign in them for a pattern."""
    return [f":(literal){file}" for file in files]


def refuse_secrets(root: Path, files: Sequence[str], secrets: Sequence[str]) -> None:
    """Raise PublishError where a key stands in a file that is about to be published."""
    for file in files:
        content = store.read(root / file) or b""
        if any(secret.encode() in content for secret in secrets if len(secret) >= _SECRET):
            raise PublishError(
                f"{file} contains one of your secrets; nothing was committed", hint="remove it, and replace the key"
            )
