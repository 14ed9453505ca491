"""Small pure functions over strings that several stages share. Nothing here knows what a paper is."""

import codecs
import re
import unicodedata
from collections.abc import Sequence

# Controls, bidirectional overrides and isolates, zero-width space, BOM, surrogates, non-characters, tag characters:
# none is text, and each can hide or reorder text (https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing).
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
# What a runner of workflows takes for a command in what a step prints: `::name::` where a line begins, `##[name]` and
# `##vso[name]` anywhere (https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs).
_COMMAND = re.compile(r"^[^\S\n]*:(?=:)|##(?=\w*\[)", re.MULTILINE)
_LINE_BREAK = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SENTENCE_END = re.compile(r"(?<=[.!?。])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9가-힣$\\])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|etc|vs|al|Fig|Figs|Eq|Eqs|Sec|Tab|Ref|Refs|No|approx|resp|w\.r\.t|St|Dr|Mr|Ms|Prof)|\b[A-Z])\.$"
)


def decoded(raw: bytes) -> str:
    """Read a file of somebody's own: UTF-16 where it begins so, else UTF-8; what is neither becomes U+FFFD."""
    utf16 = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return raw.decode("utf-16" if utf16 else "utf-8-sig", "replace")


def clean(raw: str) -> str:
    """Drop invisible and control characters; every kind of line break becomes a newline. Keeps newlines and tabs."""
    return _UNSEEN.sub("", _LINE_BREAK.sub("\n", raw))


def one_line(raw: str) -> str:
    """Clean `raw` and collapse all white space to single spaces."""
    return " ".join(clean(raw).split())


def has_letters(text: str) -> bool:
    """Return whether a text has a letter or digit; arXiv lists the colon behind a collaboration as an author."""
    return any(map(str.isalnum, text))


def printable(raw: str) -> str:
    """Clean `raw`, and put a space into what would be a command to the runner of a workflow that prints it."""
    return _COMMAND.sub(lambda command: f"{command[0]} ", clean(raw))


def paragraphs(raw: str) -> str:
    """Clean `raw` line by line: white space collapsed, at most one blank line in a row, none at the ends."""
    lines = (" ".join(line.split()) for line in clean(raw).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def sentences(prose: str) -> list[str]:
    """Split prose into sentences. Knows common English abbreviations; does not split inside lines that hold none."""
    found: list[str] = []
    for line in prose.split("\n"):
        start = 0
        for end in _SENTENCE_END.finditer(line):
            if _ABBREVIATION.search(line[max(start, end.start() - 12) : end.start()]):
                continue
            found.append(line[start : end.end()].strip())
            start = end.end()
        found.append(line[start:].strip())
    return [sentence for sentence in found if sentence]


def estimate_tokens(prose: str) -> int:
    """Estimate how many tokens a model sees in `prose`: four ASCII characters each, or one of another script.

    On the high side for English prose and maths; exact counting would need the model's own vocabulary.
    """
    ascii_only = sum(1 for char in prose if char < "\x80")
    return ascii_only // 4 + (len(prose) - ascii_only) + 1


def slug(raw: str, limit: int = 80) -> str:
    """Make a file and URL name: lower-case letters, digits and hyphens, at most `limit` long. Keeps Hangul."""
    lowered = unicodedata.normalize("NFKC", raw).lower()
    return re.sub(r"[\W_]+", "-", lowered).strip("-")[:limit].strip("-")


def counted(number: int, noun: str) -> str:
    """Write `1 paper`, `6 papers`, `1,200 entries`. Knows regular English plurals only."""
    plural = f"{noun[:-1]}ies" if noun.endswith("ry") else f"{noun}es" if noun.endswith("ch") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def in_utf8(name: str) -> str:
    """Return the name of a file as it can be written in UTF-8, which what is on disk need not be."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def enumerated(items: Sequence[object], most: int = 5) -> str:
    """Write the first `most` of several things, and how many more there are."""
    more = f" and {len(items) - most} more" if len(items) > most else ""
    return ", ".join(map(str, items[:most])) + more


def shorten(raw: str, limit: int) -> str:
    """Cut `raw` at a word within `limit` characters and mark the cut with an ellipsis."""
    line = one_line(raw)
    if len(line) <= limit:
        return line
    return line[: limit - 1].rsplit(" ", 1)[0].rstrip(",.;: ") + "…"
