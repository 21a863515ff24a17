"""What of past_cases.csv a build could not count, and cases of the log that only that file could make count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import duckdb

FILE: Final = "parameters/past_cases.csv"
# Days a month may begin with without a case: a weekend and a holiday.
LATEST_FIRST_DAY: Final = 4
JUDGED: Final = """
    select told_service_code, verdict, count(*), min(month), max(month), min(log_month), min(log_from)
    from intermediate.int_past_cases_judged
    where verdict in ('logged', 'gap', 'no_log', 'fewer')
        or (verdict = 'counted' and not is_log_month_listed and day(log_from) > ?)
    group by all order by all"""
# Of which service most cases of the log are of types that no row that counts tells.
OTHER_TYPES: Final = """
    with told as (
        select distinct service_code, case_type from intermediate.int_past_cases_judged
        where verdict = 'counted' and cases > 0
    )
    select service_code
    from intermediate.int_logged_cohorts_counted as logged
    left join told using (service_code, case_type)
    where service_code in (select service_code from told)
    group by service_code
    having 2 * sum(received_cases) filter (where told.case_type is not null) < sum(received_cases)
        or count(told.case_type) = 0
    order by service_code"""
# Where no measure is planned or at work nobody asks what was before it.
PARTIAL: Final = """
    select case when not is_start_of_log then service_code end as joined, month, min(first_received_on),
        sum(left_out_cases)::bigint
    from intermediate.int_partial_months_found
    where exists (from monitor.dim_measures)
    group by all order by joined nulls first, month"""


def uncounted(build_file: Path) -> list[str]:
    """What of the file does not count and why, and months within which a log begins; a sentence by service."""
    with duckdb.connect(str(build_file), read_only=True) as connection:
        judged = connection.execute(JUDGED, [LATEST_FIRST_DAY]).fetchall()
        other_types = connection.execute(OTHER_TYPES).fetchall()
        partial = connection.execute(PARTIAL).fetchall()
    return [f"{FILE}: {sentence}" for sentence in _sentences(judged, other_types, partial)]


def _sentences(
    judged: list[tuple[str, str, int, dt.date, dt.date, dt.date | None, dt.date]],
    other_types: list[tuple[str]],
    partial: list[tuple[str | None, dt.date, dt.date, int]],
) -> Iterator[str]:
    for row in judged:
        yield _of_rows(*row)
    for (service,) in other_types:
        yield (
            f"most cases the log has of '{service}' are of case types that no row of it tells (a row without one is of "
            "the type unknown), so they are held against nothing, and months whose baseline rests on these rows alone "
            "are refused; tell case_type as the log calls it."
        )
    for joined, month, first, cases in partial:
        whose = "the log" if joined is None else f"the log of '{joined}'"
        yield (
            f"{whose} begins within a month, on {first}: {cases:,} cases of {month:%Y-%m} are in no baseline and no "
            "saving; list the whole month here, where a statistic tells it."
        )


def _of_rows(
    service: str, verdict: str, rows: int, first: dt.date, last: dt.date, log_month: dt.date | None, begun: dt.date
) -> str:
    """Why rows of a service do not count, and what to do."""
    told = f"rows of '{service}' from {first:%Y-%m} to {last:%Y-%m} ({rows}) do not count, as"
    if log_month is None:
        return f"{told} the log has no case of it; correct the code, or deliver the log."
    if verdict == "gap":
        missing = f"a month between {last:%Y-%m} and {log_month:%Y-%m}, where the log begins, is not listed"
        return f"{told} {missing}; list each, with 0 where none came."
    if verdict == "logged":
        return f"{told} the log has cases of it from {log_month:%Y-%m} on and is believed; leave them out."
    if verdict == "fewer":
        return (
            f"{told} they tell more than a tenth fewer cases than the log, which begins then and is believed; see "
            "which cases the statistic leaves out, as it may in the months before."
        )
    return (
        f"the first case the log has of '{service}' is of {begun}; list {log_month:%Y-%m} too, "
        "so that it counts whole where the log began within it."
    )
