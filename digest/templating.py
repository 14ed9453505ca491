"""One Jinja environment, and the tables of words per language. Files of the user's folder come before the package's."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateError, TemplateNotFound

from digest import posts
from digest.errors import ConfigError

_PACKAGED = Path(__file__).parent / "templates"
BUNDLED = _PACKAGED if _PACKAGED.is_dir() else Path(__file__).parent.parent / "templates"
"""The package's own templates: inside it when installed, beside it in a source checkout."""


class Templates:
    """The templates and words of one site. HTML templates escape what they are given; others write it as it is."""

    def __init__(self, own: Path | None = None) -> None:
        self.folders = [folder for folder in (own, BUNDLED) if folder is not None and folder.is_dir()]

    @cached_property
    def environment(self) -> Environment:
        """The environment behind `render`, for callers that add filters of their own."""
        environment = Environment(
            loader=FileSystemLoader(self.folders),
            undefined=StrictUndefined,
            # Posts and prompts are not HTML: escaping them there would show the reader `&amp;`.
            autoescape=lambda name: name is not None and (".html" in name or ".xml" in name),  # noqa: S701
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        environment.filters["escape_markdown"] = posts.escape
        return environment

    def template(self, name: str) -> Template:
        """Load a template by its path below `templates/`. Raises ConfigError that names file and line."""
        try:
            return self.environment.get_template(name)
        except TemplateNotFound as cause:
            raise _missing(str(cause.name)) from cause
        except TemplateError as cause:
            raise ConfigError(self._where(name, cause)) from cause

    def render(self, name: str, **values: Any) -> str:
        """Fill a template. Raises ConfigError that names the template and what it lacked."""
        template = self.template(name)
        try:
            return template.render(**values)
        except TemplateError as cause:
            raise ConfigError(self._where(name, cause)) from cause

    def source(self, name: str) -> str:
        """Return a file below `templates/` as text, the user's before the package's. Raises ConfigError."""
        for folder in self.folders:
            if (folder / name).is_file():
                return (folder / name).read_text("utf-8")
        raise _missing(name)

    def words(self, language: str) -> Mapping[str, Any]:
        """Return the table of words `locale/<language>.yaml`. A user's table overrides the package's key by key."""
        tables = [folder / "locale" / f"{language}.yaml" for folder in reversed(self.folders)]
        found = [table for table in tables if table.is_file()]
        if not found:
            raise ConfigError(f"no words for language {language!r}", hint=f"add templates/locale/{language}.yaml")
        merged: dict[str, Any] = {}
        for table in found:
            try:
                merged |= yaml.load(table.read_text("utf-8"), Loader=yaml.CSafeLoader) or {}
            except yaml.YAMLError as cause:
                raise ConfigError(f"{table.name}: not readable as YAML: {cause}") from cause
        return merged

    @staticmethod
    def _where(name: str, cause: TemplateError) -> str:
        line = getattr(cause, "lineno", None)
        return f"template {name}{f', line {line}' if line else ''}: {cause.message or cause}"


def _missing(name: str) -> ConfigError:
    return ConfigError(f"template {name} is missing", hint="reinstall, or add it to paths.templates")
