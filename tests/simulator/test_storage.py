from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest

from simulator.record.kinds import Kind
from simulator.record.recorder import Recorder
from simulator.runtime.state import STORAGES
from simulator.storage.base import namespace_class
from simulator.storage.context import ContextStorage
from simulator.storage.shared import SharedStorage
from simulator.storage.thread_local import ThreadLocalStorage
from simulator.trace.trace import Trace

KINDS = sorted(STORAGES)


def make(kind: str):
    recorder = Recorder()
    storage = STORAGES[kind](recorder)
    return recorder, storage, namespace_class(storage, {"x": 0})()


def in_thread(function) -> None:
    failures: list[BaseException] = []

    def run() -> None:
        try:
            function()
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=run, name="worker-1")
    thread.start()
    thread.join()
    if failures:
        raise failures[0]


def kinds_recorded(recorder: Recorder, storage: str) -> list[Kind]:
    trace = Trace(["x"], storage)
    trace.append(recorder.drain())
    return [Kind(kind) for kind in trace.kind if kind <= Kind.DELETE]


@pytest.mark.parametrize("kind", KINDS)
def test_an_attribute_behaves_as_in_plain_python(kind: str) -> None:
    recorder, _, state = make(kind)

    def work() -> None:
        assert not hasattr(state, "x")
        assert getattr(state, "x", "nothing") == "nothing"
        state.x = 7
        assert state.x == 7
        del state.x
        with pytest.raises(AttributeError, match="'x'"):
            state.x  # noqa: B018
        with pytest.raises(AttributeError, match="'x'"):
            del state.x
        state.x = None
        assert state.x is None

    in_thread(work)
    read, write, delete = Kind.READ, Kind.WRITE, Kind.DELETE
    assert kinds_recorded(recorder, kind) == [read, read, write, read, delete, read, read, write, read]


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_that_the_lesson_does_not_declare_cannot_be_set(kind: str) -> None:
    _, _, state = make(kind)
    with pytest.raises(AttributeError):
        state.other = 1


def test_each_storage_holds_the_real_thing() -> None:
    recorder = Recorder()
    assert type(SharedStorage(recorder).namespace) is SimpleNamespace
    assert type(ThreadLocalStorage(recorder).local) is threading.local
    context = ContextStorage(recorder)
    namespace_class(context, {"x": 0})().x = 5
    assert {name: variable.get()[0] for name, variable in context._variables.items()} == {"x": 5}


@pytest.mark.parametrize(("kind", "seen"), [("shared", 1), ("locked", 1), ("local", None), ("context", None)])
def test_who_sees_what_another_thread_stored(kind: str, seen: int | None) -> None:
    _, _, state = make(kind)
    got: list[int | None] = []
    in_thread(lambda: setattr(state, "x", 1))
    in_thread(lambda: got.append(getattr(state, "x", None)))
    assert got == [seen]


def test_the_line_of_an_access_is_the_line_of_the_code_that_did_it() -> None:
    recorder, _, state = make("shared")
    code = compile("state.x = 1\n\nstate.x\n", "lines.py", "exec")
    in_thread(lambda: exec(code, {"state": state}))
    trace = Trace(["x"], "shared")
    trace.append(recorder.drain())
    assert [int(line) for line, kind in zip(trace.line, trace.kind, strict=True) if kind <= Kind.DELETE] == [1, 3]


def test_a_value_is_described_without_running_its_code_or_keeping_it_alive() -> None:
    class Grumpy:
        def __repr__(self) -> str:
            raise AssertionError("the recorder called __repr__")

        __len__ = __hash__ = __eq__ = __repr__  # type: ignore[assignment]

    recorder, _, state = make("shared")
    in_thread(lambda: setattr(state, "x", Grumpy()))
    in_thread(lambda: setattr(state, "x", "y" * 500))
    in_thread(lambda: setattr(state, "x", 10**5000))
    trace = Trace(["x"], "shared")
    trace.append(recorder.drain())
    texts = [trace.value_text(i) for i in range(trace.n) if trace.kind[i] == Kind.WRITE]
    assert texts[0].startswith("<Grumpy 0x")
    assert texts[1] == repr("y" * 79 + "…")
    assert texts[2].startswith("<int 0x"), "Python refuses to write out so long a number"
