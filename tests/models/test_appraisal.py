"""The appraisal in the real models: its booked past is the cash of the savings, and a dearer measure is worth less by that."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.models.compiled_models import CompiledModels
from tests.models.small_town import SmallTown

AS_OF = dt.date(2026, 1, 15)
MODELS = (
    "rpt_break_even", "rpt_break_even_monthly", "rpt_break_even_drivers", "rpt_alternatives", "rpt_savings_pace",
    "rpt_savings_monthly", "rpt_savings_totals_monthly",
)  # fmt: skip
RELIEF = Decimal(400)


def town(folder: Path, models: CompiledModels, once: int = 2_000, **rates: float) -> duckdb.DuckDBPyConnection:
    """A measure live since February: `once` in January, 100 a month to run and, from May on, 400 back."""
    small = SmallTown(folder)
    months = [dt.date(2025, number, 1) for number in range(1, 13)]
    costs = [("one_off", months[0], Decimal(once)), ("parallel", months[1], Decimal(0))]
    costs += [("running", month, Decimal(100) + number) for number, month in enumerate(months[1:])]
    costs += [("cash_released", month, RELIEF) for month in months[4:]]
    lines = [(2024, 10_000), (2025, 10_000 + once - 8 * 400 + sum(100 + number for number in range(11)))]
    small.decide(
        AS_OF,
        measures=[{"measure_id": "m", "measure_name": "M", "went_live_on": dt.date(2025, 2, 1), "status": "live"}],
        assumptions=[
            {
                "assumption_id": name, "assumption": name, "value": Decimal(str(value)), "unit": "x",
                "valid_from": dt.date(2020, 1, 1), "source": "x", "decided_by": "x", "evidence_grade": "A",
            }
            for name, value in rates.items()
        ],
    )  # fmt: skip
    small.deliver(
        "finance",
        "k",
        dt.datetime(2026, 1, 10),
        costs=[
            {
                "cost_item_id": f"{kind}-{month}", "measure_id": "m", "month": month, "kind": kind, "actual_eur": euros,
                "budget_line_id": "l", "booking_ref": f"b-{kind}-{month}",
            }
            for kind, month, euros in costs
        ],
    )  # fmt: skip
    small.deliver(
        "budget",
        "h",
        dt.datetime(2026, 1, 10),
        budget_lines=[
            {"budget_line_id": "l", "product": "p", "account": "a", "year": year, "actual_eur": Decimal(euros)}
            for year, euros in lines
        ],
    )
    return models.build(folder, *MODELS)


def cash(connection: duckdb.DuckDBPyConnection, measure_id: str = "m") -> dict[str, object]:
    """The line of the money."""
    row = connection.sql(f"from monitor.rpt_break_even where measure_id = '{measure_id}' and line = 'cash'").pl()
    return row.row(0, named=True)


@pytest.mark.parametrize("measure_id", ["m", "all"])
def test_without_interest_the_booked_past_is_the_cumulative_cash_of_the_savings(
    measure_id: str, models: CompiledModels, tmp_path: Path
) -> None:
    connection = town(tmp_path, models, discount_rate=0)
    said = cash(connection, measure_id)
    scope = "all" if measure_id == "all" else "measure:m"
    ((total,),) = connection.execute(
        "select cumulative_cash_eur + cumulative_cash_beneath_eur from monitor.rpt_savings_totals_monthly where scope = ? and month = ?",
        [scope, said["told_until_month"]],
    ).fetchall()
    assert said["refusal_reason"] is None
    assert total == 8 * RELIEF - 2_000 - sum(100 + number for number in range(11))
    assert said["npv_so_far_eur"] == said["cumulative_cash_eur"] == total
    ((of_the_measure,),) = connection.execute(
        "select max(cumulative_cash_eur) filter (where month = $told) + sum(cash_beneath_eur) "
        "from monitor.rpt_savings_monthly where service_code = 'all' and month <= $told",
        {"told": said["told_until_month"]},
    ).fetchall()
    assert of_the_measure == total


def test_a_second_one_off_cost_of_the_same_size_lowers_the_value_by_exactly_that(
    models: CompiledModels, tmp_path: Path
) -> None:
    once, twice = (
        cash(town(tmp_path / str(euros), models, once=euros, discount_rate=0.03)) for euros in (2_000, 4_000)
    )
    assert once["npv_eur"] - twice["npv_eur"] == once["npv_p50_eur"] - twice["npv_p50_eur"] == 2_000  # type: ignore[operator]
    assert once["payback_month_p50"] < twice["payback_month_p50"]  # type: ignore[operator]
    assert (once["invested_eur"], twice["invested_eur"]) == (2_000, 4_000)


def test_without_a_discount_rate_there_is_no_value_and_with_too_little_told_no_alternative(
    models: CompiledModels, tmp_path: Path
) -> None:
    connection = town(tmp_path, models)
    said = cash(connection)
    assert (said["refusal_reason"], said["break_even_state"], said["npv_eur"]) == ("no_discount_rate", "unknown", None)
    assert connection.sql("select count(*) from monitor.rpt_break_even_monthly").fetchall() == [(0,)]
    reasons = connection.sql("select distinct refusal_reason, npv_eur from monitor.rpt_alternatives").fetchall()
    assert reasons == [("no_discount_rate", None)]


def test_the_pace_since_relief_began_beside_the_months_before(models: CompiledModels, tmp_path: Path) -> None:
    """By hand: since May 400 less 103 to 110; before it 2,000, 100, 101 and 102 out."""
    connection = town(tmp_path, models, discount_rate=0)
    (row,) = connection.sql("from monitor.rpt_savings_pace where scope = 'measure:m'").pl().to_dicts()
    assert (row["since_month"], row["changes"], row["pace_months"]) == (dt.date(2025, 5, 1), "relief_began", 8)
    assert row["monthly_net_cash_eur"] == RELIEF - Decimal("106.5")
    assert row["monthly_net_cash_before_eur"] == Decimal("-575.75")
    assert row["monthly_recurring_net_cash_before_eur"] == Decimal("-75.75")
