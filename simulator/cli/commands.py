"""The command line: lessons, run, script, show, export, diff, bench."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import metadata
from typing import Any

from simulator import export
from simulator.analysis.diff import diff
from simulator.analysis.recording import DONE, FAILED, Recording
from simulator.bench import Figure, bench_script, run_bench
from simulator.cli.arguments import PROGRAM, build_parser, nearest, picture_options, split_arguments
from simulator.cli.choosing import choose_script, choose_settings
from simulator.cli.driving import ProgressLine, drive, interruptible, spinner_line
from simulator.cli.listing import lesson_plain, lesson_text
from simulator.cli.output import complain, prepare_streams, print_json, print_text
from simulator.cli.repeating import sum_up
from simulator.cli.reporting import finding_options, is_found, part, report_text, to_plain, write_report
from simulator.errors import ThreadloomError, UsageError
from simulator.export.atomic import shown
from simulator.export.diff_text import diff_plain, diff_text
from simulator.export.opening import OPENED, open_recording
from simulator.export.picture_file import PictureOptions, Renderer
from simulator.export.summary_text import counted, summary_text
from simulator.lessons.registry import LESSONS, find
from simulator.script_session import ScriptSession
from simulator.session import Session

OK, FOUND, WRONG, NOT_DONE = 0, 1, 2, 3
INTERRUPTED = 130


def main(
    argv: Sequence[str] | None = None,
    renderers: Mapping[str, Renderer] | None = None,
    benches: Mapping[str, Callable[[], list[Figure]]] | None = None,
) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments without the program's name; by default the process's.
    renderers : mapping of str to callable, optional
        What writes ``.png`` and ``.pdf``; see `simulator.export.write`.
    benches : mapping of str to callable, optional
        Benchmarks that need Qt; see `simulator.bench.run_bench`.

    Returns
    -------
    int
        The exit code: 0 nothing found, 1 a problem found, 2 something was wrong (one line on stderr says what), 3 the
        run failed or was stopped with nothing found, 130 interrupted outside a run.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        with interruptible():
            return _run_command(arguments, renderers, benches)
    except ThreadloomError as error:
        complain(str(error))
        return WRONG
    except KeyboardInterrupt:
        complain("interrupted; files are as they were before")
        return INTERRUPTED
    except SystemExit as done:  # --help and --version have been printed
        return done.code if isinstance(done.code, int) else OK


def _run_command(
    arguments: list[str],
    renderers: Mapping[str, Renderer] | None,
    benches: Mapping[str, Callable[[], list[Figure]]] | None,
) -> int:
    prepare_streams()
    _check_command(arguments)
    arguments, program_arguments = split_arguments(arguments)
    parsed = build_parser(_version()).parse(arguments)
    match parsed.command:
        case "lessons":
            return _list_lessons(parsed)
        case "run":
            return _run_lesson(parsed, renderers)
        case "script":
            return _run_script(parsed, program_arguments, renderers)
        case "show":
            return _show(parsed)
        case "export":
            return _export(parsed, renderers)
        case "diff":
            return _diff(parsed)
        case _:
            return _bench(parsed, benches)


_COMMANDS = ("lessons", "run", "script", "show", "export", "diff", "bench")


def _check_command(arguments: list[str]) -> None:
    if not arguments:
        raise UsageError(f"no command; choose {', '.join(_COMMANDS)}, or see {PROGRAM} --help")
    first = arguments[0]
    if first.endswith(OPENED):
        raise UsageError(f"{shown(first)} is no command; to look at a recording: {PROGRAM} show {shown(first)}")
    if not first.startswith("-") and first not in _COMMANDS:
        raise UsageError(f"there is no command {first!r}; {nearest(first, _COMMANDS)}")


def _version() -> str:
    try:
        return metadata.version(PROGRAM)
    except metadata.PackageNotFoundError:
        return "from sources"


# -- lessons ---------------------------------------------------------------------------------------------------------


def _list_lessons(parsed: argparse.Namespace) -> int:
    if parsed.json:
        print_json([lesson_plain(position, lesson) for position, lesson in enumerate(LESSONS, 1)])
    else:
        print_text("\n\n".join(map(lesson_text, LESSONS)))
    return OK


# -- run -------------------------------------------------------------------------------------------------------------


def _run_lesson(parsed: argparse.Namespace, renderers: Mapping[str, Renderer] | None) -> int:
    lesson = find(parsed.lesson)
    settings = choose_settings(lesson, parsed)
    pictures = picture_options(parsed)
    for path in parsed.export:
        export.check_target(path, renderers)
    latest: list[Recording] = []
    summaries: list[dict[str, Any]] = []
    codes: list[int] = []

    def note(recording: Recording) -> None:
        latest[:] = [recording]
        summaries.append(recording.summary())
        codes.append(exit_code(recording))
        if parsed.repeat and not (parsed.json or parsed.quiet):
            print_text(f"{len(codes)}: {recording.verdict.text}")

    line = spinner_line(parsed.quiet)
    drive([lambda: Session(lesson, settings, line)] * (parsed.repeat or 1), note)
    recording = latest[0]
    _report(parsed, recording, summaries)
    failed = _write_exports(recording, parsed, pictures, renderers)
    return WRONG if failed else NOT_DONE if NOT_DONE in codes and FOUND not in codes else max(codes)


def _run_script(parsed: argparse.Namespace, arguments: Sequence[str], renderers: Mapping[str, Renderer] | None) -> int:
    settings = choose_script(parsed, arguments)
    pictures, options = picture_options(parsed), finding_options(parsed)
    for path in parsed.export:
        export.check_target(path, renderers)
    recordings: list[Recording] = []
    drive([lambda: ScriptSession(settings, streams="json" if parsed.json else "pass")], recordings.append)
    recording = recordings[0]
    report = part(recording, options)
    if parsed.json:
        print_json(to_plain(recording, report))
    elif not parsed.quiet:
        print_text(f"\n{report_text(recording, report)}")  # after what the program itself has printed
    write_report(recording, report, options)
    failed = _write_exports(recording, parsed, pictures, renderers)
    return WRONG if failed else exit_code(recording, is_found(report, options))


def exit_code(recording: Recording, has_found: bool | None = None) -> int:
    """Return what a run's end means for the caller; by default any problem counts as found."""
    if recording.status == FAILED:
        return NOT_DONE
    if recording.has_problems if has_found is None else has_found:
        return FOUND
    return OK if recording.status == DONE else NOT_DONE


