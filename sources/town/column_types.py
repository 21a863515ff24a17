"""Parameter tables as frames: the Polars type of each column."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import get_args

import polars as pl

from sources.town.parameter_row import Row


def column_types(table: type[Row]) -> dict[str, pl.DataType]:
    """The Polars type of each column of a parameter table, in order."""
    return {name: _polars_type(field.annotation, field.metadata) for name, field in table.model_fields.items()}


def _polars_type(annotation: object, metadata: list[object]) -> pl.DataType:
    base = {annotation, *get_args(annotation)}
    if Decimal in base:
        places = next(places for meta in metadata if (places := getattr(meta, "decimal_places", None)) is not None)
        return pl.Decimal(18, places)
    for python, polars in ((dt.date, pl.Date()), (bool, pl.Boolean()), (int, pl.Int64())):
        if python in base:
            return polars
    return pl.String()
