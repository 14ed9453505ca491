"""How a post of a week or a month is told from a day's: by a line of its front matter, whatever its file is called."""

from digest.model import Header
from digest.model.corpus.periods import kind_of

KEY = "review"
"""The key whose value names the week or month: `review: 2025-W47`."""


def reviewed(header: Header) -> str:
    """Return the week or month that a post is the review of; empty where it is none."""
    name = header.extra.get(KEY, "")
    return name if isinstance(name, str) and kind_of(name) else ""
