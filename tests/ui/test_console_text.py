"""The text of the console: what two pipes bring is told apart line by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.models.console import INPUT, LONGEST_LINE, NOTE, STDERR, STDOUT, ConsoleText, Piece, in_lines, last_lines


def shown(text: ConsoleText) -> str:
    return "".join(piece.text for piece in text.pieces)


@pytest.mark.parametrize(
    ("chunks", "text"),
    [
        pytest.param([(STDOUT, b"total 6\n"), (STDERR, b"wrong\n")], "total 6\nwrong\n", id="whole lines"),
        pytest.param(
            [(STDERR, b"wrong"), (STDOUT, b"total 6\n"), (STDERR, b"\nmore\n")],
            "wrong\ntotal 6\nmore\n",
            id="the end of a line comes behind a line of the other stream",
        ),
        pytest.param(
            [(STDERR, b"wr"), (STDOUT, b"total 6\n"), (STDERR, b"ong\n")],
            "wr\ntotal 6\nong\n",
            id="a line of the other stream comes within a line",
        ),
        pytest.param(
            [(STDERR, b"a"), (STDOUT, b"b"), (STDERR, b"\n"), (STDOUT, b"\n\n")],
            "a\nb\n\n",
            id="both are broken into",
        ),
        pytest.param([(STDOUT, b"caf\xc3"), (STDOUT, b"\xa9\n")], "café\n", id="a letter in two parts"),
    ],
)
def test_a_line_of_one_stream_is_never_glued_to_a_line_of_the_other(chunks: list[tuple[str, bytes]], text: str) -> None:
    console = ConsoleText()
    told = console.take(chunks)
    assert shown(console) == text
    assert "".join(piece.text for piece in told) == text


def test_what_is_typed_follows_its_prompt_and_the_last_word_has_a_line_of_its_own() -> None:
    console = ConsoleText()
    console.take([(STDOUT, b"name? ")])
    console.add(Piece(INPUT, "Ada\n"))
    console.take([(STDOUT, b"hello Ada")])
    console.add(Piece(NOTE, "— ended with exit code 0 —\n"))
    assert shown(console) == "name? Ada\nhello Ada\n— ended with exit code 0 —\n"


@given(st.lists(st.integers(0, 3 * LONGEST_LINE), min_size=1, max_size=5), st.integers(0, 2 * LONGEST_LINE))
def test_no_line_is_too_long_to_be_laid_out_and_nothing_is_left_out(lengths: list[int], column: int) -> None:
    text = "\n".join("x" * length for length in lengths)
    broken = in_lines(text, column)
    assert broken.replace("\n", "") == text.replace("\n", "")
    first, *others = broken.split("\n")
    assert column + len(first) <= max(column, LONGEST_LINE)
    assert all(len(line) <= LONGEST_LINE for line in others)
    assert max(lengths) > LONGEST_LINE or column + lengths[0] > LONGEST_LINE or broken == text


def test_the_last_lines_are_all_there_and_the_many_before_them_are_not() -> None:
    pieces = [Piece(STDOUT, f"{10 * n}\n" * 10) for n in range(100)]
    kept = last_lines(pieces, 25)
    assert kept == pieces[-3:]
    assert last_lines(pieces, 1_000) == pieces
    assert last_lines([], 5) == []
