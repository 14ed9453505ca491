"""The files of one post → PostPage. Reads no file; what is wrong names the file and its line."""

import re
from collections.abc import Collection
from contextlib import suppress
from datetime import date

import msgspec

from digest import posts
from digest.adapters import store
from digest.errors import ArchiveError
from digest.model import Edition, Entry, Header, Post
from digest.posts import filenames, frontmatter, reviews
from digest.posts.repair import repair
from digest.site import urls
from digest.site.content import cards, markup, overview
from digest.site.content.cards import Figures
from digest.site.content.moments import line_of, moment
from digest.site.records import Card, PostPage

_LINE = re.compile(r"(?P<part>front matter: )?line (?P<line>\d+):? ?")
_LIQUID = re.compile(r"\{%-? *(?:end)?raw *-?%\}|^\{:[^}\n]*\}\s*$", re.M)
_IMAGE = re.compile(r'<img[^>]*\bsrc="(https://[^/"?#]+)')


class Rules(msgspec.Struct, frozen=True):
    """What of the settings decides how files are read."""

    permalink: str
    timezone: str
    slug: str
    figures: Figures
    layouts: frozenset[str]
    own_notes: tuple[str, ...]
    """The beginnings of notes in posts that pages say in another place."""
    overview: str = ""
    """How the overview of a day begins in posts."""
    with_overview: bool = False
    """Whether posts are to have it."""
    reasons: bool = False
    """Whether pages say why a paper was chosen."""


