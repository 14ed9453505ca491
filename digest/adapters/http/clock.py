"""Whether this machine's clock can be right: beside the date that a service answers with."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from digest.errors import WrongClock

_FAR = timedelta(days=730)
"""Time zones, slow clocks and caches in between explain hours or days, never years."""


def compare(ours: datetime, said: str | None, service: str) -> None:
    """Compare our clock with the `Date` of an answer. Raises WrongClock where they are two years apart.

    An answer without a readable date says nothing (RFC 9110, 6.6.1).
    """
    try:
        theirs = parsedate_to_datetime(said or "")
    except (ValueError, TypeError, OverflowError):
        return
    theirs = theirs.replace(tzinfo=UTC) if theirs.tzinfo is None else theirs
    if abs(ours - theirs) > _FAR:
        raise WrongClock(
            f"this machine's clock says {ours:%Y-%m-%d}, {service} says {theirs:%Y-%m-%d}; nothing was written",
            hint="set the clock",
        )
