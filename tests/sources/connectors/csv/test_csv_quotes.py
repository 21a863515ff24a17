"""Quotes of a CSV, 64 bytes at a time: the same verdict as sign by sign, wherever a word of bits ends."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.connectors.csv.quotes import quotes_of

PIECES = ['"', '""', ";", "\n", "\r\n", "a", "ä", '"a"', '";"', '"\n"', "x" * 61]


def sign_by_sign(data: bytes) -> tuple[list[bool], int]:
    """The plain way: one byte after the other."""
    is_open, inside, first = False, [], len(data)
    for place, sign in enumerate(data):
        if sign == ord('"'):
            is_open = not is_open
            before, after = data[place - 1 : place] or b"\n", data[place + 1 : place + 2] or b"x"
            if (before not in b'";\n') if is_open else (after not in b'";\n\r'):
                first = min(first, place)
        inside.append(is_open)
    return inside, first


@given(st.lists(st.sampled_from(PIECES), max_size=90))
def test_the_verdict_is_that_of_sign_by_sign(pieces: list[str]) -> None:
    data = "".join(pieces).encode()
    quotes = quotes_of(np.frombuffer(data, dtype=np.uint8), ord(";"))
    assert (quotes.is_inside.tolist(), quotes.first_misplaced) == sign_by_sign(data)


@pytest.mark.parametrize("length", [0, 1, 62, 63, 64, 65, 127, 128, 129, 640])
def test_a_quote_is_open_across_words_of_bits(length: int) -> None:
    data = f'"{"a" * length}";"b"\n'.encode()
    quotes = quotes_of(np.frombuffer(data, dtype=np.uint8), ord(";"))
    assert quotes.is_inside.sum() == length + 1 + 2
    assert quotes.first_misplaced == len(data)


@pytest.mark.parametrize("at", [0, 62, 63, 64, 65, 127, 128])
def test_a_quote_amidst_a_value_is_found_where_it_stands(at: int) -> None:
    data = ("a" * (at + 1) + '"b;c\n').encode()
    assert quotes_of(np.frombuffer(data, dtype=np.uint8), ord(";")).first_misplaced == at + 1
