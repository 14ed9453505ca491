"""Posts in another language than their series is set to: the settings were changed since they were written."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from digest.model.text import counted

if TYPE_CHECKING:
    from digest.config import Config


def mixed(config: "Config", found: Mapping[str, int]) -> tuple[str, str]:
    """Say of a series how many of its posts are in other languages, and what to do about it; empty where none is.

    `found` are its posts by language.
    """
    others = {language: number for language, number in found.items() if language.lower() != config.language.lower()}
    if not others:
        return "", ""
    counts = " and ".join(f"{number:,} in {language}" for language, number in sorted(others.items()))
    what = (
        f"{config.paths.posts}: of {counted(sum(found.values()), 'post')}, {counts}, "
        f"but this series is set to {config.language}"
    )
    if config.series.follows:
        return what, "set `languages` as it was, or move them and their editions to the folders of their language"
    first = max(others, key=lambda language: others[language])
    key = f"profiles.{config.series.profile}.languages" if config.series.profile else "languages"
    return what, f"set `{key}: [{first}, {config.language}]`, so that {config.language} has folders of its own"


def lines(config: "Config", found: Mapping[str, int]) -> tuple[str, ...]:
    """Return the same as a line, or none."""
    what, hint = mixed(config, found)
    return (f"{what} — {hint}",) if what else ()
