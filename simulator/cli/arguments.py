"""The command line's grammar: commands, options, and errors of one line that say what to do."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import NoReturn

from simulator.bench import NAMES as BENCH_NAMES
from simulator.errors import UsageError
from simulator.export import SUFFIXES
from simulator.export.chrome_trace.flows import FLOWS
from simulator.export.picture_file import MAX_WIDTH_PX, MIN_WIDTH_PX, THEMES, PictureOptions
from simulator.lessons.base import IN_PROCESS, LOOPS, OWN_PROCESS, POOL, STORAGE_LABELS, THREADS
from simulator.samples import NAMES
from simulator.script.settings import EVENT_LIMIT, MOST_EVENTS, TIME_LIMIT_S

PROGRAM = "threadloom"
MAX_REPEATS = 10_000
_INT64 = 1 << 63

_DESCRIPTION = "Shows what real Python threads do to a variable. Without a command: the window."


class Parser(argparse.ArgumentParser):
    """A parser that raises `UsageError` instead of printing its usage, and that suggests the nearest option."""

    def error(self, message: str) -> NoReturn:
        """Raise `UsageError`."""
        text = message.removeprefix("argument ")
        says_what_to_do = text.endswith("?") or "; " in text
        raise UsageError(text if says_what_to_do else f"{text}; see {self.prog} --help")

    def parse(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Parse all arguments; raises `UsageError`."""
        parsed, unknown = self.parse_known_args(arguments)
        if unknown:
            command = getattr(parsed, "parser", self)
            raise UsageError(f"{unknown[0]!r} is not understood; {command.hint(unknown[0])}")
        return parsed

    def hint(self, unknown: str) -> str:
        """Say what may have been meant, or where to look."""
        name, options = unknown.partition("=")[0], list(self._option_string_actions)
        begun = [option for option in options if len(name) > 3 and option.startswith(name)]
        near = begun or get_close_matches(name, options, 1)
        return f"did you mean {near[0]}?" if near else f"see {self.prog} --help"


