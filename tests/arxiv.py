"""arXiv, played on loopback: it takes submissions, announces them by the documented schedule, and answers OAI-PMH.

Its calendar is written anew here, and not the program's: a list of evenings in New York, each with what came of it.
"""

import base64
import json
import random
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from digest.commands.demo.papers import RecordedPaper
from digest.commands.demo.server import Request, Response
from tests import runs

NEW_YORK = ZoneInfo("America/New_York")
_DAY = timedelta(days=1)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'

HOLIDAYS = {
    date(2026, 1, 1): "New Year's Day",
    date(2026, 1, 19): "Martin Luther King Jr. Day",
    date(2026, 6, 19): "Juneteenth",
    date(2026, 7, 3): "Independence Day, observed",
    date(2026, 9, 7): "Labor Day",
    date(2026, 11, 26): "Thanksgiving",
    date(2026, 12, 25): "Friday of the winter break",
    date(2026, 12, 29): "Tuesday of the winter break",
    date(2026, 12, 31): "Thursday of the winter break",
    date(2027, 1, 1): "New Year's Day",  # not yet on the service's calendar, which ends with the year
}
"""The service's own calendar of 2026. Source: https://info.arxiv.org/help/availability.html#holiday."""


@dataclass(frozen=True)
class State:
    """How a paper is shown from a moment on."""

    at: datetime
    versions: tuple[datetime, ...]
    categories: tuple[str, ...]
    deleted: bool = False


@dataclass
class PlayedPaper:
    """A paper and all that becomes of it, in order of time; the first state is its announcement."""

    id: str
    states: list[State] = field(default_factory=list)

    def at(self, now: datetime) -> State | None:
        return next((state for state in reversed(self.states) if state.at <= now), None)


def evenings(first: date, days: int, holidays: Collection[date] = ()) -> list[datetime]:
    """The scheduled announcements of a range of evenings in New York: 20:00, Sunday to Thursday.

    On a holiday there is neither cut-off nor announcement; one on a Friday takes that of Sunday, which Friday's cut-off
    would have filled.
    """
    all_days = (first + _DAY * number for number in range(days))
    return [
        datetime.combine(day, time(20), NEW_YORK)
        for day in all_days
        if day.strftime("%a") not in ("Fri", "Sat")
        and (day - 2 * _DAY if day.strftime("%a") == "Sun" else day) not in holidays
    ]


def cut_off(evening: datetime) -> datetime:
    """Until when a paper must be there to be announced on an evening: 14:00 that day, and on Sunday that of Friday."""
    day = evening.date() - 2 * _DAY if evening.strftime("%a") == "Sun" else evening.date()
    return datetime.combine(day, time(14), NEW_YORK)


