from __future__ import annotations

import threading

from simulator.lessons.registry import find
from simulator.runtime import spinner as module
from simulator.runtime.spinner import FRAMES, Spinner
from simulator.session import Session
from tests.patience import PATIENCE_S
from tests.simulator.running import run_lesson, settings_of


def test_it_turns_until_the_event_is_set_and_clears_its_text(monkeypatch) -> None:
    monkeypatch.setattr(module, "TICK_S", 0.001)
    done, texts, turned = threading.Event(), [], threading.Event()

    def show(text: str) -> None:
        texts.append(text)
        if len(texts) == 9:
            turned.set()

    spinner = Spinner(done, "running", show)
    spinner.start()
    assert turned.wait(PATIENCE_S)
    done.set()
    spinner.join()
    frames = [text[0] for text in texts[:-1]]
    assert frames[:9] == list((FRAMES * 3)[:9])
    assert all(text.endswith(" running") for text in texts[:-1])
    assert (texts[-1], spinner.text, spinner.is_alive()) == ("", "", False)


def test_a_run_has_a_spinner_of_its_own_that_is_gone_with_it() -> None:
    texts: list[str] = []
    lesson = find("request-id")
    session = Session(lesson, lesson.default_settings(), show=texts.append)
    session.run()
    assert texts[0].startswith("\\ ")
    assert texts[-1] == ""
    assert not session.spinner.is_alive()
    assert not any(thread.name == "spinner" for thread in threading.enumerate())


def test_the_spinner_waits_on_the_runs_own_event() -> None:
    session = Session(*settings_of("request-id", "local", work_ms=60_000))
    session.start()
    assert session.spinner.is_alive()
    session.stop()
    session.done.wait()
    session.spinner.join()
    session.close()
    assert run_lesson("request-id", "local", work_ms=1).status == "done"
