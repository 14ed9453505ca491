"""A word → what finds it in a folded text: where words begin, however it is spaced, and what means the same. Pure."""

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from digest.commands.mcp.words import fold, joined, singular, stem

_JOINED = r"[-.'’/+_ ]?"
_PART = re.compile(r"\d+(?:\.\d+)*|[^\W\d_]+")
_HANGUL = "가-힣"
_BEFORE = "재비준초대다무반역고저신전총최탈후"
"""Syllables that stand before a word and leave it what it is: 재학습, 비지도학습."""
_PAST = {20: 6 - 20, 8: 9 - 8, 13: 14 - 13, 18: 4 - 18}
"""Vowels of stems, and how far off those of their past are: ㅣ ㅕ, ㅗ ㅘ, ㅜ ㅝ, ㅡ ㅓ."""
_MOST, _LONGEST_TERM = 5, 7


class Needle(NamedTuple):
    """One way to write a word."""

    within: str
    """What a text must hold for the pattern to be tried; quicker by far."""
    pattern: re.Pattern[str]
    weight: float

    def count(self, text: str) -> int:
        """Return how often it stands in a text, five times at most."""
        return sum(1 for _ in islice(self.pattern.finditer(text), _MOST)) if self.within in text else 0


class Word(NamedTuple):
    """A word or term that is asked for: any of its needles will do."""

    typed: str
    needles: tuple[Needle, ...]


class SameTerms:
    """The table of words and phrases that mean the same, templates/site/terms.yaml."""

    def __init__(self, table: Iterable[Sequence[str]]) -> None:
        self._groups: dict[str, list[Sequence[str]]] = {}
        self._cuts: dict[str, set[int]] = {}
        """Terms of several words of Hangul, written as one → where their words begin."""
        for group in table:
            for term in group:
                self._groups.setdefault(joined(term), []).append(group)
                parts = fold(term).split()
                if len(parts) > 1 and all(re.fullmatch(f"[{_HANGUL}]+", part) for part in parts):
                    begins = {sum(map(len, parts[:at])) for at in range(len(parts))}
                    self._cuts.setdefault("".join(parts), set()).update(begins)

    @property
    def all(self) -> Iterable[str]:
        """Return every term, written as one word."""
        return self._groups

    def words(self, asked: Sequence[str]) -> list[Word]:
        """Return what finds each word of a query; words in a row that are a term of the table are one."""
        found: list[Word] = []
        at = 0
        while at < len(asked):
            rows = [asked[at : at + size] for size in range(min(_LONGEST_TERM, len(asked) - at), 1, -1)]
            row = next((row for row in rows if self._groups_of(" ".join(row))), asked[at : at + 1])
            found.append(self.word(" ".join(row)))
            at += len(row)
        return found

    def word(self, typed: str) -> Word:
        """Return what finds a word or term, in other forms and by other names."""
        forms = {typed: 1.0, " ".join(map(singular, typed.split())): 0.9}
        for other in (fold(one) for group in self._groups_of(typed) for one in group):
            if len(joined(other)) > 1:
                forms.setdefault(other, 0.8)
        return Word(typed, tuple(self._needle(form, weight) for form, weight in forms.items()))

    def _groups_of(self, typed: str) -> list[Sequence[str]]:
        forms = {joined(typed), joined(" ".join(map(singular, typed.split())))}
        return [group for form in forms for group in self._groups.get(form, ())]

    def looser(self, word: Word) -> Word | None:
        """Return what finds a word in the forms that grammar makes of it, beside the word itself, or None."""
        begin, typed = stem(word.typed), word.typed
        if begin:
            return Word(typed, (*word.needles, Needle(begin, re.compile(rf"(?<![a-z]){begin}"), 0.5)))
        last = ord(typed[-1]) - ord("가")
        if len(typed) > 1 and 0 <= last < 11172 and last % 28 == 0 and " " not in typed:
            # 줄이 is 줄인다, 줄임 and 줄였다, too.
            past = typed[-1:] if (vowel := _PAST.get(last // 28 % 21)) is None else chr(ord(typed[-1]) + vowel * 28)
            head, ends = re.escape(typed[:-1]), "".join(f"{one}-{chr(ord(one) + 27)}" for one in (typed[-1], past))
            pattern = re.compile(rf"{head}(?<![{_HANGUL}]{head})[{ends}]")
            return Word(typed, (*word.needles, Needle(typed[:-1], pattern, 0.5)))
        return None

    def spaced(self, typed: str) -> Word:
        """Return what finds a Latin word whose parts are joined by anything, or by nothing: selfattention."""
        first, *rest = map(re.escape, typed)
        pattern = rf"{first}(?<![a-z0-9]{first}){_JOINED.join(['', *rest])}(?![a-z0-9])"
        return Word(typed, (Needle(typed[0], re.compile(pattern), 0.8),))

    def _needle(self, form: str, weight: float) -> Needle:
        if any("가" <= letter <= "힣" for letter in form):
            return self._of_hangul(form.replace(" ", ""), weight)
        if not form.isascii():
            return Needle(form, re.compile(re.escape(form)), weight)
        parts = _PART.findall(form) or [form]
        first, rest = parts[0], _JOINED.join(map(re.escape, ["", *parts[1:]]))
        ends = r"s?(?![a-z0-9])" if len(form) <= 4 else r"(?![.\d])" if form[-1].isdigit() else ""
        pattern = rf"{re.escape(first)}(?<![a-z0-9]{re.escape(first)}){rest}{ends}"
        return Needle(max(parts, key=len), re.compile(pattern), weight)

    def _of_hangul(self, word: str, weight: float) -> Needle:
        """Match where a word begins, also within a longer one, but not 화학 in 강화학습; over a space, but the last."""
        begins = re.escape(word[0])
        prefix = rf"(?<![{_HANGUL}])[{_BEFORE}]"
        starts = (rf"(?<![{_HANGUL}]{begins})", rf"(?<=[{_HANGUL}]{{2}}{begins})", rf"(?<={prefix}{begins})")
        across = "".join(
            rf"(?!(?<={term[: at + 1]}){term[at + 1 :]})"
            for term, cuts in self._cuts.items()
            for at in (found.start() for found in re.finditer(f"(?={re.escape(word)})", term))
            if at not in cuts and at + len(word) < len(term)
        )
        middle = "".join(rf" ?{re.escape(letter)}" for letter in word[1:-1])
        pattern = f"{begins}(?:{'|'.join(starts)}){across}{middle}{re.escape(word[1:][-1:])}"
        return Needle(word[-2:], re.compile(pattern), weight)
