"""The service behind batches: its list, its files, a new batch. Nothing is asked again here: a batch costs money."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import IO, Any, Literal

import httpx2
import openai

from digest.errors import DigestError, ModelRefused, NotThere, SummaryError
from digest.model.text import one_line
from digest.stages.summarize.batch.records import Batch, Terms
from digest.stages.summarize.client.chat import ChatServer

ENDPOINT: Literal["/v1/chat/completions"] = "/v1/chat/completions"
_MADE_BY = "digest"
_FIELDS = ("made_by", "site", "first", "last", "limit", "model", "cost")
_LONGEST_LINE = 4 * 2**20
_NEWEST = 2000  # batches that are looked through; results are kept for 30 days
_LONGEST_VALUE = 512  # of metadata
_MOST = 1e12  # a number beyond is none that was meant


class FileTooLarge(SummaryError):
    """The server takes no file of this size. Nothing was submitted."""


class BatchService:
    """Lists, submits and reads batches at one model server, for the sites that submit there under the same key."""

    def __init__(self, server: ChatServer) -> None:
        self._server = server
        self.host = server.host

    def list(self) -> list[Batch]:
        """List all batches of digests, newest first."""
        with self._errors_explained():
            rows = [row.to_dict() for row in islice(self._server.client.batches.list(limit=100), _NEWEST)]
        return [batch for row in rows if (batch := self._read(row))]

    def upload(self, lines: IO[bytes]) -> str:
        """Upload the requests of a batch; return the id of their file."""
        with self._errors_explained():
            return str(self._server.client.files.create(file=("digest.jsonl", lines), purpose="batch").id)

    def create(self, file: str, terms: Terms, site: str, model: str, cost: float) -> str:
        """Make a batch of uploaded requests; return its id.

        Where the answer is lost or an error, the server's list says whether there is one all the same.
        """
        values = (_MADE_BY, site, terms.first, terms.last, terms.limit, model, f"{cost:.6f}")
        about = dict(zip(_FIELDS, values, strict=True))
        metadata = {name: str(value)[:_LONGEST_VALUE] for name, value in {**terms.settings, **about}.items()}
        try:
            with self._errors_explained():
                made = self._server.client.batches.create(
                    input_file_id=file, endpoint=ENDPOINT, completion_window="24h", metadata=metadata
                )
        except SummaryError:
            if made_all_the_same := [batch for batch in self.list() if batch.input == file]:
                return made_all_the_same[0].id
            raise
        return str(made.id)

    def lines(self, file: str) -> Iterator[bytes]:
        """Read a file of the server line by line: whole files can be large. Raises NotThere, SummaryError."""
        rest = b""
        with (
            self._errors_explained(),
            self._server.client.files.with_streaming_response.content(file) as response,
        ):
            for chunk in response.iter_bytes():
                *whole, rest = (rest + chunk).split(b"\n")
                yield from (line for line in whole if line.strip())
                if len(rest) > _LONGEST_LINE:
                    raise SummaryError(f"{self.host}: a line of {file} is larger than {_LONGEST_LINE >> 20} MB")
        if rest.strip():
            yield rest

    def _read(self, row: Mapping[str, Any]) -> Batch | None:
        """Read a row of the list; None where it is none of a digest's."""
        about = row.get("metadata")
        if not isinstance(about, dict) or about.get("made_by") != _MADE_BY or not row.get("id"):
            return None
        errors = _mapping(row.get("errors")).get("data")
        messages = [str(one["message"]) for one in errors if _mapping(one).get("message")] if errors else []
        more = f" (and {len(messages) - 1} more)" if len(messages) > 1 else ""
        problem = one_line(self._server.shown(messages[0])) + more if messages else ""
        status, name = one_line(str(row.get("status") or "")), one_line(str(row["id"]))
        if status in {"failed", "expired", "cancelled"}:
            problem = ": ".join(filter(None, (f"batch {name} ended as {status}", problem)))
        outputs = (row.get("output_file_id"), row.get("error_file_id"))
        settings = {str(key): str(value) for key, value in about.items() if key not in _FIELDS}
        first, last = str(about.get("first")), str(about.get("last"))
        return Batch(
            name,
            status,
            str(row.get("input_file_id") or ""),
            tuple(file for file in outputs if isinstance(file, str) and file),
            int(_number(_mapping(row.get("request_counts")).get("total"))),
            _number(row.get("created_at")),
            Terms(first, last, int(_number(about.get("limit"))), settings),
            str(about.get("site")),
            str(about.get("model")),
            _number(about.get("cost")),
            problem,
        )

    @contextmanager
    def _errors_explained(self) -> Iterator[None]:
        """Explain what went wrong between us and the server."""
        try:
            yield
        except openai.APIStatusError as cause:
            raise self._refused(cause) from cause
        except (openai.APIConnectionError, httpx2.HTTPError) as cause:
            self._server.deadline.check()
            raise SummaryError(
                f"{self.host}: {self._server.shown(str(cause.__cause__ or cause) or 'connection lost')}",
                hint="rerun the command; submitted batches are picked up",
            ) from cause
        except (ValueError, TypeError, AttributeError) as cause:  # what openai makes of an answer that is none
            raise SummaryError(f"{self.host}: an answer cannot be read", hint="rerun the command") from cause

    def _refused(self, cause: openai.APIStatusError) -> DigestError:
        status = cause.status_code
        what = f"{self.host}: answered {status}: {self._server.shown(cause.response.text)}"
        is_file = "/files/" in cause.request.url.path
        if status in {401, 402, 403} and not is_file:
            return ModelRefused(what, hint="check OPENAI_API_KEY and the account's credit")
        if status in {401, 403, 404, 410} and is_file:
            return NotThere(what)
        if status == 413:
            return FileTooLarge(what, hint="retry without --batch")
        if status in {404, 405, 501}:
            return SummaryError(what, hint="this server may not support batches; retry without --batch")
        if status == 429:
            return SummaryError(what, hint="a limit of the account is reached; rerun the command later")
        return SummaryError(what, hint="rerun the command")


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: object) -> float:
    try:
        number = float(str(value))
    except ValueError:
        return 0.0
    return number if 0 < number < _MOST else 0.0
