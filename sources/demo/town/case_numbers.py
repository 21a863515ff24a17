"""Case numbers, and how carelessly some systems spell them.

All spellings mean the same number after NFKC, stripping, collapsing blanks and upper-casing.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from sources.demo.town.arrays import Ints

_CHOSEN: Final = np.array([0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5, 5], dtype=np.int64)


def case_number(year: Ints, number: Ints) -> pl.Series:
    """Numbers such as ``MH-2025-000123``."""
    frame = pl.DataFrame({"year": year, "number": number})
    text = pl.concat_str(
        pl.lit("MH-"), pl.col("year").cast(pl.String), pl.lit("-"), pl.col("number").cast(pl.String).str.zfill(6)
    )
    return frame.select(text.alias("case_number")).to_series()


def all_spellings(numbers: pl.Series) -> pl.Series:
    """All spellings of all numbers, one after the other: lower case, blanks around, full-width letters, plain."""
    plain = pl.col("n")
    lower = plain.str.to_lowercase()
    spellings = pl.DataFrame({"n": numbers}).select(
        lower.alias("lower"),
        pl.concat_str(lower, pl.lit(" ")).alias("blank_after"),
        pl.concat_str(pl.lit("  "), plain).alias("blanks_before"),
        pl.concat_str(plain, pl.lit("\u00a0")).alias("hard_blank"),
        plain.str.replace("MH", "\uff2d\uff28", literal=True).alias("full_width"),
        plain,
    )
    return pl.concat([spellings[name].alias("n") for name in spellings.columns])


def carelessly_spelt(spellings: pl.Series, cases: int, case: Ints, chance: Ints) -> pl.Series:
    """The numbers of ``case`` from all spellings of ``cases`` numbers, spelt as ``chance`` has it."""
    return spellings.gather(_CHOSEN[chance % len(_CHOSEN)] * cases + case)
