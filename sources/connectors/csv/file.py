"""CSV in any notation: delimiter, encoding and quotes as declared; columns by name, never by position.

Stretches whose shape is proven are read by Polars, all others by Python's strict reader, row by row: both give the
same rows. A last row that breaks off is lost alone; what is no CSV is refused with its line.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from sources.batches.ahead import ahead
from sources.batches.protocol import POSITION, Batch, Fault, Refused, refuse_missing, text_rows, wanted_columns
from sources.connectors.csv.other_width import other_width
from sources.connectors.csv.shape import Shape, shape_of
from sources.connectors.csv.text import LONGEST_LINE, Unread
from sources.connectors.csv.text_blocks import text_blocks
from sources.town.source import Source


def read_csv(path: Path, source: Source) -> Iterator[Batch]:
    """Batches of a CSV file's wanted columns, all text; read ahead of their admission.

    Lines above ``header_row`` are no rows. Where town.toml gives ``header``, it is the first line of data.

    Raises:
        Refused: empty file, wrong or mixed encoding, broken quotes, or a mapped column missing.
    """
    return ahead(_batches(path, source))


def _batches(path: Path, source: Source) -> Iterator[Batch]:
    text = Unread(path, text_blocks(path, source))
    text.skip_lines(source.header_row - 1)
    first = next(text.records(source.delimiter, sys.maxsize), None)
    table = _Table(path, source, first)
    if source.header:
        yield table.strict([first], text)
    else:
        yield table.named()
    while held := text.more():
        whole = held + b"\n" if text.breaks_off else held
        shape = shape_of(whole, source.delimiter)
        if shape is not None and shape.left < len(whole):
            text.skip(len(whole) - shape.left, shape.lines)
            yield table.proven(shape, text)
        elif shape is None or text.has_ended or len(held) > LONGEST_LINE:
            yield table.strict(list(text.records(source.delimiter, len(held))), text)


def nothing_at(path: Path, header_row: int, *, has_names: bool) -> Refused:
    """Why a file has no header, or no first row where its names are declared."""
    if header_row > 1:
        said = f"line {header_row} is empty or not there; correct header_row or the export."
    else:
        said = f"the file is empty{'' if has_names else ', not even a header'}; have the export run again."
    return Refused("empty_file", f"{path.name}: {said}")


def _one_column(source: Source) -> str:
    asked = f"delimiter = {source.delimiter!r} and header_row = {source.header_row} are right"
    return f"the header names one column only, see whether {asked}"


class _Table:
    """Rows in the order of the file, numbered; those of another width than the header's are faults."""

    def __init__(self, path: Path, source: Source, first: Sequence[str] | None) -> None:
        names = [unicodedata.normalize("NFC", name.strip()) for name in first or ()]
        if not any(names):
            raise nothing_at(path, source.header_row, has_names=bool(source.header))
        if names == list(source.header):
            said = f"{path.name}: its first row holds the names; drop 'header' of [[source]] '{source.name}'."
            raise Refused("header_twice", said)
        header = list(source.header) or names
        self._names = tuple(header)
        self._wanted = wanted_columns(source)
        names_one = not source.header and sum(map(bool, names)) == 1
        below = f"see whether header_row = {source.header_row} is right" if source.header_row > 1 else ""
        refuse_missing(path, header, self._wanted, _one_column(source) if names_one else "", below)
        self._columns = [header.index(name) for name in self._wanted]
        self._width = len(header)
        self._delimiter = source.delimiter
        self._rows = 0

    def named(self) -> Batch:
        """No row yet, only the names of all columns."""
        return Batch(text_rows((), dict.fromkeys(self._wanted, ())), columns=self._names)

    def proven(self, shape: Shape, text: Unread) -> Batch:
        """Rows whose shape is proven."""
        fits = shape.widths == self._width
        faults = [
            self._fault(row, int(shape.widths[row]), len(fits), text, ends_empty=shape.ends_with(row, self._delimiter))
            for row in np.flatnonzero(~fits).tolist()
        ]
        frame = self._read(shape, fits) if fits.any() else pl.DataFrame(schema=dict.fromkeys(self._wanted, pl.String))
        positions = pl.Series(POSITION, np.flatnonzero(fits) + self._rows + 1, dtype=pl.Int64)
        self._rows += len(fits)
        return Batch(frame.insert_column(0, positions), tuple(faults))

    def strict(self, rows: Sequence[Sequence[str] | None], text: Unread) -> Batch:
        """Rows of the strict reader; None is the last one, broken off within quotes."""
        faults: list[Fault] = []
        kept: list[tuple[int, Sequence[str]]] = []
        for number, row in enumerate(rows):
            if row is not None and len(row) == self._width:
                kept.append((self._rows + number + 1, row))
            else:
                width, ends_empty = (None, False) if row is None else (len(row), row[-1:] == [""])
                faults.append(self._fault(number, width, len(rows), text, ends_empty=ends_empty))
        self._rows += len(rows)
        places = zip(self._wanted, self._columns, strict=True)
        columns = {name: [row[column] for _, row in kept] for name, column in places}
        return Batch(text_rows([position for position, _ in kept], columns), tuple(faults))

    def _read(self, shape: Shape, fits: np.typing.NDArray[np.bool_]) -> pl.DataFrame:
        names = [f"{column}" for column in range(self._width)]
        read = pl.read_csv(
            shape.only(fits),
            has_header=False,
            schema=dict.fromkeys(names, pl.String),
            columns=sorted(set(self._columns)),
            separator=self._delimiter,
            quote_char='"' if shape.has_quotes else None,
            empty_string_is_null=False,
        )
        chosen = zip(self._columns, self._wanted, strict=True)
        return read.select(pl.col(names[column]).alias(name) for column, name in chosen)

    def _fault(self, row: int, found: int | None, rows: int, text: Unread, *, ends_empty: bool) -> Fault:
        """Why a row of another width is none; only the last of a file that ends amidst a line was cut."""
        position = self._rows + row + 1
        if found is None:
            return Fault(position, "cut_line", "the last line breaks off within quotes")
        if found < self._width and row == rows - 1 and text.breaks_off and text.is_read:
            return Fault(position, "cut_line", f"the last line breaks off after {found} of {self._width} columns")
        why = other_width(found, self._names, ends_empty=ends_empty)
        return Fault(position, "wrong_column_count", f"{found} columns where the header has {self._width}: {why}")
