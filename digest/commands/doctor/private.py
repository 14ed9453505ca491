"""Does a secret cross a network where others can read it?"""

import importlib.util
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from digest.adapters import installation, redaction
from digest.commands.doctor.result import CheckResult, Setup
from digest.config import API_KEY


def key(setup: Setup) -> Iterator[CheckResult]:
    """Look whether the key goes to another machine over plain http. A dummy key is no secret."""
    llm = setup.config.llm
    sent = [(llm.base_url, API_KEY, setup.key)]
    sent += [(one.base_url or llm.base_url, one.key, setup.keys.get(one.key)) for one in llm.fallback if one.key]
    if llm.embeddings.model and (variable := llm.embeddings.key):
        sent.append((llm.embeddings.base_url or llm.base_url, variable, setup.keys.get(variable)))
    for base_url, variable, value in sent:
        address = urlsplit(base_url or "")
        if setup.config.summarize.backend == "extractive" or not redaction.is_real(value or ""):
            continue
        if address.scheme == "http" and not _is_here(address.hostname or ""):
            yield CheckResult(
                "key",
                f"goes to {address.hostname} over plain http, where others can read it",
                f"use https or a tunnel, or unset {variable} if the server needs none",
            )


def targets(setup: Setup) -> Iterator[CheckResult]:
    """Look whether an address of a notification, which is a secret, goes to another machine unencrypted."""
    if setup.targets and importlib.util.find_spec("apprise") is None:
        yield CheckResult("notify", "Apprise is not installed", installation.way_to_add("notify"))
        return
    for target in setup.targets:
        if host := _plainly_asked(target.url):
            scheme = target.url.partition("://")[0]
            yield CheckResult(
                "notify",
                f"{target.name} goes to {host} unencrypted, where others can read it",
                f"use {scheme}s:// instead of {scheme}://",
            )


def _plainly_asked(url: str) -> str:
    """Return the other machine that Apprise would talk to without encryption; empty where there is none."""
    import apprise  # noqa: PLC0415 - an extra

    service = apprise.Apprise.instantiate(url, suppress_exceptions=True)
    if service is None or not service.protocol or not service.secure_protocol:
        return ""
    # Mail encrypts by a mode of its own; ntfy without a host of its own goes to ntfy.sh, encrypted.
    mode = getattr(service, "secure_mode", "insecure"), getattr(service, "mode", "")
    if url.partition("://")[0].lower() not in _schemes(service.protocol) or mode[0] != "insecure" or mode[1] == "cloud":
        return ""
    host = str(getattr(service, "host", "") or "")
    return "" if _is_here(host) else host


def _schemes(protocol: str | tuple[str, ...]) -> tuple[str, ...]:
    return (protocol,) if isinstance(protocol, str) else tuple(protocol)


def _is_here(host: str) -> bool:
    """Return whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
