"""Notifications: a real mail server, webhooks on loopback, and an edition that remembers who was notified."""

import importlib
import json
import re
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import msgspec
import pytest

from digest.adapters.process import children
from digest.adapters.store import Archive, Cache
from digest.adapters.templates import Templates
from digest.commands.demo.server import Request, Response, serve
from digest.config import Config
from digest.errors import ArchiveError
from digest.model import Entry, Provenance, Skip, Written
from digest.pipeline import notifications
from digest.stages import notify
from digest.stages.notify import child
from tests.drips import dripping
from tests.fakes import DAY, Bench, paper, summary

pytest.importorskip("apprise")
controller = pytest.importorskip("aiosmtpd.controller")

CONFIG = Config()
PUBLIC = Config(site={"url": "https://me.github.io/papers"}, notify={"unsubscribe": "mailto:stop@example.org"})
TITLES = ('DoPE: "Denoising" <b>RoPE</b>', "@everyone & [link](javascript:alert(1)) {{ x }}")


@dataclass
class Mailbox:
    """What the mail server took in."""

    port: int
    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content, policy=default))  # type: ignore[attr-defined]
        return "250 taken"

    @property
    def url(self) -> str:
        return f"mailto://127.0.0.1:{self.port}?from=digest@example.org&to=reader@example.org&mode=insecure"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        box = Mailbox(found.getsockname()[1])
    server = controller.Controller(box, hostname="127.0.0.1", port=box.port)
    server.start()
    yield box
    server.stop()


@dataclass
class Hooks:
    """A webhook server: what was posted to it, and which paths refuse."""

    at: str = ""
    posted: list[Request] = field(default_factory=list)
    refusing: dict[str, Response] = field(default_factory=dict)
    slow: float = 0.0
    answer: Response = field(default_factory=lambda: Response(200, b"ok"))
    left: int | None = None
    """How many messages it takes before it refuses; None takes all."""

    def __call__(self, request: Request) -> Response:
        self.posted.append(request)
        time.sleep(self.slow)
        if self.left is not None and len(self.posted) > self.left:
            return Response(500, b"no")
        return self.refusing.get(request.path, self.answer)

    def url(self, scheme: str, path: str) -> str:
        return f"{scheme}://{self.at}/{path}"

    @property
    def paths(self) -> list[str]:
        return sorted(request.path for request in self.posted)


@pytest.fixture
def hooks() -> Iterator[Hooks]:
    hooks = Hooks()
    with serve(hooks) as address:
        hooks.at = address.partition("://")[2]
        yield hooks


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """An archive with one day of two papers, of which one has no one-line summary."""
    bench = Bench(tmp_path)
    entries = tuple(
        Entry(
            paper=paper(number, title=title),
            summary=summary(goal="이미 학습된 RoPE의 잡음을 없앤다.", tldr=tldr),
            provenance=Provenance(origin="html"),
            arxiv_url=f"https://arxiv.org/abs/2511.{number:05}",
        )
        for number, (title, tldr) in enumerate(zip(TITLES, ("회전 위치의 잡음을 <지운다>.", ""), strict=True), 1)
    )
    listing = bench.build().edition
    bench.archive.save(msgspec.structs.replace(listing, entries=entries))
    return bench


def notify_of(
    bench: Bench, *urls: str, config: Config = CONFIG, again: bool = False, name: str = str(DAY)
) -> notifications.NotificationReport:
    targets = notify.targets(" ".join(urls))
    return notifications.notify_day(name, targets, bench.archive, Templates(), config, again=again)


