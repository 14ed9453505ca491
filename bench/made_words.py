"""Made words, as often as real ones: a few everywhere, most hardly ever, and in a paper those of its subject again.

What an index costs depends on it. 9,877 recorded papers and as many made ones were compared as the site reads them: an
abstract has 185 and 185 words, of which 102 and 107 different ones tell something; 100 papers have 2,785 and 2,949
different words, 1,000 have 9,139 and 8,378, all 29,768 and 26,727; 1,744 and 1,859 of these stand in a hundred or more.
Of 6,000 papers, 5,368 and 7,223 authors have three or more, 602 and 444 have ten.
"""

import random
from functools import cache

_EMPTY = (
    *("the", "of", "and", "to", "a", "in", "we", "that", "for", "with", "on", "is", "by", "are", "as", "this", "our"),
    *("from", "which", "an", "it", "be", "can", "these", "at", "while", "or", "such", "both", "their", "its", "has"),
    *("have", "across", "how", "through", "into", "than"),
)
_ONSETS = ("b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "t", "v", "st", "tr", "pr", "pl", "gr", "ch")
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "io")
_ENDS = ("", "n", "r", "lt", "ter", "s", "ng", "tion")
_HANGUL = (
    "가감강거결계고공과관구규극기나노다단대도동등라량로론류마매모목문미반방배변보복분비사산상생서선성세소손수순습시식신"
    "실심안압양어연영예오완용원위유응의이인일입자작장재적전절점정제조주중지직진집차처체초추층치측침태터토통트특파판패"
    "편평포표품필하학합해행향형혼화확환활회효"
)
_WORDS, _NAMES, _NOUNS = 60_000, 36_000, 8_000
_SUBJECTS = 900
_OWN = 90  # words of a subject
_CORE = 1_500  # words of every subject
_SPECIAL = 8_000
_SHARES = (0.35, 0.57, 0.963)
"""How many words are empty, are those or of the subject, are those or of every subject; the others may be any."""
_NAMED = 0.75
"""So many papers have a short name."""


def text(chance: random.Random, subject: int, words: int) -> str:
    """Write sentences of so many words about a subject."""
    own = _subject(subject)
    made: list[str] = []
    while len(made) < words:
        length = min(chance.randint(16, 30), words - len(made))
        sentence = [_drawn(chance, own) for _ in range(length)]
        made += [sentence[0].capitalize(), *sentence[1:-1], f"{sentence[-1]}."]
    return " ".join(made)


def title(chance: random.Random, subject: int) -> str:
    """Write a title of some nine words, mostly with a name before a colon."""
    own = _subject(subject)
    words = " ".join(_drawn(chance, own).title() for _ in range(chance.randint(6, 10)))
    name = f"{_latin(chance.randrange(_WORDS)).title()}{chance.choice(_ENDS).upper()}"
    return f"{name}: {words}" if chance.random() < _NAMED else words


def author(chance: random.Random) -> str:
    """Make a person's name; some are on many papers."""
    number = int(_NAMES * chance.uniform(0.02, 1) ** 2.2)
    return f"{_latin(number * 7 % 900 + 300).title()} {_latin(number * 31 % 4000 + 100).title()}"


def noun(chance: random.Random, subject: int) -> str:
    """Make a Korean noun, mostly one of a subject."""
    return _hangul(chance.choice(_nouns(subject)) if chance.random() < 0.6 else _often(chance, _NOUNS))


def topic(chance: random.Random) -> int:
    """Choose a subject."""
    return _often(chance, _SUBJECTS)


def _drawn(chance: random.Random, own: tuple[str, ...]) -> str:
    kind = chance.random()
    if kind < _SHARES[0]:
        return chance.choice(_EMPTY)
    if kind < _SHARES[1]:
        return own[int(_OWN * chance.random() ** 1.8)]
    if kind < _SHARES[2]:
        return _latin(int(_CORE * chance.random() ** 2.2))
    return _latin(_CORE + int(_WORDS ** chance.random()))


@cache
def _subject(number: int) -> tuple[str, ...]:
    chance = random.Random(number)
    return tuple(_latin(int(_SPECIAL * chance.random() ** 2.4)) for _ in range(_OWN))


@cache
def _nouns(subject: int) -> list[int]:
    return random.Random(f"nouns {subject}").sample(range(_NOUNS), 24)


def _often(chance: random.Random, most: int) -> int:
    """Draw a number below `most`, each as often as its place among the commonest says (Zipf)."""
    return int(most ** chance.random()) - 1


@cache
def _latin(number: int) -> str:
    """Spell a word; common ones are short."""
    rest, made = number + 1, list[str]()
    while rest:
        rest, one = divmod(rest, len(_ONSETS) * len(_VOWELS))
        made.append(
            _ONSETS[one % len(_ONSETS)] + _VOWELS[one // len(_ONSETS)] + _ENDS[(number + len(made)) % len(_ENDS)]
        )
    return "".join(made)


@cache
def _hangul(number: int) -> str:
    chance = random.Random(f"noun {number}")
    return "".join(chance.choice(_HANGUL) for _ in range(chance.choice((2, 2, 2, 3, 4))))
