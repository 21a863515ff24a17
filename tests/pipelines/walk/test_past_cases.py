"""What of past_cases.csv does not count is told, one sentence by service and reason; what counts is not."""

from pathlib import Path

import duckdb
import pytest

from pipelines.walk.past_cases import uncounted

BUILT = """
create schema monitor;
create table monitor.dim_measures (measure_id varchar);
create schema intermediate;
create table intermediate.int_past_cases_judged (
    service_code varchar default 'x', told_service_code varchar default 'x', case_type varchar default 'k',
    month date, cases bigint default 9, verdict varchar, log_month date, log_from date, is_log_month_listed boolean);
create table intermediate.int_logged_cohorts_counted (
    service_code varchar default 'x', case_type varchar default 'k', received_cases bigint);
create table intermediate.int_partial_months_found (
    service_code varchar, month date, first_received_on date, left_out_cases bigint, is_start_of_log boolean);
"""


def said_of(tmp_path: Path, *statements: str) -> list[str]:
    build = tmp_path / "build.duckdb"
    with duckdb.connect(str(build)) as connection:
        connection.execute(BUILT)
        for statement in statements:
            connection.execute(f"insert into {statement}")
    prefix = "parameters/past_cases.csv: "
    said = uncounted(build)
    assert all(sentence.startswith(prefix) for sentence in said)
    return [sentence.removeprefix(prefix) for sentence in said]


def told(tmp_path: Path, *rows: tuple[str, str, str | None, str | None, bool]) -> list[str]:
    written = [f"({', '.join('null' if cell is None else repr(cell) for cell in row)})" for row in rows]
    columns = "(month, verdict, log_month, log_from, is_log_month_listed)"
    return said_of(tmp_path, f"intermediate.int_past_cases_judged {columns} values {', '.join(written)}")


def test_what_counts_is_not_told(tmp_path: Path) -> None:
    assert told(
        tmp_path,
        ("2022-02-01", "counted", "2022-03-01", "2022-03-17", True),
        ("2022-03-01", "confirmed", "2022-03-01", "2022-03-17", True),
    ) == []  # fmt: skip


def test_a_log_that_may_have_begun_within_a_month_is_told_where_the_month_is_not_listed(tmp_path: Path) -> None:
    assert told(tmp_path, ("2022-02-01", "counted", "2022-03-01", "2022-03-17", False)) == [
        "the first case the log has of 'x' is of 2022-03-17; list 2022-03 too, "
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
        "rows of 'x' from 2021-10 to 2021-11 (2) do not count, as a month between "
        "2021-11 and 2022-03, where the log begins, is not listed; list each, with 0 where none came.",
        "rows of 'x' from 2022-04 to 2022-04 (1) do not count, as the log has cases of it from "
        "2022-03 on and is believed; leave them out.",
    ]


def test_a_service_without_a_log_has_nothing_to_come_before(tmp_path: Path) -> None:
    assert told(tmp_path, ("2022-04-01", "no_log", None, None, False)) == [
        "rows of 'x' from 2022-04 to 2022-04 (1) do not count, as the log has no case of it; "
        "correct the code, or deliver the log."
    ]


def test_a_statistic_that_tells_far_fewer_than_the_log_is_told(tmp_path: Path) -> None:
    assert told(tmp_path, ("2022-03-01", "fewer", "2022-03-01", "2022-03-01", True)) == [
        "rows of 'x' from 2022-03 to 2022-03 (1) do not count, as they tell more than a tenth fewer cases than the log, "
        "which begins then and is believed; see which cases the statistic leaves out, as it may in the months before."
    ]


TOLD = "intermediate.int_past_cases_judged (case_type, verdict, log_from, is_log_month_listed) values "


@pytest.mark.parametrize(
    ("rows", "logged", "is_told"),
    [
        ("('unknown', 'counted', '2022-03-01', true)", "('a', 9), ('b', 9)", True),
        ("('unknown', 'counted', '2022-03-01', true)", "('a', 90), ('b', 9), ('unknown', 2)", True),
        ("('unknown', 'counted', '2022-03-01', true)", "('unknown', 9)", False),
        ("('a', 'counted', '2022-03-01', true), ('c', 'counted', '2022-03-01', true)", "('a', 9), ('b', 8)", False),
        ("('unknown', 'confirmed', '2022-03-01', true)", "('a', 9), ('b', 9)", False),
    ],
    ids=["none", "next to none", "as the log", "most", "does not count"],
)
def test_types_the_log_does_not_have_are_told(tmp_path: Path, rows: str, logged: str, is_told: bool) -> None:
    said = said_of(
        tmp_path, TOLD + rows, f"intermediate.int_logged_cohorts_counted (case_type, received_cases) values {logged}"
    )
    sentence = (
        "most cases the log has of 'x' are of case types that no row of it tells (a row without one is of the type "
        "unknown), so they are held against nothing, and months whose baseline rests on these rows alone are refused; "
        "tell case_type as the log calls it."
    )
    assert said == ([sentence] if is_told else [])


def test_the_month_within_which_the_towns_log_begins_is_one_sentence(tmp_path: Path) -> None:
    """A service that joins later has its own; without a measure nobody asks what was before it."""
    partial = (
        "intermediate.int_partial_months_found values ('s', '2025-03-01', '2025-03-17', 1500, true), "
        "('r', '2025-03-01', '2025-03-16', 15, true), ('t', '2025-05-01', '2025-05-07', 24, false)"
    )
    assert said_of(tmp_path, partial) == []
    (tmp_path / "build.duckdb").unlink()
    assert said_of(tmp_path, partial, "monitor.dim_measures values ('m')") == [
        "the log begins within a month, on 2025-03-16: 1,515 cases of 2025-03 are in no baseline and no saving; list the "
        "whole month here, where a statistic tells it.",
        "the log of 't' begins within a month, on 2025-05-07: 24 cases of 2025-05 are in no baseline and no saving; list "
        "the whole month here, where a statistic tells it.",
    ]
