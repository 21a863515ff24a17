"""How every figure is made: words, definitions, what figures rest on, targets."""

from __future__ import annotations

import polars as pl

from dashboards.pages.context import PageContext, unanswered
from dashboards.questions import data
from dashboards.questions.metrics import METRICS
from dashboards.words import numbers, say
from dashboards.words.appraisals import assumption_name
from dashboards.words.glossary import CHANNELS, GRADES, PURPOSES, TABLE_NAMES, TIMING_METHODS, UNITS
from dashboards.writing.elements import PageTable, Section, TableColumn, filled

DEFINED = (
    TableColumn("name", "Kennzahl"),
    TableColumn("question", "Frage"),
    TableColumn("formula", "Rechenweg"),
    TableColumn("version", "Fassung"),
    TableColumn("unit", "Einheit"),
    TableColumn("purpose", "Zweck"),
    TableColumn("table", "Auswertung"),
)
MINUTES = (
    TableColumn("service_name", "Leistung"),
    TableColumn("case_type", "Art des Vorgangs"),
    TableColumn("intake_channel", "Eingang"),
    TableColumn("minutes", "Minuten je Vorgang", "number"),
    TableColumn("low", "mindestens", "number"),
    TableColumn("high", "höchstens", "number"),
    TableColumn("sampled", "gemessene Vorgänge oder Beobachtungen", "count"),
    TableColumn("method", "Verfahren"),
    TableColumn("valid_from", "gilt ab", "day"),
    TableColumn("until", "gilt bis"),
    TableColumn("source", "Herkunft"),
    TableColumn("evidence_grade", "Nachweisgrad"),
)
CLAIMS = (
    TableColumn("measure_name", "Maßnahme"),
    TableColumn("service_name", "Leistung"),
    TableColumn("share", "angerechneter Anteil in %", "share", 0),
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
    "Jede Fassung der Zahlen hat eine Nummer. Wer sie nennt, bekommt dieselben Zahlen noch einmal.",
)

NO_MINUTES = "Es sind keine Minutenwerte eingetragen, auf die sich eine gewonnene Arbeitszeit stützt."
ALSO_ENTER = (
    "Außerdem gehen ein: welche Eingänge als Papier oder online zählen, Öffnungszeiten, Schließtage und Feiertage, "
    "die Zielfristen der Leistungen, Medium und Art der Schritte, der Start jeder Maßnahme und die gebuchten Kosten."
)


def method_sections(have: PageContext) -> tuple[Section, ...]:
    """Definitions, what the figures rest on, targets."""
    return _definitions(have), _inputs(have), _targets(have)


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


def _inputs(have: PageContext) -> Section:
    """What somebody entered that published figures rest on, and what no figure rests on yet."""
    question, anchor = "Worauf stützen sich die Rechnungen?", "grundlagen"
    entered, claims = data.processing_minutes(have.marts), data.measure_shares(have.marts)
    used = entered.filter("is_used")
    if used.is_empty():
        return Section(anchor, question, missing=say.no_statement(NO_MINUTES), notes=(*_idle(have), ALSO_ENTER))
    shown = used.with_columns(
        pl.col("case_type").replace("all", "alle"),
        pl.col("intake_channel").replace(CHANNELS),
        pl.col("method").replace(TIMING_METHODS).fill_null("nicht angegeben"),
        pl.col("valid_to").dt.strftime("%d.%m.%Y").fill_null("auf Weiteres").alias("until"),
    )
    finding = (
        f"In die gewonnene Arbeitszeit gehen {say.plural(used.height, 'Minutenwert', 'Minutenwerte')} und "
        f"{say.plural(claims.height, 'Anteil', 'Anteile')} von Maßnahmen an Leistungen ein."
    )
    tables = filled(
        PageTable("minutenwerte", "Minutenwerte, auf denen die Arbeitszeit beruht", MINUTES, shown, is_folded=True),
        PageTable("anteile", "Anteile der Maßnahmen an der Wirkung einer Leistung", CLAIMS, claims, is_folded=True),
    )
    unused = entered.height - used.height
    rest = f"{say.plural(unused, 'weiterer Minutenwert', 'weitere Minutenwerte')} im Bestand: noch in keiner Zahl."
    notes = (*((rest,) if unused else ()), *_idle(have), ALSO_ENTER)
    return Section(anchor, question, finding, tables=tables, notes=notes)


def _idle(have: PageContext) -> tuple[str, ...]:
    """Assumptions are written down before a figure reads them: until then they are no base of one."""
    names = [assumption_name(name) for name in data.idle_assumptions(have.marts)]
    return (f"Festgehalten, aber noch in keiner Zahl: {say.listed(names)}.",) if names else ()


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
