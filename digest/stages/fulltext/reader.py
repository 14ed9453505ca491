"""What a reader is: one way to read a paper."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from digest.model import Document, Fetched, Paper

if TYPE_CHECKING:
    from digest.config import FulltextConfig


class Get(Protocol):
    """`get("arxiv", "/html/2511.09146v2")`: a GET of a path at a named service."""

    def __call__(self, service: str, path: str, /, *, belongs: Callable[[Fetched], bool]) -> Fetched:
        """Return the page. Raises NotThere, Refused, or Unavailable also for a page that does not belong there."""
        ...


class DocumentReader(Protocol):
    """One way to read a paper. Takes nothing from other readers and gives the whole paper or nothing."""

    def __call__(self, paper: Paper, get: Get, config: "FulltextConfig", /) -> Document:
        """Return the paper's document. Raises FetchError where this way gives nothing, with the reason in words."""
        ...
