"""How far a category of arXiv was asked for, page by page."""

from datetime import date

import msgspec


class Progress(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far a category was asked for. All dates are those of the service's clock."""

    began: date | None = None
    """When it was first asked for."""
    start: date | None = None
    """From this day on everything that changed is here …"""
    through: date | None = None
    """… and before this day nothing can be added."""
    newest: date | None = None
    """The latest datestamp that was seen."""
    begin: date | None = None
    """The first day of a pass that is under way."""
    first: date | None = None
    """The first day of the part of it that is under way."""
    goal: date | None = None
    """The last day of that pass; None where it has no end."""
    token: str = ""
    """With what that part goes on; empty before its first page."""
    asked: date | None = None
    """When the first page of the pass was answered."""
    responded: date | None = None
    """When the first page of the part was answered."""
    records: bool = False
    """Whether the pass has had any records."""
