"""The outside services, played on loopback from bundled answers: for `digest demo` and the tests.

The six papers are those of 2025-11-17 with their real titles, ids and authors; texts and summaries are our own words.
"""

from datetime import UTC, date, datetime

DAY = date(2025, 11, 17)
NOW = datetime(2025, 11, 18, 0, 10, tzinfo=UTC)
"""The moment that is played: the day is over and its list complete."""
