"""Why there is no answer: what an error status and its words mean, over all servers. Pure.

Words only tell what may be told apart: key, credit, rate, length. Any other refusal of a way that never worked leads to
the next way, however it is worded. The order of the questions matters: a message often fits several patterns.
"""

from dataclasses import replace

from digest.errors import DigestError, ModelRefused, SummaryError
from digest.model.text import shorten
from digest.stages.summarize.client import patterns
from digest.stages.summarize.client.capabilities import Capabilities
from digest.stages.summarize.client.lengths import read_lengths, read_limit


class Unsupported(SummaryError):
    """The server cannot be asked like this; `instead` is the next way to try. The call cost nothing."""

    def __init__(self, what: str, instead: Capabilities, otherwise: DigestError | None = None) -> None:
        super().__init__(what)
        self.instead = instead
        self.otherwise = otherwise or NoCompletion(what)
        """What the answer means where this way of asking is known to work."""
        self.certain = otherwise is None
        """Whether the words say what is refused."""


class TooLong(SummaryError):
    """The text does not fit what the server takes."""

    def __init__(self, what: str, *, window: int | None = None, question: int | None = None) -> None:
        super().__init__(what)
        self.window = window
        """The tokens that question and answer may have, where the server says so."""
        self.question = question
        """The tokens that it counted in the question."""
        self.fitting: int | None = None
        """The estimated tokens of a question that would fit; None where nothing is known."""


class NoCompletion(SummaryError):
    """The server answered, not with a completion, and not with a reason that says what to do."""


class Overloaded(SummaryError):
    """Down, slow or throttling: worth waiting for. `after` is the wait that the server asks for, in seconds."""

    def __init__(self, what: str, *, after: float | None = None, throttled: bool = False) -> None:
        super().__init__(what)
        self.after = after
        self.throttled = throttled
        """Whether fewer calls at once would help."""


_BUSY = {408, 409, 425, 429, 502, 503, 504, 529}
_THROTTLED = {429, 503, 529}
_SAYS_NO = {400, 404, 405, 413, 415, 422, 500, 501}


def explain(
    status: int,
    said: str,
    way: Capabilities,
    *,
    host: str,
    model: str,
    after: float | None,
    limit: int = 8000,
    key: str = "OPENAI_API_KEY",
    page: bool = False,
) -> DigestError:
    """Return the error that says what an answer means for the run, the paper or the way of asking.

    `said` is the error's own words (see `own_words`), `after` what `Retry-After` said, in seconds; `limit` the most of
    an answer that was asked for; `key` the variable that holds the key; `page` whether a web page came.
    """
    what = f"{host}: answered {status}: {shorten(said, 160)}"
    if page and status == 200:
        return Overloaded(what)  # a captcha, a login or a proxy's notice
    if _refuses_us(status, said):
        elsewhere = patterns.ELSEWHERE.search(said) and "set llm.base_url to a service that is offered where this runs"
        return ModelRefused(what, hint=elsewhere or f"check {key} and the account's credit")
    if status in _SAYS_NO | {429} and (sized := _of_size(status, what, said, way, limit)):
        return sized
    if status in _BUSY and not patterns.NO_MODEL.search(said):
        return Overloaded(what, after=_asked(said) if after is None else after, throttled=status in _THROTTLED)
    if patterns.BUSY_WORDS.search(said):
        return Overloaded(what, after=_asked(said) if after is None else after, throttled=True)
    # A redirect is not followed: whoever set it up did not mean the papers to go there.
    moved = 300 <= status < 400
    way_out = "set llm.base_url to the address of the model server itself" if moved else ""
    misdirected = ModelRefused(what, hint=way_out or f"check llm.model ({model}) and llm.base_url")
    if moved or (status in _SAYS_NO | _BUSY and patterns.NO_MODEL.search(said)):
        return misdirected
    if status in _SAYS_NO and not patterns.FLAGGED.search(said) and not patterns.SPOILT.search(said):
        otherwise = Overloaded(what) if status >= 500 else misdirected if status in {404, 405} else NoCompletion(what)
        return _of_way(what, said, way, otherwise)
    return Overloaded(what) if status >= 500 else NoCompletion(what)


def _refuses_us(status: int, said: str) -> bool:
    if status in {401, 402} or patterns.NO_MONEY.search(said) or patterns.ELSEWHERE.search(said):
        return True
    if patterns.FLAGGED.search(said):
        return False
    return (status == 403 and not patterns.BUSY_WORDS.search(said)) or patterns.NO_KEY.search(said) is not None


def _of_size(status: int, what: str, said: str, way: Capabilities, limit: int) -> DigestError | None:
    """Return what is too long: the question, the limit of the answer, or both together."""
    if patterns.STREAM.search(said) and not way.stream:
        return Unsupported(what, replace(way, stream=True))
    if status == 413 or patterns.TOO_LONG.search(said):
        window, question = read_lengths(said, limit)
        return TooLong(what, window=window, question=question)
    if status == 429 or not patterns.LIMIT.search(said) or patterns.FORMAT.search(said):
        return None
    if patterns.UNKNOWN.search(said) and way.limit_name in said:
        return Unsupported(what, way.renamed)
    allowed = read_limit(said, limit) or limit // 2
    if allowed < 256:
        return ModelRefused(what, hint="lower llm.output_tokens to what this model allows")
    return Unsupported(what, replace(way, limit=allowed))


def _of_way(what: str, said: str, way: Capabilities, otherwise: DigestError) -> DigestError:
    """Return the next way to ask: by what the words name, else the next plainer one."""
    if way.lengths and patterns.LENGTHS.search(said):
        return Unsupported(what, replace(way, lengths=False))
    if way.system and patterns.ROLE.search(said):
        return Unsupported(what, replace(way, system=False))
    if patterns.FORMAT.search(said) and way.fallback:
        # A schema in another place helps where that place is named, and where its size is not the trouble.
        elsewhere = way.mode != "json_schema" or (way.lengths and "json_object" in said)
        return Unsupported(what, way.fallback if elsewhere else replace(way, mode="json_object"))
    return Unsupported(what, way.plainer, otherwise) if way.plainer else otherwise


def _asked(said: str) -> float | None:
    """Read a wait out of the words: OpenAI's "try again in 6m0s", Gemini's "retry in 34.07s" (it sends no header)."""
    found = patterns.AGAIN.search(said)
    if not found or not any(found.groups()):
        return None
    minutes, number, unit = found.groups()
    try:
        seconds = float(number or 0) / (1000 if unit and unit.lower() == "ms" else 1)
    except ValueError:
        return None
    return 60 * int(minutes or 0) + seconds
