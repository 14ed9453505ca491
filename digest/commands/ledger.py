"""Edition → its ledger as a Markdown table: what became of every paper, for the summary of a nightly run."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from digest.commands.context import Context
from digest.commands.options import config_option
from digest.commands.result import Result
from digest.config import series_of
from digest.model import Edition, Entry, Exclusion, Paper, PaperId, Skip, Usage
from digest.model.text import counted, one_line, shorten
from digest.posts.reasons import explain

Takers = Mapping[PaperId, Sequence[str]]
"""Which series published a paper that day, by their names."""
_SPECIAL = re.compile(r"[\\`*_{}\[\]()<>#+|!~@&$:-]")


def render(edition: Edition, words: Mapping[str, Any], takers: Takers | None = None) -> str:
    """Write a heading, a row per paper and what it all took. Nothing of a title or a reason acts as markup.

    `takers` tells which series took a paper, where there are several.
    """
    outcomes = edition.outcomes
    entries, skips, exclusions = len(edition.entries), len(edition.skips), len(edition.exclusions)
    lines = [f"### {edition.name}: {entries} published, {skips} failed, {exclusions} left out", ""]
    if not outcomes and not edition.unread:
        return "\n".join([*lines, "No papers listed (normal on weekends and holidays).", ""])
    lines += [
        "| paper | outcome | why |" + (" taken by |" if takers is not None else ""),
        "| --- | --- | --- |" + (" --- |" if takers is not None else ""),
        *(_row(outcome, words) + _taken(outcome, takers) for outcome in outcomes),
        *map(_unread, edition.unread),
        "",
    ]
    spent = sum((one.provenance.usage for one in edition.entries), Usage())
    spent = sum((skip.usage for skip in edition.skips), spent)
    cost = "" if spent.cost is None else f", ${spent.cost:.4f}"
    tokens = spent.input_tokens + spent.output_tokens
    return "\n".join([*lines, f"{counted(spent.calls, 'model call')}, {counted(tokens, 'token')}{cost}", ""])


def _row(outcome: Entry | Skip | Exclusion, words: Mapping[str, Any]) -> str:
    match outcome:
        case Entry(paper=Paper(withdrawn=drawn), provenance=made, findings=findings):
            until = f" until {made.provisional} at the latest" if made.provisional else ""
            doubts = f"; {counted(len(findings), 'finding')}" if findings else ""
            cells = "published", f"{'withdrawn; ' if drawn else ''}from {made.origin}{until}{doubts}"
        case Skip(stage=stage, reason=reason):
            cells = "**failed**", f"{stage}: {reason}"
        case Exclusion(rule=rule, detail=detail):
            cells = "left out", f"{rule}: {detail}" if rule == "removed" else f"{rule} {detail}"
    paper, what = outcome.paper, shorten(cells[1], 200)
    if outcome.reasons:
        what += f"; {explain(outcome.reasons, words, points=True)}"
    title = escaped(shorten(paper.title, 120) or paper.id)
    return f"| [{title}]({paper.id.link}) | {cells[0]} | {escaped(what)} |"


def _taken(outcome: Entry | Skip | Exclusion, takers: Takers | None) -> str:
    return "" if takers is None else f" {escaped(', '.join(takers.get(outcome.paper.id, ()))) or '-'} |"


def _unread(record: str) -> str:
    return f"| a record of the list | **not read** | {escaped(shorten(record, 200))} |"


def _takers(series: Mapping[str, Edition], first: str) -> Takers:
    found: dict[PaperId, list[str]] = {}
    for name, edition in series.items():
        for entry in edition.entries:
            found.setdefault(entry.paper.id, []).append(name or first)
    return found


def _explained(edition: Edition) -> bool:
    return any(outcome.reasons for outcome in edition.outcomes)


def escaped(raw: str) -> str:
    """Write plain text as Markdown, as GitHub reads it, that shows just the text: on one line, in a table's cell."""
    return _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", one_line(raw))


@click.command()
@click.argument("days", nargs=-1, metavar="[DAY]...")
@config_option
@click.pass_obj
def command(context: Context, days: tuple[str, ...], config_path: Path) -> int:
    """Show what happened to each paper of a day, as a Markdown table.

    DAY is an edition's name, today or yesterday, or a range such as
    2025-11-10..2025-11-17; default: the newest edition. Suits
    $GITHUB_STEP_SUMMARY.
    """
    today = context.now().date()
    ago = {"today": str(today), "yesterday": str(today - timedelta(days=1))}
    config = context.config(config_path)
    archives = {one.series.name: context.archive(one) for one in series_of(config)}
    archive = archives[""]
    known = archive.names()
    wanted: list[str] = []
    for day in days or known[-1:]:
        first, between, last = "..".join(ago.get(end, end) for end in day.split("..")).partition("..")
        wanted += [name for name in known if first <= name[:10] <= last] if between else [Path(first).name]
    missing = "### {}: not built\n"
    templates, shown = context.templates(config), []
    if not wanted:
        why = "has no day of that range" if days else "has no editions yet; `digest build` makes the first one"
        shown.append(f"{config.paths.data} {why}.\n")
    for name in wanted:
        series = {one: edition for one, own in archives.items() if (edition := own.load(name))}
        takers = _takers(series, config.language) if len(archives) > 1 else None
        shown += [missing.format(name)] if "" not in series else []
        for one, edition in series.items():
            text = render(edition, templates.words(edition.language) if _explained(edition) else {}, takers)
            shown.append(f"## {one}\n\n{text}" if one else text)
    return context.print_result(Result(tuple(shown), warnings=tuple(archive.unreadable()), lines_required=True))
