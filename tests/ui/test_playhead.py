"""The playhead: exact steps, scrubbing and replay by a clock that the test holds."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from simulator.analysis.recording import RUNNING
from simulator.record.kinds import Kind
from tests.simulator.recordings import Script, record, two_workers
from ui.models.playhead import EVENT_BY_EVENT, EVENT_NS, SPEEDS, PlayheadModel
from ui.models.runs import RunsModel

MakePlayhead = Callable[..., PlayheadModel]


class HeldClock:
    """A clock that goes on only when told to."""

    def __init__(self) -> None:
        self.now_ns = 77

    def __call__(self) -> int:
        return self.now_ns


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def runs(qtbot: QtBot) -> RunsModel:
    runs = RunsModel()
    runs.add(two_workers())
    return runs


@pytest.fixture
def playhead(runs: RunsModel, clock: HeldClock) -> PlayheadModel:
    playhead = PlayheadModel(runs, clock, runs)
    playhead.set_speed(1)
    return playhead


def at(playhead: PlayheadModel) -> tuple[int, int]:
    return playhead.n, playhead.time_ns


def let_pass(playhead: PlayheadModel, clock: HeldClock, ns: int) -> tuple[int, int]:
    clock.now_ns += ns
    playhead.tick()
    return at(playhead)


def test_it_stands_at_the_end_of_a_finished_run(playhead: PlayheadModel) -> None:
    assert at(playhead) == (9, 900)
    assert playhead.is_at_end
    assert not playhead.is_playing


def test_steps_go_from_event_to_event_and_tell_equal_stamps_apart(playhead: PlayheadModel) -> None:
    playhead.to_start()
    seen = [at(playhead)]
    for _ in range(5):
        playhead.step(1)
        seen.append(at(playhead))
    assert seen == [(0, 0), (1, 100), (2, 100), (3, 200), (4, 200), (5, 500)]
    for wanted in reversed(seen[:-1]):
        playhead.step(-1)
        assert at(playhead) == wanted
    playhead.step(-1)
    assert at(playhead) == (0, 0)


def test_scrubbing_takes_in_everything_of_that_nanosecond_and_stays_in_the_run(playhead: PlayheadModel) -> None:
    for time_ns, wanted in ((199, (2, 199)), (200, (4, 200)), (-5, (0, 0)), (10**9, (9, 900))):
        playhead.scrub(time_ns)
        assert at(playhead) == wanted


def test_a_replay_goes_from_the_start_to_the_end_and_stands_still_there(
    playhead: PlayheadModel, clock: HeldClock, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(playhead.playing_changed, check_params_cb=lambda is_playing: is_playing):
        playhead.play()
    assert at(playhead) == (0, 0)
    assert let_pass(playhead, clock, 150) == (2, 150)
    assert let_pass(playhead, clock, 450) == (6, 600)
    with qtbot.waitSignal(playhead.playing_changed, check_params_cb=lambda is_playing: not is_playing):
        let_pass(playhead, clock, 10**9)
    assert at(playhead) == (9, 900)
    assert let_pass(playhead, clock, 10**9) == (9, 900)


def test_it_plays_backwards_to_the_start(playhead: PlayheadModel, clock: HeldClock) -> None:
    playhead.play(-1)
    assert let_pass(playhead, clock, 350) == (5, 550)
    assert let_pass(playhead, clock, 350) == (4, 200)
    assert let_pass(playhead, clock, 1) == (2, 199)
    assert let_pass(playhead, clock, 10**6) == (0, 0)
    assert not playhead.is_playing
    playhead.play(-1)
    assert playhead.is_at_end
    playhead.pause()


def test_turning_round_while_it_plays_goes_back_from_there(playhead: PlayheadModel, clock: HeldClock) -> None:
    playhead.toggle(1)
    let_pass(playhead, clock, 600)
    playhead.toggle(-1)
    assert let_pass(playhead, clock, 100) == (5, 500)
    playhead.toggle(-1)
    assert not playhead.is_playing


@pytest.mark.parametrize("speed", SPEEDS)
def test_speeds_slow_it_down_exactly_however_many_ticks_there_are(speed, playhead, clock) -> None:
    playhead.set_speed(speed)
    playhead.play()
    for _ in range(speed):
        let_pass(playhead, clock, 333)
    assert playhead.time_ns == 333
    playhead.pause()


def test_another_speed_goes_on_from_the_same_place(playhead: PlayheadModel, clock: HeldClock) -> None:
    playhead.play()
    let_pass(playhead, clock, 300)
    playhead.set_speed(100)
    assert let_pass(playhead, clock, 99) == (4, 300)
    assert let_pass(playhead, clock, 1) == (4, 301)
    playhead.pause()


@pytest.mark.parametrize(("run_ms", "speed"), [(5, 1000), (110, 100), (900, 10), (10_000, 1), (60_000, 1)])
def test_a_replay_takes_about_ten_seconds_unless_a_speed_is_chosen(run_ms, speed, runs, clock) -> None:
    script = Script()
    script.add(1, 1000, Kind.WRITE, 1)
    script.add(1, 1000 + run_ms * 1_000_000, Kind.DELETE)
    playhead = PlayheadModel(runs, clock, runs)
    runs.add(record(script.trace()))
    assert playhead.speed == speed
    playhead.set_speed(EVENT_BY_EVENT)
    runs.add(two_workers())
    assert playhead.speed == EVENT_BY_EVENT


def test_event_by_event_gives_each_event_the_same_time(playhead: PlayheadModel, clock: HeldClock) -> None:
    playhead.set_speed(EVENT_BY_EVENT)
    playhead.play()
    assert [let_pass(playhead, clock, EVENT_NS)[0] for _ in range(4)] == [1, 2, 3, 4]
    playhead.play(-1)
    assert [let_pass(playhead, clock, EVENT_NS)[0] for _ in range(3)] == [3, 2, 1]
    assert let_pass(playhead, clock, EVENT_NS) == (0, 0)
    assert not playhead.is_playing


def test_a_step_taken_between_equal_stamps_is_not_undone_by_the_replay(playhead, clock) -> None:
    playhead.scrub(200)
    playhead.step(-1)
    assert at(playhead) == (3, 200)
    playhead.play(-1)
    assert let_pass(playhead, clock, 0) == (3, 200)
    playhead.pause()


def test_scrubbing_during_a_replay_goes_on_from_there(playhead: PlayheadModel, clock: HeldClock) -> None:
    playhead.play()
    let_pass(playhead, clock, 300)
    playhead.scrub(600)
    assert playhead.is_playing
    assert let_pass(playhead, clock, 50) == (6, 650)
    playhead.pause()


def test_while_a_run_goes_on_it_stands_at_its_end_and_does_not_move(qtbot: QtBot, clock: HeldClock) -> None:
    script = Script()
    script.add(1, 1100, Kind.WRITE, 1)
    runs = RunsModel()
    recording = record(script.trace(), status=RUNNING)
    runs.add(recording)
    playhead = PlayheadModel(runs, clock, runs)
    playhead.scrub(0)
    playhead.step(-1)
    playhead.play()
    assert (at(playhead), playhead.is_playing) == ((2, 100), False)
    recording.trace.append([(1, [(1400, int(Kind.DELETE), 4, 1 << 40 | 2, None)])])
    runs.note_growth(recording)
    assert at(playhead) == (3, 400)
    recording.status = "done"
    runs.note_end(recording)
    playhead.to_start()
    assert at(playhead) == (0, 0)


def test_another_run_ends_the_replay_and_begins_at_its_own_end(runs: RunsModel, playhead: PlayheadModel) -> None:
    playhead.play()
    runs.add(two_workers())
    assert not playhead.is_playing
    assert playhead.is_at_end
    runs.show(None)
    assert at(playhead) == (0, 0)


@given(st.lists(st.tuples(st.sampled_from(["tick", "step", "scrub", "turn"]), st.integers(-1000, 1000)), max_size=12))
def test_number_and_time_always_belong_together(moves: list[tuple[str, int]]) -> None:
    clock, runs = HeldClock(), RunsModel()
    runs.add(two_workers())
    playhead = PlayheadModel(runs, clock, runs)
    assert runs.shown is not None
    begin_ns = runs.shown.trace.begin_ns.tolist()
    for move, amount in moves:
        if move == "tick":
            let_pass(playhead, clock, abs(amount))
        elif move == "step":
            playhead.step(1 if amount > 0 else -1)
        elif move == "scrub":
            playhead.scrub(amount)
        else:
            playhead.toggle(1 if amount > 0 else -1)
        n, time_ns = at(playhead)
        assert all(stamp <= time_ns for stamp in begin_ns[:n])
        assert all(stamp >= time_ns for stamp in begin_ns[n:])
    playhead.pause()


@pytest.mark.parametrize(
    ("direction", "begin_ns", "jumped_to_ns", "then_ns"), [(1, 100, 700, 710), (-1, 800, 200, 190)]
)
def test_a_replay_jumps_over_time_that_is_left_out(
    runs: RunsModel, clock: HeldClock, direction: int, begin_ns: int, jumped_to_ns: int, then_ns: int
) -> None:
    playhead = PlayheadModel(runs, clock, runs, lambda: ((200, 700),))
    playhead.set_speed(1)
    playhead.scrub(begin_ns)
    playhead.play(direction)
    let_pass(playhead, clock, 150)
    assert playhead.time_ns == jumped_to_ns
    let_pass(playhead, clock, 10)
    assert playhead.time_ns == then_ns
    playhead.pause()
