"""Make an archive to measure with: posts in the reference format, and editions for them. Same seed, same bytes."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bench import made_words
from digest.adapters import store
from digest.adapters.templates import Templates
from digest.model import ArxivId, Edition, Entry, Evidence, Exclusion, Header, Paper, Provenance, Summary
from digest.stages import render

FIRST = date(2016, 1, 4)
TOPICS = (
    "LLM",
    "추론",
    "에이전트",
    "멀티모달",
    "비전",
    "비디오",
    "음성",
    "로보틱스",
    "강화학습",
    "효율화",
    "코드",
    "이론",
)
_GAINS = ("정확도를", "처리량을", "재현율을", "일관성을", "표본 효율을", "학습 속도를", "안정성을", "일반화 성능을")
_SHAPES = (
    "{thing}에서 기존 방식은 계산량이 길이에 따라 빠르게 늘어나며, 이 연구는 {method}을 나누어 그 비용을 줄인다.",
    "제안하는 구조는 {method} 블록을 두 갈래로 두고, 앞 단계에서 얻은 통계로 다음 단계의 계산 여부를 정한다.",
    "실험에서 {gain} 평균 {a}.{b}% 높였고, {thing} 벤치마크에서는 학습 토큰을 {c}배 적게 쓰고도 같은 수준에 도달했다.",
    "다만 {thing}처럼 분포가 크게 달라지는 환경에서는 임계값을 다시 맞추어야 하며, {a}B보다 큰 모델은 확인하지 않았다.",
    "저자들은 {method}의 편향이 초기 층에서 생긴다는 점을 보이고, 이를 보정하는 손실을 더해 {gain} 함께 개선했다.",
    "추가 학습 없이 기존 checkpoint에 바로 붙일 수 있고, FlashAttention 커널과 함께 써도 메모리 사용량이 늘지 않는다.",
)
_LENGTHS = {"goal": 1, "motivation": 1, "contribution": 1, "method": 3, "results": 2, "limitations": 1, "conclusion": 1}


def write(folder: Path, count: int, papers: int = 6, editions: bool = True, start: int = 0) -> None:
    """Write `count` posts below `folder/_posts` and, if asked, their editions below `folder/_data/digests`."""
    archive = store.Archive(folder / "_posts", folder / "_data" / "digests")
    archive.posts.mkdir(parents=True, exist_ok=True)
    archive.data.mkdir(parents=True, exist_ok=True)
    templates = Templates()
    words = templates.words("ko")
    for edition in days(count, papers, start):
        text = render.render(render.compose(edition, words), templates)
        (archive.posts / f"{edition.name}-daily-papers.md").write_text(text, "utf-8")
        if editions:
            archive.edition_path(edition.name).write_bytes(store.encode(edition))


def days(count: int, papers: int = 6, start: int = 0) -> Iterator[Edition]:
    """Yield one edition a day from day `start` on. Day n is the same whatever `count` is."""
    for number in range(start, start + count):
        yield make_day(number, papers)


def make_day(number: int, papers: int = 6) -> Edition:
    """Make the edition of the day with that number."""
    chance = random.Random(number)
    day = FIRST + timedelta(days=number)
    name = day.isoformat()
    header = Header(title=f"Daily Papers — {name}", date=f"{name} 08:15:00", tags=("papers", "huggingface"))
    entries = tuple(_entry(chance, day, number * papers + index) for index in range(papers))
    left_out = tuple(
        Exclusion(
            paper=Paper(
                id=ArxivId(f"{day:%y%m}.{90000 + n}"), title=made_words.title(chance, made_words.topic(chance))
            ),
            rule="limit",
        )
        for n in range(3)
    )
    return Edition(name=name, day=day, header=header, entries=entries, exclusions=left_out)


def _entry(chance: random.Random, day: date, serial: int) -> Entry:
    base = ArxivId(f"{serial // 10000 + 1001:04d}.{serial % 10000 + 10000:05d}")
    moment = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    subject = made_words.topic(chance)
    fields = {name: " ".join(_sentence(chance, subject) for _ in range(size)) for name, size in _LENGTHS.items()}
    abstract = made_words.text(chance, subject, chance.randint(130, 240))
    quotes = abstract.split(". ")
    paper = Paper(
        id=base, title=made_words.title(chance, subject),
        authors=tuple(made_words.author(chance) for _ in range(chance.randint(2, 18))),
        abstract=abstract,
        submitted=moment - timedelta(days=2), featured=moment, upvotes=chance.randint(0, 150),
        categories=("cs.CL", "cs.LG"), version=1,
    )  # fmt: skip
    return Entry(
        paper=paper,
        summary=Summary(
            **fields,  # type: ignore[arg-type]
            tldr=f"{_sentence(chance, subject)[:44]} 방법이다.",
            topics=tuple(chance.sample(TOPICS, chance.randint(1, 3))),
        ),
        provenance=Provenance(
            origin="html", url=f"https://arxiv.org/html/{base}v1", version=1, backend="openai", model="model-x",
            prompt="3f9a1c", made=day,
        ),
        arxiv_url=f"https://arxiv.org/abs/{base}",
        alphaxiv_url=f"https://www.alphaxiv.org/ko/overview/{base}",
        evidence={name: Evidence(f"{chance.choice(quotes).rstrip('.')}.", "Introduction") for name in fields},
    )  # fmt: skip


def _sentence(chance: random.Random, subject: int) -> str:
    thing, method = (f"{made_words.noun(chance, subject)} {made_words.noun(chance, subject)}" for _ in range(2))
    return chance.choice(_SHAPES).format(
        thing=thing, method=method, gain=chance.choice(_GAINS), a=chance.randint(1, 60), b=chance.randint(0, 9),
        c=chance.randint(2, 8),
    )  # fmt: skip
