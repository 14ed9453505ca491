"""The files of a unit as the manifest keeps them: lines of the site's list, which is those of all units."""

from collections.abc import Iterable, Iterator
from io import BytesIO

from digest.adapters.store.damage import Damaged
from digest.site.output import listing
from digest.site.records import Output


def packed(outputs: Iterable[Output]) -> bytes:
    """Write files down."""
    return b"".join(listing.line(one.path, one.hash) for one in outputs)


def unpacked(lines: bytes) -> Iterator[Output]:
    """Yield the files of some lines. Raises Damaged where they are not what `packed` wrote."""
    try:
        for path, content in listing.entries(BytesIO(lines)):  # split, they would take as much again
            yield Output(path.decode(), content)
    except ValueError as cause:
        raise Damaged(f"the files of a page are unreadable: {cause}") from cause
