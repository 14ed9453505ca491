"""Which of a day's papers are read: ranked, filtered, cut. Pure; every paper ends as chosen or as an exclusion."""

import math
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import msgspec

from digest.config import SelectionConfig
from digest.model import ArxivId, Exclusion, Paper, Reason, Selection
from digest.stages.selection.diversity import spread
from digest.stages.selection.rules import leave_out
from digest.stages.selection.score import total

Reasons = Mapping[ArxivId, tuple[Reason, ...]]


def rank(paper: Paper, reasons: Iterable[Reason] = ()) -> tuple[float, int, str]:
    """Order papers by score, then by upvotes, most first, ties by id. An unknown number of upvotes counts as none."""
    return (-total(reasons), -(paper.upvotes or 0), paper.id)


def select(
    papers: Iterable[Paper],
    published: Mapping[ArxivId, str],
    config: SelectionConfig,
    removed: Mapping[ArxivId, str] = MappingProxyType({}),
    reasons: Reasons = MappingProxyType({}),
) -> Selection:
    """Choose papers. `published` tells on which other day a paper was published, `removed` why one was taken off.

    `reasons` are what the papers' scores are made of; without them votes alone decide.
    """
    candidates: list[Paper] = []
    exclusions: list[Exclusion] = []
    ranked = sorted(papers, key=lambda paper: rank(paper, reasons.get(paper.id, ())))
    for paper in ranked:
        if left_out := leave_out(paper, published, removed, config):
            exclusions.append(left_out)
        else:
            candidates.append(paper)
    chosen, more = _within_limit(candidates, config, reasons)
    places = {paper.id: place for place, paper in enumerate(ranked)}
    exclusions = sorted((*exclusions, *more), key=lambda one: places[one.paper.id])
    return Selection(
        chosen=tuple(chosen),
        exclusions=tuple(
            msgspec.structs.replace(one, reasons=reasons[one.paper.id]) if one.paper.id in reasons else one
            for one in exclusions
        ),
        reasons={paper.id: reasons[paper.id] for paper in chosen if paper.id in reasons},
    )


def _within_limit(
    ranked: Sequence[Paper], config: SelectionConfig, reasons: Reasons
) -> tuple[list[Paper], list[Exclusion]]:
    """Part candidates, best first, at the limit."""
    chosen, passed = list(range(min(config.limit, len(ranked)))), dict[int, int]()
    if config.diversity and len(ranked) > config.limit:
        scores = [total(reasons[paper.id]) if reasons else math.log1p(paper.upvotes or 0) for paper in ranked]
        chosen, passed = spread(ranked, scores, config.limit, config.diversity)
    taken = set(chosen)
    left_out = [
        Exclusion(paper=paper, rule="diversity", detail=ranked[passed[place]].id)
        if place in passed
        else Exclusion(paper=paper, rule="limit", detail=str(config.limit))
        for place, paper in enumerate(ranked)
        if place not in taken
    ]
    return [ranked[place] for place in chosen], left_out
