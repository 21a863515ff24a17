"""Map, variants and durations of a log by pl4pm; the log's Parquet file as argument."""

import sys

import pl4pm
import polars as pl

from tests.bench.figures.told import told
from tests.bench.measured import READY

NAMES = {"case_id": "case:concept:name", "activity": "concept:name", "occurred_at": "time:timestamp"}

if __name__ == "__main__":
    print(READY, flush=True)
    log = pl.read_parquet(sys.argv[1], columns=list(NAMES)).rename(NAMES)
    edges, _, _ = pl4pm.discover_dfg(log)
    ways = pl4pm.get_variants(log)
    durations = pl4pm.get_all_case_durations(log)
    print(told(((*edge, count) for edge, count in edges.items()), ways.items(), (len(durations), sum(durations))))
