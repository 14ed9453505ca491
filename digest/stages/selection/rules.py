"""The rules that leave a paper out, whatever its rank."""

from collections.abc import Mapping

from digest.config import SelectionConfig
from digest.model import Exclusion, Paper, PaperId
from digest.stages.selection.keywords import first_in


def leave_out(
    paper: Paper, published: Mapping[PaperId, str], removed: Mapping[PaperId, str], config: SelectionConfig
) -> Exclusion | None:
    """Return why a paper is left out; None where no rule does."""
    text = f"{paper.title}\n{paper.abstract}"
    if paper.id in removed:
        return Exclusion(paper=paper, rule="removed", detail=removed[paper.id])
    if paper.id in published:
        return Exclusion(paper=paper, rule="published", detail=published[paper.id])
    if paper.withdrawn:
        return Exclusion(paper=paper, rule="withdrawn", detail=paper.comment or "")
    if word := first_in(config.exclude, text):
        return Exclusion(paper=paper, rule="exclude", detail=word)
    if config.include and not first_in(config.include, text):
        return Exclusion(paper=paper, rule="include")
    if (paper.upvotes or 0) < config.min_upvotes:
        return Exclusion(paper=paper, rule="min_upvotes", detail=str(config.min_upvotes))
    return None
