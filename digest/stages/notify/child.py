"""Sends one message with Apprise. Run as a script in a process of its own, which the system ends in time.

What Apprise uses (requests, smtplib) bounds the pauses of an answer and not the answer. What to send comes through
standard input as JSON, because it holds secrets; what became of it goes to standard output, a line of JSON as soon as
it is known. Imports nothing of ours.
"""

import json
import logging
import re
import signal
import sys
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

_ESCAPED = re.compile(r"[-\n\\`*_{}\[\]()#+.!|~=]")  # a line end becomes two signs
_COUNT = len(" (99/99)")
_MARGIN = 24  # what a service writes around a title: `<b>`, line ends


def send(
    url: str,
    title: str,
    body: str,
    body_format: str,
    timeout: float,
    blocks: Sequence[str] = (),
    report: Callable[[dict[str, Any]], object] = lambda _: None,
) -> dict[str, Any]:
    """Send, and return `sent` or why not. Never what the service said: that holds parts of the address.

    A body that is longer than the service takes goes out in parts, cut between `blocks`; `report` is told after each
    how many of them have arrived. `timeout` is for one part.
    """
    import apprise  # noqa: PLC0415 - not before the tests can import this file without it

    # Apprise writes warnings with host names and paths into its log, which Python would print.
    logging.getLogger("apprise").addHandler(logging.NullHandler())
    logging.getLogger("apprise").propagate = False
    # Memory: it would otherwise keep what it knows of a target under the user's home folder.
    asset = apprise.AppriseAsset(storage_mode="memory", service_timeout=timeout)
    service = apprise.Apprise.instantiate(url, asset=asset)
    if service is None:
        return {"unknown": True}
    sender = apprise.Apprise(asset=asset)
    sender.add(service)
    parts = [(body, len(blocks))]
    if blocks and _length(body) > _room(service, title):
        title = title[: service.body_maxlen // 4]
        parts = packed(blocks, _room(service, title))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    arrived = 0
    for number, (text, count) in enumerate(parts, 1):
        signal.setitimer(signal.ITIMER_REAL, timeout)
        headed = f"{title} ({number}/{len(parts)})" if len(parts) > 1 else title
        result = sender.notify(title=headed, body=text, body_format=body_format, timeout=timeout)
        signal.setitimer(signal.ITIMER_REAL, 0)
        if not result:
            logged = " ".join(str(entry.message) for entry in result.logs())
            status = re.search(r"\berror=(\d{3})\b", logged)
            late = result.status == apprise.AppriseResultStatus.TIMEOUT
            return {"sent": False, "late": late, "status": status[1] if status else "", "arrived": arrived}
        arrived = count
        report({"arrived": arrived})
    return {"sent": True, "late": False, "status": "", "arrived": arrived}


def packed(blocks: Sequence[str], room: int) -> list[tuple[str, int]]:
    """Put as many whole blocks into each part as it has room for: its text, and how many blocks are complete with it.

    A block that is too long alone is cut between lines, between words, or anywhere.
    """
    parts: list[tuple[str, int]] = []
    text = ""
    for done, block in enumerate(blocks):
        for piece in _pieces(block.strip("\n"), room):
            joined = f"{text}\n\n{piece}" if text else piece
            if text and _length(joined) > room:
                parts.append((f"{text}\n", done))
                joined = piece
            text = joined
    return [*parts, (f"{text}\n", len(blocks))] if text else parts


def _pieces(block: str, room: int) -> list[str]:
    pieces = []
    while _length(block) > room:
        cut = room
        while _length(block[:cut]) > room:
            cut -= 1
        found = max(block.rfind("\n", 1, cut), 0) or max(block.rfind(" ", 1, cut), 0) or cut
        pieces.append(block[:found])
        block = block[found:].lstrip()
    return [*pieces, block] if block else pieces


def _room(service: Any, title: str) -> int:
    """Return how long a text may be, beside a title that many services have to take as a part of it."""
    return max(16, int(service.body_maxlen) - _length(title) - _COUNT - _MARGIN)


def _length(text: str) -> int:
    """Return the length of a text as the strictest service counts: in UTF-16, signs of HTML and Markdown escaped."""
    return len(escape(text)) + sum(ord(char) > 0xFFFF for char in text) + len(_ESCAPED.findall(text))


def _print(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _print(send(**json.load(sys.stdin), report=_print))
