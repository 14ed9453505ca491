"""The command line as a user meets it: real processes against services played on loopback."""

import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from digest.commands.demo.papers import bundled
from digest.commands.demo.server import NOT_FOUND, Request, Response, Services, serve
from tests.runs import Forker, kept, output

KEY = "sk-marked-0123456789abcdef"


@dataclass
class Site:
    """A folder, the played services, and what was asked of them."""

    folder: Path
    url: str
    asked: list[Request]
    forker: Forker
    interfere: list = field(default_factory=list)
    environ: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        own = {**self.environ, **environ}
        begin = output if "PYTHONPATH" in own else self.forker.output  # what is to be imported anew
        return begin(self.folder, *words, environ={**os.environ, **own})

    def paths(self, method: str = "GET") -> list[str]:
        return [request.path for request in self.asked if request.method == method]

    def files(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and ".cache" not in path.parts
        }


@pytest.fixture
def site(tmp_path: Path, forker: Forker) -> Iterator[Site]:
    services, asked, interfere = Services(bundled()), [], []

    def answer(request: Request) -> Response:
        asked.append(request)
        for step in interfere:
            if (response := step(request)) is not None:
                return response
        return services(request)

    with serve(answer) as url:
        settings = {
            "DIGEST_SERVICES__HUGGINGFACE": url,
            "DIGEST_SERVICES__ARXIV": url,
            "DIGEST_SERVICES__ARXIV_API": url,
            "DIGEST_PACE__ARXIV": "0",
            "DIGEST_PACE__ARXIV_API": "0",
            "DIGEST_FETCH__MAX_WAIT": "0.01",
            "DIGEST_LLM__MAX_WAIT": "0.01",
            "OPENAI_BASE_URL": f"{url}/v1",
            "OPENAI_API_KEY": KEY,
        }
        yield Site(tmp_path, url, asked, forker, interfere, settings)


