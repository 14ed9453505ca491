"""What a run needs from others: a key, a model, the services, the right time."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urlsplit

import httpx2

from digest.adapters.http import Deadline, Fetcher, user_agent
from digest.adapters.http.client import client
from digest.commands.doctor.result import CheckResult, Setup
from digest.config import (
    API_KEY,
    FetchConfig,
    ModelAccess,
    OpenReviewSource,
    PaceConfig,
    RssSource,
    SourceConfig,
    model_accesses,
)
from digest.errors import DigestError, NotThere
from digest.model.text import shorten
from digest.stages.summarize.client.capabilities import first
from digest.stages.summarize.client.chat import Answer, ChatServer
from digest.stages.summarize.client.errors import Unsupported

_CLOCK_MAY_BE_OFF = 120.0  # seconds
_SECONDS = 10.0
_WAYS = 3  # how often another way to ask is tried
_LARGEST = 2**20  # bytes of an answer that is nothing but headers


def key(setup: Setup) -> Iterator[CheckResult]:
    """Look whether there is a key where one is needed. Never shows it."""
    llm = setup.config.llm
    if setup.config.summarize.backend == "extractive":
        yield CheckResult("key", "not needed (extractive backend)")
    elif setup.key:
        yield CheckResult("key", "OPENAI_API_KEY is set")
    elif llm.base_url:
        yield CheckResult("key", f"none ({urlsplit(llm.base_url).hostname} may not require one)")
    else:
        yield CheckResult(
            "key", "OPENAI_API_KEY is not set", "set it, or llm.base_url, or summarize.backend: extractive"
        )


def model(setup: Setup) -> Iterator[CheckResult]:
    """Ask each model one tiny question."""
    if setup.config.summarize.backend == "extractive":
        return
    try:
        accesses = model_accesses(setup.config.llm)
    except DigestError as error:
        yield CheckResult("model", error.what, error.hint)
        return
    for access in accesses:
        if not (access.base_url or access.variable != API_KEY or setup.key):
            yield CheckResult("model", "not checked (needs a key)", skipped=True)
            continue
        try:
            key = setup.key if access.variable == API_KEY else access.key(setup.keys)
            answer = _asked(access, key)
        except DigestError as error:
            yield CheckResult("model", error.what, error.hint or "check llm in config.yaml, and the key")
        else:
            reply = shorten(answer.raw, 40) or f"nothing (finish reason: {answer.finish})"
            yield CheckResult("model", f"{access.model} answers: {reply}")


def _asked(access: ModelAccess, key: str | None) -> Answer:
    server = ChatServer(
        base_url=access.base_url,
        model=access.model,
        key=key,
        key_name=access.variable or "a key",
        timeout=3 * _SECONDS,
        output_tokens=64,
    )
    way = first(server.name, "text")
    question = [{"role": "user", "content": "Answer with the one word: ready"}]
    try:
        for _ in range(_WAYS):
            try:
                return server.ask(question, {}, way)
            except Unsupported as other:
                way = other.instead
        return server.ask(question, {}, way)
    finally:
        server.close()


def services(setup: Setup) -> Iterator[CheckResult]:
    """Ask each outside service for something small."""
    config = setup.config
    yesterday = setup.now().astimezone(UTC).date() - timedelta(days=1)
    asked = {
        "huggingface": f"/api/daily_papers?date={yesterday}&limit=1&p=0",
        "arxiv": "/robots.txt",
        "arxiv_api": "/api/query?id_list=2511.09146&max_results=1",
    }
    asked |= {service: path for source in config.sources for service, path in _of_source(source, yesterday)}
    no_pace = PaceConfig(arxiv=0, arxiv_api=0, arxiv_oai=0, huggingface=0, biorxiv_api=0, openreview_api=0, web=0)
    patience = FetchConfig(timeout=_SECONDS, deadline=2 * _SECONDS, attempts=1)
    try:
        feeds = {source.url: source.label for source in config.sources if isinstance(source, RssSource)}
        fetcher = Fetcher(config.services, no_pace, patience, agent=user_agent(config), now=setup.now, own=feeds)
    except DigestError as error:
        yield CheckResult("services", error.what, error.hint or "check the proxy variables in the environment")
        return
    with closing(fetcher):
        for service, path in [*asked.items(), *(("web", url) for url in feeds)]:
            place = f"feed {feeds[path]}" if service == "web" else config.services[service]
            try:
                fetcher.get(service, path)
            except NotThere as error:
                missing = service == "web"  # of a service anything will do, of a feed only the feed
                fix = "check its url under sources" if missing else ""
                yield CheckResult("service", error.what if missing else f"{place} answers", fix)
            except DigestError as error:
                advice = "try again later; check the network, the proxy and services in config.yaml"
                yield CheckResult("service", error.what, error.hint or advice)
            else:
                yield CheckResult("service", f"{place} answers")


def _of_source(source: SourceConfig, day: date) -> Iterator[tuple[str, str]]:
    """Yield something small to ask the service of a source for; feeds are asked as they are."""
    if source.use == "arxiv":
        yield "arxiv_oai", "/oai?verb=Identify"
    elif source.use in ("biorxiv", "medrxiv"):
        yield "biorxiv_api", f"/details/{source.use}/{day}/{day}/0/json"
    elif isinstance(source, OpenReviewSource):
        yield "openreview_api", f"/notes?content.venueid={quote(source.venue)}&limit=1"


def clock(setup: Setup) -> Iterator[CheckResult]:
    """Compare this machine's clock with a service's."""
    url = setup.config.services.huggingface
    try:
        with client(
            lambda _: Deadline().exchange(2 * _SECONDS, _LARGEST),
            timeout=httpx2.Timeout(_SECONDS),
            limits=httpx2.Limits(),
        ) as asking:
            theirs = parsedate_to_datetime(asking.head(url).headers["date"])
        off = (setup.now() - theirs).total_seconds()
    except (ImportError, httpx2.HTTPError, httpx2.InvalidURL, LookupError, TypeError, ValueError, OSError):
        yield CheckResult("clock", "not checked (Hugging Face did not answer)", skipped=True)
        return
    fix = "set it: timedatectl set-ntp true" if abs(off) > _CLOCK_MAY_BE_OFF else ""
    yield CheckResult("clock", f"{abs(off):.0f} s {'ahead' if off > 0 else 'behind'}", fix)
