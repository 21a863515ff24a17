"""The sections on results: what stands on the page is what the published tables say, and what is hidden elsewhere is here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.dashboards.built import HIDDEN, amount, csv_rows, figures, page_table, plain_text

PAGE = "einsparungen.html"
NOTHING = "k. A."
ON_THE_PAGE = NOTHING.replace(" ", "\u202f")
TABLES = (
    "rpt_budget_bridge", "rpt_cost_per_case", "rpt_measure_plans", "rpt_parallel_cost", "rpt_savings_persistence",
    "rpt_posts_balance", "rpt_paper_point_cost",
)  # fmt: skip


def test_each_line_of_the_table_adds_up_to_its_last_cell(site: Path) -> None:
    _, *rows = csv_rows(site / "data" / "haushaltsbruecke.csv")
    assert len(rows) >= 15
    for line, *cells, _ in rows:
        *steps, actual = (0.0 if cell in ("", NOTHING) else amount(cell) for cell in cells)
        # The page shows whole euros; the table behind it is exact to the cent.
        assert sum(steps) == pytest.approx(actual, abs=3)
        (exact,) = figures(
            site,
            "select sum(amount_eur) filter (where step <> 'actual'), max(amount_eur) filter (where step = 'actual') "
            "from rpt_budget_bridge where budget_line_id = ? and year = 2025",
            line,
        )
        assert exact[0] == exact[1]


def test_the_drawn_line_is_the_one_with_most_proven_relief(site: Path) -> None:
    ((line,),) = figures(
        site,
        "select budget_line_id from rpt_budget_bridge where step = 'proven_digital_saving' and year = 2025 "
        "order by abs(amount_eur) desc nulls last limit 1",
    )
    assert f"Auf der Haushaltsstelle {line} ist das Ist 2025" in plain_text(site / PAGE)


def test_services_stand_by_name_and_only_where_their_decisions_are_told(site: Path) -> None:
    _, *rows = csv_rows(site / "data" / "kosten-je-vorgang.csv")
    names = [row[0] for row in rows]
    assert names == sorted(names, key=str.lower) and len(names) > 5
    _, *elsewhere = csv_rows(site / "data" / "durchlaufzeit-leistungen.csv")
    told = {row[0] for row in elsewhere if HIDDEN not in row[1:]}
    assert set(names) <= told


def test_a_plan_that_was_missed_is_named(site: Path) -> None:
    header, *rows = page_table(site, PAGE, "plan")
    by_name = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    overdue = by_name["Digitaler Bauantrag"]
    assert (overdue["Termin"], overdue["zuständig"]) == ("überfällig", "Leitung Bauordnungsamt")
    assert by_name["E-Akte in der Ausländerbehörde"]["Termin"] == "später als geplant"
    assert by_name["Umstieg auf das neue Wirtschaftsportal"]["Termin"] == "kein Termin genannt"


def test_no_volume_is_told_of_services_whose_intake_is_hidden(site: Path) -> None:
    header, *rows = page_table(site, PAGE, "plan-kosten")
    _, *services = csv_rows(site / "data" / "papier-leistungen.csv")
    hidden = {row[0] for row in services if HIDDEN in (row[1], row[3])}
    touching = figures(
        site,
        "select m.measure_name, s.service_name from bridge_measure_services as b inner join dim_measures as m using (measure_id) "
        "inner join dim_services as s using (service_code)",
    )
    silent = {measure for measure, service in touching if service in hidden}
    share = header.index(next(name for name in header if name.startswith("Erreichte Menge")))
    assert {row[0] for row in rows if row[share] not in (ON_THE_PAGE, HIDDEN)}.isdisjoint(silent)


def test_another_month_has_a_price_or_a_reason(site: Path) -> None:
    header, *rows = page_table(site, PAGE, "parallelbetrieb")
    assert rows
    for row in rows:
        cells = dict(zip(header, row, strict=True))
        assert (cells[header[1]] == ON_THE_PAGE) == (cells["Grund"] != ON_THE_PAGE)


def test_a_town_of_which_nothing_is_known_has_sentences(changed: Callable[..., Path], site: Path) -> None:
    empty = changed("no results", site, *(f"delete from {table}" for table in TABLES))
    said = plain_text(empty / PAGE)
    for sentence in (
        "Es fehlen zwei abgeschlossene Haushaltsjahre",
        "Es ist kein geplanter Start eingetragen",
        "Keine Maßnahme nimmt neben dem neuen Weg noch Papier an",
        "Es ist noch keine Maßnahme lange genug in Betrieb",
        "Für dieses Jahr sind weder Stunden noch Stellen bekannt",
        "Es gibt noch keine zwölf vollen Monate mit Entscheidungen",
        "Für keine Maßnahme sind die Kosten und eine gesunkene Papierquote bekannt",
    ):
        assert sentence in said


def test_what_lasts_is_shown_with_its_bounds(changed: Callable[..., Path], site: Path) -> None:
    lasting = changed(
        "lasting",
        site,
        "update rpt_savings_persistence set persistence_share = 0.846, persistence_low_share = 0.7, "
        "persistence_high_share = 1.02, unknown_reason = null, first_year_cases = 480, is_small_cell = false "
        "where measure_id = 'M-PORTAL' and months_after = 12",
    )
    header, *rows = page_table(lasting, PAGE, "dauer")
    (row,) = [row for row in rows if row[0] == "Bürgerportal, erste Welle" and row[1] == "12"]
    cells = dict(zip(header, row, strict=True))
    assert [cells[header[place]] for place in (2, 3, 4)] == ["85 %", "70 %", "102 %"] or row[2].startswith("85")
    assert "keine denselben oder einen größeren Gewinn je Vorgang" in plain_text(lasting / PAGE)


def test_what_is_hidden_moves_no_byte_of_the_page(changed: Callable[..., Path], site: Path) -> None:
    _, *services = csv_rows(site / "data" / "kosten-je-vorgang.csv")
    _, *channels = csv_rows(site / "data" / "kosten-je-eingang.csv")
    _, *intake = csv_rows(site / "data" / "papier-leistungen.csv")
    untold = [row[0] for row in intake if HIDDEN in (row[1], row[3])]
    assert untold
    other = changed(
        "other hidden results",
        site,
        (
            "update rpt_cost_per_case set cases = cases + 1, cost_per_case_eur = cost_per_case_eur + 1 where service_code not in "
            "(select service_code from dim_services where list_contains(?, service_name))",
            [[row[0] for row in services]],
        ),
        (
            "update rpt_cost_per_case set cost_per_case_eur = cost_per_case_eur + 1 where intake_channel <> 'all' and "
            "service_code not in (select service_code from dim_services where list_contains(?, service_name))",
            [[row[0] for row in channels]],
        ),
        (
            "update rpt_measure_plans set received_cases = received_cases + 1, volume_share = volume_share + 0.01, "
            "is_below_half = not is_below_half where measure_id in (select measure_id from bridge_measure_services "
            "inner join dim_services using (service_code) where list_contains(?, service_name))",
            [untold],
        ),
        (
            "update rpt_paper_point_cost set paper_share_now = paper_share_now + 0.01, cost_per_point_eur = cost_per_point_eur + 1 "
            "where measure_id in (select measure_id from bridge_measure_services inner join dim_services using (service_code) "
            "where list_contains(?, service_name))",
            [untold],
        ),
        "update rpt_parallel_cost set paper_in_cases = paper_in_cases + 1",
    )
    assert (other / PAGE).read_bytes() == (site / PAGE).read_bytes()
