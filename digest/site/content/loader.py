"""The files of one post → PostPage. Reads no file; what is wrong names the file and its line."""

import re
from collections.abc import Collection
from datetime import date

import msgspec

from digest import posts
from digest.adapters import store
from digest.errors import ArchiveError
from digest.model import Edition, Entry, Header, Post
from digest.posts import frontmatter
from digest.site import urls
from digest.site.content import cards, markup
from digest.site.content.cards import Figures
from digest.site.content.inputs import FILE_NAME
from digest.site.records import Card, PostPage

# One after the other, each searched for once: as one pattern they would take the cube of a post's length.
_DIGEST = (
    re.compile(r"^# (?:\d+\. )?\[.", re.M | re.S),
    re.compile(r"\]\(\S{0,200}arxiv\.org/abs/\S{1,200}\)\s*$", re.M),
    re.compile(r"^## +(?:Introduction|Method|Results|Limitations|Conclusion)[^\S\n]*$", re.M),
)
_LINE = re.compile(r"(?P<part>front matter: )?line (?P<line>\d+):? ?")
_LIQUID = re.compile(r"\{%-? *(?:end)?raw *-?%\}|^\{:[^}\n]*\}\s*$", re.M)
_IMAGE = re.compile(r'<img[^>]*\bsrc="(https://[^/"?#]+)')


class Rules(msgspec.Struct, frozen=True):
    """What of the settings decides how files are read."""

    permalink: str
    slug: str
    figures: Figures
    layouts: frozenset[str]
    own_notes: tuple[str, ...]
    """The beginnings of notes in posts that pages say in another place."""


def load(file: str, raw: bytes, edition_file: str, edition_raw: bytes | None, rules: Rules) -> PostPage | None:
    """Read a post and, if it has one, its edition. None where its front matter says `published: false`."""
    try:
        text = markup.tidy(raw.decode("utf-8"))
    except UnicodeDecodeError as cause:
        line = raw[: cause.start].count(b"\n") + 1
        raise ArchiveError(f"{file}:{line}: not UTF-8", hint="save it as UTF-8") from cause
    try:
        if _is_digest(text):
            post = posts.parse(text)
            header, body = post.header, ""
        else:
            post = None
            header, body = frontmatter.parse(text)
    except ArchiveError as cause:
        raise ArchiveError(_placed(file, cause.what), hint=cause.hint) from cause
    if str(header.extra.get("published", "")).lower() == "false":
        return None
    if header.layout not in rules.layouts:
        known = ", ".join(sorted(rules.layouts))
        raise ArchiveError(
            f"{file}:{_line_of(text, 'layout')}: unknown layout {header.layout[:40]!r}",
            hint=f"known: {known}; add templates/site/layout-{header.layout[:40]}.html.j2",
        )
    day = _date(file, header, text)
    url = _url(file, header, text, day, rules)
    edition = store.decode(edition_raw, edition_file) if edition_raw is not None else None
    shown = markup.markdown(_LIQUID.sub("", body), images=True) if post is None else ""
    return PostPage(
        file=file,
        url=url,
        date=day,
        stamp=_stamp(header.date, day),
        title=" ".join(header.title.split()),
        tags=header.tags,
        cards=_cards(post, edition, rules) if post is not None else (),
        body_html=shown,
        layout=header.layout,
        notes_html=tuple(markup.inline(note) for note in post.notes) if post is not None else (),
        ledger=cards.ledger(edition) if edition and post is not None else None,
        listing=edition.listing if edition else "",
        images=tuple(sorted(set(_IMAGE.findall(shown)))),
        description=markup.bare(shown)[:160],
    )


def _is_digest(text: str) -> bool:
    """Return whether a title that links to arXiv is followed by a section of a summary."""
    place = 0
    for pattern in _DIGEST:
        found = pattern.search(text, place)
        if found is None:
            return False
        place = found.end()
    return True


def _cards(post: Post, edition: Edition | None, rules: Rules) -> tuple[Card, ...]:
    if edition is None:
        return tuple(cards.make(shown, None, rules.own_notes, rules.figures) for shown in post.entries)
    waiting: dict[str, list[Entry]] = {}
    for entry in edition.entries:
        waiting.setdefault(entry.paper.id.base, []).append(entry)
    made = []
    for shown in post.entries:
        known = waiting.get(shown.id.base)
        made.append(cards.make(shown, known.pop(0) if known else None, rules.own_notes, rules.figures))
    return tuple(made)


def _placed(file: str, what: str) -> str:
    """Put the line that a message names behind the file's name, where editors look for it."""
    found = _LINE.match(what)
    if found is None:
        return f"{file}:1: {what}"
    rest = what[found.end() :]
    return f"{file}:{found['line']}: {found['part'] or ''}{rest}"


def _line_of(text: str, key: str) -> int:
    found = re.search(rf"^{key}[ \t]*:", text, re.M)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _date(file: str, header: Header, text: str) -> str:
    """Return the day a post belongs to: its front matter's, else its file name's."""
    named = FILE_NAME.fullmatch(file)
    raw = header.date.strip() or (named["date"] if named else "")
    parts = re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)", raw)
    try:
        if parts is None:
            raise ValueError
        return date(int(parts[1]), int(parts[2]), int(parts[3])).isoformat()
    except ValueError as cause:
        raise ArchiveError(
            f"{file}:{_line_of(text, 'date')}: front matter: invalid date {raw[:40]!r}",
            hint="use a date like 2025-11-17 08:15:00",
        ) from cause


def _stamp(raw: str, day: str) -> str:
    """Return `YYYY-MM-DD HH:MM:SS`, with an offset where the front matter has one; midnight where it tells no time."""
    found = re.fullmatch(r"[\d-]+[T ]+(\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d+)? *(Z|UTC|[+-]\d\d:?\d\d)?", raw.strip())
    if found is None:
        return f"{day} 00:00:00"
    offset = {"Z": "+00:00", "UTC": "+00:00", None: ""}.get(found[4], found[4] or "")
    offset = offset if len(offset) != 5 else f"{offset[:3]}:{offset[3:]}"
    return f"{day} {int(found[1]):02d}:{found[2]}:{found[3] or '00'}{offset}"


def _url(file: str, header: Header, text: str, day: str, rules: Rules) -> str:
    named = FILE_NAME.fullmatch(file)
    title = str(header.extra.get("slug", "")) or (named["slug"] if named else file)
    own = header.extra.get("permalink", "")
    pattern = own if isinstance(own, str) and own else rules.permalink
    url = urls.permalink(pattern, day, title, header.categories)
    if not urls.is_safe(url):
        where = _line_of(text, "permalink") if own else 1
        raise ArchiveError(
            f"{file}:{where}: {url[:60]!r} is not a valid page path", hint="use letters, digits, - and / only"
        )
    return url


def known_layouts(found: Collection[str]) -> frozenset[str]:
    """Return the layouts a post may name: our own, and those of templates called `layout-….html.j2`."""
    own = {name.removeprefix("layout-").removesuffix(".html.j2") for name in found if name.startswith("layout-")}
    return frozenset({"post", "page"} | own)