@dataclass
class PlayedArxiv:
    """The service. `now` is its clock; tests move it. `faults` are answers to send before anything else."""

    now: datetime
    papers: dict[str, PlayedPaper] = field(default_factory=dict)
    page: int = 40
    abstract: str = ""
    """Further words of each abstract."""
    faults: list[Response] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    """The queries of all requests that were answered with records."""
    refused: list[dict[str, str]] = field(default_factory=list)
    """Those that were answered with a fault."""
    before: Callable[[int], None] = lambda _: None
    """Called with the number of the request before each answer."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: Request) -> Response | None:
        if request.path != "/oai":
            return None
        with self._lock:
            self.before(len(self.asked))
            if self.faults:
                self.refused.append(dict(request.query))
                return self.faults.pop(0)
            self.asked.append(dict(request.query))
            return Response(200, self._answer(dict(request.query)).encode(), "text/xml")

    def _answer(self, query: dict[str, str]) -> str:
        skip = 0
        if token := query.get("resumptionToken"):
            try:
                saved = json.loads(base64.b64decode(token))
            except ValueError:
                return self._error("badResumptionToken", "no such token")
            skip, query = saved.pop("skip"), saved
        found = sorted(self._found(query), key=lambda one: (one[1].at.astimezone(UTC).date(), one[0]))
        if not found[skip:]:
            return self._error("noRecordsMatch", "no matching records found")
        more = len(found) > skip + self.page
        token = base64.b64encode(json.dumps(query | {"skip": skip + self.page}).encode()).decode() if more else ""
        rows = "".join(_record(*one, self.abstract) for one in found[skip : skip + self.page])
        return f"{self._begin()}<ListRecords>{rows}<resumptionToken>{token}</resumptionToken></ListRecords></OAI-PMH>"

    def _found(self, query: dict[str, str]) -> Iterator[tuple[str, State]]:
        for paper in self.papers.values():
            state = paper.at(self.now)
            if state is None:
                continue
            stamp = str(state.at.astimezone(UTC).date())
            if query.get("from", "") <= stamp <= query.get("until", "9") and _in(query.get("set"), state.categories):
                yield paper.id, state

    def _begin(self) -> str:
        return f"{_HEAD}<responseDate>{self.now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</responseDate><request/>"

    def _error(self, code: str, text: str) -> str:
        return f'{self._begin()}<error code="{code}">{text}</error></OAI-PMH>'

    def announced(self, categories: tuple[str, ...]) -> dict[date, set[str]]:
        """What was announced in some categories, by the day in UTC on which each paper was first shown in one."""
        days: dict[date, set[str]] = defaultdict(set)
        for paper in self.papers.values():
            first = next((one for one in paper.states if set(one.categories) & set(categories)), None)
            if first and not paper.states[-1].deleted:
                day = first.at.astimezone(UTC).date()
                days[day - _DAY * max(0, day.weekday() - 4)].add(paper.id)  # what comes on a Saturday is Friday's
        return days


def _in(name: str | None, categories: tuple[str, ...]) -> bool:
    return name is None or any(name in (one, f"cs:{one.replace('.', ':')}", one.split(".")[0]) for one in categories)


def _record(paper_id: str, state: State, abstract: str) -> str:
    stamp = state.at.astimezone(UTC).date()
    sets = "".join(f"<setSpec>cs:{one.replace('.', ':')}</setSpec>" for one in state.categories)
    header = f"<identifier>oai:arXiv.org:{paper_id}</identifier><datestamp>{stamp}</datestamp>{sets}"
    if state.deleted:
        return f'<record><header status="deleted">{header}</header></record>'
    versions = "".join(
        f'<version version="v{number}"><date>{moment.astimezone(UTC):%a, %d %b %Y %H:%M:%S GMT}</date>'
        "<size>9kb</size><source_type>D</source_type></version>"
        for number, moment in enumerate(state.versions, 1)
    )
    return (
        f'<record><header>{header}</header><metadata><arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/">'
        f"<id>{paper_id}</id><submitter>A. Byron</submitter>{versions}<title>{escape(f'On {paper_id}')}</title>"
        rf"<authors>Ada Byron (MIT (CSAIL), UK), G. M\"uller and A. de la Pe\~na</authors>"
        f"<categories>{' '.join(state.categories)}</categories><comments>9 pages</comments>"
        f"<license>http://arxiv.org/licenses/nonexclusive-distrib/1.0/</license><abstract>  We study {paper_id}.\n"
        f"{abstract}</abstract></arXivRaw></metadata></record>"
    )


def played(
    first: date,
    days: int,
    *,
    a_day: int = 8,
    skipped: tuple[date, ...] = (),
    holidays: Collection[date] = (),
    delays: dict[date, timedelta] | None = None,
    restless: bool = True,
    spread: float = 1.0,
    seed: int = 14,
) -> PlayedArxiv:
    """Play some weeks from an evening on: `skipped` evenings have no announcement, though nobody had said so, and
    `delays` put others off.

    `spread` is how far the number of a day may be from `a_day`, as a share of it. Where it is `restless`, some
    papers are held back, replaced, cross-listed later, corrected or deleted.
    """
    chance = random.Random(seed)
    came = [
        (cut_off(evening), evening + (delays or {}).get(evening.date(), timedelta()))
        for evening in evenings(first, days, holidays)
        if evening.date() not in skipped
    ]
    arxiv = PlayedArxiv(datetime.combine(first, time(0), NEW_YORK))
    number = 0
    for offset in range(days - 4):
        for _ in range(chance.randint(max(1, round(a_day * (1 - spread))), round(a_day * (1 + spread)))):
            number += 1
            seconds = chance.randrange(86400)
            day = first + _DAY * offset
            moment = datetime.combine(day, time(0), UTC) + timedelta(seconds=seconds)
            primary, *others = chance.sample(["cs.CL", "cs.LG", "cs.CV", "cs.RO"], chance.choice([1, 1, 2, 3]))
            held = timedelta(days=chance.choice([2, 4, 11])) if restless and chance.random() < 0.06 else timedelta()
            shown = next((at for cut, at in came if cut > moment + held), None)
            if shown is None:
                continue
            paper = PlayedPaper(f"{day:%y%m}.{number:05}", [State(shown, (moment,), (primary, *others))])
            if restless:
                _change(paper, chance, came)
            arxiv.papers[paper.id] = paper
    return arxiv


def announced_with_texts(arxiv: PlayedArxiv, *, size: int = 0) -> Callable[[Request], Response]:
    """Play the lists, and pages of the papers with texts of at least `size` characters."""
    papers = Texts(arxiv, size)
    services = runs.World({}, papers)
    return lambda request: arxiv(request) or services(request)


class Texts(dict[str, RecordedPaper]):
    """The papers of a played arXiv, each made up when it is asked for."""

    def __init__(self, arxiv: PlayedArxiv, size: int) -> None:
        super().__init__()
        self._arxiv, self._size = arxiv, size

    def get(self, name: str, default: Any = None) -> Any:
        if name not in self._arxiv.papers:
            return default
        return runs.played(int(name.partition(".")[2]), self._size, id=name, title=f"On {name}")


def _change(paper: PlayedPaper, chance: random.Random, came: list[tuple[datetime, datetime]]) -> None:
    """Replace, correct or cross-list a paper some time after it was announced, or do nothing."""
    for _ in range(chance.choice([0, 0, 0, 1, 2])):
        old = paper.states[-1]
        later = old.at + timedelta(hours=chance.randrange(1, 300))
        shown = next((at for cut, at in came if cut > later and at > old.at), None)
        kind = chance.choice(["replaced", "replaced", "corrected", "cross-listed"])
        if kind == "corrected":
            paper.states.append(State(later, old.versions, old.categories))
        elif kind == "replaced" and shown:
            paper.states.append(State(shown, (*old.versions, later), old.categories))
        elif shown and "cs.LG" not in old.categories:
            paper.states.append(State(shown, old.versions, (*old.categories, "cs.LG")))
