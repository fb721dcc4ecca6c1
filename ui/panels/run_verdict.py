"""What the verdict bar says: the verdict of the run on screen, and what one can do next."""

from dataclasses import dataclass

from simulator.analysis.recording import RUNNING, Recording
from simulator.analysis.verdict import BAD, NEUTRAL
from simulator.lessons.base import RunSettings
from simulator.lessons.fix import cure_of
from ui.models.choice import ChoiceModel
from ui.models.runs import RunsModel


@dataclass(frozen=True, slots=True)
class VerdictText:
    """Sentence, tone and badge of a run, the hint with the command that it speaks of, and whether a fix is known."""

    sentence: str
    tone: str
    badge: str
    hint: str
    command: str
    has_fix: bool = False


def describe_verdict(choice: ChoiceModel, runs: RunsModel) -> VerdictText:
    """Return what the verdict bar says about the run on screen, or about there being none."""
    shown = runs.shown
    if shown is None:
        return VerdictText(choice.title, NEUTRAL, choice.next_settings.badge, "F5  run", "run")
    verdict = runs.verdict(shown)
    if shown.status == RUNNING:
        is_certain = shown.ending is not None and verdict.tone == BAD  # of a lesson numbers may still change
        tone = BAD if is_certain else NEUTRAL
        return VerdictText(verdict.text, tone, shown.badge, "Shift+F5  stop", "stop")
    hint, command = _next_step(choice, shown)
    settings, lesson = shown.settings, choice.lesson_of(shown.settings)
    can_be_cured = lesson is not None and isinstance(settings, RunSettings) and cure_of(lesson, settings) is not None
    has_fix = verdict.tone == BAD and can_be_cured
    return VerdictText(verdict.text, verdict.tone, shown.badge, hint, command, has_fix)


def _next_step(choice: ChoiceModel, shown: Recording) -> tuple[str, str]:
    if choice.next_settings != shown.settings:
        return "F5  run as chosen", "run"
    if shown.has_problems:
        return "]  next problem", "next_problem"
    return "F5  run again", "run"
