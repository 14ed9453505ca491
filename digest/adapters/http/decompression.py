"""The body of an answer, unpacked within a bound: what a small packed body grows to never fills the memory."""

import zlib
from collections.abc import Iterable, Iterator

STEP = 1 << 20
"""The most that is unpacked at a time, in bytes."""


class BadBody(Exception):
    """The body cannot be unpacked."""


def unpacked(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Unpack a body as it arrives, at most `STEP` bytes at a time. Raises BadBody.

    Takes one layer of gzip or deflate, which is all we ask for: each layer more could grow a body a thousandfold.
    httpx2 would unpack whatever it was sent, and each piece of it whole.
    """
    name = encoding.strip().lower()
    if name in ("", "identity"):
        yield from chunks
    elif name in ("gzip", "x-gzip", "deflate"):
        yield from _inflated(chunks, -zlib.MAX_WBITS if name == "deflate" else zlib.MAX_WBITS | 16)
    else:
        raise BadBody(f"unexpected content encoding {name[:40]!r}")


def _inflated(chunks: Iterable[bytes], window: int) -> Iterator[bytes]:
    packer = zlib.decompressobj(window)
    begun = False
    try:
        for chunk in chunks:
            rest = chunk
            if not begun and rest and window < 0 and rest[0] & 0x0F == zlib.DEFLATED:
                packer = zlib.decompressobj()  # "deflate" with the zlib header that the standard asks for
            begun = begun or bool(rest)
            while rest:
                if packer.eof:  # gzip may hold one member after the other
                    packer = zlib.decompressobj(window)
                piece = packer.decompress(rest, STEP)
                if piece:
                    yield piece
                rest = packer.unconsumed_tail or packer.unused_data
        while not packer.eof and (piece := packer.decompress(b"", STEP)):
            yield piece
    except zlib.error as cause:
        raise BadBody("damaged in transit") from cause
    if begun and not packer.eof:
        raise BadBody("truncated")
