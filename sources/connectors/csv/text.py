"""What of a CSV file is not yet read as records: it grows by blocks, shrinks by records, and hands out single lines."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from sources.batches.protocol import Refused
from sources.connectors.csv.text_blocks import BLOCK_BYTES

LONGEST_LINE = 8 * BLOCK_BYTES
OPEN_AT_THE_END = "unexpected end of data"


class Unread:
    """The text of a file from where the next record begins.

    Attributes:
        has_ended: no block follows; what is held here is all there is.
    """

    def __init__(self, path: Path, blocks: Iterator[bytes]) -> None:
        """Nothing is read yet."""
        self.has_ended = False
        self._path = path
        self._blocks = (block for block in blocks if block)
        self._ends_whole = True
        self._held = b""
        self._at = 0
        self._read = 0
        self._lines = 0

    @property
    def breaks_off(self) -> bool:
        """Whether the file has ended without a line end."""
        return self.has_ended and not self._ends_whole

    @property
    def is_read(self) -> bool:
        """Whether nothing is left of the file."""
        return self.has_ended and self._at == len(self._held)

    def more(self) -> bytes:
        """All that is held, and a block more."""
        block = next(self._blocks, None)
        self._held = self._held[self._at :] + (block or b"")
        self._at = 0
        if block is None:
            self.has_ended = True
        else:
            self._ends_whole = block.endswith((b"\n", b"\r"))
        return self._held

    def skip(self, count: int, lines: int) -> None:
        """Leave out what was read as records otherwise, and how many lines that was."""
        count = min(count, len(self._held) - self._at)
        self._lines += lines
        self._at += count
        self._read += count

    def skip_lines(self, count: int) -> None:
        """Leave out whole lines, whatever stands in them: titles need not keep to the rules of the table below."""
        for _ in islice(self._next_lines(), count):
            pass

    def records(self, delimiter: str, count: int) -> Iterator[list[str] | None]:
        """The rows that begin in the next ``count`` bytes, as Python's strict reader sees them.

        Blank lines are no rows. None is a last row that breaks off within quotes, in the file's last line.

        Raises:
            Refused: what is no CSV, with its line.
        """
        goal = self._read + count
        reader = csv.reader(self._next_lines(), delimiter=delimiter, strict=True)
        while self._read < goal:
            begun = self._lines
            try:
                row = next(reader, None)
            except csv.Error as error:
                if str(error) == OPEN_AT_THE_END and self.breaks_off and self._lines == begun + 1:
                    yield None
                    return
                raise Refused(
                    "unreadable_csv", f"{self._path.name} line {self._lines}: {error}; check quotes and delimiter."
                ) from error
            if row is None:
                return
            if row:
                yield row

    def _next_lines(self) -> Iterator[str]:
        while True:
            end = self._line_end()
            while end is None:
                self.more()
                end = self._line_end()
            if end == self._at:
                return
            line = self._held[self._at : end]
            self._read += end - self._at
            self._at = end
            self._lines += 1
            yield line.decode()

    def _line_end(self) -> int | None:
        """Where the line's end is over, of whichever kind; None while it is not to be seen yet."""
        feed = self._held.find(b"\n", self._at)
        back = self._held.find(b"\r", self._at, feed if feed >= 0 else len(self._held))
        if back >= 0 and (back + 1 < len(self._held) or self.has_ended):
            return back + 1 + (feed == back + 1)
        if feed >= 0:
            return feed + 1
        if self.has_ended or len(self._held) - self._at > LONGEST_LINE:
            return len(self._held)
        return None
