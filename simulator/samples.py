"""Sample programs: small files that each show one thing, to be run as one's own script is."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

NAMES = (
    "shared_global",
    "thread_local",
    "lost_update",
    "with_lock",
    "pool_leftover",
    "lost_context",
    "shared_object",
    "deadlock",
    "queue_handover",
    "event_order",
    "asyncio_tasks",
    "thread_died",
)
"""In the order in which they are listed."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample program.

    Attributes
    ----------
    name : str
        Its file's name without suffix.
    title : str
        What it shows, one sentence.
    path : str
        Where it is.
    """

    name: str
    title: str
    path: str


def list_samples() -> list[Sample]:
    """Return all samples."""
    return [_sample(name) for name in NAMES]


def find_sample(name: str) -> Sample | None:
    """Return the sample of a name, with or without ``.py``; None if there is none."""
    plain = name.removesuffix(".py").replace("-", "_")
    return _sample(plain) if plain in NAMES else None


def _sample(name: str) -> Sample:
    path = Path(str(resources.files("resources") / "samples" / f"{name}.py"))
    title = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or name
    return Sample(name, title, str(path))
