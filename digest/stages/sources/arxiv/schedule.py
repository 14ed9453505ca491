"""When arXiv lists what reached it. Pure. Source: https://info.arxiv.org/help/availability.html.

Submissions are cut off at 14:00 Eastern on working days and announced at 20:00 Eastern, Sunday to Thursday. The lists
are named after the day that begins with the announcement: Monday to Friday, which is also the day in UTC. Holidays are
not here: which announcements did not come is learnt from the service.
"""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

_CUT_OFF = time(14)
_DAY = timedelta(days=1)


@cache
def _eastern() -> ZoneInfo:
    return ZoneInfo("America/New_York")


def is_listing_day(day: date) -> bool:
    """Return whether arXiv names lists after such a day."""
    return day.weekday() < 5


def scheduled(submitted: datetime) -> date:
    """Return the day whose list is the first that can have what was submitted at a moment."""
    local = submitted.astimezone(_eastern())
    cut_off = _next_working(local.date() if local.time() < _CUT_OFF else local.date() + _DAY)
    return _next_working(cut_off + _DAY)


def listing_day(stamp: date) -> date:
    """Return the day whose list a record with this datestamp came with: one that came late on a weekend is Friday's."""
    return stamp - _DAY * max(0, stamp.weekday() - 4)


def _next_working(day: date) -> date:
    return day if is_listing_day(day) else day + _DAY * (7 - day.weekday())
