"""Parquet: typed columns by name."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import ArrowException

from sources.batches.ahead import ahead
from sources.batches.file_format import Beginning, Format, Header, Likeness
from sources.batches.protocol import BATCH_ROWS, Batch, Refused, numbered, refuse_missing, wanted_columns
from sources.town.source import Source


def read_parquet(path: Path, source: Source) -> Iterator[Batch]:
    """Batches of a Parquet file's wanted columns in their own types; read ahead of their admission.

    Raises:
        FileNotFoundError: the file vanished.
        Refused: no Parquet file, or a mapped column missing or of a type that is no value.
    """
    return ahead(_batches(path, source))


def _header(path: Path, _: Mapping[str, Any]) -> Header:
    with _parquet(path) as file:
        return Header(file.schema_arrow.names)


def _likeness(beginning: Beginning) -> Likeness:
    return Likeness.OWN_MARK if beginning.head.startswith(b"PAR1") else Likeness.NONE


def _batches(path: Path, source: Source) -> Iterator[Batch]:
    wanted = wanted_columns(source)
    with _parquet(path) as file:
        names = tuple(file.schema_arrow.names)
        refuse_missing(path, names, wanted)
        _refuse_types(path, file, wanted)
        nothing = pl.DataFrame(pl.from_arrow(file.schema_arrow.empty_table().select(wanted)))
        yield Batch(numbered(nothing, 0), columns=names)
        yield from _rows(file, wanted)


@contextmanager
def _parquet(path: Path) -> Generator[pq.ParquetFile]:
    try:
        with pq.ParquetFile(path) as file:
            yield file
    except FileNotFoundError:
        raise
    except (ArrowException, OSError, ValueError) as error:
        raise Refused(
            "unreadable_parquet", f"{path.name}: no complete Parquet file; have the export run again."
        ) from error


def _rows(file: pq.ParquetFile, wanted: list[str]) -> Iterator[Batch]:
    position = 0
    for rows in file.iter_batches(batch_size=BATCH_ROWS, columns=wanted):
        frame = numbered(pl.DataFrame(pl.from_arrow(rows)).select(wanted), position)
        yield Batch(frame)
        position += frame.height


def _refuse_types(path: Path, file: pq.ParquetFile, wanted: list[str]) -> None:
    for name in wanted:
        found = file.schema_arrow.field(name).type
        if pa.types.is_nested(found) or pa.types.is_duration(found) or _is_bytes(found):
            raise Refused(
                "column_type",
                f"{path.name}: column '{name}' is of type {found}, which holds no single value; "
                "have the export write text, numbers or times.",
            )


def _is_bytes(found: object) -> bool:
    return pa.types.is_binary(found) or pa.types.is_large_binary(found) or pa.types.is_fixed_size_binary(found)


FORMAT = Format("Parquet", read_parquet, _header, _likeness, seeks=True)
