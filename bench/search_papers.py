"""Recorded papers for bench/search.py: real titles, people and abstracts, with a gloss in Korean.

Read at run time from the folder of recorded days and never kept. The gloss names the terms of terms.yaml that the
abstract has, in Korean, so that Korean queries have what to find; a few papers have summaries in its stead
(search_summaries.jsonl), written from their abstracts by one who knew none of the queries. `filled` adds sentences of
real summaries (bench/pairs) until a paper is as long as a real one, and repeats papers under other ids and names where
more are asked for than were recorded.
"""

import json
import random
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from digest.model.schema import NAMES
from digest.site.search import files
from digest.site.search.files import Record

ROOT = Path(__file__).parent.parent
RECORDED = ROOT.parent / "shared/data/hf_daily"
TERMS = files.terms((ROOT / "templates/site/terms.yaml").read_text("utf-8"))
_HANGUL = re.compile("[가-힣]")
_SUMMARIES = {
    row["id"]: row for row in map(json.loads, (ROOT / "bench/search_summaries.jsonl").read_text("utf-8").splitlines())
}
_SEVERAL = 60
"""Days whose papers are repeated."""
_FRAMES = ("{} 문제를 다룬다.", "{} 방법을 새로 제안한다.", "{} 성능을 높인다.", "{} 실험에서 앞선다.")


def recorded(days: int | None = None) -> Iterator[Record]:
    """Yield the papers of some recorded days, each once, oldest first: the days stored singly, then the archive's."""
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    singly = {path.stem: json.loads(path.read_bytes()) for path in sorted(RECORDED.glob("20*.json"))}
    with tarfile.open(next(RECORDED.glob("all_days_*.tar.xz"))) as archive:
        members = [member for member in archive.getmembers() if member.isfile()]
        names = {Path(member.name).stem: member for member in members}
        later = sorted(set(names) - set(singly), reverse=True)[: days and max(0, days - len(singly))]
        listed = singly | {day: json.load(archive.extractfile(names[day])) for day in later}  # type: ignore[arg-type]
    for day in sorted(listed):
        for row in listed[day]:
            found.setdefault(row["paper"]["id"], (day, row["paper"]))
    for day, paper in found.values():
        yield _record(day, paper)


def _record(day: str, paper: dict[str, Any]) -> Record:
    title, abstract = (" ".join(paper[name].split()) for name in ("title", "summary"))
    named = [_korean(group) for group in TERMS if _holds(group, f"{title} {abstract}")]
    organization = paper.get("organization") or {}
    summary = _SUMMARIES.get(paper["id"]) or {
        "tldr": f"{' '.join(named[:3])}을 다룬다." if named else "",
        "topics": named[:1],
        NAMES[0]: " ".join(_FRAMES[at % 4].format(term) for at, term in enumerate(named)),
    }
    return Record(
        url=f"papers/{paper['id']}/",
        title=title,
        day=day,
        id=paper["id"],
        tldr=summary["tldr"],
        authors=tuple(author["name"] for author in paper["authors"]),
        organization=organization.get("name", "") if isinstance(organization, dict) else "",
        abstract=abstract,
        topics=tuple(summary["topics"]),
        fields=tuple(summary.get(name, "") for name in NAMES),
    )


def _korean(group: list[str]) -> str:
    return next((term for term in group if _HANGUL.search(term)), group[0])


def _holds(group: list[str], text: str) -> bool:
    latin = [re.escape(term) for term in group if not _HANGUL.search(term)]
    return bool(latin) and re.search(rf"\b(?:{'|'.join(latin)})", text, re.I) is not None


def filled(count: int) -> Iterator[Record]:
    """Yield as many papers as are asked for, each as long as a real summary with its abstract."""
    pairs = [json.loads(path.read_text("utf-8"))["summary"] for path in sorted((ROOT / "bench/pairs").glob("*.json"))]
    sentences = [
        sentence for pair in pairs for name in NAMES for sentence in re.split(r"(?<=다\.)\s+", str(pair[name]))
    ]
    chance = random.Random(15)
    real = list(recorded(_SEVERAL))
    for number in range(count):
        turn, paper = divmod(number, len(real))
        one = real[paper]
        names = [f"{name[:-1]}{chr(97 + (ord(name[-1]) + turn) % 26)}" if turn else name for name in one.authors]
        new = f"{2405 + number // 1000}.{number % 100_000:05}"
        yield msgspec.structs.replace(
            one,
            url=f"papers/{new}/",
            id=new,
            day=f"{2020 + number * 9 // max(1, count)}-{1 + number * 9 * 12 // max(1, count) % 12:02}-01",
            authors=tuple(names),
            fields=(one.fields[0], *(" ".join(chance.sample(sentences, 3)) for _ in NAMES[1:])),
        )
