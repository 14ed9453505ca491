"""Force each yes-or-no rule of the checks to one answer, one at a time, and count what that changes.

    python -m bench.rules [--data ../shared/data] [--only TEXT]

Judged are all pairs, the replies to abstracts and to full papers, as they are and with faults planted: some kinds a
text. A rule whose answer never matters could go; one that is a matter of course in prose may stay with its reason.
"""

import argparse
import importlib
import inspect
import os
import pkgutil
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import msgspec

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from bench import blind, checks, faults, full_replies  # noqa: E402
from digest.model import Finding  # noqa: E402
from digest.stages import check as package  # noqa: E402

KINDS = 2
"""Kinds of faults planted into each text, others into the next one."""
Judge = Callable[[], tuple[Finding, ...]]


def questions(data: Path) -> list[Judge]:
    """Return everything that is judged, each as a call."""
    pairs = [checks.load(path) for path in sorted((HERE / "pairs").glob("*.json"))]
    pairs += [pair for batch in blind.batches(data).values() for pair in batch]
    found: list[Judge] = []
    for at, pair in enumerate(pairs):
        found.append(lambda pair=pair: package.check(pair.summary, pair.claims, pair.paper, pair.document).findings)
        for kind, planter, _ in faults.KINDS[at % len(faults.KINDS) :][:KINDS]:
            fault = next(planter(pair, pairs, random.Random(f"{pair.name}:{kind}")), None)
            if fault and not fault.evidence:
                summary = msgspec.structs.replace(pair.summary, **{fault.field: fault.text})
                found.append(
                    lambda pair=pair, summary=summary: (
                        package.check(summary, pair.claims, pair.paper, pair.document).findings
                    )
                )
    cases = full_replies.load(data)
    for at, case in enumerate(cases):
        found.append(lambda case=case: full_replies.judged(case))
        for kind, planter, _ in full_replies.KINDS[at % len(full_replies.KINDS) :][:KINDS]:
            fault = next(planter(case, cases, random.Random(f"{case.name}:{kind}")), None)
            if fault:
                found.append(lambda case=case, fault=fault: full_replies.judged(case, fault))
    return found


def modules() -> Iterator[ModuleType]:
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if ".verification" not in info.name:
            yield importlib.import_module(info.name)


def rules() -> Iterator[tuple[ModuleType | type, str]]:
    """Yield where each function or method stands whose answer is yes or no."""
    for module in modules():
        for name, one in inspect.getmembers(module, inspect.isfunction):
            if one.__module__ == module.__name__ and one.__annotations__.get("return") is bool:
                yield module, name
        for _, owner in inspect.getmembers(module, inspect.isclass):
            if owner.__module__ == module.__name__:
                for name, one in inspect.getmembers(owner, inspect.isfunction):
                    if one.__annotations__.get("return") is bool and not name.startswith("__"):
                        yield owner, name


def changed(owner: ModuleType | type, name: str, answer: bool, asked: list[Judge], usual: list[object]) -> int:
    """Return how many of the texts are judged otherwise where a rule always gives one answer."""
    original = getattr(owner, name)
    users = [owner] if isinstance(owner, type) else [m for m in modules() if getattr(m, name, None) is original]
    for user in users:
        setattr(user, name, lambda *_args, **_options: answer)
    try:
        return sum(judge() != before for judge, before in zip(asked, usual, strict=True))
    finally:
        for user in users:
            setattr(user, name, original)


def main() -> None:
    asked_for = argparse.ArgumentParser(description="Find rules of the checks whose answer never matters.")
    asked_for.add_argument("--only", default="", help="rules whose place contains this")
    default = Path(os.environ.get("DIGEST_TEST_DATA", HERE.parent / "../shared/data"))
    asked_for.add_argument("--data", type=Path, default=default)
    options = asked_for.parse_args()
    asked = questions(options.data)
    usual: list[object] = [judge() for judge in asked]
    print(f"{len(asked)} texts\n\n| rule | always no | always yes |\n|---|---:|---:|")
    for owner, name in rules():
        place = f"{owner.__module__ if isinstance(owner, type) else owner.__name__}.{name}"
        if options.only in place:
            counts = [changed(owner, name, answer, asked, usual) for answer in (False, True)]
            print(f"| {place.removeprefix('digest.stages.check.')} | {counts[0]} | {counts[1]} |", flush=True)


if __name__ == "__main__":
    main()
