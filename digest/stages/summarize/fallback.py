"""Several models, asked in order: the next one where one is down, refuses or stays unusable for a paper."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence

from digest.errors import BudgetReached, DigestError, ModelRefused, RunStopped, SummaryError
from digest.model import (
    Document,
    Draft,
    Entry,
    Event,
    Finding,
    Overview,
    Paper,
    SourcedClaim,
    Span,
    Usage,
    Verification,
)
from digest.stages.summarize.client.errors import Overloaded
from digest.stages.summarize.model import ModelSummarizer

_DOWN = 2
"""How many papers in a row find a model down before it is left out for the rest of the run."""


class FallbackSummarizer:
    """Summarises with the first model that can. One object serves all threads of a run.

    What a draft took is counted for the model that wrote it; the run's budget counts all of them.
    """

    def __init__(self, models: Sequence[ModelSummarizer], report: Callable[[Event], None]) -> None:
        self._models = tuple(models)
        self._report = report
        self._down: Counter[ModelSummarizer] = Counter()
        self._stopped: dict[ModelSummarizer, RunStopped] = {}
        self._lock = threading.Lock()

    def summarize(self, paper: Paper, document: Document) -> Draft:
        """Write a draft with the first model that can, one whose reply was paid for before all others."""
        failed: list[tuple[ModelSummarizer, DigestError]] = []
        usable = self._usable()
        for model in sorted(usable, key=lambda one: not one.knows(paper, document)):
            try:
                draft = model.summarize(paper, document)
            except BudgetReached:
                raise
            except (SummaryError, RunStopped) as error:
                self._note(model, error, paper)
                failed.append((model, error))
            else:
                self._down[model] = 0
                return draft
        raise self._all_failed(failed)

    def revise(self, paper: Paper, draft: Draft, findings: Sequence[Finding]) -> Draft | None:
        """Have the model that wrote a draft write a better one; None where it cannot any more."""
        for model in self._usable():
            if model.model == draft.model:
                try:
                    return model.revise(paper, draft, findings)
                except RunStopped as stopped:
                    self._note(model, stopped, paper)
        return None

    def verify(self, claims: Sequence[SourcedClaim], usage: Usage) -> Verification:
        """Read claims a second time with the first model that can."""
        result = Verification(usage=usage, failed="no model can be asked")
        for model in self._usable():
            try:
                result = model.verify(claims, result.usage)
            except RunStopped as stopped:
                self._note(model, stopped)
                result = Verification(usage=result.usage, failed=str(stopped))
            if not result.failed:
                break
        return result

    def overview(self, entries: Sequence[Entry], span: Span = "day") -> Overview:
        """Write the overview of a day, a week or a month with the first model that can."""
        failed: list[tuple[ModelSummarizer, DigestError]] = []
        for model in self._usable():
            try:
                return model.overview(entries, span)
            except BudgetReached:
                raise
            except (SummaryError, RunStopped) as error:
                self._note(model, error)
                failed.append((model, error))
        raise self._all_failed(failed)

    def _usable(self) -> list[ModelSummarizer]:
        """Return the models that have not stopped, without those that are down where another one is left."""
        with self._lock:
            going = [model for model in self._models if model not in self._stopped]
            return [model for model in going if self._down[model] < _DOWN] or going

    def _note(self, model: ModelSummarizer, error: DigestError, paper: Paper | None = None) -> None:
        """Remember what is wrong with a model, and report it once where it is wrong for all papers."""
        with self._lock:
            known = model in self._stopped
            if isinstance(error, RunStopped):
                self._stopped[model] = error
            elif isinstance(error.__cause__, Overloaded):
                self._down[model] += 1
        if not known and model is not self._models[-1]:
            text = f"{model.model}: {error}; asking the next model"
            self._report(Event(kind="problem", text=text, paper=paper.id if paper else None))

    def _all_failed(self, failed: Sequence[tuple[ModelSummarizer, DigestError]]) -> DigestError:
        """Return why no model could: the run stops where all of them have stopped."""
        stopped = [(model, error) for model, error in self._stopped.items() if model not in dict(failed)]
        what = "; ".join(f"{model.model}: {error}" for model, error in [*stopped, *failed])
        all_failed = ModelRefused(what) if len(self._stopped) == len(self._models) else SummaryError(what)
        all_failed.usage = sum((error.usage for _, error in failed if error.usage), Usage())
        return all_failed