def _report(parsed: argparse.Namespace, recording: Recording, summaries: list[dict[str, Any]]) -> None:
    if parsed.json and parsed.repeat:
        print_json({"runs": summaries, "summary": sum_up(summaries)})
    elif parsed.json:
        print_json(summaries[-1])
    elif not parsed.quiet:
        if parsed.repeat:
            n_found = sum_up(summaries)["runs_with_problems"]
            print_text(f"\n{counted(len(summaries), 'run')}, {n_found:,} with problems; the last one:\n")
        print_text(summary_text(recording))


def _write_exports(
    recording: Recording,
    parsed: argparse.Namespace,
    pictures: PictureOptions,
    renderers: Mapping[str, Renderer] | None,
) -> bool:
    """Write every file that was asked for, whatever becomes of the others; return whether one could not be."""
    has_failed = False
    for path in parsed.export:
        try:
            with ProgressLine(f"writing {shown(path)}", parsed.quiet) as progress:
                export.write(recording, path, pictures, renderers, progress)
        except ThreadloomError as error:
            complain(str(error))
            has_failed = True
        else:
            _tell_written(parsed, path)
    return has_failed


def _tell_written(parsed: argparse.Namespace, path: str) -> None:
    if not (parsed.json or parsed.quiet):
        print_text(f"\nwritten: {shown(path)}")


# -- show, export, bench ---------------------------------------------------------------------------------------------


def _show(parsed: argparse.Namespace) -> int:
    options = finding_options(parsed)
    recording = _load(parsed.recording)
    report = part(recording, options)
    if parsed.json:
        print_json(to_plain(recording, report))
    else:
        print_text(report_text(recording, report))
    write_report(recording, report, options)
    return exit_code(recording, is_found(report, options))


def _load(path: str) -> Recording:
    with ProgressLine(f"reading {shown(path)}") as progress:
        return open_recording(path, progress)


def _export(parsed: argparse.Namespace, renderers: Mapping[str, Renderer] | None) -> int:
    pictures = picture_options(parsed)
    export.check_target(parsed.path, renderers)
    recording = _load(parsed.recording)
    with ProgressLine(f"writing {shown(parsed.path)}") as progress:
        export.write(recording, parsed.path, pictures, renderers, progress)
    print_text(f"written: {shown(parsed.path)}")
    return OK


def _diff(parsed: argparse.Namespace) -> int:
    """Compare two recordings; as with other programs of this name, 1 means that they differ."""
    recordings = _load(parsed.first), _load(parsed.second)
    found = diff(*recordings)
    paths = shown(parsed.first), shown(parsed.second)
    if parsed.json:
        print_json(diff_plain(paths, recordings, found))
    else:
        print_text(diff_text(paths, recordings, found))
    return OK if found.is_empty else FOUND


def _bench(parsed: argparse.Namespace, benches: Mapping[str, Callable[[], list[Figure]]] | None) -> int:
    if parsed.python and "script" not in parsed.names:
        raise UsageError("--python: only the benchmark script takes it; add script to the names")
    more: dict[str, Callable[[], list[Figure]]] = {"script": partial(bench_script, parsed.python), **(benches or {})}
    results = run_bench(parsed.names, more)
    if parsed.json:
        print_json(results)
        return OK
    for result in results:
        print_text(f"{result['name']} on {result['machine']}")
        for figure in result["figures"]:
            print_text(f"  {_figure_text(figure)}")
    return OK


def _figure_text(figure: Mapping[str, Any]) -> str:
    unit = f" {figure['unit']}" if figure["unit"] else ""
    reference = f" of {figure['reference']}" if figure["reference"] else ""
    goal = f" (goal {figure['goal']:g}, {'met' if figure['met'] else 'missed'})" if figure["goal"] is not None else ""
    return f"{figure['figure']}: {figure['value']:g}{unit}{reference}{goal}"
