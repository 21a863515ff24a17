"""Map, variants and durations of all cases from the published step and case tables; the published file as argument."""

import sys

import duckdb

from tests.bench.figures.told import told
from tests.bench.measured import READY

EDGES = """
select activity, next_activity, count(*) from monitor.fct_case_steps where next_activity is not null group by all
"""
WAYS = """
with ways as (
    select min(case_id) as case_id, count(*) as cases
    from monitor.fct_cases
    where variant_id is not null
    group by variant_id
)
select list(steps.activity order by steps.step_number), any_value(ways.cases)
from monitor.fct_case_steps as steps
inner join ways on steps.case_id = ways.case_id
group by steps.case_id
"""
DURATIONS = "select count(event_span_seconds), sum(event_span_seconds) from monitor.fct_cases"

if __name__ == "__main__":
    connection = duckdb.connect(sys.argv[1], read_only=True, config={"threads": 2})
    print(READY, flush=True)
    edges, ways = (connection.execute(query).fetchall() for query in (EDGES, WAYS))
    print(told(edges, ways, connection.execute(DURATIONS).fetchall()[0]))
