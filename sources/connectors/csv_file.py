"""CSV in any dress: delimiter, encoding and quotes as declared; columns by name, never by position."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import polars as pl

from sources.connectors.protocol import (
    BATCH_ROWS,
    POSITION,
    Batch,
    Fault,
    Refused,
    open_bytes,
    refuse_missing,
    wanted_columns,
)
from sources.mapping import Source


def read_csv(path: Path, source: Source) -> Iterator[Batch]:
    """Batches of a CSV file's wanted columns, all text.

    Raises:
        Refused: empty file, wrong or mixed encoding, or a mapped column missing.
    """
    encoding = _encoding(source)
    _refuse_mixed_encodings(path, encoding, source.encoding)
    with open_bytes(path) as raw:
        text = io.TextIOWrapper(raw, encoding=encoding, errors="strict", newline="")
        reader = csv.reader(text, delimiter=source.delimiter, strict=True)
        try:
            yield from _batches(path, source, reader)
        except UnicodeDecodeError as error:
            line = reader.line_num + 1
            raise Refused(
                "wrong_encoding",
                f"{path.name}: not {source.encoding} near line {line} (byte 0x{error.object[error.start]:02x}); "
                f"declare the file's encoding in [[source]] '{source.name}', such as windows-1252.",
            ) from error
        except csv.Error as error:
            raise Refused(
                "unreadable_csv", f"{path.name} line {reader.line_num}: {error}; check quotes and delimiter."
            ) from error


def _batches(path: Path, source: Source, reader: Iterator[list[str]]) -> Iterator[Batch]:
    filled = (row for row in reader if row)
    header = [unicodedata.normalize("NFC", name.strip()) for name in next(filled, [])]
    if not any(header):
        raise Refused("empty_file", f"{path.name}: the file is empty, not even a header; have the export run again.")
    wanted = wanted_columns(source)
    refuse_missing(path, header, wanted)
    ends_whole = _ends_with_newline(path)
    position = 0
    while rows := list(islice(filled, BATCH_ROWS)):
        yield _batch(rows, position, header, wanted, ends_whole)
        position += len(rows)


def _batch(rows: list[list[str]], before: int, header: list[str], wanted: list[str], ends_whole: bool) -> Batch:
    width = len(header)
    faults: list[Fault] = []
    positions = list(range(before + 1, before + len(rows) + 1))
    if any(len(row) != width for row in rows):
        kept: list[list[str]] = []
        kept_positions: list[int] = []
        for position, row in zip(positions, rows, strict=True):
            if len(row) == width:
                kept.append(row)
                kept_positions.append(position)
            else:
                cut = not ends_whole and len(rows) < BATCH_ROWS and position == before + len(positions)
                faults.append(_wrong_width(position, len(row), width, cut))
        rows, positions = kept, kept_positions
    columns = list(zip(*rows, strict=True)) if rows else [()] * width
    frame = pl.DataFrame(
        [pl.Series(POSITION, positions, dtype=pl.Int64)]
        + [pl.Series(name, columns[header.index(name)], dtype=pl.String) for name in wanted]
    )
    return Batch(frame, tuple(faults))


def _wrong_width(position: int, found: int, width: int, cut: bool) -> Fault:
    if cut and found < width:
        return Fault(position, "cut_line", f"the last line breaks off after {found} of {width} columns")
    return Fault(position, "wrong_column_count", f"{found} columns where the header has {width}")


def _encoding(source: Source) -> str:
    name = codecs.lookup(source.encoding).name
    return "utf-8-sig" if name == "utf-8" else name


def _ends_with_newline(path: Path) -> bool:
    if path.suffix == ".gz":
        return True
    with path.open("rb") as raw:
        raw.seek(0, io.SEEK_END)
        if raw.tell() == 0:
            return True
        raw.seek(-1, io.SEEK_END)
        return raw.read(1) in b"\r\n"


def _refuse_mixed_encodings(path: Path, encoding: str, declared: str) -> None:
    """A single-byte encoding accepts every byte, so UTF-8 or UTF-16 inside it would pass as rubbish."""
    if encoding.startswith("utf"):
        return
    with open_bytes(path) as raw:
        for number, line in enumerate(raw, start=1):
            if line.isascii():
                continue
            found = _other_encoding(line)
            if found is None:
                continue
            raise Refused(
                "mixed_encodings",
                f"{path.name} line {number}: this line is {found} although {declared} is declared; "
                f"have the export write one encoding, or declare {found.lower()} if all of it is.",
            )


def _other_encoding(line: bytes) -> str | None:
    if line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "UTF-16"
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "UTF-8"
