"""Which of a day's papers are read: ranked, filtered, cut. Pure; every paper ends as chosen or as an exclusion."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from digest.config import SelectionConfig
from digest.model import ArxivId, Exclusion, Paper, Selection


def rank(paper: Paper) -> tuple[int, str]:
    """Order papers by upvotes, most first, ties by id. An unknown number of upvotes counts as none."""
    return (-(paper.upvotes or 0), paper.id)


def select(
    papers: Iterable[Paper],
    published: Mapping[ArxivId, str],
    config: SelectionConfig,
    removed: Mapping[ArxivId, str] = MappingProxyType({}),
) -> Selection:
    """Choose papers. `published` tells on which other day a paper was published, `removed` why one was taken off."""
    chosen: list[Paper] = []
    exclusions: list[Exclusion] = []
    for paper in sorted(papers, key=rank):
        left_out = _taken_off(paper, removed) or _rule(paper, published, config)
        if left_out is None and len(chosen) >= config.limit:
            left_out = Exclusion(paper=paper, rule="limit", detail=str(config.limit))
        if left_out is None:
            chosen.append(paper)
        else:
            exclusions.append(left_out)
    return Selection(chosen=tuple(chosen), exclusions=tuple(exclusions))


def _taken_off(paper: Paper, removed: Mapping[ArxivId, str]) -> Exclusion | None:
    return Exclusion(paper=paper, rule="removed", detail=removed[paper.id]) if paper.id in removed else None


def _rule(paper: Paper, published: Mapping[ArxivId, str], config: SelectionConfig) -> Exclusion | None:
    """Return why a paper is left out, whatever its rank."""
    text = f"{paper.title}\n{paper.abstract}"
    if paper.id in published:
        return Exclusion(paper=paper, rule="published", detail=published[paper.id])
    if paper.withdrawn:
        return Exclusion(paper=paper, rule="withdrawn", detail=paper.comment or "")
    if word := _first_in(config.exclude, text):
        return Exclusion(paper=paper, rule="exclude", detail=word)
    if config.include and not _first_in(config.include, text):
        return Exclusion(paper=paper, rule="include")
    if (paper.upvotes or 0) < config.min_upvotes:
        return Exclusion(paper=paper, rule="min_upvotes", detail=str(config.min_upvotes))
    return None


def _first_in(keywords: Iterable[str], text: str) -> str | None:
    """Return the first keyword that stands in the text as whole words, in whatever case."""
    for keyword in keywords:
        words = r"\s+".join(re.escape(word) for word in keyword.split())
        if re.search(rf"(?<!\w){words}(?!\w)", text, re.IGNORECASE):
            return keyword
    return None
