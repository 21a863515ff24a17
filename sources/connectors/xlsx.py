"""XLSX: cells as they are typed, columns by name. Formulas are read as last calculated; macros and links never run.

A workbook is judged before it is opened: what an attacker packs small must not unpack large.
"""

from __future__ import annotations

import logging
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

import fastexcel
import polars as pl

from sources.batches.archive import Unpackable, opened, real_content, refuse_bomb
from sources.batches.file_format import Beginning, Format, Header, Likeness
from sources.batches.protocol import BATCH_ROWS, Batch, Refused, numbered, refuse_missing, text_rows, wanted_columns
from sources.connectors.csv.titles import titles_told
from sources.connectors.sheet_cells import is_mixed, readable, to_the_cent
from sources.town.source import Source

# It would tell of each column without any value, which is nobody's mistake.
logging.getLogger("fastexcel").setLevel(logging.ERROR)

MOST_BYTES: Final = 200 << 20
# An OpenDocument spreadsheet says in its first bytes what it is, and has a format of its own.
ODS_MARK: Final = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PART: Final = "EncryptedPackage".encode("utf-16-le")
MOST_CELLS: Final = 16_000_000
# A cell that holds something, by its column's letters and its row.
CELL: Final = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})(\d{1,7})["'][^>]*(?<!/)>""")
LONGEST_TAG: Final = 200
# Within so many rows the header of a sheet nobody described is looked for: the first that is nearly as wide as any.
HEAD_ROWS: Final = 50
NEARLY: Final = 0.8
OLE_HEAD: Final = 1 << 20


def read_xlsx(path: Path, source: Source) -> Iterator[Batch]:
    """Batches of a sheet's wanted columns, typed as the cells are; a column of texts and numbers is text.

    Rows without any value are no rows. Where town.toml gives ``header``, ``header_row`` is the first row of data.

    Raises:
        Refused: no workbook, encrypted, too large, no such sheet, no header, or a mapped column missing.
    """
    yield from rows_of_sheet(path, source, path, _no_workbook(path), _judged(path))


def rows_of_sheet(
    path: Path, source: Source, content: Path | bytes, broken: Refused, warnings: tuple[str, ...] = ()
) -> Iterator[Batch]:
    """Batches of a sheet's wanted columns, of a workbook that was judged; ``broken`` is raised where it is none."""
    with _workbook(content, broken) as workbook:
        header, rows = _rows(path, source, workbook, _sheet(path, source, workbook.sheet_names))
        warnings += _unread(path, source, workbook)
    rows, roundings = to_the_cent(path, source, rows)
    yield Batch(rows.clear(), warnings=(*warnings, *roundings), columns=header)
    for start in range(0, rows.height, BATCH_ROWS):
        yield Batch(rows.slice(start, BATCH_ROWS))


def _likeness(beginning: Beginning) -> Likeness:
    if ODS_MARK in beginning.head:
        return Likeness.NONE
    is_workbook = beginning.head.startswith((b"PK", OLE)) or bool(beginning.endings & {".xlsx", ".xlsm"})
    return Likeness.OWN_MARK if is_workbook else Likeness.NONE


def _header(path: Path, declared: Mapping[str, Any]) -> Header:
    """The declared header row, else the first row of the largest sheet that is about as wide as the table below it."""
    _judged(path)
    return header_of_sheet(path, declared, path, _no_workbook(path))


def header_of_sheet(path: Path, declared: Mapping[str, Any], content: Path | bytes, broken: Refused) -> Header:
    """The columns of a workbook that was judged; ``broken`` is raised where it is none."""
    with _workbook(content, broken) as workbook:
        sheet = _declared_or_largest(path, workbook, declared.get("sheet"))
        deep = max(HEAD_ROWS, declared.get("header_row", 1))
        head = _head(workbook, sheet, deep).to_polars()
    rows = [[_name(cell) for cell in row] for row in head.rows()]
    widths = [sum(map(bool, row)) for row in rows]
    if not any(widths):
        raise Refused("empty_file", f"{path.name}: sheet '{sheet}' is empty; choose another workbook.")
    number = declared.get("header_row") or 1 + next(
        n for n, width in enumerate(widths) if width >= NEARLY * max(widths)
    )
    if number > len(rows):
        raise _no_such_row(path, sheet, number)
    options = {"sheet": sheet} if len(workbook.sheet_names) > 1 else {}
    # Where town.toml gives the names, the row holds data, which must never be shown as names.
    names = list(declared.get("header", ())[: len(rows[0])]) or rows[number - 1]
    below = {"header_row": number} if number > 1 else {}
    notes = (titles_told(number),) if below and "header_row" not in declared else ()
    return Header(names, options | below, notes=notes)


