"""What the user has silenced in a lesson or script, remembered from one start to the next."""

import json
from collections.abc import Sequence
from typing import Any

from simulator.analysis.silence import Silence
from ui.settings import SettingsStore, Silences

MOST_SUBJECTS = 100
"""So many lessons and scripts are remembered; those that were silenced last."""


class SilenceStore:
    """Rules by the lesson's id or the script's path.

    Parameters
    ----------
    store : SettingsStore
        Where they are remembered.
    """

    def __init__(self, store: SettingsStore) -> None:
        self._store = store

    def load(self, subject: str) -> list[Silence]:
        """Return the rules for a lesson or script; another window may have added to them."""
        known = self._known().get(subject)
        rules = [_rule(plain) for plain in known] if isinstance(known, list) else []
        return [rule for rule in rules if rule is not None]

    def save(self, subject: str, rules: Sequence[Silence]) -> None:
        """Remember the rules for a lesson or script."""
        known = self._known()
        known.pop(subject, None)
        if rules:
            known[subject] = [[rule.kind, rule.variable, rule.file, rule.line] for rule in rules]
        kept = list(known.items())[-MOST_SUBJECTS:]
        self._store.save(Silences(json.dumps(dict(kept))))

    def _known(self) -> dict[str, Any]:
        try:
            known = json.loads(self._store.load(Silences).rules)
        except ValueError:  # somebody edited the file
            return {}
        return known if isinstance(known, dict) else {}


def _rule(plain: object) -> Silence | None:
    """Return a rule as it was written, None if it is none."""
    if not isinstance(plain, list) or [type(one) for one in plain] != [str, str, str, int] or not any(plain):
        return None
    return Silence(*plain)
