"""Judge what readers answered to the second reading of replies to full papers: untouched ones and faults by hand.

    python -m bench.second_reading [--show] [--data ../shared/data]
    python -m bench.second_reading --prompts FOLDER                 write every question, as today's code asks it

Each file of bench/full/answers is one question that was asked: a reply of bench/full/replies, the claims that were
altered in it and how, and the answer of a reader who knew neither. All were written on 2026-11-29 by language models
(Claude), each fault and each answer by another one. Passages of the papers are other people's: only their first and
last letters are kept, and the answers are placed in the passages that today's code chooses.
"""

import argparse
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec.structs import replace

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from bench.full_replies import Case, judged, load, restored  # noqa: E402
from digest.adapters.templates import Templates  # noqa: E402
from digest.model import Claim, Evidence, Objection, SourcedClaim  # noqa: E402
from digest.model.tables import numbered_text  # noqa: E402
from digest.model.text import estimate_tokens  # noqa: E402
from digest.stages.check import check  # noqa: E402
from digest.stages.check.verification.disputes import judge, still_unstated  # noqa: E402
from digest.stages.check.verification.pieces import gather, widen  # noqa: E402
from digest.stages.check.verification.reading import most_tokens  # noqa: E402
from digest.stages.check.verification.units import index_units  # noqa: E402
from digest.stages.summarize.prompt import Prompt  # noqa: E402
from digest.stages.summarize.questions.verifier import questions  # noqa: E402

ANSWERS = HERE / "full" / "answers"


class Planted(msgspec.Struct, omit_defaults=True):
    kind: str
    field: str
    claim: int
    """From 1; one more than there are adds a claim."""
    text: str
    quotes: list[tuple[str, str]] = []
    alone: bool = False
    """Whether it takes the place of all claims of its field."""


class KeptObjection(msgspec.Struct, omit_defaults=True):
    claim: str
    claim_says: str = ""
    paper_says: tuple[str, str] = ("", "")
    look_for: list[str] = []


class Question(msgspec.Struct):
    paper: str
    planted: list[Planted]
    first: list[KeptObjection]
    second: list[KeptObjection]
    """Answers to what was looked up and asked about once more."""


def altered(case: Case, planted: Iterable[Planted]) -> Case:
    """Return a reply with its faults."""
    text = " ".join(numbered_text(case.document).split())
    claims = {name: list(several) for name, several in case.claims.items()}
    summary = case.summary
    for fault in planted:
        several = [] if fault.alone else claims[fault.field]
        old = several[fault.claim - 1] if fault.claim <= len(several) else Claim()
        quotes = tuple(Evidence(restored(quote, text)) for quote in fault.quotes) or (
            () if fault.alone else old.anchors
        )
        new = Claim(text=fault.text, anchors=quotes, keywords=() if fault.quotes else old.keywords)
        claims[fault.field] = [*several[: fault.claim - 1], new, *several[fault.claim :]]
        whole = summary.field(fault.field)
        whole = whole.replace(old.text, fault.text, 1) if old.text else f"{'' if fault.alone else whole} {fault.text}"
        summary = replace(summary, **{fault.field: whole.strip()})
    return case._replace(summary=summary, claims={name: tuple(several) for name, several in claims.items()})


def sourced(case: Case) -> tuple[SourcedClaim, ...]:
    """Return the claims of a reply with the passages that today's code shows of the paper."""
    verdict = check(case.summary, case.claims, case.paper, case.document)
    index = index_units(case.paper, case.document)
    return gather(index, verdict.claims, tokens=most_tokens(case.document))


def objections(kept: Iterable[KeptObjection], text: str) -> list[Objection]:
    return [
        Objection(
            claim=one.claim,
            claim_says=one.claim_says,
            paper_says=restored(one.paper_says, text),
            look_for=tuple(one.look_for),
        )
        for one in kept
    ]


def found(question: Question, case: Case) -> tuple[set[str], set[str]]:
    """Return the claims that are objected to in the end, by the second reading and by the checks of code."""
    text = " ".join(numbered_text(case.document).split()) + " " + case.paper.abstract
    shown = sourced(case)
    first = judge(objections(question.first, text), shown)
    findings = judged(case)
    index = index_units(case.paper, case.document)
    by_id = {one.id: one for one in shown}
    wider = [widen(index, by_id[one.claim], one.look_for) for one in first.unstated]
    again = judge(objections(question.second, text), wider)
    read = [*first.findings, *again.findings, *still_unstated(again.unstated, wider)]
    by_code = {
        one.id
        for one in shown
        for finding in findings
        if finding.field == one.field and (not finding.where or finding.where in one.claim.text)
    }
    return {id_ for id_, _ in read}, by_code


def main() -> None:
    asked = argparse.ArgumentParser(description="Count the planted faults that the second reading found.")
    asked.add_argument("--show", action="store_true", help="print each fault that was not found, and each alarm")
    asked.add_argument("--prompts", type=Path, help="a folder to write the questions to")
    default = Path(os.environ.get("DIGEST_TEST_DATA", HERE.parent / "../shared/data"))
    asked.add_argument("--data", type=Path, default=default)
    options = asked.parse_args()
    cases = {case.name: case for case in load(options.data)}
    templates = Templates()
    words = templates.words("ko")
    prompt = Prompt(templates, words, tuple(words["topics"]), verified=True)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    untouched = alarms = claims = 0
    tokens = [0, 0]
    for path in sorted(ANSWERS.glob("*.json")):
        question = msgspec.json.decode(path.read_bytes(), type=Question)
        case = altered(cases[question.paper], question.planted)
        messages = questions(prompt, sourced(case))
        if options.prompts:
            (options.prompts / path.stem).mkdir(parents=True, exist_ok=True)
            asked_text = "\n\n".join(message["content"] for message in messages)
            (options.prompts / path.stem / "prompt.md").write_text(asked_text, "utf-8")
            continue
        by_reading, by_code = found(question, case)
        faults = {f"{one.field}.{one.claim}": one.kind for one in question.planted}
        for id_, kind in faults.items():
            hits = {"planted": True, "found": id_ in by_reading | by_code, "by code": id_ in by_code}
            counts[kind].update({name: int(hit) for name, hit in hits.items()})
            if options.show and not hits["found"]:
                print(f"    not found: {path.stem} {question.paper} {id_} {kind}")
        false = (by_reading | by_code) - faults.keys()
        claims += sum(len(several) for several in case.claims.values()) - len(faults)
        alarms += len(false)
        if options.show and false:
            print(f"    alarm: {path.stem} {question.paper} {sorted(false)}")
        if not question.planted:
            untouched += 1
            tokens[0] += sum(estimate_tokens(message["content"]) for message in prompt.ask(case.paper, case.document))
            tokens[1] += sum(estimate_tokens(message["content"]) for message in messages)
    print("| fault | planted | found | share | by code alone |\n|---|---:|---:|---:|---:|")
    for kind, count in counts.items():
        share = count["found"] / count["planted"]
        print(f"| {kind} | {count['planted']} | {count['found']} | {share:.0%} | {count['by code']} |")
    print(f"\nalarms: {alarms} on {claims} claims that nothing was done to; untouched entries: {untouched}")
    if untouched:
        first, again = (count // untouched for count in tokens)
        print(f"tokens of an untouched entry: {first:,} for the summary, {again:,} for the second reading")


if __name__ == "__main__":
    main()
