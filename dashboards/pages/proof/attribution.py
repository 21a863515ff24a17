"""The section that holds the claimed hours against two other ways of computing them."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboards.pages.context import PageContext, unanswered
from dashboards.questions.proof import attribution
from dashboards.words import numbers, say
from dashboards.words.glossary import ATTRIBUTION_REASONS, ATTRIBUTION_STATES
from dashboards.writing.elements import Section, TableColumn

DISAGREES, NOT_CHECKABLE = "disagrees", "not_checkable"
TOO_FEW = "zu wenige Vorgänge"
COLUMNS = (
    TableColumn("measure_name", "Maßnahme"),
    TableColumn("service_name", "Leistung"),
    TableColumn("claimed_de", "Stunden dieser Seite"),
    TableColumn("others_de", "Im Vergleich mit anderen Leistungen"),
    TableColumn("past_de", "Nach dem eigenen Verlauf davor"),
    TableColumn("month_count", "Monate", "count"),
    TableColumn("comparison_services", "Leistungen zum Vergleich", "count"),
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
        pl.Series(f"{whose}_de", [worded(row, whose) for row in frame.iter_rows(named=True)], dtype=pl.String)
        for whose, worded in (("claimed", _hours), ("others", _checked), ("past", _checked))
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
    return f"{said}.{rest} {_past(frame)}"


def _past(frame: pl.DataFrame) -> str:
    checked = frame.filter(pl.col("past_state") != NOT_CHECKABLE)
    if checked.is_empty():
        return "Nach dem eigenen Verlauf davor lässt sich kein Fall prüfen."
    against = checked.filter(pl.col("past_state") == DISAGREES).height
    cases = say.plural(checked.height, "Fall", "Fällen")
    return (
        f"Der eigene Verlauf davor lässt sich in {cases} prüfen und "
        f"{f'widerspricht in {numbers.plain(against)}' if against else 'passt'}."
    )


def _in_all(checked: int) -> str:
    return "im einen geprüften Fall" if checked == 1 else f"in allen {numbers.plain(checked)} geprüften Fällen"


def _hours(row: dict[str, Any], whose: str) -> str:
    """`12 (5 bis 20)`; a dash where there are none, a word where they are hidden."""
    if row[f"{whose}_hours"] is None:
        return TOO_FEW if row["is_small_cell"] and row["month_count"] else "–"
    span = say.span(row[f"{whose}_low_hours"], row[f"{whose}_high_hours"]).replace(" ", say.NBSP)
    return f"{numbers.plain(row[f'{whose}_hours'])} ({span})"


def _checked(row: dict[str, Any], whose: str) -> str:
    """`12 (5 bis 20), passt`; `nicht prüfbar: …`."""
    state, reason = ATTRIBUTION_STATES[row[f"{whose}_state"]], row[f"{whose}_reason"]
    return f"{state}: {ATTRIBUTION_REASONS[reason]}" if reason else f"{_hours(row, whose)}, {state}"
