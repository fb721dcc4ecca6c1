"""The command line: argparse over a session, nothing else."""

from simulator.cli.commands import main

__all__ = ["main"]
