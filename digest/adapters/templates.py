"""One Jinja environment, and the tables of words per language. Files of the user's folder come before the package's."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from traceback import walk_tb
from typing import Any

import yaml
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

from digest.config import files
from digest.errors import ConfigError
from digest.posts import escaping, frontmatter

PACKAGE = Path(__file__).parents[1]
"""The folder of this package."""
BUNDLED = next(place / "templates" for place in (PACKAGE, PACKAGE.parent) if (place / "templates").is_dir())
"""The package's own templates: inside it when installed, beside it in a source checkout."""
_MODEL_TABLE = "en"  # every other table must have its keys

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


class Words(dict[str, Any]):
    """A table of words. In a template `table.copy` is the word of that name, not the method of a mapping."""

    def __getattribute__(self, name: str) -> Any:
        return self[name] if name in self else super().__getattribute__(name)


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
            merged = self._merged(language)
            if language != _MODEL_TABLE:
                _compare(self.words(_MODEL_TABLE), merged, f"locale/{language}.yaml")
            self._words[language] = merged
        return self._words[language]

    def _merged(self, language: str) -> Any:
        tables = [folder / "locale" / f"{language}.yaml" for folder in reversed(self.folders)]
        found = [table for table in tables if is_there(table)]
        if not found:
            raise ConfigError(f"no locale file for language {language!r}", hint=f"add templates/locale/{language}.yaml")
        merged: dict[str, Any] = {}
        for table in found:
            source = text(table)
            try:
                frontmatter.refuse_depth(source)
                read = yaml.load(source, Loader=yaml.CSafeLoader) or {}
            except (yaml.YAMLError, RecursionError) as cause:
                line = getattr(getattr(cause, "problem_mark", None), "line", 0) + 1
                problem = getattr(cause, "problem", None) or cause
                raise ConfigError(f"locale/{table.name}:{line}: invalid YAML: {problem}") from cause
            if not isinstance(read, dict):
                raise ConfigError(f"locale/{table.name}: expected a mapping of strings")
            merged = _overlay(merged, read)
        return _as_words(merged)

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


def is_there(path: Path) -> bool:
    """Return whether there is something of that name, be it no file or a link that leads nowhere."""
    return os.path.lexists(path)


def read(path: Path) -> bytes:
    """Read a file of a folder of templates. Raises ConfigError where it cannot be read."""
    try:
        return files.read(path)
    except OSError as cause:
        raise ConfigError(f"{path}: cannot be read: {cause.strerror or cause}") from cause


def text(path: Path) -> str:
    """Read a file of a folder of templates as text. Raises ConfigError where it cannot be read."""
    try:
        return read(path).decode()
    except UnicodeDecodeError as cause:
        raise ConfigError(f"{path}: cannot be read: {cause}") from cause


def below(folder: Path, pattern: str) -> list[Path]:
    """List what lies below a folder of templates, but folders and what is hidden; some of it may be unreadable."""
    found = (path for path in folder.glob(pattern) if not path.is_dir())
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts))


def _overlay(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    both = {**base, **over}
    for key in base.keys() & over.keys():
        if isinstance(base[key], dict) and isinstance(over[key], dict):
            both[key] = _overlay(base[key], over[key])
    return both


def _as_words(read: Any) -> Any:
    if isinstance(read, dict):
        return Words({key: _as_words(value) for key, value in read.items()})
    return [_as_words(value) for value in read] if isinstance(read, list) else read


def _compare(model: dict[str, Any], table: dict[str, Any], file: str, path: tuple[str, ...] = ()) -> None:
    """Raise ConfigError where a table lacks a word of the model, or has something in its place that is no word.

    Languages differ in shape: where English has a table of plurals another one may have a single text.
    """
    for key, value in dict.items(model):  # a word may be called `items`
        name = ".".join((*path, str(key)))
        if key not in table:
            raise ConfigError(f"{file}: {name} is missing", hint=f"copy it from {BUNDLED / 'locale' / 'en.yaml'}")
        if not isinstance(table[key], str | list | dict):
            raise ConfigError(f"{file}: {name} must be a string", hint="put it in quotes")
        if isinstance(value, dict) and isinstance(table[key], dict):
            _compare(value, table[key], file, (*path, str(key)))


def _missing(name: str) -> ConfigError:
    return ConfigError(f"template {name} is missing", hint="reinstall, or add it to paths.templates")
