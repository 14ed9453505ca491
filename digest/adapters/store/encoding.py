"""How editions and reviews are written in JSON, and read again."""

from typing import Any

import msgspec

from digest.errors import ArchiveError
from digest.model import Edition, PaperId
from digest.model.corpus.reviews import Review

_FORMATS = (1, 2)


def encode(noun: msgspec.Struct) -> bytes:
    """Write a noun as indented JSON. The same noun gives the same bytes."""
    return msgspec.json.format(msgspec.json.encode(noun, enc_hook=str), indent=1) + b"\n"


def decode(raw: bytes, file: str) -> Edition:
    """Read an edition. Raises ArchiveError that names the file and the first thing that is wrong in it."""
    try:
        edition = msgspec.json.decode(raw, type=Edition, dec_hook=_paper_id)
    except (msgspec.MsgspecError, ValueError, RecursionError) as cause:
        raise ArchiveError(f"{file}: not a valid edition: {cause}", hint="restore it from git or delete it") from cause
    if edition.format not in _FORMATS:
        raise ArchiveError(f"{file}: format {edition.format} is not supported", hint="update digest")
    return edition


def decode_review(raw: bytes, file: str) -> Review:
    """Read a review. Raises ArchiveError as `decode` does, and where it is not the one that its file is named for."""
    try:
        review = msgspec.json.decode(raw, type=Review, dec_hook=_paper_id)
    except (msgspec.MsgspecError, ValueError, RecursionError) as cause:
        raise ArchiveError(f"{file}: not a valid review: {cause}", hint="restore it from git or delete it") from cause
    if review.format != 1:
        raise ArchiveError(f"{file}: format {review.format} is not supported", hint="update digest")
    if f"{review.name}.json" != file:
        raise ArchiveError(f"{file}: contains review {review.name}", hint=f"rename it to {review.name}.json")
    return review


def _paper_id(kind: type, raw: Any) -> Any:
    if kind is PaperId and isinstance(raw, str):
        return PaperId.parse(raw)
    raise msgspec.ValidationError(f"unexpected {raw!r:.40}")
