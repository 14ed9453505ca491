"""`digest config`: the commented settings, and the schema from which editors complete them."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from digest.adapters.process.interruption import Interruption
from digest.cli import cli
from digest.commands.context import Context
from digest.config import Config, load, schema
from digest.errors import ConfigError

ROOT = Path(__file__).parents[2]
SCHEMA: dict[str, Any] = json.loads(schema.schema())


def printed(*words: str) -> str:
    done = CliRunner().invoke(cli, ["config", *words], obj=Context(Interruption()), standalone_mode=False)
    assert done.exception is None
    return done.stdout


def refused(raw: str) -> bool:
    return not Draft202012Validator(SCHEMA).is_valid(yaml.safe_load(raw))


def _parts(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [found, *found["$defs"].values()]


def test_show_prints_the_commented_file() -> None:
    assert printed("show") == (ROOT / "config.yaml").read_text("utf-8")


def test_schema_prints_what_draft_2020_12_allows() -> None:
    Draft202012Validator.check_schema(json.loads(printed("schema")))


def test_every_key_of_the_settings_has_a_description() -> None:
    silent = [
        f"{part.get('title')}.{key}"
        for part in _parts(SCHEMA)
        for key, field in part["properties"].items()
        if not field.get("description") and "$ref" not in str(field.get("anyOf", ""))
    ]

    assert silent == []
    assert set(SCHEMA["properties"]) == set(Config.model_fields)


@pytest.mark.parametrize("file", ["config.yaml"])
def test_the_first_line_of_a_settings_file_leads_editors_to_the_schema_beside_it(file: str) -> None:
    first = (ROOT / file).read_text("utf-8").splitlines()[0]
    beside = json.loads((ROOT / schema.FILE).read_text("utf-8"))

    assert first == f"# yaml-language-server: $schema={schema.FILE}"
    assert [(part.get("title"), part["properties"].keys()) for part in _parts(beside)] == [
        (part.get("title"), part["properties"].keys()) for part in _parts(SCHEMA)
    ]
    assert [
        (key, field.get("description"), field.get("default"))
        for part in _parts(beside)
        for key, field in part["properties"].items()
    ] == [
        (key, field.get("description"), field.get("default"))
        for part in _parts(SCHEMA)
        for key, field in part["properties"].items()
    ]


@pytest.mark.parametrize(
    "raw",
    [
        (ROOT / "config.yaml").read_text("utf-8"),
        "{}",
        "llm:\n#  model: x\n",
        "language: en\nselection: {limit: 3, include: [diffusion]}\n",
        "llm: {base_url: null, prices: {mine: {input: 1, output: 2}}}\n",
    ],
)
def test_what_the_program_takes_the_schema_takes(tmp_path: Path, raw: str) -> None:
    (tmp_path / "config.yaml").write_text(raw)

    load(tmp_path / "config.yaml", {})
    assert not refused(raw)


@pytest.mark.parametrize(
    "raw",
    [
        "langauge: ko",
        "selection: {limit: 0}",
        "selection: {limits: 3}",
        "site: {figures: all}",
        "llm: {model: null}",
        "post: {time: '25:00:00'}",
        "fetch: {contact: 'who (ever) asks'}",
        "- language",
    ],
)
def test_what_the_schema_refuses_the_program_refuses(tmp_path: Path, raw: str) -> None:
    (tmp_path / "config.yaml").write_text(raw)

    assert refused(raw)
    with pytest.raises(ConfigError):
        load(tmp_path / "config.yaml", {})


@given(st.integers(-5, 600), st.sampled_from(["selection: {{limit: {}}}", "site: {{per_page: {}}}"]))
def test_both_agree_on_every_range(tmp_path_factory: pytest.TempPathFactory, number: int, raw: str) -> None:
    file = tmp_path_factory.getbasetemp() / "ranged.yaml"
    file.write_text(raw.format(number))

    try:
        load(file, {})
        taken = True
    except ConfigError:
        taken = False

    assert taken is not refused(raw.format(number))


def test_the_help_cuts_no_description_short() -> None:
    shown = CliRunner().invoke(cli, ["config", "--help"], terminal_width=80).output

    assert "..." not in shown.partition("Commands:")[2]
    assert "what it means." in shown
