"""Which columns the beginning of a file has, per format, and what the format leaves open: delimiter, sheet, case.

Each reader fills ``options``, keys of ``[[source]]`` that are not known yet, and returns all names in their order.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final, cast
from xml.parsers import expat

import fastexcel
import polars as pl
from polars.exceptions import PolarsError

from sources.batches.archive import on_disk, opened, refuse_bomb
from sources.batches.protocol import Refused, open_bytes
from sources.batches.xml_stream import UNPARSED, local_name, not_parsed, without_prefixes
from sources.connectors.csv.file import nothing_at
from sources.connectors.ocel.parts import read_log
from sources.proposal.titles import DATUM, MOSTLY, Row, is_header, titles

SAMPLE_ROWS: Final = 2_000
DELIMITERS: Final = (";", ",", "\t", "|")
_LINES: Final = 50
_HEAD_BYTES: Final = 1 << 18
_DECODED_BYTES: Final = 1 << 26
_CHUNK_BYTES: Final = 1 << 16
_HALF: Final = 0.5

Names = list[str]
Reader = Callable[[Path, dict[str, Any]], Names]


def csv_names(path: Path, options: dict[str, Any]) -> Names:
    """The cells of the first line below any titles; ``column_1`` and so on where they look like data."""
    options.setdefault("encoding", _encoding(path))
    with open_bytes(path) as raw:
        head = raw.read(_HEAD_BYTES)
    encoding = "utf-8-sig" if codecs.lookup(options["encoding"]).name == "utf-8" else options["encoding"]
    lines = list(io.StringIO(codecs.getincrementaldecoder(encoding)("replace").decode(head), newline=""))
    # The head may end within a line.
    whole = lines[:-1] if len(head) == _HEAD_BYTES and len(lines) > 1 else lines
    declared = options.get("header_row")
    text = "".join(whole[(declared or 1) - 1 :])
    options.setdefault("delimiter", _delimiter(text))
    rows, error = _top(text, options["delimiter"])
    # Where rows were read, the connector says in which line the quote stands, or loses a cut last row alone.
    if error is not None and not rows:
        raise Refused("unreadable_csv", f"{path.name}: {error}; check quotes and delimiter.") from error
    given = options.get("header")
    if not rows:
        raise nothing_at(path, declared or 1, has_names=bool(given))
    if given:
        return list(given)
    above = 0 if declared else titles(rows)
    if above:
        options["header_row"] = rows[above].line
    names = [unicodedata.normalize("NFC", cell.strip()) for cell in rows[above].cells]
    are_data = sum(DATUM.search(name) is not None for name in names) >= max(1, len(names) // 4)
    # What may be values is never told as names: numbered columns serve as well.
    if are_data or (above and not is_header(rows, above)):
        names = [f"column_{number}" for number in range(1, len(names) + 1)]
        options["header"] = names
    return names


def _parsed(text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    for cells in reader:
        if cells:
            yield Row(line, cells)
        line = reader.line_num + 1


def _top(text: str, delimiter: str) -> tuple[list[Row], csv.Error | None]:
    """The first rows, down to where the text is no CSV, and why it is none."""
    rows: list[Row] = []
    try:
        for row in islice(_parsed(text, delimiter), _LINES):
            rows.append(row)
    except csv.Error as error:
        return rows, error
    return rows, None


def _delimiter(text: str) -> str:
    """The sign that parts most lines into as many columns as the first, at least two, or as the first below titles."""
    # The rows before a broken quote tell as much as any.
    rows = {sign: _top(text, sign)[0] for sign in DELIMITERS}
    best = max(DELIMITERS, key=lambda sign: _evenness(rows[sign]))
    if _evenness(rows[best])[0] > _HALF:
        return best
    return max(DELIMITERS, key=lambda sign: _evenness(rows[sign][titles(rows[sign]) :]))


def _evenness(rows: list[Row]) -> tuple[float, int]:
    """The share of rows that are as wide as the first, and its width; nothing where that is one column."""
    width = len(rows[0].cells) if rows else 0
    return (sum(len(row.cells) == width for row in rows) / len(rows), width) if width > 1 else (0.0, 0)


def _encoding(path: Path) -> str:
    """UTF-8 when all of the first 64 MB is, UTF-16 with its mark, else what Windows writes."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    read = 0
    with open_bytes(path) as raw:
        while read < _DECODED_BYTES and (chunk := raw.read(1 << 20)):
            if not read and chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                return "utf-16"
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return "windows-1252"
            read += len(chunk)
    return "utf-8"


def xlsx_names(path: Path, options: dict[str, Any]) -> Names:
    """The declared header row, else the first row of the largest sheet that is about as wide as the table below it."""
    try:
        sheet, rows = _top_rows(path, options)
    except (fastexcel.FastExcelError, zipfile.BadZipFile, OSError) as error:
        raise Refused("unreadable_xlsx", _no_workbook(path)) from error
    widths = [sum(map(bool, row)) for row in rows]
    if not any(widths):
        raise Refused("empty_file", f"{path.name}: sheet '{sheet}' is empty; choose another workbook.")
    number = next(n for n, width in enumerate(widths, start=1) if width >= MOSTLY * max(widths))
    number = int(options.get("header_row") or number)
    if number > len(rows):
        sentence = f"{path.name}: sheet '{sheet}' has no row {number}; correct header_row or the export."
        raise Refused("empty_file", sentence)
    if number > 1:
        options["header_row"] = number
    # Where town.toml gives the names, the row holds data, which must never be told as names.
    return list(options.get("header", ())[: len(rows[0])]) or rows[number - 1]


