"""A program to run: its code as shown, and what the runner must know about it. Plain data, so that it can be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from simulator.record.kinds import NO_VARIABLE

LOCK_NAME = "lock"
DATABASE_NAME = "database"
"""What the program calls the variable that holds its connection to a database."""


@dataclass(frozen=True)
class Variable:
    """A name that worker code accesses.

    Attributes
    ----------
    name : str
        As the code spells it.
    is_private : bool
        Meant to belong to one actor; another's value in it is a finding.
    is_counter : bool
        Counts up by read-modify-write; an increment that is not in the final value is a finding.
    is_lock : bool
        Not a value: the name of a lock.
    """

    name: str
    is_private: bool = False
    is_counter: bool = False
    is_lock: bool = False


@dataclass(frozen=True)
class Program:
    """Everything that the runner needs, and nothing that it could not send to another process.

    Attributes
    ----------
    code : str
        The source text, line for line as shown; it runs whole, on a thread named ``main``.
    filename : str
        What tracebacks call it.
    storage : str or None
        What the name ``state`` is made of.
    variables : tuple of Variable
        In the order of their indices.
    threads : int
        How many threads it starts besides ``main``; 0 with a pool.
    tasks : int
        How many tasks a pool is given; 0 without a pool.
    work_ms : int
        How long ``work()`` takes, milliseconds.
    seed : int
        Of everything random, jitter included.
    jitter : bool
        Whether accesses are delayed a little at random.
    declared : tuple of str
        Names of exception classes that the program is about; they end a task, not the run.
    transactions : tuple of str
        Names of its context managers that are transactions.
    results : dict of str to int
        How a block ended that an exception left, a `Result` by the name of the exception's class.
    has_barrier : bool
        Whether those threads wait for each other before they begin.
    has_literal_globals : bool
        Whether the code spells its variables as globals rather than as attributes of ``state``.
    has_files : bool
        Whether it keeps files.
    folder : str
        An existing folder for them; empty to make one when it is needed.
    """

    code: str
    filename: str
    storage: str | None
    variables: tuple[Variable, ...]
    threads: int = 0
    tasks: int = 0
    work_ms: int = 0
    seed: int = 0
    jitter: bool = False
    declared: tuple[str, ...] = ()
    transactions: tuple[str, ...] = ()
    results: dict[str, int] = field(default_factory=dict)
    has_barrier: bool = True
    has_literal_globals: bool = False
    has_files: bool = False
    folder: str = ""

    def index_of(self, name: str) -> int:
        """Return the index of the variable with this name, `NO_VARIABLE` if there is none."""
        return next((i for i, variable in enumerate(self.variables) if variable.name == name), NO_VARIABLE)

    def to_plain(self) -> dict[str, Any]:
        """Return the program as built-in types only."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Program:
        """Rebuild a program from what `to_plain` returned."""
        fields = dict(plain)
        fields["variables"] = tuple(Variable(**variable) for variable in fields["variables"])
        fields["declared"], fields["transactions"] = tuple(fields["declared"]), tuple(fields["transactions"])
        return cls(**fields)
