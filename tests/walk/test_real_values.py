"""Days, hours, dates and numbers as towns really write them, in one small town that takes deliveries made after real ones.

The expectations are worked out by hand from the files; the README beside them says what is right and why.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from sources.town.folder import read_town
from tests.dashboards.built import plain_text
from tests.sources.connectors.readings import refusal_of
from tests.walk.real_towns import REAL_FILES, real_town, source_of
from tests.walked import Walked

FOLDERS = {
    "frist": "deadline-is-a-day",
    "kern": "opening-hours-replaced-by-new-row",
    "typo": "sentinel-and-typed-year",
    "nfd": "activities-in-other-unicode-form",
}
# Received with a clock, decided on a day; both on days; a time past midnight by the clock of UTC.
PLAIN_DAYS = """
[[source]]
name = "tage"
system = "case"
format = "csv"
path = "inbox/tage/*.csv"
mode = "dump"
service = "tage"
office = "AMT10"
timestamp_format = "%d.%m.%Y %H:%M"
[source.columns]
case_ref = "Aktenzeichen"
received_at = "Eingang"
closed_at = "Bescheid"
"""
PLAIN_DAYS_ROWS = (
    "Aktenzeichen;Eingang;Bescheid\n"
    "T-1;02.03.2026 09:10;02.03.2026\n"
    "T-2;02.03.2026;02.03.2026\n"
    "T-3;02.03.2026;04.03.2026 15:00\n"
    "T-4;02.03.2026 09:10;01.03.2026\n"
)
HOMELESS = """
[[source]]
name = "ohne"
system = "case"
format = "csv"
path = "inbox/ohne/*.csv"
mode = "dump"
[source.columns]
case_ref = "Aktenzeichen"
received_at = "Eingang"
closed_at = "Erledigt"
"""
HOMELESS_ROWS = "Aktenzeichen;Eingang;Erledigt\nO-1;2025-05-07T08:00;2025-05-07T10:00\n"
NUMBERS = ("thousands-point-in-counts", "excel-float-amounts", "subtotals-as-lines")
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
def town(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """The town after its run, thresholds off, as of the last of June 2026."""
    sources = {part: source_of(part) for part in (*FOLDERS.values(), *NUMBERS)}
    sources["subtotals-as-lines"] += SET_ASIDE
    parameters = {
        "offices": "office_code;office_name;staff_band\nAMT10;Hauptamt;50+\n",
        "services": "service_code;service_name;office_code\n"
        + "".join(f"{code};{code};AMT10\n" for code in (*FOLDERS, "tage")),
        "opening_hours": (REAL_FILES / FOLDERS["kern"] / "opening_hours.csv").read_text(encoding="utf-8"),
        "measures": MEASURES,
        "activities": (REAL_FILES / FOLDERS["nfd"] / "activities.csv").read_text(encoding="utf-8"),
    }
    return real_town(
        tmp_path_factory.mktemp("real") / "town",
        [*sources.values(), PLAIN_DAYS, HOMELESS, LEDGER],
        "2026-06-30",
        parts=sources,
        parameters=parameters,
        files={"tage/t.csv": PLAIN_DAYS_ROWS, "ohne/o.csv": HOMELESS_ROWS, "kasse/kasse.csv": BOOKINGS},
    )


def test_the_run_publishes_and_warns(town: Walked) -> None:
    assert town.exit_code == 3, town.said


def test_a_deadline_ends_with_its_day(town: Walked) -> None:
    assert town.ask(
        "select count(*), bool_and(is_on_time), max(strftime(due_at, '%d.%m.%Y %H:%M:%S')) from fct_cases where service_code = 'frist'"
    ) == [(12, True, "16.03.2026 23:59:59")]
    assert town.ask(
        "select on_time_share from rpt_throughput_monthly where month = '2026-03-01' and service_code = 'frist' and office_code = 'all' and intake_channel = 'all'"
    ) == [(1.0,)]


def test_a_decision_without_a_clock_is_within_its_day_and_never_before_the_receipt(town: Walked) -> None:
    found = town.ask(
        "select lead_seconds, is_lead_by_day from fct_cases where service_code = 'tage' order by lead_seconds nulls last"
    )
    assert found == [(0.0, True), (0.0, True), (172_800.0, True), (None, True)]
    health = dict(town.ask("select check_name, observed from rpt_log_health where source = 'tage'"))
    assert (health["closed_before_received"], health["lead_time_by_day"]) == (1, 3)


def test_newer_opening_hours_replace_the_older(town: Walked) -> None:
    """From Wednesday at eight to Friday at four with hours from eight to noon, the Thursday and Friday whole: 12 hours."""
    found = town.ask("select distinct working_seconds from fct_cases where service_code = 'kern'")
    assert found == [(12 * 3600.0,)]
    assert town.ask(
        "select distinct open_seconds from dim_calendar where office_code = 'AMT10' and day in ('2025-05-07', '2025-05-09')"
    ) == [(4 * 3600.0,)]
    said = town.run("check", str(town.folder)).stdout
    assert "rows of 'all' (mon, tue, wed, thu, fri) from 2000-01-01 still hold when those from 2025-01-01 begin" in said
    assert "valid_to 2024-12-31" in said


def test_hours_of_all_also_hold_for_cases_of_no_office(town: Walked) -> None:
    assert town.ask("select office_code, working_seconds from fct_cases where service_code = 'unknown'") == [
        ("unknown", 7200.0)
    ]


def test_never_is_open_and_a_mistyped_year_is_set_aside(town: Walked) -> None:
    assert town.ask(
        "select count(*) filter (where status = 'closed'), count(*) filter (where status = 'open') from fct_cases where service_code = 'typo'"
    ) == [(20, 12)]
    assert town.ask(
        "select reason_code, column_name, count(*) from fct_quarantine where column_name <> 'Ist' group by all order by column_name"
    ) == [("after_the_delivery", "Eingang", 4), ("after_the_delivery", "Erledigt", 4)]
    assert (
        "t.csv: closed_at names days that mean never, counted as empty: '2049-12-31T00:00' (12); "
        'settle it by mapping them to "" in [source.values.closed_at].'
    ) in " ".join(town.said.split())
    assert town.ask(
        "select open_cases from rpt_backlog_daily where day = '2026-06-30' and service_code = 'typo' and office_code = 'all'"
    ) == [(12,)]
    assert town.ask(
        "select open_cases_at_end from rpt_throughput_monthly where month = '2026-06-01' and service_code = 'typo' and office_code = 'all' and intake_channel = 'all'"
    ) == [(12,)]


def test_an_activity_written_with_two_signs_for_an_umlaut_is_listed(town: Walked) -> None:
    health = dict(town.ask("select check_name, observed from rpt_log_health where source = 'nfd'"))
    assert health["unlisted_activity"] == 0


def test_thousands_of_pages_are_thousands(town: Walked) -> None:
    printed = town.ask("select pages, sheets from fct_print_daily order by day")
    assert printed == [(1250, 980), (2400, 1310), (950, 700), (12000, 8500)]


def test_all_six_amounts_of_the_workbook_are_read_as_it_shows_them(town: Walked) -> None:
    amounts = town.ask("select actual_eur from fct_cost_items where booking_ref is not null order by cost_item_id")
    shown = ("119.00", "69.00", "12.02", "0.30", "57.70", "1234.56")
    assert [amount for (amount,) in amounts] == [Decimal(one) for one in shown]
    assert "2 amounts of 'Ist' hold parts of a cent, the first in row 2" in " ".join(town.said.split())


def test_subtotals_are_no_budget(town: Walked) -> None:
    assert town.ask("select sum(appropriation_eur) from fct_budget_lines") == [(Decimal(27000),)]
    delivered = "select rows_read, rows_admitted, rows_quarantined from fct_deliveries where source = 'teil'"
    assert town.ask(delivered) == [(3, 3, 0)]
    assert "set aside by [source.where]: 3, beside the 3 rows that were read" in " ".join(town.said.split())


def test_subtotals_that_nobody_declared_are_refused_with_the_lines_to_add(town: Walked) -> None:
    (declared,) = (source for source in read_town(town.folder).sources if source.name == "teil")
    path = next((REAL_FILES / "subtotals-as-lines" / "inbox").rglob("*.csv"))
    code, said = refusal_of(path, declared.model_copy(update={"where": None}))
    assert (code, 'drop = ["Summe*", "Gesamt"]' in said) == ("totals_as_rows", True)


def test_the_page_on_savings_names_the_bookings_that_are_in_no_figure(town: Walked) -> None:
    said = "Nicht eingerechnet: 1 Buchung der Quelle „kasse“; sie war nicht lesbar oder unvollständig"
    assert said in plain_text(town.site / "einsparungen.html")
    assert town.ask("select actual_eur from fct_cost_items where cost_item_id = 'K1'") == [(Decimal(-900),)]
