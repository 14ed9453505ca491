"""All posts in order, and who belongs to what: topics, authors, papers that came twice."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Literal

from digest.site import urls
from digest.site.records import PaperSummary, PostSummary

AUTHOR_PAPERS, AUTHOR_FEED = 3, 20
"""So many papers of one author make a page, and a feed. One who is followed has both from the first paper on."""
PaperRef = tuple[int, int]
"""Position of a post from the oldest, and of a paper in it; -1 for the post itself."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A name that papers or posts share."""

    slug: str
    name: str
    """As the oldest of them writes it."""
    places: list[PaperRef] = field(default_factory=list)
    """The papers, oldest first, each once."""
    tag: bool = False
    """Whether it comes from the front matter of posts; then the places are posts."""


@dataclass(frozen=True)
class Library:
    """The archive as a whole."""

    posts: Sequence[PostSummary]
    """Posts that have a page, oldest first."""
    empty: Sequence[PostSummary]
    """Days that were listed and have no post."""
    owners: dict[str, PaperRef]
    """Paper slug → where it appeared last: that text is on its page. Ordered by first appearance."""
    repeats: dict[str, list[int]]
    """Paper slug → all its posts, where there is more than one."""
    topics: dict[str, Topic]
    authors: dict[str, tuple[PaperRef, ...]]
    """Author slug → papers, oldest first; only authors with a page."""
    followed: frozenset[str] = frozenset()
    """Slugs of the authors whom the taste names."""

    def has_feed(self, author: str) -> bool:
        """Whether an author with a page has a feed, too: a large archive has too many to give one to each."""
        return author in self.followed or len(self.authors[author]) >= AUTHOR_FEED

    def paper(self, place: PaperRef) -> PaperSummary:
        """The posts of the paper at a place."""
        return self.posts[place[0]].papers[place[1]]

    def topics_of(self, paper: PaperSummary) -> set[str]:
        """The slugs of a paper's topics, without those that only an earlier version of a paper has."""
        return {slug for topic in paper.topics if (slug := urls.slug(topic)) in self.topics}

    @property
    def unchecked(self) -> Literal["none", "some", "all"]:
        """How many of the summaries were imported, and so never checked."""
        if not any(post.origins[1] for post in self.posts):
            return "none"
        return "some" if any(post.origins[0] for post in self.posts) else "all"

    @property
    def digests(self) -> list[int]:
        """Positions of the posts that summarise papers."""
        return [number for number, post in enumerate(self.posts) if post.kind == "digest"]


def build(
    found: Iterable[PostSummary],
    plain_tags: frozenset[str],
    followed: frozenset[str] = frozenset(),
) -> Library:
    """Put the posts in order, each of which has an address of its own."""
    every = sorted(found, key=lambda post: (post.stamp[:19], post.file))
    posts = [post for post in every if post.kind != "none"]
    owners: dict[str, PaperRef] = {}
    repeats: dict[str, list[int]] = {}
    topics: dict[str, Topic] = {}
    authors: dict[str, list[PaperRef]] = {}
    for position, post in enumerate(posts):
        for number, paper in enumerate(post.papers):
            before = owners.get(paper.slug)
            if before is not None:
                days = repeats.setdefault(paper.slug, [before[0]])
                if position == days[-1]:
                    continue  # one id twice in one post: the first is the one
                days.append(position)
            owners[paper.slug] = (position, number)
        for tag in post.tags:
            if urls.slug(tag) not in plain_tags:
                _join(topics, tag, (position, -1), tag=True)
    names = chain.from_iterable(posts[at].papers[number].authors for at, number in owners.values())
    several = {one for one, papers in Counter(map(hash, names)).items() if papers >= AUTHOR_PAPERS}
    several.update(map(hash, followed))
    for place in owners.values():
        paper = posts[place[0]].papers[place[1]]
        for topic in paper.topics:
            _join(topics, topic, place)
        for author in paper.authors:
            if hash(author) in several:
                authors.setdefault(author, []).append(place)
    for slug in repeats:  # these stand where they first appeared, not where their text is
        for topic in posts[owners[slug][0]].papers[owners[slug][1]].topics:
            topics[urls.slug(topic)].places.sort()
    kept = {
        author: tuple(sorted(places))
        for author, places in authors.items()
        if len(places) >= AUTHOR_PAPERS or author in followed
    }
    dated = {post.date for post in posts}
    empty = [post for post in every if post.kind == "none" and post.date not in dated]
    return Library(posts, empty, owners, repeats, topics, kept, followed)


def distinct(posts: Iterable[PostSummary]) -> int:
    """Count the papers of posts, each once."""
    return len({paper.slug for post in posts for paper in post.papers})


def _join(topics: dict[str, Topic], name: str, place: PaperRef, tag: bool = False) -> None:
    slug = urls.slug(name)
    topic = topics.get(slug)
    if topic is None:
        topic = topics[slug] = Topic(slug, name, tag=tag)
    if topic.tag and not tag:
        # What both posts and papers are about lists the papers, under the name that these give it.
        topic = topics[slug] = Topic(slug, name)
    if topic.tag == tag and (not topic.places or topic.places[-1] != place):
        topic.places.append(place)
