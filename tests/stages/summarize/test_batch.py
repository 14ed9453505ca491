"""The Batch API, played on loopback: handed in at half the price, collected later, found paid by an ordinary build."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from digest.commands.demo.server import NOT_FOUND, Request, Response, serve
from tests.runs import Forker, World, files, invented, settings

RANGE = ("--from", "2026-01-05", "--to", "2026-01-11")
PRICES = {"DIGEST_LLM__PRICES": '{"played": {"input": 1.0, "output": 10.0}}'}


@dataclass
class Office:
    """Takes files and batches as OpenAI does; `answer_all` is the day that passes."""

    world: World
    files: dict[str, bytes] = field(default_factory=dict)
    batches: list[dict[str, Any]] = field(default_factory=list)
    refuses: tuple[str, ...] = ()
    """Titles of papers whose question fails."""
    drops: bool = False
    """Whether the connection breaks after a batch was made."""

    def __call__(self, request: Request) -> Response | None:
        if request.path == "/v1/files":
            name = f"file-{len(self.files)}"
            self.files[name] = _upload(request.body)
            return _json({"id": name, "object": "file", "bytes": 1, "created_at": 0, "purpose": "batch"})
        if request.path == "/v1/batches" and request.method == "POST":
            asked = json.loads(request.body)
            lines = self.files[asked["input_file_id"]].splitlines()
            made = {**asked, "id": f"batch_{len(self.batches)}", "object": "batch", "status": "in_progress",
                    "created_at": 0, "request_counts": {"total": len(lines), "completed": 0, "failed": 0}}  # fmt: skip
            self.batches.insert(0, made)
            return Response(None) if self.drops else _json(made)
        if request.path == "/v1/batches":
            return _json({"object": "list", "data": self.batches, "has_more": False})
        if found := re.fullmatch(r"/v1/files/([\w-]+)/content", request.path):
            return Response(200, self.files[found[1]]) if found[1] in self.files else NOT_FOUND
        return None

    def answer_all(self, status: str = "completed") -> None:
        for batch in self.batches:
            if batch["status"] != "in_progress":
                continue
            good, bad = [], []
            for line in self.files[batch["input_file_id"]].splitlines():
                asked = json.loads(line)
                if any(title in line.decode() for title in self.refuses):
                    error = {"code": "server_error", "message": "we failed"}
                    bad.append({"custom_id": asked["custom_id"], "response": None, "error": error})
                else:
                    body = self.world.answer(asked["body"])
                    good.append({"custom_id": asked["custom_id"], "response": {"status_code": 200, "body": body}})
            for name, rows in (("output_file_id", good), ("error_file_id", bad)):
                if rows:
                    batch[name] = f"file-{len(self.files)}"
                    self.files[batch[name]] = b"\n".join(json.dumps(row).encode() for row in reversed(rows))
            batch["status"] = status


def _json(body: object) -> Response:
    return Response(200, json.dumps(body).encode())


def _upload(body: bytes) -> bytes:
    """Take the file out of a multipart body."""
    boundary = body.split(b"\r\n", 1)[0]
    parts = [part.split(b"\r\n\r\n", 1) for part in body.split(boundary) if b"\r\n\r\n" in part]
    return next(content.removesuffix(b"\r\n") for head, content in parts if b"filename=" in head)


@dataclass
class Setup:
    """A folder, the services, and runs of `digest backfill` in it."""

    folder: Path
    url: str
    world: World
    office: Office
    forker: Forker

    def run(self, *words: str, folder: str = "site", **environ: str) -> tuple[int, str]:
        run = self.forker.start(
            self.folder / folder, "backfill", *words, environ={**settings(self.url), **PRICES, **environ}
        )
        before = len(run.log.read_text())
        return run.wait(), run.log.read_text()[before:]

    @property
    def online(self) -> int:
        return self.world.asked.count("/v1/chat/completions")


@pytest.fixture(scope="module")
def forker() -> Iterator[Forker]:
    with Forker() as forker:
        yield forker


@pytest.fixture
def setup(tmp_path: Path, forker: Forker) -> Iterator[Setup]:
    world = invented([date(2026, 1, 5), date(2026, 1, 8)], 3)
    world.on = office = Office(world)
    with serve(world) as url:
        yield Setup(tmp_path, url, world, office, forker)


def test_handed_in_collected_and_built_without_asking_anything_twice(setup: Setup) -> None:
    handed = setup.run(*RANGE, "--batch", "--yes")
    early = setup.run("--collect", "--yes")
    setup.office.answer_all()
    done = setup.run("--collect", "--yes")
    revised = setup.online
    online = setup.run(*RANGE, "--yes", folder="online")

    assert handed[0] == 0 and "submitted 6 requests (batch_0" in handed[1]
    assert re.search(r"7 days, 6 papers to read: about 6 calls, [\d,]+ tokens \(0% cached\), \$0\.1680; "
                     r"at most 182,400 tokens, \$0\.18 \(half price", handed[1]), handed[1]  # fmt: skip
    assert early == (0, "fetched 0 results; 0 calls, 0 tokens\n6 requests pending; run --collect again later\n")
    assert done[0] == 0 and "fetched 6 results; 6 calls" in done[1] and "(6 already paid for)" in done[1]
    assert online[0] == 0
    assert (setup.world.twice, setup.online - revised) == (6 + revised, 6 + revised)
    assert _without_cost(files(setup.folder / "site")) == _without_cost(files(setup.folder / "online"))


def _without_cost(found: dict[str, bytes]) -> dict[str, bytes]:
    return {name: re.sub(rb'"cost": [\d.e-]+', b"", content) for name, content in found.items()}


def test_a_reply_by_batch_costs_half(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes")
    setup.office.answer_all()
    setup.run("--collect", "--yes")
    setup.run(*RANGE, "--yes", folder="online")

    def costs(folder: str) -> list[float]:
        edition = json.loads(files(setup.folder / folder)["_data/digests/2026-01-05.json"])
        return [e["provenance"]["usage"]["cost"] for e in edition["entries"] if e["provenance"]["usage"]["calls"] == 1]

    assert costs("site") == pytest.approx([cost / 2 for cost in costs("online")], abs=1e-6)
    assert costs("site")


def test_what_waits_is_not_handed_in_again_even_without_the_cache(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes")
    for path in (setup.folder / "site" / ".cache").glob("cache.sqlite3*"):
        path.unlink()

    again = setup.run(*RANGE, "--batch", "--yes")

    assert again[0] == 0 and "nothing new to submit; 6 were submitted before" in again[1]
    assert len(setup.office.batches) == 1


def test_a_batch_whose_confirmation_was_lost_is_found(setup: Setup) -> None:
    setup.office.drops = True
    lost = setup.run(*RANGE, "--batch", "--yes")
    setup.office.drops = False

    again = setup.run(*RANGE, "--batch", "--yes")
    setup.office.answer_all()
    collected = setup.run("--collect", *RANGE, "--yes")

    assert lost[0] == 1 and "rerun the command; submitted batches are picked up" in lost[1]
    assert again[0] == 0 and len(setup.office.batches) == 1
    assert collected[0] == 0 and "fetched 6 results" in collected[1]


def test_a_request_that_failed_is_reported_and_sent_online(setup: Setup) -> None:
    setup.office.refuses = (next(iter(setup.world.papers.values())).title,)
    setup.run(*RANGE, "--batch", "--yes")
    setup.office.answer_all("expired")

    done = setup.run("--collect", "--yes")

    assert done[0] == 0 and "fetched 5 results, 1 failed" in done[1]
    assert "a batch request failed" in done[1] and "we failed" in done[1]
    assert "ended as expired" in done[1]
    assert len(files(setup.folder / "site")) == 7 + 2


def test_a_server_without_batches_is_one_line(setup: Setup) -> None:
    setup.world.on = lambda request: NOT_FOUND if request.path in {"/v1/files", "/v1/batches"} else None

    done = setup.run(*RANGE, "--batch", "--yes")

    assert done[0] == 1
    assert "this server may not support batches; retry without --batch" in done[1].splitlines()[-1]


def test_a_line_that_is_no_reply_costs_that_question_alone(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes")
    setup.office.answer_all()
    name = setup.office.batches[0]["output_file_id"]
    lines = setup.office.files[name].splitlines()
    setup.office.files[name] = b"\n".join([b'{"custom_id": 5', b"[]", b"\xff\xfe", *lines[3:]])

    done = setup.run("--collect", "--yes")

    assert done[0] == 0 and "fetched 3 results, 3 failed" in done[1]
    assert len(files(setup.folder / "site")) == 7 + 2


VERIFY = {"DIGEST_CHECK__VERIFY": "true"}


def test_second_readings_are_a_batch_of_their_own_once_the_summaries_are_there(setup: Setup) -> None:
    handed = setup.run(*RANGE, "--batch", "--yes", **VERIFY)
    setup.office.answer_all()
    first = setup.run("--collect", "--yes", **VERIFY)
    early = setup.run("--collect", "--yes", **VERIFY)
    built, asked = files(setup.folder / "site"), setup.online
    setup.office.answer_all()
    done = setup.run("--collect", "--yes", **VERIFY)
    revised = setup.online
    online = setup.run(*RANGE, "--yes", folder="online", **VERIFY)

    assert handed[0] == 0 and "(half price, within 24 h, and as long for second readings)" in handed[1]
    assert first[0] == 0 and "fetched 6 results" in first[1]
    assert first[1].splitlines()[-2:] == [
        "submitted 6 second readings (batch_1), at half price, within 24 h",
        "run `digest backfill --collect` again later",
    ]
    assert early == (0, "fetched 0 results; 0 calls, 0 tokens\n6 requests pending; run --collect again later\n")
    assert (built, asked) == ({}, 0)
    assert done[0] == 0 and "fetched 6 results" in done[1] and "(6 already paid for)" in done[1]
    assert online[0] == 0
    assert (setup.world.twice, setup.online - revised) == (12 + revised, 12 + revised)
    assert _without_cost(files(setup.folder / "site")) == _without_cost(files(setup.folder / "online"))


def test_a_second_reading_by_batch_costs_half_of_its_own_model_s_price(setup: Setup) -> None:
    prices = '{"played": {"input": 0.0, "output": 0.0}, "other": {"input": 1.0, "output": 10.0}}'
    other = {**VERIFY, "DIGEST_CHECK__VERIFY_MODEL": "other", "DIGEST_LLM__PRICES": prices}
    for words in ((*RANGE, "--batch"), ("--collect",), ("--collect",)):
        assert setup.run(*words, "--yes", **other)[0] == 0
        setup.office.answer_all()
    setup.run(*RANGE, "--yes", folder="online", **other)

    def costs(folder: str) -> list[float]:
        edition = json.loads(files(setup.folder / folder)["_data/digests/2026-01-05.json"])
        return [e["provenance"]["usage"]["cost"] for e in edition["entries"] if e["provenance"]["usage"]["calls"] == 2]

    models = [
        {json.loads(line)["body"]["model"] for line in setup.office.files[batch["input_file_id"]].splitlines()}
        for batch in reversed(setup.office.batches)
    ]
    assert models == [{"played"}, {"other"}]
    assert costs("site") == pytest.approx([cost / 2 for cost in costs("online")], abs=1e-6)
    assert costs("site") and min(costs("site")) > 0


def test_a_second_reading_that_failed_is_sent_online_and_not_handed_in_again(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes", **VERIFY)
    setup.office.answer_all()
    setup.run("--collect", "--yes", **VERIFY)
    setup.office.refuses = ("claim id",)
    setup.office.answer_all()

    done = setup.run("--collect", "--yes", **VERIFY)

    assert done[0] == 0 and "fetched 0 results, 6 failed" in done[1]
    assert len(setup.office.batches) == 2
    assert setup.online >= 6
    assert len(files(setup.folder / "site")) == 7 + 2


def test_second_readings_are_not_handed_in_twice_even_without_the_cache(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes", **VERIFY)
    setup.office.answer_all()
    setup.run("--collect", "--yes", **VERIFY)
    for path in (setup.folder / "site" / ".cache").glob("cache.sqlite3*"):
        path.unlink()

    early = setup.run("--collect", "--yes", **VERIFY)
    setup.office.answer_all()
    done = setup.run("--collect", "--yes", **VERIFY)

    assert early[0] == 0 and "6 requests pending" in early[1]
    assert done[0] == 0 and len(setup.office.batches) == 2
    assert len(files(setup.folder / "site")) == 7 + 2


def test_a_limit_that_second_readings_could_pass_is_one_line_and_nothing_is_handed_in(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes", **VERIFY)
    setup.office.answer_all()

    done = setup.run("--collect", "--yes", **VERIFY, DIGEST_LLM__MAX_TOKENS_PER_RUN="1000")

    assert done[0] == 1
    assert "the next call could exceed llm.max_tokens_per_run (1,000)" in done[1]
    assert len(setup.office.batches) == 1


def test_the_days_between_two_ranges_are_not_built(setup: Setup) -> None:
    for day in ("2026-01-05", "2026-01-08"):
        setup.run("--from", day, "--to", day, "--batch", "--yes")
        setup.office.answer_all()
        done = setup.run("--collect", "--yes")

    assert done[0] == 0 and "fetched 3 results" in done[1]
    editions = [name for name in files(setup.folder / "site") if name.endswith(".json")]
    assert editions == ["_data/digests/2026-01-05.json", "_data/digests/2026-01-08.json"]
