"""Which topics rose and fell."""

from collections import Counter

from digest.model.corpus.movement import ANY, Movement, moved


def test_topics_move_where_both_sides_know_topics() -> None:
    assert moved(Counter({ANY: 4, "LLM": 3}), Counter({ANY: 4, "LLM": 1, "Robotics": 2})) == (
        [Movement("LLM", 3, 75, 25)],
        [Movement("Robotics", 0, 0, 50)],
    )


def test_nothing_falls_where_no_paper_has_a_topic() -> None:
    some = Counter({ANY: 4, "Robotics": 2})

    assert moved(Counter(), some) == moved(Counter({ANY: 0}), some) == moved(some, Counter()) == ([], [])
