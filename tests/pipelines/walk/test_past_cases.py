"""What of past_cases.csv does not count is told, one sentence by service and reason; what counts is not."""

from pathlib import Path

import duckdb

from pipelines.walk.past_cases import uncounted

JUDGED = """
create schema intermediate;
create table intermediate.int_past_cases_judged as
select 'x' as told_service_code, cast(month as date) as month, verdict, cast(log_month as date) as log_month,
    cast(log_from as date) as log_from, is_listed as is_log_month_listed, code as service_code
from (values {rows}) as told (code, month, verdict, log_month, log_from, is_listed)
"""


def told(tmp_path: Path, *rows: tuple[str, str, str | None, str | None, bool]) -> list[str]:
    build = tmp_path / "build.duckdb"
    with duckdb.connect(str(build)) as connection:
        written = [f"('x', {', '.join('null' if cell is None else repr(cell) for cell in row)})" for row in rows]
        connection.execute(JUDGED.format(rows=", ".join(written)))
    return uncounted(build)


def test_what_counts_is_not_told(tmp_path: Path) -> None:
    assert told(
        tmp_path,
        ("2022-02-01", "counted", "2022-03-01", "2022-03-17", True),
        ("2022-03-01", "confirmed", "2022-03-01", "2022-03-17", True),
    ) == []  # fmt: skip


def test_a_log_that_may_have_begun_within_a_month_is_told_where_the_month_is_not_listed(tmp_path: Path) -> None:
    assert told(tmp_path, ("2022-02-01", "counted", "2022-03-01", "2022-03-17", False)) == [
        "parameters/past_cases.csv: the first case the log has of 'x' is of 2022-03-17; list 2022-03 too, "
        "so that it counts whole where the log began within it."
    ]


def test_a_weekend_and_a_holiday_are_no_late_beginning(tmp_path: Path) -> None:
    assert told(tmp_path, ("2022-02-01", "counted", "2022-03-01", "2022-03-04", False)) == []


def test_rows_that_do_not_count_are_told_with_their_reason(tmp_path: Path) -> None:
    said = told(
        tmp_path,
        ("2021-10-01", "gap", "2022-03-01", "2022-03-01", True),
        ("2021-11-01", "gap", "2022-03-01", "2022-03-01", True),
        ("2022-04-01", "logged", "2022-03-01", "2022-03-01", True),
    )
    assert said == [
        "parameters/past_cases.csv: rows of 'x' from 2021-10 to 2021-11 (2) do not count, as a month between "
        "2021-11 and 2022-03, where the log begins, is not listed; list each, with 0 where none came.",
        "parameters/past_cases.csv: rows of 'x' from 2022-04 to 2022-04 (1) do not count, as the log has cases of it from "
        "2022-03 on and is believed; leave them out.",
    ]


def test_a_service_without_a_log_has_nothing_to_come_before(tmp_path: Path) -> None:
    assert told(tmp_path, ("2022-04-01", "no_log", None, None, False)) == [
        "parameters/past_cases.csv: rows of 'x' from 2022-04 to 2022-04 (1) do not count, as the log has no case of it; "
        "correct the code, or deliver the log."
    ]
