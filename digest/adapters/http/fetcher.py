"""GETs for all threads of one run."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from urllib.parse import urlsplit

import httpx2

from digest.adapters.http import client, clock
from digest.adapters.http.addresses import WEB, Addresses, origin
from digest.adapters.http.agent import PROGRAM
from digest.adapters.http.answers import AskAgain, judge
from digest.adapters.http.deadline import Deadline, Exchange
from digest.adapters.http.decompression import BadBody, unpacked
from digest.adapters.http.network import Oversized, Private
from digest.adapters.http.pacing import Pacer
from digest.adapters.store import Cache
from digest.config import FetchConfig, PaceConfig, ServicesConfig
from digest.errors import ConfigError, Refused, Unavailable
from digest.model import Fetched
from digest.model.text import shorten

_MOVED = {301, 302, 303, 307, 308}
_PINNED = re.compile(r"/\d{4}\.\d{4,5}v\d+$|/\d{7}v\d+$")  # a version of a paper never changes
_HOPS = 5
_ERROR_BYTES = 16_384  # as much of an error's body as is read
_FRAMING = 2**20  # bytes of headers and chunk sizes that an answer may have beside its body


class Fetcher:
    """GETs for all threads of one run. Never sends a cookie, or anything of the papers, anywhere."""

    def __init__(
        self,
        services: ServicesConfig,
        pace: PaceConfig,
        config: FetchConfig,
        *,
        now: Callable[[], datetime],
        agent: str = PROGRAM,
        cache: Cache | None = None,
        pacer: Callable[[str, float], Pacer] = lambda _service, pace: Pacer(pace),
        deadline: Deadline | None = None,
        waiting: Callable[[str], None] = lambda _: None,
        own: Iterable[str] = (),
        headers: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
    ) -> None:
        """`deadline` is the run's; `waiting` is called before every pause between tries.

        `own` are addresses that the settings name, which may lie in a private network. `headers` are those that a
        service wants, such as a key: sent to its own host and to no other.
        """
        self._config = config
        self._cache = cache
        self._now = now
        self._deadline = deadline or Deadline()
        self._waiting = waiting
        self._pacers = {service: pacer(service, seconds) for service, seconds in pace}
        self._addresses = Addresses(services, own)
        self._headers = {origin(services[service]): wanted for service, wanted in headers.items()}
        try:
            self._client = client.client(
                lambda _: self._exchange(),
                timeout=httpx2.Timeout(config.timeout),
                limits=httpx2.Limits(max_connections=64),
                headers={"User-Agent": agent, "Accept": "*/*", "Accept-Encoding": "gzip"},
            )
        except (ImportError, ValueError, httpx2.InvalidURL) as cause:
            raise ConfigError(f"invalid proxy setting: {str(cause)[:100]}") from cause

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def get(
        self,
        service: str,
        path: str,
        *,
        keep: bool = True,
        belongs: Callable[[Fetched], bool] = lambda _: True,
        on_retry: Callable[[], None] = lambda: None,
    ) -> Fetched:
        """GET `path` of a service, or an address of the web; from the cache where it is there and `keep`.

        A page that does not belong, as a captcha, half a paper or another one, is never kept. `on_retry` is called
        before every pause between tries. Raises NotThere
        (asking again is useless), Unavailable (it may help), Refused (we do not want the answer), OutOfTime (the run
        is over) or WrongClock.
        """
        service, url = self._addresses.of(service, path)
        known = self._cache.page(url, self._now() - self._fresh(path)) if keep and self._cache else None
        if known and belongs(known):
            return known
        page = self._patiently(service, url, on_retry)
        if not belongs(page):
            raise Unavailable(
                f"{_name(service, url)}: answered 200 with a page that is not the paper, or not all of it"
            )
        if keep and self._cache:
            self._cache.keep_page(url, page, self._now(), self._config.keep_days)
        return page

    def _fresh(self, path: str) -> timedelta:
        return timedelta(days=self._config.keep_days if _PINNED.search(path) else min(1, self._config.keep_days))

    def _patiently(self, service: str, url: str, on_retry: Callable[[], None]) -> Fetched:
        tries = 0
        while True:
            tries += 1
            self._pacers[service].acquire(self._deadline.sleep)
            try:
                return self._follow(service, url)
            except AskAgain as error:
                if tries == self._config.attempts:
                    times = "once" if tries == 1 else f"{tries} times"
                    raise Unavailable(f"{error.what}, tried {times}") from error
                patience = 30.0 if error.throttled else 1.0
                asked = error.after if error.after is not None else patience * 2 ** (tries - 1)
                pause = min(asked, self._config.max_wait)
                if error.throttled:
                    self._pacers[service].pause(pause)
                on_retry()
                self._waiting(f"{error.what}; retrying in {pause:.1f} s")
            self._deadline.sleep(pause)

    def _exchange(self) -> Exchange:
        return self._deadline.exchange(self._config.deadline, self._config.max_megabytes * 2**20 + _FRAMING)

    def _follow(self, service: str, url: str) -> Fetched:
        """GET once, through redirects as far as they may be followed."""
        here, exchange = url, self._exchange()
        for _ in range(_HOPS):
            exchange.public = service == WEB and not self._addresses.trusted(here)
            answer = self._once(_name(service, url), here, exchange)
            if isinstance(answer, Fetched):
                return answer
            here = self._addresses.moved(_name(service, url), service, here, answer)
        raise Refused(f"{_name(service, url)}: redirected more than {_HOPS} times")

    def _once(self, name: str, url: str, exchange: Exchange) -> Fetched | str:
        """GET once. Returns the page, or where it moved. `name` is what the request is called in errors."""
        own = self._headers.get(origin(url))
        try:
            with self._client.stream("GET", url, headers=own, extensions={client.EXCHANGE: exchange}) as answer:
                clock.compare(self._now(), answer.headers.get("date"), name.split(" ", maxsplit=1)[0])
                if answer.status_code in _MOVED and answer.headers.get("location"):
                    return str(answer.headers["location"])
                body = self._body(name, answer)
        except httpx2.TimeoutException as cause:
            if exchange.left() > 0:
                raise AskAgain(f"{name}: no answer within {self._config.timeout:g} s") from cause
            self._deadline.check()
            raise AskAgain(f"{name}: not finished after {self._config.deadline:g} s") from cause
        except Private as cause:
            raise Refused(f"{name}: {cause}") from cause
        except Oversized as cause:
            raise self._too_large(name) from cause
        except BadBody as cause:
            raise AskAgain(f"{name}: the response cannot be decoded: {cause}") from cause
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as cause:
            raise AskAgain(f"{name}: {shorten(str(cause) or type(cause).__name__, 120)}") from cause
        judge(name, answer, body)
        kind = answer.headers.get("content-type", "").split(";")[0].strip().lower()
        framing = ("content-length", "transfer-encoding", "content-encoding")
        return Fetched(str(answer.url), kind, body, unbounded=not any(name in answer.headers for name in framing))

    def _body(self, name: str, answer: httpx2.Response) -> bytes:
        """Read the body within the bound of its size; of an error no more than says what is wrong."""
        body = bytearray()
        limit = self._config.max_megabytes * 2**20 if answer.status_code == 200 else _ERROR_BYTES
        try:
            for chunk in unpacked(answer.iter_raw(), answer.headers.get("content-encoding", "")):
                body += chunk
                if len(body) > limit and answer.status_code == 200:
                    raise self._too_large(name)
                if len(body) > limit:
                    break
        except BadBody:
            if answer.status_code == 200:
                raise
        return bytes(body)

    def _too_large(self, name: str) -> Refused:
        return Refused(f"{name}: larger than {self._config.max_megabytes} MB")


def _name(service: str, url: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc if service == WEB else ""
    return f"{service} {host}{parts.path}{f'?{parts.query}' if parts.query else ''}"
