"""Check that the Latin-script names, acronyms and identifiers of a field occur in what its claims quote.

Title, abstract, headings and authors may be named anywhere.

Does not look at names written in Hangul. Case, hyphens, spaces, plurals and Korean particles make no difference; what
is not a name but common vocabulary of the field is listed in `vocabulary`.
"""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from digest.model import Finding
from digest.stages.check.figures import figures
from digest.stages.check.index.names import NameIndex, compact, fold, plurals
from digest.stages.check.names.acronyms import (
    Expansion,
    compound_longs,
    contradiction,
    expansions_of,
    known_forms,
    known_shorts,
)
from digest.stages.check.names.addresses import ADDRESS
from digest.stages.check.names.vocabulary import COMMON, EXPANSIONS
from digest.stages.check.prose import FUNCTION_WORDS
from digest.stages.check.readable import readable
from digest.stages.check.subject import Subject, scope_at

_NAME = re.compile(r"[A-Za-zÀ-ɏ0-9]+(?:[-_./&'@+][A-Za-zÀ-ɏ0-9]+)*")
_REST = r"[a-zß-ɏ]++(?![A-Za-z0-9ß-ɏ])"
_TITLE = rf"[A-Z]{_REST}(?:-[A-Za-z]{_REST})*"
_PHRASE = re.compile(
    rf"(?<![A-Za-z0-9-]){_TITLE}(?:[ -](?:(?:of|for|and|in|the|to|with|on|via|an?)[ -]){{0,2}}{_TITLE})+"
)
_MATHS = re.compile(r"(?<![\\$])\$[^$\n]{1,200}\$")
_HANGUL = re.compile("[가-힣]")
_LONG_FORMS = frozenset(compact(long) for longs in EXPANSIONS.values() for long in longs)
_PERCENTILE = re.compile(r"[pP](\d\d)")
_VERSION = re.compile(r"^[vV](?=\d+(?:\.\d+)+$)")
_STARTS = re.compile(r"(?:^|[.:!?]\s+|\n|[-*•]\s)$")
_SIZE = re.compile(r"\d+(?:\.\d+)?[KMBT]", re.IGNORECASE)


