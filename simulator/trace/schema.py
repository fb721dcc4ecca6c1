"""The columns of a trace, and what stands in the bits of its flags."""

from __future__ import annotations

FLAG_UNCERTAIN = 4
"""Flag: the order of this event and the one it depends on cannot be told."""
RESULT_SHIFT = 3
RESULT_MASK = 7 << RESULT_SHIFT
"""Where in the flags a span's `simulator.record.kinds.Result` stands."""

COLUMNS: dict[str, str] = {
    "begin_ns": "i8",
    "end_ns": "i8",
    "value": "i8",
    "actor": "u4",
    "place": "u4",
    "reads_from": "i4",
    "line": "i4",
    "variable": "u4",
    "thread": "u2",
    "file": "u2",
    "kind": "u1",
    "flags": "u1",
}
"""Name and type of each column, 50 bytes an event in all; units and meaning in `Trace`."""
