"""docs/audit.md: its queries run on the invented town, and each adds up to the one before."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.walked import Walked

DOCS = Path(__file__).parents[2] / "docs" / "audit.md"
QUERIES = dict(re.findall(r"```sql (\S+)\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL))


@pytest.fixture(scope="module")
def answers(demo: Walked) -> dict[str, pl.DataFrame]:
    """What each query says."""
    with duckdb.connect(str(demo.database), read_only=True) as connection:
        connection.execute("set timezone = 'Europe/Berlin'; use monitor")
        return {name: pl.DataFrame(connection.sql(query).to_arrow_table()) for name, query in QUERIES.items()}


def test_an_hour_and_a_euro_take_three_queries_each(answers: dict[str, pl.DataFrame]) -> None:
    assert [name.split("-")[0] for name in answers] == ["hours"] * 3 + ["euros"] * 3
    assert all(frame.height for frame in answers.values()), {name: frame.height for name, frame in answers.items()}


def test_claims_add_up_to_the_headline_and_cases_to_the_claim(demo: Walked, answers: dict[str, pl.DataFrame]) -> None:
    [(headline,)] = demo.ask(
        "select capacity_last_12_months_hours from rpt_savings_totals_monthly where scope = 'all' order by month desc limit 1"
    )
    claims, cells, cases = (answers[f"hours-{part}"] for part in ("claims", "cells", "cases"))
    assert claims["capacity_released_hours"].sum() == pytest.approx(headline, abs=1e-6)
    assert claims["formula_version"].null_count() == claims["baseline_id"].null_count() == 0
    measure, service, month = claims.select("measure_id", "service_code", "month").row(0)
    [(claimed, left_out)] = demo.ask(
        "select claimed_cases, left_out_cases from rpt_savings_monthly where measure_id = ? and service_code = ? and month = ?",
        measure, service, month,
    )  # fmt: skip
    assert cases.height == claimed + left_out
    assert cells["cases_now"].sum() >= cases.height
    [(baseline,)] = demo.ask("select baseline_cases from dim_baselines where baseline_id = ?", claims["baseline_id"][0])
    assert cells["baseline_cases"].sum() == baseline
    assert cells.filter(pl.col("baseline_cases") > 0)["minutes_per_case"].null_count() == 0


def test_bookings_add_up_to_the_headline(demo: Walked, answers: dict[str, pl.DataFrame]) -> None:
    [(headline,)] = demo.ask(
        "select cumulative_cash_released_eur from rpt_savings_totals_monthly where scope = 'all' "
        "and cumulative_cash_released_eur is not null order by month desc limit 1"
    )
    last_month = demo.ask("select max(month) from rpt_savings_totals_monthly")[0][0]
    bookings = answers["euros-bookings"].filter(pl.col("month") <= last_month)
    assert bookings["accepted_eur"].sum() == headline
    line, delivery = answers["euros-line"], answers["euros-delivery"]
    assert line["booking_ref"].unique().to_list() == delivery["booking_ref"].to_list()
    assert delivery.height == 1
