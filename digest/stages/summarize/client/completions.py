"""What a model server can say to one call: an answer, or one of four reasons why there is none."""

from dataclasses import dataclass

from digest.errors import SummaryError
from digest.model import Usage
from digest.stages.summarize.client.capabilities import Capabilities


@dataclass(frozen=True)
class Answer:
    """What came back: the raw text, why it ended, and the server's own count of tokens."""

    raw: str
    finish: str = "stop"
    """`stop`, or why the text is not whole: `length`, `content_filter`, `refusal`, …"""
    usage: Usage | None = None
    """None where the server does not count."""


class Unsupported(SummaryError):
    """The server cannot be asked like this; `instead` is the next way to try. The call cost nothing."""

    def __init__(self, what: str, instead: Capabilities) -> None:
        super().__init__(what)
        self.instead = instead


class TooLong(SummaryError):
    """The text does not fit what the server takes."""


class NoCompletion(SummaryError):
    """The server answered, not with a completion, and not with a reason that says what to do."""


class Overloaded(SummaryError):
    """Down, slow or throttling: worth waiting for. `after` is the wait that the server asks for, in seconds."""

    def __init__(self, what: str, *, after: float | None = None, throttled: bool = False) -> None:
        super().__init__(what)
        self.after = after
        self.throttled = throttled
        """Whether fewer calls at once would help."""
