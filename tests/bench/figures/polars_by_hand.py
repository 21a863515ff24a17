"""Map, variants and durations of a log by Polars, written by hand; the log's Parquet file as argument."""

import sys

import polars as pl

from tests.bench.figures.told import told
from tests.bench.measured import READY

if __name__ == "__main__":
    print(READY, flush=True)
    activity = pl.col("activity").cast(pl.Categorical)
    log = pl.scan_parquet(sys.argv[1]).with_columns(activity).sort("case_id", "occurred_at", "number").collect()
    follows = log.select(
        "activity",
        next=pl.col("activity").shift(-1),
        is_same=pl.col("case_id") == pl.col("case_id").shift(-1),
    )
    edges = follows.filter(pl.col("is_same")).group_by("activity", "next").len()
    cases = log.group_by("case_id", maintain_order=True).agg(
        pl.col("activity").to_physical(),
        spans=(pl.col("occurred_at").last() - pl.col("occurred_at").first()).dt.total_microseconds(),
    )
    ways = cases.group_by("activity").len()
    names = dict(log.select(pl.col("activity").to_physical().alias("code"), name="activity").unique().iter_rows())
    print(
        told(
            edges.iter_rows(),
            (([names[code] for code in codes], count) for codes, count in ways.iter_rows()),
            (cases.height, cases["spans"].sum() / 1e6),
        )
    )
