"""Plant faults into a good summary: each kind a generator that yields altered fields, the same ones on every run.

Knows nothing of the checks, and looks for figures, units and names with patterns of its own.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bench.fault_words import INVENTED, LEFTOVERS, OPPOSITES, PLACEHOLDERS, REGISTERS, UNITS
from digest.model import Claim, Document, Evidence, Paper, Summary
from digest.model.schema import NAMES


@dataclass(frozen=True)
class Pair:
    name: str
    paper: Paper
    document: Document
    summary: Summary
    evidence: dict[str, str]
    acronyms: dict[str, str]

    @property
    def claims(self) -> dict[str, tuple[Claim, ...]]:
        return whole_fields(self.evidence)

    @property
    def body(self) -> str:
        return f"{self.paper.title}\n{self.document.text}"


@dataclass(frozen=True)
class Fault:
    """A field's new text (or new evidence), the planted words in it, and the fields where a finding may point."""

    field: str
    text: str
    words: str = ""
    at: int = -1
    """Where the planted words stand; -1: wherever they are found first."""
    evidence: bool = False
    also: str = ""


def whole_fields(evidence: Mapping[str, str]) -> dict[str, tuple[Claim, ...]]:
    """Claims as editions of format 1 have them: one sentence of the paper for each field."""
    return {name: (Claim(anchors=(Evidence(quote),)),) for name, quote in evidence.items() if quote}


def fields(pair: Pair) -> Iterator[tuple[str, str]]:
    for name in (*NAMES, "tldr"):
        if text := str(getattr(pair.summary, name)):
            yield name, text


FIGURE = re.compile(r"(?<![A-Za-z0-9.,_-])(?<![A-Za-z] )\d+(?:,\d{3})*(?:\.\d+)?(?![\d])(?!(?:번째|[A-Za-z]*-))")


SPELLED = {
    word: value
    for value, word in enumerate(re.split(" ", "zero one two three four five six seven eight nine ten eleven twelve"))
}


def absent(number: str, pair: Pair) -> bool:
    """Whether the paper has this number nowhere, in digits or as a word; else it is true elsewhere."""
    said = {float(found.replace(",", "").rstrip(".")) for found in re.findall(r"\d[\d,]*(?:\.\d+)?", pair.body)}
    said |= {float(value) for word, value in SPELLED.items() if re.search(rf"\b{word}\b", pair.body, re.IGNORECASE)}
    return float(number.replace(",", "").rstrip(".")) not in said


def changed(number: str, dice: random.Random) -> Iterator[str]:
    """Alter one digit, drop the last decimal, or swap two digits."""
    places = [at for at, char in enumerate(number) if char.isdigit()]
    for _ in range(20):
        at = dice.choice(places)
        digit = str((int(number[at]) + dice.choice((1, 2, 3, 7, 8, 9))) % 10)
        if not (at == 0 and digit == "0"):
            yield number[:at] + digit + number[at + 1 :]
        if "." in number and len(number.partition(".")[2]) > 1:
            yield number[:-1]


def figure_changed(pair: Pair, _: list[Pair], dice: random.Random) -> Iterator[Fault]:
    spots = [(name, text, hit) for name, text in fields(pair) for hit in FIGURE.finditer(text)]
    for name, text, hit in dice.sample(spots, len(spots)):
        new = next((new for new in changed(hit[0], dice) if absent(new, pair) and new != hit[0]), None)
        if new:
            yield Fault(name, text[: hit.start()] + new + text[hit.end() :], new, hit.start())


def figure_invented(pair: Pair, _: list[Pair], dice: random.Random) -> Iterator[Fault]:
    for name, text in dice.sample(list(fields(pair)), 7):
        number = dice.choice((str(dice.randint(11, 98)), f"{dice.uniform(1, 99):.1f}", f"{dice.randint(1001, 9999):,}"))
        if absent(number, pair):
            sentence = dice.choice(INVENTED).format(number)
            yield Fault(name, f"{text} {sentence}", number)


