"""Check that a field is written in the site's language and, in Korean, in one register.

Does not judge style. Established English terms and names inside Korean are no fault; an English clause is.
"""

import re
from collections import Counter
from collections.abc import Iterator

from digest.model import Finding
from digest.stages.check.prose import (
    CLAUSE_WORDS,
    EXPECTED,
    FUNCTION_WORDS,
    SCRIPTS,
    STOP_WORDS,
    ending_of,
    sentences_of,
    without_maths,
)
from digest.stages.check.subject import Subject

MIN_SHARE = 0.3
"""Least share of words with Hangul in them in a Korean sentence; the lowest seen in good ones is 0.62."""
MIN_LETTERS = 12
TERM = 6
"""How many English words a term or a set phrase has at most (`state of the art`, `lost in the middle`)."""
_INSIDE_TERM = re.compile(r"[\"'“‘(]?[A-Za-z][A-Za-z0-9'’/-]*")
_ENGLISH = re.compile(
    r"(?<![A-Za-z])[A-Za-z][A-Za-z0-9'’.-]*(?<!\.)(?:[ ,;:]+(?:\d[\d.,%]*[ ,;:]+)*[A-Za-z][A-Za-z0-9'’.-]*(?<!\.))+"
)
_QUOTED = re.compile(r"[“\"‘'「『(][^”\"’'」』()]{1,120}[”\"’'」』)]")
_POLITE = re.compile(r"(?:세요|어요|아요|에요|예요|해요|돼요|되요|네요|지요|죠|군요|데요|려요|려고요|요)$")
_NOMINAL = re.compile(
    r"(?:[함됨임음짐줌봄옴남킴림침님딤심힘]|[가-힣](?:향상|감소|개선|제안|달성|필요|가능|제공|확인|입증|도출|적용|목표|확보))$"
)
_ORDER = re.compile(r"(?:하라|해라|하자|보라|마라|십시오|시오)$")
_GLOSS = re.compile(r"\([^()가-힣]*\)")
_LISTING = {"and", "or", "of", "for", "with", "to"}
"""Small words that also stand inside terms and lists of terms."""
_IN_NAMES = {"the", "its"}
_ACRONYM = re.compile(r"\s?\((?=[\w-]{0,11}?[A-Z][\w-]{0,11}?[A-Z])[\w-]{2,12}\)")
"""What follows when a name is spelled out, however long it is."""
_FOREIGN = ("Han", "Kana", "Cyrillic", "Arabic", "Hebrew", "Devanagari", "Thai")


