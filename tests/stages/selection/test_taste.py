"""A taste: votes, weights and examples as the reasons of a score, and what they choose."""

import random
import time
from collections.abc import Sequence
from datetime import date
from typing import Any

from digest.config import SelectionConfig, TasteConfig
from digest.model import ArxivId, Example, Exclusion, Paper, Reason
from digest.model.corpus.vectors import Embedding, embedding
from digest.stages.selection import select
from digest.stages.selection.likeness import TermLikeness, VectorLikeness, ages
from digest.stages.selection.score import reasons


def paper(number: int, title: str = "A title", abstract: str = "", **parts: Any) -> Paper:
    return Paper(id=ArxivId(f"2511.{number:05}"), title=title, abstract=abstract, **parts)


def why(one: Paper, **taste: Any) -> tuple[Reason, ...]:
    return reasons([one], TasteConfig(**taste))[one.id]


SPEECH = paper(1, "Streaming speech recognition", "We recognise speech of many speakers with few errors.", upvotes=1)
VISION = paper(2, "Segmenting images", "We segment objects in images of streets.", upvotes=40)
ROBOTS = paper(3, "Grasping with robots", "A robot arm learns to grasp objects from video.", upvotes=20)
LIBRARY = (
    Example(title="Speech recognition for dialects", abstract="Recognise dialect speech with few errors."),
    Example(title="Speaker diarisation", abstract="Speakers in meetings are told apart."),
)


def test_votes_count_by_their_logarithm_beside_the_most_of_the_day() -> None:
    found = reasons([VISION, SPEECH], TasteConfig(votes=2))

    assert found[VISION.id] == (Reason(kind="votes", points=2.0, amount=40),)
    assert found[SPEECH.id] == (Reason(kind="votes", points=0.3733, amount=1),)


def test_a_word_counts_as_a_whole_word_in_title_or_abstract_and_may_count_against() -> None:
    weights = {"speech": 2.0, "many speakers": 1.0, "error": 5.0, "streaming": -0.5}

    assert why(SPEECH, votes=0, words=weights)[:3] == (
        Reason(kind="words", points=2.0, name="speech"),
        Reason(kind="words", points=1.0, name="many speakers"),
        Reason(kind="words", points=-0.5, name="streaming"),
    )


def test_an_author_is_known_by_any_spelling_of_the_name() -> None:
    one = paper(1, authors=("José García-López", "Yoshua Bengio"))

    assert why(one, authors={"garcia-lopez, jose": 3, "Bengio": 1}) == (
        Reason(kind="authors", points=3.0, name="garcia-lopez, jose"),
    )


def test_organisations_categories_and_venues_count_by_what_a_record_says_of_them() -> None:
    one = paper(1, organization="KAIST AI", categories=("cs.CL", "stat.ML"), comment="Accepted at ICML 2025, 12 pages")
    taste = {"organizations": {"KAIST": 3}, "categories": {"cs": 2, "math": 9}, "venues": {"ICML": 1}}

    assert why(one, **taste) == (
        Reason(kind="organizations", points=3.0, name="KAIST"),
        Reason(kind="categories", points=2.0, name="cs"),
        Reason(kind="venues", points=1.0, name="ICML"),
    )


def test_a_paper_like_the_examples_comes_before_one_with_many_votes_and_names_the_nearest_example() -> None:
    listed = [VISION, ROBOTS, SPEECH]

    found = reasons(listed, TasteConfig(), TermLikeness(LIBRARY))
    chosen = select(listed, {}, SelectionConfig(limit=1), reasons=found)

    assert chosen.chosen == (SPEECH,)
    assert [(one.kind, one.name) for one in chosen.reasons[SPEECH.id]] == [
        ("similar", "Speech recognition for dialects"),
        ("votes", ""),
    ]
    assert [(one.paper, one.rule, one.reasons) for one in chosen.exclusions] == [
        (VISION, "limit", found[VISION.id]),
        (ROBOTS, "limit", found[ROBOTS.id]),
    ]


def test_a_paper_is_not_compared_with_itself() -> None:
    own = Example(title="streaming SPEECH recognition", abstract=SPEECH.abstract)

    assert TermLikeness([own])([SPEECH, VISION])[0] == (0.0, "", 0.0)


def test_newer_examples_weigh_more_and_those_without_a_date_as_much_as_the_oldest() -> None:
    days = (date(2025, 1, 1), date(2023, 1, 2), None)
    examples = [Example(title=f"Paper {number}", added=added) for number, added in enumerate(days)]

    assert ages(examples, 730) == [1.0, 0.5, 0.5]
    assert ages(examples, 0) == [1.0, 1.0, 1.0]
    assert ages(examples[2:], 730) == [1.0]


