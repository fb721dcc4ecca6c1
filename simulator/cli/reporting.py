"""What is done with findings: silenced by comments, held against a baseline, written as SARIF, turned into a code."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.analysis.findings import Finding, Severity
from simulator.analysis.recording import Recording
from simulator.analysis.silence import Silence, part_silenced
from simulator.errors import FileError, UsageError
from simulator.export.atomic import check_writable, shown
from simulator.export.sarif import fingerprints_in, write_sarif
from simulator.export.summary_text import counted, summary_text

FAIL_ON: dict[str, Severity] = {"error": Severity.ERROR, "warning": Severity.WARNING, "note": Severity.NOTE}


@dataclass(frozen=True, slots=True)
class FindingOptions:
    """What the command line asks for.

    Attributes
    ----------
    sarif : str or None
        Where to write them.
    fail_on : Severity
        From which severity on the exit code says that something was found.
    known : frozenset of str or None
        Fingerprints of the baseline's findings; None without one.
    """

    sarif: str | None = None
    fail_on: Severity = Severity.WARNING
    known: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of a run, parted.

    Attributes
    ----------
    new : list of Finding
        Those to tell of.
    known : list of Finding
        Those that are in the baseline, too.
    silenced : list of (Finding, Silence)
        Those that a rule silences.
    """

    new: list[Finding]
    known: list[Finding]
    silenced: list[tuple[Finding, Silence]]


def finding_options(parsed: argparse.Namespace) -> FindingOptions:
    """Return the options; raises `UsageError` or `FileError` if a file cannot be used."""
    if parsed.sarif is not None:
        check_writable(parsed.sarif)
    known = None if parsed.baseline is None else read_baseline(parsed.baseline)
    return FindingOptions(parsed.sarif, FAIL_ON[parsed.fail_on], known)


def read_baseline(path: str) -> frozenset[str]:
    """Return the fingerprints in a file that ``--sarif`` or ``--json`` wrote.

    Raises
    ------
    FileError
        If it cannot be read.
    UsageError
        If it is neither.
    """
    try:
        content = json.loads(Path(path).read_bytes())
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError(f"--baseline: cannot read {shown(path)}: {reason}; give a file of --sarif or --json") from error
    except (ValueError, RecursionError):
        raise UsageError(f"--baseline: {shown(path)} is no JSON; give a file that --sarif or --json wrote") from None
    found = fingerprints_in(content)
    found = _fingerprints_of_summary(content) if found is None else found
    if found is None:
        raise UsageError(f"--baseline: {shown(path)} holds no findings; give a file that --sarif or --json wrote")
    return frozenset(found)


def _fingerprints_of_summary(content: Any) -> set[str] | None:
    runs = content.get("runs", [content]) if isinstance(content, dict) else [None]
    found = set()
    for run in runs:
        if not isinstance(run, dict) or not isinstance(run.get("findings"), list):
            return None
        found |= {str(finding["fingerprint"]) for finding in run["findings"] if "fingerprint" in finding}
    return found


def part(recording: Recording, options: FindingOptions) -> Report:
    """Part a run's findings into new, known and silenced ones."""
    heard, silenced = part_silenced(recording.findings, recording.silences)
    known = options.known or frozenset()
    old = [finding for finding in heard if recording.fingerprint(finding) in known]
    new = [finding for finding in heard if recording.fingerprint(finding) not in known]
    return Report(new, old, silenced)


def write_report(recording: Recording, report: Report, options: FindingOptions) -> None:
    """Write the SARIF file if one was asked for; raises `FileError`."""
    if options.sarif is not None:
        write_sarif(recording, options.sarif, [*report.new, *report.known], report.silenced, options.known)


def to_plain(recording: Recording, report: Report) -> dict[str, Any]:
    """Return the summary of a run with the findings to tell of, and how many others there are."""
    summary = recording.summary()
    summary["findings"] = [recording.plain_finding(finding) for finding in report.new]
    if report.known or report.silenced:
        summary |= {"known_findings": len(report.known), "silenced_findings": len(report.silenced)}
    return summary


def report_text(recording: Recording, report: Report) -> str:
    """Return the run as plain text: the findings to tell of, and what is left out and why."""
    lines = [summary_text(recording, report.new)]
    if report.known:
        lines.append(f"{counted(len(report.known), 'finding')} more in the baseline")
    lines += [
        f"silenced by line {rule.line} of {rule.file}: {finding.kind} {finding.variable}".rstrip()
        for finding, rule in report.silenced
    ]
    return "\n\n".join(lines)


def is_found(report: Report, options: FindingOptions) -> bool:
    """Return whether there is a finding that is to fail the command."""
    return any(finding.severity >= options.fail_on for finding in report.new)
