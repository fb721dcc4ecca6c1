"""Text as UTF-8, whatever a recorded program had in it."""

from __future__ import annotations

import codecs

_IN_JSON = "threadloom-lone-surrogate-in-json"


def _spell_out(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    return "".join(f"\\\\u{ord(letter):04x}" for letter in letters), error.end


codecs.register_error(_IN_JSON, _spell_out)


def encode(text: str) -> bytes:
    r"""Return UTF-8; a lone surrogate, for which it has no place, becomes six letters: ``\udc80``."""
    return text.encode("utf-8", "backslashreplace")


def encode_json(text: str) -> bytes:
    r"""Return JSON as UTF-8; the same six letters, since strict readers refuse the escape of a lone surrogate."""
    return text.encode("utf-8", _IN_JSON)
