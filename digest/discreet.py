"""Secrets out of texts: the values of secret variables, the parts of secret addresses, the passwords of proxies.

Pure over the environment it is handed. Finds secrets that stand in a text as they are, or quoted for an address; one
that somebody encoded otherwise is not found, so nothing here replaces keeping secrets out in the first place.
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote, unquote

KEYS = ("OPENAI_API_KEY", "DIGEST_NOTIFY_URLS", "DIGEST_NOTIFY_FAILURES_URLS")
"""Variables whose whole value is a secret of ours; no other program gets them."""
TOKENS = ("GITHUB_TOKEN", "GH_TOKEN", "HF_TOKEN")
"""Secrets that we never use, and that git or a step of a workflow may."""
NOTIFY_URLS, NOTIFY_FAILURES_URLS = KEYS[1:]
ADDRESSES = (NOTIFY_URLS, NOTIFY_FAILURES_URLS)
"""Variables that hold addresses of which every part may be a secret."""
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
"""Variables (in either case) that hold an address with a password in it."""

_SHORTEST = 4  # shorter parts are words like "v1"; hiding those would garble every message
_DUMMY = 8  # a shorter key is a dummy like "ollama" or "x" for a local server
_BETWEEN_PARTS = re.compile(r"[/?#&=@:,;\s]+")
_PASSWORD = re.compile(r"://[^/\s]*?:(?P<password>[^/\s]+)@")
_TELLING_NOTHING = frozenset({"mode", "insecure", "starttls", "format", "html", "text", "markdown", "localhost"})


def masked(text: str, environ: Mapping[str, str]) -> str:
    """Write `<NAME>` for every secret of the environment that stands in `text`."""
    found = {secret: name for secret, name in _secrets(environ) if secret}
    for secret in sorted(found, key=len, reverse=True):
        text = text.replace(secret, f"<{found[secret]}>")
    return text


def _secrets(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Return what must not be seen, each with the variable that it comes from."""
    for name in (*KEYS, *TOKENS):
        if len(key := environ.get(name, "").strip()) >= _DUMMY:
            yield key, name
    for name in ADDRESSES:
        for address in environ.get(name, "").split():
            yield address, name
            for part in _BETWEEN_PARTS.split(address.partition("://")[2]):
                if len(part) >= _SHORTEST and part.lower() not in _TELLING_NOTHING:
                    yield from ((form, name) for form in (part, unquote(part), quote(part, safe="")))
    for name in PROXIES:
        for spelt in (name, name.lower()):
            if known := _PASSWORD.search(environ.get(spelt, "")):
                yield from ((form, name) for form in (known["password"], unquote(known["password"])))
