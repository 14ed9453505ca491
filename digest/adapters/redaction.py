"""Secrets out of texts: the values of secret variables, what is secret in an address, the passwords of proxies.

Pure over the environment it is handed. Finds secrets that stand in a text as they are, quoted for an address, or as
the credentials of HTTP's basic authentication; one that somebody encoded otherwise is not found, so nothing here
replaces keeping secrets out in the first place.
"""

import re
from base64 import b64encode
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import quote, unquote

KEYS = ("OPENAI_API_KEY", "DIGEST_NOTIFY_URLS", "DIGEST_NOTIFY_FAILURES_URLS", "ZOTERO_API_KEY")
"""Variables whose whole value is a secret of ours; no other program gets them."""
TOKENS = ("GITHUB_TOKEN", "GH_TOKEN", "HF_TOKEN")
"""Secrets that we never use, and that git or a step of a workflow may."""
NOTIFY_URLS, NOTIFY_FAILURES_URLS = KEYS[1:3]
ADDRESSES = (NOTIFY_URLS, NOTIFY_FAILURES_URLS)
"""Variables that hold addresses of Apprise's, which are secrets and hold some."""
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
"""Variables (in either case) that hold an address with a password in it."""

_SHORTEST = 4
"""A shorter password is not hidden: it would be found in every other message."""
_LONG = 12
"""A secret of this length is found inside of other words, too."""
_DUMMY = 8  # a shorter key is a dummy like "ollama" or "x" for a local server
_ADDRESS = re.compile(
    r"(?P<scheme>[^:/?#]+)://(?:(?P<user>[^:/?#]*)(?::(?P<password>(?!\d+/)[^?#]*?))?@(?=[^@/?#]*(?:[/?#]|$)))?"
    r"(?P<host>[^:/?#]*)(?::(?P<port>[^/?#]*))?(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:\#.*)?"
)
_SERIES = re.compile(r"[a-z][a-z0-9-]*")
_BETWEEN_PARTS = re.compile(r"[/&=,;]+")
_NAMES = ("#", "@", "%23", "%40")  # a channel or a person
_WHO = frozenset({"to", "cc", "bcc", "from", "name", "channel", "channels", "tag", "tags"})
"""Parameters of an address that name people and channels."""


def without_keys(environ: Mapping[str, str], more: Collection[str] = ()) -> dict[str, str]:
    """Return what a child process gets to see of the environment: none of our secrets, `more` variables included."""
    return {name: value for name, value in environ.items() if name not in KEYS and name not in more}


def redact(text: str, environ: Mapping[str, str], more: Collection[str] = ()) -> str:
    """Write `<NAME>` for every secret of the environment that stands in `text`, and leave all other words.

    `more` are variables that hold secrets by somebody's settings: the keys of further models.
    """
    found = {form: name for secret, name in _secrets(environ, more) for form in _forms(secret)}
    longest_first = sorted(found, key=len, reverse=True)
    for form in longest_first:
        if len(form) >= _LONG:
            text = text.replace(form, f"<{found[form]}>")
    short = "|".join(re.escape(form) for form in longest_first if len(form) < _LONG)

    def hidden(secret: re.Match[str]) -> str:
        # A short one may be the end of an ordinary word, which stays. Looked at here and not by the pattern, which is
        # ten times as fast where it begins with letters.
        inside = secret.string[secret.start() - 1 : secret.start()].isalnum()
        return secret[0] if inside else f"<{found[secret[0]]}>"

    return re.sub(rf"(?:{short})(?![^\W_])", hidden, text) if short else text


def is_real(key: str) -> bool:
    """Return whether a key is a real one: a short one is a dummy for a server that wants none."""
    return len(key.strip()) >= _DUMMY


def _secrets(environ: Mapping[str, str], more: Collection[str]) -> Iterator[tuple[str, str]]:
    """Return what must not be seen, each with the variable that it comes from."""
    for name in (*more, *TOKENS, *KEYS):
        if is_real(key := environ.get(name, "").strip()):
            yield key, name
    for name in ADDRESSES:
        for _, address in by_series(environ.get(name, "")):
            yield from ((secret, name) for secret in _of_address(address))
    for name in PROXIES:
        for spelt in (name, name.lower()):
            proxy = environ.get(spelt, "").strip()
            if parts := _ADDRESS.fullmatch(proxy if "://" in proxy else f"http://{proxy}"):
                yield from ((secret, name) for secret in _credentials(parts))


def by_series(addresses: str) -> Iterator[tuple[str, str]]:
    """Yield the addresses of a variable, each with the series that it is for, as in `lab=mailto://…`, or none."""
    for address in addresses.split():
        series, sign, bare = address.partition("=")
        yield (series, bare) if sign and _SERIES.fullmatch(series) else ("", address)


def _of_address(address: str) -> Iterator[str]:
    """Return what is secret in an address of Apprise's: itself, its credentials, and what looks drawn at random.

    A path can hold a secret that looks like a word: it is hidden together with its host, alone it stays.
    """
    yield address
    parts = _ADDRESS.fullmatch(address)
    if parts is None:
        return
    yield from _credentials(parts)
    host, port, path, query = (parts[name] or "" for name in ("host", "port", "path", "query"))
    if path.strip("/"):
        yield f"{host}:{port}{path}" if port else f"{host}{path}"
    if port and not port.isdecimal():  # tgram://123456789:token/
        yield from (port, f"{host}:{port}")
    if "." not in host and (_is_random(host) and (len(host) >= 16 or not host.islower())):
        yield host
    for part in _BETWEEN_PARTS.split(path):
        if not part.startswith(_NAMES) and _is_random(part):
            yield part
    for key, _, value in (pair.partition("=") for pair in re.split("[&;]", query)):
        for one in value.split(","):
            if "@" in unquote(one).strip("@") or (key.lower() not in _WHO and _is_random(one)):
                yield one


def _credentials(parts: re.Match[str]) -> Iterator[str]:
    user, password = parts["user"] or "", parts["password"] or ""
    if len(password) >= _SHORTEST:
        yield password
        yield b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()
    if _is_random(user):
        yield user


def _is_random(part: str) -> bool:
    """Return whether a part of an address was drawn at random, as far as that can be seen, and is not a word."""
    letters = [char for char in unquote(part) if char.isalpha()]
    digits = [char for char in unquote(part) if char.isdecimal()]
    if not letters:
        return len(digits) >= 9
    if digits:
        return len(part) >= 7
    mixed = re.search(r"[a-z][A-Z]", part) is not None
    return (mixed and len(part) >= 12) or (len(part) >= 24 and not re.search(r"[-_.]", part))


def _forms(secret: str) -> Iterator[str]:
    """Return how a secret can stand in a text."""
    return (form for form in {secret, unquote(secret), quote(secret, safe="")} if form)
