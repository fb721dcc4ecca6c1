"""The truth about reads, from values that are written once only; and what the order of stamps alone says about them.

A read is judged from outside: in a racing program each value is written to a cell once, so the value that a read got
names its writer, whatever the reader of traces thinks. That reader is then given the same rows with all values masked
as equal, and deletes as writes: what it says now it has from stamps alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulator.process.script_host import ScriptProcess
from simulator.record.kinds import Kind
from simulator.trace.row_table import NO_ROW, UNKNOWN_ROW
from simulator.trace.sites import SiteTable
from simulator.trace.trace import FLAG_UNCERTAIN, Trace
from tests.simulator.script.running import drain_all

Row = tuple[Any, ...]
Batches = list[tuple[int, list[Row]]]

_TEXT = Path(__file__).with_name("races.txt").read_text(encoding="utf-8")
_PRELUDE, *_PARTS = f"\n{_TEXT}".split("\n# --- ")
RACES: dict[str, str] = {}
"""Racing programs by name; each has a function ``work(values)``. What begins with *hidden* runs code of classes, of the
script or the library, in the midst of straight lines."""
for _part in _PARTS:
    _name, _, _source = _part.partition("\n")
    RACES[_name] = f"{_PRELUDE}\n{_source}\nrace(work)\n"


@dataclass
class Judged:
    """What became of the reads of a run.

    Attributes
    ----------
    reads : int
        How many there were.
    flagged : int
        Those that are said to be of uncertain order.
    wrong : list of str
        Those that are not, and of which the order of stamps names a write that they did not get.
    false : list of str
        Those that are said to have got a write that they did not get, values being known.
    unknown : list of str
        Those whose writer is said to be unknown though it was recorded.
    unwritten : list of str
        Those that got what no recorded write wrote.
    ambiguous : int
        Those that got what several wrote; each of them passes for its writer.
    """

    reads: int = 0
    flagged: int = 0
    wrong: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    unwritten: list[str] = field(default_factory=list)
    ambiguous: int = 0

    def __str__(self) -> str:
        return (
            f"{self.reads:6} reads {len(self.wrong):5} wrong {len(self.false):3} false {len(self.unknown):5} unknown "
            f"{len(self.unwritten):5} unwritten {self.flagged:6} flagged {self.ambiguous:5} ambiguous"
        )


def judge(process: ScriptProcess) -> Judged:
    """Run a started script to its end and judge its reads."""
    batches, tables, output = drain_all(process)
    errors = b"".join(data for stream, data in output if stream == "stderr")
    assert (process.exit_code, errors) == (0, b"")
    return judge_rows([(serial, list(rows)) for serial, rows in batches], tables)


def judge_rows(batches: Batches, tables: Sequence[Any]) -> Judged:
    """Judge the reads among rows, plain ones, given all names."""
    return _Judge(batches, tables).judged


class _Judge:
    """Finds the truth about the rows of a run, and compares."""

    def __init__(self, batches: Batches, tables: Sequence[Any]) -> None:
        self._sites = {index: tuple(rest) for _, _, _, sites, _ in tables for index, *rest in sites}
        self._names = {index: name for _, _, variables, _, _ in tables for index, name, _ in variables}
        self._labels = {serial: label for *_, places in tables for serial, label, *_ in places}
        rows = [(serial, row) for serial, own in batches for row in own if self._kind(row) != Kind.END]
        rows.sort(key=lambda one: (one[1][0], one[0]))
        self._rows = [row for _, row in rows]
        true = _trace(batches, tables)
        masked = _trace(
            [(serial, [self._mask(row) for row in own]) for serial, own in batches], _without_deletes(tables)
        )
        assert true.begin_ns.tolist() == masked.begin_ns.tolist() == [row[0] for row in self._rows]
        self._true, self._masked = true.reads_from.tolist(), masked.reads_from.tolist()
        self._flags = (masked.flags & FLAG_UNCERTAIN).tolist()
        self._writers = self._find_writers()
        self.judged = Judged()
        for i, row in enumerate(self._rows):
            if self._kind(row) == Kind.READ:
                self._judge(i, row)

    def _kind(self, row: Row) -> int:
        return int(self._sites[row[1]][0])

    def _mask(self, row: Row) -> Row:
        """Return a row without its value, nor whether it is a read that found nothing."""
        stamp, site, place, reference, value = row
        if self._kind(row) == Kind.READ and reference < 0:
            reference += reference % 2
        return (stamp, site, place, reference, 0 if self._kind(row) <= Kind.DELETE else value)

    def _find_writers(self) -> dict[tuple[int, int, Any], set[int]]:
        writers: dict[tuple[int, int, Any], set[int]] = {}
        for i, row in enumerate(self._rows):
            if self._kind(row) in (Kind.WRITE, Kind.DELETE):
                key = _value_key(row[4]) if self._kind(row) == Kind.WRITE else None
                writers.setdefault((self._sites[row[1]][1], row[2], key), set()).add(i)
        return writers

    def _judge(self, i: int, row: Row) -> None:
        judged = self.judged
        judged.reads += 1
        found_nothing = row[3] < 0 and row[3] % 2 != 0
        cell = self._sites[row[1]][1], row[2]
        writers = self._writers.get((*cell, None if found_nothing else _value_key(row[4])), set())
        if found_nothing:
            writers = {*writers, NO_ROW}
        judged.ambiguous += len(writers) > 1
        by_stamps = self._masked[i]
        if self._flags[i]:
            judged.flagged += 1
        elif writers and by_stamps >= 0 and by_stamps not in writers:
            judged.wrong.append(self._tell(i, by_stamps, writers))
        if not writers:
            judged.unwritten.append(self._tell(i, by_stamps, writers))
        elif self._true[i] == UNKNOWN_ROW:
            judged.unknown.append(self._tell(i, by_stamps, writers))
        if self._true[i] != UNKNOWN_ROW and self._true[i] not in writers:
            judged.false.append(self._tell(i, self._true[i], writers))

    def _tell(self, i: int, said: int, writers: set[int]) -> str:
        row = self._rows[i]
        name = self._labels.get(row[2], "") + self._names[self._sites[row[1]][1]]
        return f"{name}: {self._where(i)}, said {self._where(said)}, truly {[*map(self._where, sorted(writers))][:3]}"

    def _where(self, i: int) -> str:
        if i < 0:
            return "nothing"
        stamp, site, _, reference, value = self._rows[i]
        return f"line {self._sites[site][3]} at {(stamp - self._rows[0][0]) / 1e3:.2f} {reference / 2e3:.2f} µs {value}"


def _value_key(value: Any) -> Any:
    """Return what tells values apart: an object is itself whatever its length has become."""
    return value[:2] if isinstance(value, tuple) else (type(value), repr(value))


def _trace(batches: Batches, tables: Sequence[Any]) -> Trace:
    sites = SiteTable()
    for names in tables:
        sites.learn(names)
    trace = Trace((), None, sites=sites)
    trace.append(batches)
    trace.finish()
    return trace


def _without_deletes(tables: Sequence[Any]) -> Iterator[Any]:
    for what, files, variables, sites, places in tables:
        changed = [(site, Kind.WRITE if kind == Kind.DELETE else kind, *rest) for site, kind, *rest in sites]
        yield what, files, variables, changed, places
