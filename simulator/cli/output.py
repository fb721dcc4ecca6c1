"""Where results and errors go: stdout for results only, stderr for the one line that says what is wrong."""

from __future__ import annotations

import json
import os
import sys

from simulator.cli.arguments import PROGRAM
from simulator.errors import UsageError


def prepare_streams() -> None:
    """Let no character that the terminal lacks end the program."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def print_json(content: object) -> None:
    """Print a result for programs."""
    print_text(json.dumps(content, indent=2, ensure_ascii=False))


def print_text(text: str) -> None:
    """Print a result; if nobody reads any more, go on in silence."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        _give_up_stdout()
    except OSError as error:
        _give_up_stdout()
        raise UsageError(f"cannot write the result: {error.strerror}; send it somewhere else") from error


def _give_up_stdout() -> None:
    """Send what is still buffered nowhere, or the interpreter would fail once more when it flushes at its end."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)


def complain(message: str) -> None:
    """Print the one line on stderr that says what is wrong."""
    line = " ".join(message.split())
    print(f"{PROGRAM}: {line}", file=sys.stderr, flush=True)