def _top_rows(path: Path, options: dict[str, Any]) -> tuple[str, list[Names]]:
    """The declared or the largest sheet, and its rows down to where a header may stand."""
    with on_disk(path) as whole:
        with opened(whole) as packed:
            refuse_bomb(packed.infolist(), whole.stat().st_size)
        workbook = fastexcel.read_excel(whole)
        sheet = _sheet(path, workbook, options.get("sheet"))
        deep = max(_LINES, int(options.get("header_row") or 1))
        head = workbook.load_sheet(sheet, header_row=None, skip_rows=0, n_rows=deep, dtypes="string").to_polars()
    if len(workbook.sheet_names) > 1:
        options.setdefault("sheet", sheet)
    rows = [[" ".join(unicodedata.normalize("NFC", str(cell or "")).split()) for cell in row] for row in head.rows()]
    return sheet, rows


def _sheet(path: Path, workbook: fastexcel.ExcelReader, declared: str | None) -> str:
    names = workbook.sheet_names
    if not names:
        raise Refused("unreadable_xlsx", _no_workbook(path))
    if declared is not None and declared not in names:
        listed = ", ".join(f"'{name}'" for name in names)
        sentence = f"{path.name}: no sheet '{declared}', but {listed}; correct sheet in town.toml."
        raise Refused("sheet_missing", sentence)
    return declared or max(names, key=lambda name: _extent(workbook, name))


def _no_workbook(path: Path) -> str:
    return f"{path.name}: no complete Excel workbook; save it anew as .xlsx, without a password."


def _extent(workbook: fastexcel.ExcelReader, name: str) -> tuple[bool, int]:
    """Whether a sheet has several columns, and how many rows."""
    sheet = workbook.load_sheet(name, header_row=None, skip_rows=0, n_rows=_LINES, dtypes="string")
    return sheet.width > 1, sheet.total_height


def jsonl_names(path: Path, options: dict[str, Any]) -> Names:
    """The keys of the first objects; nested ones by dotted names."""
    del options
    keys: dict[str, None] = {}
    with open_bytes(path) as raw:
        for line in islice(raw, SAMPLE_ROWS):
            try:
                keys.update(dict.fromkeys(_keys(json.loads(line))))
            # Too deep for Python is too deep for a record.
            except (ValueError, RecursionError):
                continue
    if not keys:
        sentence = f"{path.name}: no line is a JSON object; have the export write JSON Lines."
        raise Refused("unreadable_jsonl", sentence)
    return list(keys)


def _keys(record: object, before: str = "") -> Iterator[str]:
    if not isinstance(record, dict):
        return
    for key, value in cast("dict[str, object]", record).items():
        if isinstance(value, dict):
            yield from _keys(cast("object", value), f"{before}{key}.")
        elif not isinstance(value, list):
            yield before + key


def parquet_names(path: Path, options: dict[str, Any]) -> Names:
    """The columns of the schema."""
    del options
    try:
        with on_disk(path) as whole:
            return list(pl.read_parquet_schema(whole))
    except PolarsError as error:
        raise Refused("unreadable_parquet", f"{path.name}: no Parquet file; have the export run again.") from error


class _Enough(Exception):
    """As many events were seen as a sample needs."""


def xes_names(path: Path, options: dict[str, Any]) -> Names:
    """The attributes of the first events, and of their traces as ``case:…``."""
    del options
    seen: dict[str, None] = {}
    above: list[str] = []
    events = 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal events
        tag = local_name(name)
        key = without_prefixes(attributes).get("key")
        if key is not None and above and above[-1] in ("trace", "event"):
            seen[key if above[-1] == "event" else f"case:{key}"] = None
        events += tag == "event"
        if events > SAMPLE_ROWS:
            raise _Enough
        above.append(tag)

    parser = expat.ParserCreate()
    parser.StartElementHandler = opened
    parser.EndElementHandler = lambda _tag: above.pop()  # pyright: ignore[reportUnknownLambdaType]
    try:
        with open_bytes(path) as raw:
            while chunk := raw.read(_CHUNK_BYTES):
                parser.Parse(chunk, False)
    except _Enough:
        pass
    except UNPARSED as error:
        raise not_parsed(path, error) from error
    return list(seen)


def ocel_names(path: Path, options: dict[str, Any]) -> Names:
    """The columns of a log flattened to ``case_object``, or to the type most events are related to."""
    with on_disk(path) as whole:
        if "case_object" not in options:
            types = sorted(read_log(whole, "", set()).types)
            if not types:
                raise Refused("empty_file", f"{path.name}: the log holds no object type; have the export run again.")
            options["case_object"] = max(types, key=lambda kind: _related(whole, kind))
        return sorted(read_log(whole, options["case_object"], set()).names)


def ocel_types(path: Path) -> tuple[str, ...]:
    """The object types of a log, each of which could be the case."""
    with on_disk(path) as whole:
        return tuple(sorted(read_log(whole, "", set()).types))


def _related(path: Path, kind: str) -> tuple[int, int]:
    """How many events are related to objects of a type, and how few objects there are."""
    log = read_log(path, kind, set())
    return sum(any(number in log.cases for number in event.objects) for event in log.events), -len(log.cases)


NAMES_OF: Final[dict[str, Reader]] = {
    "csv": csv_names,
    "jsonl": jsonl_names,
    "ocel": ocel_names,
    "parquet": parquet_names,
    "xes": xes_names,
    "xlsx": xlsx_names,
}
