"""Commands about the settings: config show, config schema, config templates."""

import click

from digest.commands.options import Invocation


@click.group()
def config() -> None:
    """Print the settings, their JSON Schema, or where the templates are."""


@config.command()
@click.pass_obj
def show(on: Invocation) -> int:
    """Print a config.yaml with every key, its default and what it means."""
    from digest.config import schema

    on.echo(schema.commented().rstrip("\n"))
    return 0


@config.command()
@click.pass_obj
def templates(on: Invocation) -> int:
    """Print the folder of the bundled templates, to copy from."""
    from digest.adapters.templates import BUNDLED

    on.echo(str(BUNDLED))
    return 0


@config.command("schema")
@click.pass_obj
def schema_(on: Invocation) -> int:
    """Print the JSON Schema of config.yaml, from which editors complete.

    Keep it as config.schema.json beside config.yaml, where its first line
    looks for it.
    """
    from digest.config import schema

    on.echo(schema.schema().rstrip("\n"))
    return 0
