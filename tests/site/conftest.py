"""A small archive to build sites from, and a folder to build them in."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from digest.adapters import store
from digest.adapters.templates import Templates
from digest.config import PostConfig, SiteConfig
from digest.model import (
    ArxivId,
    Claim,
    Edition,
    Entry,
    Evidence,
    Exclusion,
    Figure,
    Finding,
    Header,
    Overview,
    OverviewSentence,
    Paper,
    Provenance,
    Skip,
    Summary,
)  # fmt: skip
from digest.model.corpus.reviews import Review
from digest.site import BuildResult, Project, build
from digest.stages import render

BROWSER = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync")  # fmt: skip


class Blog:
    """A folder with an archive, the user's templates and a site."""

    def __init__(self, folder: Path) -> None:
        self.posts, self.data = folder / "_posts", folder / "_data" / "digests"
        self.out, self.cache, self.own = folder / "_site", folder / ".cache", folder / "templates"
        self.config, self.post, self.language = (
            SiteConfig(url="https://example.org/papers", author="tester"),
            PostConfig(),
            "ko",
        )
        self.posts.mkdir(parents=True)
        self.data.mkdir(parents=True)

    def build(self, out: Path | None = None, cache: Path | None = None, **more: Any) -> BuildResult:
        project = Project(
            posts=self.posts, data=self.data, out=out or self.out, cache=cache or self.cache,
            templates=Templates(self.own), config=self.config, post=self.post, language=self.language, **more,
        )  # fmt: skip
        return build(project)

    def tree(self, out: Path | None = None) -> dict[str, str]:
        """Every file of the site with a short hash of its content."""
        root = out or self.out
        return {
            path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:16]
            for path in sorted(root.rglob("*"))
            if path.is_file()
        }

    def put(self, edition: Edition, words: Mapping[str, Any] | None = None) -> None:
        """Write an edition and its post."""
        templates = Templates()
        text = render.render(render.compose(edition, words or templates.words("ko")), templates)
        (self.posts / f"{edition.name}-daily-papers.md").write_text(text, "utf-8")
        (self.data / f"{edition.name}.json").write_bytes(store.encode(edition))

    def keep(self, name: str, text: str, *numbers: int) -> None:
        """Write the overview of a week or a month as a nightly run keeps it: one sentence about some papers."""
        papers = tuple(ArxivId(f"2511.{number:05d}") for number in numbers)
        overview = Overview(sentences=(OverviewSentence(text, papers),))
        store.Reviews(self.data).save(Review(name=name, overview=overview, made=date(2025, 12, 1)))

    def write(self, name: str, text: str) -> None:
        (self.posts / name).write_text(text, "utf-8")

    def page(self, path: str) -> str:
        return (self.out / path).read_text("utf-8")


def make_entry(number: int, **more: Any) -> Entry:
    """A made-up paper; the same number gives the same one."""
    base = ArxivId(f"2511.{number:05d}")
    paper: dict[str, Any] = {
        "id": base, "title": f"Paper{number}: Sparse Routing in Graph {number % 3}", "abstract": "We route. It works.",
        "authors": (f"Ada N{number % 2} Kim", f"Bo {number} Lee"), "upvotes": number, "version": 1,
        "submitted": datetime(2025, 11, 1, 3, tzinfo=UTC), "featured": datetime(2025, 11, 2, tzinfo=UTC),
        "categories": ("cs.LG",), **more.pop("paper", {}),
    }  # fmt: skip
    summary: dict[str, Any] = {
        "goal": f"긴 문맥에서 계산을 {number}% 줄인다.", "motivation": "기존 방식은 느리다.",
        "contribution": "새 방식을 냈다.",
        "method": "두 단계로 나눈다.", "results": f"정확도가 {number}.5% 올랐다.", "limitations": "작은 모델만 보았다.",
        "conclusion": "실용적이다.", "tldr": f"계산을 {number}% 줄인다.",
        "topics": (("LLM", "추론", "비전")[number % 3], "효율화"),
        **more.pop("summary", {}),
    }  # fmt: skip
    return Entry(
        paper=Paper(**paper),
        summary=Summary(**summary),
        provenance=Provenance(**{
            "origin": "html", "url": f"https://arxiv.org/html/{base}v1", "version": 1, "backend": "openai",
            "model": "model-x", "prompt": "abc123", "made": date(2025, 11, 3), **more.pop("provenance", {}),
        }),
        arxiv_url=f"https://arxiv.org/abs/{base}",
        alphaxiv_url=f"https://www.alphaxiv.org/ko/overview/{base}",
        claims={"goal": (Claim(text="", anchors=(Evidence("We cut the cost.", "Introduction"),)),)},
        **more,
    )  # fmt: skip


def make_edition(day: str, *entries: Entry, **more: Any) -> Edition:
    header = Header(title=f"Daily Papers — {day}", date=f"{day} 08:15:00", tags=("papers", "huggingface"))
    return Edition(name=day, day=date.fromisoformat(day), header=header, entries=entries, **more)


HAND_WRITTEN = """---
layout: post
title: "이번 주를 돌아보며"
date: 2025-11-08 20:00:00
tags: [notes]
---
**긴 문맥**이 많았다. $x^2$는 수식이고 `$y$`는 코드다.

<script>alert(1)</script> [나쁜 고리](javascript:alert(1))
"""


def small(shop: Blog) -> Blog:
    """Fill a run with one of everything."""
    figure = Figure("https://arxiv.org/html/2511.00001v1/x1.png", "Figure 1: cost over $n$.")
    shop.put(make_edition("2025-11-03", *(make_entry(n) for n in (1, 2, 3))))
    shop.put(
        make_edition(
            "2025-11-04",
            make_entry(
                4,
                findings=(Finding("numbers", "results", "not in the paper", "4.5%"),),
                provenance={"figure": figure, "license": "http://creativecommons.org/licenses/by/4.0/"},
            ),
            make_entry(5, paper={"title": "On $O(n^2)$ & <b>bold</b> claims for 1$"}),
            skips=(Skip(paper=Paper(id=ArxivId("2511.00090"), title="A failed one"), stage="fulltext", reason="404"),),
            exclusions=tuple(
                Exclusion(paper=Paper(id=ArxivId(f"2511.001{n:02d}"), title=f"Left out {n}"), rule="limit")
                for n in range(7)
            ),
        )
    )
    shop.put(make_edition("2025-11-05", make_entry(1, replaces=1, changed=("Results",)), make_entry(6)))
    (shop.data / "2025-11-08.json").write_bytes(store.encode(make_edition("2025-11-08")))
    (shop.data / "2025-11-09.json").write_bytes(store.encode(make_edition("2025-11-09")))
    shop.write("2025-11-08-week.md", HAND_WRITTEN)
    return shop


@pytest.fixture
def shop(tmp_path: Path) -> Blog:
    return Blog(tmp_path)


@pytest.fixture
def site(shop: Blog) -> Blog:
    small(shop).build()
    return shop


@pytest.fixture(scope="session")
def kit() -> Any:
    """The makers, for tests that build archives of their own."""

    class Kit:
        run, entry, edition, small, browser = (
            Blog,
            staticmethod(make_entry),
            staticmethod(make_edition),
            staticmethod(small),
            BROWSER,
        )

    return Kit


@pytest.fixture(scope="session")
def chromium() -> str:
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    if not Path(path).exists():
        pytest.skip(f"no Chromium at {path}")
    return path


@pytest.fixture(scope="module")
def browser(kit: Any, chromium: str) -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as player:
        running = player.chromium.launch(executable_path=chromium, args=list(kit.browser))
        yield running
        running.close()
