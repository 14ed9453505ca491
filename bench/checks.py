"""Measure the checks: plant faults into good summaries one at a time and count how many are found.

    python -m bench.checks --replies [--show] [--data ../shared/data]
    python -m bench.checks [--pairs 1-40] [--show] [--data ../shared/data]

Replies of a language model to real abstracts: bench/blind.py. Pairs of an invented paper and a good Korean summary:
bench/pairs. Faults: bench/faults.py, drawn from a seed that is the pair's name, so every run plants the same ones. A
fault is found when a finding of a fitting check points at the planted words; a finding that the untouched summary has
as well does not count. The pairs' run also judges the reference post.
"""

import argparse
import json
import os
import random
import re
import sys
from pathlib import Path

import msgspec

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from bench import blind  # noqa: E402
from bench.faults import KINDS, Fault, Pair, whole_fields  # noqa: E402
from digest.model import ArxivId, Document, Finding, Paper, Section, Summary  # noqa: E402
from digest.stages.check import check  # noqa: E402

BATCHES = (
    (1, 60, "development"),
    (61, 84, "varied Korean"),
    (85, 100, "terse, many English words"),
    (101, 112, "short papers, much arithmetic"),
)
"""The pairs by when they were written; each batch was run once before anything was fixed (docs/checks.md)."""
PER_PAIR = 3
"""How many faults of one kind a pair gets at most."""


def load(path: Path) -> Pair:
    raw = json.loads(path.read_text(encoding="utf-8"))
    sections = [Section("Abstract", raw["abstract"], "abstract")]
    sections += [
        Section(part["title"], part["text"], tables=("\n".join(part["tables"]),) if part.get("tables") else ())
        for part in raw["sections"]
    ]
    arxiv_id = ArxivId.parse(raw["id"])
    return Pair(
        path.stem,
        Paper(id=arxiv_id, title=raw["title"], abstract=raw["abstract"]),
        Document(id=arxiv_id, origin="html", sections=tuple(sections)),
        msgspec.convert(raw["summary"], Summary),
        raw["evidence"],
        raw.get("acronyms", {}),
    )


def is_found(fault: Fault, pair: Pair, checks: tuple[str, ...], usual: set[Finding]) -> bool:
    summary, evidence = pair.summary, dict(pair.evidence)
    if fault.evidence:
        evidence[fault.field] = fault.text
    else:
        summary = msgspec.structs.replace(summary, **{fault.field: fault.text})
    for finding in check(summary, whole_fields(evidence), pair.paper, pair.document).findings:
        fits = finding.check in checks and finding not in usual and finding.field in (fault.field, fault.also)
        at = fault.at if fault.at >= 0 else fault.text.rfind(fault.words)
        there = [m.start() for m in re.finditer(re.escape(finding.where), fault.text)] if finding.where else []
        touches = not fault.words or not finding.where or any(
            spot < at + len(fault.words) and at < spot + len(finding.where) for spot in there
        )  # fmt: skip
        if fits and touches:
            return True
    return False


def main() -> None:
    asked = argparse.ArgumentParser(
        description="Plant faults into good summaries and count those that the checks find."
    )
    asked.add_argument("--replies", action="store_true", help="judge the replies to real abstracts, not the pairs")
    asked.add_argument("--pairs", default="1-999", help="which pairs, by number: 1-40")
    asked.add_argument("--show", action="store_true", help="print each fault that was not found")
    asked.add_argument(
        "--data", type=Path, default=Path(os.environ.get("DIGEST_TEST_DATA", HERE.parent / "../shared/data"))
    )
    options = asked.parse_args()
    if options.replies:
        judge_the_replies(options.data, show=options.show)
        return
    low, high = map(int, options.pairs.split("-"))
    everything = [load(path) for path in sorted((HERE / "pairs").glob("*.json"))]
    pairs = [pair for pair in everything if low <= int(pair.name[:3]) <= high]
    usual = findings_of(pairs)
    print(f"{len(pairs)} pairs ({options.pairs})\n")
    plant(pairs, everything, usual, show=options.show)
    spoilt = {name: findings for name, findings in usual.items() if findings}
    print(
        f"\nuntouched summaries with a finding: {len(spoilt)} of {len(pairs)} ({len(spoilt) / max(1, len(pairs)):.1%})"
    )
    for first, last, what in BATCHES:
        batch = [pair.name for pair in pairs if first <= int(pair.name[:3]) <= last]
        if batch:
            print(f"    {first:03}-{last:03} {what}: {sum(name in spoilt for name in batch)} of {len(batch)}")
    tell(usual)
    judge_the_post(options.data / "seed")


