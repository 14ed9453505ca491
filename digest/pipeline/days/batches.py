"""Surveyed days and batches: the questions of a range, and the plan of a day as it was when they were submitted."""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import replace

from digest.model import Entry, Exclusion, Paper
from digest.pipeline import paper as paper_pipeline
from digest.pipeline.days.survey import MissingDay
from digest.pipeline.papers.dependencies import PaperDependencies
from digest.pipeline.papers.work import standing_entry
from digest.pipeline.plan import Plan
from digest.stages.selection import rank
from digest.stages.summarize.batch.records import Deferred, Question, paper_name

_AHEAD = 64  # papers that are read before their turn comes; each holds its question
_BY_CHOICE = {"limit", "min_upvotes", "include", "exclude"}
"""The rules that may say something else of a paper than they did when it was submitted."""


def ask_all(
    days: Iterable[MissingDay], stages: PaperDependencies, pool: Callable[[], Executor]
) -> Iterator[tuple[MissingDay, Paper, Question]]:
    """Read the papers of days and give what each would ask next, in order; nothing where all is answered.

    A paper that cannot be read is left to the next run. Holds a few questions at a time, however many papers there are.
    """
    under_way: deque[tuple[MissingDay, Paper, Future[Question | None]]] = deque()
    with pool() as workers:
        try:
            for day in days:
                for paper in day.plan.todo:
                    if len(under_way) == _AHEAD:
                        yield from _next(under_way)
                    standing = standing_entry(paper, day.plan.replaced)
                    under_way.append((day, paper, workers.submit(_question, paper, stages, standing)))
            while under_way:
                yield from _next(under_way)
        except BaseException:
            workers.shutdown(wait=False, cancel_futures=True)
            raise


def _next(
    under_way: deque[tuple[MissingDay, Paper, Future[Question | None]]],
) -> Iterator[tuple[MissingDay, Paper, Question]]:
    day, paper, future = under_way.popleft()
    if question := future.result():
        yield day, paper, question


def _question(paper: Paper, stages: PaperDependencies, standing: Entry | None) -> Question | None:
    try:
        paper_pipeline.make(paper, stages, standing)
    except Deferred as waiting:
        return waiting.question
    return None


def as_submitted(plan: Plan, submitted: Collection[str], limit: int) -> Plan:
    """Return a plan with the papers that were submitted, whatever the list of today prefers to them.

    Papers that were not are left out by the limit where they would be too many. Those that were published elsewhere,
    withdrawn or taken off meanwhile stay out.
    """
    back = tuple(one for one in plan.exclusions if paper_name(one.paper.id) in submitted and one.rule in _BY_CHOICE)
    todo = (*plan.todo, *(one.paper for one in back))
    others = sorted((paper for paper in todo if paper_name(paper.id) not in submitted), key=rank)
    places = max(0, limit - (len(todo) - len(others)))
    too_many = {paper.id for paper in others[places:]} if plan.listed else set()
    return replace(
        plan,
        fixed=True,
        todo=tuple(paper for paper in todo if paper.id not in too_many),
        exclusions=(
            *(one for one in plan.exclusions if one not in back),
            *(Exclusion(paper=paper, rule="limit", detail=str(limit)) for paper in others if paper.id in too_many),
        ),
    )
