"""What the page says of the ledger: what stands and how far it came, money and time apart, and the hash of it all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.dashboards.built import figures, page_table, plain_text

PAGE = "einsparungen.html"
Changed = Callable[..., Path]


def test_plans_are_told_as_plans(site: Path) -> None:
    text = plain_text(site / PAGE)
    assert "5 Einträge gelten, davon ist noch keiner nachgewiesen; 1 ist abgelaufen, 1 wurde ersetzt." in text
    [(head,)] = figures(site, "select ledger_head from dim_generation")
    assert f"Prüfziffer des Verzeichnisses: {head[:12]}." in text


def test_money_and_time_stand_in_two_tables(site: Path) -> None:
    header, *money = page_table(site, PAGE, "verzeichnis-geld")
    assert header == [
        "Maßnahme",
        "Wirkung",
        "Betrag in\xa0€",
        "heute gezeigt, in\xa0€",
        "Stand (Grad)",
        "ab",
        "bis",
        "Einträge",
    ]
    assert {row[3] for row in money} == {"k.\u202fA."}, "nobody measured a plan"
    assert [(row[1], row[2], row[4]) for row in money] == [
        ("Geld, das wegfällt", "2.500", "erwartet (C)"),
        ("Geld, das wegfällt", "4.000", "geplant (C)"),
        ("Kosten der Maßnahme", "−28.000", "geplant (C)"),
        ("Geld, das wegfällt", "1.800", "geplant, abgelaufen (C)"),
    ]
    header, *time = page_table(site, PAGE, "verzeichnis-zeit")
    assert header == ["Maßnahme", "Stunden", "heute gezeigt, Stunden", "Stand (Grad)", "ab", "bis", "Einträge"]
    assert [(row[1], row[3], row[6]) for row in time] == [
        ("61", "geplant (C)", "2"),
        ("80", "geplant, ersetzt (C)", "1"),
    ]


def test_what_another_function_signed_is_counted(changed: Changed, site: Path) -> None:
    signed = changed(
        "signed",
        site,
        "update rpt_ledger_totals set status = 'proven', evidence_grade = 'A' where status = 'expected'",
        "update rpt_ledger_totals set signed_count = 1, differing_count = 1 where measure_id = 'all' "
        "and claim_standing = 'standing'",
        "update rpt_ledger_totals set shown_eur = net_eur - 500 where status = 'proven'",
        "delete from rpt_ledger_totals where claim_standing <> 'standing'",
    )
    text = plain_text(signed / PAGE)
    assert (
        "5 Einträge gelten, davon ist 1 nachgewiesen. Für 1 gültigen Eintrag zeigt die Auswertung heute etwas" in text
    )
    assert page_table(signed, PAGE, "verzeichnis-geld")[1][2:5] == ["2.500", "2.000", "nachgewiesen (A)"]


def test_where_nothing_stands_any_more_that_is_said(changed: Changed, site: Path) -> None:
    gone = changed("gone", site, "delete from rpt_ledger_totals where claim_standing = 'standing'")
    text = plain_text(gone / PAGE)
    assert "Kein Eintrag gilt; 1 ist abgelaufen, 1 wurde ersetzt." in text


def test_an_empty_ledger_is_no_nought(changed: Changed, site: Path) -> None:
    empty = changed("unrecorded", site, "delete from rpt_ledger_totals")
    text = plain_text(empty / PAGE)
    assert "Noch keine Aussage möglich: Im Verzeichnis der Einsparungen steht noch nichts." in text
    assert "Prüfziffer" not in text
