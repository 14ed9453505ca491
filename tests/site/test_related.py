"""Related papers: the most alike of a paper's own day and earlier ones, the same however the archive came to be."""

import random
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import msgspec
import pytest

from digest.model.corpus.vectors import Embedding, embedding
from digest.site.library import postings, related, vectors

Vectors = Callable[[int], Embedding | None]
THEMES = {
    "speech": "speech recognition dialect acoustic phoneme transcript audio waveform",
    "robot": "robot gripper manipulation grasp torque tactile policy actuator",
    "protein": "protein folding residue enzyme sequence structure binding molecule",
}


def about(kit: Any, number: int, theme: str, **more: Any) -> Any:
    """A paper of a theme: three words of it in the title, some of it in the abstract."""
    chance = random.Random(number)
    words = chance.sample(THEMES[theme].split(), 5)
    paper = {"title": f"Method{number}: {' '.join(words[:3])}", "abstract": f"We study {' '.join(words)}.", **more}
    return kit.entry(number, paper=paper, summary={"topics": ("LLM",)})


def fill(shop: Any, kit: Any, days: int, first: int = 1, vector: Vectors = lambda _: None) -> None:
    """Days of a paper of each theme; `vector` gives the one of a paper by its number."""
    for day in range(first, first + days):
        papers = [about(kit, 10 * day + at, theme) for at, theme in enumerate(THEMES)]
        papers = [msgspec.structs.replace(one, embedding=vector(10 * day + at)) for at, one in enumerate(papers)]
        shop.put(kit.edition(f"2025-{1 + day // 28:02d}-{1 + day % 28:02d}", *papers))


def related_of(shop: Any, number: int) -> list[str]:
    """The numbers of the papers that a paper's page names as related."""
    section = shop.page(f"papers/2511.{number:05d}/index.html").partition('id="rh"')[2]
    return [found[-5:] for found in re.findall(r"papers/(2511\.\d{5})/", section)]


def same_as_clean(shop: Any) -> bool:
    """Whether the site is the one that is built from nothing."""
    shop.build()
    clean, cache = shop.out.parent / "clean", shop.cache.parent / "clean-cache"
    shutil.rmtree(clean, ignore_errors=True)
    shutil.rmtree(cache, ignore_errors=True)
    shop.build(clean, cache)
    return bool(shop.tree() == shop.tree(clean))


def test_a_paper_is_related_to_those_that_speak_of_the_same_and_to_none_after_it(shop: Any, kit: Any) -> None:
    fill(shop, kit, 8)
    shop.build()

    found = related_of(shop, 71)

    assert len(found) == related.SHOWN
    assert {int(number) % 10 for number in found} == {1}
    assert all(int(number) < 80 for number in found)
    assert not set(related_of(shop, 10)) - {"00011", "00012"}


def test_a_new_day_changes_no_old_page_of_a_paper(shop: Any, kit: Any) -> None:
    fill(shop, kit, 5)
    shop.build()
    before = {path: content for path, content in shop.tree().items() if path.startswith("papers/2511")}
    fill(shop, kit, 1, first=6)
    shop.build()

    newest = {f"papers/2511.{number:05d}" for number in (50, 51, 52)}  # whose day has a next one now
    changed = {path for path, content in before.items() if shop.tree()[path] != content}

    assert {path for path in changed if path.rpartition("/")[0] not in newest} == set()


