"""docs/audit.md: its queries run on the invented town, and each adds up to the one before, recorded or not."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.ledger import chain, looking, shown, writing
from tests.pipelines.ledger.claims_made import AT, OWNER, euros, hours, registered
from tests.walked import Walked, ask

DOCS = Path(__file__).parents[2] / "docs" / "audit.md"
QUERIES = dict(re.findall(r"```sql (\S+)\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL))
HOURS, EUROS = "claim_state = 'claimed'", "kind = 'cash_released' and cash_class = 'cash' and cash_grade = 'A'"
BENEATH, COSTS = "claim_state = 'beneath'", "kind <> 'cash_released'"


def said(database: Path, queries: Mapping[str, str] = QUERIES, zone: str = "Europe/Berlin") -> dict[str, pl.DataFrame]:
    """What each query says in a session of a zone."""
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute(f"set timezone = '{zone}'; use monitor")
        return {name: pl.DataFrame(connection.sql(query).to_arrow_table()) for name, query in queries.items()}


@pytest.fixture(scope="module")
def answers(demo: Walked) -> dict[str, pl.DataFrame]:
    """What each query says."""
    return said(demo.database)


@pytest.fixture(scope="module")
def recorded(demo: Walked, answers: dict[str, pl.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published file as it is once all it shows is recorded.

    The largest booking has a second one beside it and a plan of another line, the largest claim of hours a plan at
    another place; and what is booked after finance spoke last is told but counts nowhere.
    """
    folder = tmp_path_factory.mktemp("recorded")
    database = folder / "papierwende.duckdb"
    shutil.copyfile(demo.database, database)
    booking, claim = answers["euros-bookings"].row(0, named=True), answers["hours-claims"].row(0, named=True)
    with duckdb.connect(str(database)) as connection:
        connection.execute("use monitor")
        for number, month, accepted in ((1, booking["month"], 100), (2, dt.date(2026, 10, 1), 90000)):
            connection.execute(
                "insert into fct_cost_items by name select * replace ($item as cost_item_id, $item as booking_ref, "
                "-$number as position, $month as month, $accepted as accepted_eur) from fct_cost_items "
                "where delivery_id = $delivery and position = $position",
                {"item": f"BU-{number}", "number": number, "month": month, "accepted": accepted,
                 "delivery": booking["delivery_id"], "position": booking["position"]},
            )  # fmt: skip
    measures = [one for (one,) in demo.ask("select distinct measure_id from rpt_savings_monthly")]
    found = shown.shown(database, "generation:hash", shown.Asked(measures))
    measure, month = booking["measure_id"], booking["month"]
    plans = [
        *(
            euros("700", measure=measure, month=month, line=line, booking="planned", status="planned")
            for line in (booking["budget_line_id"], "1115.54310")
        ),
        hours(measure=claim["measure_id"], service=claim["service_code"], month=claim["month"], place=9, status="planned"),
    ]  # fmt: skip
    registered(folder)
    writing.record(folder, plans, OWNER, at=AT)
    writing.record(folder, found.claims, OWNER, limits=found.limits, at=AT)
    frames = looking.frames(chain.entries(folder), dt.date(2026, 10, 31))
    with duckdb.connect(str(database)) as connection:
        connection.execute("use monitor")
        connection.register("ledger_rows", frames["ledger_rows"].to_arrow())
        connection.register("ledger_components", frames["ledger_components"].to_arrow())
        connection.execute(
            "insert into fct_savings_ledger by name select *, superseded_by_id is null as is_standing from ledger_rows"
        )
        connection.execute("insert into fct_savings_components by name from ledger_components")
    return database


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
    assert answers["euros-bookings"]["accepted_eur"].sum() == headline
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


@pytest.mark.parametrize("told", [HOURS, BENEATH])
def test_recorded_hours_add_up_to_the_ledger(recorded: Path, answers: dict[str, pl.DataFrame], told: str) -> None:
    queries = {name: query.replace(HOURS, told) for name, query in QUERIES.items() if name.startswith("hours")}
    claims = said(recorded, queries)["hours-claims"]
    assert told == BENEATH or claims.height == answers["hours-claims"].height
    assert claims.n_unique(["measure_id", "service_code", "month"]) == claims.height > 20
    of_any = claims.filter(pl.col("capacity_released_hours").abs() >= 0.0001)
    assert of_any["ledger_id"].null_count() == 0
    assert set(of_any["status"]) == {"measured"}
    together = 0
    for place, claim in enumerate(claims.iter_rows(named=True)):
        cells = said(recorded, {"cells": queries["hours-cells"].replace("limit 1", f"limit 1 offset {place}")})["cells"]
        assert cells.select("measure_id", "service_code", "month").unique().rows() == [
            (claim["measure_id"], claim["service_code"], claim["month"])
        ]
        assert cells.n_unique(["case_type", "intake_channel"]) == cells.height
        assert cells["capacity_released_hours"].sum() == pytest.approx(claim["capacity_released_hours"], abs=1e-9)
        if claim["net"] is not None:
            assert cells["recorded_hours"].sum() == claim["net"]
        without_cell = cells.filter(pl.col("capacity_released_hours").is_null())
        assert set(without_cell["intake_channel"]) <= {"other"}
        together += without_cell.height
    assert together, "cells of few cases are recorded together"


