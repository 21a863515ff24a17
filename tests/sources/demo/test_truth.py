"""truth.json, recomputed from the written files by other means than the generator's."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

AS_OF = dt.date(2026, 6, 30)
MEDIA = {
    "elektronisch": "digital",
    "gescannt": "scanned",
    "Papier": "paper",
    "mündlich": "voice",
    "Schalter": "counter",
}


def table(part: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(part["rows"], schema=part["columns"], orient="row", infer_schema_length=None)


def parameter(town: Path, name: str) -> list[dict[str, str]]:
    with (town / "parameters" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter=";"))


def month(column: str) -> pl.Expr:
    return pl.col(column).dt.truncate("1mo").dt.strftime("%Y-%m-%d").alias("month")


def test_totals_are_those_of_the_files(truth, cases, case_rows, portal_rows):
    totals = truth["totals"]
    assert totals["cases"] == cases.height == cases["case"].n_unique()
    assert totals["closed_cases"] == cases["erledigt_am"].is_not_null().sum()
    assert totals["open_cases"] == totals["cases"] - totals["closed_cases"]
    assert totals["events_faelle"] == case_rows.height
    assert totals["events_portal"] == portal_rows.height


def test_throughput_by_month_service_and_channel(truth, cases):
    expected = table(truth["throughput"])
    for service, channel in (
        ("all", "all"),
        ("wohngeld", "all"),
        ("all", "online"),
        ("hundesteuer", "post"),
        ("grabnutzung", "all"),
    ):
        mine = cases.filter(
            pl.lit(service == "all") | (pl.col("leistung") == service),
            pl.lit(channel == "all") | (pl.col("channel") == channel),
        )
        rows = expected.filter(pl.col("service_code") == service, pl.col("intake_channel") == channel)
        came = dict(mine.group_by(month("received_on")).len().rows())
        went = dict(mine.drop_nulls("closed_on").group_by(month("closed_on")).len().rows())
        assert came == {row["month"]: row["received"] for row in rows.iter_rows(named=True) if row["received"]}
        assert went == {row["month"]: row["closed"] for row in rows.iter_rows(named=True) if row["closed"]}
        for row in rows.iter_rows(named=True):
            end = (dt.date.fromisoformat(row["month"]) + dt.timedelta(days=32)).replace(day=1)
            is_open = (pl.col("received_on") < end) & (pl.col("closed_on").is_null() | (pl.col("closed_on") >= end))
            assert mine.filter(is_open).height == row["open_at_end"], row


def test_backlog_of_every_day(truth, cases):
    first = dt.date.fromisoformat(truth["backlog"]["first_day"])
    expected = truth["backlog"]["open_cases"]
    assert first + dt.timedelta(days=len(expected) - 1) == AS_OF
    for age in range(0, len(expected), 41):
        day = first + dt.timedelta(days=age)
        is_open = (pl.col("received_on") <= day) & (pl.col("closed_on").is_null() | (pl.col("closed_on") > day))
        assert cases.filter(is_open).height == expected[age], day
    assert expected[-1] == truth["totals"]["open_cases"]


def is_midnight(name: str) -> pl.Expr:
    """Whether a local time is a day without a clock."""
    return pl.col(name) == pl.col(name).dt.truncate("1d")


def test_lead_times_by_year_of_closing(truth, cases):
    seconds = (pl.col("erledigt_am") - pl.col("eingang_am")).dt.total_seconds()
    whole_days = (pl.col("closed_on") - pl.col("received_on")).dt.total_seconds()
    by_day = is_midnight("eingang_am") | is_midnight("erledigt_am")
    closed = cases.with_columns(lead=pl.when(by_day).then(whole_days).otherwise(seconds)).filter(pl.col("lead") >= 0)
    expected = table(truth["lead_times"]["by_year"])
    for row in expected.iter_rows(named=True):
        mine = closed.filter(
            pl.col("closed_on").dt.year() == int(row["year"]),
            pl.lit(row["service_code"] == "all") | (pl.col("leistung") == row["service_code"]),
        )["lead"]
        assert len(mine) == row["n"]
        assert mine.quantile(0.5, "linear") == pytest.approx(row["median_seconds"], abs=1e-6)
        assert mine.quantile(0.9, "linear") == pytest.approx(row["p90_seconds"], abs=1e-6)
    assert truth["lead_times"]["day_granular_services"] == ["grabnutzung"]


def test_deadlines_by_month_of_closing(truth, cases):
    due = cases.filter(pl.col("closed_on").is_not_null(), pl.col("frist").is_not_null())
    found = due.group_by(month("closed_on")).agg(pl.len(), (pl.col("closed_on") <= pl.col("frist")).sum().alias("kept"))
    expected = {row[0]: tuple(row[1:]) for row in truth["lead_times"]["on_time_by_month"]["rows"]}
    assert {name: (count, kept) for name, count, kept in found.rows()} == expected


def test_shares_of_paper_in(truth, cases):
    expected = table(truth["paper"]).filter(pl.col("service_code") == "all")
    change = dt.date.fromisoformat(truth["paper"]["email_counts_as_paper_before"])
    is_paper = pl.col("channel").is_in(["post", "counter", "fax"]) | (
        (pl.col("channel") == "email") & (pl.col("received_on") < change)
    )
    found = cases.group_by(month("received_on")).agg(
        pl.len().alias("cases"),
        (pl.col("channel") != "unknown").sum().alias("known_channel_cases"),
        is_paper.sum().alias("paper_in_cases"),
        (pl.col("channel") == "online").sum().alias("online_cases"),
    )
    assert expected.select(found.columns).sort("month").rows() == found.sort("month").rows()


def events(case_rows: pl.DataFrame, portal_rows: pl.DataFrame, town: Path) -> pl.DataFrame:
    """All events with the medium they have in the end."""
    rules = {row["activity"]: row for row in parameter(town, "activities")}
    own = {name: row["medium"] for name, row in rules.items()}
    kind = {name: row["kind"] for name, row in rules.items()}
    both = pl.concat(
        [
            case_rows.select("case", activity="schritt", medium=pl.col("medium").replace_strict(MEDIA)),
            portal_rows.select("case", activity="Ereignis", medium=pl.lit(None, pl.String)),
        ]
    )
    return both.with_columns(
        medium=pl.coalesce("medium", pl.col("activity").replace_strict(own)),
        kind=pl.col("activity").replace_strict(kind),
    )


def test_letters_and_end_to_end_cases(truth, town, cases, case_rows, portal_rows):
    expected = table(truth["paper"]).filter(pl.col("service_code") == "all").drop("service_code").sort("month")
    per_case = (
        events(case_rows, portal_rows, town)
        .group_by("case")
        .agg(
            ((pl.col("kind") == "outbound") & (pl.col("medium") != "unknown")).sum().alias("letters"),
            ((pl.col("kind") == "outbound") & (pl.col("medium") == "paper")).sum().alias("on_paper"),
            (pl.col("medium") == "digital").all().alias("all_digital"),
            pl.col("medium").is_in(["digital", "unknown"]).all().alias("maybe_digital"),
        )
    )
    is_end = pl.col("closed_on").is_not_null()
    is_not = ~pl.col("maybe_digital") | ~pl.col("channel").is_in(["online", "unknown"])
    is_digital = pl.col("all_digital") & (pl.col("channel") == "online")
    found = (
        cases.join(per_case, on="case")
        .group_by(month("received_on"))
        .agg(
            pl.col("letters").sum().alias("outbound_letters"),
            pl.col("on_paper").sum().alias("paper_out_letters"),
            (is_end & (is_not | is_digital)).sum().alias("end_to_end_known_cases"),
            (is_end & is_digital).sum().alias("end_to_end_cases"),
        )
        .sort("month")
    )
    assert expected.select(found.columns).rows() == [
        tuple(int(v) if i else v for i, v in enumerate(row)) for row in found.rows()
    ]


def test_rework_is_an_activity_that_stands_twice(truth, town, cases, case_rows, portal_rows):
    twice = (
        events(case_rows, portal_rows, town)
        .group_by("case", "activity")
        .len()
        .filter(pl.col("len") > 1)["case"]
        .unique()
    )
    found = cases.filter(pl.col("case").is_in(twice.implode())).group_by("leistung").len()
    assert {**dict(found.rows()), "all": len(twice)} == truth["rework_cases"]


def test_spoilt_cases_are_as_many_as_told(truth, cases, case_rows, portal_rows):
    faults = truth["faults"]
    assert (
        cases.filter(pl.col("erledigt_am") < pl.col("eingang_am")).height == faults["closed_before_received"]["cases"]
    )
    assert (
        cases.filter(pl.col("leistung") == faults["unlisted_service"]["service_code"]).height
        == faults["unlisted_service"]["cases"]
    )
    strange = case_rows.filter(pl.col("eingangsweg") == faults["unknown_channel"]["value"])
    assert (strange["case"].n_unique(), strange.height) == (
        faults["unknown_channel"]["cases"],
        faults["unknown_channel"]["rows"],
    )
    small = ("jagd-waffen", "denkmalpflege", "stadtgestaltung", "friedhof")
    local = pl.col("zeit").dt.convert_time_zone("Europe/Berlin")
    steps = case_rows.select(
        "case", at=pl.when(pl.col("stelle").is_in(small)).then(local.dt.truncate("1d")).otherwise(local)
    )
    online = portal_rows.select("case", at=pl.col("at").dt.replace_time_zone("Europe/Berlin", ambiguous="earliest"))
    is_after = (
        pl.when(is_midnight("at") | is_midnight("erledigt_am"))
        .then(pl.col("at").dt.date() > pl.col("closed_on"))
        .otherwise(pl.col("at") > pl.col("erledigt_am"))
    )
    late = pl.concat([steps, online]).join(cases, on="case").filter(is_after)
    assert late["case"].n_unique() == faults["events_after_closing"]["cases_with_any_event_after_closing"]
    units = dict(case_rows.group_by("stelle").len().rows())
    for code, unit in truth["privacy"]["merged_units"].items():
        assert units.get(code, 0) == unit["events"]
    assert units["friedhof"] == truth["privacy"]["day_only_units"]["friedhof"]


def test_booked_euros_need_a_booking_of_their_own_a_told_route_and_a_post_that_went(truth, town):
    text = (town / "inbox/finanzen/kosten.csv").read_bytes().decode("windows-1252")
    kinds = {
        "einmalig": "one_off",
        "laufend": "running",
        "Parallelbetrieb": "parallel",
        "Minderausgabe": "cash_released",
    }
    found: dict[str, dict[str, dict[str, float]]] = {measure: {} for measure in truth["savings"]}
    documents: set[str] = set()
    for row in csv.DictReader(text.splitlines(), delimiter=";"):
        is_relief, document = kinds[row["Art"]] == "cash_released", row["Buchungsbeleg"]
        is_own = document not in documents
        documents |= {document} if is_relief else set()
        if row["Ist EUR"] and (
            not is_relief or (document and is_own and row["Maßnahme"] not in ("M-IKFZ", "M-ABH-EAKTE"))
        ):
            euros = float(row["Ist EUR"].replace(".", "").replace(",", "."))
            day = dt.datetime.strptime(row["Monat"], "%d.%m.%Y").date().isoformat()
            found[row["Maßnahme"]].setdefault(day, {})[kinds[row["Art"]]] = euros
    assert found == {measure: figures["booked"] for measure, figures in truth["savings"].items()}
    assert "1.234"[1] in text and ";8.400,00;" in text
