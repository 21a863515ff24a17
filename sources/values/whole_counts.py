"""Counts of whole things: a page and a quarter is a thousand pages misread, or no count at all."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from sources.contract.vocabularies import WHOLE_COUNTS
from sources.values.columns import Read


def whole_counts(value: Read, kinds: pl.Series) -> Read:
    """The counts, those of whole things that have a fraction failed."""
    broken = kinds.is_in(WHOLE_COUNTS).fill_null(False) & (value.values != value.values.floor()).fill_null(False)
    if not broken.any():
        return value
    failed = pl.Series(["part_of_a_whole"]).new_from_index(0, broken.len())
    return replace(value, values=value.values.set(broken, None), failed=failed.zip_with(broken, value.failed))
