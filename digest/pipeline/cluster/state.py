"""What one run keeps for the workers of a cluster: replies, facts, places at the model, money, turns at the services.

Answers questions in the order in which they came, some of them later. What a worker holds ends with it: its turns are
over, its calls count as spent. Knows no cluster, and is used by one thread.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from digest.adapters.store import Cache
from digest.errors import BudgetReached, DigestError
from digest.model import Event, Usage
from digest.pipeline.papers.readings import Documents
from digest.stages.summarize.budget import Budget, Call
from digest.stages.summarize.concurrency import ConcurrencyLimit

LATER = object()
"""What is returned instead of an answer where there is none yet."""
_CACHED = {"reply", "keep_reply", "forget_reply", "fact", "keep_fact"}
"""Questions that are methods of the cache."""
Answer = tuple[str, int, Any]
"""Who asked, the number of the question, and the answer: a value, or the error to raise."""


@dataclass(frozen=True)
class Turn:
    """Whose turn it is at a service, or when the next one begins."""

    holder: tuple[str, int] | None = None
    pace: float = 0.0
    begins: float = 0.0


class RunState:
    """The run as its workers see it."""

    def __init__(
        self,
        *,
        cache: Cache,
        budget: Budget,
        report: Callable[[Event], None],
        width: int,
        begin: Callable[[str, int], Any],
        finish: Callable[[int, Any], None],
        documents: Documents | None = None,
    ) -> None:
        """`begin` says whether a worker may begin some work, `finish` takes its result; `documents` are shared."""
        self._cache, self._budget, self._report, self._width, self._on_begin = cache, budget, report, width, begin
        self._direct: dict[str, Callable[..., Any]] = {"finish": finish, "report": report}
        if documents:
            self._direct |= {"document": documents.document, "keep_document": documents.keep_document}
        self._peers: dict[str, str] = {}
        """Who is heard → the address of its worker; empty once it is given up."""
        self._letters: dict[str, list[tuple[Any, ...]]] = {}
        """What is to be sent to whom."""
        self._limits: dict[str, ConcurrencyLimit] = {}
        self._leases: dict[tuple[str, int], tuple[str, Usage]] = {}
        """Who makes which call → the server, and what was reserved."""
        self._turns: dict[str, Turn] = {}
        self.waiting: list[tuple[str, int, str, tuple[Any, ...]]] = []
        """Questions without an answer yet."""

    def hear_all(self, who: str, address: str, said: Iterable[tuple[int, str, tuple[Any, ...]]]) -> None:
        """Take what a worker says. Of one that was given up, its replies still count."""
        known = self._peers.setdefault(who, address)
        for number, name, words in said:
            if known or name == "keep_reply":
                self.hear(who, number, name, words)

    def tell_all(self, what: str, whom: Any = None, seconds: float | None = None) -> None:
        """Tell all workers that are heard: of a pause, a sign of life, the end."""
        for who in [one for one, address in self._peers.items() if address]:
            self._letters.setdefault(who, []).append((0, what, whom, seconds))

    def letters(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return what is to be sent, to whom: the answers that can be given now among it."""
        for who, number, answer in self.answers():
            self._letters.setdefault(who, []).append((number, answer))
        letters, self._letters = self._letters, {}
        return letters

    def at(self, address: str) -> list[str]:
        """Return who of those at an address has not been given up."""
        return [who for who, known in self._peers.items() if known == address]

    def hear(self, who: str, number: int, name: str, words: tuple[Any, ...]) -> None:
        """Take a question, to be answered by `answers`, or a statement, whose number is 0, at once."""
        if number:
            self.waiting.append((who, number, name, words))
        elif isinstance(error := self._done(who, number, name, words), DigestError):
            self._report(Event(kind="problem", text=str(error)))

    def answers(self) -> Iterator[Answer]:
        """Answer what can be answered now."""
        asked, self.waiting = self.waiting, []
        for question in asked:
            if (answer := self._done(*question)) is LATER:
                self.waiting.append(question)
            else:
                yield *question[:2], answer

    def _done(self, who: str, number: int, name: str, words: tuple[Any, ...]) -> Any:
        """Do what is asked for; return the answer, or the error that it ended with."""
        try:
            if name in _CACHED:
                return getattr(self._cache, name)(*words)
            if name in self._direct:
                return self._direct[name](*words)
            return getattr(self, f"_{name}")(who, number, *words)
        except DigestError as error:
            return error

    def lost(self, who: str) -> None:
        """End what a worker holds: it is gone, and nobody will ever know what became of its calls."""
        if who in self._peers:
            self._peers[who] = ""
        self.waiting = [one for one in self.waiting if one[0] != who]
        for owner, token in [held for held in self._leases if held[0] == who]:
            self._over(owner, 0, token, None)
        for service, turn in self._turns.items():
            if turn.holder and turn.holder[0] == who:
                self._started(who, 0, service, turn.holder[1])

    def close(self) -> None:
        """Count every call that is still under way as spent."""
        for who in {owner for owner, _ in self._leases}:
            self.lost(who)

    def _begin(self, who: str, _: int, work: int) -> Any:
        return self._on_begin(who, work)

    def _admit(self, who: str, token: int, server: str, most: Usage) -> Any:
        limit = self._limits.setdefault(server, ConcurrencyLimit(self._width))
        if (entered := limit.try_enter()) is None:
            return LATER
        try:
            paid = self._budget.take(most)
        except BudgetReached:
            limit.leave()
            raise
        if not paid:
            limit.leave()
            return LATER
        self._leases[who, token] = server, most
        return entered

    def _over(self, who: str, _: int, token: int, call: Call | None) -> None:
        """End a call; without one, nobody knows what it took."""
        self.waiting = [one for one in self.waiting if one[:2] != (who, token)]
        if (who, token) not in self._leases:
            return
        server, most = self._leases.pop((who, token))
        if call:
            call.tell(self._limits[server])
        self._limits[server].leave()
        self._budget.settle(most, call.usage if call else [most])

    def _turn(self, who: str, number: int, service: str, pace: float) -> Any:
        turn = self._turns.get(service, Turn())
        if turn.holder or time.monotonic() < turn.begins:
            return LATER
        self._turns[service] = Turn((who, number), pace, turn.begins)
        return None

    def _started(self, who: str, _: int, service: str, number: int) -> None:
        """End a turn, or the waiting for it; the next one begins after the pace."""
        self.waiting = [one for one in self.waiting if one[:2] != (who, number)]
        turn = self._turns.get(service, Turn())
        if turn.holder == (who, number):
            self._turns[service] = Turn(begins=max(turn.begins, time.monotonic() + turn.pace))

    def _pause(self, _who: str, _: int, service: str, seconds: float) -> None:
        turn = self._turns.get(service, Turn())
        self._turns[service] = Turn(turn.holder, turn.pace, max(turn.begins, time.monotonic() + seconds))
        self.tell_all("pause", service, seconds)
