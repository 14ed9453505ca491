"""digest mcp: the archive as tools of a language model, over standard input and output."""

from importlib import import_module
from pathlib import Path

import click

from digest.commands.context import Context
from digest.commands.mcp.index import Index
from digest.commands.options import config_option
from digest.commands.result import DONE
from digest.config import series_of
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
    templates = context.templates(config)
    several = {one.series.name: Index(context.archive(one), templates, one.site) for one in series_of(config)}
    server.serve(several, config.site.title)
    return DONE
