"""Opens the run of a command: progress, deadline, stages, and the lock of the digest; and prices what it found."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from digest.adapters.store import Cache
from digest.commands.context import Context
from digest.config import Config
from digest.pipeline import assembly
from digest.pipeline.assembly import RunContext
from digest.pipeline.days.estimate import Estimate, estimate
from digest.pipeline.days.survey import Survey


@contextmanager
def opened(
    context: Context,
    config: Config,
    log_format: str,
    *,
    writes: bool = True,
    long: bool = False,
    cache: Cache | None = None,
) -> Iterator[RunContext]:
    """Open a run that ends within `run.time_limit`; one that `writes` holds the digest. Raises Busy, ConfigError."""
    with context.progress(log_format, long=long) as sink, ExitStack() as stack:
        deadline = context.deadline(config.run.time_limit)
        run = assembly.assemble(
            config, stack, **context.keys(), now=context.now, report=sink, deadline=deadline, cache=cache
        )
        if writes:
            stack.enter_context(context.lock(config))
        yield run


def priced(config: Config, run: RunContext, survey: Survey) -> Estimate:
    """Estimate what surveyed days will take, by what is in the cache already."""
    paid = assembly.paid(config, run.tools, survey.papers)
    return estimate(survey, config, run.tools.archive, run.budget.priced, paid)
