"""The section that holds the claimed hours against two other ways of computing them."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboards.pages.context import PageContext, unanswered
from dashboards.questions import attribution
from dashboards.words import numbers, say
from dashboards.words.glossary import ATTRIBUTION_REASONS, ATTRIBUTION_STATES
from dashboards.writing.elements import Section, TableColumn

DISAGREES, NOT_CHECKABLE = "disagrees", "not_checkable"
TOO_FEW = "zu wenige Vorgänge, um es zu zeigen"
COLUMNS = (
    TableColumn("measure_name", "Maßnahme"),
    TableColumn("service_name", "Leistung"),
    TableColumn("month_count", "Monate", "count"),
    TableColumn("claimed_de", "Stunden laut dieser Seite"),
    TableColumn("others_de", "Stunden im Vergleich mit anderen Leistungen"),
    TableColumn("others_state_de", "Befund"),
    TableColumn("comparison_services", "Leistungen im Vergleich", "count"),
    TableColumn("past_de", "Stunden nach dem eigenen Verlauf davor"),
    TableColumn("past_state_de", "Befund dazu"),
)
NOTES = (
    "Die Seite rechnet, was ohne Maßnahme online gekommen wäre, aus allen Leistungen zugleich. Die erste Gegenprobe "
    "vergleicht nur: Um wie viel stieg die Onlinequote seit dem Jahr vor dem Start stärker als bei Leistungen, die "
    "noch keine Maßnahme hatten? (Differenz der Differenzen nach Callaway und Sant’Anna.) Die zweite schreibt den "
    "eigenen Verlauf mit Trend und Jahreszeit fort; sie braucht 24 Monate vor dem Start.",
    "In Klammern die Spanne, in der der wahre Wert in 8 von 10 Fällen liegt. Befund „widerspricht“: Die Mitte beider "
    "Rechnungen liegt außerhalb der Spanne der anderen. Widerspricht der Vergleich mit anderen Leistungen, gilt ein "
    "Nachweisgrad weniger; der eigene Verlauf allein senkt ihn nicht, weil sich Verläufe auch ohne Maßnahme biegen.",
    "Beide prüfen, wie viele Anträge mehr online kamen. Ob ein Antrag im selben Kanal schneller geht, ist gemessen und "
    "wird hier nicht noch einmal geprüft.",
)


def attribution_section(have: PageContext) -> Section:
    """Do two other ways of computing come to the same hours?"""
    question = "Kommen zwei andere Rechnungen auf dieselbe Arbeitszeit?"
    frame = attribution.by_service(have.marts)
    if frame.is_empty():
        return unanswered("gegenprobe", question, "Es ist noch keine Maßnahme in Betrieb.")
    shown = frame.with_columns(
        pl.Series(name, [worded(row, whose) for row in frame.iter_rows(named=True)], dtype=pl.String)
        for name, worded, whose in (
            ("claimed_de", _hours, "claimed"),
            ("others_de", _hours, "others"),
            ("past_de", _hours, "past"),
            ("others_state_de", _state, "others"),
            ("past_state_de", _state, "past"),
        )
    )
    table = have.table("gegenprobe", "Beanspruchte Stunden und was zwei Gegenproben dazu sagen", COLUMNS, shown)
    return Section("gegenprobe", question, _finding(frame), tables=(table,), notes=NOTES)


def _finding(frame: pl.DataFrame) -> str:
    against = frame.filter(pl.col("others_state") == DISAGREES).height
    unknown = frame.filter(pl.col("others_state") == NOT_CHECKABLE).height
    checked = frame.height - unknown
    if not checked:
        return "Für keine Leistung lässt sich die Arbeitszeit im Vergleich mit anderen Leistungen prüfen."
    if not against:
        said = f"Der Vergleich mit anderen Leistungen passt {_in_all(checked)} zu den Stunden dieser Seite"
    else:
        said = (
            f"Der Vergleich mit anderen Leistungen widerspricht in {numbers.plain(against)} von "
            f"{say.plural(checked, 'geprüften Fall', 'geprüften Fällen')}"
        )
        lowered = frame.filter(pl.col("is_grade_lowered")).height
        if lowered:
            said += (
                "; dort gilt ein Nachweisgrad weniger"
                if lowered == against
                else (
                    f"; in {numbers.plain(lowered)} davon gilt ein Nachweisgrad weniger, sonst galt schon Grad\u00a0C"
                )
            )
    rest = f" {say.plural(unknown, 'Fall ist', 'Fälle sind')} so nicht prüfbar." if unknown else ""
    return f"{said}.{rest}"


def _in_all(checked: int) -> str:
    return "im einen geprüften Fall" if checked == 1 else f"in allen {numbers.plain(checked)} geprüften Fällen"


def _hours(row: dict[str, Any], whose: str) -> str:
    """`12 (5 bis 20)`; a dash where nothing is known."""
    if row[f"{whose}_hours"] is None:
        return "–"
    span = say.span(row[f"{whose}_low_hours"], row[f"{whose}_high_hours"])
    return f"{numbers.plain(row[f'{whose}_hours'])} ({span})"


def _state(row: dict[str, Any], whose: str) -> str:
    """The state in words, with its reason where there is one."""
    state, reason = row[f"{whose}_state"], row[f"{whose}_reason"]
    if row["is_small_cell"] and reason is None:
        return TOO_FEW
    if reason is None:
        return ATTRIBUTION_STATES[state]
    return f"{ATTRIBUTION_STATES[state]}: {ATTRIBUTION_REASONS[reason]}"
