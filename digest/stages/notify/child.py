"""Sends one message with Apprise. Run as a script in a process of its own, which the system ends in time.

What Apprise uses (requests, smtplib) bounds the pauses of an answer and not the answer. What to send comes through
standard input as JSON, because it holds secrets; what became of it goes to standard output. Imports nothing of ours.
"""

import json
import logging
import re
import signal
import sys
from typing import Any


def send(url: str, title: str, body: str, body_format: str, timeout: float) -> dict[str, Any]:
    """Send, and return `sent` or why not. Never what the service said: that holds parts of the address."""
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
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, timeout)
    result = sender.notify(title=title, body=body, body_format=body_format, timeout=timeout)
    logged = " ".join(str(entry.message) for entry in result.logs())
    status = re.search(r"\berror=(\d{3})\b", logged)
    return {
        "sent": bool(result),
        "late": result.status == apprise.AppriseResultStatus.TIMEOUT,
        "status": status[1] if status else "",
    }


if __name__ == "__main__":
    json.dump(send(**json.load(sys.stdin)), sys.stdout)
