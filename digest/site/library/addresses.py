"""Which post stands at which address: none of the site's own, and no two posts at one."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from digest.config.values import SITE_FOLDERS
from digest.errors import ArchiveError, ConfigError
from digest.site import urls
from digest.site.records import PostSummary

PART = 50
"""Papers of a day on one page; the further pages stand below the address of its post."""
_RESERVED = SITE_FOLDERS | frozenset(
    {
        "index.html", "404.html", "feed.xml", "feed.json", "sitemap.xml", "robots.txt", "papers.bib", ".nojekyll",
        "manifest.webmanifest", "sw.js", "offline.html", "llms.txt",
    }
)  # fmt: skip
"""How no address of a post begins: the folders and files that every site has."""


def settle(
    posts: Sequence[PostSummary], apart: Collection[str], permalink: str
) -> tuple[list[PostSummary], list[ArchiveError]]:
    """Return the posts that have an address of their own, in their order, and why the others have none.

    Of two posts the one is left out that asks for the address in its front matter, else the later one by path. Raises
    ConfigError where `permalink`, the setting, cannot keep posts apart, for then no post is at fault, and ArchiveError
    where no post would be left.
    """
    reserved = _RESERVED.union(apart)
    taken: dict[str, PostSummary] = {}
    folders: dict[str, PostSummary] = {}
    wrong: dict[str, ArchiveError] = {}
    pages = [post for post in posts if post.kind != "none"]
    for post in sorted(pages, key=lambda post: (post.permalink_line > 0, post.file)):
        files = [path.casefold() for path in _files(post)]
        if any(_is_reserved(path, reserved) for path in (*files, post.url.lstrip("/"))):
            if not post.permalink_line and _is_reserved(permalink.lstrip("/"), reserved):
                raise ConfigError(f"site.permalink: {post.url} is reserved", hint="begin it with another folder")
            what, hint = f"{post.url} is reserved", "change the permalink or the slug"
        elif other := next(_others(files, taken, folders), None):
            if _is_settings_fault(post, other, permalink):
                raise _of_setting(permalink, [one for one in posts if one.url == post.url])
            what, hint = f"same URL as {other.file}: {post.url}", "rename one of them, or change its permalink"
        else:
            taken.update(dict.fromkeys(files, post))
            folders.update((folder, post) for path in files for folder in _above(path))
            continue
        wrong[post.file] = ArchiveError(f"{post.file}:{post.permalink_line or 1}: {what}; skipped", hint=hint)
    if wrong and len(wrong) == len(pages):
        raise next(iter(wrong.values()))
    return [post for post in posts if post.file not in wrong], [wrong[file] for file in sorted(wrong)]


def _is_settings_fault(one: PostSummary, other: PostSummary, permalink: str) -> bool:
    """Return whether two posts have one address because the setting leaves out what they differ in, day or name."""
    if one.permalink_line or other.permalink_line:
        return False
    dated = re.search(":(i_|y_)?day", permalink) and "year" in permalink
    named = ":title" in permalink or ":slug" in permalink
    alike = PurePosixPath(one.file).name[11:] == PurePosixPath(other.file).name[11:]
    return bool((one.date != other.date and not dated) or (not alike and not named))


def _of_setting(permalink: str, posts: Sequence[PostSummary]) -> ConfigError:
    first = ", ".join(sorted(post.file for post in posts)[:2])
    return ConfigError(
        f"site.permalink: {permalink!r} gives {len(posts)} posts one address, {posts[0].url} ({first}, …)",
        hint="put :year, :month, :day and :title into it",
    )


def _files(post: PostSummary) -> Iterator[str]:
    """Yield the files of the pages of a post."""
    yield urls.file_of(post.url)
    if post.kind == "digest":
        for start in range(PART, len(post.papers), PART):
            yield f"{urls.beside(post.url)}{start // PART + 1}/index.html"


def _others(
    files: Iterable[str], taken: dict[str, PostSummary], folders: dict[str, PostSummary]
) -> Iterator[PostSummary]:
    """Yield the posts in whose place a file would stand: at it, in it as in a folder, or as a folder in its place."""
    for path in files:
        for there in (taken.get(path), folders.get(path), *map(taken.get, _above(path))):
            if there is not None:
                yield there


def _above(path: str) -> Iterator[str]:
    """Yield the folders that a file is in."""
    while path := path.rpartition("/")[0]:
        yield path


def _is_reserved(path: str, reserved: Collection[str]) -> bool:
    """Return whether a path begins as one of the site's own.

    To be asked of an address as well as of its file: that of `/feed.xml` is `feed.xml.html`, and its links would lead
    to the feed.
    """
    top = path.split("/", 1)[0].casefold()
    return top in reserved or (top.startswith("sitemap-") and top.endswith(".xml"))