def _until(true: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    for _ in range(1500):
        if true():
            return
        time.sleep(0.02)
    raise AssertionError("it never happened")


POST = "_posts/2025-11-17-daily-papers.md"


def test_build_makes_the_post_and_its_last_line_says_what_it_took(site: Site) -> None:
    done = site.run("build", "--date", "2025-11-17", "--log-format", "plain")

    assert done.returncode == 0
    assert sorted(site.files()) == ["_data/digests/2025-11-17.json", POST]
    assert re.fullmatch(
        r"2025-11-17: 6 papers \(6 new\); 12 calls, [\d,]+ tokens \(0% cached\), \$0\.\d{4}; [\d.]+ s\n",
        done.stdout,
    )
    assert "2511.11002: summarised from pdf" in done.stderr.splitlines()


def test_a_second_run_makes_no_call_and_leaves_every_byte_as_it_was(site: Site) -> None:
    site.run("build", "--date", "2025-11-17")
    before = site.files()
    site.asked.clear()

    done = site.run("build", "--date", "2025-11-17")

    assert (done.returncode, done.stdout) == (0, "2025-11-17: 6 papers, nothing to do\n")
    why = site.run("build", "--date", "2025-11-17", "--verbose").stdout
    assert re.fullmatch(
        r"2025-11-17: 6 papers, nothing to do\nnothing to do: complete since \d{4}-\d\d-\d\d, post unchanged\n", why
    )
    assert (site.files(), site.asked) == (before, [])


def test_a_day_that_is_read_again_and_comes_out_the_same_is_unchanged_and_was_not_nothing_to_do(site: Site) -> None:
    site.run("build", "--date", "2025-11-17")
    before = site.files()

    done = site.run("build", "--date", "2025-11-17", "--force", "--verbose")

    assert done.returncode == 0
    assert re.fullmatch(r"2025-11-17: 6 papers, unchanged; 0 calls, 0 tokens; [\d.]+ s\n", done.stdout)
    assert site.files() == before


def test_without_a_key_or_an_address_it_stops_before_anything_is_fetched(site: Site) -> None:
    done = site.run("build", "--date", "2025-11-17", OPENAI_API_KEY="", OPENAI_BASE_URL="")

    assert (done.returncode, done.stdout, site.asked) == (1, "", [])
    assert done.stderr == (
        "digest: no model configured — set OPENAI_API_KEY, or point llm.base_url at a local server "
        "(`digest demo` needs neither)\n"
    )


def test_a_wrong_setting_is_reported_before_a_missing_key(site: Site) -> None:
    done = site.run(
        "build", "--date", "2025-11-17", OPENAI_API_KEY="", OPENAI_BASE_URL="", DIGEST_LANGUAGE="fr"
    )  # fmt: skip

    assert (done.returncode, done.stdout, site.asked) == (1, "", [])
    assert done.stderr == "digest: no locale file for language 'fr' — add templates/locale/fr.yaml\n"


def test_a_failed_paper_exits_with_4_and_the_next_run_asks_for_it_alone(site: Site) -> None:
    lost = re.compile(r"/(?:html|pdf)/2511\.11062(?:v1)?")  # with its version, where that is known by then
    site.interfere.append(lambda request: Response(500) if lost.fullmatch(request.path) else None)
    first = site.run("build", "--date", "2025-11-17", DIGEST_FULLTEXT__ORDER='["html", "pdf"]')
    failed = json.loads(site.files()["_data/digests/2025-11-17.json"])["skips"]
    site.interfere.clear()
    site.asked.clear()

    second = site.run("build", "--date", "2025-11-17")

    assert (first.returncode, second.returncode) == (4, 0)
    assert first.stdout.startswith("2025-11-17: 5 papers (5 new, 1 failed); 10 calls, ")
    assert first.stderr.endswith("digest: 1 paper failed; rerun to retry\n")
    assert [(skip["paper"]["id"], skip["stage"]) for skip in failed] == [("2511.11062", "fulltext")]
    assert sorted(site.paths()) == ["/api/query", "/html/2511.11062v1"]  # it may have been withdrawn since
    assert site.paths("POST") == ["/v1/chat/completions"] * 2
    assert "6 papers (1 new)" in second.stdout


def test_a_list_that_cannot_be_fetched_is_one_line_and_exit_1(site: Site) -> None:
    site.interfere.append(lambda request: Response(500, b"oops") if request.path == "/api/daily_papers" else None)

    done = site.run("build", "--date", "2025-11-17", "--log-format", "json")

    assert done.returncode == 1
    last = json.loads(done.stderr.splitlines()[-1])
    assert {**last, "at": ""} == {
        "at": "",
        "event": "error",
        "text": "huggingface /api/daily_papers?date=2025-11-17&limit=100&p=0: answered 500 (oops), tried 4 times",
        "exit": 1,
    }
    assert site.files() == {}


def test_a_day_without_papers_exits_with_0_and_has_no_post(site: Site) -> None:
    done = site.run("build", "--date", "2025-11-16")

    assert (done.returncode, list(site.files())) == (0, ["_data/digests/2025-11-16.json"])
    assert done.stdout == "2025-11-16: no papers listed (normal on weekends and holidays); no post\n"


def test_a_day_on_which_all_are_left_out_says_so(site: Site) -> None:
    done = site.run("build", "--date", "2025-11-17", DIGEST_SELECTION__MIN_UPVOTES="1000")

    assert (done.returncode, POST in site.files()) == (0, False)
    assert done.stdout == "2025-11-17: 6 papers listed, all left out by selection; no post\n"


def test_a_day_ahead_of_utc_is_refused_before_anything_is_asked(site: Site) -> None:
    done = site.run("build", "--date", "2999-01-01")

    assert (done.returncode, site.asked) == (2, [])
    assert "2999-01-01 is in the future (today in UTC is " in done.stderr


@pytest.mark.parametrize(
    ("status", "body"), [(401, b'{"error":{"message":"bad key"}}'), (429, b'{"error":{"code":"insufficient_quota"}}')]
)
def test_a_refused_key_stops_the_run_with_one_line(site: Site, status: int, body: bytes) -> None:
    site.interfere.append(lambda request: Response(status, body) if request.method == "POST" else None)

    done = site.run("build", "--date", "2025-11-17", "--log-format", "plain")

    last = done.stderr.splitlines()[-1]
    assert done.returncode == 1
    assert last.startswith("digest: model server 127.0.0.1:") and "check OPENAI_API_KEY" in last
    assert site.files() == {}


def test_a_post_that_was_edited_by_hand_is_kept_without_force(site: Site) -> None:
    site.run("build", "--date", "2025-11-17")
    post = site.folder / POST
    post.write_text(post.read_text() + "\nmine\n")

    kept = site.run("render", "2025-11-17")
    forced = site.run("render", "2025-11-17", "--force")

    assert kept.returncode == 1
    assert kept.stderr == (
        "digest: 2025-11-17-daily-papers.md was not written by digest, or was edited since "
        "— keep it with `digest import`, or overwrite it with `digest build --force`\n"
    )
    assert (forced.returncode, "mine" in post.read_text()) == (0, False)


def test_two_runs_at_once_the_second_says_so_and_stops(site: Site) -> None:
    seen = threading.Event()

    def slow(request: Request) -> None:
        if request.path == "/api/daily_papers":
            seen.wait(30)

    site.interfere.append(slow)
    first = subprocess.Popen(
        [sys.executable, "-m", "digest", "build", "--date", "2025-11-17"],
        cwd=site.folder,
        env={**os.environ, **site.environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    _until(lambda: "/api/daily_papers" in site.paths())

    second = site.run("build", "--date", "2025-11-17")
    seen.set()

    assert second.returncode == 1
    assert second.stderr == f"digest: another digest run is using {site.folder} — wait for it to finish, or stop it\n"
    assert first.wait(timeout=30) == 0
    first.communicate()


def test_dry_run_lists_what_would_be_done_and_asks_no_model(site: Site) -> None:
    done = site.run("build", "--date", "2025-11-17", "--limit", "2", "--dry-run")

    assert done.returncode == 0
    assert done.stdout.splitlines()[:3] == [
        "would read 2511.09146  DoPE: Denoising Rotary Position Embedding",
        "would read 2511.11238  Virtual Width Networks",
        "left out   2511.11062  limit 2",
    ]
    assert re.match(
        r"2025-11-17-daily-papers\.md: 2 papers to read; at most about 4 calls", done.stdout.splitlines()[-1]
    )
    assert (site.paths("POST"), site.files()) == ([], {})


def test_a_post_of_named_papers_stands_beside_the_days_own(site: Site) -> None:
    done = site.run("build", "--date", "2025-11-17", "--id", "arXiv:2511.11238v1", "--id", "2511.09146")

    assert done.returncode == 0
    post = site.files()["_posts/2025-11-17-papers-2511.11238-2511.09146.md"].decode()
    assert [line for line in post.splitlines() if line.startswith("# ")] == [
        "# 1. [Virtual Width Networks](https://arxiv.org/abs/2511.11238)",
        "# 2. [DoPE: Denoising Rotary Position Embedding](https://arxiv.org/abs/2511.09146)",
    ]


@pytest.mark.parametrize(
    "words", [("build",), ("build", "--dry-run"), ("backfill", "--from", "2025-11-17", "--to", "2025-11-17", "--yes")]
)
def test_a_run_without_a_settings_file_says_so_once(site: Site, words: tuple[str, ...]) -> None:
    line = "digest: no config.yaml in this folder: defaults and environment apply"
    (site.folder / "config.yaml").write_text("language: ko\n")
    with_one = site.run(*words, "--log-format", "plain")
    (site.folder / "config.yaml").unlink()
    shutil.rmtree(site.folder / "_data", ignore_errors=True)
    shutil.rmtree(site.folder / "_posts", ignore_errors=True)

    without = site.run(*words, "--log-format", "plain")

    assert (without.returncode, with_one.returncode) == (0, 0)
    assert (without.stderr.splitlines().count(line), with_one.stderr.splitlines().count(line)) == (1, 0)


def test_an_id_that_arxiv_does_not_know_is_an_error(site: Site) -> None:
    done = site.run("build", "--date", "2025-11-17", "--id", "2511.99999", "--log-format", "plain")

    assert (done.returncode, site.files()) == (1, {})
    assert done.stderr == "not found on arXiv: 2511.99999\ndigest: not found: 2511.99999\n"


def test_an_unknown_key_names_the_nearest_one_and_its_line(site: Site) -> None:
    (site.folder / "config.yaml").write_text("language: ko\nselection:\n  limitt: 3\n")

    done = site.run("build", "--date", "2025-11-17")

    assert (done.returncode, done.stderr) == (
        1,
        "digest: config.yaml:3: unknown key 'selection.limitt' — did you mean 'limit'?\n",
    )


def test_a_folder_with_nothing_but_a_config_is_enough_and_its_templates_override_ours(site: Site) -> None:
    (site.folder / "config.yaml").write_text("selection: {limit: 1}\npaths: {posts: blog}\n")
    (site.folder / "templates").mkdir()
    (site.folder / "templates" / "post.md.j2").write_text("{% for e in post.entries %}{{ e.title }}\n{% endfor %}")

    done = site.run("build", "--date", "2025-11-17")

    assert done.returncode == 0
    assert site.files()["blog/2025-11-17-daily-papers.md"] == b"DoPE: Denoising Rotary Position Embedding\n"


def test_an_extractive_preview_needs_no_key_and_says_what_it_is(site: Site) -> None:
    done = site.run("build", "--date", "2025-11-17", OPENAI_API_KEY="", DIGEST_SUMMARIZE__BACKEND="extractive")

    post = site.files()[POST].decode()
    assert (done.returncode, site.paths("POST")) == (0, [])
    assert "> 미리보기: 요약하지 않고 논문 문장을 그대로 옮겼다.\n" in post
    assert post.count("원문 인용: ") >= 25


def test_import_then_render_gives_the_reference_post_back_byte_by_byte(site: Site, data: Path) -> None:
    reference = data / "seed" / "2025-11-17-daily-papers.md"

    imported = site.run("import", str(reference))
    (site.folder / POST).unlink()
    rendered = site.run("render", "2025-11-17")

    assert (imported.returncode, imported.stdout) == (0, "2025-11-17-daily-papers.md: 6 papers\n")
    assert rendered.returncode == 0
    assert site.files()[POST] == reference.read_bytes()
    assert len(reference.read_bytes()) == 13_197


def test_check_reads_what_is_published_again(site: Site) -> None:
    site.run("build", "--date", "2025-11-17")
    good = site.run("check")
    post = site.folder / POST
    post.write_text(post.read_text().replace("64K", "96K"))

    bad = site.run("check", "2025-11-17")

    assert (good.returncode, good.stdout) == (0, "6 entries: 6 checked, 0 with findings\n")
    assert good.stderr.splitlines()[0] == "6 entries of 2025-11-17"
    assert sorted(good.stderr.splitlines()[1:]) == sorted(f"{paper.id}: 0 findings" for paper in bundled())
    assert bad.returncode == 1
    assert "2025-11-17" in bad.stdout and "96K" in bad.stdout
    assert bad.stdout.endswith("6 entries: 6 checked, 1 with findings\n")


def test_a_paper_that_cannot_be_fetched_is_not_counted_as_checked(site: Site) -> None:
    site.run("build", "--date", "2025-11-17")

    offline = site.run("check", DIGEST_SERVICES__ARXIV="http://127.0.0.1:9", DIGEST_FULLTEXT__ORDER='["html"]',
                       DIGEST_FETCH__ATTEMPTS="1")  # fmt: skip

    assert offline.returncode == 1
    assert offline.stdout.endswith("6 entries: 0 checked, 6 could not be checked\n")


def test_a_bug_ends_with_a_report_to_paste_and_without_the_key(site: Site) -> None:
    done = site.run("build", "--date", "2025-11-17", PYTHONPATH=str(_broken_package(site.folder)))

    assert done.returncode == 3
    assert done.stderr.startswith("digest: this is a bug in digest")
    assert "ZeroDivisionError" in done.stderr and "openai " in done.stderr
    assert KEY not in done.stderr


def _broken_package(folder: Path) -> Path:
    """A sitecustomize that plants a bug holding the key into the selection, as no setting could."""
    place = folder / "bug"
    place.mkdir()
    (place / "sitecustomize.py").write_text(
        "import os, digest.stages.selection as s\n"
        "def rank(*paper): raise ZeroDivisionError(os.environ['OPENAI_API_KEY'])\n"
        "s.rank = rank\n"
    )
    return place


def test_the_key_is_in_no_file_prompt_or_output(site: Site) -> None:
    done = site.run("build", "--date", "2025-11-17", "--log-format", "json")

    everything = [path.read_bytes() for path in site.folder.rglob("*") if path.is_file()]
    assert done.returncode == 0
    assert not any(KEY.encode() in content for content in everything)
    assert KEY not in done.stdout + done.stderr
    assert not any(KEY.encode() in request.body or KEY in str(request.query) for request in site.asked)
    assert {request.method for request in site.asked if KEY in str(request.headers)} == {"POST"}


def test_json_logs_are_one_object_a_line(site: Site) -> None:
    done = site.run("build", "--date", "2025-11-17", "--log-format", "json")

    events = list(map(json.loads, done.stderr.splitlines()))
    assert [event["event"] for event in events if event["event"] in {"listed", "saved"}] == ["listed", "saved"]
    assert {event.get("paper") for event in events if event["event"] == "summarized"} == {p.id for p in bundled()}


def test_with_json_logs_every_way_to_end_is_json_too(site: Site) -> None:
    ends = [
        site.run("build", "--log-format", "json", "--config", "nowhere.yaml"),
        site.run("build", "--log-format=json", "--date", "someday"),
        site.run("notify", "2025-11-17", "--log-format", "json", PYTHONPATH=str(_broken(site.folder))),
    ]

    said = [json.loads(end.stderr.splitlines()[-1]) for end in ends]
    assert [(end.returncode, one["event"], one["exit"]) for end, one in zip(ends, said, strict=True)] == [
        (1, "error", 1),
        (2, "usage", 2),
        (3, "bug", 3),
    ]
    assert said[0]["text"] == "config file not found: nowhere.yaml — omit --config to use the defaults"
    assert "ZeroDivisionError" in said[2]["report"] and len(ends[2].stderr.splitlines()) == 1


def _broken(folder: Path) -> Path:
    """Return a place of modules that breaks digest."""
    place = folder / "broken"
    place.mkdir()
    (place / "sitecustomize.py").write_text("import digest.config as c\n\ndef load(*_):\n    1 / 0\n\nc.load = load\n")
    return place


def test_what_a_service_says_commands_neither_the_terminal_nor_the_runner_of_a_workflow(site: Site) -> None:
    words = "\x1b[2J\x9b31m\u202e\r\n::add-mask::e ##[add-mask]e"
    refusal = Response(401, json.dumps({"error": {"message": words}}).encode())
    site.interfere.append(lambda request: refusal if request.method == "POST" else None)

    ends = [site.run("build", "--date", "2025-11-17", "--log-format", style) for style in ("plain", "json")]

    printed = "\n".join(end.stdout + end.stderr for end in ends)
    assert [end.returncode for end in ends] == [1, 1] and "add-mask" in printed
    assert not re.search(r"^\s*::|##\[|[\x1b\x9b\u202e]", printed, re.MULTILINE)


def test_killed_in_the_middle_the_next_run_pays_for_nothing_twice(site: Site) -> None:
    dead, numbers = threading.Event(), itertools.count(1)
    first = b"Title: "  # which second readings do not have

    def slow(request: Request) -> None:
        """Answer three first readings, however many come at once, and nothing else."""
        if request.method == "POST" and (first not in request.body or next(numbers) > 3):
            dead.wait(60)

    site.interfere.append(slow)
    run = subprocess.Popen(
        [sys.executable, "-m", "digest", "build", "--date", "2025-11-17"],
        cwd=site.folder,
        env={**os.environ, **site.environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _until(lambda: sum(first in one.body for one in site.asked) == 6 and kept(site.folder) == 3)
    run.kill()
    run.wait()
    dead.set()
    site.interfere.clear()
    site.asked.clear()

    done = site.run("build", "--date", "2025-11-17")

    assert done.returncode == 0
    assert len(site.paths("POST")) == 9  # six readings of which three were paid for, and six second readings
    assert not list(site.folder.rglob("*.part"))


def test_arxivs_api_may_be_down(site: Site) -> None:
    site.interfere.append(lambda request: Response(503) if request.path == "/api/query" else None)

    done = site.run("build", "--date", "2025-11-17", "--log-format", "plain")

    assert (done.returncode, POST in site.files()) == (0, True)
    assert "continuing without the arXiv API" in done.stderr


def test_a_paper_without_any_full_text_is_summarised_from_its_abstract_and_says_so(site: Site) -> None:
    def no_text(request: Request) -> Response | None:
        return (
            NOT_FOUND
            if request.path.startswith(("/html/2511.09146", "/pdf/2511.09146", "/papers/2511.09146"))
            else None
        )

    site.interfere.append(no_text)

    site.run("build", "--date", "2025-11-17")

    entries = json.loads(site.files()["_data/digests/2025-11-17.json"])["entries"]
    assert {entry["paper"]["id"]: entry["provenance"]["origin"] for entry in entries}["2511.09146"] == "abstract"
    asked = [request.body.decode() for request in site.asked if request.method == "POST"]
    assert sum("Only the abstract of this paper could be read" in body for body in asked) >= 1


def test_a_ledger_of_nothing_says_how_there_comes_to_be_one(site: Site) -> None:
    empty, elsewhere = site.run("ledger"), site.run("ledger", "2020-01-01..2020-01-31")

    assert (empty.returncode, empty.stdout) == (
        0,
        f"{site.folder / '_data' / 'digests'} has no editions yet; `digest build` makes the first one.\n\n",
    )
    assert elsewhere.stdout.startswith(f"{site.folder / '_data' / 'digests'} has no day of that range.")
