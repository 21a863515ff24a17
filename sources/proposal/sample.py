"""The beginning of an unknown file: its format, how it is written, its columns, and up to 2,000 rows.

Rows are read by the connectors, so that a sample is what a delivery would be.
"""

from __future__ import annotations

import codecs
import gzip
import zipfile
import zlib
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl
from polars.exceptions import PanicException

from sources.batches.archive import Unpackable, members
from sources.batches.protocol import POSITION, Refused, open_bytes
from sources.connectors.files import read_batches
from sources.proposal.headers import NAMES_OF, SAMPLE_ROWS, ocel_types
from sources.town.source import Source

_HEAD_BYTES: Final = 1 << 16
_OPTIONS: Final = ("delimiter", "encoding", "header", "sheet", "header_row", "case_object")


@dataclass(frozen=True)
class Sample:
    """What the beginning of a file shows.

    Attributes:
        options: keys of ``[[source]]`` that say how the file is written.
        columns: names that stand in the header once, in order.
        frame: up to 2,000 rows, as the connector gives them.
        twice: names that stand in the header more than once and cannot be mapped.
        case_objects: types of object that could be the case, where the format has several.
    """

    format: str
    options: dict[str, Any]
    columns: tuple[str, ...]
    frame: pl.DataFrame
    twice: tuple[str, ...] = ()
    case_objects: tuple[str, ...] = ()

    @property
    def has_header(self) -> bool:
        """Whether the names stand in the file; else they are ``column_1`` and so on."""
        return "header" not in self.options


def read_sample(path: Path, case_object: str | None = None) -> Sample:
    """The beginning of a file.

    Args:
        path: the file.
        case_object: the type of object that is the case, where the format has several.

    Raises:
        Refused: the file is missing, empty, or of no kind that can be read.
    """
    refuse_no_file(path)
    options: dict[str, Any] = {"case_object": case_object} if case_object else {}
    with _inside(path) as inner:
        kind = format_of(inner)
        case_objects = ocel_types(inner) if kind == "ocel" else ()
        names = NAMES_OF[kind](inner, options)
    columns = tuple(name for name in names if name and names.count(name) == 1)
    if not columns:
        raise Refused("empty_file", f"{path.name}: no column has a name of its own; see whether it has a header.")
    frame = _rows(path, kind, options, columns)
    if not frame.height:
        raise Refused("empty_file", f"{path.name}: holds no row that can be read; choose another file.")
    twice = tuple(dict.fromkeys(name for name in names if name and names.count(name) > 1))
    return Sample(kind, options, columns, frame, twice, case_objects)


def refuse_no_file(path: Path) -> None:
    """Refuse what somebody named that is no file.

    Raises:
        Refused: it is not there, a directory, a device.
    """
    if path.is_dir():
        raise Refused("no_file", f"{path}: is a directory; name one of the files in it.")
    if not path.exists():
        raise Refused("vanished", f"{path}: no such file; correct the path.")
    if not path.is_file():
        raise Refused("no_file", f"{path}: is a device or a pipe, no file; save what it gives and name that file.")


def header_of(path: Path, source: Source) -> list[str]:
    """The columns a delivery of a known source has, read as the source declares; none where only its rows tell.

    Raises:
        Refused: the file cannot be read so.
    """
    told = {name: value for name in _OPTIONS if (value := getattr(source, name))}
    if source.format not in NAMES_OF:
        return []
    with _inside(path) as inner:
        return NAMES_OF[source.format](inner, told)


def format_of(path: Path) -> str:
    """The format a file's first bytes and its name show.

    Raises:
        Refused: it is of no kind that can be read.
    """
    suffixes = {suffix.lower() for suffix in path.suffixes}
    with open_bytes(path) as raw:
        head = raw.read(_HEAD_BYTES)
    if not head.strip():
        raise Refused("empty_file", f"{path.name}: the file is empty; have the export run again.")
    if (kind := _marked(head, suffixes)) is not None:
        return kind
    if b"\0" in head and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        sentence = f"{path.name}: of no kind that is known; export it as CSV, XLSX, JSON Lines, Parquet, XES or OCEL."
        raise Refused("unknown_format", sentence)
    return "csv"


def _marked(head: bytes, suffixes: set[str]) -> str | None:
    """The format whose marks the first bytes bear, None for plain text."""
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"SQLite format 3"):
        return "ocel"
    if head.startswith(b"PK") or suffixes & {".xlsx", ".xlsm"}:
        return "xlsx"
    text = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if text.startswith(b"{"):
        return "ocel" if any(mark in head for mark in (b'"objectTypes"', b'"eventTypes"', b'"ocel:')) else "jsonl"
    if text.startswith(b"<"):
        return "ocel" if b"<object-type" in head or ".xmlocel" in suffixes else "xes"
    return None


@contextmanager
def _inside(path: Path) -> Generator[Path]:
    """The file, or the first member of an archive; what cannot be unpacked is refused."""
    try:
        yield members(path)[0]
    except Unpackable as error:
        raise Refused(error.reason_code, f"{path.name}: {error.sentence}") from error
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
        sentence = f"{path.name}: the packed data break off; have the export run again."
        raise Refused("broken_file", sentence) from error
    except PanicException as error:
        raise Refused("damaged_file", f"{path.name}: is damaged inside; have the export run again.") from error
    except OSError as error:
        sentence = f"{path.name}: cannot be read, {error.strerror or error}; have it exported anew."
        raise Refused("unreadable_file", sentence) from error


def _rows(path: Path, kind: str, options: dict[str, Any], columns: Sequence[str]) -> pl.DataFrame:
    told = {str(number): name for number, name in enumerate(columns)}
    # No field of the contract is named, so that no column is required.
    source = Source.model_construct(name="sample", format=kind, columns=told, **options)  # pyright: ignore[reportArgumentType]
    frames: list[pl.DataFrame] = []
    for batch in read_batches(path, source):
        if batch.frame.height:
            frames.append(batch.frame)
        if sum(frame.height for frame in frames) >= SAMPLE_ROWS:
            break
    if not frames:
        return pl.DataFrame()
    return pl.concat(frames, how="vertical_relaxed").drop(POSITION).head(SAMPLE_ROWS)
