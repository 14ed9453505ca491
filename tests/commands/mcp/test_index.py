"""What a query of a language model finds, and in which order."""

from pathlib import Path

import msgspec
import pytest

from digest.adapters.store import Archive
from digest.adapters.store.files import text_hash
from digest.adapters.templates import Templates
from digest.commands.mcp.index import Index
from digest.config import SiteConfig
from digest.errors import ArchiveError
from digest.model.editions import Written
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
        ("doi:10.1101/2025.01.01.123456", []),
        ("2511.00001, 2511.00003", ["2511.00003", "2511.00001"]), ("abs/2511.00001v1 또는?", ["2511.00001"]),
        ("!?", []), ("---", []), ("...", []), ("🙂", []),
        (" ", ["2511.00003", "2511.00001", "2511.00002"]),
        ("", ["2511.00003", "2511.00001", "2511.00002"]),
    ],
)  # fmt: skip
def test_words_are_found_where_they_begin_titles_first(index: Index, query: str, found: list[str]) -> None:
    assert [one.id for one in index.search(query).papers] == found


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

    assert [one.id for one in index.search(query).papers] == ["2511.00002"]


def test_topic_and_days_narrow_a_search(index: Index) -> None:
    assert [one.id for one in index.search("", topic="b", since="2025-11-04").papers] == ["2511.00003"]
    assert [one.id for one in index.search("", until="2025-11-03", topic="B").papers] == ["2511.00002"]


def test_a_damaged_edition_is_named_and_hides_no_other(index: Index, blog: Blog) -> None:
    good = (blog.data / "2025-11-04.json").read_bytes()
    (blog.data / "2025-11-04.json").write_bytes(good[:-9])

    assert [one.id for one in index.search("").papers] == ["2511.00001", "2511.00002"]
    (damage,) = index.damaged
    assert damage.startswith("2025-11-04.json: ")
    with pytest.raises(ArchiveError, match="2025-11-04"):
        index.day("2025-11-04")

    (blog.data / "2025-11-04.json").write_bytes(good)

    assert len(index.search("").papers) == 3
    assert index.damaged == []


def test_an_edition_that_is_taken_away_is_found_no_more(index: Index, blog: Blog) -> None:
    index.search("")
    (blog.data / "2025-11-04.json").unlink()

    assert [one.id for one in index.search("").papers] == ["2511.00001", "2511.00002"]


def noted(index: Index, blog: Blog) -> Path:
    """Let the edition of the second day remember its post, as runs do."""
    post = next(blog.posts.glob("2025-11-04*"))
    archive = Archive(blog.posts, blog.data)
    edition = archive.load("2025-11-04")
    assert edition is not None
    archive.save(msgspec.structs.replace(edition, written=Written(file=post.name, sha256=text_hash(post.read_bytes()))))
    index.search("")
    return post


def test_an_edited_post_is_found_by_its_new_words_and_no_more_by_the_old(index: Index, blog: Blog) -> None:
    post = noted(index, blog)
    post.write_text(post.read_text("utf-8").replace("에이전트다", "돌고래다. 새로 썼다"), "utf-8")

    assert ([one.id for one in index.search("돌고래").papers], index.search("에이전트").papers) == (["2511.00003"], [])


def test_a_post_that_becomes_unreadable_is_named_and_fails_no_search(index: Index, blog: Blog) -> None:
    post = noted(index, blog)
    text = post.read_bytes()
    post.unlink()
    post.mkdir()

    assert [one.entry.paper.id for one in index.load(index.search("").papers)] == ["2511.00001", "2511.00002"]
    assert len(index.damaged) == 1

    post.rmdir()
    post.write_bytes(text)

    assert len(index.load(index.search("").papers)) == 3
    assert index.damaged == []


@pytest.mark.parametrize(
    "text",
    [
        "2511.00003", "[2511.00003] DoPE: Denoising", "arXiv:2511.00003 [cs.CL]", "`2511.00003`", "2511.00003.",
        "arxiv 2511.00003", "https://me.example/blog/papers/2511.00003/", "/papers/2511.00003/index.html#results",
    ],
)  # fmt: skip
def test_a_paper_is_called_by_its_id_with_what_stands_beside_it_and_by_its_page(index: Index, text: str) -> None:
    assert index.called(text) == "2511.00003"


@pytest.mark.parametrize("text", ["", "DoPE", "2511.000033333"])
def test_other_words_call_no_paper(index: Index, text: str) -> None:
    assert index.called(text) is None
