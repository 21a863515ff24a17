"""Group-time difference in differences against published results (`goldens/README.md`) and a panel done by hand."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest

from pipelines.estimates.attribution.group_time import NEVER, SCHEMA, GroupTime, group_time
from tests.house.blueprint import ROOT

SHARED = Path(os.environ.get("PAPIERWENDE_SHARED_DATA", ROOT.parent / "shared" / "data"))


def golden(name: str) -> pl.DataFrame:
    path = SHARED / "goldens" / name
    if not path.exists():
        pytest.skip(f"{path.name} is not here: set PAPIERWENDE_SHARED_DATA")
    return pl.read_csv(path)


@pytest.fixture(scope="module")
def counties() -> pl.DataFrame:
    """Teen employment in 500 counties, 2003 to 2007 (mpdta)."""
    return golden("mpdta.csv").select(
        pl.col("countyreal").alias("unit"),
        pl.col("year").alias("period"),
        pl.col("first.treat").alias("first_treated"),
        pl.col("lemp").alias("outcome"),
    )


@pytest.fixture(scope="module")
def never(counties: pl.DataFrame) -> GroupTime:
    return group_time(counties, "never_treated")


@pytest.mark.parametrize(
    ("group", "year", "published"),
    [
        (2004, 2004, -0.010503),
        (2004, 2005, -0.070423),
        (2004, 2006, -0.137259),
        (2004, 2007, -0.100811),
        (2006, 2006, -0.004595),
        (2006, 2007, -0.041224),
        (2007, 2007, -0.026054),
    ],
)
def test_each_group_in_each_year_is_as_published(never: GroupTime, group: int, year: int, published: float) -> None:
    assert round(never.cells[group, year].value, 6) == published


def test_the_averages_against_the_never_treated_are_as_published(never: GroupTime) -> None:
    assert round(never.simple.value, 10) == -0.0399512752
    assert round(never.simple.error, 10) == 0.0120340128
    # The published −0.0310182823 is off by 7e-11: exact fractions of the same data give −0.03101828223.
    assert round(never.by_group, 9) == round(-0.0310182823, 9)
    assert round(never.by_group, 11) == -0.03101828223
    assert round(never.dynamic, 10) == -0.0772398215


def test_the_average_against_those_not_yet_treated_is_as_published(counties: pl.DataFrame) -> None:
    found = group_time(counties, "not_yet_treated")
    assert round(found.simple.value, 10) == -0.0397636256
    assert round(found.simple.error, 10) == 0.0120524248


def test_two_way_fixed_effects_would_have_said_something_else(counties: pl.DataFrame, never: GroupTime) -> None:
    """The wrong answer, so that nobody takes it for ours: county and year effects taken out, then one slope."""
    treated = (pl.col("first_treated") > 0) & (pl.col("period") >= pl.col("first_treated"))
    both = counties.with_columns(treated.cast(pl.Float64).alias("treated"))
    within = {
        name: pl.col(name) - pl.col(name).mean().over("unit") - pl.col(name).mean().over("period") + pl.col(name).mean()
        for name in ("treated", "outcome")
    }
    (slope,) = both.select((within["treated"] * within["outcome"]).sum() / (within["treated"] ** 2).sum()).row(0)
    assert round(slope, 6) == -0.036549
    assert abs(never.simple.value - slope) > 0.003


def test_two_periods_are_the_two_by_two_difference() -> None:
    """Cigarette packs in California before and after proposition 99, against the mean of the other 38 states."""
    packs = golden("california_prop99.csv").unpivot(index="Year", variable_name="state", value_name="packs")
    means = (
        packs.group_by("state", pl.when(pl.col("Year") > 1988).then(2).otherwise(1).alias("period"))
        .agg(pl.col("packs").mean().alias("outcome"))
        .with_columns(
            pl.col("state").rank("dense").alias("unit"),
            pl.when(pl.col("state") == "California").then(2).otherwise(NEVER).alias("first_treated"),
        )
    )
    assert round(group_time(means, "never_treated").cells[2, 2].value, 6) == -27.349111


def by_hand(outcomes: dict[int, tuple[int, list[float]]]) -> pl.DataFrame:
    rows = [
        (unit, period, first, value)
        for unit, (first, values) in outcomes.items()
        for period, value in enumerate(values, start=1)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def test_who_is_not_yet_treated_is_compared_with_until_then() -> None:
    """Unit 1 starts in period 3, unit 2 in period 4, unit 3 never.

    By hand: in period 3 unit 1 gained 10, the others 1 and 3: 10 − 2 = 8. In period 4 unit 2 is treated and no
    comparison any more: 14 − 5 = 9. Unit 2 gained 20 from period 3 to 4, unit 3 gained 2: 18. Before, unit 1 stood 4
    above its base while both others stood at theirs; unit 2 one below its base of 1, unit 3 three below its base of 3.
    """
    panel = by_hand({1: (3, [4, 0, 10, 14]), 2: (4, [0, 0, 1, 21]), 3: (NEVER, [0, 0, 3, 5])})
    found = group_time(panel, "not_yet_treated")
    assert {cell: round(one.value, 9) for cell, one in found.cells.items()} == {
        (3, 1): 4.0,
        (3, 2): 0.0,
        (3, 3): 8.0,
        (3, 4): 9.0,
        (4, 1): 2.0,
        (4, 2): 2.0,
        (4, 3): 0.0,
        (4, 4): 18.0,
    }


def test_without_anybody_to_compare_with_it_refuses() -> None:
    with pytest.raises(ValueError, match="control"):
        group_time(by_hand({1: (2, [0, 1]), 2: (2, [0, 2])}), "never_treated")