def test_a_webhook_gets_the_day_in_short_with_a_link_to_each_paper(bench: Bench, hooks: Hooks) -> None:
    report = notify_of(bench, hooks.url("json", "token"), config=PUBLIC)

    said = json.loads(hooks.posted[0].body)
    assert report == notifications.NotificationReport("2025-11-17: sent to 1 target (2 papers)")
    assert said["title"] == "Daily Papers — 2025-11-17"
    assert said["message"].splitlines() == [
        '1. DoPE: "Denoising" ‹b›RoPE‹/b›',
        "회전 위치의 잡음을 ‹지운다›.",
        "https://me.github.io/papers/papers/2511.00001/",
        "",
        "2. \u2060@\u2060everyone & [\u2060link]\u2060(javascript:alert(1)) {\u2060{ x }}",
        "이미 학습된 RoPE의 잡음을 없앤다.",
        "https://me.github.io/papers/papers/2511.00002/",
        "",
        "전체 보기: https://me.github.io/papers/",
    ]


def test_a_mail_is_html_and_text_and_says_how_to_unsubscribe(bench: Bench, mailbox: Mailbox) -> None:
    notify_of(bench, mailbox.url, config=PUBLIC)

    mail = mailbox.mails[0]
    html = mail.get_body(("html",)).get_content()
    assert (mail["Subject"], mail["To"], mail["List-Unsubscribe"]) == (
        "Daily Papers — 2025-11-17",
        "reader@example.org",
        "<mailto:stop@example.org>",
    )
    assert '<a href="https://me.github.io/papers/papers/2511.00001/">DoPE: &#34;Denoising&#34; &lt;b&gt;RoPE' in html
    assert "<b>" not in html and 'href="javascript:' not in html
    assert "회전 위치의 잡음을 <지운다>." in mail.get_body(("plain",)).get_content()


def test_a_mail_has_no_such_header_where_it_is_not_configured(bench: Bench, mailbox: Mailbox) -> None:
    notify_of(bench, mailbox.url)

    assert mailbox.mails[0]["List-Unsubscribe"] is None
    assert "https://arxiv.org/abs/2511.00001" in mailbox.mails[0].get_body(("html",)).get_content()


@pytest.mark.parametrize("scheme", ["json", "xml", "form"])
def test_each_kind_of_webhook_is_notified_once_and_again_only_when_asked(
    bench: Bench, hooks: Hooks, scheme: str
) -> None:
    url = hooks.url(scheme, "token")

    said = [notify_of(bench, url).message, notify_of(bench, url).message, notify_of(bench, url, again=True).message]

    assert said == [
        "2025-11-17: sent to 1 target (2 papers)",
        "2025-11-17: already sent to every target (--again resends)",
        "2025-11-17: sent to 1 target (2 papers)",
    ]
    assert len(hooks.posted) == 2


def test_a_target_that_fails_holds_up_nobody_and_is_tried_again_alone(
    bench: Bench, hooks: Hooks, mailbox: Mailbox
) -> None:
    hooks.refusing["/two"] = Response(500, b"no")
    urls = [hooks.url("json", "one"), hooks.url("json", "two"), "json://127.0.0.1:1/three", "nonsense://x", mailbox.url]

    first = notify_of(bench, *urls)
    hooks.refusing.clear()
    again = notify_of(bench, *urls)

    assert first == notifications.NotificationReport(
        "2025-11-17: sent to 2 targets (2 papers)",
        (
            "target 2 (json): answered 500",
            "target 3 (json): could not be reached, or rejected the message",
            "target 4 (nonsense): not a valid Apprise URL",
        ),
    )
    assert again.message == "2025-11-17: sent to 1 target (2 papers)"
    assert (hooks.paths, len(mailbox.mails)) == (["/one", "/two", "/two"], 1)


def test_a_slow_target_is_given_up(bench: Bench, hooks: Hooks) -> None:
    hooks.slow = 5.0
    began = time.monotonic()

    report = notify_of(bench, hooks.url("json", "slow"), config=Config(notify={"timeout": 0.3}))

    assert report.errors == ("target 1 (json): no answer within 0.3 s",)
    assert time.monotonic() - began < hooks.slow


