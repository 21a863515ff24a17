"""What of past_cases.csv a build could not count: nobody shall believe that a row counts which does not."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final

import duckdb

# Days a month may begin with without a case: a weekend and a holiday.
LATEST_FIRST_DAY: Final = 4


def uncounted(build_file: Path) -> list[str]:
    """What of past_cases.csv does not count and why, and where the log may have half a month; a sentence by service."""
    question = """
        select told_service_code, verdict, count(*), min(month), max(month), min(log_month), min(log_from)
        from intermediate.int_past_cases_judged
        where verdict in ('logged', 'gap', 'no_log')
            or (verdict = 'counted' and not is_log_month_listed and day(log_from) > ?)
        group by all order by all"""
    with duckdb.connect(str(build_file), read_only=True) as connection:
        found = connection.execute(question, [LATEST_FIRST_DAY]).fetchall()
    return [f"parameters/past_cases.csv: {_sentence(*row)}" for row in found]


def _sentence(
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
    return (
        f"the first case the log has of '{service}' is of {begun}; list {log_month:%Y-%m} too, "
        "so that it counts whole where the log began within it."
    )
