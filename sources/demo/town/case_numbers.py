"""Case numbers, and the careless dress some systems give them.

All dresses mean the same number after NFKC, stripping, collapsing blanks and upper-casing.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from sources.demo.town.arrays import Ints

_WORN: Final = np.array([0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5, 5], dtype=np.int64)


def case_number(year: Ints, number: Ints) -> pl.Series:
    """Numbers such as ``MH-2025-000123``."""
    frame = pl.DataFrame({"year": year, "number": number})
    text = pl.concat_str(
        pl.lit("MH-"), pl.col("year").cast(pl.String), pl.lit("-"), pl.col("number").cast(pl.String).str.zfill(6)
    )
    return frame.select(text.alias("case_number")).to_series()


def wardrobe(numbers: pl.Series) -> pl.Series:
    """All dresses of all numbers, one dress after the other: lower case, blanks around, full-width letters, plain."""
    plain = pl.col("n")
    lower = plain.str.to_lowercase()
    dresses = pl.DataFrame({"n": numbers}).select(
        lower.alias("lower"),
        pl.concat_str(lower, pl.lit(" ")).alias("blank_behind"),
        pl.concat_str(pl.lit("  "), plain).alias("blanks_before"),
        pl.concat_str(plain, pl.lit("\u00a0")).alias("hard_blank"),
        plain.str.replace("MH", "\uff2d\uff28", literal=True).alias("full_width"),
        plain,
    )
    return pl.concat([dresses[name].alias("n") for name in dresses.columns])


def carelessly_dressed(dresses: pl.Series, cases: int, case: Ints, chance: Ints) -> pl.Series:
    """The numbers of ``case`` from the wardrobe of ``cases`` numbers, dressed as ``chance`` has it."""
    return dresses.gather(_WORN[chance % len(_WORN)] * cases + case)
