"""How every figure is made: words, definitions, assumptions, targets."""

from __future__ import annotations

import polars as pl

from dashboards.pages.context import PageContext, unanswered
from dashboards.questions import data
from dashboards.questions.metrics import METRICS
from dashboards.words import numbers, say
from dashboards.words.glossary import ASSUMPTIONS, GRADES, PURPOSES, TABLE_NAMES, UNITS
from dashboards.writing.elements import PageTable, Section, TableColumn

DEFINED = (
    TableColumn("name", "Kennzahl"),
    TableColumn("question", "Frage"),
    TableColumn("formula", "Rechenweg"),
    TableColumn("version", "Fassung"),
    TableColumn("unit", "Einheit"),
    TableColumn("purpose", "Zweck"),
    TableColumn("table", "Auswertung"),
)
ASSUMED = (
    TableColumn("assumption", "Annahme"),
    TableColumn("value", "Wert"),
    TableColumn("low", "mindestens"),
    TableColumn("high", "höchstens"),
    TableColumn("unit", "Einheit"),
    TableColumn("valid_from", "gilt ab", "day"),
    TableColumn("until", "gilt bis"),
    TableColumn("source", "Herkunft"),
    TableColumn("decided_by", "entschieden von"),
    TableColumn("evidence_grade", "Nachweisgrad"),
)
TARGETS = (
    TableColumn("name", "Kennzahl"),
    TableColumn("scope", "Bereich"),
    TableColumn("target_on", "Termin", "day"),
    TableColumn("goal", "Zielwert"),
    TableColumn("set_by", "beschlossen durch"),
)
NOTES = (
    "n ist die Zahl der Vorgänge, auf denen ein Wert beruht. Median heißt: Die Hälfte der Werte liegt darunter, die "
    "Hälfte darüber. Ein Arbeitstag ist ein Tag, an dem das Amt geöffnet hat.",
    f"Nachweisgrad: {'; '.join(GRADES.values())}. Es gilt der schwächste Grad, der in eine Rechnung eingeht.",
    "Jeder Stand der Zahlen hat eine Erzeugungsnummer. Wer sie nennt, bekommt dieselben Zahlen noch einmal.",
)


def method_sections(have: PageContext) -> tuple[Section, ...]:
    """Definitions, assumptions, targets."""
    return _definitions(have), _assumptions(have), _targets(have)


def _definitions(have: PageContext) -> Section:
    question = "Wie wird was gerechnet?"
    frame = have.marts.ask(METRICS)
    if frame.is_empty():
        return unanswered("definitionen", question, "Es ist noch keine Kennzahl beschrieben.")
    finding = (
        f"{say.plural(frame.height, 'Kennzahl ist', 'Kennzahlen sind')} beschrieben, jede mit Rechenweg, "
        "Fassung und Zweck."
    )
    shown = frame.with_columns(
        pl.col("unit").replace(UNITS),
        pl.col("purpose").replace(PURPOSES),
        pl.col("table").replace(TABLE_NAMES),
    ).sort("table", "name")
    table = PageTable("kennzahlen", "Kennzahlen und ihr Rechenweg", DEFINED, shown)
    return Section("definitionen", question, finding, tables=(table,), notes=NOTES)


def _assumptions(have: PageContext) -> Section:
    question = "Worauf stützen sich die Rechnungen?"
    frame = data.assumptions(have.marts)
    if frame.is_empty():
        return unanswered("annahmen", question, "Es ist noch keine Annahme eingetragen.")
    values = [
        pl.Series(name, [None if value is None else _in_full(value) for value in frame[name]], pl.String)
        for name in ("value", "low", "high")
    ]
    shown = frame.with_columns(
        *values,
        pl.col("assumption").replace(ASSUMPTIONS),
        pl.col("unit").replace(UNITS),
        pl.col("valid_to").dt.strftime("%d.%m.%Y").fill_null("auf Weiteres").alias("until"),
    )
    finding = f"{say.plural(frame.height, 'Annahme ist', 'Annahmen sind')} mit Datum, Spanne und Herkunft festgehalten."
    return Section("annahmen", question, finding, tables=(PageTable("annahmen", "Annahmen", ASSUMED, shown),))


def _in_full(value: float) -> str:
    """As many decimals as the number has, at most four."""
    return next(numbers.plain(value, digits) for digits in range(5) if digits == 4 or round(value, digits) == value)


def _targets(have: PageContext) -> Section:
    question = "Welche Ziele sind gesetzt?"
    if have.targets.is_empty():
        return unanswered("ziele", question, "Es ist noch kein Ziel beschlossen.")
    names = {key: one.name for key, one in have.metrics.items()}
    units = {key: one.unit for key, one in have.metrics.items()}
    goals = [_goal(value, units.get(metric)) for metric, value in have.targets.select("metric", "target_value").rows()]
    scopes = {"all": "ganze Stadt", **data.service_names(have.marts)}
    shown = have.targets.with_columns(
        pl.col("metric").replace(names).alias("name"), pl.col("scope").replace(scopes), pl.Series("goal", goals)
    )
    finding = f"{say.plural(shown.height, 'Ziel ist', 'Ziele sind')} gesetzt."
    return Section("ziele", question, finding, tables=(PageTable("ziele", "Ziele", TARGETS, shown),))


def _goal(value: float, unit: str | None) -> str:
    if unit == "share":
        return numbers.percent(value)
    if unit == "seconds":
        return numbers.days(value)
    return f"{numbers.plain(value)} {UNITS.get(unit or '', unit or '')}".strip()
