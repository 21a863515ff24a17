"""The log of a published file as one Parquet file; arguments: the published file, the Parquet file.

Prints what the published reports say of it, as the programs that read the log do.
"""

import sys

import duckdb

from tests.bench.figures.told import told

LOG = """
copy (
    select case_id, activity, timezone('UTC', occurred_at) as occurred_at, step_number as number
    from monitor.fct_case_steps
    order by case_id, step_number
) to '{}'
"""
EDGES = "select from_activity, to_activity, transition_count from monitor.rpt_process_map where scope = 'all'"
WAYS = "select activities, case_count from monitor.rpt_variants where scope = 'all'"
DURATIONS = "select count(event_span_seconds), sum(event_span_seconds) from monitor.fct_cases"

if __name__ == "__main__":
    with duckdb.connect(sys.argv[1], read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(LOG.format(sys.argv[2]))
        edges, ways = (connection.execute(query).fetchall() for query in (EDGES, WAYS))
        print(told(edges, ways, connection.execute(DURATIONS).fetchall()[0]))
