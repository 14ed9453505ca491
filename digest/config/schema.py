"""The settings as people and editors read them: the commented file with every default, and its JSON Schema."""

import ast
import inspect
import json
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from digest.config import llm, plugins, profiles, services, settings, sources, taste
from digest.config.settings import Config

FILE = "config.schema.json"
"""What the schema is called where it lies beside config.yaml, whose first line names it."""
_PACKAGED = Path(__file__).parent / "config.yaml"
_COMMENTED = _PACKAGED if _PACKAGED.is_file() else Path(__file__).parents[2] / "config.yaml"
"""The commented file: inside the package when installed, at the top of a source checkout."""


class _Untitled(GenerateJsonSchema):
    """Pydantic's generator without a title for every field, which would only repeat the key."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def commented() -> str:
    """Return config.yaml with every key, its default and what it means."""
    return _COMMENTED.read_text("utf-8")


def schema() -> str:
    """Return the JSON Schema (2020-12) of config.yaml, each key described by the docstring of its field."""
    found = Config.model_json_schema(schema_generator=_Untitled)
    documented = _docstrings()
    for part in (found, *found["$defs"].values()):
        for key, field in part["properties"].items():
            if key in documented[part["title"]]:
                field["description"] = documented[part["title"]][key]
    # `llm:` with every line below it commented out says nothing, and is taken.
    found["properties"] = {key: _or_nothing(field) for key, field in found["properties"].items()}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps({**head, **found, "title": "digest: config.yaml"}, indent=2, ensure_ascii=False) + "\n"


def _or_nothing(field: Mapping[str, Any]) -> dict[str, Any]:
    beside = {key: value for key, value in field.items() if key in {"title", "description", "default"}}
    return {"anyOf": [{key: value for key, value in field.items() if key not in beside}, {"type": "null"}], **beside}


def _docstrings() -> Mapping[str, Mapping[str, str]]:
    """Return the docstrings of all fields: class → field → text.

    Pydantic's `use_attribute_docstrings` would read the source whenever a command starts, which takes 25 ms.
    """
    classes = [
        node
        for module in (settings, llm, services, sources, plugins, profiles, taste)
        for node in ast.parse(inspect.getsource(module)).body
        if isinstance(node, ast.ClassDef)
    ]
    return {
        one.name: {
            field.target.id: inspect.cleandoc(docstring.value.value)
            for field, docstring in pairwise(one.body)
            if isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(docstring, ast.Expr)
            and isinstance(docstring.value, ast.Constant)
            and isinstance(docstring.value.value, str)
        }
        for one in classes
    }