def test_without_weights_and_examples_there_is_no_taste_and_votes_keep_the_order() -> None:
    assert not TasteConfig(votes=3)
    assert TasteConfig(words={"speech": 1})
    assert select([SPEECH, VISION, ROBOTS], {}, SelectionConfig()).chosen == (VISION, ROBOTS, SPEECH)


def test_the_same_papers_in_another_order_get_the_same_reasons() -> None:
    listed = [VISION, ROBOTS, SPEECH]

    assert dict(reasons(listed, TasteConfig(), TermLikeness(LIBRARY))) == dict(
        reasons(listed[::-1], TasteConfig(), TermLikeness(LIBRARY))
    )


def test_diversity_passes_over_what_is_like_a_chosen_paper_and_says_which() -> None:
    twin = paper(4, SPEECH.title, SPEECH.abstract, upvotes=39)
    first = paper(5, SPEECH.title, SPEECH.abstract, upvotes=40)
    other = paper(6, "Grasping with robots", "A robot arm learns to grasp objects.", upvotes=30)

    chosen = select([first, twin, other], {}, SelectionConfig(limit=2, diversity=0.5))

    assert chosen.chosen == (first, other)
    assert chosen.exclusions == (Exclusion(paper=twin, rule="diversity", detail=first.id),)


def test_diversity_changes_nothing_where_all_are_read() -> None:
    listed = [SPEECH, VISION, ROBOTS]

    assert select(listed, {}, SelectionConfig(diversity=1)) == select(listed, {}, SelectionConfig())


def test_a_thousand_papers_are_compared_in_a_second_of_cpu() -> None:
    dice = random.Random(7)
    words = [f"word{number}" for number in range(6000)]
    texts = [" ".join(dice.choices(words, k=170)) for _ in range(1060)]
    listed = [paper(number, text[:60], text) for number, text in enumerate(texts[:1000], 1)]
    liked = [Example(title=text[:60], abstract=text) for text in texts[1000:]]

    before = time.process_time()
    found = reasons(listed, TasteConfig(), TermLikeness(liked))
    took = time.process_time() - before

    assert len(found) == 1000
    assert took < 10  # 1 s on an idle core; ten times as much on a busy one


def meaning(texts: Sequence[str]) -> list[Embedding]:
    """Vectors that know that dialects are spoken; most of each is what all texts have in common."""
    known = {
        "speech": [1.0, 0.0],
        "Speak": [1.0, 0.1],
        "tongue": [1.0, 0.05],
        "image": [0.0, 1.0],
        "robot": [0.2, -1.0],
    }
    of = [next(vector for word, vector in known.items() if word.casefold() in text.casefold()) for text in texts]
    return [embedding("m", [5.0, *vector]) for vector in of]


def test_by_vectors_a_paper_is_like_examples_that_share_no_word_with_it() -> None:
    tongues = paper(4, "Mother tongues, transcribed", "Rare tongues are written down.")
    day = [VISION, tongues, ROBOTS]
    by_words = TermLikeness(LIBRARY)
    by_vectors = VectorLikeness(by_words, meaning)

    assert max(by_vectors(day)) == by_vectors(day)[1]
    assert by_vectors(day)[1][1] == "Speech recognition for dialects"
    assert by_words(day)[1] == (0.0, "", 0.0)
    assert by_vectors(day) == by_vectors(day)
    (found,) = reasons([tongues, *day[:1]], TasteConfig(votes=0), by_vectors)[tongues.id]
    assert (found.kind, found.name) == ("similar", "Speech recognition for dialects")


def test_a_paper_that_is_an_example_itself_and_examples_that_are_old_count_as_by_words() -> None:
    examples = (
        Example(title="Speaking", id=SPEECH.id, added=date(2025, 11, 1)),
        Example(title="Speech of old", added=date(2015, 11, 1)),
    )
    found = VectorLikeness(TermLikeness(examples, 730), meaning)([SPEECH, VISION, ROBOTS])

    assert found[0][1] == "Speech of old"
    assert 0 < found[0][0] < 0.2


def test_without_vectors_words_decide() -> None:
    by_words = TermLikeness(LIBRARY)

    assert VectorLikeness(by_words, lambda _: None)([SPEECH, VISION]) == by_words([SPEECH, VISION])
    assert VectorLikeness(by_words, meaning)([]) == []


def test_a_thousand_papers_beside_a_thousand_examples_are_compared_by_vectors_in_seconds() -> None:
    chance = random.Random(5)

    def vectors(texts: Sequence[str]) -> list[Embedding]:
        return [embedding("m", [chance.uniform(-1, 1) for _ in range(256)]) for _ in texts]

    examples = [Example(title=f"Example {number}") for number in range(1000)]
    papers = [paper(number, f"Paper {number}") for number in range(1000)]
    compare = VectorLikeness(TermLikeness(examples), vectors)
    begun = time.process_time()
    found = compare(papers)

    assert len(found) == 1000
    assert time.process_time() - begun < 30  # about 3 s: on a slow machine more
