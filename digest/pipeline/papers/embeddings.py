"""The vectors of a run: of examples and candidates for its ranking, of published papers for its editions.

A day goes on without them: what they would compare is compared by words, and a later run asks again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime

import msgspec

from digest.config import API_KEY, LLMConfig, embeddings_access
from digest.errors import BudgetReached, ConfigError, DigestError, EmbeddingError, OutOfTime
from digest.model import Edition, Entry, Event, Usage
from digest.model.corpus.vectors import Embedding, text_of
from digest.model.schema import NAMES
from digest.model.text import counted
from digest.pipeline.days.survey import MissingDay
from digest.pipeline.paper_tools import PaperTools
from digest.pipeline.plan import lacking
from digest.stages.embed import Embedder, EmbeddingServer
from digest.stages.summarize.budget import Budget


class Embeddings:
    """Gives vectors as long as they are to be had. After one failure no further one is asked for in this run."""

    def __init__(self, open_embedder: Callable[[], Embedder], name: str, report: Callable[[Event], None]) -> None:
        self._open, self._name, self._report = open_embedder, name, report
        self._opened: Embedder | None = None
        self._failed = False
        self._held = self._told = False
        self._wanted: dict[str, None] = {}
        self._owed: set[str] = set()

    def hold(self) -> None:
        """Ask nothing until `release`: what is in the cache is all there is."""
        self._held = True

    def release(self) -> None:
        """Ask from now on."""
        self._held = False

    def of(self, texts: Sequence[str]) -> list[Embedding] | None:
        """Return the vectors of texts, None where they are not to be had; the first time that is reported."""
        if self._failed:
            return None
        try:
            if not self._held:
                return _of_one_length(self._embedder.vectors(texts))
            known = [self._embedder.known(text) for text in texts]
        except (EmbeddingError, BudgetReached, ConfigError, OutOfTime) as error:
            self._tell(error)
            return None
        found = [vector for vector in known if vector]
        if len(found) == len(known):
            return found
        self._wanted.update(dict.fromkeys(texts))
        if not self._told:
            lack = counted(len(known) - len(found), "paper")
            text = f"{lack} without vectors yet: compared by words, by vectors once something may be spent"
            self._report(Event(kind="problem", text=text))
            self._told = True
        return None

    def owed(self, texts: Sequence[str]) -> Usage:
        """Estimate what texts will take that were neither paid for nor named before: those of one run are asked once.

        With them what was wanted while nothing might be asked, such as the examples of a taste.
        """
        new = [text for text in dict.fromkeys((*self._wanted, *texts)) if text not in self._owed]
        self._wanted.clear()
        self._owed.update(new)
        try:
            return self._embedder.price(new)
        except DigestError:  # reported where they are asked for
            return Usage()

    def add(self, edition: Edition) -> Edition:
        """Return an edition with the vectors that its entries lack, as far as they are to be had."""
        wanted = lacking(edition.entries, self._name)
        vectors = self.of([entry_text(one) for one in wanted]) if wanted else None
        if not vectors:
            return edition
        made = dict(zip([one.paper.id for one in wanted], vectors, strict=True))
        entries = (
            msgspec.structs.replace(one, embedding=made.get(one.paper.id, one.embedding)) for one in edition.entries
        )
        return msgspec.structs.replace(edition, entries=tuple(entries))

    @property
    def _embedder(self) -> Embedder:
        if self._opened is None:
            self._opened = self._open()
        return self._opened

    def _tell(self, error: DigestError) -> None:
        self._failed = True
        self._report(
            Event(kind="problem", text=f"continuing without embeddings, papers are compared by words: {error}")
        )


def wanted_texts(days: Iterable[MissingDay], *, ranked: bool) -> list[str]:
    """Return what days will have turned into vectors: papers to read, published ones that lack one.

    Where vectors rank the papers, also the others that the days list.
    """
    texts: list[str] = []
    for day in days:
        left_out = [one.paper for one in day.plan.exclusions] if ranked and day.plan.listed else []
        texts += [text_of(paper.title, paper.abstract) for paper in (*day.plan.todo, *left_out)]
        texts += map(entry_text, lacking(day.plan.kept, day.order.embedding))
    return texts


def _of_one_length(vectors: list[Embedding]) -> list[Embedding]:
    if len({len(vector.values) for vector in vectors}) > 1:
        raise EmbeddingError(
            "the embedding server changed the length of its vectors",
            hint="give the model another name, or set llm.embeddings.dimensions",
        )
    return vectors


def entry_text(entry: Entry) -> str:
    """Return what a paper's vector is made of; of one without abstract its summary stands for that."""
    return text_of(entry.paper.title, entry.paper.abstract or "\n".join(map(entry.summary.field, NAMES)))


def open_embeddings(
    llm: LLMConfig,
    stack: ExitStack,
    tools: PaperTools,
    budget: Budget,
    *,
    key: str | None,
    environ: Mapping[str, str],
    now: Callable[[], datetime],
    report: Callable[[Event], None],
) -> Embeddings | None:
    """Return the vectors of a run, None where none are configured; `stack` closes them. Connects when first asked."""
    if not llm.embeddings.model:
        return None

    def priced(usage: Usage) -> Usage:
        own = budget.priced(usage, llm.embeddings.model)
        # Without a price it costs nothing that is known; a budget would take that for the price of its own model.
        unknown = own.cost is None and budget.priced(usage).cost is not None
        return msgspec.structs.replace(own, cost=0.0) if unknown else own

    def connect() -> Embedder:
        access = embeddings_access(llm)
        own = key if access.variable == API_KEY else access.key(environ)
        server = EmbeddingServer(llm.embeddings, access, own, llm.timeout, tools.deadline)
        stack.callback(server.close)
        admission = budget.admission(f"{server.name} {llm.embeddings.name}", 1, tools.deadline.check)
        return Embedder(server, llm, tools.cache, admission.enter, priced, now)

    return Embeddings(connect, llm.embeddings.name, report)