@contextmanager
def _workbook(content: Path | bytes, broken: Refused) -> Generator[fastexcel.ExcelReader]:
    try:
        workbook = fastexcel.read_excel(content)
        if not workbook.sheet_names:
            raise broken
        yield workbook
    except fastexcel.FastExcelError as error:
        raise broken from error


def _declared_or_largest(path: Path, workbook: fastexcel.ExcelReader, declared: str | None) -> str:
    names = workbook.sheet_names
    if declared is not None and declared not in names:
        listed = ", ".join(f"'{name}'" for name in names)
        raise Refused("sheet_missing", f"{path.name}: no sheet '{declared}', but {listed}; correct sheet in town.toml.")

    def extent(name: str) -> tuple[bool, int]:
        sheet = _head(workbook, name, HEAD_ROWS)
        return sheet.width > 1, sheet.total_height

    return declared or max(names, key=extent)


def _head(workbook: fastexcel.ExcelReader, sheet: str, rows: int) -> fastexcel.ExcelSheet:
    """The first rows of a sheet as text, an empty one too."""
    return workbook.load_sheet(sheet, header_row=None, skip_rows=0, n_rows=rows, dtypes="string")


def _titles(head: fastexcel.ExcelSheet, row: int) -> list[str] | None:
    """The names of all columns, None where the sheet has no such row."""
    return [_name(title) for title in head.to_polars().row(-1)] if head.height == row else None


def _no_such_row(path: Path, sheet: str, number: int) -> Refused:
    return Refused("empty_file", f"{path.name}: sheet '{sheet}' has no row {number}; correct header_row or the export.")


def _no_workbook(path: Path) -> Refused:
    sentence = f"{path.name}: no complete Excel workbook; save it anew as .xlsx, without a password."
    return Refused("unreadable_xlsx", sentence)


def _judged(path: Path) -> tuple[str, ...]:
    """What is to be known about a workbook before it is opened."""
    with path.open("rb") as raw:
        head = raw.read(OLE_HEAD)
    if head.startswith(OLE):
        _refuse_ole(path, head)
    try:
        with opened(path) as packed:
            refuse_bomb(packed.infolist(), path.stat().st_size)
            _refuse_vast_sheets(path, real_content(packed, MOST_BYTES))
            return tuple(_oddities(path, packed.namelist()))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise _no_workbook(path) from error
    except Unpackable as error:
        raise Refused(error.reason_code, f"{path.name}: {error.sentence}") from error


def _refuse_vast_sheets(path: Path, content: Iterator[bytes]) -> None:
    """A sheet takes memory for its whole rectangle: one cell in its far corner would take all there is."""
    size, width, height = 0, 0, 0
    rest = b""
    for data in content:
        size += len(data)
        cells = CELL.findall(rest + data)
        width = max((width, *map(_place, {letters for letters, _ in cells})))
        height = max((height, *map(int, {row for _, row in cells})))
        rest = data[-LONGEST_TAG:]
    refuse_vast(path, size, width, height)


def refuse_vast(path: Path, size: int, width: int, height: int) -> None:
    """Refuse a workbook that would not fit into memory: by its unpacked bytes, or by how far a sheet reaches.

    Raises:
        Refused: it is too large.
    """
    if size > MOST_BYTES:
        raise Refused(
            "workbook_too_large",
            f"{path.name}: unpacks to more than {MOST_BYTES >> 20} MB; deliver it as CSV, which has no limit.",
        )
    if width * height > MOST_CELLS:
        raise Refused(
            "workbook_too_large",
            f"{path.name}: a sheet reaches to row {height:,} and column {width:,}; delete what stands far outside of "
            "the table, or deliver it as CSV, which has no limit.",
        )


