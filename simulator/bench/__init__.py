"""Benchmarks: figures of this machine, each beside a reference taken in the same run wherever that is possible."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from simulator.bench.analyse import bench_analyse
from simulator.bench.export import bench_export
from simulator.bench.figures import Figure, at_least, at_most
from simulator.bench.record import bench_record
from simulator.bench.script import bench_script
from simulator.bench.stop import bench_stop
from simulator.errors import UsageError
from simulator.runtime.place import interpreter_name

__all__ = ["NAMES", "Figure", "at_least", "at_most", "bench_script", "machine", "run_bench"]

BENCHES: dict[str, Callable[[], list[Figure]]] = {
    "record": bench_record,
    "stop": bench_stop,
    "script": bench_script,
    "export": bench_export,
    "analyse": bench_analyse,
}
WINDOW_NAMES = ("timeline", "open")
"""Benchmarks that paint; the window's side brings them."""

NAMES = (*BENCHES, *WINDOW_NAMES)


@dataclass(frozen=True, slots=True)
class Bench:
    """The figures of one benchmark."""

    name: str
    machine: str
    figures: list[Figure] = field(default_factory=list)


def run_bench(names: list[str], more: Mapping[str, Callable[[], list[Figure]]] | None = None) -> list[dict[str, Any]]:
    """Run benchmarks.

    Parameters
    ----------
    names : list of str
        Among `NAMES` and those of `more`; raises `UsageError` for another.
    more : mapping of str to callable, optional
        Further benchmarks by name: those that need the window's libraries.

    Returns
    -------
    list of dict
        One ``{name, machine, figures: [{figure, value, unit, reference, goal, met}]}`` each.
    """
    benches = {**BENCHES, **(more or {})}
    for name in names:
        if name not in benches and name in WINDOW_NAMES:
            raise UsageError(f"the benchmark {name!r} paints, which needs Qt; run it as threadloom bench {name}")
        if name not in benches:
            raise UsageError(f"there is no benchmark {name!r}; choose among {', '.join(NAMES)}")
    return [asdict(Bench(name, machine(), benches[name]())) for name in names]


def machine() -> str:
    """Describe this machine in a few words."""
    return f"{interpreter_name()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"
