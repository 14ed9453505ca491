"""What is kept of a week or a month: its overview, and the post that was written of it."""

import re
from datetime import date

from digest.model.corpus.periods import span
from digest.model.editions import Written
from digest.model.ids import Noun
from digest.model.summaries import Overview

_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Za-z]{2,4})?")


class Review(Noun, frozen=True, kw_only=True):
    """A week or a month that is over. Without an overview, the next run tries again as long as it looks back."""

    name: str
    """2025-W47, 2025-11"""
    language: str = "ko"
    overview: Overview | None = None
    made: date | None = None
    """When the overview was written."""
    written: Written | None = None
    format: int = 1

    def __post_init__(self) -> None:
        """Refuse a name or a language that leads out of the folder of reviews or of words."""
        span(self.name)
        if not _LANGUAGE.fullmatch(self.language):
            raise ValueError(f"{self.language[:60]!r} is not a language code like ko")