@pytest.mark.parametrize(("told", "sign"), [(EUROS, 1), (COSTS, -1)])
def test_a_recorded_booking_is_one_row_per_year(recorded: Path, told: str, sign: int) -> None:
    queries = {name: query.replace(EUROS, told) for name, query in QUERIES.items() if name.startswith("euros")}
    bookings = said(recorded, queries)["euros-bookings"]
    assert "BU-2" not in set(bookings["booking_ref"])
    assert (told == EUROS) == ("BU-1" in set(bookings["booking_ref"]))
    years = dict(ask(recorded, "select budget_line_id, count(distinct year) from fct_budget_lines group by all"))
    recordings = 0
    for place, booking in enumerate(bookings.head(12).iter_rows(named=True)):
        offset = {name: query.replace("limit 1", f"limit 1 offset {place}") for name, query in queries.items()}
        answer = said(recorded, offset)
        line = answer["euros-line"]
        assert answer["euros-delivery"]["position"].to_list() == [booking["position"]]
        assert set(line["booking_ref"]) == {booking["booking_ref"]}
        assert line.height == line["year"].n_unique() == years[booking["budget_line_id"]]
        assert set(line["recorded_eur"]) in ({None}, {sign * booking["accepted_eur"]})
        assert set(line["status"]) in ({None}, {"measured"})
        recordings += line["ledger_id"].null_count() == 0
    assert recordings >= min(bookings.height, 6)


def test_what_stands_beside_the_headline_follows_with_another_filter(demo: Walked) -> None:
    [(costs, beneath, hours_beneath)] = demo.ask(
        "select cumulative_cost_eur, cumulative_cash_beneath_eur, grade_b_last_12_months_hours + grade_c_last_12_months_hours "
        "from rpt_savings_totals_monthly where scope = 'all' order by month desc limit 1"
    )
    answer = said(
        demo.database,
        {
            "costs": QUERIES["euros-bookings"].replace(EUROS, COSTS),
            "beneath": QUERIES["euros-bookings"].replace("cash_grade = 'A'", "cash_grade = 'B'"),
            "hours": QUERIES["hours-claims"].replace(HOURS, BENEATH),
        },
    )
    assert answer["costs"]["accepted_eur"].sum() == costs > 0
    assert answer["beneath"]["accepted_eur"].sum() == beneath > 0
    assert answer["hours"]["capacity_released_hours"].sum() == pytest.approx(hours_beneath, abs=1e-6)
    text = " ".join(DOCS.read_text(encoding="utf-8").split())
    assert all(f"`{one}`" in text for one in (COSTS, BENEATH, "cash_grade = 'B'"))


def test_the_same_cases_in_any_zone_and_under_any_name(
    demo: Walked, answers: dict[str, pl.DataFrame], tmp_path: Path
) -> None:
    cases, claim = answers["hours-cases"], answers["hours-claims"].row(0, named=True)
    service, month = claim["service_code"], claim["month"]
    database = tmp_path / "papierwende.duckdb"
    shutil.copyfile(demo.database, database)
    first, second, third = cases["case_id"][:3].to_list()
    with duckdb.connect(str(database)) as connection:
        connection.execute("set timezone = 'Europe/Berlin'; use monitor")
        for code, before in (("older", None), ("old", "older")):
            connection.execute(
                "insert into dim_services by name select * replace ($code as service_code, $before as continues) "
                "from dim_services where service_code = $service",
                {"code": code, "before": before, "service": service},
            )
        connection.execute("update dim_services set continues = 'old' where service_code = ?", [service])
        half_past = "received_at = $month::timestamptz + interval 30 minute"
        for case, change in ((first, f"service_code = 'older', {half_past}"), (second, "service_code = 'old'")):
            parameters = {"case": case, "month": month} if "$month" in change else {"case": case}
            connection.execute(f"update fct_cases set {change} where case_id = $case", parameters)
        next_month = (month + dt.timedelta(31)).replace(day=1)
        connection.execute(
            f"update fct_cases set {half_past} where case_id = $case", {"case": third, "month": next_month}
        )
    berlin, utc = (said(database, zone=zone)["hours-cases"] for zone in ("Europe/Berlin", "UTC"))
    assert berlin.equals(utc)
    assert berlin["case_id"].to_list() == [case for case in cases["case_id"] if case != third]
    assert berlin["service_code"].value_counts().sort("count").row(-1) == (service, berlin.height - 2)
    assert berlin.filter(pl.col("case_id") == first)["received_at"].item() == dt.datetime.combine(month, dt.time(0, 30))
