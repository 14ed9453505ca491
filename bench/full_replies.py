"""Replies of a language model to full papers, which never saw the checks, with faults planted into their claims.

    python -m bench.full_replies [--show] [--data ../shared/data]      judge all replies, as they are and with faults
    python -m bench.full_replies --add FOLDER --writer TEXT            add FOLDER/NAME/reply.json to the replies
    python -m bench.full_replies --prompts FOLDER [--only p006,p008]   write the prompt of each paper

The papers are the recorded PDF files; they are other people's, so of a passage that a reply quotes only its first and
last letters are kept. Each planted value is absent from the passages of its claim. A fault is found when a finding that
the untouched reply does not have points at the planted words.
"""

import argparse
import os
import random
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from bench.fault_words import UNITS  # noqa: E402
from bench.faults import SPELLED  # noqa: E402
from bench.fulltext import read  # noqa: E402
from digest.adapters.templates import Templates  # noqa: E402
from digest.model import ArxivId, Claim, Document, Finding, Paper, Summary  # noqa: E402
from digest.model.schema import NAMES  # noqa: E402
from digest.model.tables import numbered_text, tables_of, untagged  # noqa: E402
from digest.stages.check import check, subject  # noqa: E402
from digest.stages.fulltext import trimming  # noqa: E402
from digest.stages.summarize import reply  # noqa: E402
from digest.stages.summarize.prompt import Prompt  # noqa: E402

for _index in ("readable", "index_figures", "index_names", "index_passages", "index_rows", "stated_limitations"):
    setattr(subject, _index, cache(getattr(subject, _index)))  # each paper is judged hundreds of times

REPLIES = HERE / "full" / "replies"
TOKENS = 24_400
"""What the longest of these prompts had: the replies were written before the budget counted the numbers of rows."""
TITLES = {
    "p006": "Self-Rewarding Language Models",
    "p008": "Fine-Tuning Pre-trained Language Models for Robust Causal Representation Learning",
    "p013": "Branch-Train-MiX: Mixing Expert LLMs into a Mixture-of-Experts LLM",
    "p018": "Reducing Idleness in Financial Cloud Services via Multi-objective Evolutionary Reinforcement Learning "
    "based Load Balancer",
    "p019": "A Distributed Data-Parallel PyTorch Implementation of the Distributed Shampoo Optimizer for Training "
    "Neural Networks At-Scale",
    "p044": "mixup: Beyond Empirical Risk Minimization",
    "p046": "Knowledge Graph-Guided Retrieval Augmented Generation",
    "p055": "Diffusion Model-Based Image Editing: A Survey",
    "p056": "Solving Challenging Math Word Problems Using GPT-4 Code Interpreter with Code-based Self-Verification",
    "p065": "Chain-of-Thought Prompting Elicits Reasoning in Large Language Models",
    "p066": "End-to-End Test-Time Training for Long Context",
    "p067": "In-Place Test-Time Training",
    "p068": "Attention Residuals",
    "p081": "Deliberation in Latent Space via Differentiable Cache Augmentation",
    "p108": "Gotta Detect 'Em All: Fake Base Station and Multi-Step Attack Detection in Cellular Networks",
    "p121": "ORANSlice: An Open-Source 5G Network Slicing Platform for O-RAN",
    "p154": "An Improved Multi-Output Gaussian Process RNN with Real-Time Validation for Early Sepsis Detection",
    "p156": "PaSa: An LLM Agent for Comprehensive Academic Paper Search",
}
"""The papers by the names of their files; the files themselves have no record."""
HEAD, TAIL = 36, 24
TAG = re.compile(r"(?:\[T\d+(?:\.\d+)?\] )?")
ROUNDS = 5
"""How often each place is tried with another value."""
PER_REPLY = 24
"""How many faults of one kind a reply gets at most."""


class KeptClaim(msgspec.Struct):
    quotes: list[tuple[str, str]]
    keywords: list[str]
    text: str


