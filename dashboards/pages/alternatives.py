"""The section that compares the ways to run a measure's services: nothing, digital beside paper, first, or only."""

from __future__ import annotations

import polars as pl

from dashboards.pages.context import PageContext, Row, unanswered
from dashboards.questions import break_even
from dashboards.words import numbers, say
from dashboards.words.appraisals import ALTERNATIVES, REFUSALS, assumption_name
from dashboards.writing.elements import Section, TableColumn

WAYS = (
    TableColumn("measure_name", "Maßnahme"),
    TableColumn("way_de", "Weg"),
    TableColumn("npv_eur", "Barwert in Geld in\u00a0€", "euro"),
    TableColumn("npv_p10_eur", "mindestens in\u00a0€", "euro"),
    TableColumn("npv_p90_eur", "höchstens in\u00a0€", "euro"),
    TableColumn("reason_de", "Anmerkung"),
)
ARITHMETIC = (
    "Rechnerisch, kein Geld: Stunden mit Nachweisgrad A mal Personalkosten je Stunde der Stellen, die die Arbeit tun, "
    "ohne Gemeinkosten. Gemeinkosten und Arbeitsplatz zählen nur, wo eine Stelle wegfiel; deren Stunden sind schon "
    "Geld und zählen hier nicht noch einmal."
)
WAYS_RULE = (
    "Barwert aller Kosten bis zum Ende der Laufzeit bei heutiger Fallzahl; Kosten sind negativ, am günstigsten ist der "
    "Weg, der am wenigsten unter null liegt. Die festen Kosten des Papierwegs fallen erst weg, wenn er schließt; ohne "
    "die Maßnahme fiele auch die Entlastung weg, die gebucht ist und zählt. Wer nicht online kann, dem hilft bei „nur "
    "digital“ der Schalter; das dauert so lange wie auf Papier."
)
LINES = (break_even.CASH, break_even.WITH_HOURS)


def ways_section(have: PageContext) -> Section:
    """Which other ways were there?"""
    question = "Was würden die anderen Wege kosten?"
    frame = break_even.alternatives(have.marts)
    told = frame.filter((pl.col("line") == break_even.CASH) & pl.col("npv_eur").is_not_null())
    if told.is_empty():
        return unanswered("wege", question, _why_no_way(frame))
    words = [_way_note(row) for row in frame.iter_rows(named=True)]
    frame = frame.with_columns(
        pl.col("alternative").replace(ALTERNATIVES).alias("way_de"), pl.Series("reason_de", words, dtype=pl.String)
    ).filter(pl.col("measure_id").is_in(told["measure_id"].unique().to_list()))
    first = frame.filter((pl.col("line") == break_even.CASH) & pl.col("npv_eur").is_not_null()).row(0, named=True)
    finding = (
        f"Für „{first['measure_name']}“ ist in Geld „{first['way_de']}“ unter den bezifferten Wegen der günstigste: "
        f"Barwert {numbers.euro(first['npv_eur'])}, Spanne {say.span(first['npv_p10_eur'], first['npv_p90_eur'])} Euro."
    )
    cash, with_hours = (frame.filter(pl.col("line") == line) for line in LINES)
    tables = (
        have.table("wege", "Vier Wege in Geld", WAYS, cash),
        have.table(
            "wege-rechnerisch",
            "Dieselben Wege rechnerisch, mit bewerteter Arbeitszeit",
            (*WAYS[:2], TableColumn("npv_eur", "rechnerischer Barwert in\u00a0€", "euro"), *WAYS[3:]),
            with_hours,
        ),
    )
    return Section("wege", question, finding, tables=tables, notes=(WAYS_RULE, ARITHMETIC))


def _why_no_way(frame: pl.DataFrame) -> str:
    missing = {name for names in frame["missing_assumptions"].drop_nulls() for name in names.split(", ")}
    if not missing:
        return "Es gibt keine Maßnahme in Betrieb, deren Wege sich rechnen ließen."
    return f"Es fehlen Angaben der Fachämter: {say.listed(sorted(map(assumption_name, missing)))}."


def _way_note(row: Row) -> str:
    if row["refusal_reason"] is None:
        return ""
    names = [assumption_name(name) for name in (row["missing_assumptions"] or "").split(", ") if name]
    if row["refusal_reason"] == "not_told":
        return f"Es fehlt: {say.listed(names)}"
    return REFUSALS[row["refusal_reason"]]
