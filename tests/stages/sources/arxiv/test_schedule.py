"""arXiv's documented schedule, in New York's time, winter and summer."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from digest.stages.sources.arxiv import schedule

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("submitted", "day"),
    [
        ("2026-09-14 13:59:59", "2026-09-15"),  # Monday, before the cut-off: that evening, Tuesday's list
        ("2026-09-14 14:00:00", "2026-09-16"),
        ("2026-09-17 13:59:59", "2026-09-18"),
        ("2026-09-17 14:00:00", "2026-09-21"),  # Thursday afternoon to Friday noon: Sunday evening, Monday's list
        ("2026-09-18 13:59:59", "2026-09-21"),
        ("2026-09-18 14:00:00", "2026-09-22"),  # Friday afternoon to Monday noon: Monday evening, Tuesday's list
        ("2026-09-20 23:00:00", "2026-09-22"),
        ("2026-03-08 03:30:00", "2026-03-10"),  # the night in which clocks go forward
        ("2026-11-01 01:30:00", "2026-11-03"),
    ],
)
def test_a_paper_is_due_with_the_first_list_after_its_cut_off(submitted: str, day: str) -> None:
    moment = datetime.fromisoformat(submitted).replace(tzinfo=NEW_YORK)

    assert schedule.scheduled(moment.astimezone(UTC)) == date.fromisoformat(day)


def test_no_list_is_named_after_a_saturday_or_sunday() -> None:
    week = [date(2026, 9, number) for number in range(14, 21)]

    assert [schedule.is_listing_day(day) for day in week] == [True] * 5 + [False] * 2
    assert [schedule.listing_day(day).day for day in week] == [14, 15, 16, 17, 18, 18, 18]
