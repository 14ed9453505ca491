"""The interface's words in one language, and how that language writes dates and counts."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from markupsafe import Markup

from digest.adapters.templates import Templates, Words
from digest.site.content.markup import escape, safe


class Locale:
    """Writes dates and counts in the words of one language."""

    def __init__(self, templates: Templates, language: str) -> None:
        table = templates.words(language)
        self.words = Words({**table["site"], **{name: table[name] for name in ("notes", "findings", "taste")}})
        """What pages say, and what posts say too."""
        self._dates: dict[tuple[str, str], str] = {}

    def date(self, iso: str, form: str = "short") -> str:
        """Write YYYY-MM-DD in one of the forms of the table `dates`."""
        known = self._dates.get((iso, form))
        if known is None:
            known = self._dates[iso, form] = self._write(iso, form)
        return known

    def period(self, name: str) -> str:
        """Write a week, 2025-W47, or a month, 2025-11."""
        year, _, week = name.partition("-W")
        return (
            str(self.words["reviews"]["week"]).format(year=year, n=int(week))
            if week
            else self.date(f"{name}-01", "month")
        )

    def span(self, first: str, last: str, form: str) -> str:
        """Write the days from one to another; a single one as such."""
        start, end = self.date(first, form), self.date(last, form)
        return start if start == end else str(self.words["pages"]["days"]).format(first=start, last=end)

    def title(self, iso: str) -> Markup:
        """Write a day for the title of its page; what the form `title` has in brackets is set lighter."""
        return safe(re.sub(r"\[(.+?)\]", r'<span class="wd">\1</span>', escape(self.date(iso, "title"))))

    def _write(self, iso: str, form: str) -> str:
        day = date.fromisoformat(iso)
        words = self.words
        return str(words["dates"][form]).format(
            year=day.year,
            month=words["months"][day.month - 1],
            month_short=words["months"][day.month - 1][:3],
            month_number=day.month,
            day=day.day,
            weekday=words["weekdays"][day.weekday()],
            weekday_long=words["weekdays_long"][day.weekday()],
        )

    def count(self, name: str, number: int, **more: object) -> str:
        """Fill a phrase that holds `{n}`, found by its path (`day.papers`); `one` and `other` choose by the number."""
        phrase: Any = self.words
        for part in name.split("."):
            phrase = phrase[part]
        if isinstance(phrase, Mapping):
            phrase = phrase["one"] if number == 1 else phrase["other"]
        return str(phrase).format(n=f"{number:,}", **more)

    def held(self, name: str, days: int, papers: int) -> str:
        """Fill a phrase that says of a time how many days of it hold how many papers."""
        return self.count(name, days, days=f"{days:,}", papers=self.count("papers", papers))
