"""Map, variants and durations of a log by DuckDB, written by hand; the log's Parquet file as argument."""

import sys

import duckdb

from tests.bench.figures.told import told
from tests.bench.measured import READY

STEPS = """
create temp table steps as
select
    case_id,
    activity,
    occurred_at,
    row_number() over in_order as number,
    lead(activity) over in_order as next_activity
from read_parquet(?)
window in_order as (partition by case_id order by occurred_at, number)
"""
EDGES = "select activity, next_activity, count(*) from steps where next_activity is not null group by all"
WAYS = """
select activities, count(*)
from (select list(activity order by number) as activities from steps group by case_id)
group by activities
"""
DURATIONS = """
select count(*), sum(spans) / 1e6
from (select epoch_us(max(occurred_at)) - epoch_us(min(occurred_at)) as spans from steps group by case_id)
"""

if __name__ == "__main__":
    connection = duckdb.connect(config={"threads": 2})
    print(READY, flush=True)
    connection.execute(STEPS, sys.argv[1:2])
    edges, ways = (connection.execute(query).fetchall() for query in (EDGES, WAYS))
    print(told(edges, ways, connection.execute(DURATIONS).fetchall()[0]))