class KeptReply(msgspec.Struct):
    writer: str
    fields: dict[str, list[KeptClaim]]
    tldr: str
    topics: list[str]


class Case(NamedTuple):
    name: str
    paper: Paper
    document: Document
    summary: Summary
    claims: Mapping[str, tuple[Claim, ...]]


@cache
def paper_of(name: str, data: Path) -> tuple[Paper, Document]:
    """Return a paper as the model is shown it."""
    document, _, refused = read(data / "papers" / f"{name}.pdf")
    if document is None:
        sys.exit(f"{name}.pdf could not be read: {refused}")
    abstract = next((section.text for section in document.sections if section.kind == "abstract"), "")
    trimmed = trimming.trim(document, TOKENS)
    return Paper(id=ArxivId("2511.00001"), title=TITLES[name], abstract=abstract), trimmed


def load(data: Path) -> list[Case]:
    return [_case(path, data) for path in sorted(REPLIES.glob("*.json"))]


def _case(path: Path, data: Path) -> Case:
    paper, document = paper_of(path.stem, data)
    kept = msgspec.json.decode(path.read_bytes(), type=KeptReply)
    text = " ".join(numbered_text(document).split())
    raw: dict[str, Any] = {
        name: [
            {"quotes": [restored(quote, text) for quote in one.quotes], "keywords": one.keywords, "text": one.text}
            for one in kept.fields[name]
        ]
        for name in kept.fields
    }
    raw |= {"tldr": kept.tldr, "topics": kept.topics}
    summary, claims = reply.parse(msgspec.json.encode(raw).decode(), tuple(Templates().words("ko")["topics"]))
    return Case(path.stem, paper, document, summary, claims)


def restored(quote: tuple[str, str], text: str) -> str:
    """Find what begins and ends as kept: the nearest end behind the first beginning that has one at its length."""
    tag, head = TAG.match(quote[0])[0], TAG.sub("", quote[0])  # type: ignore[index]
    size, _, tail = quote[1].partition(" ")
    if not size:
        return quote[0]
    start = text.find(head)
    while start >= 0:
        whole = text[start : start + int(size)]
        if whole.endswith(tail):
            return tag + whole
        start = text.find(head, start + 1)
    return quote[0]


def add(folder: Path, writer: str, data: Path) -> None:
    topics = tuple(Templates().words("ko")["topics"])
    REPLIES.mkdir(parents=True, exist_ok=True)
    for path in sorted(folder.glob("*/reply.json")):
        name = path.parent.name
        _, document = paper_of(name, data)
        text = " ".join(numbered_text(document).split())
        summary, claims = reply.parse(path.read_text("utf-8"), topics)
        fields = {
            field: [
                KeptClaim([located(one.quote, text) for one in claim.anchors], list(claim.keywords), claim.text)
                for claim in claims.get(field, ())
            ]
            for field in NAMES
        }
        kept = KeptReply(writer, fields, summary.tldr, list(summary.topics))
        (REPLIES / f"{name}.json").write_bytes(msgspec.json.format(msgspec.json.encode(kept), indent=1) + b"\n")
        print(f"{name}: {sum(map(len, fields.values()))} claims")


def located(quote: str, text: str) -> tuple[str, str]:
    """Keep of a quote its number, its first letters, and its length with its last letters; all of a wrong one."""
    words = " ".join(untagged(quote)[1].split())
    if words not in text or len(words) <= HEAD + TAIL:
        return quote, ""
    return f"{TAG.match(quote)[0]}{words[:HEAD]}", f"{len(words)} {words[-TAIL:]}"  # type: ignore[index]


def write_prompts(folder: Path, names: list[str], data: Path) -> None:
    templates = Templates()
    words = templates.words("ko")
    prompt = Prompt(templates, words, tuple(words["topics"]))
    for name in names:
        paper, document = paper_of(name, data)
        (folder / name).mkdir(parents=True, exist_ok=True)
        asked = "\n\n".join(message["content"] for message in prompt.ask(paper, document))
        (folder / name / "prompt.md").write_text(asked, "utf-8")


