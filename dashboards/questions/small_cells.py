"""Small cells: values that rest on too few cases are taken away before anything can print them.

Within a group of rows that add up to a shown total a single hidden row could be computed back; then the
next smallest is hidden with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

MARK: Final = "is_small_cell"


def hide_small_rows(frame: pl.DataFrame, keys: tuple[str, ...]) -> pl.DataFrame:
    """Null every value of the rows the models marked as small; `keys` stay."""
    if MARK not in frame.columns:
        return frame
    values = [name for name in frame.columns if name not in keys and name != MARK]
    hidden = pl.col(MARK).fill_null(True)
    return frame.with_columns(
        hidden, *(pl.when(hidden).then(None).otherwise(pl.col(name)).alias(name) for name in values)
    )


def hide_small_shares(frame: pl.DataFrame, least: int, bases: Mapping[str, Collection[str]]) -> pl.DataFrame:
    """Null a share or a percentile whose own base is below `least`, whatever the row rests on otherwise.

    `bases` names for each figure the columns that may count what it rests on.

    Raises:
        ValueError: a figure is asked without what it rests on.
    """
    for figure in bases.keys() & set(frame.columns):
        held = [base for base in bases[figure] if base in frame.columns]
        if not held:
            raise ValueError(f"{figure} is asked without {', '.join(sorted(bases[figure]))}, on which it rests")
        enough = pl.all_horizontal(pl.col(base).fill_null(0) >= least for base in held)
        frame = frame.with_columns(pl.when(enough).then(pl.col(figure)).alias(figure))
    return frame


def hide_small_groups(frame: pl.DataFrame, base: str, least: int, keys: tuple[str, ...]) -> pl.DataFrame:
    """Mark and empty the rows whose base is below `least`, and a second one where a single one would show."""
    small = pl.col(base).fill_null(0) < least
    marked = frame.with_columns(small.alias(MARK))
    if marked[MARK].sum() == 1 and marked.height > 1:
        next_smallest = marked.filter(~pl.col(MARK)).sort(base, *keys)[keys[0]][0]
        marked = marked.with_columns(pl.col(MARK) | (pl.col(keys[0]) == next_smallest).fill_null(False))
    return hide_small_rows(marked, keys)
