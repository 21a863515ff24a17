"""Working time in the real models against vectors that other programs computed, clock changes and Länder included.

Each row of data/reference_calendar.json becomes a case of an office of its own: its hours are those of the row's
calendar, its closing days the holidays of the row's Land (the models take holidays of one Land per town).
"""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import holidays
import pytest

from tests.models.small_town import SHARED_DATA, SmallTown

VECTORS = SHARED_DATA / "reference_calendar.json"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONG_AGO = dt.date(2000, 1, 1)

pytestmark = pytest.mark.skipif(
    not VECTORS.is_file(), reason=f"{VECTORS.name} is not here: set PAPIERWENDE_SHARED_DATA"
)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC).replace(tzinfo=None)


def office_of(row: dict[str, Any]) -> str:
    return f"{row['calendar']}-{row['state'] or 'none'}"


def hours(office: str, calendar: dict[str, list[list[str]]]) -> list[dict[str, Any]]:
    return [
        {
            "office_code": office,
            "weekday": WEEKDAYS[int(day)],
            "opens_at": opens,
            "closes_at": closes,
            "valid_from": LONG_AGO,
        }
        for day, intervals in calendar.items()
        for opens, closes in intervals
    ]


def closing_days(office: str, state: str | None) -> list[dict[str, Any]]:
    found = holidays.country_holidays("DE", subdiv=state, years=range(2025, 2028)) if state else {}
    return [{"closed_on": day, "office_code": office, "reason": "holiday"} for day in found]


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[float, float]]:
    """Per vector: expected seconds, found seconds."""
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    rows = vectors["rows"]
    offices = {office_of(row): row for row in rows}
    town = SmallTown(tmp_path_factory.mktemp("town"), vectors["tz"])
    town.decide(
        dt.date(2027, 12, 31),
        opening_hours=[h for code, row in offices.items() for h in hours(code, vectors["calendars"][row["calendar"]])],
        closing_days=[day for code, row in offices.items() for day in closing_days(code, row["state"])],
    )
    cases = [
        {
            "case_id": f"{at:03}",
            "office_code": office_of(row),
            "received_at": utc(row["start"]),
            "closed_at": utc(row["end"]),
        }
        for at, row in enumerate(rows)
    ]
    town.deliver("vectors", "vectors", dt.datetime(2027, 2, 1), cases=cases)
    done = town.dbt("run", "--select", "+fct_cases")
    assert done.returncode == 0, done.stdout
    found = dict(town.ask("select case_id, working_seconds from monitor.fct_cases"))
    return {f"{row['note']} {row['state']}": (row["seconds"], found[f"{at:03}"]) for at, row in enumerate(rows)}


def test_every_vector_is_met_exactly(worked: dict[str, tuple[float, float]]) -> None:
    assert len(worked) >= 30
    assert {note: pair for note, pair in worked.items() if pair[0] != pair[1]} == {}


def test_the_vectors_contain_both_clock_changes() -> None:
    notes = " ".join(row["note"] for row in json.loads(Path(VECTORS).read_text(encoding="utf-8"))["rows"])
    assert "23 h" in notes
    assert "25 h" in notes
