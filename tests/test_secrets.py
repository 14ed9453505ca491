"""Every command with marked secrets: the marks are in no file, log, error report, cache, prompt or page."""

import os
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from digest import cli
from digest.adapters.redaction import redact
from digest.commands.demo.papers import bundled
from digest.commands.demo.server import Request, Response, Services, serve
from tests.runs import Forker, output

KEY = "sk-marked-0123456789abcdef"
HOOK, ALARM, PROXY, TOKEN = "marked-hook-77", "marked-alarm-88", "marked-proxy-99", "ghp_marked0token0123456789"
MARKS = (KEY, HOOK, ALARM, PROXY, TOKEN)


@dataclass
class Site:
    """A folder, the services, a webhook; and everything that any command printed or asked."""

    folder: Path
    url: str
    forker: Forker
    asked: list[Request] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    refusing: list[str] = field(default_factory=list)

    def run(self, *words: str, **environ: str) -> int:
        ours = {
            name: value
            for name, value in os.environ.items()
            if not name.upper().endswith("_PROXY") and not name.startswith(("DIGEST_", "OPENAI_"))
        }
        settings = {
            "DIGEST_SERVICES__HUGGINGFACE": self.url,
            "DIGEST_SERVICES__ARXIV": self.url,
            "DIGEST_SERVICES__ARXIV_API": self.url,
            "DIGEST_PACE__ARXIV": "0",
            "DIGEST_PACE__ARXIV_API": "0",
            "DIGEST_FETCH__MAX_WAIT": "0.01",
            "DIGEST_LLM__MAX_WAIT": "0.01",
            "DIGEST_SELECTION__LIMIT": "1",
            "OPENAI_BASE_URL": f"{self.url}/v1",
            "OPENAI_API_KEY": KEY,
            "DIGEST_NOTIFY_URLS": f"{self.url.replace('http', 'json')}/{HOOK} json://me:{HOOK}@127.0.0.1:1/x",
            "DIGEST_NOTIFY_FAILURES_URLS": f"{self.url.replace('http', 'json')}/{ALARM}",
            "HTTPS_PROXY": f"http://me:{PROXY}@127.0.0.1:1",
            "GITHUB_TOKEN": TOKEN,
        }
        begin = output if "PYTHONPATH" in environ else self.forker.output  # what is to be imported anew
        done = begin(self.folder, *words, environ={**ours, **settings, **environ})
        self.printed.append(done.stdout + done.stderr)
        return done.returncode

    def leaks(self) -> list[tuple[str, str]]:
        """Every place that holds a mark and is not its rightful one."""
        places = [("printed", text) for text in self.printed]
        places += [
            (str(path), path.read_bytes().decode("utf-8", "replace"))
            for path in self.folder.rglob("*")
            if path.is_file() and ".git" not in path.parts
        ]
        places += [(str(path), str(path.name)) for path in self.folder.rglob("*")]
        for request in self.asked:
            places.append((f"body of {request.path}", request.body.decode("utf-8", "replace") + str(request.query)))
            headers = {name: value for name, value in request.headers.items() if name != "authorization"}
            places.append((f"headers of {request.path}", str(headers)))
            if request.path != "/v1/chat/completions":
                places.append((f"authorization of {request.path}", request.headers.get("authorization", "")))
        return [(place, mark) for place, text in places for mark in MARKS if mark in text]


@pytest.fixture
def site(tmp_path: Path, forker: Forker) -> Iterator[Site]:
    services = Services(bundled())
    found = Site(tmp_path, "", forker)

    def answer(request: Request) -> Response:
        found.asked.append(request)
        if any(part in request.path for part in found.refusing):
            quoted = request.headers.get("authorization", "")
            return Response(401, f'{{"error":{{"message":"bad key {quoted}"}}}}'.encode())
        if request.path.strip("/") in (HOOK, ALARM):
            return Response(200, b"ok")
        return services(request)

    with serve(answer) as found.url:
        yield found


