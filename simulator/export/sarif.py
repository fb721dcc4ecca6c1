"""Findings as SARIF 2.1.0, which code hosts and editors read.

Static Analysis Results Interchange Format, OASIS standard, 2020; errata 01 of 2023. Files are named relative to the
working directory where they lie in it. Each thread's part of a finding is a thread flow, so that a viewer steps through
what happened in the order in which it did.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import quote

from simulator.analysis.findings import TITLES, Finding, Place, Severity
from simulator.analysis.recording import Recording
from simulator.analysis.silence import Silence
from simulator.export.atomic import replacing

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "threadloom/v1"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note", Severity.NONE: "none"}
_DESCRIPTIONS: dict[str, str] = {
    "clobbered-read": "A thread's value was overwritten by another's before it read it back.",
    "foreign-read": "A thread read another's value without having stored its own.",
    "erased-read": "A thread's value was deleted by another before it read it back.",
    "leftover": "A task read what an earlier task had left behind in the pool's thread.",
    "lost-update": "An update was made of a value that another thread had changed meanwhile.",
    "data-race": "Two threads access one place, one of them writes, and nothing orders the two.",
    "atomicity": "Another thread's write came between a check and the act, or between a read and its update.",
    "missing-attribute": "A thread read a thread-local attribute that only other threads have.",
    "lost-context": "A context variable's value did not come along to where the work runs.",
    "not-cleaned-up": "A task left a thread-local value behind in a thread that goes on to other tasks.",
    "deadlock": "Threads wait for each other without end.",
    "lock-order": "Threads take the same locks in opposite orders.",
    "refused": "An object that belongs to one thread refused another.",
    "thread-died": "An exception ended a thread or a task.",
    "not-joined": "Nobody waited for a thread's end.",
}


def write_sarif(
    recording: Recording,
    path: str | os.PathLike[str],
    findings: Sequence[Finding],
    silenced: Sequence[tuple[Finding, Silence]] = (),
    known: Collection[str] | None = None,
) -> None:
    """Write findings as a SARIF log.

    Parameters
    ----------
    recording : Recording
        The run.
    path : path-like
        Replaced when the new file is whole.
    findings : sequence of Finding
        What was found.
    silenced : sequence of (Finding, Silence)
        What was found and silenced, by which rule; marked as suppressed.
    known : collection of str, optional
        Fingerprints of the baseline; results are then marked as new or unchanged.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    log = to_sarif(recording, findings, silenced, known)
    with replacing(path) as file:
        file.write(json.dumps(log, indent=1, ensure_ascii=False).encode("utf-8", "replace"))


def to_sarif(
    recording: Recording,
    findings: Sequence[Finding],
    silenced: Sequence[tuple[Finding, Silence]] = (),
    known: Collection[str] | None = None,
) -> dict[str, Any]:
    """Return the SARIF log as built-in types; see `write_sarif`."""
    results = [_result(recording, finding, known) for finding in findings]
    for finding, rule in silenced:
        suppression = {"kind": "inSource" if rule.line else "external", "justification": f"silenced: {rule.text}"}
        results.append(_result(recording, finding, known) | {"suppressions": [suppression]})
    run = {
        "tool": {"driver": _driver()},
        "columnKind": "utf16CodeUnits",
        "invocations": [{"executionSuccessful": True}],
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def fingerprints_in(log: Any) -> set[str] | None:
    """Return the fingerprints that a SARIF log of ours holds, None if it is no such log."""
    if not isinstance(log, dict) or not isinstance(log.get("runs"), list):
        return None
    found = set()
    for run in log["runs"]:
        for result in run.get("results", []) if isinstance(run, dict) else []:
            prints = result.get("partialFingerprints", {}) if isinstance(result, dict) else {}
            if isinstance(prints, dict) and isinstance(prints.get(FINGERPRINT), str):
                found.add(prints[FINGERPRINT])
    return found


def _driver() -> dict[str, Any]:
    rules = [
        {
            "id": kind,
            "name": "".join(part.capitalize() for part in kind.split("-")),
            "shortDescription": {"text": title},
            "fullDescription": {"text": _DESCRIPTIONS[kind]},
        }
        for kind, title in TITLES.items()
    ]
    return {"name": "Threadloom", "rules": rules} | _version()


def _version() -> dict[str, str]:
    try:
        return {"version": metadata.version("threadloom")}
    except metadata.PackageNotFoundError:
        return {}


def _result(recording: Recording, finding: Finding, known: Collection[str] | None) -> dict[str, Any]:
    own = recording.fingerprint(finding)
    text = f"{finding.title}: {finding.message}" if finding.message else finding.title
    result: dict[str, Any] = {
        "ruleId": finding.kind,
        "ruleIndex": list(TITLES).index(finding.kind),
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "partialFingerprints": {FINGERPRINT: own},
        "properties": _properties(finding),
    }
    if finding.count:
        result["occurrenceCount"] = finding.count
    first = Place(finding.file, finding.line, finding.title)
    result["locations"] = [_location(first)]
    if finding.places:
        result["relatedLocations"] = [_location(place, number) for number, place in enumerate(finding.places, 1)]
        result["codeFlows"] = [{"threadFlows": _thread_flows(recording, finding)}]
    if known is not None:
        result["baselineState"] = "unchanged" if own in known else "new"
    return result


def _properties(finding: Finding) -> dict[str, Any]:
    named = {
        "variable": finding.variable,
        "threads": list(finding.threads),
        "value": finding.value,
        "writer": finding.writer,
        "cure": finding.cure,
        "lesson": finding.lesson,
    }
    return {name: value for name, value in named.items() if value}


def _location(place: Place, number: int | None = None) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(place.file)}}
    if place.line:
        physical["region"] = {"startLine": place.line}
    location: dict[str, Any] = {"physicalLocation": physical, "message": {"text": place.text}}
    return location if number is None else {"id": number, **location}


def _thread_flows(recording: Recording, finding: Finding) -> list[dict[str, Any]]:
    """Return what each thread did, the steps numbered in the order in which they happened."""
    trace = recording.trace
    rows = sorted(place.row for place in finding.places)
    flows: dict[str, list[dict[str, Any]]] = {}
    for place in finding.places:
        name = trace.threads[int(trace.thread[place.row])].name if place.row >= 0 else "?"
        step = {"location": _location(place), "executionOrder": rows.index(place.row) + 1}
        flows.setdefault(name, []).append(step)
    return [
        {"id": f"{number} {name}", "locations": sorted(steps, key=lambda step: step["executionOrder"])}
        for number, (name, steps) in enumerate(flows.items(), 1)
    ]


def _uri(file: str) -> str:
    """Return a file's name as a URI: relative to the working directory if it lies in it."""
    path = Path(file)
    if not path.is_absolute():
        return quote(path.as_posix())
    with_base = Path(os.path.realpath(file))
    base = Path(os.path.realpath(os.curdir))
    return quote(with_base.relative_to(base).as_posix()) if with_base.is_relative_to(base) else path.as_uri()