@pytest.mark.parametrize("way", ["header", "100", "body", "trailer"])
def test_a_target_that_drips_is_given_up_at_the_deadline(bench: Bench, way: str) -> None:
    with dripping(way, pause=0.02) as host:
        report = notify_of(bench, f"json://{host}/x", config=Config(notify={"timeout": 0.5}))

    assert report.errors == ("target 1 (json): no answer within 0.5 s",)


def test_the_process_that_tells_a_target_shows_no_address_in_its_words_and_gets_no_key(
    bench: Bench, hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sekret-key")
    monkeypatch.setenv("DIGEST_NOTIFY_URLS", "json://sekret")
    seen: list[tuple[object, Mapping[str, str]]] = []
    run = children.run

    def watched(command: Sequence[str], **options: Any) -> object:
        seen.append((command, options["env"]))
        return run(command, **options)

    monkeypatch.setattr(children, "run", watched)

    report = notify_of(bench, hooks.url("json", "sekret-path"))

    assert report.message == "2025-11-17: sent to 1 target (2 papers)"
    assert len(seen) == 1 and "sekret" not in str(seen)


def test_the_edition_remembers_a_mark_and_not_the_address(bench: Bench, hooks: Hooks) -> None:
    url = hooks.url("json", "sekret-path") + "?password=sekret-word"
    with_user = url.replace("json://", "json://me:sekret-pass@")

    notify_of(bench, with_user)

    edition = bench.edition()
    (mark,) = edition.notified
    assert len(mark) == 12 and int(mark, 16) >= 0
    assert not any(b"sekret" in content for content in bench.files().values())
    assert "sekret" not in repr(notify.targets(with_user))
    assert notify.targets(with_user.replace("sekret-pass", "new-pass"))[0].mark == mark
    assert notify.targets(with_user.replace("sekret-path", "other"))[0].mark != mark


def test_a_build_after_notifying_leaves_every_byte_and_a_rebuilt_day_is_not_notified_twice(
    tmp_path: Path, hooks: Hooks
) -> None:
    bench = Bench(tmp_path)
    bench.listing = msgspec.structs.replace(bench.listing, papers=(paper(1), paper(2)))
    bench.build()
    notify_of(bench, hooks.url("json", "token"))
    before = bench.files()

    again = bench.build()
    unchanged = bench.files()
    bench.build(force=True)

    assert (again.status, unchanged) == ("unchanged", before)
    assert notify_of(bench, hooks.url("json", "token")).message.endswith(
        "already sent to every target (--again resends)"
    )


def test_nothing_is_sent_for_an_empty_day_a_growing_one_or_an_unknown_one(tmp_path: Path, hooks: Hooks) -> None:
    bench = Bench(tmp_path)
    bench.build()
    empty = notify_of(bench, hooks.url("json", "x"))
    bench.listing = msgspec.structs.replace(bench.listing, papers=(paper(1),))
    bench.build(partial=True)

    growing = notify_of(bench, hooks.url("json", "x"))

    assert empty.message == "2025-11-17: no papers, nothing to send"
    assert growing.message == "2025-11-17: list not complete yet, nothing sent (--again sends what is there)"
    assert hooks.posted == []
    with pytest.raises(ArchiveError, match=r"2025-11-18 has not been built — run `digest build` first"):
        notify_of(bench, hooks.url("json", "x"), name="2025-11-18")


def test_the_message_says_how_many_papers_failed_in_either_language(bench: Bench, hooks: Hooks) -> None:
    skipped = Skip(paper=paper(9), stage="fulltext", reason="no text")
    edition = msgspec.structs.replace(bench.edition(), skips=(skipped,), language="en")

    said = [notify.day_message(edition, Templates(), page=None, retried=retried).text for retried in (False, True)]

    assert [text.splitlines()[-1] for text in said] == [
        "1 paper could not be summarised.", "1 paper could not be summarised. The next run tries again.",
    ]  # fmt: skip


def test_an_alert_says_why_and_its_own_error_is_a_line(tmp_path: Path, hooks: Hooks) -> None:
    targets = notify.targets(f"{hooks.url('json', 'alarm')} json://127.0.0.1:1/x")

    report = notifications.notify_failure("2025-11-17", "model server refuses us (401)", targets, Templates(), CONFIG)

    said = json.loads(hooks.posted[0].body)
    assert (said["title"], said["message"].splitlines()[0]) == (
        "Daily Papers: 2025-11-17 다이제스트 생성 실패",
        "원인: model server refuses us (401)",
    )
    assert report.errors == ("target 2 (json): could not be reached, or rejected the message",)


def test_marks_are_kept_when_an_edition_is_read_back(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    edition = msgspec.structs.replace(bench.build().edition, notified=("0123456789ab",))
    archive = Archive(tmp_path / "a", tmp_path / "b")

    archive.save(edition)

    assert archive.load(edition.name) == edition


MANY = 30
LONG = "긴 문장 하나가 여기에 있다. " * 18


@pytest.fixture
def long_day(tmp_path: Path) -> Bench:
    """An archive with one day of thirty papers, more than most chat services take in one message."""
    bench = Bench(tmp_path)
    entries = tuple(
        Entry(
            paper=paper(number, title=f"Paper {number} & <{number}> 😀"),
            summary=summary(tldr=LONG.strip()),
            provenance=Provenance(origin="html"),
            arxiv_url=f"https://arxiv.org/abs/2511.{number:05}",
        )
        for number in range(1, MANY + 1)
    )
    bench.archive.save(msgspec.structs.replace(bench.build().edition, entries=entries))
    return bench


def told(texts: Sequence[str]) -> list[int]:
    """The papers that messages link to, in their order."""
    return [int(number) for text in texts for number in re.findall(r"https://arxiv\\?.org/abs/2511\\?.(\d+)", text)]


def _text(said: Mapping[str, Any]) -> str:
    """What a message shows, as Telegram and Discord are sent it."""
    parts = [said.get("text", ""), said.get("content", "")]
    return "\n".join(parts + [f"{one['title']}\n{one['description']}" for one in said.get("embeds", ())]).strip()


def test_a_day_that_is_too_long_for_a_service_goes_out_in_parts_between_papers(long_day: Bench, hooks: Hooks) -> None:
    report = notify_of(long_day, hooks.url("mmost", "token123"), hooks.url("json", "whole"))

    parts = [json.loads(one.body)["text"] for one in hooks.posted if one.path == "/hooks/token123"]
    whole = [json.loads(one.body)["message"] for one in hooks.posted if one.path == "/whole"]
    assert report == notifications.NotificationReport("2025-11-17: sent to 2 targets (30 papers)")
    assert told(parts) == told(whole) == list(range(1, MANY + 1))
    assert len(whole) == 1 < len(parts) and max(map(len, parts)) <= 4000
    assert [part.splitlines()[0] for part in parts] == [
        f"Daily Papers — 2025-11-17 ({number}/{len(parts)})" for number in range(1, len(parts) + 1)
    ]
    assert all(part.splitlines()[-1].startswith("https://arxiv.org/abs/") for part in parts)
    assert notify_of(long_day, hooks.url("mmost", "token123")).message.endswith(
        "already sent to every target (--again resends)"
    )


def test_a_retry_sends_only_the_parts_that_did_not_arrive(long_day: Bench, hooks: Hooks) -> None:
    url = hooks.url("mmost", "token123")
    hooks.left = 2

    first = notify_of(long_day, url)
    arrived, hooks.posted[:] = [json.loads(one.body)["text"] for one in hooks.posted[:2]], []
    late = Entry(
        paper=paper(31), summary=summary(), provenance=Provenance(origin="html"),
        arxiv_url="https://arxiv.org/abs/2511.00031",
    )  # fmt: skip
    edition = long_day.edition()
    long_day.archive.save(msgspec.structs.replace(edition, entries=(late, *edition.entries)))
    hooks.left = None
    again = notify_of(long_day, url)

    rest = [json.loads(one.body)["text"] for one in hooks.posted]
    assert first == notifications.NotificationReport(
        "2025-11-17: sent to 0 targets (30 papers)", ("target 1 (mmost): answered 500",)
    )
    assert again == notifications.NotificationReport("2025-11-17: sent to 1 target (31 papers)")
    assert 0 < len(told(arrived)) < MANY
    assert sorted(told(arrived) + told(rest)) == list(range(1, MANY + 2))
    assert all(mark.isalnum() for mark in long_day.edition().notified)


@pytest.mark.parametrize(
    ("module", "plugin", "url", "limit"),
    [
        ("telegram", "NotifyTelegram", "tgram://123456789:abcdefg_hijklmnop/12315544", 4096),
        ("telegram", "NotifyTelegram", "tgram://123456789:abcdefg_hijklmnop/12315544?format=markdown", 4096),
        ("discord", "NotifyDiscord", "discord://123456789012345678/abcdefghijklmnopqrstuvwxyz", 2000),
        ("discord", "NotifyDiscord", "discord://123456789012345678/abcdefghijklmnopqrstuvwxyz?format=markdown", 2000),
    ],
)  # fmt: skip
def test_no_part_is_longer_than_telegram_and_discord_take(
    long_day: Bench, hooks: Hooks, monkeypatch: pytest.MonkeyPatch, module: str, plugin: str, url: str, limit: int
) -> None:
    service = getattr(importlib.import_module(f"apprise.plugins.{module}"), plugin)
    monkeypatch.setattr(service, "notify_url", hooks.url("http", "bot"))
    hooks.answer = Response(200, b'{"ok": true, "result": {}}')
    message = notify.day_message(long_day.edition(), Templates(), page=None, site="논문")

    done = child.send(url, message.title, message.text, "text", 30, [block.text for block in message.blocks])

    texts = [_text(json.loads(one.body)) for one in hooks.posted]
    assert (done["sent"], done["arrived"], told(texts)) == (True, MANY, list(range(1, MANY + 1)))
    assert max(len(text.encode("utf-16-le")) // 2 for text in texts) <= limit
    assert all("논문: Daily Papers — 2025-11-17 (" in text for text in texts)


def test_a_paper_that_is_longer_than_a_whole_message_is_cut_between_lines_and_words() -> None:
    block = "1. A title\n" + "word " * 40 + "\nhttps://arxiv.org/abs/2511.00001"

    parts = child.packed([block, "2. Another"], 60)

    texts = [text for text, _ in parts]
    assert max(map(len, texts)) <= 60 + 1
    assert " ".join(" ".join(texts).split()) == " ".join(f"{block} 2. Another".split())
    assert [count for _, count in parts][-2:] == [1, 2] or [count for _, count in parts][-1] == 2
    assert all(not text.startswith("ord") and not text.endswith("wor\n") for text in texts)


def test_a_missing_apprise_or_a_broken_table_of_words_is_a_line_of_an_alert(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    targets = notify.targets("json://127.0.0.1:1/x")
    (tmp_path / "locale").mkdir()
    (tmp_path / "locale" / "ko.yaml").write_text("notify: {failure: '{nonsense}'}\n")
    worded = notifications.notify_failure("2025-11-17", "the reason", targets, Templates(tmp_path), CONFIG)
    monkeypatch.setitem(sys.modules, "apprise", None)

    missing = notifications.notify_failure("2025-11-17", "the reason", targets, Templates(), CONFIG)

    assert len(worded.errors) == len(missing.errors) == 1
    assert missing.errors[0].startswith("Apprise is not installed — install 'daily-paper-digest[notify]")


@pytest.mark.parametrize(
    ("name", "retried"),
    [("2025-11-17", True), ("2025-11-11", True), ("2025-11-10", False), ("2025-11-17-papers-x", False)],
)
def test_a_message_promises_only_what_the_next_run_does(hooks: Hooks, name: str, retried: bool) -> None:
    promise = notifications.is_retried(name, CONFIG, date(2025, 11, 18))

    notifications.notify_failure(
        name, "x", notify.targets(hooks.url("json", "a")), Templates(), Config(language="en"), retried=promise
    )

    said = json.loads(hooks.posted[0].body)["message"].splitlines()[-1]
    assert said == (
        "The next run tries again; model replies that are still in the cache are not paid for again."
        if retried
        else "The next scheduled run does not include it. Fix the cause, then run it again."
    )


@pytest.mark.parametrize(
    ("site", "title"),
    [
        ("Daily Papers", "Daily Papers — 2025-11-17"),
        ("나의 블로그", "나의 블로그: Daily Papers — 2025-11-17"),
        ("@everyone", "\u2060@\u2060everyone: Daily Papers — 2025-11-17"),
    ],
)
def test_the_sites_name_is_in_each_title_once(bench: Bench, hooks: Hooks, site: str, title: str) -> None:
    notify_of(bench, hooks.url("json", "x"), config=Config(site={"title": site}))

    assert json.loads(hooks.posted[0].body)["title"] == title


def test_in_a_jekyll_blog_links_lead_to_the_headings_of_its_post(bench: Bench, hooks: Hooks) -> None:
    (bench.folder / "_config.yml").write_text("baseurl: /blog\n")
    edition = bench.edition()
    header = msgspec.structs.replace(edition.header, categories=("Papers", "기계 학습"))
    written = Written(file="2025-11-17-daily-papers.md", sha256="0")
    bench.archive.save(msgspec.structs.replace(edition, header=header, written=written))
    config = Config(
        site={"url": "https://me.github.io/blog", "permalink": "/:categories/:year/:month/:day/:title.html"}
    )

    notify_of(bench, hooks.url("json", "x"), config=config)

    links = re.findall(r"https://\S+", json.loads(hooks.posted[0].body)["message"])
    post = "https://me.github.io/blog/papers/%EA%B8%B0%EA%B3%84%20%ED%95%99%EC%8A%B5/2025/11/17/daily-papers.html"
    assert links == [f"{post}#1-dope-denoising-bropeb", f"{post}#2-everyone--linkjavascriptalert1--x-", post]


def test_a_target_that_missed_days_is_sent_them_and_a_new_one_begins_with_yesterday(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    old, new = notify.targets("json://127.0.0.1/old json://127.0.0.1/new")
    for day in (14, 15, 16, 17):
        bench.listing = msgspec.structs.replace(bench.listing, papers=(paper(day),))
        bench.build(date(2025, 11, day))
    edition = bench.archive.load("2025-11-15")
    assert edition is not None
    bench.archive.save(msgspec.structs.replace(edition, notified=old.marked(())))
    (tmp_path / "_data" / "2025-11-13.json").write_text("{")

    due = [list(notifications.due(one, bench.archive, CONFIG, date(2025, 11, 18))) for one in ((old, new), (new,))]

    assert due == [["2025-11-16", "2025-11-17"], ["2025-11-17"]]


def test_a_day_whose_edition_got_lost_is_not_sent_again(bench: Bench, hooks: Hooks, tmp_path: Path) -> None:
    url, before = notify.targets(hooks.url("json", "x")), bench.edition()
    with closing(Cache(tmp_path / "cache")) as cache:
        first = notifications.notify_day(str(DAY), url, bench.archive, Templates(), CONFIG, again=False, cache=cache)
        bench.archive.save(before)

        second = notifications.notify_day(str(DAY), url, bench.archive, Templates(), CONFIG, again=False, cache=cache)

    assert first.message == "2025-11-17: sent to 1 target (2 papers)"
    assert second.message == "2025-11-17: already sent to every target (--again resends)"
    assert (len(hooks.posted), bench.edition().notified) == (1, url[0].marked(()))