def build_parser(version: str) -> Parser:
    """Build the parser; what it returns has the command's name as ``command``."""
    parser = Parser(PROGRAM, description=_DESCRIPTION, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {version}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    def add(name: str, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.", allow_abbrev=False)
        command.set_defaults(parser=command)
        return command

    lessons = add("lessons", "what can be run, with which storages and options")
    _add_json(lessons)
    _add_run(add("run", "run a lesson, print what was seen, export it"))
    _add_script(add("script", "run your own Python program, print what its threads did, export it"))
    show = add("show", "summary, verdict and findings of a saved recording")
    show.add_argument("recording", metavar="RECORDING", help="a .threadloom file, or a Chrome trace (.json)")
    _add_findings(show)
    _add_json(show)
    export = add("export", "write a saved recording in the format that the suffix names")
    export.add_argument("recording", metavar="RECORDING", help="a .threadloom file, or a Chrome trace (.json)")
    export.add_argument("path", metavar="PATH", help=f"what to write: {', '.join(SUFFIXES)}")
    _add_picture(export)
    diff = add("diff", "what two saved recordings differ in: settings, counts, and where their order parts")
    for name in ("first", "second"):
        diff.add_argument(name, metavar="RECORDING", help="a .threadloom file, or a Chrome trace (.json)")
    _add_json(diff)
    bench = add("bench", "performance figures of this machine")
    bench.add_argument("names", metavar="NAME", nargs="+", help=f"what to measure: {', '.join(BENCH_NAMES)}")
    bench.add_argument(
        "--python",
        metavar="PATH",
        action="append",
        default=[],
        help="script: measure with this interpreter; repeatable",
    )
    _add_json(bench)
    return parser


def split_arguments(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Return the command's own arguments, and those behind ``--`` that belong to the program that it runs."""
    if arguments[:1] != ["script"] or "--" not in arguments:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]


def picture_options(parsed: argparse.Namespace) -> PictureOptions:
    """Return the options of pictures; raises `UsageError`."""
    options = PictureOptions(
        parsed.from_ns, parsed.to_ns, parsed.width, parsed.theme, parsed.hide_verdict, parsed.flows
    )
    options.check()
    return options


def nearest(text: str, choices: Sequence[str]) -> str:
    """Say what to give instead of `text`."""
    near = get_close_matches(text, choices, 1)
    return f"did you mean {near[0]}?" if near else f"choose {' or '.join(choices)}"


def _add_run(run: argparse.ArgumentParser) -> None:
    run.add_argument("lesson", metavar="LESSON", help="its id, as `threadloom lessons` lists them")
    run.add_argument("--storage", type=_one_of(*STORAGE_LABELS), metavar="STORAGE", help=" | ".join(STORAGE_LABELS))
    run.add_argument(
        "--runner",
        type=_one_of(THREADS, POOL, LOOPS),
        metavar="RUNNER",
        help="one thread a request (threads), a pool, or event loops (asyncio)",
    )
    for name, text in _NUMBERS.items():
        run.add_argument(f"--{name}", type=_whole_number, metavar="MS" if name == "work-ms" else "N", help=text)
    run.add_argument(
        "--option", action="append", default=[], metavar="NAME=VALUE", help="an option of the lesson; may be repeated"
    )
    run.add_argument("--seed", type=_whole_number, metavar="S", help="of everything random")
    run.add_argument("--jitter", action="store_true", help="delay accesses a little at random, by the seed")
    run.add_argument("--repeat", type=_number_between(1, MAX_REPEATS), metavar="N", help="run N times; export the last")
    place = run.add_mutually_exclusive_group()
    for name, text in ((IN_PROCESS, "run the threads in this process"), (OWN_PROCESS, "run them in one of their own")):
        place.add_argument(f"--{name}", dest="place", action="store_const", const=name, help=text)
    run.add_argument("--python", metavar="PATH", help="another interpreter to run them in (implies --own-process)")
    _add_output(run)


def _add_script(script: argparse.ArgumentParser) -> None:
    script.usage = f"{PROGRAM} script FILE.py [options] [-- ARGS...]"
    script.epilog = "What stands behind -- are the program's own arguments. Its streams are those of this command."
    script.add_argument("file", metavar="FILE.py", help=f"the program; or a sample: {', '.join(NAMES)}")
    script.add_argument(
        "--timeout", type=_seconds, default=0.0, metavar="S", help="stop it after so many seconds (never)"
    )
    script.add_argument(
        "--max-events",
        type=_number_between(1, EVENT_LIMIT),
        default=MOST_EVENTS,
        metavar="N",
        help=f"stop it after so many recorded events ({MOST_EVENTS:,})",
    )
    script.add_argument("--python", metavar="PATH", help="another interpreter to run it in")
    script.add_argument(
        "--include",
        action="append",
        default=[],
        metavar="PATTERN",
        help="record modules of this name as well, such as 'mypackage.*'; may be repeated",
    )
    script.add_argument(
        "--widen", action="store_true", help="let threads be switched at every recorded access, so that rare races show"
    )
    script.add_argument("--seed", type=_whole_number, default=0, metavar="S", help="of those switches")
    _add_findings(script)
    _add_output(script)


def _add_output(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--export",
        action="append",
        default=[],
        metavar="PATH",
        help=f"write the run: {', '.join(SUFFIXES)}; may be repeated",
    )
    _add_picture(command)
    _add_json(command)
    command.add_argument("--quiet", action="store_true", help="no summary and no spinner; the exit code tells")


_NUMBERS = {
    "threads": "how many threads",
    "pool-size": "how many workers the pool has",
    "tasks": "how many tasks the pool gets",
    "work-ms": "how long the work takes, in milliseconds",
}


def _add_findings(command: argparse.ArgumentParser) -> None:
    command.add_argument("--sarif", metavar="PATH", help="write the findings as SARIF 2.1.0, for editors and hosts")
    command.add_argument(
        "--fail-on",
        type=_one_of("error", "warning", "note"),
        default="warning",
        metavar="SEVERITY",
        help="exit with 1 for findings from this severity on: error | warning (the default) | note",
    )
    command.add_argument(
        "--baseline", metavar="FILE", help="report only findings that are not in this file of --sarif or --json"
    )


def _add_json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print JSON for other programs")


def _add_picture(command: argparse.ArgumentParser) -> None:
    usual = PictureOptions()
    for name in ("from", "to"):
        text = f"where the picture {'begins' if name == 'from' else 'ends'}, in nanoseconds since the start"
        command.add_argument(f"--{name}", dest=f"{name}_ns", type=_whole_number, metavar="NS", help=text)
    command.add_argument(
        "--width",
        type=_number_between(MIN_WIDTH_PX, MAX_WIDTH_PX),
        default=usual.width_px,
        metavar="PX",
        help=f"width of the picture in pixels ({usual.width_px})",
    )
    command.add_argument(
        "--theme", type=_one_of(*THEMES), default=usual.theme, metavar="THEME", help=f"{' | '.join(THEMES)}"
    )
    command.add_argument(
        "--hide-verdict", action="store_true", help="in a .html page, show the verdict only after a click"
    )
    command.add_argument(
        "--flows",
        type=_one_of(*FLOWS),
        default=usual.flows,
        metavar="WHICH",
        help=f"arrows in a .json trace: {' | '.join(FLOWS)} ({usual.flows})",
    )


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in choices:
            raise argparse.ArgumentTypeError(f"there is no {text!r}; {nearest(text, choices)}")
        return text

    return parse


def _whole_number(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        value = _INT64
        if not text.strip().lstrip("+-").isdecimal():
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number; write it in digits") from None
    if not -_INT64 <= value < _INT64:
        raise argparse.ArgumentTypeError(f"{text[:30]} is too large; give a number of at most 18 digits")
    return value


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds; write 10 or 2.5") from None
    if not 0 <= value <= TIME_LIMIT_S:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and {TIME_LIMIT_S:,.0f} seconds")
    return value


def _number_between(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        value = _whole_number(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{value:,} is not between {low:,} and {high:,}")
        return value

    return parse
