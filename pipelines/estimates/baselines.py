"""Baselines: what was counted and timed before a go-live, frozen once it is whole; later data make a new version."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
import polars.selectors as cs

from pipelines.estimates.frames import frame_of, savings_frame
from pipelines.estimates.gates import LEAST_BASELINE_CASES, full_months
from pipelines.estimates.minutes import NONE, minutes_of
from pipelines.estimates.panel import Panel, ServiceCases, panel
from pipelines.estimates.savings import AT_WORK, SEED, saved_by_measures
from pipelines.estimates.stages import BASELINE_MONTHS, RUN_IN_MONTHS, Stage, claim, stages_of
from pipelines.estimates.years import years_of
from sources.contract.inputs import INPUTS
from sources.contract.ledger_words import BaselineKind

# Frozen by the end of the month after the go-live, a baseline was measured; later it is told in retrospect.
_MONTHS_TO_FREEZE: Final = 2
_FROZEN: Final = "frozen"
YEARS: Final = "year"
_CASES: Final = ("case_type", "intake_channel", "month", "received_cases", "decided_cases", "evidence_grade")
_MINUTES: Final = (
    *("case_type", "intake_channel", "minutes", "low", "high"),
    *("standard_error", "sampled", "method", "valid_from", "evidence_grade"),
)
SCHEMA: Final = INPUTS["frozen_baselines"] | {
    "is_new": pl.Boolean(),
    "is_claimed": pl.Boolean(),
    "is_newest": pl.Boolean(),
    "in_baseline": pl.Boolean(),
    "state": pl.String(),
    "full_months": pl.Int64(),
    "claim_possible_from": pl.Date(),
}


@dataclass(frozen=True)
class _Found:
    """What counts today for one stage of a service.

    Attributes:
        live_on: go-live of its first measure; known_from: first of the months that tell the state before it, None for
            all there are.
        cases, minutes: rows as they are frozen.
        months: full months before the go-live; waits_for: what the baseline lacks, None where it is whole.
        possible_from: where it is not whole, the first month a go-live could be judged by what comes in since.
    """

    service_code: str
    live_on: dt.date
    known_from: dt.date | None
    cases: list[dict[str, Any]]
    minutes: list[dict[str, Any]]
    months: int
    waits_for: str | None
    possible_from: dt.date | None

    @property
    def content_hash(self) -> str:
        """Of all that a claim rests on: which cases are decided by now is no part of it."""
        said = [
            self.known_from,
            [_counted(row) for row in self.cases],
            [[_plain(row[name]) for name in _MINUTES] for row in self.minutes],
        ]
        return hashlib.sha256(json.dumps(said, default=str, ensure_ascii=False).encode()).hexdigest()

    def kind(self, as_of: dt.date) -> BaselineKind:
        """How the twelve months before the go-live are known, frozen on a day."""
        year = (row for row in self.cases if _months_before(row["month"], self.live_on))
        if any(row["evidence_grade"] for row in year):
            return BaselineKind.RECONSTRUCTED
        months = (as_of.year - self.live_on.year) * 12 + as_of.month - self.live_on.month
        return BaselineKind.MEASURED if months <= _MONTHS_TO_FREEZE else BaselineKind.RETROSPECTIVE


def baselines_frame(
    cohorts: pl.DataFrame, claims: pl.DataFrame, minutes: pl.DataFrame, frozen: pl.DataFrame, as_of: dt.date
) -> pl.DataFrame:
    """All baselines, cell by cell (`SCHEMA`): those that were frozen, and those to be frozen now (`is_new`).

    A baseline belongs to a service and a go-live. What counts today is compared with its newest version; where it
    differs it is the next one. A claim keeps version 1 until a later one is adopted. One that is not whole has a
    single row without a cell.

    Args:
        cohorts: as `savings_frame` takes them.
        claims: likewise.
        minutes: likewise.
        frozen: versions of earlier runs, as `INPUTS["frozen_baselines"]`.
        as_of: the day they are frozen.
    """
    rows: list[dict[str, Any]] = [row | {"is_new": False, "state": _FROZEN} for row in frozen.to_dicts()]
    known: dict[tuple[str, dt.date], dict[int, str]] = {}
    for row in rows:
        known.setdefault((row["service_code"], row["live_on"]), {})[row["version"]] = row["content_hash"]
    whole: dict[tuple[str, dt.date], int] = {}
    for one in _found(cohorts, claims, minutes, as_of.replace(day=1)):
        versions = known.setdefault((one.service_code, one.live_on), {})
        whole[one.service_code, one.live_on] = one.months
        if one.waits_for is None and (not versions or versions[max(versions)] != one.content_hash):
            version = max(versions, default=0) + 1
            versions[version] = one.content_hash
            rows += _rows(one, version, as_of)
        elif not versions:
            rows.append(_open(one))
    adopted = frozen.drop_nulls("adoption").sort("adoption").select("service_code", "live_on", "version")
    claimed = {(code, live_on): version for code, live_on, version in adopted.iter_rows()}
    for row in rows:
        place = row["service_code"], row["live_on"]
        row["is_claimed"] = row["version"] == claimed.get(place, 1) and place in whole
        row["is_newest"] = row["version"] is not None and row["version"] == max(known[place])
        row["in_baseline"] = None if row["month"] is None else _months_before(row["month"], one=row["live_on"])
        row["full_months"] = whole.get(place)
    ordered = ("service_code", "live_on", "version", "cell", "case_type", "intake_channel", "month", "valid_from")
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort(ordered)


def _months_before(month: dt.date, one: dt.date) -> bool:
    return (one.year - month.year) * 12 + one.month - month.month <= BASELINE_MONTHS


def claimed_savings(
    cohorts: pl.DataFrame,
    claims: pl.DataFrame,
    minutes: pl.DataFrame,
    baselines: pl.DataFrame,
    end: dt.date,
    min_cases: int,
    offices: Mapping[str, str] | None = None,
    seed: int = SEED,
) -> pl.DataFrame:
    """`savings_frame` on the baselines claims rest on, beside it the minutes on others, and sums of years.

    Further columns: `baseline_id`, `newest_baseline_minutes` and `first_baseline_minutes` (`minutes` unless the newest
    or the first version says something else), and those of `years_of`, whose rows have the span `year` and no measure.
    """
    claimed = baselines.filter("is_claimed")
    town, saved = saved_by_measures(*_rebased(cohorts, minutes, claimed, claims), end, seed)
    found = frame_of(town, saved, min_cases, seed)
    place = ["month", "span", "measure_id", "service_code"]
    services = (pl.col("service_code") != "all") & (pl.col("span") == "month")
    newest, first = found.filter(services), found.filter(services)
    if claimed.select((~pl.col("is_newest")).any()).item():
        newest = savings_frame(cohorts, claims, minutes, end, min_cases, seed).filter(services)
    if codes := set(claimed.filter(pl.col("version") > 1)["service_code"]):
        # What was adopted does not hide what stood before it; the others' part in the tide is no version of theirs.
        began = baselines.filter(pl.col("version") == 1).join(claimed, on=["service_code", "live_on"], how="semi")
        before = savings_frame(*_rebased(cohorts, minutes, began, claims), end, min_cases, seed)
        adopted = pl.col("service_code").is_in(codes)
        first = pl.concat([before.filter(services & adopted), first.filter(~adopted)])
    ids = claimed.select("service_code", "live_on", "baseline_id").unique().sort("live_on")
    of_claims = (
        claims.select("measure_id", "service_code", "went_live_on")
        .sort("went_live_on")
        .join_asof(ids, left_on="went_live_on", right_on="live_on", by="service_code", check_sortedness=False)
        .select("measure_id", "service_code", "baseline_id")
    )
    told = found
    for name, other in (("newest_baseline_minutes", newest), ("first_baseline_minutes", first)):
        beside = other.select(*place, pl.col("minutes").alias(name))
        told = told.join(beside, on=place, how="left", maintain_order="left")
    told = told.join(of_claims, on=["measure_id", "service_code"], how="left", maintain_order="left")
    years = years_of(town, saved, offices or {}, min_cases, seed).with_columns(span=pl.lit(YEARS))
    return pl.concat([told, years], how="diagonal")


def _rebased(
    cohorts: pl.DataFrame, minutes: pl.DataFrame, claimed: pl.DataFrame, claims: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Cohorts and minutes with what was frozen in the place of what counts today; claims as they are."""
    timed_from: dict[str, dt.date] = {}
    for (code, live_on, known_from), cells in (
        claimed.sort("service_code", "live_on")
        .partition_by("service_code", "live_on", "known_from", as_dict=True, maintain_order=True)
        .items()
    ):
        mine, go_live = pl.col("service_code") == code, pl.lit(live_on, pl.Date)
        before = mine & (pl.col("month") >= (known_from or dt.date.min)) & (pl.col("month") < go_live.dt.month_start())
        cohorts = _replaced(cohorts, before, cells.filter(pl.col("cell") == "cases"))
        # Values of the stage before were frozen with it.
        since = pl.col("valid_from") >= timed_from.get(str(code), dt.date.min)
        held = cells.filter((pl.col("cell") == "minutes") & since)
        minutes = _replaced(minutes, mine & since & (pl.col("valid_from") < go_live), held)
        timed_from[str(code)] = pl.select(go_live).item()
    return cohorts, claims, minutes


