"""Where a paper that is not on arXiv can be read by anybody, as its source says. No other place is asked."""

from digest.errors import NotThere
from digest.model import Paper


def place(paper: Paper, kind: str) -> tuple[str, str]:
    """Return service and path of the paper's `html` or `pdf`. Raises NotThere where its source names none."""
    address = {"html": paper.html, "pdf": paper.pdf}.get(kind)
    if not address:
        raise NotThere(f"no open {kind.upper()} is known")
    return ("web" if address.startswith(("https://", "http://")) else "file"), address
