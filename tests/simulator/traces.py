"""Small runs written by hand, each as short as what it shows allows."""

from simulator.analysis.recording import Recording
from simulator.picture.frame import DENSE_FROM, Frame, scale_for
from simulator.picture.index import PictureIndex
from simulator.picture.layout import build_layout
from simulator.picture.places import Metrics
from simulator.picture.theme import LIGHT, Theme
from simulator.record.kinds import Kind
from tests.simulator.recordings import Script, record

MS = 1_000_000
ORIGIN = 1000
COUNTER, LOCK = 1, 2


def at(time_ms: float) -> int:
    """Return the reading of the clock at a time after the start of the run."""
    return ORIGIN + round(time_ms * MS)


def clobbered() -> Recording:
    """Two threads store 1 and 2 in a shared variable, sleep, and both read 2."""
    script = Script()
    script.add(1, at(1), Kind.WRITE, 1, line=2)
    last = script.add(2, at(10), Kind.WRITE, 2, line=2)
    for thread, begin_ms in ((1, 1.1), (2, 10.1)):
        script.begin(thread, at(begin_ms), Kind.SLEEP, 80)
        script.end(thread, at(begin_ms + 80))
        script.add(thread, at(begin_ms + 82), Kind.READ, line=4, ref=last)
        script.add(thread, at(begin_ms + 83), Kind.THREAD_END)
    return record(script.trace("shared"))


def isolated() -> Recording:
    """Two threads store 1 and 2 in a variable of their own, and read them back."""
    script = Script()
    for thread in (1, 2):
        own = script.add(thread, at(10 * thread), Kind.WRITE, thread, line=2)
        script.add(thread, at(10 * thread + 60), Kind.READ, line=4, ref=own)
        script.add(thread, at(90), Kind.THREAD_END)
    return record(script.trace("local"))


def missing_and_erased() -> Recording:
    """One thread finds nothing; it stores, another deletes, and it finds nothing again."""
    script = Script()
    script.add(1, at(1), Kind.READ, line=1)
    script.add(1, at(20), Kind.WRITE, '<b>&"', line=2)
    gone = script.add(2, at(40), Kind.DELETE, line=3)
    script.add(1, at(60), Kind.READ, line=4, ref=gone)
    script.add(2, at(80), Kind.EXCEPTION, ("AttributeError", "AttributeError: no <request_id> here", "Traceback", True))
    return record(script.trace("shared"))


def pool_of_one() -> Recording:
    """One pool thread runs two tasks; the second reads what the first has left."""
    script = Script()
    script.begin(1, at(0), Kind.TASK, 1)
    left = script.add(1, at(19.99), Kind.WRITE, 1, line=4)
    script.end(1, at(20))
    script.begin(1, at(20.01), Kind.TASK, 2)
    script.add(1, at(20.02), Kind.READ, line=2, ref=left)
    script.add(1, at(40), Kind.WRITE, 2, line=4)
    script.end(1, at(40.01))
    return record(script.trace("local"))


def with_lock() -> Recording:
    """One thread holds a lock while another waits for it; both count."""
    script = Script()
    script.begin(1, at(1), Kind.HOLD, "lock")
    script.begin(2, at(5), Kind.WAIT, "lock")
    first = script.add(1, at(10), Kind.WRITE, 1, COUNTER)
    script.end(1, at(40))
    script.end(2, at(40.1))
    script.begin(2, at(40.2), Kind.HOLD, "lock")
    script.add(2, at(50), Kind.READ, None, COUNTER, ref=first)
    script.add(2, at(60), Kind.WRITE, 2, COUNTER)
    script.end(2, at(70))
    return record(script.trace("locked"))


def many(n_threads: int, n_events: int) -> Recording:
    """Threads that store their number again and again, one microsecond apart, and each reads once, wrongly."""
    script = Script()
    for i in range(n_events):
        for thread in range(1, n_threads + 1):
            last = script.add(thread, ORIGIN + 1000 * (i * n_threads + thread), Kind.WRITE, thread)
    end = ORIGIN + 1000 * n_events * (n_threads + 1)
    for thread in range(1, n_threads + 1):
        script.add(thread, end + thread * 1000, Kind.READ, ref=last)
    return record(script.trace("shared"))


def frame_of(
    recording: Recording,
    t0_ns: int = 0,
    t1_ns: int | None = None,
    width_px: int = 900,
    height_px: int = 400,
    theme: Theme = LIGHT,
    selected: int | None = None,
    dense_from: int = DENSE_FROM,
    metrics: Metrics | None = None,
) -> Frame:
    """Make a frame of a whole recording or of a window of it."""
    index = PictureIndex(recording)
    layout = build_layout(index, height_px, metrics)
    end_ns = max(index.now_ns, t0_ns + 20) if t1_ns is None else t1_ns
    scale = scale_for(t0_ns, end_ns, width_px)
    return Frame(index, layout, scale, theme, width_px, 0, layout.height_px, selected, dense_from)
