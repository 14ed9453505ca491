"""Edition → message: the day in short, as text and as HTML."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from digest.adapters.templates import Templates
from digest.errors import ConfigError
from digest.model import ArxivId, Edition, Entry
from digest.model.text import one_line, shorten
from digest.posts import escaping
from digest.stages.notify import markup

_SHORT = 280
"""The longest line about one paper, in characters, where there is no one-line summary."""


@dataclass(frozen=True)
class Message:
    """A notification, as text and as HTML of the same content."""

    title: str
    text: str
    html: str


def day_message(
    edition: Edition, templates: Templates, *, page: Callable[[ArxivId], str] | None, home: str = ""
) -> Message:
    """Write the day in short: title, one line and link of each paper.

    `page` gives a paper's address on the site, `home` is the site's own; without them the links lead to arXiv.
    """
    words = templates.words(edition.language)["notify"]

    def values(shown: Callable[[str], str]) -> dict[str, Any]:
        papers = [
            {
                "title": shown(entry.paper.title) or entry.paper.id,
                "tldr": shown(_in_short(entry)),
                "sign": shown(str(words["doubted"])) if entry.findings else "",
                "url": page(entry.paper.id) if page else entry.arxiv_url,
            }
            for entry in edition.entries
        ]
        failed = _phrase(words, "failed", n=len(edition.skips)) if edition.skips else ""
        return {"papers": papers, "failed": failed, "home": home, "words": words}

    return _message("day", templates, markup.for_chat(edition.header.title), values)


def failure_message(name: str, reason: str, templates: Templates, language: str) -> Message:
    """Write that a run failed, and why."""
    words = templates.words(language)["notify"]
    title = _phrase(words, "failure", day=name)
    return _message("failure", templates, title, lambda shown: {"reason": shown(reason), "words": words})


def _message(
    kind: str, templates: Templates, title: str, values: Callable[[Callable[[str], str]], Mapping[str, Any]]
) -> Message:
    """Fill both templates. `values` is handed what makes the words of others harmless there."""
    text = templates.render(f"notify/{kind}.txt.j2", title=title, **values(markup.for_chat))
    html = templates.render(f"notify/{kind}.html.j2", title=title, **values(markup.for_mail))
    return Message(title, text.strip() + "\n", html)


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
