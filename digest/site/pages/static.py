"""Everything that is no page of papers: assets, fixed pages, what makes the site an app, sitemaps, all BibTeX."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from xml.sax.saxutils import escape

import msgspec

from digest.site import urls
from digest.site.library import Library, PaperRef
from digest.site.pages import reviews
from digest.site.pages.context import PageView, Unit, key_hash
from digest.site.pages.data.months import by_month
from digest.site.records import Content, PostSummary

_OFFLINE = 7
"""So many of the newest days can be read offline by who has been on the site since."""
_OFFLINE_ASSETS = (
    "style.css", "theme.js", "site.js", "favourites.css", "dates.js", "cite.js", "favourites.js", "search-query.js",
    "search-asked.js",
)  # fmt: skip
_ICONS = (("icon.svg", "any", "image/svg+xml"), ("icon-192.png", "192x192", "image/png"),
          ("icon-512.png", "512x512", "image/png"))  # fmt: skip


def units(view: PageView, assets: Mapping[str, bytes], worker: str) -> Iterator[Unit]:
    """Plan them all. `assets` are path below the site's folder and content, `worker` the script that works offline."""
    for path, content in assets.items():
        yield Unit(f"asset {path}", [], partial(_asset, path, content))
    yield Unit("fixed", [], partial(_fixed, view))
    yield Unit("manifest", [], partial(_manifest, view))
    posts = view.library.posts
    days = [posts[position] for position in view.library.digests[: -_OFFLINE - 1 : -1]]
    key = [(post.url, post.content_hash) for post in days]
    yield Unit("offline", key, partial(_offline, view, worker, days, key_hash(key).hex()[:8]))
    yield from _sitemaps(view)
    yield from _bibliography(view)


def _asset(path: str, content: bytes) -> Iterable[tuple[str, bytes]]:
    yield path, content


def _fixed(view: PageView) -> Iterable[tuple[str, bytes]]:
    words = view.renderer.words
    for name in ("favourites", "search", "about"):
        path = f"{name}/index.html"
        yield path, view.renderer.page(name, path, title=str(words["nav"][name]), nav=name)
    # Whatever address was not found, it is served there: only links from the host's top are right.
    yield (
        "404.html",
        view.renderer.page("404", "404.html", title=str(words["missing"]["title"]), root=view.renderer.base),
    )
    maps = (view.config.url, *view.further)
    robots = "User-agent: *\nAllow: /\n" + "".join(f"Sitemap: {url}/sitemap.xml\n" for url in maps)
    yield "robots.txt", robots.encode()
    yield ".nojekyll", b""


def _manifest(view: PageView) -> Iterable[tuple[str, bytes]]:
    """Describe the site for those who put it on their home screen."""
    described = {
        "name": view.config.title, "short_name": view.config.title, "description": view.renderer.description,
        "lang": view.language, "start_url": "./", "scope": "./", "display": "minimal-ui",
        "background_color": "#fcfcfa", "theme_color": "#fcfcfa",
        "icons": [
            {"src": f"assets/{name}", "sizes": sizes, "type": kind, "purpose": purpose}
            for name, sizes, kind in _ICONS
            for purpose in ("any", "maskable")
        ],
    }  # fmt: skip
    yield "manifest.webmanifest", msgspec.json.format(msgspec.json.encode(described), indent=1) + b"\n"


def _offline(view: PageView, worker: str, days: Sequence[PostSummary], state: str) -> Iterable[tuple[str, bytes]]:
    """Write the script that keeps the last days and the saved papers in a browser; another `state` is another script.

    Beside it is what it shows for a page that it has not kept.
    """
    pages = [
        "./",
        "offline.html",
        "favourites/",
        *(urls.href(post.url) for post in days),
        *(f"assets/{name}?{view.renderer.version}" for name in _OFFLINE_ASSETS),
        "assets/icon.svg",
    ]
    listed = msgspec.json.encode(pages).decode()
    yield "sw.js", worker.replace("@VERSION@", f"{view.renderer.version}-{state}").replace("@PAGES@", listed).encode()
    title = str(view.renderer.words["offline"]["title"])
    yield (
        "offline.html",
        view.renderer.page("offline", "offline.html", title=title, root=view.renderer.base, days=days),
    )


