"""How long a busy server is left in peace."""

import pytest

from digest.stages.summarize.client.calls import retry_delay

MESSAGES = [{"role": "user", "content": "Paper 1"}]


@pytest.mark.parametrize(
    ("after", "fruitless", "least", "most"),
    [
        (None, 0, 1.0, 1.25),
        (None, 1, 1.0, 1.25),
        (None, 2, 2.0, 2.5),
        (None, 3, 4.0, 5.0),
        (None, 4, 8.0, 9.0),
        (None, 50, 60.0, 60.0),
        (7.0, 1, 7.0, 8.0),
        (0.0, 3, 0.0, 0.0),
        (300.0, 1, 60.0, 60.0),
        (float("inf"), 1, 60.0, 60.0),
    ],
)
def test_the_wait_is_what_was_asked_for_or_doubles_and_has_a_cap(
    after: float | None, fruitless: int, least: float, most: float
) -> None:
    assert least <= retry_delay(after, fruitless, MESSAGES, 60.0) <= most


def test_calls_that_were_refused_together_come_back_one_by_one_and_alike_in_every_run() -> None:
    waits = [retry_delay(None, 1, [{"role": "user", "content": f"Paper {number}"}], 60.0) for number in range(50)]

    assert len(set(waits)) == 50
    assert waits[1] == retry_delay(None, 1, MESSAGES, 60.0)