def load(file: str, raw: bytes, edition_file: str, edition_raw: bytes | None, rules: Rules) -> PostPage | None:
    """Read a post and its edition. None where it is not published, or of a week or month, which has its own page."""
    try:
        text = markup.tidy(raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n"))
    except UnicodeDecodeError as cause:
        line = raw[: cause.start].count(b"\n") + 1
        raise ArchiveError(f"{file}:{line}: not UTF-8", hint="save it as UTF-8") from cause
    edition = store.decode(edition_raw, edition_file) if edition_raw is not None else None
    title = " ".join(map(str.capitalize, _name(file).split("-")))
    try:
        post, fault = _read(text, title) if not (edition and edition.mentions) else (None, None)
        header, body = (post.header, "") if post else frontmatter.parse(text, title=title)
    except ArchiveError as cause:
        raise ArchiveError(_placed(file, cause.what), hint=cause.hint) from cause
    if post is None and fault is None and edition and edition.entries and _is_of(edition, file):
        fault = ArchiveError("the post of an edition, without an entry", hint="see `digest demo` for the form")
    if str(header.extra.get("published", "")).lower() == "false" or reviews.reviewed(header):
        return None
    if post is not None and header.layout not in rules.layouts:
        known = ", ".join(sorted(rules.layouts))
        raise ArchiveError(
            f"{file}:{line_of(text, 'layout')}: unknown layout {header.layout[:40]!r}",
            hint=f"known: {known}; add templates/site/layout-{header.layout[:40]}.html.j2",
        )
    day, stamp = moment(file, header, text, rules.timezone)
    shown = "" if post else _written(body, is_html=file.lower().endswith(".html"))
    return PostPage(
        file=file,
        url=_url(file, header, text, day, rules),
        date=day.isoformat(),
        stamp=stamp,
        title=" ".join(header.title.split()),
        tags=(*_words(header.extra.get("tag")), *header.tags),
        cards=_cards(post, edition, rules) if post else _mentioned(edition),
        fault=_said(file, fault) if fault else "",
        language=edition.language if edition and edition.entries else "",
        body_html=shown,
        layout=header.layout if header.layout in rules.layouts else "post",  # a theme's own, which is not here
        notes_html=tuple(markup.inline(note) for note in overview.without(post, rules.overview))
        if post is not None
        else (),
        ledger=cards.ledger(edition) if edition and post is not None else None,
        listing=edition.listing if edition else "",
        images=tuple(sorted(set(_IMAGE.findall(shown)))),
        description=markup.bare(shown)[:160],
        overview=overview.of_day(post, edition, raw, rules.overview, expected=rules.with_overview),
        permalink_line=line_of(text, "permalink") if header.extra.get("permalink") else 0,
    )


def _read(text: str, title: str) -> tuple[Post | None, ArchiveError | None]:
    """Read a digest; one that somebody's own text keeps from being one, as it is repaired for an import.

    None for any other post; where it means to be a digest, with what is wrong. Raises ArchiveError where its front
    matter is broken.
    """
    if not posts.is_digest(text):
        return None, None
    try:
        return posts.parse(text), None
    except ArchiveError as fault:
        frontmatter.parse(text, title=title)
        with suppress(ArchiveError):
            return posts.parse(repair(text).text), None
        return None, fault


def _is_of(edition: Edition, file: str) -> bool:
    return edition.written is not None and edition.written.file == file.rpartition("/")[2]


def _said(file: str, fault: ArchiveError) -> str:
    """Say why a post is shown as it is."""
    what = f"{_placed(file, fault.what)}; shown as it is, its papers without summaries"
    return str(ArchiveError(what, hint=fault.hint or "mend that line"))


def _written(body: str, *, is_html: bool) -> str:
    """Show the text of a post as its author wrote it."""
    source = _LIQUID.sub("", body)
    return markup.sanitised(source, images=True) if is_html else markup.post(source)


def _mentioned(edition: Edition | None) -> tuple[Card, ...]:
    """Return the papers of a post in a form of its own. Of no field of a summary anything is said."""
    known = edition.mentions or tuple(entry.paper for entry in edition.entries) if edition else ()
    return tuple(
        Card(
            id=str(paper.id),
            slug=paper.id.slug,
            title=paper.title,
            title_html=markup.line(paper.title),
            arxiv_url=cards.web(paper.id.link),
            alphaxiv_url="",
            parts=(),
        )
        for paper in known
    )


def _cards(post: Post, edition: Edition | None, rules: Rules) -> tuple[Card, ...]:
    if edition is None:
        return tuple(cards.make(shown, None, rules.own_notes, rules.figures) for shown in post.entries)
    waiting: dict[str, list[Entry]] = {}
    for entry in edition.entries:
        waiting.setdefault(entry.paper.id.base, []).append(entry)
    made = []
    for shown in post.entries:
        known = waiting.get(shown.id.base)
        card = cards.make(shown, known.pop(0) if known else None, rules.own_notes, rules.figures)
        made.append(card if rules.reasons else msgspec.structs.replace(card, reasons=()))
    return tuple(made)


def _placed(file: str, what: str) -> str:
    """Put the line that a message names behind the file's name, where editors look for it."""
    found = _LINE.match(what)
    if found is None:
        return f"{file}:1: {what}"
    rest = what[found.end() :]
    return f"{file}:{found['line']}: {found['part'] or ''}{rest}"


def _name(file: str) -> str:
    """Return what a post is called by its file: without folders, day and ending."""
    last = file.rpartition("/")[2]
    named = filenames.POST.fullmatch(last)
    return (named["slug"] if named else last).rstrip(".")


def _url(file: str, header: Header, text: str, day: date, rules: Rules) -> str:
    own = header.extra.get("permalink", "")
    pattern = own if isinstance(own, str) and own else rules.permalink
    categories = (*_words(header.extra.get("category")), *header.categories)
    url = urls.permalink(pattern, day, str(header.extra.get("slug", "")) or _name(file), categories)
    if not urls.is_safe(url):
        where = line_of(text, "permalink") if own else 1
        raise ArchiveError(
            f"{file}:{where}: {url[:60]!r} is not a valid page path", hint="no .., \\ or control characters"
        )
    return url


def _words(value: str | list[str] | None) -> tuple[str, ...]:
    """Return what `category` or `tag` says: one name, or several."""
    return tuple(value) if isinstance(value, list) else tuple(filter(None, [value]))


def known_layouts(found: Collection[str]) -> frozenset[str]:
    """Return the layouts a post may name: our own, and those of templates called `layout-….html.j2`."""
    own = (name.removeprefix("layout-").removesuffix(".html.j2") for name in found if name.startswith("layout-"))
    return frozenset({"post", "page", *own})
