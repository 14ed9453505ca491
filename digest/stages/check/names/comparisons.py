"""Read who stands before whom in a text (`A는 B를 앞섰다`, `A outperforms B`), and find where two texts turn it round.

Knows names in Latin script and the verbs of the tables alone. Draws nothing from figures, and nothing where the other
text has the comparison both ways, as with two data sets.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from digest.model import Finding
from digest.stages.check.index.names import compact
from digest.stages.check.subject import Subject

_WORD = r"[A-Za-z0-9][A-Za-z0-9.+*@/-]*"
_NAME = rf"(?<![A-Za-z0-9-]){_WORD}(?: (?:\+|with|and|w/) {_WORD}| {_WORD})*(?:\s?\([^()]{{1,20}}\))?"
_SUBJECT = re.compile(rf"(?P<name>{_NAME})(?:은|는|이|가)(?=\s)")
_OBJECT = re.compile(
    rf"(?P<name>{_NAME})(?:의\s[^\s]{{1,12}})?(?P<role>을|를|보다|에게|에)(?:\s(?:비해|비하여))?(?=\s)"
)
_VERB = re.compile(
    r"(?P<ahead>앞[서섰선설]|능가|넘어[서섰]|제[치쳤]|웃[돌돈]|이[겼긴기][고며다는]|우수|우세|나[은았]|좋[은았])"
    r"|(?P<behind>뒤[지졌처쳐진]|뒤떨어|밀[리렸린려]|못\s?미[쳤치]|못[하했한]|나[빴쁘쁜]|[졌진][다고]|열세)"
    r"|(?P<higher>높[은았고다아])|(?P<lower>낮[은았고다아])"
)
_ENGLISH = re.compile(
    rf"(?P<left>{_WORD}(?: (?:\+|with) {_WORD})*) (?:(?:significantly|consistently|clearly|also|greatly|slightly) )?"
    rf"(?:(?P<ahead>outperform(?:s|ed)?|surpass(?:es|ed)?|beats?|exceed(?:s|ed)?)"
    rf"|(?P<behind>underperforms?|trails|lags behind|is behind|falls behind)) (?:the )?"
    rf"(?P<right>{_WORD}(?: (?:\+|with) {_WORD})*)"
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\S)|\n+")
_DENIED = re.compile(r"^\S{0,3}지\s?(?:는\s)?(?:않|못)")
_WAYS = {"ahead": ("rank", 1), "behind": ("rank", -1), "higher": ("level", 1), "lower": ("level", -1)}


class Comparison(NamedTuple):
    """Which of two names stands before the other, by rank or by level, and the words that say so."""

    left: str
    right: str
    axis: str
    way: int
    words: str


def comparisons(text: str) -> Iterator[Comparison]:
    """Yield the comparisons of two names in a text."""
    for sentence in _SENTENCE.split(text):
        for found in _ENGLISH.finditer(sentence):
            yield _comparison(found["left"], found["right"], "ahead" if found["ahead"] else "behind", found[0])
        subjects = list(_SUBJECT.finditer(sentence))
        ends = [*(subject.start() for subject in subjects), len(sentence)][1:]
        for subject, end in zip(subjects, ends, strict=False):
            verb = _VERB.search(sentence, subject.end(), end)
            if not verb or _DENIED.match(sentence[verb.end() :]):
                continue
            several = list(_OBJECT.finditer(sentence, subject.end(), verb.start()))
            held = [one for one in several if one["role"] != "에" or verb.lastgroup == "behind"]
            if len(held) == 1:
                words = sentence[subject.start() : verb.end()]
                yield _comparison(subject["name"], held[0]["name"], str(verb.lastgroup), words)


def _comparison(left: str, right: str, kind: str, words: str) -> Comparison:
    axis, way = _WAYS[kind]
    one, other = compact(left), compact(right)
    return Comparison(one, other, axis, way, words) if one <= other else Comparison(other, one, axis, -way, words)


def turned(text: str, source: str) -> Iterator[tuple[str, str]]:
    """Yield what a text compares the other way round than its source does, and the words of the source."""
    said: dict[tuple[str, str, str], dict[int, str]] = {}
    for one in comparisons(source):
        said.setdefault(one[:3], {})[one.way] = one.words
    for mine in comparisons(text):
        ways = said.get(mine[:3], {})
        if mine.way not in ways and -mine.way in ways:
            yield mine.words, ways[-mine.way]


def check_comparisons(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each comparison that the passages of its claim have the other way round."""
    for field, scopes in subject.scopes.items():
        if field == "tldr":
            continue
        text = subject.readable[field]
        for scope in scopes:
            for words, said in turned(text.text[scope.start : scope.end], scope.figures.text):
                at = text.text.index(words, scope.start)
                where = text.source_span(at, at + len(words)).strip()
                what = f"{where} in {field} turns round what the passages say: “{said}”"
                yield Finding("anchors", field, what, where, said)
