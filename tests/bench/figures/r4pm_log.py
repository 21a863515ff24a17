"""Map and variants of a log by r4pm, which has no durations; the log's Parquet file as argument."""

import sys

import polars as pl
import r4pm
from r4pm.bindings.core.event_data.case_centric.utils.activity_projection import (
    get_variants,
    log_to_activity_projection,
)
from r4pm.bindings.discovery.case_centric.dfg import discover_dfg

from tests.bench.figures.told import told
from tests.bench.measured import READY

NAMES = {"case_id": "case:concept:name", "activity": "concept:name", "occurred_at": "time:timestamp"}

if __name__ == "__main__":
    print(READY, flush=True)
    log = pl.read_parquet(sys.argv[1], columns=list(NAMES)).rename(NAMES)
    log = log.with_columns(pl.col("time:timestamp").dt.replace_time_zone("UTC").dt.cast_time_unit("ns"))
    item = r4pm.import_item_from_df("EventLog", log)
    edges = discover_dfg(item)["directly_follows_relations"]
    ways = get_variants(log_to_activity_projection(item))
    print(
        told(
            ((*edge, count) for edge, count in edges),
            ((way["activities"], way["count"]) for way in ways),
            None,
        )
    )
