"""Where the people who are notified of a day find it: on the digest's own site, or in the Jekyll blog around it."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import quote, urlsplit

from digest.config import Config
from digest.model import ArxivId, Edition
from digest.site import urls

_SETTINGS = ("_config.yml", "_config.yaml")
_DEPTH = 3  # `collections_dir` and `source` of Jekyll's settings can each be a folder around the posts


def home(edition: Edition, posts: Path, config: Config) -> str:
    """Return the address of the site, or of a blog's post; empty where that is this machine."""
    if not _is_public(config):
        return ""
    return _post(edition, config) if _in_blog(posts) else f"{config.site.url}/"


def page(edition: Edition, posts: Path, config: Config) -> Callable[[ArxivId], str] | None:
    """Return what gives the address of a paper: its page on the site, or its heading in the post of a blog."""
    if not _is_public(config):
        return None
    if not _in_blog(posts):
        return lambda paper_id: f"{config.site.url}/papers/{paper_id.slug}/"
    post = _post(edition, config)
    headings = {
        entry.paper.id: _anchor(f"{number}. {entry.paper.title}") for number, entry in enumerate(edition.entries, 1)
    }
    return lambda paper_id: f"{post}#{headings[paper_id]}"


def _is_public(config: Config) -> bool:
    return (urlsplit(config.site.url).hostname or "") not in {"localhost", "127.0.0.1", "::1"}


def _in_blog(posts: Path) -> bool:
    """Return whether the posts are those of a Jekyll blog, which has no page for each paper."""
    return any((folder / name).is_file() for folder in posts.resolve().parents[:_DEPTH] for name in _SETTINGS)


def _post(edition: Edition, config: Config) -> str:
    """Return the address that Jekyll gives to the post."""
    header = edition.header
    own = header.extra.get("permalink", "")
    pattern = own if isinstance(own, str) and own else config.site.permalink
    file = edition.written.file if edition.written else f"{edition.name}-{config.post.slug}.md"
    title = file.rpartition(".")[0][len("2025-11-17-") :]
    try:
        day = date.fromisoformat(header.date[:10])
    except ValueError:
        day = edition.day
    return config.site.url + quote(urls.permalink(pattern, day, title, header.categories))


def _anchor(heading: str) -> str:
    """Return the id that Jekyll's Markdown gives to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