COMMANDS = {
    "build": [
        ["build", "--date", "2025-11-17", "--log-format", "json"],
        ["build", "--date", "2025-11-17", "--dry-run"],
    ],
    "check": [["check"]],
    "render": [["render", "2025-11-17", "--force"]],
    "import": [["import", "_posts/2025-11-17-daily-papers.md", "--force"]],
    "notify": [["notify", "2025-11-17"], ["notify", "2025-11-17", "--again"]],
    "site": [["site"]],
    "demo": [["demo", "--out", "demo"]],
}


def test_no_command_lets_a_secret_out(site: Site) -> None:
    others = [[name] for name in sorted(set(cli.COMMANDS) - set(COMMANDS))]
    codes = {words[0]: site.run(*words) for runs in COMMANDS.values() for words in runs}
    for words in others:
        extra = {"backfill": ["--from", "2025-11-16", "--to", "2025-11-17", "--yes"], "init": ["new"]}
        site.run(*words, *extra.get(words[0], []))

    assert site.leaks() == []
    assert codes["build"] == 0 and codes["notify"] == 4
    assert (site.folder / "_site" / "index.html").is_file()
    assert [f"/{HOOK}"] * 2 == [request.path for request in site.asked if HOOK in request.path]


def test_a_server_that_quotes_the_key_when_it_refuses_it_does_not_get_it_printed_and_the_alarm_says_why(
    site: Site,
) -> None:
    site.refusing.append("/v1/")

    code = site.run("build", "--date", "2025-11-17", "--log-format", "plain")

    alarms = [request.body.decode() for request in site.asked if ALARM in request.path]
    assert (code, len(alarms)) == (1, 1)
    assert "check OPENAI_API_KEY" in alarms[0]
    assert site.leaks() == []


def test_a_bug_tells_the_alarm_and_its_report_holds_no_secret(site: Site) -> None:
    place = site.folder / "bug"
    place.mkdir()
    (place / "sitecustomize.py").write_text(
        "import os, digest.stages.selection as s\n"
        "def rank(*paper):\n"
        "    raise ZeroDivisionError(repr({n: v for n, v in os.environ.items() if 'PYTEST' not in n}))\n"
        "s.rank = rank\n"
    )

    code = site.run("build", "--date", "2025-11-17", PYTHONPATH=str(place))

    assert code == 3 and "ZeroDivisionError" in site.printed[0]
    assert len([request for request in site.asked if ALARM in request.path]) == 1
    assert site.leaks() == []


@pytest.mark.parametrize(
    "environ",
    [
        {"HTTPS_PROXY": f"socks9://me:{PROXY}@127.0.0.1:1"},
        {"OPENAI_BASE_URL": f"http://me:{PROXY}@127.0.0.1:1/v1"},
        {"DIGEST_SERVICES__ARXIV": f"http://me:{PROXY}@127.0.0.1:1"},
        {"DIGEST_NOTIFY_FAILURES_URLS": f"nonsense://{ALARM}", "DIGEST_SELECTION__LIMIT": "0"},
        {"OPENAI_API_KEY": f"{KEY}é"},
    ],
)
def test_what_is_wrong_with_a_setting_is_reported_without_the_secret_in_it(site: Site, environ: dict[str, str]) -> None:
    code = site.run("build", "--date", "2025-11-17", **environ)

    assert code == 1 and site.printed[0].splitlines()[-1].startswith("digest: ")
    assert site.leaks() == []


def test_masking_writes_the_variables_name_and_leaves_other_words() -> None:
    environ = {
        "OPENAI_API_KEY": "sk-0123456789",
        "DIGEST_NOTIFY_URLS": "slack://T0TOKEN/B1TOKEN/c2%2Ftoken mailto://me:pass%40word@smtp.example.org?to=you@x.org",
        "https_proxy": "http://me:proxy%21pass@10.0.0.1:3128",
    }
    text = "sk-0123456789 to T0TOKEN c2/token c2%2Ftoken pass@word proxy!pass proxy%21pass as html in v1"

    assert redact(text, environ) == (
        "<OPENAI_API_KEY> to <DIGEST_NOTIFY_URLS> <DIGEST_NOTIFY_URLS> <DIGEST_NOTIFY_URLS> <DIGEST_NOTIFY_URLS> "
        "<HTTPS_PROXY> <HTTPS_PROXY> as html in v1"
    )


