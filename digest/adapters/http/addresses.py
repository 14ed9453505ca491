"""Where a GET goes: the services of the settings, and any public address of the web. Never into a private network.

Who may be asked: hosts that the settings name, wherever they are; of all others those whose addresses are public. A
feed, a page or a redirect cannot make this machine ask its own network.
"""

import ipaddress
from collections.abc import Iterable, Mapping
from urllib.parse import urljoin, urlsplit

from digest.config import ServicesConfig
from digest.errors import Refused

WEB = "web"
"""What a whole address is asked for as: `get("web", "https://example.org/paper.pdf")`."""
_SERVICES = ("huggingface", "arxiv", "biorxiv", "medrxiv", "openreview")
_HOMES: Mapping[str, str] = {f"{home}/": name for name, home in ServicesConfig() if name in _SERVICES}
"""Where services are by default: an address there goes wherever the settings say that they are, at their pace."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LOCAL = (".localhost", ".local", ".internal", ".lan", ".home.arpa")

Origin = tuple[str, str | None, int | None]


class Addresses:
    """The hosts of one run. `own` are addresses that the settings name beside the services."""

    def __init__(self, services: ServicesConfig, own: Iterable[str] = ()) -> None:
        self._services = services
        self._hosts = {origin(home) for name, home in services if name != "alphaxiv"}
        self._own = {origin(address) for address in own}

    def of(self, service: str, path: str) -> tuple[str, str]:
        """Return the service that a request goes to, and the whole address. Raises Refused where it is no such."""
        if service != WEB:
            return service, self._services[service] + path
        for home, name in _HOMES.items():
            if path.startswith(home):
                return name, f"{self._services[name]}/{path.removeprefix(home)}"
        self.refuse_private(WEB, path)
        return service, path

    def trusted(self, url: str) -> bool:
        """Return whether the settings name the host of an address, so that it may be anywhere."""
        return origin(url) in self._hosts | self._own

    def moved(self, name: str, service: str, here: str, there: str) -> str:
        """Return the address that a redirect leads to. Raises Refused where it may not be followed.

        Services lead to configured hosts only; what lies anywhere on the web, to any public one.
        """
        try:
            url = urljoin(here, there)
            known = self.trusted(url) or self._upgraded(url)
        except ValueError:
            known, url = False, there
        if not known and service != WEB:
            raise Refused(f"{name}: redirected to another host, {url[:80]!r}")
        if not known:
            self.refuse_private(name, url)
        return url

    def refuse_private(self, name: str, url: str) -> None:
        """Raise Refused where an address is none of the web, or plainly none of the public."""
        try:
            scheme, host, _ = origin(url)
        except ValueError:
            scheme, host = "", None
        if scheme not in ("http", "https") or not host:
            raise Refused(f"{name}: not a web address, {url[:80]!r}")
        if not self.trusted(url) and not _public_name(host):
            raise Refused(f"{name}: leads into a private network, {url[:80]!r}")

    def _upgraded(self, url: str) -> bool:
        """Return whether this is a configured host that moved from http to https."""
        scheme, host, port = origin(url)
        return (scheme, port) == ("https", 443) and ("http", host, 80) in self._hosts


def origin(url: str) -> Origin:
    """Return scheme, host and port, by which hosts are compared. Raises ValueError where it is no such address."""
    parts = urlsplit(url)
    if "@" in parts.netloc:
        raise ValueError("URL contains credentials")
    return (parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme))


def public(address: str) -> bool:
    """Return whether an IP address is one of the public Internet, in whatever form it is written."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inside = found.ipv4_mapped or found.sixtofour
        if found in _NAT64:
            inside = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inside is not None:
            return public(str(inside))
    return found.is_global and not found.is_multicast


def _public_name(host: str) -> bool:
    name = host.rstrip(".").lower()
    try:
        ipaddress.ip_address(name)
    except ValueError:  # `2130706433` and `127.1` are addresses for some resolvers; what they find is looked at, too
        return "." in name and not name.endswith(_LOCAL)
    return public(name)
