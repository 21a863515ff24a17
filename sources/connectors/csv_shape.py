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
    widths: NDArray[np.int64]
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
    data = np.frombuffer(text, dtype=np.uint8)
    has_bare_returns = not _all_in(data[1:][data[:-1] == RETURN], (LINE_FEED,)) or text.endswith(b"\r")
    if b'"' in text:
        return None if has_bare_returns else _shape(text, delimiter, np.flatnonzero(data == QUOTE))
    return _shape(_plain_line_ends(text) if has_bare_returns else text, delimiter, None)


def _plain_line_ends(text: bytes) -> bytes:
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _shape(text: bytes, delimiter: str, quotes: Positions | None) -> Shape | None:
    data = np.frombuffer(text, dtype=np.uint8)
    feeds = np.flatnonzero(data == LINE_FEED)
    ends = _outside(feeds, quotes)
    used = int(ends[-1]) + 1 if len(ends) else 0
    if quotes is not None:
        quotes = quotes[: np.searchsorted(quotes, used)]
        if not _stand_at_borders(data, quotes, ord(delimiter)):
            return None
    starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
    if len(ends) and int((ends - starts).max()) >= csv.field_size_limit():
        return None
    is_blank = (ends == starts) | ((ends == starts + 1) & (data[starts] == RETURN))
    delimiters = _outside(np.flatnonzero(data[:used] == ord(delimiter)), quotes)
    widths = np.diff(np.searchsorted(delimiters, ends), prepend=0) + 1
    filled = ~is_blank
    lines = int(np.searchsorted(feeds, used))
    return Shape(text[:used], starts[filled], ends[filled], widths[filled], quotes is not None, lines, len(text) - used)


def _outside(positions: Positions, quotes: Positions | None) -> Positions:
    """Those that an even number of quotes precedes."""
    if quotes is None or not len(positions):
        return positions
    return positions[np.searchsorted(quotes, positions) % 2 == 0]


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
