"""The papers of a plan, all at once, as far as the pool allows: each ends as an entry, a skip or an exclusion."""

from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Executor, as_completed
from dataclasses import dataclass, replace
from functools import partial

from digest.errors import RunStopped, WorkerLost
from digest.model import Entry, Exclusion, Paper, PaperId, Skip
from digest.pipeline import paper as paper_pipeline
from digest.pipeline.papers.decision import stands
from digest.pipeline.papers.dependencies import PaperDependencies
from digest.pipeline.papers.lookup import Lookup
from digest.pipeline.plan import Plan


@dataclass(frozen=True)
class PaperWork:
    """What became of the papers of a plan."""

    made: tuple[Entry, ...] = ()
    skips: tuple[Skip, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    stopped: RunStopped | None = None
    standing: int = 0
    """How many of the entries stood before, and stand still."""

    @property
    def new(self) -> int:
        """How many entries were added or replaced."""
        return len(self.made) - self.standing

    def __add__(self, more: "PaperWork") -> "PaperWork":
        return PaperWork(
            self.made + more.made,
            self.skips + more.skips,
            self.exclusions + more.exclusions,
            self.stopped or more.stopped,
            self.standing + more.standing,
        )

    def informed(self, lookup: Lookup) -> "PaperWork":
        """Return the outcomes with what became known of their papers meanwhile."""
        return replace(
            self,
            made=tuple(map(lookup.on_entry, self.made)),
            skips=tuple(map(lookup.on_skip, self.skips)),
            exclusions=tuple(map(lookup.on_exclusion, self.exclusions)),
        )


def unknown(plan: Plan) -> tuple[Paper, ...]:
    """Return the papers that arXiv's API is asked about: those of which nothing but the listing is known.

    Of papers that an earlier run listed too: they may have been withdrawn since.
    """
    listed = (*(plan.todo if plan.listed else ()), *(exclusion.paper for exclusion in plan.exclusions))
    return (*(() if plan.listed else plan.todo), *(paper for paper in listed if paper.version is None))


def work_through(
    plan: Plan, paper: PaperDependencies, lookup: Lookup, *, pool: Callable[[], Executor], local: bool
) -> tuple[Plan, PaperWork]:
    """Work on the papers of a plan; where one turns out to be withdrawn, on the next one that the limit left out.

    `local` says that papers are worked on in this process, where they learn of what `lookup` finds meanwhile.
    """
    paper = replace(paper, known=lookup.known) if local else paper
    todo, whole = plan.todo, PaperWork()
    while todo:
        work = _work(todo, plan.replaced, paper, pool)
        whole += work
        next_ones = [one for one in plan.exclusions if one.rule == "limit"] if plan.listed and not work.stopped else []
        drawn = next_ones[: len(work.exclusions)]
        plan = replace(plan, exclusions=tuple(one for one in plan.exclusions if one not in drawn))
        todo = tuple(one.paper for one in drawn)
    return plan, whole


def _work(
    papers: tuple[Paper, ...],
    replaced: Mapping[PaperId, Entry],
    stages: PaperDependencies,
    pool: Callable[[], Executor],
) -> PaperWork:
    """Make all entries at once. A stop lets the papers in flight end, and skips the rest."""
    results: list[Entry | Skip | Exclusion] = []
    stopped: RunStopped | None = None
    with pool() as workers:
        futures = {
            workers.submit(partial(paper_pipeline.make, paper, stages, _standing(paper, replaced))): paper
            for paper in papers
        }
        try:
            for future in as_completed(futures):
                try:
                    results.append(future.result())
                except RunStopped as reason:
                    stopped = stopped or reason
                    results.append(Skip(paper=futures[future], stage="summarize", reason=str(reason)))
                    for waiting in futures:
                        waiting.cancel()
                except WorkerLost as lost:
                    results.append(Skip(paper=futures[future], stage="run", reason=str(lost)))
                except CancelledError:
                    results.append(Skip(paper=futures[future], stage="run", reason=f"stopped early: {stopped}"))
        except BaseException:
            workers.shutdown(wait=False, cancel_futures=True)
            raise
    made = tuple(result for result in results if isinstance(result, Entry))
    return PaperWork(
        made=made,
        skips=tuple(result for result in results if isinstance(result, Skip)),
        exclusions=tuple(result for result in results if isinstance(result, Exclusion)),
        stopped=stopped,
        standing=sum(one.paper.id in replaced and stands(one, replaced[one.paper.id]) for one in made),
    )


def _standing(paper: Paper, replaced: Mapping[PaperId, Entry]) -> Entry | None:
    """Return the provisional entry of a paper; a newer version is worth a new entry however it can be read."""
    old = replaced.get(paper.id)
    newer = old is not None and (paper.version or 0) > (old.provenance.version or paper.version or 0)
    return old if old is not None and old.provenance.provisional and not newer else None
