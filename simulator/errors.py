"""What can go wrong in a way that the user should hear about in one line."""

from __future__ import annotations


class ThreadloomError(Exception):
    """An expected failure; its text says what happened, where, and what to do about it."""


class UsageError(ThreadloomError):
    """The command or a setting was wrong."""


class FileError(ThreadloomError):
    """A file cannot be read or written, or is not what its name says."""


class StartError(ThreadloomError):
    """The threads could not be started where they were asked to run."""
