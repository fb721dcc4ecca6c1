"""All of the window's state in one hand, to be given to whoever shows it."""

from dataclasses import dataclass

from ui.messages import MessagesModel
from ui.models.causality import CausalityModel
from ui.models.choice import ChoiceModel
from ui.models.console import ConsoleModel
from ui.models.findings import FindingsModel
from ui.models.moment import MomentModel
from ui.models.playhead import PlayheadModel
from ui.models.runs import RunsModel
from ui.models.selection import SelectionModel
from ui.models.sharing import SharingModel
from ui.models.time_range import TimeRangeModel
from ui.models.viewport import ViewportModel
from ui.theme import ThemeModel


@dataclass(frozen=True, slots=True)
class Models:
    """The state of the window, each piece once."""

    choice: ChoiceModel
    console: ConsoleModel
    runs: RunsModel
    selection: SelectionModel
    viewport: ViewportModel
    playhead: PlayheadModel
    time_range: TimeRangeModel
    moment: MomentModel
    causality: CausalityModel
    sharing: SharingModel
    findings: FindingsModel
    messages: MessagesModel
    theme: ThemeModel
