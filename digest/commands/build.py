"""digest build: one day's edition and post; its preview; and who hears of a failure."""

import time
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest import model
from digest.adapters.redaction import NOTIFY_FAILURES_URLS
from digest.commands.context import Context
from digest.commands.options import DayParam, config_option, log_option
from digest.commands.result import DONE, SOME_FAILED, Result
from digest.errors import Busy
from digest.model.text import counted

if TYPE_CHECKING:
    from digest.config import Config
    from digest.pipeline.day import DayOutcome
    from digest.pipeline.plan import Order


@click.command()
@click.option(
    "--date",
    "day",
    type=DayParam(),
    default="yesterday",
    help="Day to build (UTC): YYYY-MM-DD, today, yesterday.",
    show_default=True,
)
@click.option("--limit", type=click.IntRange(1, 500), help="Read at most this many papers (selection.limit).")
@click.option("--id", "ids", multiple=True, metavar="ARXIV_ID", help="Summarise this paper instead (repeatable).")
@click.option("--force", is_flag=True, help="Rebuild, overwriting manual edits.")
@click.option("--refresh", is_flag=True, help="Re-list the day: add late papers and new versions.")
@click.option("--verbose", is_flag=True, help="If there is nothing to do, print why.")
@click.option("--dry-run", is_flag=True, help="Show what would be done and what it would cost.")
@config_option
@log_option
@click.pass_obj
def command(
    context: Context,
    day: date,
    limit: int | None,
    ids: tuple[str, ...],
    force: bool,
    refresh: bool,
    verbose: bool,
    dry_run: bool,
    config_path: Path,
    log_format: str,
) -> int:
    """Build a day's edition and post, or finish a partial one.

    A finished day is left unchanged. Yesterday is the latest complete list;
    today's is still growing, and its post says so.
    """
    from digest.pipeline.plan import order_for  # noqa: PLC0415 - the help comes without

    config = context.config(config_path, {} if limit is None else {"DIGEST_SELECTION__LIMIT": str(limit)})
    named = tuple(model.ArxivId.pasted(raw) for raw in ids)
    partial = day == context.now().date() and not named
    order = order_for(config, day, named, partial=partial, force=force, refresh=refresh)
    if dry_run:
        return context.print_result(_preview(context, config, order, log_format))
    try:
        outcome, result = _build(context, config, order, log_format)
    except Busy:
        raise
    except Exception as error:
        _alert(context, config, order.name, str(error) or type(error).__name__, log_format)
        raise
    if outcome.stopped:
        _alert(context, config, order.name, str(outcome.stopped), log_format)
    if verbose and outcome.reason:
        result = result._replace(lines=(*result.lines, f"nothing to do: {outcome.reason}"))
    return context.print_result(result)


def _build(context: Context, config: "Config", order: "Order", log_format: str) -> "tuple[DayOutcome, Result]":
    from digest.pipeline import assembly, day, estimate  # noqa: PLC0415 - as above

    started = time.monotonic()
    with context.progress(log_format) as sink, ExitStack() as stack:
        deadline = context.deadline(config.run.time_limit)
        run = assembly.assemble(config, stack, key=context.api_key(), now=context.now, report=sink, deadline=deadline)
        stack.enter_context(context.lock(config))
        outcome = day.build(order, run.stages, run.tools.archive)
    line = _last_line(outcome, estimate.tally(run.budget.spent), time.monotonic() - started)
    failed = len(outcome.edition.skips)
    warnings = [f"digest: stopped early: {outcome.stopped}"] if outcome.stopped else []
    warnings += [f"digest: {counted(failed, 'paper')} failed; rerun to retry"] if failed else []
    warnings += [f"digest: {said}"] if outcome.made and (said := _not_yet(order, context.now())) else []
    return outcome, Result((line,), SOME_FAILED if failed else DONE, tuple(warnings))


def _not_yet(order: "Order", now: datetime) -> str:
    """Say from when on Jekyll shows a post that is dated later than now; empty where it shows it at once.

    It takes a time without an offset for one of UTC, whatever time zone its settings name.
    """
    shown = datetime.fromisoformat(order.header.date).replace(tzinfo=UTC)
    if shown <= now:
        return ""
    return f"{order.file} is dated {shown:%H:%M}: Jekyll shows it from {shown:%H:%M} UTC on, or with `future: true`"


def _preview(context: Context, config: "Config", order: "Order", log_format: str) -> Result:
    """Return what a build would read and, at most, spend. Asks no model and publishes nothing."""
    from digest.pipeline import assembly, day, estimate  # noqa: PLC0415 - as above

    with context.progress(log_format) as sink, ExitStack() as stack:
        deadline = context.deadline(config.run.time_limit)
        run = assembly.assemble(config, stack, key=context.api_key(), now=context.now, report=sink, deadline=deadline)
        archive = run.tools.archive
        plan = day.make_plan(order, archive.load(order.name), run.stages, archive)
    reads = [f"would read {paper.id}  {paper.title}" for paper in plan.todo]
    excluded = [f"left out   {one.paper.id}  {one.rule} {one.detail}".rstrip() for one in plan.exclusions]
    total = f"{order.file}: {counted(len(plan.todo), 'paper')} to read"
    if config.summarize.backend == "openai" and plan.todo:
        calls = 2 * len(plan.todo)  # a summary, and one revision
        most = model.Usage(calls, calls * (config.llm.input_tokens + 1500), 0, calls * 1500)
        total += f"; at most about {estimate.tally(run.budget.priced(most))}"
    return Result((*reads, *excluded, total), lines_required=True)


def _alert(context: Context, config: "Config", name: str, reason: str, log_format: str) -> None:
    """Notify the operator of a failed run. Trouble with that is a line, so that it does not hide the failure."""
    from digest.pipeline import notifications  # noqa: PLC0415 - as above

    if context.interruption.signal:
        return
    targets = context.targets(NOTIFY_FAILURES_URLS)
    report = notifications.notify_failure(name, context.redact(reason), targets, context.templates(config), config)
    with context.progress(log_format) as sink:
        for error in report.errors:
            sink(model.Event(kind="problem", text=f"failure notification not sent: {error}"))


def _last_line(outcome: "DayOutcome", tally: str, seconds: float) -> str:
    edition = outcome.edition
    papers = counted(len(edition.entries), "paper")
    if outcome.status == "no list":
        return f"{edition.name}: no papers listed (normal on weekends and holidays); no post"
    if outcome.status == "all left out":
        listed = counted(len(edition.exclusions), "paper")
        return f"{edition.name}: {listed} listed, all left out by selection; no post"
    if outcome.status == "unchanged":
        return f"{edition.name}: {papers}, nothing to do"
    failed = f", {len(edition.skips)} failed" if edition.skips else ""
    return f"{edition.name}: {papers} ({outcome.made} new{failed}); {tally}; {seconds:.1f} s"
