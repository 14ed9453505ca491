"""Choose what a verifier is shown of each claim: the claim's own quotes, then passages found by code, within a limit.

A verifier never sees the whole paper: it would cost as much as the summary did, and it would overlook more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from digest.model import Claim, SourcedClaim
from digest.model.schema import NAMES
from digest.stages.check.figures import figures
from digest.stages.check.index.limitations import OF_OTHERS, limitation_cue
from digest.stages.check.index.names import compact
from digest.stages.check.prose import FUNCTION_WORDS, SCRIPTS, states_no_limitations
from digest.stages.check.readable import readable
from digest.stages.check.verification.units import PaperUnit, UnitIndex, latin_words

PER_CLAIM = 290
"""Tokens of a claim's pieces, up to twice as many where its own quotes take them."""
MOST_TOKENS = 7_000
"""Tokens of all pieces of a paper together."""
_CLAIMS = 40
_WANTED = 40
_TELLING = 6
"""Rows of one table that a name may have; a name in more of them tells none apart."""


@dataclass(slots=True)
class _Choice:
    """The units chosen for one claim, and what they take."""

    index: UnitIndex
    chosen: dict[int, None] = field(default_factory=dict)
    parts: set[int] = field(default_factory=set)
    tokens: int = 0

    def add(self, at: int, limit: float) -> bool:
        """Take a unit where it fits; the first one always does."""
        if not 0 <= at < len(self.index.units) or at in self.chosen or self.index.units[at].heading:
            return False
        unit = self.index.units[at]
        cost = unit.tokens + (unit.head_tokens if unit.part not in self.parts else 0)
        if self.chosen and self.tokens + cost > limit:
            return False
        self.chosen[at] = None
        self.parts.add(unit.part)
        self.tokens += cost
        return True

    def pieces(self) -> tuple[str, ...]:
        """Return what was chosen as text: neighbours in one piece, the rows of a table below its heading rows."""
        done: set[int] = set()
        found: list[str] = []
        for at in self.chosen:
            if at in done:
                continue
            unit = self.index.units[at]
            if unit.head:
                group = sorted(one for one in self.chosen if self.index.units[one].part == unit.part)
                found.append("\n".join((unit.head, *(self.index.units[one].text for one in group))))
            else:
                first = last = at
                while first - 1 in self.chosen and self.index.units[first - 1].part == unit.part:
                    first -= 1
                while last + 1 in self.chosen and self.index.units[last + 1].part == unit.part:
                    last += 1
                group = list(range(first, last + 1))
                found.append(" ".join(self.index.units[one].text for one in group))
            done.update(group)
        return tuple(found)


def gather(
    index: UnitIndex, claims: Mapping[str, Sequence[Claim]], *, tokens: int = MOST_TOKENS
) -> tuple[SourcedClaim, ...]:
    """Return the claims in the order of the schema, each with its pieces; all pieces take at most about `tokens`."""
    named = [
        (f"{name}.{number}", name, claim)
        for name in (*NAMES, "tldr")
        for number, claim in enumerate(claims.get(name, ()), 1)
        if claim.text
    ][:_CLAIMS]
    left = tokens
    found = []
    for place, (id_, name, claim) in enumerate(named):
        share = min(PER_CLAIM, left / (len(named) - place))
        choice = _choose(index, name, claim, share)
        left = max(0, left - choice.tokens)
        pieces = choice.pieces() + _unlocated(index, claim)
        found.append(SourcedClaim(id=id_, field=name, claim=claim, pieces=pieces))
    return tuple(found)


def widen(index: UnitIndex, sourced: SourcedClaim, look_for: Iterable[str], *, tokens: int = PER_CLAIM) -> SourcedClaim:
    """Return a claim with further pieces: what is found under other words, as far as it has not been shown."""
    words = tuple(look_for)
    shown = "\n".join(sourced.pieces)
    choice = _Choice(index)
    _cover(choice, _wanted(index, " ".join(words), english=True), index.scores(words), tokens)
    for at in _ranked(index.scores(words)):
        if index.units[at].text not in shown and not choice.add(at, tokens):
            break
    new = tuple(piece for piece in choice.pieces() if piece not in shown)
    return SourcedClaim(
        id=sourced.id, field=sourced.field, claim=sourced.claim, pieces=tuple(dict.fromkeys(sourced.pieces + new))
    )


