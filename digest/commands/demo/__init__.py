"""digest demo: the whole program against outside services that are played on loopback from bundled answers.

Tests use the services too.

The six papers are those of 2025-11-17 with their real titles, ids and authors; texts and summaries are our own words.
"""

import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from shlex import quote
from shutil import which
from typing import Any

import click

from digest.commands.context import Context
from digest.commands.demo.server import serve
from digest.commands.options import log_option
from digest.config import Config, load
from digest.model.editions import EXAMPLE

DAY = date(2025, 11, 17)
NOW = datetime(2025, 11, 18, 0, 10, tzinfo=UTC)
"""The moment that is played: the day is over and its list complete."""


def settings(url: str) -> dict[str, str]:
    """Return the settings, as environment variables, that make an ordinary run ask the services played at `url`."""
    return {
        "DIGEST_SERVICES__HUGGINGFACE": url,
        "DIGEST_SERVICES__ARXIV": url,
        "DIGEST_SERVICES__ARXIV_API": url,
        "DIGEST_PACE__ARXIV": "0",
        "DIGEST_PACE__ARXIV_API": "0",
        "DIGEST_LLM__BASE_URL": f"{url}/v1",
        "DIGEST_LLM__MODEL": EXAMPLE,
        "DIGEST_LLM__FALLBACK": "[]",
    }


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    help="Output folder.",
)
@log_option
@click.pass_context
def command(invocation: click.Context, out: Path, log_format: str) -> int:
    """Build 2025-11-17 from recorded responses: no key, no network.

    Everything but the services is real: the ordinary build with the ordinary
    settings.
    """
    context = invocation.obj
    program = invocation.find_root().command
    config_path = out / "config.yaml"

    def run(*words: str) -> int:
        return int(program.main([*words, "--config", str(config_path)], standalone_mode=False, obj=demo))

    with serve() as url:
        context.print(f"Using recorded responses for Hugging Face, arXiv and the model ({url})")
        out.mkdir(parents=True, exist_ok=True)
        demo = _DemoContext(context.interruption, context.streams, as_json=context.as_json, settings=settings(url))
        code = run("build", "--date", str(DAY), "--log-format", log_format)
    run("site")
    paths = demo.config(config_path).paths
    context.print(f"Read the post in {paths.posts}, or open the site: {paths.site / 'index.html'}")
    program_path = "digest" if which("digest") else Path(sys.executable).with_name("digest")
    context.print(f"To serve it: cd {quote(str(out))} && {program_path} site --serve")
    return code


class _DemoContext(Context):
    """An invocation at the moment that is played, with no settings and secrets but its own."""

    def __init__(self, *arguments: Any, settings: Mapping[str, str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.environ = settings

    def config(self, path: Path, overrides: Mapping[str, str] | None = None) -> Config:
        """Load the demo's settings, over those of a file where there is one."""
        return load(path, {**self.environ, **(overrides or {})})

    def now(self) -> datetime:
        """Return the moment that is played."""
        return NOW
