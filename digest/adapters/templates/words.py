"""The table of words of a language: the user's over the package's, with every word that the English one has."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from digest.adapters.templates.folders import BUNDLED, is_there, text
from digest.errors import ConfigError
from digest.posts import frontmatter

MODEL_TABLE = "en"  # every other table must have its keys


class Words(dict[str, Any]):
    """A table of words. In a template `table.copy` is the word of that name, not the method of a mapping."""

    def __getattribute__(self, name: str) -> Any:
        return self[name] if name in self else super().__getattribute__(name)


def merge(folders: Sequence[Path], language: str) -> Any:
    """Read the tables of all folders, of which earlier ones override later ones key by key. Raises ConfigError."""
    tables = [folder / "locale" / f"{language}.yaml" for folder in reversed(folders)]
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


def compare(model: dict[str, Any], table: dict[str, Any], file: str, path: tuple[str, ...] = ()) -> None:
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
            compare(value, table[key], file, (*path, str(key)))
