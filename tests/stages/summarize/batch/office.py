"""The Batch API, played on loopback, and runs of `digest backfill` that use it."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from digest.commands.demo.server import NOT_FOUND, Request, Response
from tests.runs import Forker, World, files, settings

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
    fails: dict[str, Response] = field(default_factory=dict)
    """What is answered instead, by method and beginning of the path: `POST /v1/files`."""
    lists: int = 1000
    """How many times more the list is answered."""
    made: int = 0

    def __call__(self, request: Request) -> Response | None:
        for place, answer in self.fails.items():
            if f"{request.method} {request.path}".startswith(place):
                return answer
        if request.path == "/v1/files":
            name = f"file-{len(self.files)}"
            self.files[name] = _upload(request.body)
            return _json({"id": name, "object": "file", "bytes": 1, "created_at": 0, "purpose": "batch"})
        if request.path == "/v1/batches" and request.method == "POST":
            asked = json.loads(request.body)
            lines = self.files[asked["input_file_id"]].splitlines()
            made = {**asked, "id": f"batch_{self.made}", "object": "batch", "status": "in_progress",
                    "created_at": 0, "request_counts": {"total": len(lines), "completed": 0, "failed": 0}}  # fmt: skip
            self.made += 1
            self.batches.insert(0, made)
            return Response(None) if self.drops else _json(made)
        if request.path == "/v1/batches":
            self.lists -= 1
            if self.lists < 0:
                return Response(500, b"{}")
            return _json({"object": "list", "data": self.batches, "has_more": False})
        if found := re.fullmatch(r"/v1/files/([\w-]+)/content", request.path):
            return Response(200, self.files[found[1]]) if found[1] in self.files else NOT_FOUND
        return None

    @property
    def questions(self) -> list[str]:
        """The names of all requests that were ever made, the oldest batch first."""
        lines = [line for batch in reversed(self.batches) for line in self.files[batch["input_file_id"]].splitlines()]
        return [json.loads(line)["custom_id"] for line in lines]

    def results(self, batch: int = 0) -> list[bytes]:
        """The lines of a batch's output, the newest batch first."""
        return self.files[self.batches[batch]["output_file_id"]].splitlines()

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

    def finish(self, *words: str, **environ: str) -> list[tuple[int, str]]:
        """Let a day pass and collect, as often as there is something to wait for."""
        rounds: list[tuple[int, str]] = []
        while not rounds or (len(rounds) < 8 and "--collect` again" in rounds[-1][1]):
            self.office.answer_all()
            rounds.append(self.run("--collect", "--yes", *words, **environ))
        return rounds

    def lose_the_cache(self) -> None:
        for path in (self.folder / "site" / ".cache").glob("cache.sqlite3*"):
            path.unlink()

    def posts(self) -> list[str]:
        return sorted(name for name in files(self.folder / "site") if name.endswith(".md"))

    @property
    def online(self) -> int:
        return self.world.asked.count("/v1/chat/completions")
