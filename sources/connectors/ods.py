"""ODS, the spreadsheets of LibreOffice: cells as they are typed, columns by name, read as those of XLSX are.

One short element may stand for a million cells, so a workbook is measured before it is opened; macros never run.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

from sources.batches.archive import Unpackable, opened, real_content, refuse_bomb
from sources.batches.file_format import Beginning, Format, Header, Likeness
from sources.batches.protocol import Batch, Refused
from sources.batches.xml_stream import UNPARSED, local_name, without_prefixes
from sources.connectors.xlsx import MOST_BYTES, ODS_MARK, header_of_sheet, refuse_vast, rows_of_sheet
from sources.town.source import Source

CONTENT: Final = "content.xml"
MANIFEST: Final = "META-INF/manifest.xml"
CELLS: Final = ("table-cell", "covered-table-cell")


def read_ods(path: Path, source: Source) -> Iterator[Batch]:
    """Batches of a sheet's wanted columns, as ``read_xlsx`` gives them.

    Raises:
        Refused: no workbook, encrypted, too large, no such sheet, no header, or a mapped column missing.
    """
    _judge(path)
    yield from rows_of_sheet(path, source, path.read_bytes(), _no_workbook(path))


def _header(path: Path, declared: Mapping[str, Any]) -> Header:
    _judge(path)
    return header_of_sheet(path, declared, path.read_bytes(), _no_workbook(path))


def _likeness(beginning: Beginning) -> Likeness:
    is_workbook = ODS_MARK in beginning.head or ".ods" in beginning.endings
    return Likeness.OWN_MARK if is_workbook else Likeness.NONE


def _no_workbook(path: Path) -> Refused:
    sentence = f"{path.name}: no complete ODS workbook; save it anew as .ods or .xlsx, without a password."
    return Refused("unreadable_ods", sentence)


def _judge(path: Path) -> None:
    """Refuse what is no workbook, what nobody here may read, and what would not fit into memory.

    Raises:
        Refused: it is one of these.
    """
    try:
        with opened(path) as packed:
            refuse_bomb(packed.infolist(), path.stat().st_size)
            size = sum(map(len, real_content(packed, MOST_BYTES)))
            refuse_vast(path, size, 0, 0)
            if MANIFEST in packed.namelist() and b"encryption-data" in packed.read(MANIFEST):
                sentence = f"{path.name}: the workbook is encrypted; have it saved without a password."
                raise Refused("encrypted_file", sentence)
            extent = _Extent()
            extent.measure(packed.read(CONTENT))
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, EOFError, zlib.error, *UNPARSED) as error:
        raise _no_workbook(path) from error
    except Unpackable as error:
        raise Refused(error.reason_code, f"{path.name}: {error.sentence}") from error
    refuse_vast(path, size, extent.width, extent.height)


class _Extent:
    """How far the cells reach that hold something, repetitions counted.

    Attributes:
        width: the last column of any sheet that holds something.
        height: the same of its rows.
    """

    def __init__(self) -> None:
        self.width = self.height = 0
        self._row = self._column = self._repeated = 0
        self._is_filled = False

    def measure(self, content: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.Parse(content, True)

    def _open(self, tag: str, attributes: dict[str, str]) -> None:
        match local_name(tag):
            case "table":
                self._row = 0
            case "table-row":
                self._column, self._is_filled = 0, False
                self._repeated = int(without_prefixes(attributes).get("number-rows-repeated", 1))
            case name if name in CELLS:
                named = without_prefixes(attributes)
                self._column += int(named.get("number-columns-repeated", 1))
                if "value-type" in named:
                    self._is_filled = True
                    self.width = max(self.width, self._column)
            case _:
                pass

    def _close(self, tag: str) -> None:
        if local_name(tag) != "table-row":
            return
        self._row += self._repeated
        if self._is_filled:
            self.height = max(self.height, self._row)

    def _refuse_doctype(self, *_: object) -> None:
        raise ValueError("a workbook needs no DOCTYPE")


FORMAT = Format("ODS", read_ods, _header, _likeness, seeks=True)