class Fault(NamedTuple):
    field: str
    at: int
    """The number of the claim in its field."""
    text: str
    words: str
    """What was planted; empty: the whole claim."""


FIGURE = re.compile(r"(?<![A-Za-z0-9.,_/-])(?<![A-Za-z] )\d+(?:,\d{3})*(?:\.\d+)?(?!\d|,\d|\.\d|-?[A-Za-z/]|번째)")
ANY_FIGURE = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
NAME = re.compile(
    r"(?<![A-Za-z0-9.^_-])(?=[A-Za-z0-9+-]*[A-Z])[A-Za-z][A-Za-z0-9]+(?:[-.+][A-Za-z0-9]+)*(?![A-Za-z0-9^_-])"
)
_ANY_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
UNIT = re.compile(rf"(?<![A-Za-z0-9.-])(\d[\d,]*(?:\.\d+)?)\s?({_ANY_UNIT})(?![A-Za-z]|의 1|치|대비|주|큼)")
OTHER_UNITS = {"배": r"×|times|fold|\dx", "ms": "ms|second", "GB": "gb|byte", "시간": "hour|day"}
Planter = Any


def claims_of(case: Case) -> Iterator[tuple[str, int, Claim]]:
    for field in NAMES:
        for at, claim in enumerate(case.claims.get(field, ())):
            if claim.text and claim.anchors:
                yield field, at, claim


def passages(case: Case, claim: Claim) -> str:
    """Everything that a claim may lean on: its quotes, for rows with their caption and heading rows."""
    tables = list(tables_of(case.document))
    shown = [quote.quote for quote in claim.anchors]
    shown += [
        table.context
        for table in tables
        for quote in claim.anchors
        if " | " in quote.quote and any(untagged(quote.quote)[1] in row for row in (*table.rows, *table.headings))
    ]
    return "\n".join(shown)


def values(text: str) -> set[float]:
    """Return the numbers of a text, in digits or as words."""
    spelled = {float(SPELLED[word.lower()]) for word in re.findall(r"[A-Za-z]+", text) if word.lower() in SPELLED}
    return spelled | {float(hit.replace(",", "")) for hit in ANY_FIGURE.findall(text)}


def digits_of(number: str) -> int:
    return len(number.replace(",", "").replace(".", "").strip("0")) or 1


def figure_changed(wanted: range) -> Planter:
    def plant(case: Case, _: list[Case], dice: random.Random) -> Iterator[Fault]:
        spots = [(f, at, c, hit) for f, at, c in claims_of(case) for hit in FIGURE.finditer(c.text)]
        for field, at, claim, hit in dice.sample(spots * ROUNDS, len(spots) * ROUNDS):
            there = values(passages(case, claim)) | values(claim.text)
            number = hit[0]
            places = [place for place, char in enumerate(number) if char.isdigit()]
            for _ in range(12):
                place = dice.choice(places)
                new = number[:place] + str((int(number[place]) + dice.randint(1, 9)) % 10) + number[place + 1 :]
                value = float(new.replace(",", ""))
                if digits_of(new) in wanted and digits_of(number) in wanted and value not in there and value > 1:
                    yield Fault(field, at, claim.text[: hit.start()] + new + claim.text[hit.end() :], new)
                    break

    return plant


