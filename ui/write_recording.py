"""Writing a run in any format; PNG and PDF are rendered here, since the engine knows no Qt."""

from simulator.analysis.recording import Recording
from simulator.export import write
from simulator.export.picture_file import PictureOptions
from simulator.progress import Progress
from ui.picture_export import RENDERERS
from ui.windows.export_dialog import ExportRequest


def write_recording(recording: Recording, request: ExportRequest, progress: Progress) -> None:
    """Write a run as the export dialog asks; raises `ThreadloomError`."""
    from_ns, to_ns = request.window_ns or (None, None)
    options = PictureOptions(from_ns, to_ns, request.width_px, request.theme, request.hides_verdict)
    write(recording, request.path, options, RENDERERS, progress)
