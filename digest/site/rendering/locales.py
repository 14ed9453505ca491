"""The interface's words in one language, and how that language writes dates and counts."""

import re
from collections.abc import Mapping
from typing import Any

import yaml
from markupsafe import Markup

from digest.adapters.templates import Templates
from digest.errors import ConfigError
from digest.site.content.markup import escape, safe


def load(templates: Templates, language: str) -> dict[str, Any]:
    """Return the table `site:` of a language. The user's goes before the package's, English fills what is missing.

    Beside it stands `notes`, the sentences that posts carry.
    """
    merged: dict[str, Any] = {}
    for code in dict.fromkeys(("en", language)):
        for folder in reversed(templates.folders):
            table = folder / "locale" / f"{code}.yaml"
            if not table.is_file():
                continue
            try:
                raw = yaml.load(table.read_text("utf-8"), Loader=yaml.CSafeLoader) or {}
            except yaml.YAMLError as cause:
                line = getattr(getattr(cause, "problem_mark", None), "line", 0) + 1
                problem = getattr(cause, "problem", None) or "broken"
                raise ConfigError(f"locale/{table.name}:{line}: not readable as YAML: {problem}") from cause
            merged = _merge(merged, {"site": raw.get("site") or {}, "notes": raw.get("notes") or {}})
    return {**merged.get("site", {}), "notes": merged.get("notes", {})}


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    both = {**base, **over}
    for name in base.keys() & over.keys():
        if isinstance(base[name], dict) and isinstance(over[name], dict):
            both[name] = _merge(base[name], over[name])
    return both


class Locale:
    """Writes dates and counts in the words of one table."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self.words = words
        self._dates: dict[tuple[str, str], str] = {}

    def date(self, iso: str, form: str = "short") -> str:
        """Write YYYY-MM-DD in one of the forms of the table `dates`."""
        known = self._dates.get((iso, form))
        if known is None:
            known = self._dates[iso, form] = self._write(iso, form)
        return known

    def title(self, iso: str) -> Markup:
        """Write a day for the title of its page; what the form `title` has in brackets is set lighter."""
        return safe(re.sub(r"\[(.+?)\]", r'<span class="wd">\1</span>', escape(self.date(iso, "title"))))

    def _write(self, iso: str, form: str) -> str:
        from datetime import date  # noqa: PLC0415

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