def _replaced(frame: pl.DataFrame, rows: pl.Expr, by: pl.DataFrame) -> pl.DataFrame:
    columns = [name for name in frame.columns if name in by.columns]
    kept = frame.filter(~rows).select(columns).cast({cs.decimal(): pl.Float64})
    return pl.concat([kept, by.select(columns).cast(kept.schema)])


def _found(cohorts: pl.DataFrame, claims: pl.DataFrame, minutes: pl.DataFrame, end: dt.date) -> Iterator[_Found]:
    """What counts today for each stage of each service with a measure at work."""
    town = panel(cohorts, end)
    if not town.months:
        return
    at_work = claims.filter((pl.col("went_live_on") < end) & pl.col("status").is_in(AT_WORK))
    rows = at_work.partition_by("service_code", as_dict=True)
    values = minutes.partition_by("service_code", as_dict=True)
    for service in town.services:
        mine = rows.get((service.service_code,), at_work.clear()).to_dicts()
        timed = values.get((service.service_code,), minutes.clear())
        for number, stage in enumerate(stages_of([claim(row, town) for row in mine], len(town.months))):
            yield _of_stage(town, service, stage, cohorts, timed, is_first=number == 0)


def _of_stage(
    town: Panel, service: ServiceCases, stage: Stage, cohorts: pl.DataFrame, timed: pl.DataFrame, *, is_first: bool
) -> _Found:
    live_on = stage.claims[0].live_on
    begin = town.months[stage.known[0]] if len(stage.known) and not is_first else None
    cases = cohorts.filter(
        (pl.col("service_code") == service.service_code)
        & (pl.col("month") >= (begin or dt.date.min))
        & (pl.col("month") < live_on.replace(day=1))
    )
    held = timed.filter(pl.col("valid_from") < live_on)
    full = full_months(service, stage)
    before = service.received[stage.baseline].sum(0)
    priced = minutes_of(timed).valid(service.case_types, live_on - dt.timedelta(days=1))
    lacks = {
        "months": full < BASELINE_MONTHS,
        "cases": int(before.sum()) < LEAST_BASELINE_CASES,
        "minutes": bool((priced[before > 0] == NONE).any()),
    }
    return _Found(
        service.service_code,
        live_on,
        begin,
        cases.select(_CASES).sort(_CASES[:3]).to_dicts(),
        held.select(_MINUTES).sort("case_type", "intake_channel", "valid_from").to_dicts(),
        full,
        next((name for name, is_lacking in lacks.items() if is_lacking), None),
        _possible_from(town, service, stage) if lacks["months"] else None,
    )


