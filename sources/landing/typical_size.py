"""How large a typical number of a delivery is, beside what landed before: a unit that changed at the source shows here.

Minutes that became hours, cents that became euros: no value alone is wrong, all together are.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import polars as pl

from sources.contract.records import LANDED, RECORDS, FieldKind, Record

ENOUGH_TO_TELL: Final = 30
# What a night costs must not grow with what landed: the newest deliveries and the first rows tell enough.
DELIVERIES_BEFORE: Final = 10
ROWS: Final = 1_000_000
COUNTED_IN_PIECES: Final = ("pages", "sheets")


def typical_shift(folder: Path, landed: Path | None) -> float:
    """The largest ratio, either way, between a typical number of a delivery and of those before it.

    Numbers are compared by column, and by kind where a record names one; zeros tell no size. It is 1 or more; 0 where
    fewer than 30 numbers on either side tell a size.
    """
    before = _newest(landed, folder.name) if landed is not None else []
    shift = 0.0
    for record in RECORDS:
        today = _medians(record, [folder])
        earlier = _medians(record, before) if today else {}
        for what in today.keys() & earlier.keys():
            shift = max(shift, today[what] / earlier[what], earlier[what] / today[what])
    return shift


def _newest(landed: Path, but: str) -> list[Path]:
    if not landed.is_dir():
        return []
    folders = [entry for entry in os.scandir(landed) if entry.name != but and entry.is_dir()]
    newest = sorted(folders, key=lambda entry: (entry.stat().st_mtime, entry.name))[-DELIVERIES_BEFORE:]
    return [Path(entry) for entry in newest]


def _medians(record: Record, folders: Iterable[Path]) -> dict[tuple[str, str], float]:
    """The median size by column and kind, where enough rows tell one."""
    files = [path for folder in folders if _is_todays(path := folder / f"{record.name}.parquet", record)]
    columns = [field.column for field in record.fields if _has_a_size(field.column, field.kind)]
    if not files or not columns:
        return {}
    kind = pl.col("kind") if any(field.column == "kind" for field in record.fields) else pl.lit("")
    rows = pl.scan_parquet(files).head(ROWS).select(kind.alias("kind"), *(pl.col(name) for name in columns)).collect()
    sizes = rows.unpivot(columns, index="kind", variable_name="column", value_name="size")
    medians = (
        sizes.with_columns(pl.col("size").cast(pl.Float64).abs())
        .filter(pl.col("size") > 0)
        .group_by("column", "kind")
        .agg(pl.len().alias("rows"), pl.col("size").median())
        .filter(pl.col("rows") >= ENOUGH_TO_TELL)
    )
    return {(column, kind or ""): size for column, kind, size in medians.select("column", "kind", "size").rows()}


def _is_todays(path: Path, record: Record) -> bool:
    """Whether there are such records, landed under today's contract."""
    return path.is_file() and pl.read_parquet_schema(path) == LANDED[record.name]


def _has_a_size(column: str, kind: FieldKind) -> bool:
    return kind in (FieldKind.EURO, FieldKind.AMOUNT) or column in COUNTED_IN_PIECES
