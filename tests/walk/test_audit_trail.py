"""docs/audit.md: its queries run on the invented town, and each adds up to the one before."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.ledger import shown
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
    assert cells["capacity_released_hours"].sum() == pytest.approx(claims["capacity_released_hours"][0], abs=1e-9)
    assert cells["content_hash"].null_count() == cells["minutes_without"].null_count() == 0
    assert set(cells["assumption_id_without"]) <= {
        one for (one,) in demo.ask("select assumption_id from fct_processing_minutes")
    }
    counted = cases.group_by("case_type", "intake_channel").len()
    beside = cells.filter(pl.col("received_cases") > 0).join(counted, on=["case_type", "intake_channel"], how="left")
    forms = pl.col("intake_channel").is_in(["online", "counter"])
    assert beside.filter(~forms & (pl.col("received_cases") != pl.col("len"))).is_empty(), "a cell counts its cases"
    assert beside["received_cases"].sum() == beside["len"].sum(), "a form filled in with staff is a visit"
    measure, service, month = claims.select("measure_id", "service_code", "month").row(0)
    [(claimed, left_out)] = demo.ask(
        "select claimed_cases, left_out_cases from rpt_savings_monthly where measure_id = ? and service_code = ? and month = ?",
        measure, service, month,
    )  # fmt: skip
    decided = cases.filter(pl.col("closed_at").is_not_null() & (pl.col("intake_channel") != "unknown")).height
    assert decided == claimed + left_out


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


def test_a_recorded_claim_is_made_of_the_cells_that_are_shown(demo: Walked) -> None:
    measures = [one for (one,) in demo.ask("select distinct measure_id from fct_savings_cells")]
    found = shown.shown(demo.database, "g:hash", shown.Asked(measures))
    values = {one for (one,) in demo.ask("select assumption_id from fct_processing_minutes")}
    rules = {one for (one,) in demo.ask("select concat(budget_line_id, '@', valid_from) from dim_budget_line_rules")}
    hours = [claim for claim in found.claims if claim.unit == "hours"]
    assert len(hours) > 50
    for claim in hours:
        assert sum(part.value for part in claim.components) == claim.gross
        assert {part.assumption_id for part in claim.components} <= values | {None}
        [(received, saved)] = demo.ask(
            "select sum(received_cases), sum(capacity_released_hours) from fct_savings_cells "
            "where measure_id = ? and service_code = ? and month = ?",
            claim.measure_id, claim.service_code, claim.month,
        )  # fmt: skip
        assert sum(part.actual_cases or 0 for part in claim.components if part.effect == "channel") == received
        assert float(claim.gross) == pytest.approx(saved, abs=0.0001)
    booked = [claim.components[0] for claim in found.claims if claim.effect_class == "cash_released"]
    assert booked
    assert {part.assumption_id for part in booked} <= rules
