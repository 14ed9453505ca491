"""What a query of a language model finds, and in which order."""

from pathlib import Path

import pytest

from digest.adapters.store import Archive
from digest.adapters.templates import Templates
from digest.commands.mcp.index import Index
from digest.config import SiteConfig
from digest.errors import ArchiveError
from tests.site.conftest import Blog, make_edition, make_entry


@pytest.fixture
def blog(tmp_path: Path) -> Blog:
    return Blog(tmp_path)


@pytest.fixture
def index(blog: Blog) -> Index:
    rag = make_entry(1, paper={"title": "Coverage of Storage", "abstract": "No fragments."}, summary={"topics": ("A",)})
    exact = make_entry(2, paper={"title": "RAG at scale", "authors": ("Ada Lovelace",)}, summary={"topics": ("B",)})
    body = make_entry(3, summary={"method": "RAG를 쓰는 에이전트다.", "topics": ("B",)})
    blog.put(make_edition("2025-11-03", rag, exact))
    blog.put(make_edition("2025-11-04", body))
    return Index(Archive(blog.posts, blog.data), Templates(), SiteConfig())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("RAG", ["2511.00002", "2511.00003"]), ("lovelace rag", ["2511.00002"]), ("에이전트", ["2511.00003"]),
        ("cover", ["2511.00001"]), ("2511.00001", ["2511.00001"]), ("nonsense", []),
        ("https://arxiv.org/pdf/2511.00001v2", ["2511.00001"]), ("arXiv:2511.00001v1", ["2511.00001"]),
        ("doi:10.1101/2025.01.01.123456", []), ("!?", []), ("---", []), ("...", []), ("🙂", []),
        (" ", ["2511.00003", "2511.00001", "2511.00002"]),
        ("", ["2511.00003", "2511.00001", "2511.00002"]),
    ],
)  # fmt: skip
def test_words_are_found_where_they_begin_titles_first(index: Index, query: str, found: list[str]) -> None:
    assert [one.id for one in index.search(query)] == found


@pytest.mark.parametrize(
    "query",
    [
        "Godel", "GÖDEL", "go\u0308del", "Lukasz", "Łukasz", "Sorensen", "Dang", "Strasse", "straße", "돌고래를",
        "돌고래가 에이전트로", "RoPE의", "rope는 돌고래", "에이전트에서",
    ],
)  # fmt: skip
def test_accents_and_particles_do_not_count(blog: Blog, query: str) -> None:
    names = ("Kurt Gödel", "Łukasz Sørensen", "Đặng Straße")
    told = {"method": "돌고래의 말을 듣고 RoPE를 쓰는 에이전트다."}
    blog.put(make_edition("2025-11-03", make_entry(1), make_entry(2, paper={"authors": names}, summary=told)))
    index = Index(Archive(blog.posts, blog.data), Templates(), SiteConfig())

    assert [one.id for one in index.search(query)] == ["2511.00002"]


def test_topic_and_days_narrow_a_search(index: Index) -> None:
    assert [one.id for one in index.search("", topic="b", since="2025-11-04")] == ["2511.00003"]
    assert [one.id for one in index.search("", until="2025-11-03", topic="B")] == ["2511.00002"]


def test_a_damaged_edition_is_named_and_hides_no_other(index: Index, blog: Blog) -> None:
    good = (blog.data / "2025-11-04.json").read_bytes()
    (blog.data / "2025-11-04.json").write_bytes(good[:-9])

    assert [one.id for one in index.search("")] == ["2511.00001", "2511.00002"]
    (damage,) = index.damaged
    assert damage.startswith("2025-11-04.json: ")
    with pytest.raises(ArchiveError, match="2025-11-04"):
        index.day("2025-11-04")

    (blog.data / "2025-11-04.json").write_bytes(good)

    assert len(index.search("")) == 3
    assert index.damaged == []


def test_an_edition_that_is_taken_away_is_found_no_more(index: Index, blog: Blog) -> None:
    index.search("")
    (blog.data / "2025-11-04.json").unlink()

    assert [one.id for one in index.search("")] == ["2511.00001", "2511.00002"]