def _possible_from(town: Panel, service: ServiceCases, stage: Stage) -> dt.date | None:
    """The first month in which a go-live could be judged by the months that come in since this stage."""
    seen = np.flatnonzero(service.received.sum((1, 2)))
    if not len(seen):
        return None
    changed = max(one.first for one in stage.claims) + RUN_IN_MONTHS
    month = max(int(seen[0]), changed) + BASELINE_MONTHS + town.months[0].month - 1
    return dt.date(town.months[0].year + month // 12, month % 12 + 1, 1)


def _rows(one: _Found, version: int, as_of: dt.date) -> Iterator[dict[str, Any]]:
    common = {
        "baseline_id": f"{one.service_code}@{one.live_on}.v{version}",
        "service_code": one.service_code,
        "live_on": one.live_on,
        "known_from": one.known_from,
        "version": version,
        "kind": one.kind(as_of),
        "frozen_on": as_of,
        "content_hash": one.content_hash,
        "state": _FROZEN,
        "is_new": True,
    }
    for row in one.cases:
        yield dict.fromkeys(SCHEMA) | common | row | {"cell": "cases"}
    for row in one.minutes:
        yield dict.fromkeys(SCHEMA) | common | {name: _plain(row[name]) for name in _MINUTES} | {"cell": "minutes"}


def _open(one: _Found) -> dict[str, Any]:
    return dict.fromkeys(SCHEMA) | {
        "baseline_id": f"{one.service_code}@{one.live_on}",
        "service_code": one.service_code,
        "live_on": one.live_on,
        "known_from": one.known_from,
        "kind": None if one.possible_from is None else BaselineKind.STARTING_TODAY,
        "state": f"waits_for_{one.waits_for}",
        "is_new": False,
        "claim_possible_from": one.possible_from,
    }


def _counted(row: dict[str, Any]) -> list[Any]:
    """A cell of cases as it is hashed: with a grade only where a statistic has one, so that no older hash moves."""
    grade = row["evidence_grade"]
    return [row[name] for name in _CASES[:4]] + ([] if grade is None else [grade])


def _plain(value: object) -> object:
    """Decimals as the numbers they are, so that they hash alike wherever they come from."""
    return value if value is None or isinstance(value, str | int | dt.date) else float(str(value))
