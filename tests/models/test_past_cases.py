"""A log that begins at the go-live, and a statistic of the time before: through all models to the hours on the page."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.walk.past_cases import uncounted
from tests.models.compiled_models import CompiledModels
from tests.models.small_town import SmallTown

AS_OF = dt.date(2026, 1, 15)
LIVE = dt.date(2025, 1, 1)
SERVICES = ("permit", *(f"other{one}" for one in range(6)))
MONTHS = [dt.date(year, month, 1) for year in (2023, 2024, 2025) for month in range(1, 13)]
MINUTES = (("online", 12), ("post", 30))
WHOLE = "select * exclude (kind, content_hash) from monitor.dim_baselines order by all"
HOURS = """
    select * exclude (evidence_grade, claim_state, refusal_reason, capacity_released_hours)
    from monitor.rpt_savings_monthly where service_code <> 'all' order by all"""
VERDICTS = """
    select distinct claim_state, refusal_reason, evidence_grade from monitor.rpt_savings_monthly
    where service_code = 'permit' order by all"""
TOLD_OF = {
    **dict.fromkeys(
        ("int_past_cases_judged", "int_logged_cohorts_counted", "int_partial_months_found"), "intermediate"
    ),
    "dim_measures": "monitor",
}
Case = Mapping[str, Any]


def came() -> Iterator[Case]:
    """Each month 40 cases of two types, on days all over it; of type a more come online since the go-live."""
    for service in SERVICES:
        for month in MONTHS:
            for number in range(40):
                kind, is_live = "ab"[number % 2], service == "permit" and month >= LIVE
                online = number % 10 < (6 if is_live and kind == "a" else 2)
                at = dt.datetime(month.year, month.month, 1 + number % 27, 10)
                yield {
                    "case_id": f"{service} {month} {number}",
                    "service_code": service,
                    "case_type": kind,
                    "intake_channel": "online" if online else "post",
                    "received_at": at,
                    "closed_at": at + dt.timedelta(days=3),
                }


CASES = list(came())


def counted(cases: list[Case], until: dt.date) -> list[dict[str, Any]]:
    """A statistic of cases by month, type and channel."""
    cells = Counter(
        (case["service_code"], case["case_type"], case["intake_channel"], case["received_at"].date().replace(day=1))
        for case in cases
    )
    return [
        dict(zip(("service_code", "case_type", "intake_channel", "month"), cell, strict=True))
        | {"cases": count, "source": "yearly report", "evidence_grade": "B"}
        for cell, count in sorted(cells.items())
        if cell[3] <= until
    ]


def town(models: CompiledModels, folder: Path, log_from: dt.date, past: list[dict[str, Any]]) -> Any:
    """What the models make of a log that begins on a day."""
    small = SmallTown(folder)
    minutes = [
        {"service_code": "permit", "case_type": "all", "intake_channel": way, "valid_from": dt.date(2020, 1, 1)}
        | {"minutes": mean, "low": mean, "high": mean, "standard_error": 1, "sampled": 50}
        | {"method": "self_recording", "evidence_grade": "A", "source": "timed"}
        for way, mean in MINUTES
    ]
    small.decide(
        AS_OF,
        sources=[{"source": "register", "source_rank": 1, "mode": "dump"}],
        services=[{"service_code": code, "service_name": code, "office_code": "o"} for code in SERVICES],
        measures=[{"measure_id": "m", "measure_name": "m", "went_live_on": LIVE, "status": "live"}],
        measure_services=[{"measure_id": "m", "service_code": "permit", "share": 1}],
        processing_minutes=minutes,
        past_cases=past,
    )
    log = [case for case in CASES if case["received_at"].date() >= log_from]
    small.deliver("register", "d1", dt.datetime(2026, 1, 16, 5), mode="dump", cases=log)
    return models.build(
        folder, "dim_baselines", "rpt_savings_monthly", "fct_baseline_cells", "fct_past_cases", *TOLD_OF
    )  # fmt: skip


def said(built: duckdb.DuckDBPyConnection, folder: Path) -> list[str]:
    """What the run says of the file, of models that were built in memory."""
    build_file = folder / "said.duckdb"
    built.execute(f"attach '{build_file}' as said")
    for schema in sorted(set(TOLD_OF.values())):
        built.execute(f"create schema said.{schema}")
    for table, schema in TOLD_OF.items():
        built.execute(f"create table said.{schema}.{table} as from {schema}.{table}")
    built.execute("detach said")
    return uncounted(build_file)


@pytest.fixture(scope="module")
def whole(models: CompiledModels, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """The town whose log holds it all."""
    return town(models, tmp_path_factory.mktemp("whole"), MONTHS[0], [])


def same(query: str, one: duckdb.DuckDBPyConnection, other: duckdb.DuckDBPyConnection) -> bool:
    rows = one.execute(query).fetchall()
    return bool(rows) and rows == other.execute(query).fetchall()


@pytest.mark.parametrize("log_from", [LIVE, dt.date(2024, 12, 17)], ids=["at the go-live", "within a month before it"])
def test_a_statistic_of_the_time_before_gives_the_hours_the_log_would(
    log_from: dt.date, whole: duckdb.DuckDBPyConnection, models: CompiledModels, tmp_path: Path
) -> None:
    """Up to grade and kind; the month in which the log begins is whole either way."""
    cut = town(models, tmp_path, log_from, counted(CASES, log_from.replace(day=1)))
    assert same(HOURS, whole, cut)
    assert same(WHOLE, whole, cut)
    assert same("select * from monitor.fct_baseline_cells order by all", whole, cut)
    kinds = [made.execute("select kind from monitor.dim_baselines").fetchall() for made in (whole, cut)]
    assert kinds == [[("retrospective",)], [("reconstructed",)]]
    assert whole.execute(VERDICTS).fetchall() == [("claimed", None, "A")]
    assert cut.execute(VERDICTS).fetchall() == [("beneath", "baseline_reconstructed", "B")]
    assert said(cut, tmp_path) == []
    published = cut.execute(
        "select distinct source, evidence_grade, is_small_cell from monitor.fct_past_cases"
    ).fetchall()
    assert published == [("yearly report", "B", False)]


def test_without_a_statistic_the_baseline_begins_at_the_go_live(models: CompiledModels, tmp_path: Path) -> None:
    cut = town(models, tmp_path, LIVE, [])
    assert cut.execute("select kind, full_months from monitor.dim_baselines").fetchall() == [("starting_today", 0)]
    assert cut.execute(VERDICTS).fetchall() == [("refused", "baseline_too_short", None)]


def test_a_statistic_with_a_gap_makes_no_baseline(models: CompiledModels, tmp_path: Path) -> None:
    past = [row for row in counted(CASES, LIVE) if row["month"] != dt.date(2024, 12, 1)]
    cut = town(models, tmp_path, LIVE, past)
    assert cut.execute("select kind from monitor.dim_baselines").fetchall() == [("starting_today",)]
    judged = cut.execute("select distinct verdict from intermediate.int_past_cases_judged order by 1").fetchall()
    assert judged == [("confirmed",), ("gap",)]


def test_a_statistic_without_case_types_is_held_against_no_log_that_has_them(
    models: CompiledModels, tmp_path: Path
) -> None:
    untyped = Counter[tuple[tuple[str, Any], ...]]()
    for row in counted(CASES, LIVE):
        untyped[tuple({**row, "case_type": "unknown", "cases": 0}.items())] += row["cases"]
    cut = town(models, tmp_path, LIVE, [dict(row) | {"cases": cases} for row, cases in untyped.items()])
    assert {(state, reason) for state, reason, _ in cut.execute(VERDICTS).fetchall()} == {
        ("refused", "unseen_case_types")
    }
    told = said(cut, tmp_path)
    assert len(told) == len(SERVICES)
    assert all("are of case types that no row of it tells" in sentence for sentence in told)


def test_a_month_within_which_the_log_begins_is_told_with_its_cases(models: CompiledModels, tmp_path: Path) -> None:
    """Of the cases of a month one comes on each of the days 17 to 27: eleven for each service."""
    cut = town(models, tmp_path, dt.date(2024, 12, 17), [])
    (sentence,) = said(cut, tmp_path)
    assert f" on 2024-12-17: {len(SERVICES) * 11} cases of 2024-12 are in no baseline and no saving; " in sentence
