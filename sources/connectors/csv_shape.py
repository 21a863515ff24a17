"""The shape of a stretch of CSV: whether every quote stands where a quote may, where records end, how wide each is.

Judges bytes, reads no value. What it cannot prove it does not vouch for; the strict reader then takes the stretch.
"""

from __future__ import annotations

import codecs
import csv
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

QUOTE, LINE_FEED, RETURN = (ord(sign) for sign in '"\n\r')
Positions = NDArray[np.intp]


@dataclass(frozen=True)
class Shape:
    """Whole records, proven to be well-formed.

    Attributes:
        text: the records, each with its line end.
        starts: where each record begins in ``text``; blank lines are no records.
        ends: where its line feed stands.
        widths: how many values it has.
        has_quotes: whether any value is quoted.
        lines: how many lines the records take.
        left: how many bytes at the end are no whole record yet.
    """

    text: bytes
    starts: Positions
    ends: Positions
    widths: NDArray[np.signedinteger]
    has_quotes: bool
    lines: int
    left: int

    def only(self, chosen: NDArray[np.bool_]) -> bytes:
        """The text of some of the records, without blank lines."""
        if chosen.all() and int((self.ends - self.starts + 1).sum()) == len(self.text):
            return self.text
        steps = np.zeros(len(self.text) + 1, dtype=np.int8)
        np.add.at(steps, self.starts[chosen], 1)
        np.add.at(steps, self.ends[chosen] + 1, -1)
        kept = np.cumsum(steps[:-1], dtype=np.int8).astype(bool)
        return np.frombuffer(self.text, dtype=np.uint8)[kept].tobytes()


def shape_of(text: bytes, delimiter: str) -> Shape | None:
    """The shape of the whole records that ``text`` begins with; None when it cannot be proven.

    Args:
        text: UTF-8, beginning where a record begins. What follows the last whole record is left out.
        delimiter: one sign; one that is no ASCII is never proven.
    """
    if not delimiter.isascii() or codecs.BOM_UTF8 in text:
        return None
    returns = text.count(b"\r")
    has_bare_returns = returns > 0 and returns > text.count(b"\r\n")
    if b'"' in text:
        return None if has_bare_returns else _shape(text, ord(delimiter), has_quotes=True)
    return _shape(_plain_line_ends(text) if has_bare_returns else text, ord(delimiter), has_quotes=False)


def _plain_line_ends(text: bytes) -> bytes:
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _shape(text: bytes, delimiter: int, *, has_quotes: bool) -> Shape | None:
    data = np.frombuffer(text, dtype=np.uint8)
    is_mark = (data == LINE_FEED) | (data == delimiter)
    if has_quotes:
        is_mark |= data == QUOTE
    marks = np.flatnonzero(is_mark)
    signs = data[marks]
    is_quote, is_feed, separates = signs == QUOTE, signs == LINE_FEED, signs == delimiter
    if has_quotes:
        # Outside is what an even number of quotes precedes.
        is_outside = np.cumsum(is_quote, dtype=np.int32) % 2 == 0
        separates &= is_outside
        last = np.flatnonzero(is_feed & is_outside)
    else:
        last = np.flatnonzero(is_feed)
    ends = marks[last]
    used = int(ends[-1]) + 1 if len(ends) else 0
    if has_quotes:
        quotes = marks[is_quote]
        if not _stand_at_borders(data, quotes[: np.searchsorted(quotes, used)], delimiter):
            return None
    starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
    if len(ends) and int((ends - starts).max()) >= csv.field_size_limit():
        return None
    is_blank = (ends == starts) | ((ends == starts + 1) & (data[starts] == RETURN))
    widths = np.diff(np.cumsum(separates, dtype=np.int32)[last], prepend=0) + 1
    filled = ~is_blank
    lines = int(np.count_nonzero(is_feed[: last[-1] + 1])) if len(last) else 0
    return Shape(text[:used], starts[filled], ends[filled], widths[filled], has_quotes, lines, len(text) - used)


def _stand_at_borders(data: NDArray[np.uint8], quotes: Positions, delimiter: int) -> bool:
    """Whether quotes open only where a value begins and close only where it ends; two in a row are one sign."""
    opening, closing = quotes[0::2], quotes[1::2]
    # What precedes the first sign of the text is the end of a line.
    before = np.where(opening > 0, data[opening - 1], LINE_FEED)
    return _all_in(before, (delimiter, LINE_FEED, QUOTE)) and _all_in(
        data[closing + 1], (delimiter, LINE_FEED, RETURN, QUOTE)
    )


def _all_in(signs: NDArray[np.uint8], allowed: tuple[int, ...]) -> bool:
    table = np.zeros(256, dtype=bool)
    table[list(allowed)] = True
    return bool(table[signs].all())
