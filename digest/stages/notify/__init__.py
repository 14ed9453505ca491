"""The day in short to whom it may concern: one message, several targets, each notified once.

Targets are Apprise's addresses (https://github.com/caronc/apprise/wiki) and secrets: an edition remembers a mark of
one, messages and errors name it by its place and scheme. Does not keep anything.
"""

import hashlib
import importlib.util
import json
import math
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from digest.adapters import installation
from digest.adapters.process import children
from digest.adapters.templates import Templates
from digest.errors import ConfigError
from digest.model import ArxivId, Edition, Entry
from digest.model.text import one_line, shorten
from digest.posts import escaping
from digest.stages.notify import markup

_MAIL = ("mailto", "mailtos")
_SHORT = 280
"""The longest line about one paper, in characters, where there is no one-line summary."""
_WHO = frozenset({"to", "cc", "bcc", "from", "channel", "channels", "tag", "tags", "name"})
"""Parameters of an address that say who is notified; the others say how."""
_START = 20.0  # seconds in which a process that sends has to have started
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_ENVIRONMENT = (
    *_PROXIES,
    *(name.lower() for name in _PROXIES),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
    *("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "DBUS_SESSION_BUS_ADDRESS", "DISPLAY"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT"),
)
"""What Apprise needs of the environment: its services' way out, never a key of ours."""


@dataclass(frozen=True)
class Target:
    """One address that is notified."""

    url: str = field(repr=False)
    place: int
    """Its place among the addresses of the environment, from 1: what people see instead of the address."""

    @property
    def name(self) -> str:
        """What messages call it."""
        scheme = self.url.partition("://")[0]
        return f"target {self.place} ({scheme if re.fullmatch(r'[a-z0-9]{2,20}', scheme) else 'unknown'})"

    @cached_property
    def mark(self) -> str:
        """What an edition remembers: a short hash of who is notified, without passwords, slow to guess from.

        Editions are published, and an address may be short: hence scrypt, and not one round of SHA.
        """
        try:
            parts = urlsplit(self.url)
            who = [(key, value) for key, value in parse_qsl(parts.query) if key.lower() in _WHO]
            user = parts.netloc.rpartition("@")[0].partition(":")[0]
            named = repr((parts.scheme, user, parts.netloc.rpartition("@")[2], parts.path, sorted(who)))
        except ValueError:
            named = self.url
        return hashlib.scrypt(named.encode(), salt=b"digest notify", n=2**14, r=8, p=1, dklen=6).hex()


@dataclass(frozen=True)
class Message:
    """A notification, as text and as HTML of the same content."""

    title: str
    text: str
    html: str


@dataclass(frozen=True)
class Delivery:
    """What became of one target."""

    target: Target
    error: str = ""
    """Why it was not notified; empty where it was."""


def targets(raw: str) -> tuple[Target, ...]:
    """Read addresses separated by white space; one that stands twice counts once."""
    return tuple(Target(url, place) for place, url in enumerate(dict.fromkeys(raw.split()), 1))


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
                "url": page(entry.paper.id) if page else entry.arxiv_url,
            }
            for entry in edition.entries
        ]
        failed = _said(words, "failed", n=len(edition.skips)) if edition.skips else ""
        return {"papers": papers, "failed": failed, "home": home, "words": words}

    return _message("day", templates, markup.for_chat(edition.header.title), values)


def failure_message(name: str, reason: str, templates: Templates, language: str) -> Message:
    """Write that a run failed, and why."""
    words = templates.words(language)["notify"]
    title = _said(words, "failure", day=name)
    return _message("failure", templates, title, lambda shown: {"reason": shown(reason), "words": words})


def send(
    message: Message,
    chosen: Sequence[Target],
    *,
    unsubscribe: str = "",
    timeout: float = 30.0,
    left: Callable[[], float] = lambda: math.inf,
) -> Iterator[Delivery]:
    """Send to all targets at once; yields what became of each, as it becomes known. No target's fault is raised.

    Each is sent by a process of its own, killed after `timeout` seconds or when `left` returns none.
    Raises ConfigError where Apprise is not installed.
    """
    if importlib.util.find_spec("apprise") is None:
        raise ConfigError("Apprise is not installed", hint=installation.way_to_add("notify"))
    if not chosen:
        return
    with ThreadPoolExecutor(max_workers=min(8, len(chosen))) as pool:
        asked = [pool.submit(_send_one, message, target, unsubscribe, timeout, left) for target in chosen]
        for done in as_completed(asked):
            yield done.result()


def _send_one(
    message: Message, target: Target, unsubscribe: str, timeout: float, left: Callable[[], float]
) -> Delivery:
    mail = target.url.partition("://")[0].lower() in _MAIL
    asked = {
        "url": _with_unsubscribe(target.url, unsubscribe),
        "title": message.title,
        "body": message.html if mail else message.text,
        "body_format": "html" if mail else "text",
        "timeout": timeout,
    }
    end = time.monotonic() + timeout + _START
    try:
        ended = children.run(
            [sys.executable, "-I", str(Path(__file__).with_name("child.py"))],
            left=lambda: min(left(), end - time.monotonic()),
            stdin=json.dumps(asked).encode(),
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        )
        became = json.loads(ended.stdout) if ended.returncode != -signal.SIGALRM else {"late": True}
    except children.TimeUp:
        became = {"late": True}
    except (OSError, ValueError):
        became = {}
    return Delivery(target, _error(became, timeout))


def _error(became: Mapping[str, Any], timeout: float) -> str:
    """Return why a target was not notified; empty where it was."""
    if became.get("sent"):
        return ""
    if became.get("unknown"):
        return "not a valid Apprise URL"
    if became.get("late"):
        return f"no answer within {timeout:g} s"
    status = became.get("status")
    return f"answered {status}" if status else "could not be reached, or rejected the message"


def _with_unsubscribe(url: str, unsubscribe: str) -> str:
    """Ask for the header of https://www.rfc-editor.org/rfc/rfc2369#section-3.2, which only mail knows."""
    if not unsubscribe or url.partition("://")[0].lower() not in _MAIL:
        return url
    return f"{url}{'&' if '?' in url else '?'}+List-Unsubscribe={quote(f'<{unsubscribe}>', safe='')}"


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


def _said(words: Mapping[str, Any], key: str, **values: object) -> str:
    try:
        found = words[key]
        if isinstance(found, Mapping):
            found = found["one" if values.get("n") == 1 else "other"]
        return one_line(found.format(**values))
    except (LookupError, ValueError, AttributeError) as cause:
        raise ConfigError(f"locale: notify.{key}: unknown placeholder; allowed: {{{'}, {'.join(values)}}}") from cause
