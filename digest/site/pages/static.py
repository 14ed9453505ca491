"""Everything that is no page of papers: assets, fixed pages, sitemaps, robots.txt, all BibTeX in one file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from xml.sax.saxutils import escape

from digest.site import urls
from digest.site.library import PaperRef
from digest.site.pages.context import Desk, Unit
from digest.site.records import PostSummary


def units(desk: Desk, assets: Mapping[str, bytes]) -> Iterator[Unit]:
    """Plan them all. `assets` are path below the site's folder and content."""
    for path, content in assets.items():
        yield Unit(f"asset {path}", [], partial(_asset, path, content))
    yield Unit("fixed", [], partial(_fixed, desk))
    yield from _sitemaps(desk)
    if desk.papers:
        yield from _bibliography(desk)


def _asset(path: str, content: bytes) -> Iterable[tuple[str, bytes]]:
    yield path, content


def _fixed(desk: Desk) -> Iterable[tuple[str, bytes]]:
    words = desk.press.words
    for name in ("favourites", "search", "about"):
        path = f"{name}/index.html"
        yield path, desk.press.page(name, path, title=str(words["nav"][name]), nav=name)
    # Whatever address was not found, it is served there: only links from the host's top are right.
    yield "404.html", desk.press.page("404", "404.html", title=str(words["missing"]["title"]), root=desk.press.base)
    robots = f"User-agent: *\nAllow: /\nSitemap: {desk.config.url}/sitemap.xml\n"
    yield "robots.txt", robots.encode()
    yield ".nojekyll", b""


def _sitemaps(desk: Desk) -> Iterator[Unit]:
    """Plan a sitemap a year, one for the lists, and the index of them: a new day touches three small files."""
    library = desk.library
    years: dict[str, list[tuple[str, str]]] = {}
    for position, bone in enumerate(library.bones):
        rows = years.setdefault(bone.date[:4], [])
        rows.append((urls.href(bone.url), bone.date))
        rows += [
            (f"papers/{paper.slug}/", bone.date)
            for number, paper in enumerate(bone.papers)
            if library.owners[paper.slug] == (position, number)
        ]
    full = len(library.bones) // desk.config.per_page
    lists = ["", "archive/", "topics/", "trends/", "about/", *(f"archive/{year}/" for year in years)]
    lists += [f"page/{number}/" for number in range(1, full + 1)]
    lists += [f"topics/{slug}/" for slug in sorted(library.topics)]
    lists += [f"authors/{slug}/" for slug in sorted(library.authors)]
    for year, rows in years.items():
        yield Unit(f"sitemap {year}", rows, partial(_sitemap, desk, f"sitemap-{year}.xml", rows))
    plain = [(path, "") for path in lists]
    yield Unit("sitemap lists", lists, partial(_sitemap, desk, "sitemap-lists.xml", plain))
    yield Unit("sitemap", sorted(years), partial(_sitemap_index, desk, sorted(years)))


def _sitemap(desk: Desk, path: str, rows: Sequence[tuple[str, str]]) -> Iterable[tuple[str, bytes]]:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">']
    for href, date in rows:
        when = f"<lastmod>{date}</lastmod>" if date else ""
        lines.append(f"<url><loc>{escape(desk.config.url)}/{escape(href)}</loc>{when}</url>")
    yield path, "\n".join([*lines, "</urlset>", ""]).encode()


def _sitemap_index(desk: Desk, years: Sequence[str]) -> Iterable[tuple[str, bytes]]:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
    ]
    lines += [
        f"<sitemap><loc>{escape(desk.config.url)}/sitemap-{name}.xml</loc></sitemap>" for name in (*years, "lists")
    ]
    yield "sitemap.xml", "\n".join([*lines, "</sitemapindex>", ""]).encode()


def _bibliography(desk: Desk) -> Iterator[Unit]:
    """Plan the file with every paper once, oldest first. Each month of it is kept, and only joined."""
    months: dict[str, list[tuple[PostSummary, list[PaperRef]]]] = {}
    for position, bone in enumerate(desk.library.bones):
        owned = [
            (position, number)
            for number, paper in enumerate(bone.papers)
            if desk.library.owners[paper.slug] == (position, number)
        ]
        if owned:
            months.setdefault(bone.date[:7], []).append((bone, owned))
    keys = {month: [[bone.mark, [at for _, at in owned]] for bone, owned in days] for month, days in months.items()}
    yield Unit("bibliography", [keys[month] for month in sorted(keys)], partial(_all, desk, months, keys))


def _all(
    desk: Desk, months: Mapping[str, Sequence[tuple[PostSummary, list[PaperRef]]]], keys: Mapping[str, object]
) -> Iterable[tuple[str, bytes]]:
    chunks = []
    for month in sorted(months):
        name, key = f"bib {month}", desk.key_of(keys[month])
        chunk = desk.manifest.piece(name, key)
        if chunk is None:
            entries = (desk.extract(position).bibtex[at] for _, owned in months[month] for position, at in owned)
            chunk = "\n".join(entries).encode()
            desk.manifest.put_fragment(name, key, chunk)
        chunks.append(chunk)
    yield "papers.bib", b"\n".join(chunks)
