"""Three weeks of nights with things going wrong: `python bench/nights.py` prints the table of docs/reliability.md.

Twenty-one recorded lists are built night after night by real processes with the commands of the nightly workflow:
build, notify, publish; once undisturbed, once with a fault on two nights of three. Compared at the end: editions and
posts, but for marks and dates of what came late; what readers and the operator were told; answers that were paid for.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from digest.commands.demo.server import Request, Response, serve
from tests.runs import MONTH, Forker, World, files, recorded, settings

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
DAYS = MONTH[:21]
CAPTCHA = b"<!DOCTYPE html><html><head><title>Just a moment</title></head><body><h1>Are you human?</h1></body></html>"
_LATE = ("made", "rewritten", "asked", "told", "missed", "sha256", "before")
"""What differs in an edition that was built, completed or sent on another night."""
_MARK = re.compile(r"\n> 처음에는 초록만 읽고 썼고[^\n]*\n")


@dataclass
class Fault:
    """What is wrong on one night."""

    name: str
    answer: Callable[[Request], Response | None] = lambda _: None
    told: bool = False
    """Whether the operator has to hear of it."""
    run: bool = True
    options: Mapping[str, Any] = field(default_factory=dict)
    years: int = 0
    kill: bool = False
    refuse_push: bool = False


def _path(start: str, response: Response) -> Callable[[Request], Response | None]:
    return lambda request: response if request.path.startswith(start) else None


def _pages(response: Response) -> Callable[[Request], Response | None]:
    return lambda request: response if request.path.startswith(("/html/", "/pdf/", "/papers/")) else None


def _empty(day: str) -> Callable[[Request], Response | None]:
    return lambda request: Response(200, b"[]") if request.query.get("date") == day else None


_CHAT = "/v1/chat/completions"
_NO_KEY = Response(401, b'{"error": {"code": "invalid_api_key", "message": "Incorrect API key provided"}}')
_POLICY = Response(400, b'{"error": {"code": "content_filter", "message": "The response was filtered"}}')
FAULTS: Mapping[int, Fault] = {
    1: Fault("list down", _path("/api/daily_papers", Response(500)), told=True),
    2: Fault("list down", _path("/api/daily_papers", Response(503)), told=True),
    4: Fault("key dead", _path(_CHAT, _NO_KEY), told=True),
    5: Fault("key dead", _path(_CHAT, _NO_KEY), told=True),
    6: Fault("no night", run=False),
    7: Fault("list empty on a Thursday", _empty(str(DAYS[7]))),
    8: Fault("429 on pages", _pages(Response(429, b"Rate exceeded."))),
    11: Fault("403 on pages", _pages(Response(403, b"<h1>Forbidden</h1>"))),
    12: Fault("captcha on pages", _pages(Response(200, CAPTCHA, "text/html"))),
    13: Fault("model down", _path(_CHAT, Response(503)), told=True),
    14: Fault("model refuses", _path(_CHAT, _POLICY), told=True),
    15: Fault("disk full", options={"file_limit": 8192}, told=True),
    16: Fault("push refused", refuse_push=True, told=True),
    18: Fault("clock 13 years off", years=13, told=True),
    19: Fault("killed", kill=True),
}


@dataclass
class Outcome:
    """What three weeks came to."""

    files: dict[str, bytes]
    answers: int
    replaced: int
    """Entries from abstracts that were replaced by others from full texts."""
    provisional: int
    """Answers that the replaced ones had taken."""
    messages: Counter[str]
    """Titles that readers were sent, and how often."""
    alerts: dict[int, list[str]]
    """Night → what the operator was told."""
    codes: dict[int, int]


def play(folder: Path, forker: Forker, faults: Mapping[int, Fault]) -> Outcome:
    """Build all nights with the faults of some."""
    world, told, alerts, codes = recorded(DATA, DAYS, size=6), Counter[str](), {}, {}
    provisional: dict[tuple[str, str], int] = {}
    site = _repository(folder)
    current, tonight = Fault("none"), 0

    def answer(request: Request) -> Response:
        if request.path == "/readers":
            told[json.loads(request.body)["title"]] += 1
            return Response(200, b"{}")
        if request.path == "/operator":
            alerts.setdefault(tonight, []).append(json.loads(request.body)["message"])
            return Response(200, b"{}")
        response = current.answer(request) or world(request)
        if current.years:
            response.headers["Date"] = format_datetime(_moment(tonight), usegmt=True)
        return response

    with serve(answer) as url:
        address = url.removeprefix("http://")
        environ = settings(
            url,
            DIGEST_NOTIFY_URLS=f"json://{address}/readers",
            DIGEST_NOTIFY_FAILURES_URLS=f"json://{address}/operator",
        )
        for tonight in range(len(DAYS)):
            current = faults.get(tonight, Fault("none"))
            if current.run:
                environ["OPENAI_API_KEY"] = f"sk-night-{tonight}"  # the key of a killed run is answered no more
                codes[tonight] = _night(site, forker, world, environ, current, tonight)
            provisional |= _provisional(site)
            said = f"{codes.get(tonight, '-')}, {len(world.answers)} answers so far, {world.twice} asked twice"
            print(f"night {tonight + 1:2} {DAYS[tonight]} {current.name}: {said}", file=sys.stderr)
    replaced = provisional.keys() - _provisional(site).keys()
    taken = sum(provisional[one] for one in replaced)
    return Outcome(files(site), len(world.answers), len(replaced), taken, told, alerts, codes)


def _provisional(site: Path) -> dict[tuple[str, str], int]:
    """Return the calls that each entry took which is provisional now."""
    editions = (json.loads(path.read_bytes()) for path in sorted((site / "_data" / "digests").glob("*.json")))
    return {
        (edition["name"], entry["paper"]["id"]): entry["provenance"]["usage"]["calls"]
        for edition in editions
        for entry in edition.get("entries", [])
        if "provisional" in entry["provenance"]
    }


def _night(site: Path, forker: Forker, world: World, environ: Mapping[str, str], fault: Fault, number: int) -> int:
    moment = _moment(number) + timedelta(days=365 * fault.years)
    clock = {"jump": (0.0, (moment - datetime.now(UTC)).total_seconds())}
    hook = site.parent / "remote.git" / "hooks" / "pre-receive"
    hook.unlink(missing_ok=True)
    if fault.refuse_push:
        hook.write_text("#!/bin/sh\necho 'protected branch' >&2\nexit 1\n")
        hook.chmod(0o755)
    if fault.kill:
        before = len(world.answers)
        run = forker.start(site, "build", environ=environ, **clock)
        world.until(lambda: len(world.answers) >= before + 3, 30)
        world.kill(run, site)
        return -9
    code = forker.run(site, "build", environ=environ, **clock, **fault.options)
    if code in (0, 4):
        forker.run(site, "notify", environ=environ, **clock)
        code = forker.run(site, "publish", "--push", environ=environ, **clock) or code
    return code


def _repository(folder: Path) -> Path:
    site = folder / "site"
    site.mkdir(parents=True)
    for words in (
        ("init", "--quiet", "--bare", str(folder / "remote.git")),
        ("init", "--quiet", "--initial-branch", "main", str(site)),
        ("-C", str(site), "remote", "add", "origin", str(folder / "remote.git")),
        ("-C", str(site), "config", "user.name", "digest"),
        ("-C", str(site), "config", "user.email", "digest@example.org"),
        ("-C", str(site), "commit", "--quiet", "--allow-empty", "--message", "begin"),
        ("-C", str(site), "push", "--quiet", "--set-upstream", "origin", "main"),
    ):
        subprocess.run(["git", *words], check=True, capture_output=True)
    return site


def _moment(number: int) -> datetime:
    """Return when the night runs that builds a day: the next day, at ten to one."""
    return datetime.combine(DAYS[number] + timedelta(days=1), time(0, 50), UTC)


def plain(name: str, content: bytes) -> object:
    """Return a file without the marks and dates of what came late."""
    if name.endswith(".json"):
        return _without(json.loads(content))
    return _MARK.sub("", content.decode())


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without(inner) for key, inner in value.items() if key not in _LATE}
    return [_without(inner) for inner in value] if isinstance(value, list) else value


def main() -> None:
    """Play both and print the table."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    with tempfile.TemporaryDirectory(prefix="nights-") as folder, Forker() as forker:
        calm = play(Path(folder, "calm"), forker, {})
        wild = play(Path(folder, "wild"), forker, FAULTS)
    lasting = {name for name in (*calm.files, *wild.files) if name.startswith(("_posts/", "_data/"))}
    differ = sorted(
        name
        for name in lasting
        if name not in calm.files
        or name not in wild.files
        or plain(name, calm.files[name]) != plain(name, wild.files[name])
    )
    untold = [number + 1 for number, fault in FAULTS.items() if fault.told != (len(wild.alerts.get(number, [])) == 1)]
    surplus = [number + 1 for number in wild.alerts if number not in FAULTS]
    allowed = 1.05 * calm.answers + wild.provisional
    print("| what | undisturbed | with faults |\n|---|---:|---:|")
    print(f"| nights with a fault | 0 | {len(FAULTS)} of {len(DAYS)} |")
    print(f"| posts and editions | {len(lasting)} | {len(lasting)}, {len(differ)} differ |")
    sent, expected = wild.messages.total(), sum(fault.told for fault in FAULTS.values())
    print(f"| messages to readers, sent twice | {calm.messages.total()}, {_twice(calm)} | {sent}, {_twice(wild)} |")
    print(f"| alerts | {len(calm.alerts)} | {sum(map(len, wild.alerts.values()))} for {expected} faults |")
    print(f"| entries replaced, answers that these had taken | 0 | {wild.replaced}, {wild.provisional} |")
    print(f"| answers of the model | {calm.answers} | {wild.answers} (at most {allowed:.0f}) |")
    for name in differ:
        print(f"differs: {name}")
    print(f"faults told otherwise than once: {untold}; alerts without a fault: {surplus}")
    for number, said in sorted(wild.alerts.items()):
        print(f"night {number + 1}: {[one[:160] for one in said]}")
    wrong = differ or untold or surplus or wild.answers > allowed or wild.messages != calm.messages
    sys.exit(1 if wrong else 0)


def _twice(outcome: Outcome) -> int:
    return sum(times - 1 for times in outcome.messages.values())


if __name__ == "__main__":
    main()
