"""One Jinja environment, and the tables of words per language. Files of the user's folder come before the package's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from traceback import walk_tb
from typing import Any

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.loaders import split_template_path

from digest.adapters.templates.folders import BUNDLED, PACKAGE, below, is_there, read, text
from digest.adapters.templates.words import MODEL_TABLE, Words, compare, merge
from digest.errors import ConfigError
from digest.posts import escaping, frontmatter

__all__ = ["BUNDLED", "PACKAGE", "Templates", "Words", "below", "is_there", "read", "text"]

_BROKEN = (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError, OSError)
"""What a template that somebody wrote can raise: Jinja's own errors, and Python's from its expressions."""


class _Loader(FileSystemLoader):
    """Finds templates as Jinja does, but refuses what cannot be read where Jinja would take the package's instead."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Return a template's text, its path, and whether it still holds. Raises ConfigError."""
        for place in self.searchpath:
            path = Path(place, *split_template_path(template))
            if is_there(path):
                text(path)
                break
        return super().get_source(environment, template)


class Templates:
    """The templates and words of one site. HTML templates escape what they are given; others write it as it is."""

    def __init__(self, own: Path | None = None) -> None:
        self.own = own
        self.folders = [folder for folder in (own, BUNDLED) if folder is not None and folder.is_dir()]
        self._words: dict[str, Words] = {}

    @cached_property
    def environment(self) -> Environment:
        """The environment behind `render`, for callers that add filters of their own."""
        environment = Environment(
            loader=_Loader(self.folders),
            undefined=StrictUndefined,
            # Posts and prompts are not HTML: escaping them there would show the reader `&amp;`.
            autoescape=lambda name: name is not None and (".html" in name or ".xml" in name),  # noqa: S701
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        environment.filters["escape_markdown"] = escaping.escape
        environment.filters["front_matter"] = lambda header: frontmatter.render(header).rstrip("\n")
        return environment

    def template(self, name: str) -> Template:
        """Load a template by its path below `templates/`. Raises ConfigError that names file and line."""
        with self.explained(name):
            return self.environment.get_template(name)

    def render(self, name: str, **values: Any) -> str:
        """Fill a template. Raises ConfigError that names the template, the line and what it lacked."""
        template = self.template(name)
        with self.explained(name):
            return template.render(**values)

    @contextmanager
    def explained(self, name: str) -> Iterator[None]:
        """Turn what goes wrong in a template into ConfigError, with the template and its line."""
        try:
            yield
        except _BROKEN as cause:
            raise self._broken(name, cause) from cause

    def source(self, name: str) -> str:
        """Return a file below `templates/` as text, the user's before the package's. Raises ConfigError."""
        for folder in self.folders:
            if is_there(folder / name):
                return text(folder / name)
        raise _missing(name)

    def words(self, language: str) -> Words:
        """Return the table of words `locale/<language>.yaml`. A user's table overrides the package's key by key.

        Raises ConfigError where there is none, or where it lacks a word that the English table has.
        """
        if language not in self._words:
            merged = merge(self.folders, language)
            if language != MODEL_TABLE:
                compare(self.words(MODEL_TABLE), merged, f"locale/{language}.yaml")
            self._words[language] = merged
        return self._words[language]

    def _broken(self, name: str, cause: Exception) -> ConfigError:
        """Name the template, which may be one that `name` includes, and its line."""
        if isinstance(cause, TemplateNotFound) and cause.name == name:
            return _missing(name)
        what, file, line = str(cause) or type(cause).__name__, name, None
        if isinstance(cause, TemplateSyntaxError):
            file, line = cause.name or name, cause.lineno
        else:
            for frame, at in walk_tb(cause.__traceback__):
                path = Path(frame.f_code.co_filename)
                for folder in self.folders:
                    if path.is_relative_to(folder):
                        file, line = path.relative_to(folder).as_posix(), at
        if isinstance(cause, TemplateNotFound):
            what = f"{cause.name} is missing"
        return ConfigError(f"template {file}{f', line {line}' if line else ''}: {what}")


def _missing(name: str) -> ConfigError:
    return ConfigError(f"template {name} is missing", hint="reinstall, or add it to paths.templates")