def unit_changed(case: Case, _: list[Case], dice: random.Random) -> Iterator[Fault]:
    spots = [(f, at, c, hit) for f, at, c in claims_of(case) for hit in UNIT.finditer(c.text)]
    for field, at, claim, hit in dice.sample(spots, len(spots)):
        new = hit[1] + UNITS[hit[2]]
        yield Fault(field, at, claim.text[: hit.start()] + new + claim.text[hit.end() :], new)
    # Korean prose on machine learning has few units; a bare measure gets one that its passages lack.
    bare = [
        (f, at, c, hit)
        for f, at, c in claims_of(case)
        for hit in FIGURE.finditer(c.text)
        if re.match(r"(?:[가이은는을를과와로],?\s|[,.)]|$)", c.text[hit.end() : hit.end() + 2] or "$")
    ]
    for field, at, claim, hit in dice.sample(bare * ROUNDS, len(bare) * ROUNDS):
        unit = dice.choice(sorted(OTHER_UNITS))
        around = passages(case, claim).lower()
        if not re.search(
            {"배": r"×|times|fold|\dx", "ms": r"ms|second", "GB": "gb|byte", "시간": "hour|day"}[unit], around
        ):
            new = hit[0] + unit
            yield Fault(field, at, claim.text[: hit.start()] + new + claim.text[hit.end() :], new)


def other_row(case: Case, _: list[Case], dice: random.Random) -> Iterator[Fault]:
    """Put a figure of another row of the same table in the place of one that a quoted row has."""
    tables = list(tables_of(case.document))
    for field, at, claim in dice.sample(list(claims_of(case)) * ROUNDS, len(list(claims_of(case))) * ROUNDS):
        there = values(passages(case, claim)) | values(claim.text)
        rows = [untagged(quote.quote)[1] for quote in claim.anchors if " | " in quote.quote]
        for hit in FIGURE.finditer(claim.text):
            value = float(hit[0].replace(",", ""))
            for table in tables:
                mine = [row for row in table.rows if any(row in one or one in row for one in rows)]
                if not any(value in values(row) for row in mine):
                    continue
                others = sorted(
                    {
                        cell.strip()
                        for row in table.rows
                        if row not in mine
                        for cell in row.split(" | ")[1:]
                        if re.fullmatch(r"\d[\d,]*(?:\.\d+)?", cell.strip()) and not values(cell) & there
                    }
                )
                if others:
                    new = dice.choice(others)
                    yield Fault(field, at, claim.text[: hit.start()] + new + claim.text[hit.end() :], new)
                break


def row_names(case: Case) -> list[str]:
    """List what the tables compare: the names in the first cells of their rows."""
    found = {
        hit[0]
        for table in tables_of(case.document)
        for row in table.rows
        for hit in NAME.finditer(row.split(" | ")[0])
        if len(hit[0]) > 2 and len(re.findall(r"[A-Z0-9]", hit[0])) > 1
    }
    return sorted(found)


