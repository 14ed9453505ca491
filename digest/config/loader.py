"""config.yaml and environment → settings, and what is wrong with them in a line that names the place."""

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from digest.config import files, profiles, validation
from digest.config.settings import PREFIX, Config, PathsConfig
from digest.errors import ConfigError
from digest.posts.frontmatter import refuse_depth

WELL_KNOWN = {
    "HF_ENDPOINT": f"{PREFIX}SERVICES__HUGGINGFACE",
    "OPENAI_BASE_URL": f"{PREFIX}LLM__BASE_URL",
    "OPENAI_MODEL": f"{PREFIX}LLM__MODEL",
}
"""Variables of the ecosystem and the setting each one overrides."""


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """Read the settings. A missing `path` means the defaults. Raises ConfigError that names key, file and line."""
    try:
        raw = files.read(path).decode() if path.exists() else ""
    except (OSError, UnicodeDecodeError) as cause:
        raise ConfigError(f"{path}: cannot be read: {getattr(cause, 'strerror', None) or 'not UTF-8'}") from cause
    try:
        refuse_depth(raw)
        lines = _lines(raw)
        data = yaml.load(raw, Loader=yaml.CSafeLoader) or {}
    except (yaml.YAMLError, RecursionError, ValueError) as cause:
        mark = getattr(cause, "problem_mark", None)
        what = getattr(cause, "problem", None) or cause
        raise ConfigError(f"{path.name}:{mark.line + 1 if mark else 1}: invalid YAML: {what}") from cause
    if not isinstance(data, dict) or not all(isinstance(key, str) for key in data):
        raise ConfigError(f"{path.name}:1: expected settings such as `language: ko`")
    # `llm:` with every line below it commented out says nothing.
    data = {key: value for key, value in data.items() if value is not None}
    given = _given(environ)
    from_environment = _from_environment(given)
    said, origins = _merge(data, from_environment), _origins(given)
    try:
        # A table in the file changes what it names and leaves the rest of ours.
        config = Config(**_merge(Config().model_dump(), said))
    except ValidationError as cause:
        raise validation.explain(cause, path.name, lines, origins) from cause
    if "language" in said and config.languages and config.language.lower() != config.languages[0].lower():
        variable, line = origins.get(("language",)), lines.get(("language",), 1)
        place = f"environment variable {variable}" if variable else f"{path.name}:{line}"
        both = f"language: {config.language}, but languages: [{', '.join(config.languages)}]"
        raise ConfigError(f"{place}: {both}", hint="take `language` out, or begin `languages` with it")
    folder = path.resolve().parent
    paths = {name: folder / value for name, value in config.paths}
    return config.model_copy(
        update={
            "language": next(iter(config.languages), config.language),
            "paths": PathsConfig(**paths),
            "taste": config.taste.below(folder),
            "profiles": profiles.below(config.profiles, folder),
        }
    )


def _given(environ: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return the variables that set something: our name of each → the name it was given by, and its value."""
    given = {ours: (name, environ[name]) for name, ours in WELL_KNOWN.items() if environ.get(name)}
    return given | {name: (name, value) for name, value in environ.items() if name.upper().startswith(PREFIX)}


def _from_environment(given: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    for name in given:
        first, nested, _ = name.upper().removeprefix(PREFIX).partition("__")
        # Other programs may have variables that begin like ours; a slip of the pen looks like one of ours.
        slip = difflib.get_close_matches(first.lower(), Config.model_fields, cutoff=0.75)
        if first.lower() not in Config.model_fields and (nested or slip):
            raise validation.unknown_key(f"environment variable {name}", (first.lower(),))
    if not given:
        return {}
    from digest.config import environment  # noqa: PLC0415 - takes longer to import than all else of most commands

    try:
        return environment.parse({ours: value for ours, (_, value) in given.items()})
    except environment.SettingsError:
        for ours, (name, value) in given.items():
            try:
                environment.parse({ours: value})
            except environment.SettingsError as cause:
                hint = 'write lists and mappings as JSON, like ["a", "b"]'
                raise ConfigError(f"environment variable {name}: invalid value", hint=hint) from cause
        raise


def _origins(given: Mapping[str, tuple[str, str]]) -> dict[tuple[str, ...], str]:
    """Return the variable that set each setting, by the setting's path."""
    return {tuple(ours.upper().removeprefix(PREFIX).lower().split("__")): name for ours, (name, _) in given.items()}


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Lay `over` onto `base`, mapping by mapping."""
    both = {**base, **over}
    for key in base.keys() & over.keys():
        if isinstance(base[key], dict) and isinstance(over[key], dict):
            both[key] = _merge(base[key], over[key])
    return both


def _lines(raw: str) -> dict[tuple[str, ...], int]:
    """Return the line of every key, by its path.

    Raises MarkedYAMLError for a duplicate key, and for an alias of a list or mapping: a few lines of those can expand
    to more than the memory holds.
    """
    found: dict[tuple[str, ...], int] = {}
    seen: set[int] = set()

    def visit(node: yaml.Node | None, path: tuple[str, ...]) -> None:
        if not isinstance(node, yaml.CollectionNode):
            return
        if id(node) in seen:
            problem = "aliases of lists or mappings are not supported"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            for place, item in enumerate(node.value):
                visit(item, (*path, str(place)))
            return
        for key, value in node.value:
            here = (*path, str(key.value))
            if here in found:
                problem = f"duplicate key {'.'.join(here)}"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            found[here] = key.start_mark.line + 1
            visit(value, here)

    visit(yaml.compose(raw, Loader=yaml.CSafeLoader), ())
    return found