def _choose(index: UnitIndex, name: str, claim: Claim, share: float) -> _Choice:
    """Choose for one claim: its quotes and what belongs to them, then what code finds."""
    choice = _Choice(index)
    if states_no_limitations(claim.text):
        share *= 2  # one sentence denies what may stand anywhere
    wanted = _wanted(index, claim.text)
    _take_quotes(choice, claim, wanted, 2 * share)
    scores = index.scores((*claim.keywords, claim.text))
    if name == "limitations":
        for at, unit in enumerate(index.units):
            if bonus := _limit_bonus(unit):
                scores[at] = scores.get(at, 0.0) + bonus
    _cover(choice, wanted, scores, share)
    misses = 0
    for at in _ranked(scores):
        misses += not choice.add(at, share)
        if misses > 3 or choice.tokens >= share:
            break
    return choice


def _take_quotes(choice: _Choice, claim: Claim, wanted: Mapping[str, set[int]], limit: float) -> None:
    """Add the units of a claim's quotes, those beside them, and the rows of the methods that it names."""
    units = choice.index.units
    own = [found for anchor in claim.anchors if (found := choice.index.of_evidence(anchor))]
    for found in own:
        for at in found:
            choice.add(at, limit)
    tables = {units[found[0]].part for found in own if units[found[0]].head}
    for found in own:
        for at, inner in ((found[0] - 1, found[0]), (found[-1] + 1, found[-1])):
            if 0 <= at < len(units) and units[at].part == units[inner].part and not units[inner].head:
                choice.add(at, limit)
    for places in wanted.values():
        rows = [at for at in places if units[at].part in tables and units[at].head]
        if len(rows) <= _TELLING:
            for at in rows:
                choice.add(at, limit)


def _cover(choice: _Choice, wanted: Mapping[str, set[int]], scores: Mapping[int, float], limit: float) -> None:
    """Add units until every figure and name has one: first those with the most of what is missing, then the likest."""
    missing = {what: places for what, places in wanted.items() if places and not places & choice.chosen.keys()}
    for _ in range(len(missing)):
        counts: dict[int, int] = {}
        for places in missing.values():
            for at in places:
                counts[at] = counts.get(at, 0) + 1
        if not counts:
            return
        best = min(counts, key=lambda at: (-counts[at], -scores.get(at, 0.0), at))
        choice.add(best, limit)
        missing = {what: places for what, places in missing.items() if best not in places}


def _wanted(index: UnitIndex, text: str, *, english: bool = False) -> dict[str, set[int]]:
    """Return the figures and Latin names of a text, each with the units that have it.

    In a text of another script every Latin word is a name; in English only what is spelled like one.
    """
    plain = readable(text).text
    found: dict[str, set[int]] = {}
    for figure in figures(plain):
        if figure.form not in ("label", "marker", "part"):
            found[f"figure {figure.start}"] = index.with_figure(figure)
    foreign = not english and any(SCRIPTS[script].search(plain) for script in ("Hangul", "Han", "Kana", "Cyrillic"))
    for word in latin_words(plain):
        letters = any(map(str.isalpha, word))
        if letters and len(word) > 1 and word.lower() not in FUNCTION_WORDS and (foreign or _is_namelike(word)):
            found[f"name {compact(word)}"] = set(index.names.get(compact(word), ()))
    return dict(list(found.items())[:_WANTED])


def _ranked(scores: Mapping[int, float]) -> list[int]:
    return sorted(scores, key=lambda at: (-scores[at], at))[:40]


def _limit_bonus(unit: PaperUnit) -> float:
    bonus = limitation_cue(unit.text)
    return 4 * (unit.kind == "limitations") + (bonus / 4 if unit.kind in OF_OTHERS else bonus)


def _unlocated(index: UnitIndex, claim: Claim) -> tuple[str, ...]:
    """Return those of its quotes that stand in no unit, as after a change of how tables are read."""
    return tuple(anchor.quote[:600] for anchor in claim.anchors[:3] if not index.of_evidence(anchor))


def _is_namelike(word: str) -> bool:
    """Return whether the spelling alone makes a word a name: a capital inside it, or letters with digits."""
    return any(map(str.isalpha, word)) and any(char.isupper() or char.isdigit() for char in word[1:])
