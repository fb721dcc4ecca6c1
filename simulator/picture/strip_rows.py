"""Which variables have a strip and where: one above the lanes that all threads share, or one in each lane."""

from __future__ import annotations

from simulator.picture.cells import Cell
from simulator.picture.index import PictureIndex
from simulator.picture.places import Metrics, StripPlace
from simulator.trace.tracks import OPEN, TaskTrack

PER_THREAD = ("local", "context")
FEW_STRIPS = 3
MOST_ABOVE_SHARE = 0.35
"""How much of the height the strips of a script's variables may take above the lanes."""


def strips_above(index: PictureIndex, height_px: int, metrics: Metrics) -> list[StripPlace]:
    """One strip for each flag, and for each variable that all threads share.

    Many are low, and a script's are no more than leave room for the lanes.
    """
    flags, variables = list(index.flags.by_variable.values()), _variables_above(index)
    is_script = index.cells.shown is not None
    few = not is_script or len(flags) + len(variables) <= FEW_STRIPS
    height = metrics.scaled(30 if few else 18)
    pitch, top = height + metrics.scaled(8 if few else 4), metrics.scaled(14)
    if is_script:
        n_most = max(int(height_px * MOST_ABOVE_SHARE) // pitch, 1)
        variables = variables[:n_most]
        flags = flags[: n_most - len(variables)]
    cells: dict[int, list[Cell]] = {}
    for cell in index.cells.by_key.values():
        cells.setdefault(cell.variable, []).append(cell)
    places = [StripPlace((), flag.variable, top + n * pitch, height, 0, flag) for n, flag in enumerate(flags)]
    places += [
        StripPlace(tuple(cells.get(variable, ())), variable, top + n * pitch, height, 0)
        for n, variable in enumerate(variables, len(places))
    ]
    return places


def cells_of_lanes(index: PictureIndex) -> dict[int, list[tuple[int, tuple[Cell, ...]]]]:
    """For each lane that can have some the rows of strips in it: variable and cells that do not overlap."""
    names = _variables_inside(index)
    if not names:
        return {}
    of_track: dict[int, list[Cell]] = {}
    for cell in index.cells.by_key.values():
        if cell.variable in names:
            of_track.setdefault(cell.owner, []).append(cell)
    return {
        track: [row for variable in names for row in _pack(index, variable, of_track.get(track, []))]
        for track in index.cast.lanes
        if _can_own(index, track)
    }


def _variables_above(index: PictureIndex) -> list[int]:
    """Return the variables that have one strip for all threads."""
    if index.cells.shown is not None:
        return index.cells.shown.above
    if index.trace.storage is None or index.trace.storage in PER_THREAD:
        return []
    return [variable for variable in range(len(index.trace.variables)) if _is_value(index, variable)]


def _variables_inside(index: PictureIndex) -> list[int]:
    """Return the variables that have a strip in each lane."""
    if index.cells.shown is not None:
        return index.cells.shown.inside
    if index.trace.storage not in PER_THREAD:
        return []
    return [variable for variable in range(len(index.trace.variables)) if _is_value(index, variable)]


def _is_value(index: PictureIndex, variable: int) -> bool:
    variables = index.recording.variables
    return variable >= len(variables) or not variables[variable].is_lock


def _can_own(index: PictureIndex, track: int) -> bool:
    """Return whether cells belong to a lane: tasks of an event loop have contexts, but no `threading.local` each."""
    if not index.trace.has_loop_tasks or index.cells.shown is not None:
        return True
    return isinstance(index.trace.tracks[track], TaskTrack) == (index.trace.storage == "context")


def _pack(index: PictureIndex, variable: int, cells: list[Cell]) -> list[tuple[int, tuple[Cell, ...]]]:
    """Put cells of one variable into as few rows as they need so as not to overlap; one empty row if none."""
    rows: list[list[Cell]] = []
    for cell in cells:
        if cell.variable != variable:
            continue
        free = next((row for row in rows if cell_end_ns(index, row[-1]) <= cell.first_ns), None)
        if free is None:
            rows.append([cell])
        else:
            free.append(cell)
    is_everywhere = index.cells.shown is None  # in a script most threads have nothing to do with most variables
    return [(variable, tuple(row)) for row in rows] or ([(variable, ())] if is_everywhere else [])


def cell_end_ns(index: PictureIndex, cell: Cell) -> int:
    """Return until when a cell is drawn: a task's own until the task ends, others to the end of the run."""
    trace = index.trace
    if trace.storage_of(cell.variable) != "context" or not trace.actors[cell.last_actor].is_task:
        return index.now_ns
    return _task_end_ns(index, cell)


def _task_end_ns(index: PictureIndex, cell: Cell) -> int:
    end_ns = int(index.trace.actor_end_ns[cell.last_actor])
    return index.now_ns if end_ns == OPEN else max(end_ns, cell.last_ns)
