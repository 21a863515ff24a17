"""Counts that stand side by side, such as pages beside sheets: each row becomes one row per count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from sources.batches.protocol import KIND, POSITION, VALUE, Batch
from sources.town.source import Source
from sources.values.columns import trimmed


def parted(source: Source, batches: Iterator[Batch]) -> Iterator[Batch]:
    """The batches with a row per count, its kind in ``KIND`` and its number in ``VALUE``; as they are without counts.

    Of k counts in row r the i-th gets position (r - 1) · k + i. A row that cannot be read stays one fault, at the
    position of its first count: what it would have counted is unknown.
    """
    for batch in batches:
        yield _parted(source, batch) if source.counts else batch


def _parted(source: Source, batch: Batch) -> Batch:
    width = len(source.counts)
    kept = [POSITION, *source.mapped_columns]
    values = _alike([batch.frame[column] for column in source.counts.values()], source.decimal)
    parts = [
        batch.frame.select(kept).with_columns(
            (pl.col(POSITION) - 1) * width + number, pl.lit(kind).alias(KIND), value.alias(VALUE)
        )
        for number, (kind, value) in enumerate(zip(source.counts, values, strict=True), start=1)
    ]
    faults = tuple(replace(fault, position=(fault.position - 1) * width + 1) for fault in batch.faults)
    return replace(batch, frame=pl.concat(parts, how="vertical_relaxed").sort(POSITION), faults=faults)


def _alike(columns: list[pl.Series], decimal: str) -> list[pl.Series]:
    """Typed numbers beside texts become texts in the source's own notation."""
    if all(column.dtype.is_numeric() for column in columns):
        return columns
    return [
        trimmed(column).str.replace(".", decimal, literal=True) if column.dtype.is_numeric() else column.cast(pl.String)
        for column in columns
    ]
