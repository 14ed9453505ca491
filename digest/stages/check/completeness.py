"""Check that a field is a whole text of its own: not empty, cut, copied, a placeholder, a refusal or left-over prompt.

Does not judge whether it says enough. A limitations field that honestly says that the paper states none is no finding.
"""

import re
from collections.abc import Iterator

from rapidfuzz import fuzz

from digest.model import Finding
from digest.stages.check.phrases import HOLES, HONEST, LEFTOVERS, OPEN_ENDS, PLACEHOLDERS, REFUSALS, STATES_NONE
from digest.stages.check.prose import ending_of, sentences_of
from digest.stages.check.scripts import SCRIPTS
from digest.stages.check.subject import LONGEST, Case

COPY = 90
"""Likeness in percent from which a field copies another."""
SAME_LINE = 97
"""The same for the one-line summary, which may well resemble the goal."""
INSIDE = 92
"""Likeness of a field to a stretch of a longer one from which it is inside it."""


def check_complete(case: Case) -> Iterator[Finding]:
    """Yield what makes a field less than a text of its own: at most one finding each, beside copies and length."""
    for field, text in case.fields.items():
        if field in case.cut:
            yield Finding(
                "complete", field, f"{field} has {case.cut[field]:,} characters; {LONGEST:,} of them were judged"
            )
        if not text.strip():
            if field != "tldr":
                yield Finding("complete", field, f"{field} is empty")
            continue
        found = next(_whole(field, text, case), None)
        if found:
            yield found
    yield from _copies(case)


def _whole(field: str, text: str, case: Case) -> Iterator[Finding]:
    bare = text.strip().strip("\"'“”*_")
    honest = field == "limitations" and HONEST.search(bare)
    stopgap = PLACEHOLDERS.fullmatch(bare) and not (honest and STATES_NONE.search(bare))
    if stopgap or not any(char.isalnum() for char in bare):
        yield Finding("complete", field, f"{field} is a placeholder (“{text.strip()[:60]}”)", text.strip())
    if (hole := HOLES.search(text)) and hole[0] not in case.text:
        yield Finding("complete", field, f"“{hole[0]}” in {field} is a placeholder", hole[0])
    refusal = REFUSALS.search(bare) if len(sentences_of(bare)) <= 2 else None
    if refusal and not honest and not _is_quoted(refusal, bare):
        yield Finding("complete", field, f"{field} refuses or excuses itself instead of summarising", refusal[0])
    for what, pattern in LEFTOVERS:
        left = pattern.search(text)
        if left and not (left.start() and left[0].strip() in case.text):
            yield Finding("complete", field, f"“{left[0].strip()}” in {field} is {what}", left[0].strip())
    if cut := _cut(text, case.language):
        yield Finding("complete", field, f"{field} breaks off in mid-sentence (“{cut[-30:]}”)", cut[-30:])


def _is_quoted(words: re.Match[str], text: str) -> bool:
    """Say whether quotation marks open before the words and close behind them: what a model is made to say."""
    return bool(
        re.search(r"[“\"'‘「][^”\"'’」]*$", text[: words.start()])
        and re.match(r"[^“‘「]*[”\"'’」]", text[words.end() :])
    )


def _cut(text: str, language: str) -> str:
    """Return the last sentence where it was not finished, else nothing."""
    last = text.rstrip().rsplit("\n", 1)[-1].strip()
    ending = ending_of(last)
    if re.search(r"(?:…|\.\.\.)[\"'”’)]*$", last) or re.search(r"[,;:(·\-–/]$", last):
        return last
    if re.search(r"https?://\S+$", last):
        return ""
    if last.count("(") > last.count(")"):
        return last
    stopped = bool(re.search(r"[.!?。！？][\"'”’)\]」』*_]*(?:\s?\([^()]*\))?$", last))
    if not language.startswith("ko"):
        return "" if stopped else last
    if not SCRIPTS["Hangul"].search(ending[-1:]):
        return "" if stopped and not ending.endswith(",") else last
    if OPEN_ENDS.search(ending):
        return last
    return "" if stopped or ending.endswith("다") else last


def _copies(case: Case) -> Iterator[Finding]:
    """Compare each field with those before it; the one-line summary comes last."""
    written = {field: " ".join(text.split()) for field, text in case.fields.items() if len(text.strip()) >= 10}
    fields = list(written)
    for at, field in enumerate(fields):
        for earlier in fields[:at]:
            one, other = written[field], written[earlier]
            likeness = fuzz.ratio(one, other)
            if likeness >= (SAME_LINE if field == "tldr" else COPY):
                yield Finding("complete", field, f"{field} copies {earlier}", case.fields[field].strip())
                break
            if field == "tldr":
                continue
            short, long = sorted((one, other), key=len)
            if len(long) > 1.1 * len(short) and fuzz.partial_ratio(short, long) >= INSIDE:
                yield Finding(
                    "complete",
                    field,
                    f"most of {field} and of {earlier} is the same text",
                    short if short == one else "",
                )
                break