def _place(letters: bytes) -> int:
    """The number of a column from its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _refuse_ole(path: Path, head: bytes) -> None:
    if ENCRYPTED_PART in head:
        raise Refused("encrypted_file", f"{path.name}: the workbook is encrypted; have it saved without a password.")
    raise Refused("unreadable_xlsx", f"{path.name}: a workbook of Excel 97 or no workbook; save it anew as .xlsx.")


def _oddities(path: Path, names: list[str]) -> Iterator[str]:
    if any(name.endswith("vbaProject.bin") for name in names):
        yield f"{path.name}: holds macros, which are never run."
    if any("externalLinks/" in name for name in names):
        yield f"{path.name}: holds cells from other workbooks, which are read as last saved."


def _sheet(path: Path, source: Source, names: list[str]) -> str:
    if source.sheet is None or source.sheet in names:
        return source.sheet or names[0]
    # Not their names: a sheet may be called after somebody, and this sentence is kept.
    raise Refused(
        "sheet_missing",
        f"{path.name}: no sheet '{source.sheet}' among its {len(names)}; `papierwende sources test` lists them, "
        "correct sheet in town.toml.",
    )


def _unread(path: Path, source: Source, workbook: fastexcel.ExcelReader) -> tuple[str, ...]:
    """What is said of sheets that look like the one that is read, where nobody said which one it is."""
    if source.sheet is not None or source.header:
        return ()

    def holds_all(sheet: str) -> bool:
        titles = _titles(_head(workbook, sheet, source.header_row), source.header_row)
        return set(wanted_columns(source)) <= set(titles or ())

    others = sum(map(holds_all, workbook.sheet_names[1:]))
    if not others:
        return ()
    said = "1 other sheet has" if others == 1 else f"{others} other sheets have"
    return (
        f"{path.name}: {said} the mapped columns too and is not read; name the one that counts by sheet in town.toml, "
        "or deliver a file for each.",
    )


def _rows(
    path: Path, source: Source, workbook: fastexcel.ExcelReader, sheet: str
) -> tuple[tuple[str, ...], pl.DataFrame]:
    """The names of all columns, none where town.toml gives them, and the rows of the wanted ones."""
    above = source.header_row - 1 if source.header else source.header_row
    head = _head(workbook, sheet, source.header_row)
    titles = _titles(head, source.header_row)
    if titles is None:
        raise _no_such_row(path, sheet, source.header_row)
    header = list(source.header[: len(titles)]) or titles
    wanted = wanted_columns(source)
    refuse_missing(path, header, wanted)
    names = () if source.header else tuple(name for name in header if name)
    if head.total_height == above:
        return names, text_rows((), dict.fromkeys(wanted, ()))

    def cells(dtype: Literal["boolean"] | None = None, only: list[int] | None = None) -> pl.DataFrame:
        return workbook.load_sheet(
            sheet,
            header_row=None,
            skip_rows=above,
            schema_sample_rows=None,
            whitespace_as_null=True,
            dtypes=dtype,
            use_columns=only,
        ).to_polars()

    everything = cells()
    columns: list[pl.Series] = []
    for name in wanted:
        place = header.index(name)
        column = everything.to_series(place)
        # Read as truths, numbers are true or false and texts are nothing: so the two are told apart.
        numbers = cells("boolean", [place]).to_series() if is_mixed(column) else None
        columns.append(readable(path, column, numbers, source, name).alias(name))
    rows = pl.DataFrame(columns).filter(~everything.select(pl.all_horizontal(pl.all().is_null())).to_series())
    return names, numbered(rows, 0)


def _name(title: object) -> str:
    """A header cell as one line; a spreadsheet breaks lines in it for show."""
    return " ".join(unicodedata.normalize("NFC", str(title or "")).split())


FORMAT = Format("XLSX", read_xlsx, _header, _likeness, seeks=True)
