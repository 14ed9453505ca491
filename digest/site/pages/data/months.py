"""The archive for programs: an index of all months, the papers of each, and llms.txt, which leads there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

import msgspec

from digest.site import urls
from digest.site.library import PaperRef
from digest.site.pages.context import PageView, Unit

_NEWEST = 10
"""So many of the newest days are named in llms.txt."""


def units(view: PageView) -> Iterator[Unit]:
    """Plan them: a new day changes the file of its month, the index of months and llms.txt."""
    months = by_month(view)
    for month, papers in months.items():
        yield Unit(f"index {month}", view.content_hashes(papers), partial(_month, view, month, papers))
    counts = {month: len(papers) for month, papers in sorted(months.items(), reverse=True)}
    yield Unit("index", list(counts.items()), partial(_index, view, counts))
    posts = view.library.posts
    newest = [posts[position] for position in view.library.digests[: -_NEWEST - 1 : -1]]
    days = [(post.url, post.title, len(post.papers)) for post in newest]
    yield Unit("llms.txt", days, partial(_llms, view, days))


def by_month(view: PageView) -> Mapping[str, Sequence[PaperRef]]:
    """Sort all papers, each once, into the months of their days, oldest first."""
    months: dict[str, list[PaperRef]] = {}
    for position, post in enumerate(view.library.posts):
        for number, paper in enumerate(post.papers):
            if view.library.owners[paper.slug] == (position, number):
                months.setdefault(post.date[:7], []).append((position, number))
    return months


def _month(view: PageView, month: str, papers: Sequence[PaperRef]) -> Iterable[tuple[str, bytes]]:
    rows = ",\n".join(view.extract(position).data[number] for position, number in papers)
    yield f"papers/{month}.json", f'{{"month": "{month}", "papers": [\n{rows}\n]}}\n'.encode()


def _index(view: PageView, counts: Mapping[str, int]) -> Iterable[tuple[str, bytes]]:
    site = view.config.url
    described = {
        "title": view.config.title, "description": view.renderer.description, "language": view.language,
        "url": f"{site}/", "papers": sum(counts.values()),
        "months": [
            {"month": month, "papers": number, "url": f"{site}/papers/{month}.json"} for month, number in counts.items()
        ],
    }  # fmt: skip
    yield "papers/index.json", msgspec.json.format(msgspec.json.encode(described), indent=1) + b"\n"


def _llms(view: PageView, days: Sequence[tuple[str, str, int]]) -> Iterable[tuple[str, bytes]]:
    """Write https://llmstxt.org: what the site is, and where programs find what it holds."""
    words, site = view.renderer.words["llms"], view.config.url
    files = (
        "papers/index.json",
        "feed.xml",
        "papers/feed.xml",
        "weeks/feed.xml",
        "months/feed.xml",
        "papers.bib",
        "sitemap.xml",
    )
    lines = [
        f"# {_plain(view.config.title)}",
        "",
        f"> {_plain(view.renderer.description)}",
        "",
        str(words["about" if view.renderer.unchecked == "none" else f"about_{view.renderer.unchecked}"]),
        "",
    ]
    lines += [f"## {words['files']}", ""]
    lines += [f"- [{name}]({site}/{name}): {words['of'][name]}" for name in files]
    lines += ["", f"## {words['days']}", ""]
    lines += [
        f"- [{_plain(title)}]({site}/{urls.href(url)}): {view.locale.count('papers', number)}"
        for url, title, number in days
    ]
    yield "llms.txt", ("\n".join(lines) + "\n").encode()


def _plain(text: str) -> str:
    return text.replace("[", "(").replace("]", ")")