def findings_of(pairs: list[Pair]) -> dict[str, set[Finding]]:
    return {pair.name: set(check(pair.summary, pair.claims, pair.paper, pair.document).findings) for pair in pairs}


def tell(usual: dict[str, set[Finding]]) -> None:
    for name, findings in usual.items():
        for finding in sorted(findings, key=str):
            print(f"    {name} {finding.check} {finding.field}: {finding.what}")


def plant(pairs: list[Pair], everything: list[Pair], usual: dict[str, set[Finding]], *, show: bool) -> None:
    print("| fault | planted | found | share |\n|---|---:|---:|---:|")
    all_planted = all_found = 0
    for kind, planter, checks in KINDS:
        planted = found = 0
        for pair in pairs:
            dice = random.Random(f"{pair.name.partition('-')[0]}:{kind}")
            for _, fault in zip(range(PER_PAIR), planter(pair, everything, dice), strict=False):
                hit = is_found(fault, pair, checks, usual[pair.name])
                planted, found = planted + 1, found + hit
                if show and not hit:
                    print(f"    not found: {pair.name} {fault.field}: {fault.words or fault.text[-80:]!r}")
        print(f"| {kind} | {planted} | {found} | {found / max(1, planted):.1%} |")
        all_planted, all_found = all_planted + planted, all_found + found
    print(f"| all | {all_planted} | {all_found} | {all_found / max(1, all_planted):.1%} |")


def judge_the_replies(data: Path, *, show: bool) -> None:
    batches = blind.batches(data)
    for name, pairs in batches.items():
        usual = findings_of(pairs)
        print(f"batch {name}: {sum(map(bool, usual.values()))} of {len(pairs)} replies with a finding")
        tell(usual)
    everything = [pair for pairs in batches.values() for pair in pairs]
    print()
    plant(everything, everything, findings_of(everything), show=show)


def judge_the_post(seed: Path) -> None:
    """Judge the reference post by the abstracts of its papers: all that was recorded of them."""
    post = seed / "2025-11-17-daily-papers.md"
    if not post.is_file():
        print(f"\nno reference post at {post}")
        return
    records = [record["paper"] for record in json.loads((seed / "five_raw_records.json").read_text(encoding="utf-8"))]
    records.append(json.loads((seed / "sixth_2511.11519_reassembled.json").read_text(encoding="utf-8"))["paper"])
    by_id = {record["id"]: record for record in records}
    print("\nthe reference post, beside the abstracts alone (it was written from the full papers):")
    for entry in re.split(r"\n(?=# \d)", post.read_text(encoding="utf-8"))[1:]:
        record = by_id[re.search(r"/abs/([\d.]+)", entry)[1]]  # type: ignore[index]
        texts = dict(re.findall(r"- (Goal|Motivation|Contribution): (.*)", entry))
        texts |= dict(re.findall(r"## (Method|Results|Limitations|Conclusion)\s*\n(.*?)(?=\n## |\Z)", entry, re.DOTALL))
        summary = Summary(**{name.lower(): text.strip() for name, text in texts.items()})
        authors = tuple(author["name"] for author in record["authors"])
        paper = Paper(id=ArxivId(record["id"]), title=record["title"], abstract=record["summary"], authors=authors)
        document = Document(id=paper.id, origin="abstract", sections=(Section("Abstract", paper.abstract, "abstract"),))
        findings = [one for one in check(summary, {}, paper, document).findings if one.check != "evidence"]
        print(f"{paper.id} {paper.title[:60]}: {len(findings)} findings, and no evidence was recorded")
        for finding in findings:
            print(f"    {finding.check}: {finding.what}")


if __name__ == "__main__":
    main()
