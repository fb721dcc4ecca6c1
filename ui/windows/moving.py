"""What the commands do that move about in a timeline, by their ids; every window with a timeline has them."""

from collections.abc import Callable

from ui.timeline.view import TimelineView

ZOOM_FACTOR = 1.5
PAN_FRACTION = 0.2

Handlers = dict[str, Callable[[], object]]


def moving_handlers(timeline: Callable[[], TimelineView]) -> Handlers:
    """Move about in whichever timeline it is at that moment."""
    return {
        "next_problem": lambda: timeline().navigator.step_problem(1),
        "previous_problem": lambda: timeline().navigator.step_problem(-1),
        "next_event": lambda: timeline().navigator.step_event(1),
        "previous_event": lambda: timeline().navigator.step_event(-1),
        "zoom_in": lambda: timeline().navigator.zoom_by(ZOOM_FACTOR),
        "zoom_out": lambda: timeline().navigator.zoom_by(1 / ZOOM_FACTOR),
        "pan_left": lambda: timeline().navigator.pan_by(-PAN_FRACTION),
        "pan_right": lambda: timeline().navigator.pan_by(PAN_FRACTION),
        "fit": lambda: timeline().navigator.fit(),
        "fit_lanes": lambda: timeline().toggle_fit_lanes(),
    }
