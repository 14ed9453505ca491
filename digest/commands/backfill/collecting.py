"""The replies of batches, fetched; then a round over the days that they were submitted for."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from digest.commands.backfill.modes import Backfill
from digest.commands.backfill.report import fetched_line, said
from digest.commands.backfill.round import Round, SubmittedDays
from digest.commands.result import DONE, Result
from digest.commands.runs import joined, labelled, opened, warned
from digest.model.text import counted
from digest.pipeline.plan import order_for
from digest.stages.summarize.batch.log import BatchLog


@dataclass(frozen=True)
class Collection:
    """What one invocation collects, and what it does about questions that are left."""

    many: Backfill
    wanted: Callable[[date], bool]
    finish: Literal["batch", "online"]
    jobs: int
    newest: bool

    def run(self) -> Result:
        """Fetch all replies; build what they complete, at the limit it was submitted with; go on with the rest."""
        results = []
        for config in self.many.several:
            result = replace(self, many=replace(self.many, config=config, further=())).collected()
            lines = tuple(labelled(config.series, line) for line in result.lines)
            results.append(Result(lines, result.code, warned(config.series, result.warnings)))
        return joined(results)

    def collected(self) -> Result:
        """Do so for one series."""
        many = self.many
        with opened(many.context, (many.config,), many.log_format, long=True) as (run,), ExitStack() as stack:
            batching = many.batching(run, stack)
            found = batching.inbox.collect()
            batching.inbox.forget_built()
            groups = submitted(batching.log, batching.settings, self.wanted)
            pending, others = batching.inbox.pending, batching.inbox.others
        fetched, waits = fetched_line(found), f"{counted(found.waiting, 'request')} pending; run --collect again later"
        if found.waiting and not found.ended and self.finish == "batch":
            return Result((fetched, waits), DONE, said(found))
        if not groups:
            left = f" ({counted(others, 'batch')} of other sites left alone)" if others else ""
            rest = (waits,) if found.waiting else ()
            nothing = "" if found.waiting or found.problems else f"; nothing left to build{left}"
            return Result((f"{fetched}{nothing}", *rest), DONE, said(found))
        many.context.print(labelled(many.config.series, fetched))
        rounds = [self._round(group, pending) for group in groups]
        done = joined([result for result, _ in rounds])
        rest = (waits,) if found.waiting else ()
        if not rest and any(submitted for _, submitted in rounds):
            rest = ("run `digest backfill --collect` again later",)
        return Result((*done.lines, *rest), done.code, (*said(found), *done.warnings))

    def _round(self, group: SubmittedDays, pending: set[str]) -> tuple[Result, int]:
        """Return what came of a group of days, and how many requests were submitted anew."""
        if not group.limit:  # of a batch that does not tell
            group.limit = self.many.config.selection.limit
        selection = self.many.config.selection.model_copy(update={"limit": group.limit})
        many = replace(self.many, config=self.many.config.model_copy(update={"selection": selection}))
        today = many.context.now().date()
        days = [date.fromisoformat(day) for day in group.papers]
        orders = [order_for(many.config, day, (), today, partial=day == today) for day in days]
        with many.survey(lambda _: orders, agreed=True) as ((found,), next_sink), ExitStack() as stack:
            batching = many.batching(found.run, stack)
            round_ = Round(many, found.run, batching, group, found.survey, pending, self.finish)
            return round_.result(next_sink, jobs=self.jobs, newest=self.newest), round_.submitted


def submitted(log: BatchLog, settings: dict[str, str], wanted: Callable[[date], bool]) -> list[SubmittedDays]:
    """Return what all known batches were submitted for, a group per limit. Of days in several, the last one counts."""
    limits: dict[str, int] = {}
    papers: dict[str, set[str]] = {}
    changed: dict[str, str] = {}
    for batch in log.batches():
        terms = known.terms if (known := log.submitted(batch)) else None
        requests = log.requests(batch)
        for request in requests:
            papers.setdefault(request.day, set()).add(request.paper)
        for day in {request.day for request in requests}:
            limits[day] = terms.limit if terms and terms.limit else 0
            changed[day] = terms.changes(settings) if terms else ""
        for one in terms.days if terms else ():
            limits.setdefault(str(one), terms.limit if terms else 0)
    groups: dict[int, SubmittedDays] = {}
    for day, limit in sorted(limits.items()):
        if wanted(date.fromisoformat(day)):
            group = groups.setdefault(limit, SubmittedDays(limit))
            group.papers[day] = papers.get(day, set())
            if changed.get(day):
                group.changed[day] = changed[day]
    return list(groups.values())