def squeezed(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def baseline_swapped(case: Case, _: list[Case], dice: random.Random) -> Iterator[Fault]:
    names = row_names(case)
    spots = [(f, at, c, hit) for f, at, c in claims_of(case) for hit in NAME.finditer(c.text)]
    for field, at, claim, hit in dice.sample(spots, len(spots)):
        if field not in ("results", "limitations", "conclusion") or len(hit[0]) < 3:
            continue
        there = squeezed(passages(case, claim) + claim.text + case.paper.title)
        others = [name for name in names if squeezed(name) not in there]
        if others:
            new = dice.choice(others)
            yield Fault(field, at, claim.text[: hit.start()] + new + claim.text[hit.end() :], new)


def foreign_claim(case: Case, cases: list[Case], dice: random.Random) -> Iterator[Fault]:
    body = squeezed(case.document.text + case.paper.title)
    spots = list(claims_of(case))
    for field, at, _claim in dice.sample(spots, len(spots)):
        other = dice.choice([one for one in cases if one.name != case.name])
        telling = [
            one.text
            for _, _, one in claims_of(other)
            if any(squeezed(name) not in body for name in NAME.findall(one.text) if len(name) > 3)
            or values(" ".join(FIGURE.findall(one.text))) - values(case.document.text)
        ]
        if telling:
            yield Fault(field, at, dice.choice(telling), "")


def foreign_name(case: Case, cases: list[Case], dice: random.Random) -> Iterator[Fault]:
    body = squeezed(case.document.text + case.paper.title)
    spots = [(f, at, c, hit) for f, at, c in claims_of(case) for hit in NAME.finditer(c.text) if len(hit[0]) > 2]
    for field, at, claim, hit in dice.sample(spots, len(spots)):
        other = dice.choice([one for one in cases if one.name != case.name])
        names = [name for name in row_names(other) if squeezed(name) not in body]
        if names:
            new = dice.choice(names)
            yield Fault(field, at, claim.text[: hit.start()] + new + claim.text[hit.end() :], new)


KINDS: tuple[tuple[str, Planter, int], ...] = (
    ("figure changed, one significant digit", figure_changed(range(1, 2)), 90),
    ("figure changed, more digits", figure_changed(range(2, 9)), 97),
    ("unit changed", unit_changed, 95),
    ("figure of another row", other_row, 90),
    ("baseline swapped", baseline_swapped, 90),
    ("claim of another paper", foreign_claim, 97),
    ("name of another paper", foreign_name, 97),
)
"""Each kind with the share in percent that is to be found."""


def judged(case: Case, fault: Fault | None = None) -> tuple[Finding, ...]:
    summary, claims = case.summary, dict(case.claims)
    if fault:
        before = claims[fault.field]
        changed = msgspec.structs.replace(before[fault.at], text=fault.text)
        claims[fault.field] = (*before[: fault.at], changed, *before[fault.at + 1 :])
        whole = summary.field(fault.field).replace(before[fault.at].text, fault.text, 1)
        summary = msgspec.structs.replace(summary, **{fault.field: whole})
    return check(summary, claims, case.paper, case.document).findings


def is_found(fault: Fault, case: Case, usual: set[Finding]) -> bool:
    for finding in set(judged(case, fault)) - usual:
        if finding.field != fault.field or finding.check not in ("numbers", "names", "anchors"):
            continue
        if not fault.words or finding.where in fault.words or fault.words in finding.where:
            return True
    return False


def main() -> None:
    asked = argparse.ArgumentParser(description="Plant faults into replies to full papers and count those found.")
    asked.add_argument("--show", action="store_true", help="print each fault that was not found")
    asked.add_argument("--add", type=Path, help="a folder with NAME/reply.json")
    asked.add_argument("--writer", default="", help="who wrote the replies that are added, and when")
    asked.add_argument("--prompts", type=Path, help="a folder to write prompts to")
    asked.add_argument("--only", default=",".join(TITLES))
    default = Path(os.environ.get("DIGEST_TEST_DATA", HERE.parent / "../shared/data"))
    asked.add_argument("--data", type=Path, default=default)
    options = asked.parse_args()
    if options.add:
        add(options.add, options.writer, options.data)
    elif options.prompts:
        write_prompts(options.prompts, options.only.split(","), options.data)
    else:
        measure(load(options.data), show=options.show)


def measure(cases: list[Case], *, show: bool) -> None:
    usual = {case.name: set(judged(case)) for case in cases}
    spoilt = [name for name, findings in usual.items() if findings]
    claims = sum(len(list(claims_of(case))) for case in cases)
    print(f"{len(cases)} replies, {claims} claims; with a finding: {len(spoilt)}")
    for name in spoilt:
        for finding in sorted(usual[name], key=str):
            print(f"    {name} {finding.check} {finding.field}: {finding.what}")
    print("\n| fault | planted | found | share | goal |\n|---|---:|---:|---:|---:|")
    for kind, planter, goal in KINDS:
        planted = found = 0
        for case in cases:
            dice = random.Random(f"{case.name}:{kind}")
            for _, fault in zip(range(PER_REPLY), dict.fromkeys(planter(case, cases, dice)), strict=False):
                hit = is_found(fault, case, usual[case.name])
                planted, found = planted + 1, found + hit
                if show and not hit:
                    print(f"    not found: {case.name} {fault.field}.{fault.at + 1} {fault.words!r}: {fault.text}")
        print(f"| {kind} | {planted} | {found} | {found / max(1, planted):.1%} | {goal}% |")


if __name__ == "__main__":
    main()
