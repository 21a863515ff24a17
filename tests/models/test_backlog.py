"""The stock of each day against the slow and obvious way: each open case on each of its days.

The models count arrivals, ends and changes, and find the age nine of ten cases have not passed among days of receipt;
here every case is laid on every day and counted there. Registers by chance: two calendars, offices without hours,
hours that end, deadlines far ahead, cases that never end.
"""

import datetime as dt
import math
import random
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.models.compiled_models import CompiledModels
from tests.models.small_town import SmallTown

AS_OF = dt.date(2026, 1, 15)
FIRST = dt.date(2025, 9, 1)
COUNTS = (
    "open_cases", "open_deadline_cases", "known_waiting_cases", "overdue", "at_risk", "waiting_applicant",
    "waiting_office", "age_cases", "age_under_10_days", "age_10_to_30_days", "age_30_to_90_days", "age_over_90_days",
)  # fmt: skip
Cell = tuple[dt.date, str, str]


def days(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(number) for number in range((last - first).days + 1)]


def ninth_of_ten(ages: list[int]) -> float | None:
    """The 0.9 quantile, linear between two values."""
    if not ages:
        return None
    ages = sorted(ages)
    place = Fraction(9, 10) * (len(ages) - 1)
    below, above = ages[math.floor(place)], ages[math.ceil(place)]
    return float(below + (above - below) * (place % 1))


def counted(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The figures of one cell on one day, from its open cases."""
    dated = [row for row in rows if row["due"] is not None]
    near = [row["is_at_risk"] for row in dated if row["is_at_risk"] is not None]
    waits = [row["waits_for"] for row in rows if row["waits_for"] != "unknown"]
    ages = [row["age"] for row in rows if row["age"] is not None]
    return {
        "open_cases": len(rows),
        "open_deadline_cases": len(dated),
        "known_waiting_cases": len(waits),
        "overdue": sum(row["due"] <= row["day"] for row in dated) if dated else None,
        "at_risk": sum(near) if near else None,
        "waiting_applicant": waits.count("applicant") if waits else None,
        "waiting_office": waits.count("office") if waits else None,
        "age_cases": len(ages),
        "age_under_10_days": sum(age < 10 for age in ages),
        "age_10_to_30_days": sum(10 <= age < 30 for age in ages),
        "age_30_to_90_days": sum(30 <= age < 90 for age in ages),
        "age_over_90_days": sum(age >= 90 for age in ages),
        "p90": ninth_of_ten(ages),
    }


def laid_on_days(segments: list[dict[str, Any]], numbers: dict[tuple[str, dt.date], int]) -> dict[Cell, dict[str, Any]]:
    """All cells of all days, by laying each segment on each of its days."""
    cells: dict[Cell, list[dict[str, Any]]] = defaultdict(list)
    for one in segments:
        office, due = one["office_code"], one["due_day"]
        received, due_number = numbers.get((office, one["received_day"])), numbers.get((office, due))
        for day in days(one["from_day"], one["to_day"]):
            today = numbers.get((office, day))
            row = {
                "day": day,
                "due": due,
                "waits_for": one["waits_for"],
                "age": None if received is None or today is None else today - received,
                "is_at_risk": None
                if due is None or (due > day and (due_number is None or today is None))
                else due > day and due_number - today <= 5,
            }
            for service in (one["service_code"], "all"):
                for place in (office, "all"):
                    cells[day, service, place].append(row)
    return {cell: counted(rows) for cell, rows in cells.items()}


@pytest.mark.parametrize("seed", range(6))
def test_each_days_stock_is_that_of_its_open_cases(seed: int, models: CompiledModels, tmp_path: Path) -> None:
    chance = random.Random(seed)
    span = (AS_OF - FIRST).days
    cases, events = [], []
    for number in range(chance.randint(1, 60)):
        came = FIRST + dt.timedelta(chance.randint(0, span))
        went = chance.choice((None, came + dt.timedelta(chance.randint(0, 160))))
        at = dt.datetime.combine(came, dt.time(8))
        cases.append(
            {
                "case_id": f"case-{number}",
                "service_code": chance.choice(("s1", "s2")),
                "office_code": chance.choice(("plain", "twin", "own", "ended", "none")),
                "received_at": at,
                "closed_at": went and dt.datetime.combine(went, dt.time(9)),
                "due_at": chance.choice((None, at + dt.timedelta(chance.randint(0, 700)))),
            }
        )
        events += [
            {
                "case_id": f"case-{number}",
                "activity": chance.choice(("wait", "work", "odd")),
                "occurred_at": at + dt.timedelta(chance.randint(0, 60)),
            }
            for _ in range(chance.randint(0, 3))
        ]
    town = SmallTown(tmp_path)
    plain = {"weekday": "mon", "opens_at": "08:00", "closes_at": "12:00", "valid_from": dt.date(2000, 1, 1)}
    town.decide(
        AS_OF,
        sources=[{"source": "register", "source_rank": 1, "mode": "dump"}, {"source": "log", "source_rank": 2}],
        offices=[{"office_code": code, "office_name": code} for code in ("plain", "twin", "own", "ended")],
        opening_hours=[
            *(
                plain | {"office_code": code, "weekday": day}
                for code in ("plain", "twin")
                for day in ("mon", "wed", "thu")
            ),
            plain | {"office_code": "own", "weekday": "tue"},
            *(
                plain | {"office_code": "ended", "weekday": day, "valid_to": dt.date(2025, 12, 1)}
                for day in ("mon", "tue", "wed", "thu", "fri")
            ),
        ],
        closing_days=[{"closed_on": dt.date(2025, 10, 6), "office_code": "twin", "reason": "Umzug"}],
        activities=[
            {"activity": "wait", "waits_for": "applicant"},
            {"activity": "work", "waits_for": "office"},
        ],
    )
    town.deliver("register", "d1", dt.datetime(2026, 1, 15, 5), mode="dump", cases=cases)
    town.deliver("log", "d2", dt.datetime(2026, 1, 15, 5), events=events)
    tables = models.build(tmp_path, "int_backlog_days_counted", "int_backlog_segments_cut", "int_office_days_counted")
    segments = pl.DataFrame(tables.sql("from intermediate.int_backlog_segments_cut").to_arrow_table()).to_dicts()
    known = "select office_code, day, working_day_number from intermediate.int_office_days_counted where is_known"
    numbers = {(office, day): number for office, day, number in tables.execute(known).fetchall()}
    columns = ", ".join(f"{name}::bigint as {name}" for name in COUNTS)
    found = {
        (day, service, office): dict(zip((*COUNTS, "p90"), figures, strict=True))
        for day, service, office, *figures in tables.execute(
            f"select day, service_code, office_code, {columns}, p90_age_working_days from intermediate.int_backlog_days_counted"
        ).fetchall()
    }
    wanted = laid_on_days(segments, numbers)
    assert found.keys() == wanted.keys()
    assert {cell: found[cell] for cell in wanted if found[cell] != wanted[cell]} == {}
