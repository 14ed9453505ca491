"""What the tools return, and what they say where there is nothing to return."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from digest.adapters.store import Archive
from digest.adapters.templates import Templates
from digest.commands.mcp.index import Index
from digest.commands.mcp.tools import ArchiveTools
from digest.config import SiteConfig
from digest.errors import ArchiveError
from tests.site.conftest import Blog, make_edition, make_entry

TEAM = tuple(f"Author {number}" for number in range(402))


@pytest.fixture
def blog(tmp_path: Path) -> Blog:
    blog = Blog(tmp_path)
    imported = replace(make_entry(2, provenance={"origin": "imported"}), claims={})
    blog.put(make_edition("2025-11-03", make_entry(1, paper={"authors": TEAM}), imported))
    return blog


@pytest.fixture
def tools(blog: Blog) -> ArchiveTools:
    return ArchiveTools({"": Index(Archive(blog.posts, blog.data), Templates(), SiteConfig())})


def test_a_list_names_the_first_authors_of_a_team_and_says_how_many_follow(tools: ArchiveTools) -> None:
    first, second = tools.search("Paper")["papers"]

    assert (first["authors"], first["more_authors"]) == ([f"Author {number}" for number in range(6)], 396)
    assert "more_authors" not in second


def test_a_member_who_is_not_named_in_the_list_is_found(tools: ArchiveTools) -> None:
    assert [one["id"] for one in tools.search("Author 401")["papers"]] == ["2511.00001"]


def test_what_was_imported_is_marked_and_says_why_it_has_no_evidence(tools: ArchiveTools) -> None:
    rows = tools.day("2025-11-03")["papers"]
    evidence = tools.evidence("2511.00002")

    assert [one.get("unchecked", False) for one in rows] == [False, True]
    assert (evidence["claims"], evidence["why"]) == (
        {}, "the summary was imported from a post; no passages were kept, and none of it was checked",
    )  # fmt: skip


def test_a_field_is_named_in_any_case(tools: ArchiveTools) -> None:
    assert tools.evidence("2511.00001", "Goal ") == tools.evidence("2511.00001", "goal")


def test_a_field_without_passages_says_so(tools: ArchiveTools) -> None:
    evidence = tools.evidence("2511.00001", "Limitations")

    assert (evidence["claims"], evidence["why"]) == ({}, "the edition holds no passages for what was asked")


@pytest.mark.parametrize("day", ["", "2025-13-01", "2025-02-30", "20251103", "2025-W45-1", "today", "2025-11-3"])
def test_what_is_no_day_is_named(tools: ArchiveTools, day: str) -> None:
    with pytest.raises(ArchiveError) as error:
        tools.day(day)

    assert str(error.value) == f"day: {day!r} is not a day — use one like 2025-11-17"


@pytest.mark.parametrize(("since", "until", "name"), [("nov", "", "since"), ("", "2025-00-01", "until")])
def test_bounds_that_are_no_days_are_named(tools: ArchiveTools, since: str, until: str, name: str) -> None:
    with pytest.raises(ArchiveError, match=f"^{name}: '{since or until}' is not a day"):
        tools.search("", since=since, until=until)


def test_a_damaged_edition_is_named_by_what_is_not_found_and_by_what_is(tools: ArchiveTools, blog: Blog) -> None:
    blog.put(make_edition("2025-11-04", make_entry(3)))
    (blog.data / "2025-11-04.json").write_text("{", "utf-8")

    with pytest.raises(ArchiveError) as error:
        tools.paper("2511.00003")

    assert str(error.value).startswith("'2511.00003' is not in what can be read of this archive — 2025-11-04.json: ")
    (unreadable,) = tools.search("Paper")["unreadable"]
    assert unreadable.startswith("2025-11-04.json: ")
