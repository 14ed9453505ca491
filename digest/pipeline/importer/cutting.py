"""One entry cut out of a post, whatever somebody made of the rest: no other character changes but the numbers."""

import re
from contextlib import suppress

from digest.model import BadPaperId, PaperId

_TOP = re.compile(r"^# .*$", re.MULTILINE)
_TITLE = re.compile(r"# (?:(?P<number>\d+)\. )?\[(?:\\.|[^\\])+?\]\((?P<url>[^()\s]+)\)\s*")


def without(text: str, paper: PaperId) -> str:
    """Return a post without the entry whose title links to `paper`; the text itself where no title does.

    An entry ends where the next heading of its level begins. Does not look for other words about the paper.
    """
    starts = [found.start() for found in _TOP.finditer(text)]
    kept, place = [text[: starts[0]] if starts else text], 0
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        part = text[start:end]
        title = _TITLE.fullmatch(part.partition("\n")[0])
        if title and _links_to(title["url"], paper):
            continue
        place += title is not None
        if title and title["number"]:
            part = f"# {place}{part[title.end('number') :]}"
        kept.append(part)
    return "".join(kept)


def _links_to(url: str, paper: PaperId) -> bool:
    with suppress(BadPaperId):
        return PaperId.of_link(url).base == paper.base
    return False
