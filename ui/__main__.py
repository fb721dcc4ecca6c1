"""``threadloom`` and ``python3 -m ui``: prepare what is missing, then open the window or run the command line.

Syntax that old Pythons can read, since the check for the version is reached through here.
"""

import os
import sys

from ui import bootstrap, display, system_packages
from ui.setup_error import SetupError

WINDOW_FILES = (".threadloom", ".json", ".py")
RENDERED = (".png", ".pdf", ".gif", ".apng")
PAINTED_BENCHES = ("timeline", "open")


def main(argv: "list[str] | None" = None) -> int:
    """Run Threadloom with these arguments; return the exit code."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    try:
        bootstrap.check_python()
        bootstrap.ensure("app", libraries_for(arguments), ["-m", "ui", *arguments])
    except SetupError as error:
        bootstrap.say(str(error))
        return 2
    except KeyboardInterrupt:
        bootstrap.say("stopped; the next start repairs what was left half made")
        return 130
    if is_for_window(arguments):
        from ui.app import main as window_main

        return window_main(arguments)
    from simulator.cli import main as command_line_main

    if not needs_qt(arguments):
        return command_line_main(arguments)
    if is_painted_bench(arguments):
        from ui.bench import BENCHES

        return command_line_main(arguments, benches=BENCHES)
    from ui.picture_export import RENDERERS

    return command_line_main(arguments, RENDERERS)


def is_for_window(arguments: "list[str]") -> bool:
    """Tell whether these arguments ask for the window: none, or a recording or script to open."""
    return not arguments or arguments[0].lower().endswith(WINDOW_FILES)


def needs_qt(arguments: "list[str]") -> bool:
    """Tell whether these arguments of the command line name a picture or a benchmark that Qt has to paint."""
    own = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return is_painted_bench(arguments) or any(argument.lower().endswith(RENDERED) for argument in own)


def is_painted_bench(arguments: "list[str]") -> bool:
    """Tell whether these arguments ask for a benchmark that paints."""
    return arguments[:1] == ["bench"] and any(name in PAINTED_BENCHES for name in arguments[1:])


def libraries_for(arguments: "list[str]") -> "dict[str, str]":
    """Return the system libraries that these arguments need (soname -> package); refuse a window without display."""
    if is_for_window(arguments):
        return system_packages.libraries_for_window(display.find_routes(dict(os.environ)))
    return system_packages.BASE if needs_qt(arguments) else {}


if __name__ == "__main__":
    sys.exit(main())