def _sitemaps(view: PageView) -> Iterator[Unit]:
    """Plan a sitemap a year, one for the lists, and the index of them: a new day touches three small files."""
    library = view.library
    years: dict[str, list[int]] = {}
    for position, post in enumerate(library.posts):
        years.setdefault(post.date[:4], []).append(position)
    full = len(library.posts) // view.config.per_page
    lists = ["", "archive/", "topics/", "trends/", "about/", *(f"archive/{year}/" for year in years)]
    lists += reviews.addresses(view)
    lists += [f"page/{number}/" for number in range(1, full + 1)]
    lists += [f"topics/{slug}/" for slug in sorted(library.topics)]
    lists += [f"authors/{slug}/" for slug in sorted(library.authors)]
    yield Unit("sitemap lists", lists, partial(_sitemap, view, "lists", [(path, "") for path in lists]))
    del lists  # there are as many authors as papers
    for year, positions in years.items():
        rows = list(_dated(library, positions))
        yield Unit(f"sitemap {year}", rows, partial(_sitemap, view, year, rows))
    yield Unit("sitemap", sorted(years), partial(_sitemap_index, view, sorted(years)))


def _dated(library: Library, positions: Iterable[int]) -> Iterator[tuple[str, str]]:
    """Yield the pages of some posts and of the papers whose newest text is in them, each with its date."""
    for position in positions:
        post = library.posts[position]
        yield urls.href(post.url), post.date
        for number, paper in enumerate(post.papers):
            if library.owners[paper.slug] == (position, number):
                yield f"papers/{paper.slug}/", post.date


def _sitemap(view: PageView, name: str, rows: Sequence[tuple[str, str]]) -> Iterable[tuple[str, Content]]:
    yield f"sitemap-{name}.xml", _Addresses(view.config.url, rows)


@dataclass(frozen=True)
class _Addresses:
    """A sitemap, some hundred lines at a time."""

    url: str
    rows: Sequence[tuple[str, str]]

    def __iter__(self) -> Iterator[bytes]:
        yield b'<?xml version="1.0" encoding="UTF-8"?>\n'
        yield b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        for start in range(0, len(self.rows), 500):
            yield "".join(map(self._line, self.rows[start : start + 500])).encode()
        yield b"</urlset>\n"

    def _line(self, row: tuple[str, str]) -> str:
        href, date = row
        when = f"<lastmod>{date}</lastmod>" if date else ""
        return f"<url><loc>{escape(self.url)}/{escape(href)}</loc>{when}</url>\n"


def _sitemap_index(view: PageView, years: Sequence[str]) -> Iterable[tuple[str, bytes]]:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
    ]
    lines += [
        f"<sitemap><loc>{escape(view.config.url)}/sitemap-{name}.xml</loc></sitemap>" for name in (*years, "lists")
    ]
    yield "sitemap.xml", "\n".join([*lines, "</sitemapindex>", ""]).encode()


def _bibliography(view: PageView) -> Iterator[Unit]:
    """Plan the file with every paper once, oldest first. Each month of it is kept, and only joined."""
    months = by_month(view)
    key = [view.content_hashes(months[month]) for month in sorted(months)]
    yield Unit("bibliography", key, lambda: [("papers.bib", _All(view, months))])


@dataclass(frozen=True)
class _All:
    """The largest file there is, month by month."""

    view: PageView
    months: Mapping[str, Sequence[PaperRef]]

    def __iter__(self) -> Iterator[bytes]:
        for number, month in enumerate(sorted(self.months)):
            yield b"\n" if number else b""
            yield _entries(self.view, month, self.months[month])


def _entries(view: PageView, month: str, papers: Sequence[PaperRef]) -> bytes:
    """Return the BibTeX entries of papers that appeared in one month, YYYY-MM, made once and kept."""
    key = key_hash(view.content_hashes(papers))
    entries = view.manifest.fragment(_kept_name(month), key)
    if entries is None:
        entries = "\n".join(view.extract(position).bibtex[number] for position, number in papers).encode()
        view.manifest.put_fragment(_kept_name(month), key, entries)
    return entries


def kept(view: PageView) -> set[str]:
    """Return the names under which entries of months may be kept."""
    return {_kept_name(post.date[:7]) for post in view.library.posts}


def _kept_name(month: str) -> str:
    return f"bib {month}"
