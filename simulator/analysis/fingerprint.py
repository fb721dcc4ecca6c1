"""What makes a finding the same as one of an earlier run: its kind, its variable and the text of its lines."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from simulator.analysis.findings import Finding

_NUMBERED = re.compile(r"#\d+")
_ITEM = re.compile(r"\[.*\]")
_LENGTH = 20


def fingerprint(finding: Finding, text_of: Callable[[str, int], str]) -> str:
    """Return a short text that stays the same while lines move and threads, values and counts differ.

    Parameters
    ----------
    finding : Finding
        What was found.
    text_of : callable
        Returns a line of one of the program's files by its name and number.
    """
    places = [(place.file, place.line) for place in finding.places] or [(finding.file, finding.line)]
    lines = sorted({text_of(file, line) for file, line in places})
    variable = family(finding.variable)
    content = "\0".join([finding.kind, variable, *lines])
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]


def family(variable: str) -> str:
    """Return the name of a variable without the number of its object and without its key."""
    return _ITEM.sub("[]", _NUMBERED.sub("#", variable))
