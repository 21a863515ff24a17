"""Rows that are no records: what ``[source.where]`` sets aside, and cells that hold on downwards as merged ones do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from sources.batches.protocol import Batch
from sources.town.rows import Where
from sources.town.source import Source
from sources.values.spelling import trimmed


def carried_down(source: Source, batches: Iterator[Batch]) -> Iterator[Batch]:
    """The batches, an empty cell of the columns in ``carry_down`` holding what stands above it."""
    above: dict[str, pl.Series] = {}
    for batch in batches:
        frame = batch.frame
        for column in source.carry_down if frame.height else ():
            cells = frame[column] if frame[column].dtype != pl.String else trimmed(frame[column])
            if column in above and cells[0] is None:
                cells = pl.concat([above[column].cast(cells.dtype), cells.tail(-1)])
            cells = cells.forward_fill()
            above[column] = cells.tail(1)
            frame = frame.with_columns(cells.alias(column))
        yield replace(batch, frame=frame)


def counted_rows(source: Source, where: Where, batches: Iterator[Batch]) -> Iterator[Batch]:
    """The batches without the rows that ``[source.where]`` sets aside, which are counted; the control row stays."""
    control = source.control
    mapped = {*source.read_columns, *([control.column] if control else [])}
    for batch in batches:
        frame = batch.frame
        fits = trimmed(frame[where.column]).str.contains(where.pattern).fill_null(False)
        stays = fits if where.keep else ~fits
        if control is not None:
            stays |= (trimmed(frame[control.column]) == control.value.strip()).fill_null(False)
        rows = frame.filter(stays)
        kept = rows if where.column in mapped else rows.drop(where.column)
        yield replace(batch, frame=kept, set_aside=frame.height - kept.height)
