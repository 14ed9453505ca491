"""digest mcp: the archive as tools of a language model, over standard input and output."""

from importlib import import_module
from pathlib import Path

import click

from digest.commands.context import Context
from digest.commands.options import config_option
from digest.commands.result import DONE
from digest.errors import ConfigError


@click.command()
@config_option
@click.pass_obj
def command(context: Context, config_path: Path) -> int:
    """Serve the archive to language models, read-only.

    Speaks the Model Context Protocol on standard input and output, for
    programs that start it as `digest mcp`. Tools: search, day, paper,
    evidence. Reads files only; needs the extra mcp.
    """
    config = context.config(config_path)
    try:
        server = import_module("digest.commands.mcp.server")
    except ImportError as cause:
        if (cause.name or "").partition(".")[0] not in {"mcp", "mcp_types"}:
            raise
        hint = "pip install 'daily-paper-digest[mcp]'"
        raise ConfigError("digest mcp: the extra mcp is not installed", hint=hint) from cause
    server.serve(context.archive(config), context.templates(config), config.site)
    return DONE
