"""Months as sources write them: a month for itself in any declared form, its name in German; days never by a month."""

import datetime as dt

import polars as pl
import pytest

from sources.values.moments import days, is_of_months, months
from sources.values.spelling import Spelling
from tests.towns import make_source

COSTS = {"cost_item": "Position", "measure": "Maßnahme", "month": "Monat", "kind": "Art"}
COUNTS = {"counted_on": "Tag", "value": "Seiten"}


@pytest.mark.parametrize(
    ("form", "written", "read"),
    [
        (None, ["2026-01", "2026-03-17", "01/2026"], [(2026, 1), (2026, 3), None]),
        ("%m/%Y", ["01/2026", "12/2025", "2026-03", "13/2026"], [(2026, 1), (2025, 12), (2026, 3), None]),
        (
            "%B %Y",
            ["Januar 2026", "März 2026", "Mai 2026", "Dezember 2025"],
            [(2026, 1), (2026, 3), (2026, 5), (2025, 12)],
        ),
        ("%b %y", ["Jan 26", "Mrz. 26", "Okt 25", "Dez. 25"], [(2026, 1), (2026, 3), (2025, 10), (2025, 12)]),
        ("%Y%m", ["202601", "202612"], [(2026, 1), (2026, 12)]),
        ("%d.%m.%Y", ["17.03.2026", "2026-04"], [(2026, 3), (2026, 4)]),
    ],
)
def test_a_month_is_its_first_day(form: str | None, written: list[str], read: list[tuple[int, int] | None]) -> None:
    found = months(pl.Series(written), Spelling("Europe/Berlin", date_format=form)).values.to_list()
    assert found == [None if month is None else dt.date(*month, 1) for month in read]


def test_days_may_have_german_months_too() -> None:
    found = days(pl.Series(["3. März 2026", "12. Dezember 2025"]), Spelling("Europe/Berlin", date_format="%d. %B %Y"))
    assert found.values.to_list() == [dt.date(2026, 3, 3), dt.date(2025, 12, 12)]


@pytest.mark.parametrize(("form", "is_one"), [("%m/%Y", True), ("%B %Y", True), ("%d.%m.%Y", False), ("%Y-%j", False)])
def test_a_form_of_months_has_no_day(form: str, is_one: bool) -> None:
    assert is_of_months(form) is is_one


def test_a_form_of_months_can_be_declared_where_no_day_is_mapped() -> None:
    assert make_source(COSTS, date_format="%m/%Y").date_format == "%m/%Y"
    with pytest.raises(
        ValueError, match="date_format = '%m/%Y' has no day, which counted_on needs; have days exported"
    ):
        make_source(COUNTS, date_format="%m/%Y", kind="printed_pages")
    with pytest.raises(ValueError, match="is no format of a day or time"):
        make_source(COSTS, timestamp_format="%m/%Y")
