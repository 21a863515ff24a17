"""Map, variants and durations of a log by pm4py; arguments: the log's Parquet file, ``pandas`` or ``polars``."""

import sys

import pandas as pd
import pm4py
import polars as pl

from tests.bench.figures.told import told
from tests.bench.measured import READY

NAMES = {"case_id": "case:concept:name", "activity": "concept:name", "occurred_at": "time:timestamp"}

if __name__ == "__main__":
    print(READY, flush=True)
    if sys.argv[2] == "pandas":
        frame = pd.read_parquet(sys.argv[1], columns=list(NAMES))
        log = pm4py.format_dataframe(frame, case_id="case_id", activity_key="activity", timestamp_key="occurred_at")
    else:
        log = pl.scan_parquet(sys.argv[1]).select(*NAMES).rename(NAMES)
    edges, _, _ = pm4py.discover_dfg(log)
    ways = pm4py.get_variants(log)
    durations = pm4py.get_all_case_durations(log)
    print(told(((*edge, count) for edge, count in edges.items()), ways.items(), (len(durations), sum(durations))))
