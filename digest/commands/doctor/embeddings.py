"""Whether the server of embeddings answers as the settings say, and which papers have no vectors yet."""

from collections.abc import Iterator
from contextlib import closing, suppress

from digest.adapters.http import Deadline
from digest.adapters.store import Archive
from digest.commands.doctor.result import CheckResult, Setup
from digest.config import API_KEY, embeddings_access, series_of
from digest.errors import ArchiveError, DigestError
from digest.model.text import counted
from digest.pipeline.plan import lacking
from digest.stages.embed import EmbeddingServer

_SECONDS = 30.0


def embeddings(setup: Setup) -> Iterator[CheckResult]:
    """Ask for the vector of one word, where vectors are configured."""
    llm = setup.config.llm
    if not llm.embeddings.model:
        return
    try:
        access = embeddings_access(llm)
        if not (access.base_url or access.variable != API_KEY or setup.key):
            yield CheckResult("embeddings", "not checked (needs a key)", skipped=True)
            return
        key = setup.key if access.variable == API_KEY else access.key(setup.keys)
        with closing(EmbeddingServer(llm.embeddings, access, key, _SECONDS, Deadline())) as server:
            (vector,) = server.ask(["ready"]).vectors  # an answer without any is an error
    except DigestError as error:
        yield CheckResult("embeddings", error.what, error.hint or "check llm.embeddings in config.yaml, and the key")
    else:
        yield CheckResult("embeddings", f"{access.model} gives {len(vector.values) if vector else 0} numbers")
    yield from _archives(setup)


def _archives(setup: Setup) -> Iterator[CheckResult]:
    """Count the published papers that have no vector: those of before the setting, or of another model."""
    for config in series_of(setup.config):
        archive = Archive(config.paths.posts, config.paths.data)
        without: dict[str, int] = {}
        for day in map(str, archive.days()):
            with suppress(ArchiveError):  # named by the check of the archive
                edition = archive.load(day)
                without[day] = len(lacking(edition.entries, config.llm.embeddings.name)) if edition else 0
        if first := next(filter(without.get, sorted(without)), ""):
            yield CheckResult(
                "embeddings",
                f"{counted(sum(without.values()), 'published paper')} without vectors since {first}, compared by words",
                f"digest backfill --from {first}",
                warning=True,
            )
