"""All posts in order, and who belongs to what: topics, authors, papers that came twice. Made from bones each time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from digest.errors import ArchiveError
from digest.site import urls
from digest.site.records import PaperSummary, PostSummary

AUTHOR_PAPERS = 3
"""So many papers of one author make a page."""
RESERVED = frozenset(
    {"papers", "topics", "authors", "page", "archive", "trends", "search", "favourites", "about", "assets"}
)

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

    bones: Sequence[PostSummary]
    """Posts that have a page, oldest first."""
    empty: Sequence[PostSummary]
    """Days that were listed and have no post."""
    owners: dict[str, PaperRef]
    """Paper slug → where it appeared last: that text is on its page. Ordered by first appearance."""
    repeats: dict[str, list[int]]
    """Paper slug → all its posts, where there is more than one."""
    topics: dict[str, Topic]
    authors: dict[str, list[PaperRef]]
    """Author slug → papers, oldest first; only authors with a page."""

    def paper(self, place: PaperRef) -> PaperSummary:
        """The bones of the paper at a place."""
        return self.bones[place[0]].papers[place[1]]

    @property
    def digests(self) -> list[int]:
        """Positions of the posts that hold papers."""
        return [number for number, bone in enumerate(self.bones) if bone.kind == "digest"]


def build(found: Iterable[PostSummary], plain_tags: frozenset[str]) -> Library:
    """Put the bones in order. Raises ArchiveError where two of them want one address."""
    every = sorted(found, key=lambda bone: (bone.stamp[:19], bone.file))
    bones = [bone for bone in every if bone.kind != "none"]
    _check(bones)
    owners: dict[str, PaperRef] = {}
    repeats: dict[str, list[int]] = {}
    topics: dict[str, Topic] = {}
    authors: dict[str, list[PaperRef]] = {}
    for position, bone in enumerate(bones):
        for number, paper in enumerate(bone.papers):
            before = owners.get(paper.slug)
            if before is not None:
                days = repeats.setdefault(paper.slug, [before[0]])
                if position == days[-1]:
                    continue  # one id twice in one post: the first is the one
                days.append(position)
            owners[paper.slug] = (position, number)
        for tag in bone.tags:
            if urls.slug(tag) not in plain_tags:
                _join(topics, tag, (position, -1), tag=True)
    for place in owners.values():
        paper = bones[place[0]].papers[place[1]]
        for topic in paper.topics:
            _join(topics, topic, place)
        for author in paper.authors:
            authors.setdefault(author, []).append(place)
    for slug in repeats:  # these stand where they first appeared, not where their text is
        for topic in bones[owners[slug][0]].papers[owners[slug][1]].topics:
            topics[urls.slug(topic)].places.sort()
    kept = {author: sorted(places) for author, places in authors.items() if len(places) >= AUTHOR_PAPERS}
    dated = {bone.date for bone in bones}
    empty = [bone for bone in every if bone.kind == "none" and bone.date not in dated]
    return Library(bones, empty, owners, repeats, topics, kept)


def _join(topics: dict[str, Topic], name: str, place: PaperRef, tag: bool = False) -> None:
    slug = urls.slug(name)
    topic = topics.get(slug)
    if topic is None:
        topic = topics[slug] = Topic(slug, name, tag=tag)
    if topic.tag and not tag:
        # What both posts and papers are about lists the papers.
        topic = topics[slug] = Topic(slug, topic.name)
    if topic.tag == tag and (not topic.places or topic.places[-1] != place):
        topic.places.append(place)


def _check(bones: Sequence[PostSummary]) -> None:
    seen: dict[str, str] = {}
    for bone in bones:
        path = urls.file_of(bone.url)
        if path.split("/", 1)[0] in RESERVED or path in {"index.html", "404.html"}:
            raise ArchiveError(f"{bone.file}:1: {bone.url} is reserved", hint="change the permalink or the slug")
        other = seen.setdefault(path.casefold(), bone.file)
        if other != bone.file:
            raise ArchiveError(f"{bone.file}:1: same URL as {other}: {bone.url}", hint="rename one of them")