@pytest.fixture(params=[2, 100])
def compared(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Papers of each word that are compared. With lists of two all that is forgotten is forgotten at once."""
    number = int(request.param)
    monkeypatch.setattr(postings, "COMPARED", number)
    monkeypatch.setattr(postings, "_LONGEST", 2 * number * 8)
    monkeypatch.setattr(related, "_KEPT", 3)
    return number


@pytest.mark.usefixtures("compared")
def test_a_site_after_any_change_is_the_one_that_is_built_from_nothing(shop: Any, kit: Any) -> None:
    fill(shop, kit, 9)
    shop.build()

    fill(shop, kit, 1, first=10)
    assert same_as_clean(shop)
    shop.put(kit.edition("2025-01-11", about(kit, 100, "robot"), about(kit, 109, "speech")))  # the newest but one
    assert same_as_clean(shop)
    shop.put(kit.edition("2025-01-03", about(kit, 20, "protein"), about(kit, 29, "speech")))  # an old one
    assert same_as_clean(shop)
    (shop.posts / "2025-01-05-daily-papers.md").unlink()
    assert same_as_clean(shop)
    shop.put(kit.edition("2025-02-20", about(kit, 20, "robot"), about(kit, 301, "robot")))  # one appears again
    assert same_as_clean(shop)


def test_a_typing_error_that_is_corrected_compares_nothing_anew(
    shop: Any, kit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(shop, kit, 5)
    shop.build()
    added: list[int] = []
    adding = postings.Postings.add

    def counting(index: Any, papers: Any, *more: Any) -> Any:
        added.append(len(papers))
        return adding(index, papers, *more)

    monkeypatch.setattr(postings.Postings, "add", counting)
    file = shop.posts / "2025-01-03-daily-papers.md"
    file.write_text(file.read_text("utf-8").replace("느리다", "매우 느리다"), "utf-8")
    shop.build()
    edited = list(added)
    fill(shop, kit, 1, first=6)
    shop.build()

    assert (edited, added) == ([], [3])


def test_a_post_without_abstracts_is_compared_by_its_summaries(shop: Any, kit: Any) -> None:
    for day, number, words in (
        (3, 1, "단백질 접힘을 예측한다"),
        (4, 2, "로봇 팔로 물체를 잡는다"),
        (5, 3, "단백질 접힘의 오차"),
    ):
        entry = kit.entry(number, paper={"title": f"T{number}", "abstract": ""}, summary={"goal": words, "tldr": ""})
        shop.put(kit.edition(f"2025-11-{day:02d}", entry))
    shop.build()

    assert related_of(shop, 3)[0] == "00001"


def close(number: int, model: str = "m") -> Embedding:
    """A vector the nearer to others the nearer the days of their papers, and nearest to that of day 3."""
    return embedding(model, [1.0, abs(number // 10 - 3) / 4, 0.1])


def test_of_papers_with_words_in_common_those_with_the_nearest_vectors_come_first(shop: Any, kit: Any) -> None:
    fill(shop, kit, 8, vector=lambda number: close(30 if number == 81 else number))
    shop.build()

    first, *next_two = related_of(shop, 81)[:3]
    assert (first, set(next_two)) == ("00031", {"00021", "00041"})
    assert {number[-1] for number in related_of(shop, 81)} == {"1"}


def test_without_vectors_of_one_model_the_words_decide(shop: Any, kit: Any) -> None:
    fill(shop, kit, 8)
    shop.build()
    by_words = {path: content for path, content in shop.tree().items() if path.startswith("papers/")}
    fill(shop, kit, 8, vector=lambda number: close(number, model=f"m{number}"))
    shop.build()

    assert {path: shop.tree()[path] for path in by_words} == by_words


def test_a_paper_without_a_vector_stays_where_its_words_put_it(shop: Any, kit: Any) -> None:
    fill(shop, kit, 8)
    shop.build()
    by_words = related_of(shop, 81)
    fill(shop, kit, 8, vector=lambda number: None if f"{number:05d}" == by_words[1] else close(number))
    shop.build()

    assert related_of(shop, 81)[1] == by_words[1]


def test_with_vectors_too_a_site_after_any_change_is_the_one_that_is_built_from_nothing(
    shop: Any, kit: Any, compared: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "_FIRST", 4 if compared == 2 else 200)
    fill(shop, kit, 9, vector=lambda number: close(number) if number % 4 else None)
    shop.build()

    fill(shop, kit, 1, first=10, vector=close)
    assert same_as_clean(shop)
    fill(shop, kit, 1, first=9, vector=close)  # those that were missing have come
    assert same_as_clean(shop)
    fill(shop, kit, 1, first=2, vector=lambda number: close(number, "other"))
    assert same_as_clean(shop)
    (shop.posts / "2025-01-06-daily-papers.md").unlink()
    assert same_as_clean(shop)
    fill(shop, kit, 10)  # all are gone
    assert same_as_clean(shop)


def test_the_order_in_which_vectors_came_changes_nothing_of_a_site(shop: Any, kit: Any) -> None:
    fill(shop, kit, 6, vector=close)
    shop.build()
    at_once = shop.tree()
    shutil.rmtree(shop.out)
    shutil.rmtree(shop.cache)
    fill(shop, kit, 6)
    shop.build()
    for day in random.Random(7).sample(range(1, 7), 6):
        fill(shop, kit, 1, first=day, vector=close)
        shop.build()

    assert shop.tree() == at_once


@pytest.mark.parametrize("damage", ["numbers='text'", "squares=0", "numbers=NULL"])
def test_a_damaged_vector_in_the_cache_begins_it_anew(shop: Any, kit: Any, damage: str) -> None:
    fill(shop, kit, 4, vector=close)
    shop.build()
    with closing(sqlite3.connect(shop.cache / "site" / "site.sqlite3")) as db, db:
        db.execute(f"UPDATE vectors SET {damage}")
    fill(shop, kit, 1, first=5, vector=close)

    assert same_as_clean(shop)


@pytest.mark.parametrize(
    "damage", ["DELETE FROM words WHERE length(word) % 2", "DELETE FROM words", "DELETE FROM compared"]
)
def test_words_that_the_cache_lost_are_found_again_where_a_post_goes(shop: Any, kit: Any, damage: str) -> None:
    fill(shop, kit, 5)
    shop.build()
    with closing(sqlite3.connect(shop.cache / "site" / "site.sqlite3")) as db, db:
        db.execute(damage)
    (shop.posts / "2025-01-03-daily-papers.md").unlink()
    (shop.data / "2025-01-03.json").unlink()

    assert same_as_clean(shop)
