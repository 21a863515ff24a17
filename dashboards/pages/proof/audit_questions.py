"""The checklist of an audit: eight questions of each measure, answered by what is published."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from dashboards.pages.context import PageContext, unanswered
from dashboards.questions.proof import audit_questions
from dashboards.words import numbers, say
from dashboards.words.audit import AUDIT_ANSWERS, AUDIT_QUESTIONS, AUDIT_REASONS
from dashboards.writing.elements import Section, TableColumn

COLUMNS: Final = (
    TableColumn("measure_name", "Maßnahme"),
    *(TableColumn(code, text) for code, text in AUDIT_QUESTIONS.items()),
)
EVIDENCE: Final = (
    TableColumn("measure_name", "Maßnahme"),
    TableColumn("question_de", "Frage"),
    TableColumn("answer_de", "Antwort"),
    TableColumn("reason_de", "Worauf sie beruht"),
)
RULES: Final = (
    "Die acht Fragen sind die der Erfolgskontrolle nach §\u00a07 LHO und der WiBe (Fassung\u00a04): vollständige "
    "Daten, gemessene Minuten, alle Kosten abgezogen, der Dienst nicht schlechter, ein echter Vergleich, nichts nur "
    "verschoben, die Ursache belegt, von zweiter Stelle bestätigt.",
    "Länger heißt: Die Hälfte der Vorgänge einer Leistung braucht über ein Zehntel mehr Zeit als im Jahr vor dem "
    "Start; seltener in der Frist: mehr als fünf Punkte weniger. Beschwerden liefert kein System; über sie ist nichts "
    "gesagt.",
)


def audit_questions_section(have: PageContext) -> Section:
    """Does what is claimed stand up to an audit?"""
    question = "Hält das einer Prüfung stand?"
    frame = audit_questions.answers(have.marts)
    if frame.is_empty():
        return unanswered("pruefliste", question, "Es ist noch keine Maßnahme in Betrieb.")
    told = frame.with_columns(
        pl.col("question").replace_strict(AUDIT_QUESTIONS).alias("question_de"),
        pl.col("answer").replace_strict(AUDIT_ANSWERS).alias("answer_de"),
        pl.Series("reason_de", [_reason(row) for row in frame.iter_rows(named=True)], pl.String),
    )
    wide = told.pivot("question", index="measure_name", values="answer_de", maintain_order=True)
    measures = wide.height
    against = frame.filter(pl.col("answer") == "no")["measure_name"].n_unique()
    finding = (
        f"Bei {say.plural(against, 'Maßnahme', 'Maßnahmen')} von {numbers.plain(measures)} steht mindestens eine "
        "Antwort gegen den Nachweis."
        if against
        else f"Bei keiner von {say.plural(measures, 'Maßnahme', 'Maßnahmen')} steht eine Antwort gegen den Nachweis."
    )
    tables = (
        have.table("pruefliste", "Acht Fragen an jede Maßnahme", COLUMNS, wide),
        have.table("pruefliste-belege", "Worauf jede Antwort beruht", EVIDENCE, told),
    )
    return Section("pruefliste", question, finding, tables=tables, notes=RULES)


def _reason(row: dict[str, Any]) -> str:
    text = AUDIT_REASONS[row["reason"]]
    shown = {
        "value": _number(row["value"]),
        "share": "" if row["value"] is None else numbers.percent(row["value"]),
        "euro": "" if row["value"] is None else numbers.euro(row["value"]),
        "of": _number(row["value_before"]),
    }
    basis = f" ({say.basis(row['basis_cases'])})" if row["basis_cases"] else ""
    return text.format(**shown) + basis


def _number(value: float | None) -> str:
    return "" if value is None else numbers.plain(value)
