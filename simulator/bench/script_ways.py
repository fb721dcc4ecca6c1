"""Ways to run a program for measuring: as it is, recorded, recorded in part, traced, under VizTracer."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from simulator.bench.script_programs import TRACED_PART, Program
from simulator.errors import StartError
from simulator.process.ablation import Level
from simulator.process.script_host import ScriptProcess
from simulator.process.starting import module_command
from simulator.script.settings import ScriptSettings

_ABOUT = """import importlib.util, platform
print(platform.python_implementation(), platform.python_version(), bool(importlib.util.find_spec("viztracer")))"""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python to measure with.

    Attributes
    ----------
    path, name : str
        Where it is, and what it says it is: ``CPython 3.12.1``.
    has_viztracer : bool
        Whether it can import VizTracer.
    """

    path: str
    name: str
    has_viztracer: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded run of a program.

    Attributes
    ----------
    cpu_s : float
        CPU seconds of the program, all its threads.
    host_s : float
        CPU seconds that whoever drained it needed meanwhile, in a process of its own.
    n_events : int
        Accesses and other events, those included that were left out since no other thread touched their object.
    """

    cpu_s: float
    host_s: float
    n_events: int


class Bench:
    """Runs one program in all ways with one interpreter.

    Parameters
    ----------
    program : Program
        What to run.
    python : Interpreter
        With what.
    folder : Path
        Where to put its files.
    work : int
        How much of it to do.
    """

    def __init__(self, program: Program, python: Interpreter, folder: Path, work: int) -> None:
        self._program = program
        self._python = python.path
        self._work = work
        self._path = folder / "program.py"
        self._path.write_text(program.text(), encoding="utf-8")
        self._traced = folder / "traced.py"
        self._traced.write_text(program.text(is_traced=True), encoding="utf-8")

    def plain(self) -> float:
        """Return the CPU seconds of the program as it is."""
        return _cpu_s([self._python, str(self._path), str(self._work)])

    def traced(self) -> float:
        """Return the CPU seconds with every opcode traced, from a part of the work."""
        part = max(1, self._work // TRACED_PART)
        return _cpu_s([self._python, str(self._traced), str(part)]) * self._work / part

    def viztraced(self) -> float:
        """Return the CPU seconds while VizTracer logs the writes."""
        options = ["--quiet", "--max_stack_depth", "0", "-o", str(self._path.with_name("trace.json"))]
        for option, pattern in (("--log_var", self._program.variables), ("--log_attr", self._program.attributes)):
            options += [option, pattern] if pattern else []
        return _cpu_s([self._python, "-m", "viztracer", *options, "--", str(self._path), str(self._work)])

    def partly(self, level: Level) -> float:
        """Return the CPU seconds of the program recorded in part; see `simulator.process.ablation`."""
        return _cpu_s(module_command(self._python, "ablation", level, str(self._path), str(self._work)))

    def recorded(self) -> Recorded:
        """Run the program recorded."""
        settings = ScriptSettings(str(self._path), argv=(str(self._work),), python=self._python)
        process = ScriptProcess(settings, "capture")
        process.start()
        begun_s = time.process_time()
        n_events, output, is_over = 0, b"", False
        while not is_over:
            is_over = process.done.is_set()
            batches = process.drain(100_000)
            n_events += sum(len(rows) for _, rows in batches)
            output += b"".join(data for _, data in process.take_output())
            is_over = is_over and not batches
            if not batches:
                process.done.wait(0.01)
        host_s = time.process_time() - begun_s
        process.close()
        return Recorded(_said(output.decode()), host_s, n_events + process.left_out)


def find_interpreter(path: str) -> Interpreter:
    """Ask an interpreter what it is; raises `StartError` if it cannot be asked."""
    try:
        done = subprocess.run([path, "-c", _ABOUT], capture_output=True, text=True, check=True)
        kind, version, has_viztracer = done.stdout.split()
    except (OSError, subprocess.CalledProcessError, ValueError) as error:
        raise StartError(f"cannot measure with {path}: {error}; give the path of a Python") from None
    return Interpreter(path, f"{kind} {version}", has_viztracer == "True")


def _cpu_s(command: list[str]) -> float:
    """Return the CPU seconds that a program says it took."""
    return _said(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def _said(output: str) -> float:
    return next(float(line.split()[1]) for line in output.splitlines() if line.startswith("CPU "))
