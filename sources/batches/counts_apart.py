"""Counts that stand side by side, such as pages beside sheets: each row becomes one row per count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl

from sources.batches.protocol import KIND, POSITION, VALUE, Batch, Refused
from sources.town.source import Source
from sources.values.columns import trimmed


def parted(path: Path, source: Source, batches: Iterator[Batch]) -> Iterator[Batch]:
    """The batches with a row per count, its kind in ``KIND`` and its number in ``VALUE``; as they are without counts.

    Of k counts in row r the i-th gets position (r - 1) · k + i. A row that cannot be read stays one fault, at the
    position of its first count: what it would have counted is unknown.

    Raises:
        Refused: some counts have a decimal comma, others a point.
    """
    for batch in batches:
        yield _parted(path, source, batch) if source.counts else batch


def _parted(path: Path, source: Source, batch: Batch) -> Batch:
    width = len(source.counts)
    kept = [POSITION, *source.mapped_columns]
    decimal = _common(path, source, batch)
    values = _alike([batch.frame[column] for column in source.counts.values()], decimal)
    parts = [
        batch.frame.select(kept).with_columns(
            (pl.col(POSITION) - 1) * width + number, pl.lit(kind).alias(KIND), value.alias(VALUE)
        )
        for number, (kind, value) in enumerate(zip(source.counts, values, strict=True), start=1)
    ]
    faults = tuple(replace(fault, position=(fault.position - 1) * width + 1) for fault in batch.faults)
    frame = pl.concat(parts, how="vertical_relaxed").sort(POSITION)
    return replace(batch, frame=frame, faults=faults, decimals={**batch.decimals, VALUE: decimal})


def _common(path: Path, source: Source, batch: Batch) -> str:
    """The decimal sign of all counts; of none where every number reads alike."""
    if source.decimal_sign is not None:
        return source.decimal_sign
    signs = {batch.decimals[column]: column for column in source.counts.values() if column in batch.decimals}
    if len(signs) > 1:
        raise Refused(
            "two_notations",
            f"{path.name}: '{signs[',']}' has a decimal comma and '{signs['.']}' a decimal point; nothing was taken "
            'in, declare decimal = "," or decimal = "." for this source.',
        )
    return next(iter(signs), ".")


def _alike(columns: list[pl.Series], decimal: str) -> list[pl.Series]:
    """Typed numbers beside texts become texts in the source's own notation."""
    if all(column.dtype.is_numeric() for column in columns):
        return columns
    return [
        trimmed(column).str.replace(".", decimal, literal=True) if column.dtype.is_numeric() else column.cast(pl.String)
        for column in columns
    ]
