"""Where a GET may go: what the settings name, and of all else the public web; no feed reaches a private network."""

from datetime import UTC, datetime

import pytest

from digest.adapters.http import Deadline, Fetcher
from digest.adapters.http.addresses import Addresses, public
from digest.adapters.http.network import Network, Private
from digest.commands.demo.server import Request, Response, serve
from digest.config import FetchConfig, PaceConfig, ServicesConfig
from digest.errors import Refused

NOW = datetime(2025, 11, 18, tzinfo=UTC)
HASTY = FetchConfig(attempts=1, timeout=5, deadline=10)
PACE = PaceConfig(web=0)


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1::1", True), ("127.0.0.1", False), ("10.1.2.3", False),
        ("192.168.0.1", False), ("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False),
        ("224.0.0.1", False), ("::1", False), ("fe80::1%eth0", False), ("fd00::1", False),
        ("::ffff:10.0.0.1", False), ("2002:7f00:1::", False), ("64:ff9b::a00:1", False), ("words", False),
    ],
)  # fmt: skip
def test_addresses_of_private_networks_are_known_in_every_form(address: str, is_public: bool) -> None:
    assert public(address) == is_public


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/x", "http://[::1]/x", "http://localhost/x", "http://printer/x", "http://nas.local/x",
     "http://169.254.169.254/latest/meta-data", "http://10.0.0.1:8080/", "ftp://example.org/x", "file:///etc/passwd",
     "http://u:p@example.org/x", "//example.org", "http://metadata.google.internal/"],
)  # fmt: skip
def test_an_address_of_a_feed_leads_into_no_private_network(url: str) -> None:
    with pytest.raises(Refused):
        Addresses(ServicesConfig()).of("web", url)


def test_where_a_name_leads_is_looked_at_when_it_is_used() -> None:
    exchange = Deadline().exchange(10)
    exchange.public = True

    with serve(lambda _: Response(200, b"x")) as url, exchange.entered(), pytest.raises(Private):
        Network().connect_tcp("localhost", int(url.rpartition(":")[2]), 5)


def test_a_redirect_into_a_private_network_is_not_followed_and_the_settings_own_hosts_are() -> None:
    asked: list[str] = []

    def answer(request: Request) -> Response:
        asked.append(request.path)
        if request.path == "/feed":
            return Response(302, b"", headers={"Location": request.query["to"]})
        return Response(200, b"<rss/>")

    with serve(answer) as own, serve(answer) as other:
        fetcher = Fetcher(ServicesConfig(), PACE, HASTY, now=lambda: NOW, own=[f"{own}/feed"])
        followed = fetcher.get("web", f"{own}/feed?to=/there")
        with pytest.raises(Refused, match="leads into a private network"):
            fetcher.get("web", f"{own}/feed?to={other}/x")
        with pytest.raises(Refused, match="leads into a private network"):
            fetcher.get("web", f"{other}/x")
        fetcher.close()

    assert (followed.body, asked) == (b"<rss/>", ["/feed", "/there", "/feed"])


def test_an_address_on_a_services_own_host_goes_where_the_settings_say_that_it_is() -> None:
    addresses = Addresses(ServicesConfig(arxiv="http://127.0.0.1:9", biorxiv="http://mirror.example/bio"))

    assert addresses.of("web", "https://arxiv.org/pdf/2511.09146") == ("arxiv", "http://127.0.0.1:9/pdf/2511.09146")
    assert addresses.of("web", "https://www.biorxiv.org/content/x") == (
        "biorxiv",
        "http://mirror.example/bio/content/x",
    )
    assert addresses.of("web", "https://example.org/x") == ("web", "https://example.org/x")
