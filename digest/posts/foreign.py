"""Posts by others → a post in the grammar, or the papers that they present. Pure."""

from contextlib import suppress

import msgspec

from digest.errors import DigestError
from digest.model import Header, Paper, Post, schema
from digest.posts import frontmatter, grammar
from digest.posts.mentions import mentions
from digest.posts.repair import Repaired, repair

_BARE = 400
"""An entry without a field takes fewer characters: title, links, headings."""


def read(text: str) -> tuple[Post | None, Repaired]:
    """Read a post; repaired where the grammar refuses it as it is, or where that fills a field that is lacking.

    None where it is in a form of its own. Raises ArchiveError where it is in this format and has a fault: the first
    one, unless repairing came further.
    """
    try:
        post = grammar.parse(text)
    except DigestError as refused:
        repaired = repair(text)
        try:
            return grammar.parse(repaired.text), repaired
        except DigestError as still:
            if grammar.is_digest(repaired.text):
                raise (still if repaired.what else refused) from refused
            return None, Repaired(text)
    whole = len(post.entries) * len(schema.FIELDS)
    if _fields(post) < whole and (repaired := repair(text)).what:
        with suppress(DigestError):
            better = grammar.parse(repaired.text)
            if _fields(better) > _fields(post):
                return better, repaired
    if not _fields(post):
        return None, Repaired(text)  # titles like ours, and all that is said of the papers in another way
    return post, Repaired(text)


def listed(text: str, name: str) -> tuple[Header, tuple[Paper, ...]]:
    """Return the front matter of a post in a form of its own, and its papers: by their id where it has no title.

    `name` is what it is called where it has no title itself. Raises ArchiveError where the front matter is broken.
    """
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    header, body = frontmatter.parse(unix.lstrip("\n"), title=name)
    found = mentions(body, header.title)
    return header, tuple(msgspec.structs.replace(paper, title=paper.title or paper.id) for paper in found)


def _fields(post: Post) -> int:
    return sum(1 for entry in post.entries for text in entry.fields.values() if text)
