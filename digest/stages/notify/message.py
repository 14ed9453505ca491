"""Edition → message: the day in short, as text and as HTML, with the name of the site."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from digest.adapters.templates import Templates
from digest.errors import ConfigError
from digest.model import Edition, Entry, PaperId
from digest.model.papers import shown_figure
from digest.model.references.titles import readable
from digest.model.text import one_line, shorten
from digest.posts import escaping
from digest.posts.formulas import mathml
from digest.stages.notify import markup

_SHORT = 280
"""The longest line about one paper, in characters, where there is no one-line summary."""


@dataclass(frozen=True)
class MessageBlock:
    """What a message says of one paper, or of none of them."""

    text: str
    paper: str = ""


@dataclass(frozen=True)
class Message:
    """A notification, as text and as HTML of the same content."""

    title: str
    text: str
    html: str
    blocks: tuple[MessageBlock, ...] = ()
    """The text once more, in the pieces between which it may be cut; none where it is short in any case."""


def day_message(
    edition: Edition,
    templates: Templates,
    *,
    page: Callable[[PaperId], str] | None,
    home: str = "",
    site: str = "",
    known: Collection[str] = (),
    retried: bool = False,
    figures: bool = False,
) -> Message:
    """Write the day in short: title, one line and link of each paper, but for the papers that are `known` already.

    `page` gives a paper's address on the site, `home` is the site's own; without them the links lead to arXiv.
    `retried` is whether the next run tries the failed papers again; `figures` whether mail shows those that it may.
    """
    language = templates.words(edition.language)
    words, signs = language["notify"], language["site"]["signs"]
    failed = _phrase(words, "failed", n=len(edition.skips)) if edition.skips else ""
    failed = f"{failed} {_phrase(words, 'retried')}" if failed and retried else failed

    def paper(number: int, entry: Entry, shown: Callable[[str], str]) -> dict[str, Any]:
        return {
            "number": number,
            "title": shown(mathml.plain(readable(entry.paper.title))) or entry.paper.id,
            "tldr": shown(_in_short(entry)),
            "sign": " · ".join(shown(str(signs[sign])) for sign in entry.signs),
            "url": page(entry.paper.id) if page else entry.arxiv_url,
            "figure": _figure(entry) if figures else "",
        }

    def overview(shown: Callable[[str], str]) -> list[dict[str, Any]]:
        """Return the sentences of the overview, with what they rest on; none where the day was sent before."""
        entries = {entry.paper.id: paper(number, entry, shown) for number, entry in enumerate(edition.entries, 1)}
        sentences = edition.overview.within(entries) if edition.overview and not known else ()
        return [{"text": shown(one.text), "papers": [entries[each] for each in one.papers]} for one in sentences]

    new = [(number, one) for number, one in enumerate(edition.entries, 1) if one.paper.id not in known]
    end = {"failed": failed, "home": home, "words": words}
    title = markup.for_chat(_with_site(edition.header.title, site))
    message = _message(
        "day",
        templates,
        title,
        lambda shown: {"overview": overview(shown), "papers": [paper(*one, shown) for one in new], **end},
    )

    def block(papers: list[dict[str, Any]], about: str, overview: Sequence[Any] = (), **end: Any) -> MessageBlock:
        text = templates.render("notify/day.txt.j2", title=title, papers=papers, overview=overview, **end)
        return MessageBlock(text.strip("\n"), about)

    nothing = {"failed": "", "home": "", "words": words}
    blocks = [block([], "", overview=overview(markup.for_chat), **nothing)]
    blocks += [block([paper(*one, markup.for_chat)], one[1].paper.id, **nothing) for one in new]
    return replace(message, blocks=tuple(one for one in (*blocks, block([], "", **end)) if one.text))


def failure_message(
    name: str, reason: str, templates: Templates, language: str, *, site: str = "", retried: bool = False
) -> Message:
    """Write that the run of a day failed, or without a `name` that publishing did, and why.

    `retried` is whether the next run tries it again.
    """
    words = templates.words(language)["notify"]
    title = _with_site(_phrase(words, "failure", day=name) if name else _phrase(words, "unpublished"), site)
    following = _phrase(words, "next" if retried else "by_hand")
    values = {"words": words, "next": following}
    return _message("failure", templates, markup.for_chat(title), lambda shown: {"reason": shown(reason), **values})


def _with_site(title: str, site: str) -> str:
    """Put the site's name before a title that does not have it."""
    return title if site.casefold() in title.casefold() else f"{site}: {title}"


def _message(
    kind: str, templates: Templates, title: str, values: Callable[[Callable[[str], str]], Mapping[str, Any]]
) -> Message:
    """Fill both templates. `values` is handed what makes the words of others harmless there."""
    text = templates.render(f"notify/{kind}.txt.j2", title=title, **values(markup.for_chat))
    html = templates.render(f"notify/{kind}.html.j2", title=title, **values(markup.for_mail))
    return Message(title, text.strip() + "\n", html)


def _figure(entry: Entry) -> str:
    """Return the address of a figure whose licence lets everybody show it."""
    made = entry.provenance
    figure = shown_figure("licensed", made.figure, made.license, None)
    return escape(figure.url) if figure and figure.url.startswith("https://") else ""


def _in_short(entry: Entry) -> str:
    """Return the one-line summary; for an entry without one, its goal, shortened."""
    summary = entry.summary
    if summary.tldr:
        return summary.tldr
    return shorten(escaping.plain(summary.goal) if summary.markup else summary.goal, _SHORT)


def _phrase(words: Mapping[str, Any], key: str, **values: object) -> str:
    try:
        found = words[key]
        if isinstance(found, Mapping):
            found = found["one" if values.get("n") == 1 else "other"]
        return one_line(found.format(**values))
    except (LookupError, ValueError, AttributeError) as cause:
        raise ConfigError(f"locale: notify.{key}: unknown placeholder; allowed: {{{'}, {'.join(values)}}}") from cause
