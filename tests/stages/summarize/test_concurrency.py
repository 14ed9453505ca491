"""How many calls run at once."""

import threading
import time
from contextlib import ExitStack

from hypothesis import given
from hypothesis import strategies as st

from digest.stages.summarize.concurrency import ConcurrencyLimit


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def burst(gate: ConcurrencyLimit, sent: int, admitted: int) -> None:
    """Send calls at once to a server that admits some; the others complain while all are inside."""
    with ExitStack() as held:
        entries = [ExitStack() for _ in range(sent)]
        moments = [entry.enter_context(gate.enter()) for entry in entries]
        for entry in entries[:admitted]:
            held.push(entry)
        for entry, moment in list(zip(entries, moments, strict=True))[admitted:]:
            gate.lower(moment)
            entry.close()


def test_no_more_than_the_width_are_inside() -> None:
    gate, inside, most = ConcurrencyLimit(3), [0], [0]
    lock = threading.Lock()

    def call() -> None:
        with gate.enter():
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            time.sleep(0.005)
            with lock:
                inside[0] -= 1

    threads = [threading.Thread(target=call) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == [3]


def test_a_server_that_admits_eight_of_sixteen_is_sent_eight() -> None:
    gate = ConcurrencyLimit(16)

    burst(gate, 16, 8)

    assert gate.width == 8


def test_a_burst_of_complaints_takes_no_more_than_half() -> None:
    gate = ConcurrencyLimit(16)

    burst(gate, 16, 0)

    assert gate.width == 8


def test_a_second_burst_takes_half_again_down_to_one() -> None:
    clock = Clock()
    gate = ConcurrencyLimit(8, clock)

    widths = []
    for _ in range(5):
        clock.now += 1
        burst(gate, gate.width, 0)
        widths.append(gate.width)

    assert widths == [4, 2, 1, 1, 1]


def test_soon_after_a_complaint_more_is_tried_slowly_and_after_a_quiet_while_faster() -> None:
    clock = Clock()
    gate = ConcurrencyLimit(8, clock)
    burst(gate, 8, 4)

    def successes_until(width: int) -> int:
        count = 0
        while gate.width < width:
            gate.widen()
            count += 1
        return count

    slow = successes_until(5)
    clock.now += 60
    fast = successes_until(6)

    assert (slow, fast) == (36, 6)


def test_nobody_enters_while_the_server_asked_for_a_pause() -> None:
    gate = ConcurrencyLimit(4)
    with gate.enter() as moment:
        begun = time.monotonic()
        gate.lower(moment, closed_for=0.1)

    with gate.enter():
        waited = time.monotonic() - begun

    assert waited >= 0.1


@given(st.integers(1, 256), st.lists(st.sampled_from(["refused", "answered", "time passes"]), max_size=200))
def test_the_width_stays_between_one_and_the_settings_and_falls_by_complaints_alone(
    widest: int, story: list[str]
) -> None:
    clock = Clock()
    gate = ConcurrencyLimit(widest, clock)

    for event in story:
        before = gate.width
        if event == "time passes":
            clock.now += 7
        elif event == "answered":
            gate.widen()
            assert gate.width >= before
        else:
            with gate.enter() as moment:
                gate.lower(moment)
            assert gate.width <= before
        assert 1 <= gate.width <= widest
