"""Why a paper was chosen, or left out, in the words of one language."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from digest.errors import ConfigError
from digest.model import Reason
from digest.model.text import one_line, shorten

_LONGEST = 60  # characters of a title


def explain(reasons: Iterable[Reason], words: Mapping[str, Any], *, points: bool = False) -> str:
    """Name the reasons of a score, the weightiest first: all of them with their points, or just those in favour."""
    return ", ".join(_word(one, words, points) for one in reasons if points or one.points > 0)


def score(reasons: Sequence[Reason]) -> str:
    """Write the sum of the points; empty where there are no reasons."""
    return f"{sum(one.points for one in reasons):.2f}" if reasons else ""


def _word(reason: Reason, words: Mapping[str, Any], points: bool) -> str:
    amount = f"{reason.amount:.2f}" if reason.kind == "similar" else f"{reason.amount or 0:g}"
    try:
        text = words["taste"][reason.kind].format(name=shorten(reason.name, _LONGEST), amount=amount)
    except (LookupError, ValueError, AttributeError) as cause:
        allowed = "{name}, {amount}"
        raise ConfigError(f"locale: taste.{reason.kind}: unknown placeholder; allowed: {allowed}") from cause
    return one_line(f"{text} ({reason.points:+.2f})" if points else text)
