"""The shape of a stretch of CSV: whether every quote stands where a quote may, where records end, how wide each is.

Judges bytes, reads no value. What it cannot prove it does not vouch for; the strict reader then takes the stretch.
"""

from __future__ import annotations

import codecs
import csv
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sources.connectors.csv.quotes import LINE_FEED, RETURN, quotes_of

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

    def ends_with(self, row: int, delimiter: str) -> bool:
        """Whether a record ends in a delimiter."""
        return self.text[self.starts[row] : self.ends[row]].rstrip(b"\r").endswith(delimiter.encode())


def shape_of(text: bytes, delimiter: str) -> Shape | None:
    """The shape of the whole records that ``text`` begins with; None when it cannot be proven.

    Args:
        text: UTF-8, beginning where a record begins. What follows the last whole record is left out.
        delimiter: one sign; one that is no ASCII is never proven.
    """
    # A single byte is found far quicker than three.
    if not delimiter.isascii() or (codecs.BOM_UTF8[:1] in text and codecs.BOM_UTF8 in text):
        return None
    has_bare_returns = _has_bare_returns(text)
    if b'"' in text:
        return None if has_bare_returns else _shape(text, ord(delimiter), has_quotes=True)
    if has_bare_returns:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return _shape(text, ord(delimiter), has_quotes=False)


def _has_bare_returns(text: bytes) -> bool:
    data = np.frombuffer(text, dtype=np.uint8)
    is_return = data == RETURN
    return bool(np.count_nonzero(is_return) > np.count_nonzero(is_return[:-1] & (data[1:] == LINE_FEED)))


def _shape(text: bytes, delimiter: int, *, has_quotes: bool) -> Shape | None:
    data = np.frombuffer(text, dtype=np.uint8)
    ends_value = (data == LINE_FEED) | (data == delimiter)
    quotes = quotes_of(data, delimiter) if has_quotes else None
    if quotes is not None:
        ends_value &= ~quotes.is_inside
    marks = np.flatnonzero(ends_value)
    last = np.flatnonzero(data.take(marks) == LINE_FEED)
    ends = marks[last]
    used = int(ends[-1]) + 1 if len(ends) else 0
    if quotes is not None and quotes.first_misplaced < used:
        return None
    starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
    if len(ends) and int((ends - starts).max()) >= csv.field_size_limit():
        return None
    is_blank = (ends == starts) | ((ends == starts + 1) & (data[starts] == RETURN))
    filled = ~is_blank
    lines = int(np.count_nonzero(data[:used] == LINE_FEED))
    widths = np.diff(last, prepend=-1)
    return Shape(text[:used], starts[filled], ends[filled], widths[filled], has_quotes, lines, len(text) - used)
