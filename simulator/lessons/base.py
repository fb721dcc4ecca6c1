"""What a lesson is: a question, the code that runs and is shown, and the settings that make sense for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from simulator.errors import UsageError
from simulator.lessons.complete import complete_script
from simulator.record.kinds import Result
from simulator.runtime.program import LOCK_NAME, Program, Variable

OptionValue = int | bool | str

THREADS, POOL, LOOPS = "threads", "pool", "asyncio"
IN_PROCESS, OWN_PROCESS = "in-process", "own-process"
SHARED, LOCKED, LOCAL, CONTEXT = "shared", "locked", "local", "context"

LESSON_MODE = "lesson"

STORAGE_LABELS: dict[str, str] = {
    SHARED: "Shared global",
    LOCKED: "Shared + lock",
    LOCAL: "threading.local",
    CONTEXT: "ContextVar",
}

_STATE = {SHARED: "SimpleNamespace", LOCKED: "SimpleNamespace", LOCAL: "threading.local", CONTEXT: "ContextNamespace"}

def state_line(storage: str, initial: str = "") -> str:
    """Return the line of a lesson's code that says what ``state`` is, and the lock where the storage has one."""
    line = f"state = {_STATE[storage]}({initial})\n"
    return line + f"{LOCK_NAME} = threading.Lock()\n" if storage == LOCKED else line


@dataclass(frozen=True)
class RunSettings:
    """The choices for one run of a lesson.

    Attributes
    ----------
    lesson : str
        The lesson's id.
    storage : str or None
        One of the lesson's storages.
    runner : str
        ``threads``, ``pool`` or ``asyncio``.
    threads, pool_size, tasks : int
        How many; those that the runner does not use are 0.
    work_ms : int
        How long ``work()`` takes, milliseconds.
    seed : int
        Of everything random.
    jitter : bool
        Whether accesses are delayed a little at random.
    options : dict
        The lesson's own options by name.
    place : str
        ``in-process`` or ``own-process``.
    python : str or None
        Another interpreter to run in; None for this one.
    """

    lesson: str
    storage: str | None
    runner: str
    threads: int = 0
    pool_size: int = 0
    tasks: int = 0
    work_ms: int = 0
    seed: int = 0
    jitter: bool = False
    options: dict[str, OptionValue] = field(default_factory=dict)
    place: str = IN_PROCESS
    python: str | None = None

    def to_plain(self) -> dict[str, Any]:
        """Return the settings as built-in types only."""
        return asdict(self)

    @property
    def subject(self) -> str:
        """What is run, to tell runs of one thing from runs of another."""
        return self.lesson

    @property
    def counts_tasks(self) -> bool:
        """Whether its work is tasks, on a pool or event loops, rather than threads."""
        return self.runner != THREADS

    @property
    def mode(self) -> str:
        """How accesses are recorded: a lesson's go through its storage."""
        return LESSON_MODE

    @property
    def badge(self) -> str:
        """The settings in a few words, as they stand beside a run's verdict."""
        parts = [self.storage] if self.storage else []
        if self.runner == POOL:
            parts += [f"pool of {self.pool_size}", f"{self.tasks} tasks"]
        elif self.runner == LOOPS:
            parts.append(f"{self.threads} event loops" if self.threads != 1 else "1 event loop")
            parts += [f"{self.tasks:,} tasks"] if self.tasks else []
        elif self.threads:
            parts.append(f"{self.threads} threads" if self.threads != 1 else "1 thread")
        if self.work_ms:
            parts.append(f"work {self.work_ms} ms")
        parts += [describe_option(name, value) for name, value in self.options.items() if value is not False]
        parts.append(f"seed {self.seed}")
        if self.jitter:
            parts.append("jitter")
        return ", ".join(parts)


@dataclass(frozen=True)
class Bounds:
    """Default and limits of a number, both limits included."""

    default: int
    low: int
    high: int


