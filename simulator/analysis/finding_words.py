"""How often a kind of finding happened, and to what, in the words of the verdict."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.analysis.findings import TITLES, Finding

MOST_NAMES = 2
"""So many variables are named; of more their number is told."""

_ABOUT: dict[str, tuple[str, str]] = {
    "data-race": ("data race on {}", "data races on {}"),
    "lost-update": ("lost update of {}", "lost updates of {}"),
    "clobbered-read": ("clobbered read of {}", "clobbered reads of {}"),
    "erased-read": ("erased read of {}", "erased reads of {}"),
    "leftover": ("leftover in {}", "leftovers in {}"),
    "lost-context": ("lost context of {}", "lost contexts of {}"),
    "atomicity": ("update or check of {} broken in between", "updates or checks of {} broken in between"),
    "missing-attribute": ("read of {}, missing in its thread", "reads of {}, missing in their threads"),
}
"""One and many of a kind; what they are about goes into the braces."""


def times_in_words(kind: str, findings: Sequence[Finding]) -> str:
    """Say how often a kind of finding happened, and to what.

    Parameters
    ----------
    kind : str
        Of all of them.
    findings : sequence of Finding
        At least one.

    Returns
    -------
    str
        ``60 lost updates of counter``, ``3 data races on 3 variables``, ``left and right taken in opposite order``;
        the number is that of times, as on the findings' cards.
    """
    n = sum(max(finding.count, 1) for finding in findings)
    names = list(dict.fromkeys(finding.variable for finding in findings if finding.variable))
    joint = ", " if any(" and " in name for name in names) else " and "
    about = joint.join(names) if len(names) <= MOST_NAMES else f"{len(names):,} variables"
    if kind == "lock-order":
        locks = ", ".join(names[:MOST_NAMES]) + (" and others" if len(names) > MOST_NAMES else "")
        return f"locks in opposite order ({locks})"
    if kind not in _ABOUT:
        return f"{TITLES[kind].lower()}{f' ({about})' if about else ''}{f' {n:,} times' if n > 1 else ''}"
    return f"{n:,} {_ABOUT[kind][n > 1].format(about or 'a variable')}"
