"""Whether the checks of an overview find what its entries do not say: figures and names planted one at a time.

    python -m bench.overview [--show]

Entries are the summaries of bench/pairs, eight to a day. A sentence is one of an entry, or one each of two entries,
joined, and rests on these. Planted are: another figure in place of one, a figure or a name of an entry of the day that
the sentence does not rest on, and a name that nobody has. What is found in the untouched sentence as well does not
count; untouched sentences with a finding are counted as false alarms. A swap that gives words which the entries have,
too, is drawn again.
"""

import argparse
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from digest.model import ArxivId, Claim, Entry, Evidence, OverviewSentence, Paper, Provenance, Summary  # noqa: E402
from digest.model.schema import NAMES  # noqa: E402
from digest.stages.check.overview import check_overview  # noqa: E402

DAY = 8
_FIGURE = re.compile(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?![\w-]*[A-Za-z])")
_NAME = re.compile(r"(?<![A-Za-z0-9-])[A-Z][A-Za-z]*[A-Z][A-Za-z0-9]*(?:-[A-Za-z0-9.]+)*(?![A-Za-z0-9-])")
_INVENTED = ("QuillNet", "TAROX", "Meridian-7B", "FlintBench", "OVERA", "Prismix", "HelioQA", "Nimbus-LM")


def entries() -> list[Entry]:
    """Read the pairs as entries."""
    found = []
    for path in sorted((HERE / "pairs").glob("*.json")):
        raw = json.loads(path.read_text("utf-8"))
        paper = Paper(id=ArxivId.parse(raw["id"]), title=raw["title"], abstract=raw["abstract"])
        quotes = {name: (Claim(anchors=(Evidence(str(text)),)),) for name, text in raw["evidence"].items() if text}
        provenance = Provenance(origin="html", backend="openai")
        link = f"https://arxiv.org/abs/{paper.id}"
        summary = msgspec.convert(raw["summary"], Summary)
        found.append(
            Entry(paper=paper, summary=summary, provenance=provenance, arxiv_url=link, alphaxiv_url="", claims=quotes)
        )
    return found


def days() -> Iterator[Sequence[Entry]]:
    """Yield the entries, some a day."""
    found = entries()
    for first in range(0, len(found), DAY):
        yield found[first : first + DAY]


def sentences(day: Sequence[Entry], chance: random.Random) -> Iterator[OverviewSentence]:
    """Yield sentences over a day: each of some entries, then pairs of them."""
    single = [
        (entry, text.strip())
        for entry in day
        for name in NAMES
        for text in re.split(r"(?<=다\.)\s+|\n", entry.summary.field(name).replace("- ", ""))
        if _FIGURE.search(text) or _NAME.search(text)
    ]
    for entry, text in single:
        yield OverviewSentence(text, (entry.paper.id,))
    for (one, text), (other, more) in zip(chance.sample(single, len(single)), single, strict=True):
        if one is not other:
            yield OverviewSentence(f"{text} {more}", (one.paper.id, other.paper.id))


def planted(
    sentence: OverviewSentence, day: Sequence[Entry], chance: random.Random
) -> Iterator[tuple[str, OverviewSentence, str]]:
    """Yield kind, sentence with one fault, and the words of the fault."""
    own = "\n".join(_said(entry) for entry in day if entry.paper.id in sentence.papers)
    others = "\n".join(_said(entry) for entry in day if entry.paper.id not in sentence.papers)
    for figure in _FIGURE.finditer(sentence.text):
        wrong = _other_figure(figure[0], own, chance)
        swapped = [other for other in _FIGURE.findall(others) if not _holds(own, other) and other != figure[0]]
        for kind, new in (("figure changed", wrong), ("figure of another entry", _one_of(swapped, chance))):
            if new:
                yield kind, _with(sentence, figure.span(), new), new
    for name in _NAME.finditer(sentence.text):
        swapped = [other for other in _NAME.findall(others) if not _holds(own, other)]
        new = _one_of(swapped, chance)
        for kind, word in (("name of another entry", new), ("name of nobody", chance.choice(_INVENTED))):
            if word:
                yield kind, _with(sentence, name.span(), word), word


def _said(entry: Entry) -> str:
    quotes = (anchor.quote for several in entry.claims.values() for claim in several for anchor in claim.anchors)
    return "\n".join((entry.paper.title, *map(entry.summary.field, (*NAMES, "tldr")), *quotes))


def _other_figure(figure: str, own: str, chance: random.Random) -> str:
    digits = [place for place, char in enumerate(figure) if char.isdigit()]
    for _ in range(20):
        place = chance.choice(digits)
        new = f"{figure[:place]}{chance.randrange(1, 10)}{figure[place + 1 :]}"
        if new != figure and not _holds(own, new):
            return new
    return ""


def _holds(text: str, word: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(word)}(?![\w]*\d)", text) is not None


def _one_of(several: Sequence[str], chance: random.Random) -> str:
    return chance.choice(several) if several else ""


def _with(sentence: OverviewSentence, span: tuple[int, int], word: str) -> OverviewSentence:
    text = f"{sentence.text[: span[0]]}{word}{sentence.text[span[1] :]}"
    return OverviewSentence(text, sentence.papers)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", action="store_true", help="what was missed, and the false alarms")
    parser.add_argument("--days", type=int, default=99)
    chosen = parser.parse_args()
    made, found = Counter[str](), Counter[str]()
    clean = alarms = 0
    for number, day in list(enumerate(days()))[: chosen.days]:
        chance = random.Random(number)
        for sentence in sentences(day, chance):
            usual = check_overview(sentence, day, "ko")
            clean += 1
            alarms += bool(usual)
            if usual and chosen.show:
                print("false alarm:", [one.what for one in usual], "\n   ", sentence.text)
            faults = list(planted(sentence, day, chance))
            for kind, wrong, word in chance.sample(faults, min(3, len(faults))):
                new = [one for one in check_overview(wrong, day, "ko") if one not in usual]
                made[kind] += 1
                found[kind] += bool(new)
                if not new and chosen.show:
                    print(f"missed: {kind}: {word}\n   ", wrong.text)
    for kind in (*made, ""):
        whole, seen = (made[kind], found[kind]) if kind else (made.total(), found.total())
        print(f"{kind or 'all':>24}: {seen} of {whole} found, {seen / whole:.1%}")
    print(f"untouched sentences with a finding: {alarms} of {clean}, {alarms / clean:.1%}")


if __name__ == "__main__":
    main()