COUNT = re.compile(r"(?<![가-힣\d])(세|네|다섯|여섯|일곱)(?= ?가지| (?!번째)[가-힣A-Za-z])")
COUNTS = {"세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9}


def count_changed(pair: Pair, _: list[Pair], dice: random.Random) -> Iterator[Fault]:
    for name, text in fields(pair):
        for hit in COUNT.finditer(text):
            others = [word for word, value in COUNTS.items() if word != hit[0] and absent(str(value), pair)]
            if others:
                new = dice.choice(others)
                yield Fault(name, text[: hit.start()] + new + text[hit.end() :], new, hit.start())


_ANY_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
UNIT = re.compile(rf"(?<![A-Za-z0-9.-])(?<!분의 )(\d[\d,]*(?:\.\d+)?)\s?({_ANY_UNIT})(?![A-Za-z]|의 1|치|대비|주|큼)")


def unit_changed(pair: Pair, _: list[Pair], dice: random.Random) -> Iterator[Fault]:
    spots = [(name, text, hit) for name, text in fields(pair) for hit in UNIT.finditer(text)]
    for name, text, hit in dice.sample(spots, len(spots)):
        new = hit[1] + UNITS[hit[2]]
        yield Fault(name, text[: hit.start()] + new + text[hit.end() :], new, hit.start())


NAME = re.compile(r"(?<![A-Za-z0-9-])(?=[A-Za-z0-9-]*[A-Z])[A-Za-z][A-Za-z0-9]*(?:[-.][A-Za-z0-9]+)*")


def names_of(pair: Pair) -> list[tuple[str, str, re.Match[str]]]:
    def is_name(word: str) -> bool:
        return len(word) >= 3 and (len(re.findall("[A-Z]", word)) > 1 or bool(re.search(r"\d", word)) or len(word) > 5)

    return [(name, text, hit) for name, text in fields(pair) for hit in NAME.finditer(text) if is_name(hit[0])]


def is_in(word: str, pair: Pair) -> bool:
    squeeze = re.compile(r"[^a-z0-9]")
    return squeeze.sub("", word.lower()) in squeeze.sub("", pair.body.lower())


def misspelt(word: str, dice: random.Random) -> str:
    letters = [at for at, char in enumerate(word) if char.isalpha()]
    digits = [at for at, char in enumerate(word) if char.isdigit()]
    way = dice.choice(("drop", "swap", "letter", "digit" if digits else "letter"))
    if way == "digit":
        at = dice.choice(digits)
        return word[:at] + str((int(word[at]) + dice.randint(1, 8)) % 10) + word[at + 1 :]
    at = dice.choice(letters[1:] or letters)
    if way == "drop":
        return word[:at] + word[at + 1 :]
    if way == "swap" and at + 1 < len(word):
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    other = dice.choice([c for c in "abcdefghiklmnoprstuvwz" if c != word[at].lower()])
    return word[:at] + (other.upper() if word[at].isupper() else other) + word[at + 1 :]


def name_changed(pair: Pair, _: list[Pair], dice: random.Random) -> Iterator[Fault]:
    spots = names_of(pair)
    for name, text, hit in dice.sample(spots, len(spots)):
        new = misspelt(hit[0], dice)
        if not is_in(new, pair) and new.lower() != hit[0].lower():
            yield Fault(name, text[: hit.start()] + new + text[hit.end() :], new, hit.start())


def name_invented(pair: Pair, pairs: list[Pair], dice: random.Random) -> Iterator[Fault]:
    frames = ("{} 대비 우수한 성능을 보였다.", "이때 {}을 함께 사용한다.", "같은 경향이 {}에서도 확인되었다.")
    for name, text in dice.sample(list(fields(pair)), 7):
        other = dice.choice([one for one in pairs if one is not pair])
        names = sorted({hit[0] for _, _, hit in names_of(other)} | set(other.acronyms))
        names = [
            one
            for one in names
            if not is_in(one, pair)
            and re.search(r"[A-Z].*[A-Z]|\d", one)
            and not re.search(r"(?i)gpu|llm|cpu|3d|2d|sota|api", one)
        ]
        if not names:
            continue
        new = dice.choice(names)
        mine = [hit for _, field_text, hit in names_of(pair) if field_text == text and f"{hit[0]}(" not in text]
        if mine and dice.random() < 0.5:
            hit = dice.choice(mine)
            yield Fault(name, text[: hit.start()] + new + text[hit.end() :], new, hit.start())
        else:
            yield Fault(name, f"{text} {dice.choice(frames).format(new)}", new)


def acronym_wrong(pair: Pair, _: list[Pair], dice: random.Random) -> Iterator[Fault]:
    words = re.findall(r"[A-Za-z]{4,}", pair.body)
    for short, long in pair.acronyms.items():
        for name, text in fields(pair):
            if f"{long}({short})" not in text and f"{long} ({short})" not in text:
                continue
            parts = re.findall(r"[A-Za-z]+|[^A-Za-z]+", long)
            for at in dice.sample(range(len(parts)), len(parts)):
                same = sorted(
                    {
                        w.capitalize()
                        for w in words
                        if w[0].lower() == parts[at][0].lower() and w[:4].lower() != parts[at][:4].lower()
                    }
                )
                if not parts[at].isalpha() or len(parts[at]) < 3 or not same:
                    continue
                new = "".join([*parts[:at], dice.choice(same), *parts[at + 1 :]])
                yield Fault(name, text.replace(long, new, 1), new)


def foreign_sentence(pair: Pair, pairs: list[Pair], dice: random.Random) -> Iterator[Fault]:
    for name, text in dice.sample(list(fields(pair)), 7):
        other = dice.choice([one for one in pairs if one is not pair])
        sentences = [part.strip("- ") for part in re.split(r"(?<=다\.)\s+", other.summary.field(name))]
        telling = [
            part for part in sentences
            if any(absent(hit[0], pair) for hit in FIGURE.finditer(part))
            or any(not is_in(hit[0], pair) and len(hit[0]) > 3 for hit in NAME.finditer(part))
        ]  # fmt: skip
        if telling:
            new = dice.choice(telling)
            yield Fault(name, f"{text} {new}", new)


def cut(pair: Pair, _: list[Pair], dice: random.Random) -> Iterator[Fault]:
    for name, text in dice.sample(list(fields(pair)), 7):
        at = int(len(text) * dice.uniform(0.35, 0.92))
        at = text.find(" ", at) if dice.random() < 0.5 else at
        short = text[: at if at > 0 else len(text) // 2].rstrip()
        if not re.search(r"(?:다|[.!?])$", short):
            yield Fault(name, short + dice.choice(("", "", "", "...", "…")))


def english_left(pair: Pair, _: list[Pair], dice: random.Random) -> Iterator[Fault]:
    for name in dice.sample(NAMES, len(NAMES)):
        text, english = pair.summary.field(name), pair.evidence[name]
        sentences = re.split(r"(?<=다\.)\s+", text)
        at = dice.randrange(len(sentences))
        way = dice.choice(("whole", "sentence", "clause"))
        if way == "clause":
            tail = " ".join(english.rstrip(".").split()[-dice.randint(7, 9) :])
            left = sentences[at].split(" ")
            mixed = " ".join(left[: len(left) // 2]) + f" {tail}에 해당한다."
            yield Fault(name, " ".join([*sentences[:at], mixed, *sentences[at + 1 :]]), tail)
        elif way == "sentence":
            yield Fault(name, " ".join([*sentences[:at], english, *sentences[at + 1 :]]), english)
        else:
            yield Fault(name, english, english)


def register_broken(pair: Pair, _: list[Pair], dice: random.Random) -> Iterator[Fault]:
    spots = [
        (n, t, hit, ways) for n, t in fields(pair) for pattern, ways in REGISTERS for hit in re.finditer(pattern, t)
    ]
    for name, text, hit, ways in dice.sample(spots, len(spots)):
        new = dice.choice(ways).format(*hit.groups())
        yield Fault(name, text[: hit.start()] + new + text[hit.end() :], new, hit.start())


def copied(pair: Pair, _: list[Pair], dice: random.Random) -> Iterator[Fault]:
    for name in dice.sample(NAMES, len(NAMES)):
        source = dice.choice([other for other in NAMES if other != name])
        text = pair.summary.field(source)
        way = dice.choice(("same", "reworded", "inside"))
        if way == "reworded":
            text = re.sub(r"본 연구는|본 논문은", "이 논문은", text).replace(", ", " ", 1)
        elif way == "inside":
            text = f"{text} 이는 향후 연구에도 도움이 된다."
        yield Fault(name, text, also=source)


def placeholder(pair: Pair, _: list[Pair], dice: random.Random) -> Iterator[Fault]:
    for name in dice.sample(NAMES, len(NAMES)):
        if dice.random() < 0.6:
            yield Fault(name, dice.choice(PLACEHOLDERS))
        else:
            yield Fault(name, dice.choice(LEFTOVERS).format(pair.summary.field(name)))


def evidence_altered(pair: Pair, pairs: list[Pair], dice: random.Random) -> Iterator[Fault]:
    for name in dice.sample(NAMES, len(NAMES)):
        quote = pair.evidence[name]
        ways = [m for m in re.finditer(r"\d+(?:\.\d+)?", quote) if absent(str(m[0]), pair) or True]
        words = [m for m in re.finditer(r"[A-Za-z]+", quote) if m[0] in OPPOSITES]
        if ways and dice.random() < 0.5:
            hit = dice.choice(ways)
            new = next(changed(hit[0], dice))
        elif words:
            hit = dice.choice(words)
            new = OPPOSITES[hit[0]]
        else:
            yield Fault(name, dice.choice([one for one in pairs if one is not pair]).evidence[name], evidence=True)
            continue
        yield Fault(name, re.sub(r"\s+", " ", quote[: hit.start()] + new + quote[hit.end() :]), evidence=True)


Planter = Callable[[Pair, list[Pair], random.Random], Iterator[Fault]]
KINDS: tuple[tuple[str, Planter, tuple[str, ...]], ...] = (
    ("figure changed", figure_changed, ("numbers",)),
    ("figure invented", figure_invented, ("numbers",)),
    ("count in words changed", count_changed, ("numbers",)),
    ("unit changed", unit_changed, ("numbers",)),
    ("name changed", name_changed, ("names",)),
    ("name invented", name_invented, ("names",)),
    ("acronym expanded wrongly", acronym_wrong, ("names",)),
    ("sentence of another paper", foreign_sentence, ("numbers", "names")),
    ("cut in mid-sentence", cut, ("complete",)),
    ("English left in", english_left, ("language",)),
    ("register broken", register_broken, ("language",)),
    ("field copied", copied, ("complete",)),
    ("placeholder, refusal, leftover", placeholder, ("complete",)),
    ("evidence altered", evidence_altered, ("evidence",)),
)
