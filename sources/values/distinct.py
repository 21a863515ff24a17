"""A column by its different values: what recurs is worked on once."""

from __future__ import annotations

import polars as pl


def by_value(column: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The different values of a column in order of appearance, and for each row the place of its value; null for null.

    ``values.gather(places)`` is the column again.
    """
    # Arrow knows no name with a NUL, such as the connectors' own columns have.
    coded = column.alias("").to_arrow().dictionary_encode()
    return pl.Series(column.name, coded.dictionary, dtype=column.dtype), pl.Series(coded.indices)
