"""digest export: published papers as files of Obsidian, Zotero, spreadsheets and other programs."""

from pathlib import Path

import click

from digest.commands.context import Context
from digest.commands.options import config_option
from digest.commands.result import DONE, SOME_FAILED, Result
from digest.config import series_of
from digest.config.plugins import known
from digest.errors import ConfigError
from digest.model.text import counted, enumerated
from digest.pipeline.days import export
from digest.stages.export import EXPORTERS


@click.command()
@click.option("--to", "name", required=True, metavar="FORMAT", help="obsidian, zotero, csv, jsonl, or a plug-in.")
@click.argument("folder_text", type=click.Path(file_okay=False), metavar="DIR")
@config_option
@click.pass_obj
def command(context: Context, name: str, folder_text: str, config_path: Path) -> int:
    """Export all published papers into a folder.

    obsidian writes a note per paper and day, zotero RIS per day with tags and
    notes, csv and jsonl one file. Run it again for what is new: files that
    you edited are left alone, and notes that you deleted stay deleted.
    """
    if not str(folder_text).strip():
        raise ConfigError("DIR is empty", hint="name a folder, or . for this one")
    folder = Path(folder_text)
    config = context.config(config_path)
    name = small if (small := name.strip().lower()) in EXPORTERS else name
    try:
        known("exporters", tuple(EXPORTERS))(name)
    except ValueError as cause:
        raise ConfigError(f"--to {name}: {cause}") from cause
    lines, warnings, code = [], [], DONE
    for one in series_of(config):
        place = folder / one.series.name
        done = export.export(name, place, context.archive(one), context.templates(one), one.site)
        gone = f", {done.gone} deleted by you and left out" if done.gone else ""
        left = f", {counted(len(done.left), 'file')} of what is no longer published" if done.left else ""
        lines.append(f"{place}: {counted(done.written, 'file')} written, {done.unchanged} unchanged{gone}{left}")
        code = SOME_FAILED if done.problems else code
        warnings += [*done.problems, *([f"edited, left unchanged: {enumerated(done.edited)}"] if done.edited else [])]
    return context.print_result(Result(tuple(lines), warnings=tuple(warnings), code=code))
