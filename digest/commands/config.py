"""digest config: the settings, their JSON Schema, and where the templates are."""

import click

from digest.adapters.templates import BUNDLED
from digest.commands.context import Context
from digest.config import schema as settings


@click.group()
def command() -> None:
    """Print the settings, their JSON Schema, or the template folder."""


@command.command()
@click.pass_obj
def show(context: Context) -> int:
    """Print a config.yaml: every key, its default, what it means."""
    context.print(settings.commented().rstrip("\n"))
    return 0


@command.command()
@click.pass_obj
def templates(context: Context) -> int:
    """Print the folder of the bundled templates, to copy from."""
    context.print(str(BUNDLED))
    return 0


@command.command("schema")
@click.pass_obj
def print_schema(context: Context) -> int:
    """Print the JSON Schema of config.yaml, for editors to complete.

    Keep it as config.schema.json beside config.yaml, where its first line
    looks for it.
    """
    context.print(settings.schema().rstrip("\n"))
    return 0
