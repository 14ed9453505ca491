"""What is wrong with a setting, in a line of our own words: pydantic's change with its version."""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from digest.config.settings import Config
from digest.config.sources import KINDS, PluginSource
from digest.config.values import Part
from digest.errors import ConfigError

_PRIVATE = re.compile(r"@|://|(?:sk|key|token|bearer)[-_ ]|hf_|ghp_", re.IGNORECASE)
"""What an error does not repeat: a URL may hold a password, and a key may stand in the wrong place."""
_PARTS: tuple[type[Part], ...] = (*KINDS.values(), PluginSource)
_SOURCES: Mapping[int | str | None, type[Part]] = {part.__name__: part for part in _PARTS}
"""The classes of sources by the names that pydantic puts into the places of their errors."""
_WHOLE, _NUMBER, _MAPPING, _FILLED = "expected a whole number", "expected a number", "expected a mapping", "is empty"
_EXPECTED = {
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": "expected true or false",
    "bool_parsing": "expected true or false",
    "string_type": "expected a string",
    "tuple_type": "expected a list",
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "literal_error": "expected {expected}",
    "greater_than": "must be greater than {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than_equal": "must be at most {le:g}",
    "string_pattern_mismatch": "must match {pattern}",
    "string_too_short": _FILLED,
    "too_short": _FILLED,
    "missing": "is missing",
    "value_error": "{error}",
}
"""What a setting should be, by pydantic's kind of error (https://docs.pydantic.dev/latest/errors/validation_errors/)."""


def explain(
    cause: ValidationError, file: str, lines: Mapping[tuple[str, ...], int], origins: Mapping[tuple[str, ...], str]
) -> ConfigError:
    """Return the error for the first bad setting: where, what, and the nearest known key.

    `lines` are those of the keys in `file`, `origins` the environment variables that set some of them.
    """
    error = cause.errors(include_url=False)[0]
    path = tuple(str(part) for part in error["loc"] if part not in _SOURCES)
    prefixes = [path[:size] for size in range(len(path), 0, -1)]
    variable = next((origins[prefix] for prefix in prefixes if prefix in origins), None)
    line = next((lines[prefix] for prefix in prefixes if prefix in lines), 1)
    place = f"environment variable {variable}" if variable else f"{file}:{line}"
    more = f" ({cause.error_count() - 1} more)" if cause.error_count() > 1 else ""
    if error["type"] == "extra_forbidden":
        return unknown_key(place, path, more, next((part for part in error["loc"] if part in _SOURCES), None))
    expected = _EXPECTED.get(error["type"], "{message}").format(message=error["msg"], **error.get("ctx", {}))
    name = f"{'.'.join(path)}: " if path else ""
    return ConfigError(f"{place}: {name}{expected}{_got(error['input'])}{more}")


def unknown_key(place: str, path: tuple[str, ...], more: str = "", kind: int | str | None = None) -> ConfigError:
    """Return the error for a key that does not exist, with the nearest one that does; `kind` is that of a source."""
    known = sorted(_SOURCES[kind].model_fields) if kind in _SOURCES else _known(path[:-1])
    near = difflib.get_close_matches(path[-1], known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}" if known else "take it out"
    return ConfigError(f"{place}: unknown key {'.'.join(path)!r}{more}", hint=hint)


def _got(given: Any) -> str:
    short = isinstance(given, str | int | float | None) and not _PRIVATE.search(str(given))
    return f", got {given!r:.60}" if short else ""


def _known(path: tuple[str, ...]) -> list[str]:
    """Return the keys that may stand under `path`, in lists and mappings, too; none where any may."""
    part: type[BaseModel] = Config
    names = iter(path)
    for name in names:
        field = part.model_fields.get(name)
        held = list(_parts_in(field.annotation)) if field else []
        if field is None or len(held) != 1:
            return []
        part = held[0]
        if get_args(field.annotation):
            next(names, None)  # which one of the list or of the mapping
    return sorted(part.model_fields)


def _parts_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the classes of settings that a setting holds, by its annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _parts_in(inner)
