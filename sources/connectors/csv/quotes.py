"""Which bytes of a CSV stand within quotes, and whether every quote stands where one may: found 64 bytes at a time.

Bit i of a word stands for the i-th of its 64 bytes, as in Langdale and Lemire, Parsing Gigabytes of JSON per Second
(2019), section 3.1; a bit a byte instead of a number a quote makes the proof three times as quick.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

QUOTE, LINE_FEED, RETURN = (ord(sign) for sign in '"\n\r')
ONE: Final = np.uint64(1)
LAST: Final = np.uint64(63)
Bits = NDArray[np.uint64]


@dataclass(frozen=True)
class Quotes:
    """The quotes of a text that begins where a record begins.

    Attributes:
        is_inside: per byte whether an odd number of quotes stands up to it.
        first_misplaced: where the first quote stands that opens amidst a value or closes before its end; the text's
            length where there is none.
    """

    is_inside: NDArray[np.bool_]
    first_misplaced: int


def quotes_of(data: NDArray[np.uint8], delimiter: int) -> Quotes:
    """The quotes of a text; two in a row within quotes are one sign and close nothing."""
    quote, feed = _bits(data == QUOTE), _bits(data == LINE_FEED)
    border = quote | feed | _bits(data == delimiter)
    inside = _odd_up_to(quote)
    begins, ends = _one_on(border), _one_back(border | _bits(data == RETURN))
    # What precedes the first sign of the text is the end of a line.
    begins[:1] |= ONE
    misplaced = quote & ((inside & ~begins) | (~inside & ~ends))
    is_inside = np.unpackbits(inside.view(np.uint8), count=len(data), bitorder="little").view(np.bool_)
    return Quotes(is_inside, _first(misplaced, len(data)))


def _bits(mask: NDArray[np.bool_]) -> Bits:
    packed = np.packbits(mask, bitorder="little")
    return np.pad(packed, (0, -len(packed) % 8)).view("<u8")


def _one_on(bits: Bits) -> Bits:
    """Each bit at the byte after its own."""
    moved = bits << ONE
    moved[1:] |= bits[:-1] >> LAST
    return moved


def _one_back(bits: Bits) -> Bits:
    """Each bit at the byte before its own."""
    moved = bits >> ONE
    moved[:-1] |= bits[1:] << LAST
    return moved


def _odd_up_to(bits: Bits) -> Bits:
    """Per byte whether the number of bits up to its own, which counts, is odd."""
    odd = bits.copy()
    for reach in (1, 2, 4, 8, 16, 32):
        odd ^= odd << np.uint64(reach)
    ends_odd = odd >> LAST
    begins_odd = (np.cumsum(ends_odd) - ends_odd) & ONE
    return np.where(begins_odd == ONE, ~odd, odd)


def _first(bits: Bits, length: int) -> int:
    words = np.flatnonzero(bits)
    if not words.size:
        return length
    word = int(bits[words[0]])
    return int(words[0]) * 64 + (word & -word).bit_length() - 1
