"""The table of `threading.local` and `contextvars`: its probes really run, and find out what is so."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from simulator.analysis.recording import DONE
from simulator.comparison import COLUMNS, FEATURES, SINCE, Feature, probe, run_probes
from simulator.lessons.registry import LESSONS


def test_probes_find_out_what_holds_on_this_interpreter() -> None:
    answers = {(answer.feature.name, answer.storage): answer.is_yes for answer in run_probes()}
    assert answers == {
        ("Thread isolation", "local"): True,
        ("Thread isolation", "context"): True,
        ("Task isolation", "local"): False,
        ("Task isolation", "context"): True,
        ("Copied into a new task", "local"): False,
        ("Copied into a new task", "context"): True,
    }
    assert not any(thread.name in ("main", "loop", "other", "spinner") for thread in threading.enumerate())


@pytest.mark.parametrize("storage", COLUMNS)
@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.probe.id)
def test_an_answer_comes_with_the_run_that_gave_it(feature: Feature, storage: str) -> None:
    answer = probe(feature, storage)
    recording = answer.recording
    assert (recording.status, recording.settings.storage) == (DONE, storage)
    assert recording.code == feature.probe.code(recording.settings)
    assert " read " in recording.verdict.text
    assert not recording.has_problems


def test_a_probe_that_does_not_come_to_its_end_answers_neither_yes_nor_no() -> None:
    broken = replace(FEATURES[0].probe, write_code=lambda _settings: "raise ValueError('no answer')\n")
    assert probe(replace(FEATURES[0], probe=broken), "local").is_yes is None


def test_probes_are_no_lessons() -> None:
    assert not {feature.probe.id for feature in FEATURES} & {lesson.id for lesson in LESSONS}
    assert list(SINCE) == list(COLUMNS)
