"""Which of a day's papers are read: ranked, filtered, cut. Pure; every paper ends as chosen or as an exclusion."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import msgspec

from digest.config import SelectionConfig, SourceConfig
from digest.model import Exclusion, Paper, PaperId, Reason, Selection
from digest.stages.selection.diversity import Spread
from digest.stages.selection.limits import listing, over, waits
from digest.stages.selection.rules import leave_out
from digest.stages.selection.score import total

Reasons = Mapping[PaperId, tuple[Reason, ...]]


def rank(paper: Paper, reasons: Iterable[Reason] = ()) -> tuple[float, int, str]:
    """Order papers by score, then by upvotes, most first, ties by id. An unknown number of upvotes counts as none."""
    return (-total(reasons), -(paper.upvotes or 0), paper.id)


def select(
    papers: Iterable[Paper],
    published: Mapping[PaperId, str],
    config: SelectionConfig,
    removed: Mapping[PaperId, str] = MappingProxyType({}),
    sources: Sequence[SourceConfig] = (),
    reasons: Reasons = MappingProxyType({}),
) -> Selection:
    """Choose papers. `published` tells on which other day a paper was published, `removed` why one was taken off.

    `sources` are those of the settings: each may have a limit of its own, and what a standing list has beyond a limit
    or had on earlier days is no exclusion of this day. `reasons` are what the papers' scores are made of; without them
    votes alone decide.
    """
    candidates: list[Paper] = []
    exclusions: list[Exclusion] = []
    ranked = sorted(papers, key=lambda paper: rank(paper, reasons.get(paper.id, ())))
    for paper in ranked:
        if left_out := leave_out(paper, published, removed, config):
            exclusions.append(left_out)
        else:
            candidates.append(paper)
    chosen, more = _within_limits(candidates, config, sources, reasons)
    places = {paper.id: place for place, paper in enumerate(ranked)}
    exclusions = sorted((*exclusions, *more), key=lambda one: places[one.paper.id])
    return Selection(
        chosen=tuple(chosen),
        exclusions=tuple(
            msgspec.structs.replace(one, reasons=reasons.get(one.paper.id, ()))
            for one in exclusions
            if one.rule not in ("limit", "diversity", "published") or not waits(one.paper, sources)
        ),
        reasons={paper.id: reasons[paper.id] for paper in chosen if paper.id in reasons},
    )


def _within_limits(
    ranked: Sequence[Paper], config: SelectionConfig, sources: Sequence[SourceConfig], reasons: Reasons
) -> tuple[list[Paper], list[Exclusion]]:
    """Part candidates, best first, at the limits of the day and of each source."""
    scores = [total(reasons[paper.id]) if reasons else math.log1p(max(0, paper.upvotes or 0)) for paper in ranked]
    spread = Spread(ranked, scores, config.diversity if len(ranked) > config.limit else 0)
    chosen: list[Paper] = []
    exclusions: list[Exclusion] = []
    taken: Counter[str] = Counter()
    while len(chosen) < config.limit and (place := spread.next()) is not None:
        if left_out := over(ranked[place], taken, sources):
            exclusions.append(left_out)
            continue
        chosen.append(ranked[place])
        taken.update(source.label for source in listing(ranked[place], sources))
        spread.choose(place)
    while (place := spread.next()) is not None:
        like = spread.like(place) if place < config.limit else None
        left_out = Exclusion(paper=ranked[place], rule="limit", detail=str(config.limit))
        if like is not None:
            left_out = Exclusion(paper=ranked[place], rule="diversity", detail=ranked[like].id)
        exclusions.append(left_out)
    return chosen, exclusions
