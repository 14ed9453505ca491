"""The post of an edition on disk: written after the edition is saved, and never over what somebody edited."""

from collections.abc import Callable, Sequence
from functools import partial

import msgspec

from digest.adapters.store import Archive, is_text_of, text_hash, unix_lines
from digest.adapters.templates import Templates
from digest.config import Config
from digest.errors import EditedByHand
from digest.model import Edition, Entry, Written
from digest.model.corpus.reviews import Review
from digest.stages.render import of_edition
from digest.stages.render.review import of_review


def renderer(config: Config, templates: Templates) -> Callable[[Edition], str]:
    """Return what writes the post of an edition as the settings want it."""
    return partial(of_edition, templates=templates, show_reasons="post" in config.taste.show, style=config.post)


def review_renderer(config: Config, templates: Templates) -> Callable[[Review, Sequence[Entry], Sequence[Entry]], str]:
    """Return what writes the post of a week or month, as `of_review` does, as the settings want it."""
    return partial(of_review, templates=templates, style=config.post)


def write(
    edition: Edition,
    file: str,
    known: Edition | None,
    render: Callable[[Edition], str],
    archive: Archive,
    *,
    force: bool,
) -> Edition:
    """Save the edition, then write its post. Raises EditedByHand where the post is not the one we wrote."""
    content = render(edition).encode()
    refuse_edited(file, known, archive, content, force=force)
    edition = msgspec.structs.replace(edition, written=written(file, content, archive.post(file), known))
    archive.save(edition)
    archive.write_post(file, content)
    return edition


def refuse_edited(
    file: str, known: Edition | Review | None, archive: Archive, content: bytes = b"", *, force: bool
) -> None:
    """Raise EditedByHand where the post on disk is neither what was last written nor what is about to be."""
    there = archive.post(file)
    if force or there is None or unix_lines(there) == content:
        return
    ours = (known.written.sha256, known.written.before) if known and known.written else ()
    if not is_text_of(there, *ours):
        raise EditedByHand(
            f"{file} was not written by digest, or was edited since",
            hint="keep it with `digest import`, or overwrite it with `digest build --force`",
        )


def restore(file: str, known: Edition, render: Callable[[Edition], str], archive: Archive) -> str:
    """Write the post of a finished edition where a run died before it could, or where it was deleted; return which."""
    there, last = archive.post(file), known.written
    if not known.entries:
        return "no post"
    if there is None or (last and is_text_of(there, last.before)):
        archive.write_post(file, render(known).encode())
        return "post rewritten"
    return "post unchanged" if last and is_text_of(there, last.sha256) else "post edited by hand and kept"


def written(file: str, content: bytes, there: bytes | None, known: Edition | Review | None) -> Written:
    """Return what an edition or a review remembers of its post, to recognise it next time."""
    before = text_hash(there) if there is not None and unix_lines(there) != content else ""
    now = Written(file=file, sha256=text_hash(content), before=before)
    last = known.written if known else None
    return last if last and last.sha256 == now.sha256 else now
