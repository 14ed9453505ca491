"""The figures of an archive, and that the trends page and `digest stats` count alike."""

import json
import os
from datetime import date
from pathlib import Path

import msgspec

from digest.adapters.store import Archive
from digest.commands import stats
from digest.commands.stats.editions import count
from digest.commands.stats.figures import Month, Stats
from digest.model import Edition, Entry, Exclusion, Header, Provenance, Skip, Summary, Usage
from digest.model.corpus import weekly
from tests.fakes import paper, summary


def entry(number: int, *, model: str = "gpt-5-mini", origin: str = "html", topics: tuple[str, ...] = ()) -> Entry:
    return Entry(
        paper=paper(number),
        summary=msgspec.structs.replace(summary(), topics=topics) if topics else Summary.of({}),
        provenance=Provenance(origin=origin, model=model, usage=Usage(1, 1000, 100, 200, 0.01)),  # type: ignore[arg-type]
        arxiv_url=f"https://arxiv.org/abs/2511.{number:05}",
    )


def edition(day: str, name: str = "", **parts: object) -> Edition:
    made = {"name": name or day, "day": date.fromisoformat(day), "header": Header(title="", date="")}
    return Edition(**made | parts)  # type: ignore[arg-type]


ARCHIVE = [
    edition("2025-11-17", entries=(entry(1, topics=("LLM",)), entry(2, origin="pdf", topics=("LLM", "Agents")))),
    edition(
        "2025-11-18",
        entries=(entry(1),),
        skips=(
            Skip(
                paper=paper(3), stage="fulltext", reason="html: arxiv /html/2511.00003v1: answered 500, tried 4 times"
            ),
            Skip(
                paper=paper(4), stage="fulltext", reason="html: arxiv /html/2511.00004v1: answered 500, tried 4 times"
            ),
        ),
        exclusions=(Exclusion(paper=paper(5), rule="limit"),),
    ),
    edition("2025-11-22"),
    edition("2025-12-01", "2025-12-01-papers-2511.00009", entries=(entry(9, model="", origin="imported"),)),
]


def test_an_archive_is_counted_by_month() -> None:
    found = stats.stats(map(count, ARCHIVE))

    assert (found.days, found.papers, found.usage) == (2, 3, Usage(4, 4000, 400, 800, 0.04))
    assert [(m.month, m.days, m.empty, m.listed, m.published, m.failed, m.left_out) for m in found.months] == [
        ("2025-11", 2, 1, 6, 3, 2, 1),
        ("2025-12", 0, 0, 1, 1, 0, 0),
    ]
    assert [month.coverage for month in found.months] == [0.6, 1.0]
    assert found.models == (("gpt-5-mini", 3), ("imported", 1))
    assert found.origins == (("html", 2), ("imported", 1), ("pdf", 1))


def test_failures_of_one_kind_are_counted_together() -> None:
    assert stats.stats(map(count, ARCHIVE)).failures == (("fulltext", "html: arxiv … answered N tried N times", 2),)


def test_the_table_is_aligned_and_ends_with_the_sum() -> None:
    assert stats.lines(stats.stats(map(count, ARCHIVE))) == [
        "month   days empty listed published failed left out coverage tokens  cost",
        "2025-11    2     1      6         3      2        1      60%  3,600 $0.03",
        "2025-12    0     0      1         1      0        0     100%  1,200 $0.01",
        "all        2     1      7         4      2        1      67%  4,800 $0.04",
        "",
        "models: gpt-5-mini 3, imported 1",
        "",
        "read from: html 2, imported 1, pdf 1",
        "",
        "failed at  papers  reason",
        "fulltext        2  html: arxiv … answered N tried N times",
    ]


def test_the_table_of_ten_years_fits_a_terminal() -> None:
    usage = Usage(40_000, 1_000_000_000, 0, 200_000_000, 9_999.99)
    counts = {"days": 31, "empty": 31, "listed": 36_500, "published": 36_500, "failed": 3_650, "left_out": 99_999}
    month = Month(month="2025-11", **counts, usage=usage)

    shown = stats.lines(Stats(days=3_650, usage=usage, months=(month,)))[:3]

    assert max(map(len, shown)) <= 80
    assert shown[1].split()[-2:] == ["1,200.0M", "$9999.99"]


def test_the_json_holds_coverage_and_the_weeks_of_the_trends_page() -> None:
    found = json.loads(stats.to_json(stats.stats(map(count, ARCHIVE))))

    assert found["months"][0]["coverage"] == 0.6
    assert found["trends"] == {
        "mondays": ["2025-11-17", "2025-11-24", "2025-12-01"],
        "totals": [1, 0, 0],
        "topics": {"Agents": [1, 0, 0], "LLM": [1, 0, 0]},
    }


def test_an_edition_is_read_again_only_when_its_file_changed(tmp_path: Path) -> None:
    archive, path = Archive(tmp_path / "_posts", tmp_path / "_data"), tmp_path / "_data/2025-11-17.json"

    def papers(edition: Edition | None = None) -> list[int]:
        if edition:
            archive.save(edition)
            os.utime(path, (1.7e9, 1.7e9))
        return [len(counted.papers) for counted in stats.counted(archive, tmp_path / "cache")]

    assert papers(ARCHIVE[0]) == [2]
    content = path.read_bytes()
    path.write_bytes(b"?" * len(content))
    os.utime(path, (1.7e9, 1.7e9))
    assert papers() == [2]
    assert papers(edition("2025-11-17")) == [0]


def test_an_empty_archive_is_a_table_without_months() -> None:
    found = stats.stats([])

    assert found == stats.Stats()
    assert stats.lines(found)[1].split() == ["all", "0", "0", "0", "0", "0", "0", "-", "0", "-"]
    assert json.loads(stats.to_json(found))["papers"] == 0


def test_weeks_count_a_paper_and_two_spellings_of_a_topic_once_and_only_the_last_half_year() -> None:
    days = [
        (date(2025, 11, 18), "1", []),
        (date(2025, 11, 17), "2", ["LLM", "llm"]),
        (date(2025, 11, 17), "1", ["LLM"]),
        (date(2024, 1, 1), "3", ["LLM"]),
    ]

    assert weekly.count(days, str.lower) == weekly.Weeks(("2025-11-17",), (1,), {"llm": (1,)})
    assert weekly.count([]) == weekly.Weeks()


def test_an_edition_that_cannot_be_read_is_named_and_the_others_are_counted(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "posts", tmp_path / "data")
    for day in ("2025-11-17", "2025-11-18"):
        archive.save(edition(day, entries=(entry(1),)))
    archive.edition_path("2025-11-17").write_text("{", "utf-8")
    broken: list[str] = []

    found = list(stats.counted(archive, tmp_path / "cache", broken.append))

    assert [one.name for one in found] == ["2025-11-18"]
    assert [line.split(":")[0] for line in broken] == ["2025-11-17.json"]


def test_a_few_days_long_before_all_others_are_no_beginning_of_the_nights(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "posts", tmp_path / "data")
    for day in ("1999-01-01", "2024-11-18", "2025-11-17", "2025-11-19"):
        archive.save(edition(day))

    assert archive.holes() == (date(2025, 11, 18),)
    assert archive.holes(date(2025, 11, 20)) == (date(2025, 11, 18), date(2025, 11, 20))
