"""A text → its keys: everything a reader may type for a word of it. The same rules are in `assets/search-query.js`.

rotary           a word of an alphabet, small, without accents; looked up whole or, if long, by its beginning
selfattention    words joined by a sign, beside each of them; also words in a row where `joined` asks for it
attention        the parts of LiteAttention, GraphRAG, Qwen3; RL for RLs
sigma            Greek letters by their names: Σ-Mem, π0
데이터셋          up to four letters in a row of a script without case, from each letter of a word on
=데이             each pair of them, so that a query of two letters needs one key; not where two words meet: 강[화학]습
_긴문             the letters on both sides of a space: 긴문맥 is 긴 문맥
@shkim           initials of a person and the last name, as one word
80gb 70만 75%     a number with its unit, also over a space; of a unit in Hangul its numeral or its first letter
ᄀᄒᄒᄉ             the first consonants of a word of Hangul, where `initials` asks for them
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from digest.site.search.letters import DENSE, FORM, fold, forms, is_dense

_JOINERS = re.compile(r"[-.'’/+_]")
_ACROSS = re.compile(rf"([{DENSE}])[ \n](?=([{DENSE}]))")
_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)+")
_WITH_UNIT = re.compile(
    r"(?<![\w.])(\d+(?:\.\d+)*)"
    r"(?: ?([%×])|(x)(?![A-Za-z0-9])"
    r"| ([A-Z][A-Za-z]{0,4}|[kmnμ]?[smg]|fps|kHz|[kcm]m|bits?)(?![A-Za-z0-9])"
    r"| ?(퍼센트|[십백천만억조]+|[가-힣]))"
)
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "ο": "omicron", "π": "pi", "ρ": "rho",
    "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
_GREEK_LETTER = re.compile("[α-ωΑ-Ω]")
ITSELF = "\n"
"""Stands before a term that is a key."""
_LONGEST = 40
_REMEMBERED = 10_000
"""Terms whose keys are kept at hand: 3 MB. More of them make no block sooner."""


class SearchKeys:
    """Makes keys in two steps: a text has terms, a term has keys. Each term's keys are made once and remembered.

    A term is a form, or a key behind `ITSELF`. `phrases` are also found without their spaces.
    """

    def __init__(self, phrases: Iterable[Iterable[str]]) -> None:
        self._known: dict[str, tuple[str, ...]] = {}
        self._phrases: dict[str, list[tuple[str, ...]]] = {}
        self._starts: set[str] = set()
        self._within: dict[str, set[int]] = {}
        """Terms of Hangul that are written as one or apart, as one → where their words meet: 강화학습 is no 화학."""
        for phrase in {tuple(map(str.lower, forms(one))) for group in phrases for one in group}:
            if len(phrase) > 1 and len({*map(is_dense, phrase)}) == 1:
                self._phrases.setdefault(phrase[0], []).append(phrase)
                if is_dense(phrase[0]):
                    self._within["".join(phrase)] = {len("".join(phrase[:end])) - 1 for end in range(1, len(phrase))}
        self._compound = re.compile("|".join(sorted(self._within, key=len, reverse=True)) or r"(?!)")

    def keys(self, term: str) -> tuple[str, ...]:
        """Return the keys of a term; one may stand there twice."""
        if term[0] == ITSELF:
            return (term[1:],)
        known = self._known.get(term)
        if known is None:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            known = self._known[term] = tuple(self._keys(term))
        return known

    def terms(self, text: str, *, joined: bool = False, initials: bool = False) -> set[str]:
        """Return the terms of a text."""
        folded = fold(text)
        found: list[str] = FORM.findall(folded)
        terms = set(found)
        for form in terms.difference(self._known):
            self.keys(form)
            if form.lower() in self._phrases:
                self._starts.add(form)
        starts = self._starts.intersection(terms)
        if not folded.isascii():
            if initials:
                terms.update([_initials(form) for form in terms if len(form) > 1 and "\uac00" <= form[0] <= "\ud7a3"])
            terms.update([f"{ITSELF}_{before}{after}" for before, after in _ACROSS.findall(folded)])
            terms.update([_in_latin(form) for form in found if _GREEK_LETTER.search(form)])
        if starts:
            terms.update(self._joined_phrases(found, starts))
        if joined:
            terms.update(_rows(found))
        terms.update(_with_units(folded))
        return terms

    def terms_of_names(self, names: Iterable[str]) -> set[str]:
        """Return the terms of names of people, also typed as one word, the last name first, or by initials: SH Kim."""
        terms = self.terms(" ; ".join(names))
        for name in names:
            written = forms(name)
            words = [_JOINERS.sub("", form).lower() for form in written]
            if 1 < len(words) < 5 and not is_dense(words[0]):
                first = [part[0].lower() for form in written[:-1] for part in _JOINERS.split(form) if part]
                for order in (words, (words[-1], *words[:-1]), (words[0], words[-1]), ("@", *first, words[-1])):
                    terms.add(ITSELF + "".join(order)[:_LONGEST])
        return terms

    def _keys(self, term: str) -> Iterable[str]:
        return self._dense(term) if is_dense(term) else _cased(term)

    def _dense(self, run: str) -> Iterator[str]:
        if len(run) == 1:
            yield run
        found = self._compound.finditer(run) if len(run) > 3 else ()
        meeting = {one.start() + at for one in found for at in self._within[one[0]]}
        for at in range(len(run) - 1):
            if at not in meeting:
                yield "=" + run[at : at + 2]
            if at < len(run) - 2:
                yield run[at : at + 4]

    def _joined_phrases(self, found: Sequence[str], starts: set[str]) -> Iterator[str]:
        """Yield each phrase that stands here, written as one word."""
        for at in [at for at, form in enumerate(found) if form in starts]:
            for phrase in self._phrases[found[at].lower()]:
                *words, last = [word.lower() for word in found[at : at + len(phrase)]]
                if tuple(words) == phrase[:-1] and last.startswith(phrase[-1]):
                    one = "".join(phrase)
                    yield one if is_dense(one) else ITSELF + one[:_LONGEST]


def _cased(form: str) -> Iterator[str]:
    if form.isalpha() and (form.islower() or form.istitle()) and len(form) <= _LONGEST and "ς" not in form:
        if len(form) > 1:
            yield form.lower()
        return
    if _NUMBER.fullmatch(form):  # 2.0 is not 20
        yield form
        return
    parts = _JOINERS.split(form)
    for part in parts:
        small = part.lower().replace("ς", "σ")[:_LONGEST]
        if len(small) > 1:
            yield small
        if len(part) > 2 and part[-1] == "s" and part[:-1].isupper():
            yield small[:-1]
        elif not (small.isalpha() and (small == part or part.istitle() or part.isupper())):
            for piece in _PIECE.findall(part):
                if len(piece) > 2 or (len(piece) == 2 and piece.isupper() and len(part) > 5):
                    yield piece.lower()
    if len(parts) > 1:
        yield "".join(parts).lower()[:_LONGEST]


def _in_latin(form: str) -> str:
    return _GREEK_LETTER.sub(lambda letter: _GREEK.get(letter[0].lower(), letter[0]), form)


def _with_units(folded: str) -> Iterator[str]:
    """Yield each number with what it counts, as one word: 80 GB, 70만 쌍, 75퍼센트, 1.8×."""
    for number, sign, times, latin, hangul in _WITH_UNIT.findall(folded):
        if latin:
            yield number + latin
        elif sign == "%" or hangul == "퍼센트":
            yield f"{ITSELF}{number}%"
        elif sign or times or hangul == "배":
            yield from (f"{number}x", f"{ITSELF}{number}배")
        else:
            yield f"{ITSELF}{number}{hangul}"


def _rows(found: Sequence[str]) -> Iterator[str]:
    """Yield two and three words of an alphabet that follow each other, as one."""
    small = ["" if is_dense(form) else _JOINERS.sub("", form).lower() for form in found]
    for one, two, three in zip(small, small[1:], [*small[2:], ""], strict=False):
        if one and two:
            yield ITSELF + (one + two)[:_LONGEST]
            if three:
                yield ITSELF + (one + two + three)[:_LONGEST]


def _initials(form: str) -> str:
    consonants = [chr(0x1100 + (ord(letter) - 0xAC00) // 588) for letter in form[:8] if "\uac00" <= letter <= "\ud7a3"]
    return ITSELF + "".join(consonants)
