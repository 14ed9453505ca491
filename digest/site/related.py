"""Which earlier papers are near to a paper. Looks back only, and only so far, so that a new day changes no old page."""

from collections import deque
from collections.abc import Sequence

from digest.site.library import Library
from digest.site.records import PaperSummary

BACK = 16
"""How many earlier papers of each topic are compared."""
BACK_ALL = 8
"""How many earlier papers of any topic are compared."""
SHOWN = 4

Related = dict[str, tuple[str, ...]]
"""Paper slug → slugs of its related papers, best first."""


def nearest(library: Library, known: Related, since: int) -> Related:
    """Find the related papers of every paper. `known` holds for papers that first appeared before post `since`."""
    found: Related = {}
    by_topic: dict[str, deque[PaperSummary]] = {}
    lately: deque[PaperSummary] = deque(maxlen=BACK_ALL)
    for slug, place in library.owners.items():
        paper = library.paper(place)
        queues = [by_topic.setdefault(topic, deque(maxlen=BACK)) for topic in paper.topics]
        first = library.repeats[slug][0] if slug in library.repeats else place[0]
        before = known.get(slug) if first < since else None
        found[slug] = _choose(paper, [lately, *queues]) if before is None else before
        lately.append(paper)
        for queue in queues:
            queue.append(paper)
    return found


def unchanged(library: Library, marks: Sequence[bytes]) -> int:
    """Count the posts at the beginning that are as they were when the archive had `marks`.

    A paper that appeared again since counts as changed where it first appeared: its text is another one now.
    """
    same = 0
    for bone, mark in zip(library.bones, marks, strict=False):
        if bone.mark != mark:
            break
        same += 1
    moved = [days[0] for days in library.repeats.values() if days[-1] >= same]
    return min([same, *moved])


def _choose(paper: PaperSummary, queues: Sequence[deque[PaperSummary]]) -> tuple[str, ...]:
    words, topics, authors = set(paper.words), set(paper.topics), set(paper.authors)
    others = {other.slug: (step, other) for queue in queues for step, other in enumerate(queue)}
    others.pop(paper.slug, None)
    near = []
    for slug, (step, other) in others.items():
        score = 4 * len(words.intersection(other.words)) + 3 * len(topics.intersection(other.topics))
        if authors:
            score += 6 * len(authors.intersection(other.authors))
        if score >= 3:
            near.append((-score, -step, slug))
    near.sort()
    return tuple(slug for _, _, slug in near[:SHOWN])
