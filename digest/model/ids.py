"""What files are called; and what all nouns have in common."""

import re

import msgspec

from digest.errors import DigestError

_NO_NAME = re.compile(r"[/\\\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class BadName(DigestError, ValueError):
    """A text cannot be the name of an edition or of a post's file."""


def file_name(raw: str) -> str:
    """Return a name as it is where it is one of a file in its own folder and nothing else. Raises BadName."""
    if not raw or raw.startswith(".") or len(raw.encode(errors="replace")) > 200 or _NO_NAME.search(raw):
        hint = "no slashes, control characters or leading dots, 200 bytes at most"
        raise BadName(f"invalid file name {raw[:60]!r}", hint=hint)
    return raw


class Noun(msgspec.Struct, frozen=True, omit_defaults=True):
    """A value with named parts. Parts that hold their default are left out of the JSON: absent means absent."""
