"""How long tests wait for what must come: so long that only a hang takes longer, on a slow and busy machine, too."""

from typing import Any

from pytestqt.qtbot import QtBot

PATIENCE_S = 30.0
PATIENCE_MS = int(PATIENCE_S * 1000)


class PatientBot(QtBot):
    """The `qtbot` whose waiting ends when what it waits for has come, or when it is certain that it never will."""

    def waitSignal(self, *args: Any, timeout: int = PATIENCE_MS, **keywords: Any) -> Any:
        """Wait for a signal."""
        return super().waitSignal(*args, timeout=timeout, **keywords)

    def waitSignals(self, *args: Any, timeout: int = PATIENCE_MS, **keywords: Any) -> Any:
        """Wait for several signals."""
        return super().waitSignals(*args, timeout=timeout, **keywords)

    def waitUntil(self, *args: Any, timeout: int = PATIENCE_MS, **keywords: Any) -> Any:
        """Wait for a condition."""
        return super().waitUntil(*args, timeout=timeout, **keywords)

    def waitExposed(self, *args: Any, timeout: int = PATIENCE_MS, **keywords: Any) -> Any:
        """Wait until a widget is on screen."""
        return super().waitExposed(*args, timeout=timeout, **keywords)
