"""The one way in which a start is refused."""


class SetupError(Exception):
    """Something that a start needs is missing; the text says what, where and what to do (exit code 2)."""