def check_language(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each field, sentence or word in another language, script or register."""
    expected = EXPECTED.get(subject.language.lower().partition("-")[0])
    if not expected:
        return
    for field, text in subject.fields.items():
        found = list(_wrong_language(field, text, subject.language, expected))
        yield from found
        if found:
            continue
        yield from _foreign_characters(field, text, expected, subject.paper_text)
        if subject.language.startswith("ko"):
            yield from _english_left_in(field, text)
            yield from _register(field, text)


def _wrong_language(field: str, text: str, language: str, expected: tuple[str, ...]) -> Iterator[Finding]:
    """Judge the field as a whole: its share of the language's scripts, for Latin ones its most frequent small words."""
    prose = without_maths(text)
    counts = {script: len(pattern.findall(prose)) for script, pattern in SCRIPTS.items()}
    letters = sum(counts.values())
    own = sum(counts[script] for script in expected)
    if letters < MIN_LETTERS:
        return
    share = own / letters
    if expected == ("Hangul",):
        words = _words_of(prose) or [word for word in prose.split() if any(map(str.isalpha, word))]
        share = sum(1 for word in words if SCRIPTS["Hangul"].search(word)) / max(1, len(words))
    chinese = language.startswith("ja") and counts["Han"] > 12 and not counts["Kana"]
    if share < (0.6 if "Latin" in expected else 0.25) or chinese:
        yield Finding("language", field, f"{field} is not written in the language “{language}”")
        return
    if "Latin" not in expected:
        return
    frequencies = Counter(re.findall(r"[a-zà-ÿ]+", prose.lower()))
    hits = {other: sum(frequencies[word] for word in stops) for other, stops in STOP_WORDS.items()}
    rival = max(hits, key=lambda other: (hits[other], other == language[:2]))
    if rival != language[:2] and hits[rival] >= 3 and hits[rival] > 1.5 * hits.get(language[:2], 0):
        yield Finding("language", field, f"{field} is written in “{rival}”, not in “{language}”")


def _words_of(text: str) -> list[str]:
    """List the words that show the language: those with Hangul and those in lower case, no names.

    A term of several English words counts as one, by its last.
    """
    words = text.split()
    shown: list[str] = []
    run = 0
    for at, word in enumerate(words):
        run = run + 1 if _starts_latin(word) else 0
        within = run and run < TERM and _INSIDE_TERM.fullmatch(word) and _starts_latin(" ".join(words[at + 1 : at + 2]))
        if within and word.lower() not in FUNCTION_WORDS:
            continue
        run = 0
        if SCRIPTS["Hangul"].search(word) or word.strip("\"'“”‘’,.;:()").islower():
            shown.append(word)
    return shown


def _starts_latin(word: str) -> bool:
    bare = word.lstrip("\"'“‘(")
    return bare[:1].isascii() and bare[:1].isalpha() and bare.lower() not in FUNCTION_WORDS


def _foreign_characters(field: str, text: str, expected: tuple[str, ...], paper: str) -> Iterator[Finding]:
    """Find runs of a third script; such words are allowed where the paper has them."""
    for script in _FOREIGN:
        if script in expected:
            continue
        for run in re.finditer(f"(?:{SCRIPTS[script].pattern})+", text):
            if run[0] not in paper:
                yield Finding(
                    "language", field, f"{run[0]} in {field} is {script} script that the paper does not use", run[0]
                )


def _english_left_in(field: str, text: str) -> Iterator[Finding]:
    """Find English clauses, and sentences with next to no Hangul, in a Korean field."""
    prose = without_maths(text)
    quotes = [quote.span() for quote in _QUOTED.finditer(prose)]
    for run in _ENGLISH.finditer(prose):
        words = re.findall(r"[A-Za-z][A-Za-z0-9'’.-]*", run[0])
        small = [
            word for word in words if word in FUNCTION_WORDS or (word.lower() in CLAUSE_WORDS and word == words[0])
        ]
        clause = [word for word in small if word.lower() in CLAUSE_WORDS]
        quoted = any(start < run.start() and run.end() <= end for start, end in quotes)
        lower = sum(word.islower() for word in words)
        after = prose[run.end() : run.end() + 2].lstrip(" ")
        if SCRIPTS["Hangul"].match(after) and _is_set_phrase(run[0], words):
            continue
        if not set(clause) - _IN_NAMES and (_is_title(words) or _ACRONYM.match(prose, run.end())):
            continue
        if len(words) > TERM and set(small) <= {"and", "or"} and _is_list_of_terms(run[0]):
            continue
        grammatical = set(small) - _LISTING or (small and re.search(r"(?<![\w.])\d[\d.,]*%?[ ,]", run[0]))
        if (len(words) >= 4 and clause and not quoted) or (
            len(words) >= (5 if grammatical else 7) and lower >= (2 if grammatical else 5) and small and not quoted
        ):
            yield Finding("language", field, f"“{run[0]}” in {field} is left in English", text[run.start() : run.end()])
            return
    for sentence in sentences_of(text):
        spaced = _words_of(_GLOSS.sub(" ", without_maths(sentence)))
        korean = sum(1 for word in spaced if SCRIPTS["Hangul"].search(word))
        if len(spaced) >= (5 if korean else 3) and korean / len(spaced) < MIN_SHARE:
            yield Finding("language", field, f"a sentence of {field} is hardly translated", sentence)


def _is_title(words: list[str]) -> bool:
    """Return whether all words but the small ones have a capital, as those of a name have."""
    return all(word[0].isupper() or word in FUNCTION_WORDS for word in words)


def _is_list_of_terms(run: str) -> bool:
    """Return whether a run lists terms and is no clause: three or more, of at most three words each."""
    items = re.split(r",\s(?:and\s|or\s)?|\s(?:and|or)\s", run)
    return len(items) > 2 and all(len(item.split()) <= 3 for item in items)


def _is_set_phrase(run: str, words: list[str]) -> bool:
    """Return whether a run with a Korean particle is a noun like `state of the art`: short, without verb or figure."""
    opens = words[0].lower() in FUNCTION_WORDS
    clause = {word.lower() for word in words} & CLAUSE_WORDS - _IN_NAMES
    return len(words) <= (4 if opens else TERM) and not clause and not re.search(r" \d", run)


def _is_formal(word: str) -> bool:
    """Return whether a word ends in -ㅂ니다 or -ㅂ니까; `아니다` does not."""
    return (
        word.endswith(("니다", "니까"))
        and len(word) > 2
        and "가" <= word[-3] <= "힣"
        and (ord(word[-3]) - 0xAC00) % 28 == 17
    )


def _register(field: str, text: str) -> Iterator[Finding]:
    """Find Korean sentences that do not end in -다."""
    sentences = sentences_of(text)
    for at, sentence in enumerate(sentences):
        ending = ending_of(sentence)
        if not SCRIPTS["Hangul"].search(ending[-1:]):
            continue
        last_word = ending.split()[-1]
        style = ""
        if _POLITE.search(last_word) or _is_formal(last_word):
            style = "the polite style"
        elif _ORDER.search(last_word):
            style = "an order or proposal"
        elif not ending.endswith("다") and not (ending.endswith(("가", "까", "나")) and "?" in sentence[-4:]):
            unfinished = at == len(sentences) - 1 and sentence.rstrip()[-1:] not in ".!?。"
            style = "" if unfinished and not _NOMINAL.search(ending) else "a noun or a clause"
        if style:
            yield Finding(
                "language", field, f"“{last_word}” in {field} ends a sentence in {style}; write plain -다", sentence
            )
