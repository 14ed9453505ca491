"""Whether the server of embeddings answers, and as the settings say."""

from collections.abc import Iterator
from contextlib import closing

from digest.adapters.http import Deadline
from digest.commands.doctor.result import CheckResult, Setup
from digest.config import API_KEY, embeddings_access
from digest.errors import DigestError
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
            (vector,) = server.ask(["ready"]).vectors
    except DigestError as error:
        yield CheckResult("embeddings", error.what, error.hint or "check llm.embeddings in config.yaml, and the key")
    else:
        yield CheckResult("embeddings", f"{access.model} gives {len(vector.values)} numbers")
