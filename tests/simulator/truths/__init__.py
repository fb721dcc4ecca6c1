"""Small programs and the truth about them: what is wrong with each, or that nothing is; see the texts beside this.

A program begins with ``=== its name``, then what must be found, then ``---`` and its code; `HEAD` goes before that.
Lines that a finding must name end in a comment: ``# 1``, ``# 2``. What chance would decide ``meet()`` decides, at which
the threads ``t1`` and ``t2`` wait for each other; or it is looked for in a widened run.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HEAD = """\
import contextvars, os, queue, threading, time
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

def run(*functions):
    threads = [Thread(target=f, name=f"t{i}") for i, f in enumerate(functions, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

"""

MEET = """\
names = ["t1", "t2", "t3"]
doors = {name: os.pipe() for name in names}

def meet(n=2):  # none goes on before n are here, and no lock, event or queue says so: as chance might have it
    me = threading.current_thread().name
    for other in names[:n]:
        if other != me:
            os.write(doors[other][1], b"x")
    for _ in range(n - 1):
        os.read(doors[me][0], 1)

"""
_MARKS = ("# 1", "# 2", "# 3")


@dataclass(frozen=True)
class Truth:
    """A program and what is wrong with it.

    Attributes
    ----------
    name : str
        What it shows.
    files : dict of str to str
        Names and texts; the first is the program.
    kind : str
        What must be found; empty if nothing may be.
    variable : str
        What it is about.
    threads : tuple of str
        Who must be named, and nobody else.
    besides : tuple of str
        Kinds that are found besides.
    how : frozenset of str
        ``stuck``: it stands still for ever, and is stopped as soon as that is seen. ``widened``: it is run so, each
        time with another seed.
    """

    name: str
    files: dict[str, str]
    kind: str = ""
    variable: str = ""
    threads: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    how: frozenset[str] = frozenset()

    @property
    def is_stuck(self) -> bool:
        """Whether it stands still for ever."""
        return "stuck" in self.how

    @property
    def is_widened(self) -> bool:
        """Whether it is run widened."""
        return "widened" in self.how

    @property
    def lines(self) -> set[tuple[str, int]]:
        """Files and lines that must be named."""
        return {
            (name, number)
            for name, text in self.files.items()
            for number, line in enumerate(text.splitlines(), 1)
            if line.endswith(_MARKS)
        }


def _read(name: str) -> list[Truth]:
    text = Path(__file__).with_name(f"{name}.txt").read_text(encoding="utf-8")
    return [_parse(part) for part in f"\n{text}".split("\n=== ")[1:]]


def _parse(part: str) -> Truth:
    head, *blocks = part.split("\n---")
    name, *facts = head.splitlines()
    known = dict(fact.split(": ", 1) for fact in facts)
    files = dict(reversed([_file(block) for block in blocks]))
    return Truth(
        name,
        files,
        known.get("kind", ""),
        known.get("variable", ""),
        tuple(known.get("threads", "").split()),
        tuple(known.get("besides", "").split()),
        frozenset(known.get("how", "").split()),
    )


def _file(block: str) -> tuple[str, str]:
    """Return name and text of one file of a program; only helpers have a name of their own."""
    name, _, code = block.partition("\n")
    code = code.strip("\n") + "\n"
    if name.strip():
        return name.strip(), code
    return "program.py", HEAD + (MEET if "meet(" in code else "") + code


BUGS = [truth for name in ("races", "updates", "ends") for truth in _read(name)]
CLEAN = _read("clean")
(FIVE_REQUESTS,) = _read("chance")