@dataclass(frozen=True)
class Option:
    """A setting that only one lesson has.

    Attributes
    ----------
    name, help : str
        Its name on the command line, and what it does.
    default : int, bool or str
        Also tells its type.
    low, high : int
        Limits of a number.
    choices : tuple of str
        What a text may be.
    storages : tuple of str
        With which storages it means anything; empty for all.
    """

    name: str
    default: OptionValue
    help: str
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()
    storages: tuple[str, ...] = ()

    def applies_to(self, storage: str | None) -> bool:
        """Tell whether the option means anything with a storage."""
        return not self.storages or storage in self.storages

    def check(self, value: OptionValue) -> None:
        """Raise `UsageError` if the value is of another type or out of range."""
        if type(value) is not type(self.default):
            raise UsageError(f"option {self.name}: {value!r} is no {_type_name(self.default)}")
        if self.choices and value not in self.choices:
            raise UsageError(f"option {self.name}: {value!r} is none of {', '.join(self.choices)}")
        if type(value) is int and not self.low <= value <= self.high:
            raise UsageError(f"option {self.name}: {value} is not between {self.low:,} and {self.high:,}")

    def parse(self, text: str) -> OptionValue:
        """Read the option's value from the command line's text; raises `UsageError`."""
        value: OptionValue = text
        if isinstance(self.default, bool):
            words = {"on": True, "true": True, "yes": True, "1": True, "off": False, "false": False, "no": False}
            words["0"] = False
            if text.lower() not in words:
                raise UsageError(f"option {self.name}: {text!r} is neither on nor off")
            value = words[text.lower()]
        elif isinstance(self.default, int):
            try:
                value = int(text)
            except ValueError:
                raise UsageError(f"option {self.name}: {text!r} is no whole number") from None
        self.check(value)
        return value


def describe_option(name: str, value: OptionValue) -> str:
    """Return an option and its value in words."""
    words = name.replace("_", " ")
    if isinstance(value, bool):
        return words if value else f"no {words}"
    return f"{value:,} {words}" if isinstance(value, int) else f"{words} {value}"


def _type_name(value: OptionValue) -> str:
    return {bool: "on/off value", int: "whole number", str: "text"}[type(value)]


LABELS: dict[str, str] = {
    "threads": "threads",
    "pool_size": "pool size",
    "tasks": "tasks",
    "work_ms": "work time in ms",
}

RUNNER_SETTINGS: dict[str, tuple[str, ...]] = {
    THREADS: ("threads", "work_ms"),
    POOL: ("pool_size", "tasks", "work_ms"),
    LOOPS: ("threads", "tasks", "work_ms"),
}

THREAD_BOUNDS = Bounds(5, 2, 256)
POOL_BOUNDS = Bounds(4, 1, 64)
TASK_BOUNDS = Bounds(20, 1, 10_000)
WORK_BOUNDS = Bounds(100, 0, 60_000)
SMALL_POOL_BOUNDS: dict[str, Bounds] = {
    "pool_size": Bounds(2, POOL_BOUNDS.low, POOL_BOUNDS.high),
    "tasks": Bounds(10, TASK_BOUNDS.low, TASK_BOUNDS.high),
    "work_ms": Bounds(20, WORK_BOUNDS.low, WORK_BOUNDS.high),
}
"""Of lessons that show what one task leaves to the next on the same thread."""


