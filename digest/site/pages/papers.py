"""The pages of papers: the summary with its evidence and origin; beside each the same for programs."""

from collections.abc import Iterable, Iterator
from functools import partial

from digest.model.text import shorten
from digest.posts.reasons import explain
from digest.site import urls
from digest.site.content import markup
from digest.site.library import PaperRef
from digest.site.pages import views
from digest.site.pages.context import PageView, Unit
from digest.site.pages.data import papers as data
from digest.site.pages.data.places import citation
from digest.site.pages.posts import image_origins, spot
from digest.site.records import Card, PostPage, PostSummary
from digest.site.rendering.renderer import to_script_json

_NAMED_AUTHORS = 12
_NEXT = 80
"""So many characters of a title stand in the link to the next paper: two lines on a phone."""


def unit(view: PageView, position: int) -> Unit:
    """Plan the pages of the papers whose newest text is in a post."""
    post = view.library.posts[position]
    return Unit(f"papers {post.file}", _papers_key(view, position, post), partial(_papers, view, position))


def _owned(view: PageView, position: int, post: PostSummary) -> list[int]:
    return [number for number, paper in enumerate(post.papers) if view.library.owners[paper.slug] == (position, number)]


def _papers_key(view: PageView, position: int, post: PostSummary) -> list[object]:
    library, related = view.library, []
    for number in _owned(view, position, post):
        paper = post.papers[number]
        near: list[PaperRef] = [library.owners[slug] for slug in view.related.near.get(paper.slug, ())]
        related.append(
            [
                number,
                view.content_hashes(near),
                [author for author in paper.authors[:_NAMED_AUTHORS] if author in library.authors],
                [[library.posts[at].url, library.posts[at].date] for at in library.repeats.get(paper.slug, ())],
            ]
        )
    return [post.content_hash, related]


def _papers(view: PageView, position: int) -> Iterable[tuple[str, bytes]]:
    post, day = view.library.posts[position], view.post_page(position)
    for number in _owned(view, position, post):
        yield from _paper(view, day, number, position)


def _paper(view: PageView, day: PostPage, number: int, position: int) -> Iterable[tuple[str, bytes]]:
    card, library = day.cards[number], view.library
    path, root = f"papers/{card.slug}/index.html", "../../"
    cards = view.card_views(position)
    shown, bib = cards[number], view.extract(position).bibtex[number]
    days = [(library.posts[at].url, library.posts[at].date) for at in library.repeats.get(card.slug, (position,))]
    near = [library.owners[slug] for slug in view.related.near.get(card.slug, ())]
    page_url = f"{view.config.url}/papers/{card.slug}/"
    yield (
        path,
        view.renderer.page(
            "paper",
            path,
            title=views.title(card),
            description=markup.bare(card.tldr_html) or markup.bare("".join(part.html for part in card.parts[:1]))[:200],
            kind="article",
            images=image_origins([card]),
            picture=f"papers/{card.slug}/card.png" if view.painter and view.config.cards == "papers" else "",
            card=card,
            day=day,
            number=number + 1,
            spot=spot(day.url, number + 1),
            place=str(view.renderer.words["paper"]["place_of"]).format(
                date=view.locale.date(day.date, "long"), n=number + 1, total=len(day.cards)
            ),
            view=shown,
            bibtex=bib,
            doi=citation(card).doi,
            files=urls.href(f"/{urls.beside(day.url)}papers"),
            following=cards[number + 1] if number + 1 < len(cards) else None,
            next_name=shorten(markup.bare(cards[number + 1].name), _NEXT) if number + 1 < len(cards) else "",
            authors=[(author, _author_link(view, author)) for author in card.authors[:_NAMED_AUTHORS]],
            facts=list(_facts(view, card)),
            abstract="<br>".join(markup.line(row) for row in card.abstract.split("\n")) if card.abstract else "",
            days=days,
            related=view.renderer.with_root("\n".join(view.related_rows(near)), root),
            linked=to_script_json(data.linked(card, page_url)),
        ),
    )


def _author_link(view: PageView, author: str) -> str:
    slug = urls.slug(author)
    return slug if slug in view.library.authors else ""


def _facts(view: PageView, card: Card) -> Iterator[tuple[str, str]]:
    """Yield what is known of how a summary was made: label, HTML."""
    source, words = card.source, view.renderer.words["prov"]
    if source is None:
        return
    read = markup.escape(str(view.renderer.words["origins"].get(source.origin, source.origin)))
    read += f" v{source.version}" if source.version else ""
    if source.url:
        read = f'<a href="{markup.escape(source.url)}">{read}</a>'
    if source.origin == "imported":
        yield str(words["checks"]), markup.escape(str(words["unchecked"]))
    else:
        yield str(words["read"]), read
    if card.sources:
        yield str(words["listed"]), markup.escape(", ".join(card.sources))
    if source.backend == "extractive":
        yield str(words["model"]), markup.escape(str(words["extractive"]))
    elif source.model:
        yield str(words["model"]), markup.escape(source.model)
        yield str(words["prompt"]), f"<code>{markup.escape(source.prompt)}</code>"
    if source.made:
        yield str(words["made"]), markup.escape(view.locale.date(source.made, "day"))
    quoted = sum(bool(part.claims) for part in card.parts)
    if quoted:
        yield str(words["evidence"]), markup.escape(str(words["evidence_of"]).format(n=quoted, total=len(card.parts)))
    if source.figures[0]:
        judged, right = source.figures
        yield str(words["figures"]), markup.escape(str(words["figures_of"]).format(n=right, total=judged))
    for name, values in (("left_out", source.left_out), ("missed", source.missed), ("edited", source.edited)):
        if values:
            yield str(words[name]), f'<span lang="en">{"<br>".join(markup.escape(value) for value in values)}</span>'
    yield from _terms(view, card, source.license)


def _terms(view: PageView, card: Card, license: str) -> Iterator[tuple[str, str]]:
    words = view.renderer.words["prov"]
    if why := explain(card.reasons, view.renderer.words):
        yield str(words["reasons"]), markup.escape(markup.tidy(why))
    if license:
        shown = markup.escape(license.removeprefix("https://").removeprefix("http://"))
        shown = f'<a href="{markup.escape(license)}">{shown}</a>' if license.startswith("http") else shown
        yield str(words["license"]), shown
