"""Where the people who are notified of a day find it: on the digest's own site, or in the Jekyll blog around it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import quote, urlsplit

from digest.config import SiteConfig
from digest.model import Edition, PaperId

_SETTINGS = ("_config.yml", "_config.yaml")
_DEPTH = 3  # `collections_dir` and `source` of Jekyll's settings can each be a folder around the posts

Permalink = Callable[[str, date, str, Sequence[str]], str]
"""Fills a pattern of Jekyll's with day, title and categories."""


@dataclass(frozen=True)
class Links:
    """The addresses in a message."""

    home: str = ""
    """The site, or the post in a blog; empty where that is this machine."""
    page: Callable[[PaperId], str] | None = None
    """A paper's page on the site, or its heading in the post of a blog."""


def day_links(edition: Edition, posts: Path, config: SiteConfig, permalink: Permalink) -> Links:
    """Return the addresses of an edition. A Jekyll blog, which `posts` may lie in, has no page for each paper."""
    if (urlsplit(config.url).hostname or "") in {"localhost", "127.0.0.1", "::1"}:
        return Links()
    if not any((folder / name).is_file() for folder in posts.resolve().parents[:_DEPTH] for name in _SETTINGS):
        return Links(f"{config.url}/", lambda paper_id: f"{config.url}/papers/{paper_id.slug}/")
    post = config.url + _address(edition, config.permalink, permalink)
    headings = {
        entry.paper.id: _anchor(f"{number}. {entry.paper.title}") for number, entry in enumerate(edition.entries, 1)
    }
    return Links(post, lambda paper_id: f"{post}#{headings[paper_id]}")


def _address(edition: Edition, pattern: str, permalink: Permalink) -> str:
    """Return the address that Jekyll gives to the post, below the blog's own."""
    header = edition.header
    if edition.written is None:
        return "/"
    own = header.extra.get("permalink", "")
    pattern = own if isinstance(own, str) and own else pattern
    title = edition.written.file.rpartition(".")[0][len("2025-11-17-") :]
    try:
        day = date.fromisoformat(header.date[:10])
    except ValueError:
        day = edition.day
    return quote(permalink(pattern, day, title, header.categories))


def _anchor(heading: str) -> str:
    """Return the id that Jekyll's Markdown gives to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
