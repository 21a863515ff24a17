"""Small files that towns really send: what their numbers are worth in the published file and on the page."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sources.town.folder import read_town
from tests.dashboards.built import plain_text
from tests.sources.connectors.readings import refusal_of
from tests.walk.real_towns import REAL_FILES, real_town, source_of
from tests.walked import Walked

FOLDERS = ("thousands-point-in-counts", "excel-float-amounts", "subtotals-as-lines")
SET_ASIDE = '[source.where]\ncolumn = "Produktkonto"\ndrop = ["Summe*", "Gesamt"]\n'
# The bookings of a second system, one whose amount is no number.
LEDGER = """
[[source]]
name = "kasse"
system = "finance"
format = "csv"
path = "inbox/kasse/*.csv"
mode = "dump"
[source.columns]
cost_item = "Position"
measure = "Maßnahme"
month = "Monat"
kind = "Art"
actual_eur = "Ist"
"""
BOOKINGS = "Position;Maßnahme;Monat;Art;Ist\nK1;M4;2026-01-01;running;900,00-\nK2;M4;2026-01-01;running;viel\n"
MEASURES = "measure_id;measure_name;went_live_on;status\nM4;Rechnungen;2026-01-01;live\n"


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """One small town that takes all these files."""
    sources = {part: source_of(part) for part in FOLDERS}
    sources["subtotals-as-lines"] += SET_ASIDE
    return real_town(
        tmp_path_factory.mktemp("numbers") / "town",
        [*sources.values(), LEDGER],
        "2026-03-15",
        parts=FOLDERS,
        parameters={"measures": MEASURES},
        files={"kasse/kasse.csv": BOOKINGS},
    )


def test_the_town_is_published_with_its_warnings(numbers: Walked) -> None:
    assert numbers.exit_code == 3, numbers.said


def test_thousands_of_pages_are_thousands(numbers: Walked) -> None:
    printed = numbers.ask("select pages, sheets from fct_print_daily order by day")
    assert printed == [(1250, 980), (2400, 1310), (950, 700), (12000, 8500)]


def test_all_six_amounts_of_the_workbook_are_read_as_it_shows_them(numbers: Walked) -> None:
    amounts = numbers.ask("select actual_eur from fct_cost_items where booking_ref is not null order by cost_item_id")
    shown = ("119.00", "69.00", "12.02", "0.30", "57.70", "1234.56")
    assert [amount for (amount,) in amounts] == [Decimal(one) for one in shown]
    assert "2 amounts of 'Ist' hold parts of a cent, the first in row 2" in " ".join(numbers.said.split())


def test_subtotals_are_no_budget(numbers: Walked) -> None:
    assert numbers.ask("select sum(appropriation_eur) from fct_budget_lines") == [(Decimal(27000),)]
    delivered = "select rows_read, rows_admitted, rows_quarantined from fct_deliveries where source = 'teil'"
    assert numbers.ask(delivered) == [(3, 3, 0)]
    assert "set aside by [source.where]: 3, beside the 3 rows that were read" in " ".join(numbers.said.split())


def test_subtotals_that_nobody_declared_are_refused_with_the_lines_to_add(numbers: Walked) -> None:
    (declared,) = (source for source in read_town(numbers.folder).sources if source.name == "teil")
    path = next((REAL_FILES / "subtotals-as-lines" / "inbox").rglob("*.csv"))
    code, said = refusal_of(path, declared.model_copy(update={"where": None}))
    assert (code, 'drop = ["Summe*", "Gesamt"]' in said) == ("totals_as_rows", True)


def test_the_page_on_savings_names_the_bookings_that_are_in_no_figure(numbers: Walked) -> None:
    said = "Nicht eingerechnet: 1 Buchung der Quelle „kasse“; sie war nicht lesbar oder unvollständig"
    assert said in plain_text(numbers.site / "einsparungen.html")
    assert numbers.ask("select actual_eur from fct_cost_items where cost_item_id = 'K1'") == [(Decimal(-900),)]