def test_a_dummy_key_is_no_secret() -> None:
    assert redact("ollama runs a model", {"OPENAI_API_KEY": "ollama"}) == "ollama runs a model"


ADDRESSES = [
    ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general", ["T1JJ3T3L2", "TIiajkdnlazkcOXrIdevi7FQ"]),
    ("discord://123456789012345678/abcdefghij0123456789", ["123456789012345678", "abcdefghij0123456789"]),
    ("https://discord.com/api/webhooks/123456789012/AbcDefGhiJklMno", ["AbcDefGhiJklMno"]),
    ("tgram://123456789:abcdefg_hijklmnop/12315544", ["abcdefg_hijklmnop", "123456789:abcdefg_hijklmnop"]),
    ("json://user:correct%20horse@127.0.0.1:9/secret", ["correct horse", "correct%20horse", "127.0.0.1:9/secret"]),
    ("jsons://me:a/b@c@hooks.example.org/digest", ["a/b@c", "a%2Fb%40c", b64encode(b"me:a/b@c").decode()]),
    ("mailto://me:pass-word@smtp.example.org?to=reader@example.org", ["pass-word", "reader@example.org"]),
    ("json://localhost:8080/hooks/digest?token=xYz123456&format=text", ["xYz123456"]),
    ("ntfy://digest", ["ntfy://digest"]),
    (
        "mmost://chat.example.org:8065/3ccdd113474722377935511fc85d3dd4?channel=papers",
        ["3ccdd113474722377935511fc85d3dd4"],
    ),
    ("rocket://digest:papers1@localhost/#build/@channel", ["papers1"]),
]
OURS = (
    "digest: wrote _data/digests/2025-11-17.json and _posts/2025-11-17-daily-papers.md for #general and #build",
    "127.0.0.1:9 and localhost:8080 and hooks.example.org and discord.com could not be reached at /api/webhooks",
    "docs/notify.md has examples: set DIGEST_NOTIFY_URLS; channel papers, text, webhooks, user, secret, me",
    "target 1 (json): answered 404; 2511.09146: summarised from html; 1,234 tokens; v1, gpt-4o-mini",
)


@pytest.mark.parametrize(("address", "secrets"), ADDRESSES)
def test_what_is_secret_in_an_address_is_masked_and_no_word_of_ours(address: str, secrets: list[str]) -> None:
    environ = {"DIGEST_NOTIFY_URLS": f"json://127.0.0.1/x {address}"}

    shown = [redact(f"it said {secret}, twice: {secret}!", environ) for secret in (address, *secrets)]

    assert set(shown) == {"it said <DIGEST_NOTIFY_URLS>, twice: <DIGEST_NOTIFY_URLS>!"}
    assert [redact(ours, environ) for ours in OURS] == list(OURS)


def test_a_proxys_password_is_masked_as_it_is_sent_and_where_no_scheme_is_written() -> None:
    environ = {"HTTPS_PROXY": "me:proxy%21pass@10.0.0.1:3128"}
    sent = b64encode(b"me:proxy!pass").decode()

    assert redact(f"Basic {sent} proxy!pass 10.0.0.1", environ) == "Basic <HTTPS_PROXY> <HTTPS_PROXY> 10.0.0.1"


def test_a_short_password_does_not_garble_the_words_that_it_is_a_part_of() -> None:
    environ = {"DIGEST_NOTIFY_URLS": "json://me:dige@example.org"}

    assert redact("dige is in digest, prodige and DIGEST", environ) == (
        "<DIGEST_NOTIFY_URLS> is in digest, prodige and DIGEST"
    )
