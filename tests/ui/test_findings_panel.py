"""The findings panel: severities, cures, lessons, silence, and a deadlock while the window lives on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from simulator.analysis.ending import ScriptEnding
from simulator.analysis.findings import Severity
from simulator.analysis.recording import RUNNING, Recording
from simulator.analysis.silence import Silence
from simulator.samples import find_sample
from simulator.script.settings import ScriptSettings
from tests.simulator.recordings import record
from tests.simulator.stories import Story
from tests.simulator.test_live_search import RACE
from tests.ui.conftest import MakeWindow
from ui.panels.deadlock_picture import DeadlockPicture
from ui.settings import Silences
from ui.windows.main_window import MainWindow


def race() -> Recording:
    story = Story("def put():\n    ctx.v = 7\ndef show():\n    print(ctx.v)\n")
    story.start(2, "worker-1", 0)
    story.start(3, "worker-2", 0)
    story.write(2, "ctx.v", 7, 2)
    story.read(3, "ctx.v", 4)
    return told(story)


def told(story: Story, status: str = "done") -> Recording:
    recording = record(story.trace(), story.code)
    recording.settings = ScriptSettings("/home/me/program.py")
    recording.ending = ScriptEnding(exit_code=0)
    recording.status = status
    recording.analysis.adopt(story.findings() if status == "done" else [])
    return recording


def deadlock(status: str) -> Recording:
    story = Story("with a:\n    with b:\n        pass\nwith b:\n    with a:\n        pass\n")
    story.start(2, "worker-1", 0)
    story.start(3, "worker-2", 0)
    story.take(2, "a", 1)
    story.take(3, "b", 4)
    story.wait(2, "b", 2)
    story.wait(3, "a", 5)
    return told(story, status)


def kinds(window: MainWindow) -> list[str]:
    return [card.finding.kind for card in window.findings.cards]


def test_a_card_tells_severity_message_cure_and_lesson(window: MainWindow) -> None:
    window.models.runs.add(race())
    card = next(card for card in window.findings.cards if card.finding.kind == "data-race")
    assert card.accessibleName().startswith("Warning: Data race. worker-1 stored 7 in ctx.v (line 2)")
    texts = [label.text() for label in card.findChildren(type(window.findings.note))]
    assert any(text.startswith("import threading\nlock = threading.Lock()") for text in texts)
    assert any("What does another thread see?" in text for text in texts)


def test_the_lesson_of_a_finding_is_a_click_away(window: MainWindow) -> None:
    window.models.runs.add(race())
    window.findings.cards[0].lesson_wanted.emit("visibility")
    assert window.models.choice.lesson.id == "visibility"


def test_a_click_selects_the_events_of_a_finding_in_turn(window: MainWindow) -> None:
    window.models.runs.add(race())
    card = window.findings.cards[0]
    selected = []
    for _ in card.finding.events:
        card.activated.emit()
        selected.append(window.models.selection.row)
    assert selected == list(card.finding.events)


@pytest.mark.parametrize("which", range(3), ids=["kind", "variable", "line"])
def test_a_finding_can_be_silenced_and_the_silence_is_seen_and_undone(window: MainWindow, which: int) -> None:
    window.models.runs.add(race())
    assert "data-race" in kinds(window)
    card = next(card for card in window.findings.cards if card.finding.kind == "data-race")
    menu = next(button.menu() for button in card.findChildren(object) if hasattr(button, "menu") and button.menu())
    menu.actions()[which].trigger()
    assert "data-race" not in kinds(window)
    assert "1 finding is silenced: data race" in window.findings.silenced.text()
    window.findings.silenced.linkActivated.emit("0")
    assert "data-race" in kinds(window)
    assert window.findings.silenced.isHidden()


def test_when_all_is_silenced_nobody_says_that_nothing_was_found(window: MainWindow) -> None:
    window.models.runs.add(race())
    for kind in set(kinds(window)):
        window.models.findings.silence(Silence(kind=kind))
    assert window.findings.cards == []
    assert not window.findings.note.isVisible()
    assert window.findings.silenced.isVisible()


def test_a_deadlock_is_drawn(window: MainWindow) -> None:
    window.models.runs.add(deadlock("done"))
    card = next(card for card in window.findings.cards if card.finding.kind == "deadlock")
    (picture,) = card.findChildren(DeadlockPicture)
    assert picture.accessibleDescription() == (
        "worker-1 waits for b, held by worker-2; worker-2 waits for a, held by worker-1"
    )
    colours = {picture.grab().toImage().pixelColor(x, y).name() for x in range(0, 200, 3) for y in range(0, 160, 3)}
    assert len(colours) > 3, "something is drawn"


def test_a_deadlock_is_told_while_it_lasts_and_the_sentence_says_who_waits_for_what(
    window: MainWindow, qtbot: QtBot
) -> None:
    sample = find_sample("deadlock")
    assert sample is not None
    window.scripts.open(sample.path)
    window.commands.trigger("run")
    said = (
        "to-the-right waits for the lock right, held by to-the-left; "
        "to-the-left waits for the lock left, held by to-the-right"
    )
    qtbot.waitUntil(lambda: window.verdict.sentence.text() == f"Deadlock: {said}")
    assert window.controller.is_running
    assert window.verdict.tone == "bad"
    assert kinds(window) == ["deadlock"]
    with qtbot.waitSignal(window.controller.run_finished):
        window.commands.trigger("stop")
    assert window.verdict.sentence.text() == f"Stopped before the end in a deadlock: {said}"
    assert "— stopped —" in window.middle.drawer.console.view.toPlainText()
    assert kinds(window) == ["deadlock"], (
        "that nobody waited for them cannot be said: somebody did until it was stopped"
    )


def test_a_card_stays_where_it_is_and_keeps_the_focus_while_more_is_found(window: MainWindow, qtbot: QtBot) -> None:
    recording = race()
    recording.status, found = RUNNING, list(recording.findings)
    recording.analysis.findings, recording.analysis.so_far = [], found[:1]
    window.models.runs.add(recording)
    (card,) = window.findings.cards
    card.setFocus()
    qtbot.waitUntil(card.hasFocus)
    more = replace(found[0], count=12, message="More is known now.")
    other = replace(found[0], variable="ctx.w", severity=Severity.ERROR)
    recording.analysis.so_far = [more, other]
    window.models.runs.note_growth(recording)
    assert window.findings.cards[0] is card
    assert card.hasFocus()
    assert card.accessibleName() == "Warning: Data race  ×12. More is known now."
    assert window.findings.note.text() == "So far; the run is going on."
    assert [one.finding.variable for one in window.findings.cards] == ["ctx.v", "ctx.w"]
    recording.analysis.adopt([other, more])
    recording.status = "done"
    window.models.runs.note_end(recording)
    assert window.findings.cards[1] is card, "at the end the worst comes first"
    assert card.hasFocus()
    assert window.findings.note.text() == ""


def test_a_script_tells_its_findings_while_it_runs(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "race.py"
    path.write_text(RACE, encoding="utf-8")
    window.files.open(path)
    window.commands.trigger("run")
    qtbot.waitUntil(lambda: any(card.finding.variable == "x" for card in window.findings.cards))
    assert window.controller.is_running
    with qtbot.waitSignal(window.controller.run_finished):
        window.commands.trigger("stop")
    assert [card.finding for card in window.findings.cards] == window.models.runs.shown.findings  # type: ignore[union-attr]  # it is there
    assert any(card.finding.variable == "x" for card in window.findings.cards)


def test_what_was_silenced_in_a_script_stays_silenced_there_and_nowhere_else(make_window: MakeWindow) -> None:
    window = make_window()
    window.models.runs.add(race())
    window.models.findings.silence(Silence("data-race", "ctx.v"))
    window.close()
    again = make_window()
    again.models.runs.add(race())
    assert "data-race" not in kinds(again)
    assert "1 finding is silenced: data race, ctx.v" in again.findings.silenced.text()
    elsewhere = race()
    elsewhere.settings = ScriptSettings("/home/me/other.py")
    again.models.runs.add(elsewhere)
    assert "data-race" in kinds(again)
    assert again.findings.silenced.isHidden()


def test_a_rule_that_silences_nothing_in_this_run_can_be_taken_back_too(window: MainWindow) -> None:
    window.models.runs.add(race())
    rule = Silence("leftover", "ctx.v")
    window.models.findings.silence(rule)
    assert "Nothing is silenced: leftover, ctx.v" in window.findings.silenced.text()
    window.findings.silenced.linkActivated.emit("0")
    assert window.models.findings.rules == ()


@pytest.mark.parametrize("text", ["", "nonsense", "[]", '{"/home/me/program.py": [["a"], 3, ["", "", "", 0]]}'])
def test_rules_that_somebody_has_written_by_hand_and_wrong_are_none(text: str, make_window: MakeWindow) -> None:
    window = make_window()
    window.models.runs.add(race())
    window.models.findings._silences._store.save(Silences(text))
    other = race()
    other.settings = ScriptSettings("/home/me/other.py")
    window.models.runs.add(other)
    window.models.runs.add(race())
    assert window.models.findings.rules == ()
