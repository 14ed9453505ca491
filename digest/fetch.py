"""Every GET to an outside service: paced, patient, bounded, and only to the hosts of the configuration."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import httpx2
import stamina

from digest import __version__
from digest.config import FetchConfig, PaceConfig, ServicesConfig
from digest.errors import NotThere, Refused, Unavailable
from digest.model import Fetched
from digest.store import Cache
from digest.text import shorten

USER_AGENT = f"digest/{__version__} (+https://pypi.org/project/digest; a daily paper digest)"
_THROTTLED = {406, 429, 503}  # arXiv says "wait" with each of the three
_NOT_THERE = {400, 403, 404, 410, 451}
_MOVED = {301, 302, 303, 307, 308}
_PINNED = re.compile(r"/\d{4}\.\d{4,5}v\d+$|/\d{7}v\d+$")  # a version of a paper never changes
_HOPS = 5


class _Wait(Unavailable):
    """An answer worth asking for again: when, in seconds, as far as the service said."""

    def __init__(self, what: str, *, after: float | None = None, throttled: bool = False) -> None:
        super().__init__(what)
        self.after = after
        self.throttled = throttled


class Fetcher:
    """GETs for all threads of one run. Never sends a cookie, a key or anything of the papers anywhere."""

    def __init__(
        self,
        services: ServicesConfig,
        pace: PaceConfig,
        config: FetchConfig,
        *,
        cache: Cache | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._services = services
        self._config = config
        self._cache = cache
        self._now = now
        self._turns = {service: _Turns(seconds) for service, seconds in pace}
        self._hosts = {_origin(services[service]) for service in ("huggingface", "arxiv", "arxiv_api")}
        self._client = httpx2.Client(
            timeout=config.timeout,
            headers={"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "gzip"},
            limits=httpx2.Limits(max_connections=64),
        )

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def get(self, service: str, path: str, *, keep: bool = True) -> Fetched:
        """GET `path` of a service; from the cache where it is there and `keep`.

        Raises NotThere (asking again is useless), Unavailable (it may help) or Refused (we do not want the answer).
        """
        url = self._services[service] + path
        if keep and self._cache and (known := self._cache.page(url, self._now() - self._fresh(path))):
            return known
        page = self._patiently(service, url)
        if keep and self._cache:
            self._cache.keep_page(url, page, self._now(), self._config.keep_days)
        return page

    def _fresh(self, path: str) -> timedelta:
        return timedelta(days=self._config.keep_days if _PINNED.search(path) else min(1, self._config.keep_days))

    def _patiently(self, service: str, url: str) -> Fetched:
        tries = 0

        def wait(error: Exception) -> bool | float:
            if not isinstance(error, _Wait):
                return False
            patience = 30.0 if error.throttled else 1.0
            asked = error.after if error.after is not None else patience * 2 ** (tries - 1)
            pause = min(asked, self._config.max_wait)
            if error.throttled:
                self._turns[service].hold(pause)
            return pause

        try:
            for attempt in stamina.retry_context(wait, attempts=self._config.attempts, timeout=None):
                with attempt:
                    tries += 1
                    with self._turns[service].turn():
                        return self._follow(service, url)
        except _Wait as error:
            times = "once" if tries == 1 else f"{tries} times"
            raise Unavailable(f"{error.what}, asked {times}") from error
        raise AssertionError("stamina ended without an attempt")  # pragma: no cover

    def _follow(self, service: str, url: str) -> Fetched:
        """GET once, through redirects as long as they stay on the configured hosts."""
        here = url
        for _ in range(_HOPS):
            answer = self._once(service, here)
            if isinstance(answer, Fetched):
                return answer
            there = urljoin(here, answer)
            if _origin(there) not in self._hosts and not self._upgraded(there):
                raise Refused(f"{_name(service, url)}: redirected to another host, {urlsplit(there).netloc[:60]!r}")
            here = there
        raise Refused(f"{_name(service, url)}: redirected more than {_HOPS} times")

    def _upgraded(self, url: str) -> bool:
        """Tell whether this is a configured host that moved from http to https."""
        parts = urlsplit(url)
        return parts.scheme == "https" and ("http", parts.hostname, 80) in self._hosts and parts.port is None

    def _once(self, service: str, url: str) -> Fetched | str:
        """GET once. Returns the page, or where it moved."""
        name = _name(service, url)
        limit = self._config.max_megabytes * 2**20
        end = time.monotonic() + self._config.deadline
        try:
            with self._client.stream("GET", url) as answer:
                if answer.status_code in _MOVED and answer.headers.get("location"):
                    return str(answer.headers["location"])
                body = bytearray()
                for chunk in answer.iter_bytes():
                    body += chunk
                    if len(body) > limit:
                        raise Refused(f"{name}: larger than {self._config.max_megabytes} MB")
                    if time.monotonic() > end:
                        raise _Wait(f"{name}: not finished after {self._config.deadline:g} s")
                self._judge(name, answer, bytes(body))
        except httpx2.TimeoutException as cause:
            raise _Wait(f"{name}: no answer within {self._config.timeout:g} s") from cause
        except httpx2.DecodingError as cause:
            raise Refused(f"{name}: the body cannot be unpacked") from cause
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as cause:
            raise _Wait(f"{name}: {_reason(cause)}") from cause
        kind = answer.headers.get("content-type", "").split(";")[0].strip().lower()
        return Fetched(str(answer.url), kind, bytes(body))

    def _judge(self, name: str, answer: httpx2.Response, body: bytes) -> None:
        """Raise what the status means; return where the body is the answer."""
        status = answer.status_code
        if status == 200 and body:
            return
        if status == 200:
            raise _Wait(f"{name}: answered 200 with nothing in it", throttled=True)
        said = shorten(re.sub(rb"<[^>]*>", b" ", body[:2000]).decode("utf-8", "replace"), 100)
        what = f"{name}: answered {status}" + (f" ({said})" if said else "")
        after = retry_after(answer.headers.get("retry-after"), answer.headers.get("date"))
        if status in _THROTTLED:
            raise _Wait(what, after=after, throttled=True)
        if status in _NOT_THERE:
            raise NotThere(what)
        if status >= 500:
            raise _Wait(what, after=after)
        raise Refused(what)


class _Turns:
    """Takes turns at one service: starts of requests are at least `pace` seconds apart, and none starts on hold."""

    def __init__(self, pace: float) -> None:
        self._pace = pace
        self._lock = threading.Lock()
        self._next = 0.0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the next turn."""
        while True:
            with self._lock:
                pause = self._next - time.monotonic()
                if pause <= 0:
                    self._next = time.monotonic() + self._pace
                    break
            time.sleep(pause)
        yield

    def hold(self, seconds: float) -> None:
        """Start nothing for a while: the service asked all of us to wait."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)


def retry_after(value: str | None, date: str | None) -> float | None:
    """Read a `Retry-After` header, seconds or a moment, as seconds; None where it says nothing usable.

    A moment counts from the answer's own `Date` header, so that no clock but the server's matters.
    Source: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
    """
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - parsedate_to_datetime(date or "")).total_seconds())
    except (ValueError, TypeError):
        return None


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        return ("", None, None)
    return (parts.scheme, parts.hostname, port or {"http": 80, "https": 443}.get(parts.scheme))


def _name(service: str, url: str) -> str:
    parts = urlsplit(url)
    return f"{service} {parts.path}{f'?{parts.query}' if parts.query else ''}"


def _reason(cause: Exception) -> str:
    return shorten(str(cause) or type(cause).__name__, 120)
