"""The guard map and the lock view."""

from __future__ import annotations

import pytest

from simulator.analysis.detectors.sources import SourceFile
from simulator.analysis.guards import map_guards
from simulator.analysis.lock_history import CONTENDED, FREE, HELD, follow_locks
from simulator.progress import StoppedError
from tests.simulator.stories import FILE, Story
from tests.simulator.traces import MS, with_lock

CODE = """
def safe():
    with lock:
        v = 1
def unsafe():
    v = 2
"""


def two_functions(guarded: int, bare: int) -> Story:
    story = Story(CODE)
    for number in range(guarded):
        hold = story.take(2 + number % 2, "lock", 2)
        story.write(2 + number % 2, "v", 1, 3)
        story.give(2 + number % 2, hold)
    for number in range(bare):
        story.write(2 + number % 2, "v", 2, 5)
    return story


def guard_map(story: Story) -> list[str]:
    source = SourceFile(FILE, story.code)
    return [one.text for one in map_guards(story.trace(), lambda file, line: source.function_name(line))]


def test_nothing_guarded_is_said_in_numbers() -> None:
    assert guard_map(two_functions(0, 10)) == ["v: 10 accesses, 0 guarded"]


def test_guarded_in_one_function_and_not_in_another() -> None:
    assert guard_map(two_functions(4, 3)) == ["v: guarded in safe, not in unsafe"]


def test_what_only_one_thread_touches_or_nobody_writes_needs_no_guard() -> None:
    story = Story("x = 1\nprint(x)\n")
    story.write(2, "own", 1, 1)
    story.read(2, "own", 2)
    story.read(2, "constant", 2)
    story.read(3, "constant", 2)
    assert guard_map(story) == []


def test_a_row_tells_threads_locks_and_functions_and_leads_to_an_access_without_the_lock() -> None:
    story = two_functions(4, 3)
    trace = story.trace()
    (one,) = map_guards(trace, lambda file, line: "")
    assert (one.accesses, one.guarded, one.locks) == (7, 4, (("lock", 4),))
    assert sum(n for _, n in one.threads) == 7
    assert one.places == (("line 3", 4, 4), ("line 5", 3, 0))
    assert trace.line[one.row] == 5


def test_a_lock_is_free_held_and_held_while_another_waits() -> None:
    (lock,) = follow_locks(with_lock().trace)
    at_ms = {0.5: FREE, 2: HELD, 10: CONTENDED, 39: CONTENDED, 40.15: FREE, 50: HELD, 71: FREE}
    assert {at: lock.state_at(round(at * MS)) for at in at_ms} == at_ms
    assert (lock.n_held, lock.threads) == (2, (1, 2))


def test_the_longest_wait_is_told() -> None:
    (lock,) = follow_locks(with_lock().trace)
    (wait,) = lock.waits
    assert (wait.thread, wait.duration_ns) == (2, round(35.1 * MS))
    assert lock.waited_ns == wait.duration_ns


def test_a_map_that_nobody_waits_for_any_more_is_given_up() -> None:
    told: list[float] = []

    def give_up_half_way(done: float) -> None:
        told.append(done)
        if done >= 0.5:
            raise StoppedError("nobody looks")

    with pytest.raises(StoppedError):
        map_guards(two_functions(4, 3).trace(), lambda file, line: "", give_up_half_way)
    assert told == sorted(told)
