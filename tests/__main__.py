"""``python3 -m tests``: prepare what is missing, then run the tests off screen; arguments go to pytest."""

import os
import sys

from ui import bootstrap, system_packages
from ui.setup_error import SetupError


def main(arguments: "list[str]") -> int:
    """Run pytest with these arguments; return its exit code."""
    try:
        bootstrap.check_python()
        bootstrap.ensure("test", system_packages.BASE, ["-m", "tests", *arguments])
    except SetupError as error:
        bootstrap.say(str(error))
        return 2
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    import pytest

    return int(pytest.main(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
