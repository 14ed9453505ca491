"""Whether words stand in a text, as whole words, in whatever case."""

import re
from collections.abc import Iterable


def first_in(keywords: Iterable[str], text: str) -> str | None:
    """Return the first keyword that stands in the text as whole words, in whatever case."""
    return next((keyword for keyword in keywords if is_in(keyword, text)), None)


def is_in(keyword: str, text: str) -> bool:
    """Return whether a keyword stands in the text as whole words, in whatever case."""
    words = r"\s+".join(re.escape(word) for word in keyword.split())
    return re.search(rf"(?<!\w){words}(?!\w)", text, re.IGNORECASE) is not None
