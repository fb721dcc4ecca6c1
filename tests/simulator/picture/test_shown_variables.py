"""Which variables of a script have a strip."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.picture.shown_variables import MOST_ABOVE, ShownVariables
from simulator.record.kinds import Kind
from tests.simulator.scripts import ScriptRows, record_script


def shown(values: list[object]) -> list[str]:
    """Return the names of what has a strip where two threads store each of these values in a variable of its own."""
    script = ScriptRows()
    for i, value in enumerate(values):
        for thread in (1, 2):
            script.add(thread, 100 * i + 10 * thread, Kind.WRITE, (f"v{i}", "", ""), value)
    trace = record_script(script).trace
    variables = ShownVariables(trace)
    variables.update(np.flatnonzero(trace.kind <= Kind.DELETE))
    return [trace.variables[index] for index in variables.above]


@pytest.mark.parametrize("kind", ["lock", "RLock", "Condition"])
def test_what_holds_a_lock_takes_no_strip_from_a_value(kind: str) -> None:
    values: list[object] = [(kind, 0x7F00, -1), *range(MOST_ABOVE)]
    assert shown(values) == [f"v{i}" for i in range(1, MOST_ABOVE + 1)]


def test_where_there_is_room_it_has_one() -> None:
    assert sorted(shown([("lock", 0x7F00, -1), 1])) == ["v0", "v1"]