@dataclass(frozen=True)
class Lesson:
    """A small real program that teaches one thing.

    Attributes
    ----------
    id : str
        Stable: command line, exports, tests.
    question : str
        Its title.
    storages, runners : tuple of str
        What it can run with, the default first.
    bounds : dict of str to Bounds
        Numbers that can be set, among ``threads``, ``pool_size``, ``tasks``, ``work_ms``.
    variables : tuple of Variable
        What its code accesses.
    write_code : callable
        Returns the code for given settings: the code on show, and the code that runs.
    imports : tuple of str
        Lines that the copied script needs besides.
    place : str
        Where it runs unless told otherwise.
    options : tuple of Option
        Settings of its own.
    declared : tuple of str
        Names of exceptions that it is about.
    transactions : tuple of str
        Names of its context managers that are transactions.
    results : dict of str to Result
        How a block ended that an exception left, by the name of the exception's class.
    has_barrier : bool
        Whether its threads wait for each other before they begin.
    has_files : bool
        Whether it keeps files.
    n_helpers : int
        Threads, or tasks of event loops, that it starts besides those that can be set.
    has_literal_globals : callable
        Tells whether the code for given settings spells its variables as globals.
    """

    id: str
    question: str
    storages: tuple[str, ...]
    runners: tuple[str, ...]
    bounds: Mapping[str, Bounds]
    variables: tuple[Variable, ...]
    write_code: Callable[[RunSettings], str]
    imports: tuple[str, ...] = ()
    place: str = IN_PROCESS
    options: tuple[Option, ...] = ()
    declared: tuple[str, ...] = ()
    transactions: tuple[str, ...] = ()
    results: Mapping[str, Result] = field(default_factory=dict)
    has_barrier: bool = True
    has_files: bool = False
    n_helpers: int = 0
    has_literal_globals: Callable[[RunSettings], bool] = lambda _settings: False

    @property
    def filename(self) -> str:
        """What tracebacks and exports call the lesson's code."""
        return f"{self.id}.py"

    def settings_in_use(self, runner: str) -> tuple[str, ...]:
        """Return the names of the numbers that matter with this runner."""
        return tuple(name for name in RUNNER_SETTINGS[runner] if name in self.bounds)

    def default_settings(self, runner: str | None = None) -> RunSettings:
        """Return the settings that the lesson starts with."""
        chosen = runner or self.runners[0]
        numbers = {name: self.bounds[name].default for name in self.settings_in_use(chosen)}
        options = {option.name: option.default for option in self.options}
        storage = self.storages[0] if self.storages else None
        settings = RunSettings(self.id, storage, chosen, options=options, place=self.place)
        return replace(settings, **numbers)  # type: ignore[arg-type]  # names of int fields only

    def with_runner(self, settings: RunSettings, runner: str) -> RunSettings:
        """Return the settings for another runner, keeping what both have."""
        fresh = self.default_settings(runner)
        kept = {name: getattr(settings, name) for name in self.settings_in_use(runner) if getattr(settings, name)}
        numbers = {name: kept.get(name, getattr(fresh, name)) for name in ("threads", "pool_size", "tasks")}
        return replace(settings, runner=runner, **numbers)

    def check(self, settings: RunSettings) -> None:
        """Raise `UsageError` that names the first setting which this lesson cannot run with."""
        if settings.storage not in (self.storages or (None,)):
            raise UsageError(
                f"lesson {self.id} has no storage {settings.storage!r}; choose {' or '.join(self.storages) or 'none'}"
            )
        if settings.runner not in self.runners:
            raise UsageError(f"lesson {self.id} has no runner {settings.runner!r}; choose {' or '.join(self.runners)}")
        for name in self.settings_in_use(settings.runner):
            bounds, value = self.bounds[name], getattr(settings, name)
            if not bounds.low <= value <= bounds.high:
                raise UsageError(f"{LABELS[name]}: {value:,} is not between {bounds.low:,} and {bounds.high:,}")
        known = {option.name: option for option in self.options}
        for name, option_value in settings.options.items():
            if name not in known:
                choice = ", ".join(known) or "it has none"
                raise UsageError(f"lesson {self.id} has no option {name!r}; its options: {choice}")
            known[name].check(option_value)

    def in_effect(self, settings: RunSettings) -> RunSettings:
        """Return the settings without options that mean nothing with their storage."""
        ignored = {option.name for option in self.options if not option.applies_to(settings.storage)}
        kept = {name: value for name, value in settings.options.items() if name not in ignored}
        return replace(settings, options=kept)

    def variables_for(self, settings: RunSettings) -> tuple[Variable, ...]:
        """Return the variables, the lock included where the storage has one."""
        lock = (Variable(LOCK_NAME, is_lock=True),) if settings.storage == LOCKED else ()
        return self.variables + lock

    def code(self, settings: RunSettings) -> str:
        """Return the code on show, which is the code that runs."""
        return self.write_code(settings)

    def program(self, settings: RunSettings) -> Program:
        """Return what the runner needs for these settings; raises `UsageError`."""
        self.check(settings)
        return Program(
            code=self.code(settings),
            filename=self.filename,
            storage=settings.storage,
            variables=self.variables_for(settings),
            threads=settings.threads + (self.n_helpers if settings.runner == THREADS else 0),
            tasks=settings.tasks + (self.n_helpers if settings.runner == LOOPS else 0),
            work_ms=settings.work_ms,
            seed=settings.seed,
            jitter=settings.jitter,
            declared=self.declared,
            transactions=self.transactions,
            results={name: int(result) for name, result in self.results.items()},
            has_barrier=self.has_barrier,
            has_files=self.has_files,
            has_literal_globals=self.has_literal_globals(settings),
        )

    def script(self, settings: RunSettings) -> str:
        """Return a complete program that runs on plain Python and shows the same thing."""
        return complete_script(self.question, self.code(settings), settings.work_ms, self.imports)
