"""Nights that find a week over: what they ask, what they keep, and that a site is built of that without asking."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from digest.adapters.store import Reviews
from digest.commands.demo.server import serve
from tests.runs import Forker, World, files, invented, settings

DAYS = (date(2026, 1, 5), date(2026, 1, 8))
MONDAY = date(2026, 1, 12)


@dataclass
class Reviewed(World):
    """A model that also writes overviews: of days and weeks, or of neither."""

    spans: list[str] = field(default_factory=list)
    silent: bool = False

    def answer(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        answer = super().answer(asked)
        instructions = asked["messages"][0]["content"]
        if "opening paragraph" in instructions:
            self.spans.append("week" if "review of a week" in instructions else "day")
            said = [] if self.silent else [{"entries": [1, 2], "text": "두 논문이 비용을 다룬다."}]
            answer["choices"][0]["message"]["content"] = json.dumps({"sentences": said})
        return answer


@dataclass
class Nights:
    """A digest whose nights are played one after another."""

    folder: Path
    world: Reviewed
    url: str
    forker: Forker

    def night(self, day: date, *words: str) -> None:
        moment = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=3)
        ahead = (moment - datetime.now(UTC)).total_seconds()
        environ = settings(self.url, OPENAI_API_KEY="k", DIGEST_OVERVIEW="on", DIGEST_RUN__LOOK_BACK="7")
        code = self.forker.run(self.folder, *(words or ("build",)), environ=environ, jump=(0, ahead))
        assert code == 0, (self.folder.parent / f"{self.folder.name}.log").read_text("utf-8")

    @property
    def said(self) -> list[str]:
        review = Reviews(self.folder / "_data" / "digests").load("2026-W02")
        return [one.text for one in review.overview.sentences] if review and review.overview else []


@pytest.fixture
def nights(tmp_path: Path, forker: Forker) -> Iterator[Nights]:
    lists = invented(DAYS, 3)
    world = Reviewed(lists.rows, lists.papers)
    with serve(world) as url:
        (tmp_path / "digest").mkdir()
        made = Nights(tmp_path / "digest", world, url, forker)
        for day in DAYS:
            made.night(day + timedelta(days=1))
        yield made


def test_the_first_night_after_a_week_asks_once_and_later_nights_and_sites_ask_nothing(nights: Nights) -> None:
    before = nights.world.spans[:]
    nights.night(MONDAY)
    kept, asked = files(nights.folder), len(nights.world.asked)
    nights.night(MONDAY, "site")
    sites = len(nights.world.asked) - asked
    nights.night(MONDAY + timedelta(days=1))

    assert (before, nights.world.spans) == (["day", "day"], ["day", "day", "week"])
    assert (nights.said, sites) == (["두 논문이 비용을 다룬다."], 0)
    review = "_data/digests/_reviews/2026-W02.json"
    assert files(nights.folder)[review] == kept[review]
    page = (nights.folder / "_site" / "weeks" / "2026-W02" / "index.html").read_text("utf-8")
    assert "두 논문이 비용을 다룬다." in page


def test_an_unusable_reply_is_asked_for_again_by_the_next_night(nights: Nights) -> None:
    nights.world.silent = True
    nights.night(MONDAY)
    nights.world.silent = False
    missing = nights.said
    nights.night(MONDAY + timedelta(days=1))

    assert (missing, nights.said) == ([], ["두 논문이 비용을 다룬다."])
    assert nights.world.spans == ["day", "day", "week", "week"]


def test_a_preview_names_what_it_would_write_and_writes_nothing(nights: Nights) -> None:
    before = files(nights.folder)
    nights.night(MONDAY, "build", "--dry-run")

    log = (nights.folder.parent / "digest.log").read_text("utf-8")
    assert "would write the overview of 2026-W02" in log
    assert files(nights.folder) == before


def test_the_post_of_a_week_is_written_rendered_and_rid_of_a_removed_paper(nights: Nights) -> None:
    (nights.folder / "config.yaml").write_text("post: {weeks: true}\n", "utf-8")
    nights.night(MONDAY)
    post = nights.folder / "_posts" / "2026-01-11-daily-papers-week.md"
    first = post.read_text("utf-8")
    nights.night(MONDAY, "render", "2026-W02")
    again = post.read_text("utf-8")
    nights.night(MONDAY, "remove", "2601.10001", "--because", "its author asked")

    assert "한 주의 흐름: 두 논문이 비용을 다룬다." in first
    assert (again, "2601.10001" in first) == (first, True)
    assert "2601.10001" not in post.read_text("utf-8")
    assert nights.world.spans == ["day", "day", "week"]


def test_a_week_without_a_post_is_told_apart_by_what_it_lacks(nights: Nights) -> None:
    for config in ("", "post: {weeks: true}\n"):
        (nights.folder / "config.yaml").write_text(config, "utf-8")
        assert nights.forker.run(nights.folder, "render", "2020-W51", environ=settings(nights.url)) == 1

    log = (nights.folder.parent / "digest.log").read_text("utf-8")
    assert re.findall(r"2020-W51 has no post.*", log) == [
        "2020-W51 has no post — set post.weeks",
        "2020-W51 has no post — it needs 2 papers and has 0 papers",
    ]
