"""Opens the runs of a command: progress, deadline, stages, and the lock of the digest; and prices what it found."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from digest.adapters.store import Cache
from digest.commands import languages
from digest.commands.context import Context
from digest.commands.result import DONE, EXPECTED_ERROR, SOME_FAILED, Result
from digest.config import DEFAULT, Config, Series, series_of
from digest.errors import ConfigError
from digest.model import PaperId
from digest.pipeline import assembly
from digest.pipeline.assembly import RunContext
from digest.pipeline.days.estimate import Estimate, estimate
from digest.pipeline.days.survey import Survey
from digest.pipeline.papers import summarizers
from digest.pipeline.papers.embeddings import wanted_texts


@contextmanager
def opened(
    context: Context,
    several: Sequence[Config],
    log_format: str,
    *,
    writes: bool = True,
    long: bool = False,
    cache: Cache | None = None,
) -> Iterator[list[RunContext]]:
    """Open a run of some series that ends within `run.time_limit`; one that `writes` holds the digest.

    Raises Busy, ConfigError.
    """
    with context.progress(log_format, long=long) as sink, ExitStack() as stack:
        deadline = context.deadline(several[0].run.time_limit)
        runs = assembly.assemble(
            several, stack, **context.keys(), now=context.now, report=sink, deadline=deadline, cache=cache
        )
        if writes:
            stack.enter_context(context.lock(several[0]))
        elif embeddings := runs[0].embeddings:
            embeddings.hold()
        warn_of_languages(context, runs)
        yield runs


def warn_of_languages(context: Context, runs: Iterable[RunContext]) -> None:
    """Warn, before anything is spent, where posts of a series are in another language than it is set to."""
    for run in runs:
        said = languages.lines(run.config, run.tools.archive.languages())
        context.print_warnings(tuple(f"digest: {line}" for line in said))


def chosen(config: Config, profile: str | None) -> tuple[Config, ...]:
    """Return the settings of all series, or of one profile's. Raises ConfigError where there is no such profile."""
    everything = series_of(config)
    if profile is None:
        return everything
    found = tuple(one for one in everything if (one.series.profile or DEFAULT) == profile)
    if not found:
        known = ", ".join(dict.fromkeys(one.series.profile or DEFAULT for one in everything))
        raise ConfigError(f"unknown profile {profile!r:.60}", hint=f"profiles of config.yaml: {known}")
    return found


def labelled(series: Series, line: str) -> str:
    """Return a line of a series with its name; one of the first series as it is."""
    return f"{series.name}: {line}" if series.name else line


def warned(series: Series, lines: Iterable[str]) -> tuple[str, ...]:
    """Return warnings, which begin with `digest: `, with the name of their series behind that."""
    return tuple(f"digest: {labelled(series, line.removeprefix('digest: '))}" for line in lines)


def joined(results: Sequence[Result]) -> Result:
    """Return what became of several parts as one result; the worst of their codes is its code."""
    return Result(
        tuple(line for one in results for line in one.lines),
        max((one.code for one in results), key=(DONE, SOME_FAILED, EXPECTED_ERROR).index),
        tuple(line for one in results for line in one.warnings),
    )


def foreseen(runs: Iterable[RunContext], survey: Callable[[RunContext], Survey]) -> Iterator[tuple[RunContext, Survey]]:
    """Survey each run as it would be in its turn: one that follows another has the papers that this one will have."""
    ahead: dict[str, Survey] = {}
    for one in runs:
        profile = one.config.series.profile
        run = one.foreseeing(ahead[profile]) if profile in ahead else one
        found = survey(run)
        ahead.setdefault(profile, found)
        yield run, found


def priced(run: RunContext, survey: Survey, asked: set[tuple[str, PaperId]] | None = None) -> Estimate:
    """Estimate what surveyed days will take, by what is in the cache already.

    `asked` are the questions of other series in the same run, which are paid for once; those of this one join them.
    """
    paid = summarizers.paid(run.config, run.tools, survey.papers)
    if asked is not None:
        version = summarizers.question_version(run.config, run.tools)
        questions = {(version, paper.id) for paper in survey.papers}
        paid |= {paper_id for _, paper_id in questions & asked}
        asked |= questions
    found = estimate(survey, run.config, run.tools.archive, run.budget.priced, paid)
    texts = wanted_texts(survey.days, ranked=run.config.taste.has_examples) if run.embeddings else []
    return replace(found, vectors=run.embeddings.owed(texts)) if run.embeddings else found
