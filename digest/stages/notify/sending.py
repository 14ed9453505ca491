"""Message → what became of it, target by target. Each is sent by a child process with Apprise."""

import importlib.util
import json
import math
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from digest.adapters import installation
from digest.adapters.process import children
from digest.errors import ConfigError
from digest.stages.notify.message import Message
from digest.stages.notify.target import Target

_MAIL = ("mailto", "mailtos")
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
class Delivery:
    """What became of one target."""

    target: Target
    error: str = ""
    """Why it was not notified; empty where it was."""
    papers: tuple[str, ...] = ()
    """The papers that it was told of before that."""


def send(
    message: Message,
    chosen: Sequence[Target],
    *,
    unsubscribe: str = "",
    timeout: float = 30.0,
    left: Callable[[], float] = lambda: math.inf,
) -> Iterator[Delivery]:
    """Send to all targets at once; yields what became of each, as it becomes known. No target's fault is raised.

    Each is sent by a process of its own, in parts where a service takes no message of that length; it is killed after
    `timeout` seconds for a part or when `left` returns none.
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
    asked: dict[str, Any] = {
        "url": _with_unsubscribe(target.url, unsubscribe),
        "title": message.title,
        "body": message.html if mail else message.text,
        "body_format": "html" if mail else "text",
        "timeout": timeout,
        "blocks": [] if mail else [block.text for block in message.blocks],
    }
    end = time.monotonic() + timeout * max(1, len(asked["blocks"])) + _START
    try:
        ended = children.run(
            [sys.executable, "-I", str(Path(__file__).with_name("child.py"))],
            left=lambda: min(left(), end - time.monotonic()),
            stdin=json.dumps(asked).encode(),
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        )
        became = {key: value for line in ended.stdout.splitlines() for key, value in json.loads(line).items()}
        if ended.returncode == -signal.SIGALRM:
            became["late"] = True
    except children.TimeUp:
        became = {"late": True}
    except (OSError, ValueError):
        became = {}
    error = _error(became, timeout)
    return Delivery(target, error, _arrived(message, became) if error else ())


def _arrived(message: Message, became: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the papers that a target was told of, though not of all."""
    return tuple(block.paper for block in message.blocks[: became.get("arrived", 0)] if block.paper)


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