def check_names(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each name that the paper lacks or has elsewhere, and each acronym expanded otherwise."""
    paper = subject.paper_names
    for field, text in subject.fields.items():
        source = readable(_MATHS.sub(lambda maths: " " * len(maths[0]), text))
        masked = _without_figures(source.text)
        expanded = list(expansions_of(source.text))
        judged = {(expansion.start, expansion.end) for expansion in expanded}
        for expansion in expanded:
            words = source.source_span(expansion.start, expansion.end)
            yield from _acronym_finding(expansion, field, words, paper)
        for phrase in _PHRASE.finditer(masked):
            if _overlaps(phrase.span(), judged):
                continue
            judged.add(phrase.span())
            words = source.source_span(*phrase.span())
            scope = scope_at(subject, field, phrase.start())
            if scope and joins_names(phrase[0], scope.names):
                continue
            if not known_phrase(phrase[0], paper) and not _is_quoted(phrase, masked, paper):
                yield Finding("names", field, f"“{words}” in {field} does not occur in the paper as one name", words)
            elif _is_elsewhere(phrase, field, subject, known_phrase):
                yield _elsewhere(words, field)
        for name in _NAME.finditer(masked):
            if _overlaps(name.span(), judged):
                continue
            there = known(name[0], paper)
            if (there and not _is_elsewhere(name, field, subject, known)) or _is_word(name, masked, paper):
                continue
            words = source.source_span(*name.span())
            if there:
                yield _elsewhere(words, field)
                continue
            hint = _hint(name[0], paper)
            yield Finding("names", field, f"{words} in {field} does not occur in the paper{hint}", words)


def _is_word(name: re.Match[str], text: str, paper: NameIndex) -> bool:
    """Return whether it is a part of a longer name, or an ordinary word that only stands first in its sentence."""
    if _HANGUL.match(text[name.start() - 1 : name.start()]) and compact(name[0]) in paper.run:
        return True
    first = _STARTS.search(text[: name.start()])
    return bool(first and name[0].istitle() and paper.begins_ordinary(name[0]))


def _is_elsewhere(
    name: re.Match[str], field: str, subject: Subject, is_known: Callable[[str, NameIndex], bool]
) -> bool:
    """Return whether the paper has a name, but neither in the passages of its claim nor where all may take it from."""
    scope = scope_at(subject, field, name.start())
    # A result names what the paper compares as its passages do: the abstract may name another method as well.
    compared = field == "results" and subject.compared_names.has(name[0])
    everywhere = subject.own_names if compared else subject.known_names
    if scope is None or is_known(name[0], scope.names) or is_known(name[0], everywhere):
        return False
    if name[0].islower() and name[0].isalpha():  # an ordinary word
        return False
    other_forms = [*known_forms(name[0], subject.paper_text), *known_shorts(name[0], subject.paper_text)]
    return not any(scope.names.has(form) or everywhere.has(form) for form in other_forms)


def _elsewhere(words: str, field: str) -> Finding:
    what = f"{words} in {field} is not in the passages quoted for its claim; it stands elsewhere in the paper"
    return Finding("anchors", field, what, words)


def known(name: str, paper: NameIndex) -> bool:
    """Return whether one word, hyphens and all, is in the paper or in everybody's vocabulary."""
    if not any(char.isalpha() for char in name) or len(compact(name)) < 2 or name.lower() in FUNCTION_WORDS:
        return True
    if paper.has(_VERSION.sub("", name), capital=_is_short_acronym(name)) or not COMMON.isdisjoint(
        plurals(compact(name))
    ):
        return True
    rank = _PERCENTILE.fullmatch(name)
    longs = (f"{rank[1]}th percentile",) if rank else EXPANSIONS.get(name.removesuffix("s"), ())
    if _is_short_acronym(name.removesuffix("s")) and len(name) > 2 and paper.has_expanded(name.removesuffix("s")):
        return True
    longs = (*longs, *compound_longs(name))
    if compact(name) in _LONG_FORMS or any(paper.has(long) for long in longs) or paper.has_direction(name):
        return True
    # GPT-4/GPT-4o and Qwen2.5-7B/14B are several names.
    if len(several := [part for part in re.split(r"[/&+]|(?<=\d)x(?=[A-Z])", name) if part]) > 1:
        return all(known(part, paper) for part in several)
    parts = re.split(r"[-_]", name)
    if fold(name).isascii() and name.islower() and all(map(str.isalpha, parts)) and len(parts) <= 3:
        return True
    if _SIZE.fullmatch(parts[-1]) or parts[-1] == "only":
        return _is_variant(parts, paper)
    one_name = len(parts) > 3 or len(parts) == 1 or any(map(str.isdigit, "".join(parts)))
    titled = all(part[:1].isupper() for part in parts)
    return not one_name and not titled and all(known(part, paper) for part in parts)


def _is_variant(parts: list[str], paper: NameIndex) -> bool:
    """Return whether the paper has a model in that size (`Qwen-7B`), or a baseline with that alone (`LLM-only`)."""
    if parts[-1] == "only":
        return paper.has(f"only {parts[0]}") or paper.has(f"only {parts[0]}s")
    return 1 < len(parts) <= 3 and paper.has_size("-".join(parts[:-1]), parts[-1])


def known_phrase(phrase: str, paper: NameIndex) -> bool:
    """Return whether words with capitals that stand side by side do so in the paper, at least in pairs."""
    if paper.has(phrase) or not (COMMON | _LONG_FORMS).isdisjoint(plurals(compact(phrase))):
        return True
    words = phrase.split(" ")
    if len(words) == 1:
        return known(phrase, paper)
    bound = set()
    for at, (left, right) in enumerate(pairwise(words)):
        if paper.has(f"{left} {right}") or compact(left + right) in COMMON:
            bound |= {at, at + 1}
    loose = [word for at, word in enumerate(words) if at not in bound]
    return all(not COMMON.isdisjoint(plurals(compact(word))) for word in loose) and all(
        known(word, paper) for word in words
    )


def joins_names(phrase: str, passages: NameIndex) -> bool:
    """Return whether a phrase is made of names that the passages have, each whole: `Pile` and `Sliding Window`.

    Korean puts names side by side where English has a preposition. A lower-case word of the passages is no name.
    """
    words = phrase.split(" ")
    done = 0
    while done < len(words):
        ends = range(len(words), done, -1)
        done = next((end for end in ends if passages.has(" ".join(words[done:end]), capital=end == done + 1)), 0)
        if not done:
            return False
    return True


def _acronym_finding(expansion: Expansion, field: str, words: str, paper: NameIndex) -> Iterator[Finding]:
    given = contradiction(expansion, paper)
    if given is None:
        return
    instead = f"; the paper says “{given}”" if given else ", which the paper does not say"
    yield Finding("names", field, f"{expansion.short} in {field} is expanded as “{words}”{instead}", words)


def _without_figures(text: str) -> str:
    masked = list(text)
    for figure in figures(text):
        if figure.form != "part":
            masked[figure.start : figure.end] = " " * (figure.end - figure.start)
    return ADDRESS.sub(lambda url: " " * len(url[0]), "".join(masked))


def _is_short_acronym(name: str) -> bool:
    return name.isupper() and len(name) <= 5 and name.isalpha()


def _is_quoted(phrase: re.Match[str], text: str, paper: NameIndex) -> bool:
    """Return whether a phrase in quotation marks is an example made of the paper's words."""
    around = text[phrase.start() - 1 : phrase.start()] + text[phrase.end() : phrase.end() + 1]
    return around in ('""', "“”", "''", "‘’") and all(paper.has(word) for word in phrase[0].split())


def _overlaps(span: tuple[int, int], others: set[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def _hint(name: str, paper: NameIndex) -> str:
    nearest = paper.nearest(name)
    return f" (did you mean {nearest}?)" if nearest else ""
