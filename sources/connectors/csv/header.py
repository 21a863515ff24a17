"""The columns of a CSV nobody described: its encoding, its delimiter, the line its header stands in."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sources.batches.archive import open_packed
from sources.batches.file_format import Beginning, Header, Likeness
from sources.batches.protocol import Refused
from sources.connectors.csv.file import nothing_at
from sources.connectors.csv.single_byte import single_byte_encoding
from sources.connectors.csv.text_blocks import UTF_16, codec_of
from sources.connectors.csv.titles import CsvRow, below_another_width, data_in, is_header, titles, titles_told

DELIMITERS: Final = (";", ",", "\t", "|")
LINES: Final = 50
HEAD_BYTES: Final = 1 << 18
DECODED_BYTES: Final = 1 << 26
HALF: Final = 0.5


def likeness(beginning: Beginning) -> Likeness:
    """Any text may be a CSV; in one no byte is zero, but where each sign takes two."""
    is_text = b"\0" not in beginning.head or beginning.head.startswith(UTF_16)
    return Likeness.ANY_TEXT if is_text else Likeness.NONE


def read_header(path: Path, declared: Mapping[str, Any]) -> Header:
    """The cells of the first line below any titles; ``column_1`` and so on where they look like data.

    Raises:
        Refused: nothing stands where the header should, or no row can be read.
    """
    encoding = declared.get("encoding") or encoding_of(path)
    first = declared.get("header_row", 1)
    text = _first_lines(path, encoding, first)
    delimiter = declared.get("delimiter") or _delimiter(text)
    rows, error = _top(text, delimiter)
    # Where rows were read, the reader says in which line the quote stands, or loses a cut last row alone.
    if error is not None and not rows:
        raise Refused("unreadable_csv", f"{path.name}: {error}; check quotes and delimiter.") from error
    if not rows:
        raise nothing_at(path, first, has_names="header" in declared)
    if "header" in declared:
        return Header(declared["header"])
    names, more, notes = _names(rows, is_declared="header_row" in declared)
    return Header(names, {"encoding": encoding, "delimiter": delimiter, **more}, notes=notes)


def _names(rows: list[CsvRow], *, is_declared: bool) -> tuple[list[str], dict[str, Any], tuple[str, ...]]:
    """The names; the line they stand in when that is not the first, and that they are none; oddities of both."""
    above = 0 if is_declared else titles(rows)
    line = rows[above].line
    more: dict[str, Any] = {"header_row": line} if above else {}
    notes = [titles_told(line)] if above else []
    names = [unicodedata.normalize("NFC", cell.strip()) for cell in rows[above].cells]
    are_data = data_in(rows, above) >= max(1, len(names) // 4)
    # What may be values is never shown as names: numbered columns serve as well.
    if are_data or (above and not is_header(rows, above)):
        names = [f"column_{number}" for number in range(1, len(names) + 1)]
        more["header"] = names
    elif below := below_another_width(rows, above, names):
        names, sentence = below
        more |= {"header": names, "header_row": rows[above + 1].line}
        notes.append(sentence)
    return names, more, tuple(notes)


def _first_lines(path: Path, encoding: str, first: int) -> str:
    with open_packed(path) as raw:
        head = raw.read(HEAD_BYTES)
    codec = codec_of(path, encoding, head)
    lines = list(io.StringIO(codecs.getincrementaldecoder(codec)("replace").decode(head), newline=""))
    # The head may end within a line.
    whole = lines[:-1] if len(head) == HEAD_BYTES and len(lines) > 1 else lines
    return "".join(whole[first - 1 :])


def _parsed(text: str, delimiter: str) -> Iterator[CsvRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    for cells in reader:
        if cells:
            yield CsvRow(line, cells)
        line = reader.line_num + 1


def _top(text: str, delimiter: str) -> tuple[list[CsvRow], csv.Error | None]:
    """The first rows, down to where the text is no CSV, and why it is none."""
    rows: list[CsvRow] = []
    try:
        for row in islice(_parsed(text, delimiter), LINES):
            rows.append(row)
    except csv.Error as error:
        return rows, error
    return rows, None


def _delimiter(text: str) -> str:
    """The sign that parts most lines into as many columns as the first, at least two, or as the first below titles."""
    # The rows before a broken quote show as much as any.
    rows = {sign: _top(text, sign)[0] for sign in DELIMITERS}
    best = max(DELIMITERS, key=lambda sign: _evenness(rows[sign]))
    if _evenness(rows[best])[0] > HALF:
        return best
    return max(DELIMITERS, key=lambda sign: _evenness(rows[sign][titles(rows[sign]) :]))


def _evenness(rows: list[CsvRow]) -> tuple[float, int]:
    """The share of rows that are as wide as the first, and its width; nothing where that is one column.

    Rows that all end in a delimiter more or less than their header are even too.
    """
    width = len(rows[0].cells) if rows else 0
    if width <= 1:
        return 0.0, 0
    even = sum(len(row.cells) == width or _ends_otherwise(rows[0], row) for row in rows)
    return even / len(rows), width


def _ends_otherwise(header: CsvRow, row: CsvRow) -> bool:
    """Whether a row is as wide as the header but for one delimiter at the end of one of them."""
    longer, shorter = (row, header) if len(row.cells) > len(header.cells) else (header, row)
    return len(longer.cells) == len(shorter.cells) + 1 and not longer.cells[-1].strip()


def encoding_of(path: Path) -> str:
    """UTF-8 when all of the first 64 MB is, UTF-16 with its mark, else what Windows or, before it, DOS writes."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    read = 0
    with open_packed(path) as raw:
        while read < DECODED_BYTES and (chunk := raw.read(1 << 20)):
            if not read and chunk.startswith(UTF_16):
                return "utf-16"
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return single_byte_encoding(chunk)
            read += len(chunk)
    return "utf-8"
