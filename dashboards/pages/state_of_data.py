"""Datenlage: what was delivered, what was refused, what the logs are worth, how every figure is made."""

from __future__ import annotations

from functools import partial

import polars as pl

from dashboards import numbers, records, words
from dashboards.charts.coverage import coverage
from dashboards.figures import Column, Figure, KeyFigure, Page, Section, Table
from dashboards.gathered import Gathered, caption, period
from dashboards.glossary import CHECKS, MEDIA, UNITS

DELIVERIES = (
    Column("source", "Quelle"),
    Column("stand", "letzter Stand", "day"),
    Column("deliveries", "Lieferungen", "count"),
    Column("rows_read", "gelesen", "count"),
    Column("rows_admitted", "übernommen", "count"),
    Column("rows_quarantined", "zurückgewiesen", "count"),
    Column("rows_duplicate", "doppelt", "count"),
    Column("rows_superseded", "durch Neueres ersetzt", "count"),
)
QUARANTINE = (
    Column("source", "Quelle"),
    Column("reason", "Grund"),
    Column("reason_code", "Code"),
    Column("column_name", "Feld"),
    Column("records", "Datensätze", "count"),
)
HEALTH = (
    Column("source", "Quelle"),
    Column("check_name", "Prüfung"),
    Column("observed", "gefunden", "count"),
    Column("expected", "erwartet", "count"),
    Column("result", "Ergebnis"),
)
METRICS = (
    Column("name_de", "Kennzahl"),
    Column("question_de", "Frage"),
    Column("formula", "Formel"),
    Column("formula_version", "Fassung"),
    Column("unit", "Einheit"),
    Column("table_name", "Tabelle"),
    Column("asked_by", "gefragt von"),
    Column("purpose", "Zweck"),
)
ASSUMPTIONS = (
    Column("assumption", "Annahme"),
    Column("value", "Wert", "number", 2),
    Column("low", "mindestens", "number", 2),
    Column("high", "höchstens", "number", 2),
    Column("unit", "Einheit"),
    Column("valid_from", "gilt ab", "day"),
    Column("until", "gilt bis"),
    Column("source", "Herkunft"),
    Column("decided_by", "entschieden von"),
    Column("evidence_grade", "Nachweisgrad"),
)
TARGETS = (
    Column("metric", "Kennzahl"),
    Column("scope", "Bereich"),
    Column("target_on", "Termin", "day"),
    Column("target_value", "Zielwert", "number", 2),
    Column("set_by", "beschlossen durch"),
)


def page(have: Gathered) -> Page:
    """Deliveries, coverage, quarantine, checks, media; then definitions, assumptions, targets."""
    return Page(
        file="daten.html",
        name="Datenlage",
        heading="Datenlage",
        finding=_finding(have),
        trust=have.trust(),
        key_figures=_keys(have),
        sections=(
            _deliveries(have), _coverage(have), _quarantine(have), _health(have), _media(have), _definitions(have),
            _assumptions(have), _targets(have),
        ),
    )  # fmt: skip


def _sums(have: Gathered) -> dict[str, int]:
    frame = records.deliveries_by_source(have.marts)
    names = ("rows_read", "rows_admitted", "rows_quarantined", "rows_duplicate", "rows_superseded", "deliveries")
    return {name: int(frame[name].sum() or 0) for name in names} | {"sources": frame.height}


def _finding(have: Gathered) -> str:
    sums = _sums(have)
    if not sums["deliveries"]:
        return words.no_statement("Es ist noch keine Lieferung angekommen; der nächste Schritt ist der erste Abruf.")
    return (
        f"{words.plural(sums['sources'], 'Quelle hat', 'Quellen haben')} "
        f"{words.plural(sums['rows_read'], 'Datensatz', 'Datensätze')} geliefert; "
        f"{words.plural(sums['rows_quarantined'], 'wurde', 'wurden')} zurückgewiesen, keiner ging verloren."
        if _balances(sums)
        else (
            f"{words.plural(sums['sources'], 'Quelle hat', 'Quellen haben')} geliefert; die Bilanz der "
            "Datensätze geht nicht auf."
        )
    )


def _balances(sums: dict[str, int]) -> bool:
    parts = ("rows_admitted", "rows_quarantined", "rows_duplicate", "rows_superseded")
    return sums["rows_read"] == sum(sums[name] for name in parts)


def _keys(have: Gathered) -> tuple[KeyFigure, ...]:
    sums = _sums(have)
    checks = records.log_health(have.marts)
    stand = f"bis {numbers.day_short(have.setting.as_of)}"
    if not sums["rows_read"]:
        return ()
    refused = sums["rows_quarantined"] / sums["rows_read"]
    lots = f"{words.plural(sums['deliveries'], 'Lieferung', 'Lieferungen')} {stand}"
    sent_back = f"{words.plural(sums['rows_quarantined'], 'Datensatz', 'Datensätze')} {stand}"
    keys = [
        KeyFigure("gelesen", "Gelesene Datensätze", numbers.count(sums["rows_read"]), basis=lots),
        KeyFigure("zurueckgewiesen", "Zurückgewiesen", numbers.plain(refused * 100, 2), "%", basis=sent_back),
    ]
    if not checks.is_empty():
        failed = checks.filter(_is_striking()).height
        keys.append(
            KeyFigure(
                "pruefungen",
                "Auffällige Prüfungen",
                numbers.count(failed),
                "",
                f"von {checks.height} Prüfungen {stand}",
            )
        )
    return tuple(keys)


def _deliveries(have: Gathered) -> Section:
    question = "Was wurde geliefert?"
    frame = records.deliveries_by_source(have.marts)
    if frame.is_empty():
        return Section("lieferungen", question, missing=words.no_statement("Es ist noch keine Lieferung angekommen."))
    oldest = frame.sort("stand", "source", nulls_last=True).row(0, named=True)
    stand = numbers.day(oldest["stand"]) if oldest["stand"] else "unbekannt"
    finding = f"Am ältesten ist der Stand der Quelle „{oldest['source']}“: {stand}."
    note = (
        "Jeder gelesene Datensatz ist übernommen, zurückgewiesen, doppelt oder ersetzt; die vier Zahlen "
        "ergeben zusammen die gelesenen."
    )
    notes = (note,) if _balances(_sums(have)) else ("Achtung: Die vier Zahlen ergeben nicht die gelesenen Datensätze.",)
    return Section(
        "lieferungen",
        question,
        finding,
        tables=(Table("lieferungen", "Lieferungen nach Quellen", DELIVERIES, frame),),
        notes=notes,
    )


def _coverage(have: Gathered) -> Section:
    question = "Sehen wir alles?"
    frame = have.full_months(have.throughput).drop_nulls("coverage_share")
    if frame.is_empty():
        return Section("abdeckung", question, missing=words.no_statement("Es liegt noch kein voller Monat vor."))
    low = frame.filter(pl.col("coverage_share") < 0.95).height
    finding = (
        f"In allen {words.plural(frame.height, 'Monat', 'Monaten')} haben mindestens 95 % der Quellen geliefert."
        if not low
        else (
            f"In {words.plural(low, 'Monat', 'Monaten')} von {numbers.count(frame.height)} haben weniger als "
            f"95 % der Quellen geliefert; {'dieser Monat ist' if low == 1 else 'diese Monate sind'} vorläufig."
        )
    )
    columns = (
        Column("month", "Monat", "month"),
        Column("coverage_share", "Abdeckung in %", "share", 0),
        Column("is_provisional", "vorläufig", "yes"),
    )
    figure = Figure(
        slug="abdeckung",
        subtitle="Anteil der Quellen, deren Daten den Monat bis zum Ende abdecken",
        legend=(("digital", "95 % und mehr"), ("late", "unter 95 %: vorläufig")),
        finding=finding,
        description=f"Säulendiagramm, {period(frame)}. Monate unter 95 % sind weinrot.",
        caption=caption(None, period(frame), "rpt_throughput_monthly", have.setting),
        table=Table("abdeckung", "Abdeckung nach Monaten", columns, have.throughput),
        draw=partial(coverage, frame),
    )
    return Section("abdeckung", question, finding, figure)


def _quarantine(have: Gathered) -> Section:
    question = "Was wurde zurückgewiesen, und warum?"
    frame = records.quarantine_reasons(have.marts)
    if frame.is_empty():
        return Section("quarantaene", question, "Kein Datensatz wurde zurückgewiesen.")
    first = frame.row(0, named=True)
    finding = (
        f"Häufigster Grund: {str(first['reason']).rstrip('.')} "
        f"({words.plural(first['records'], 'Datensatz', 'Datensätze')} aus „{first['source']}“)."
    )
    return Section(
        "quarantaene",
        question,
        finding,
        tables=(Table("zurueckgewiesen", "Zurückgewiesene Datensätze nach Grund", QUARANTINE, frame),),
    )


def _health(have: Gathered) -> Section:
    question = "Was ist an den Protokollen auffällig?"
    frame = records.log_health(have.marts)
    if frame.is_empty():
        return Section(
            "protokolle", question, missing=words.no_statement("Es wurde noch keine Prüfung der Protokolle gerechnet.")
        )
    failed = frame.filter(_is_striking()).height
    finding = (
        f"Alle {numbers.count(frame.height)} Prüfungen sind unauffällig."
        if not failed
        else (
            f"{words.plural(failed, 'Prüfung', 'Prüfungen')} von {numbers.count(frame.height)} "
            f"{'ist' if failed == 1 else 'sind'} auffällig."
        )
    )
    result = (
        pl.when(_is_striking()).then(pl.lit("auffällig"))
        .when(~pl.col("passed")).then(pl.lit("zur Kenntnis"))
        .otherwise(pl.lit("unauffällig"))
    )  # fmt: skip
    shown = frame.with_columns(result.alias("result"), pl.col("check_name").replace(CHECKS))
    return Section(
        "protokolle", question, finding, tables=(Table("pruefungen", "Prüfungen der Protokolle", HEALTH, shown),)
    )


def _is_striking() -> pl.Expr:
    """A failed check that somebody should act on."""
    return ~pl.col("passed").fill_null(False) & (pl.col("severity") == "warning")


def _media(have: Gathered) -> Section:
    question = "Kennen wir das Medium der Schritte?"
    frame = records.medium_coverage(have.marts)
    total = int(frame["steps"].sum() or 0) if not frame.is_empty() else 0
    if not total:
        return Section("medien", question, missing=words.no_statement("Im letzten Jahr liegen keine Schritte vor."))
    known = int(frame.filter(pl.col("medium") != "unknown")["steps"].sum() or 0)
    finding = (
        f"Bei {numbers.percent(known / total)} der Schritte der letzten zwölf vollen Monate ist das "
        f"Medium bekannt ({words.basis(total)})."
    )
    shown = frame.with_columns(pl.col("medium").replace(MEDIA), (pl.col("steps") / total).alias("share"))
    columns = (
        Column("medium", "Medium"),
        Column("steps", "Schritte (n)", "count"),
        Column("share", "Anteil in %", "share"),
    )
    return Section("medien", question, finding, tables=(Table("medien", "Schritte nach Medium", columns, shown),))


def _definitions(have: Gathered) -> Section:
    question = "Wie wird was gerechnet?"
    frame = records.metrics(have.marts)
    if frame.is_empty():
        return Section("definitionen", question, missing=words.no_statement("Es ist noch keine Kennzahl beschrieben."))
    finding = (
        f"{words.plural(frame.height, 'Kennzahl ist', 'Kennzahlen sind')} beschrieben, jede mit Formel, "
        "Fassung und Zweck."
    )
    return Section(
        "definitionen",
        question,
        finding,
        tables=(
            Table(
                "kennzahlen", "Kennzahlen und ihre Formeln", METRICS, frame.with_columns(pl.col("unit").replace(UNITS))
            ),
        ),
    )


def _assumptions(have: Gathered) -> Section:
    question = "Worauf stützen sich die Rechnungen?"
    frame = records.assumptions(have.marts)
    if frame.is_empty():
        return Section("annahmen", question, missing=words.no_statement("Es ist noch keine Annahme eingetragen."))
    until = pl.col("valid_to").dt.strftime("%d.%m.%Y").fill_null("auf Weiteres")
    shown = frame.with_columns(pl.col("unit").replace(UNITS), until.alias("until"))
    finding = (
        f"{words.plural(frame.height, 'Annahme ist', 'Annahmen sind')} mit Datum, Spanne und Herkunft festgehalten."
    )
    return Section("annahmen", question, finding, tables=(Table("annahmen", "Annahmen", ASSUMPTIONS, shown),))


def _targets(have: Gathered) -> Section:
    question = "Welche Ziele sind gesetzt?"
    if have.targets.is_empty():
        return Section("ziele", question, missing=words.no_statement("Es ist noch kein Ziel beschlossen."))
    names = {metric: one.name for metric, one in have.definitions.items()}
    shown = have.targets.with_columns(pl.col("metric").replace(names), pl.col("scope").replace({"all": "ganze Stadt"}))
    finding = f"{words.plural(shown.height, 'Ziel ist', 'Ziele sind')} gesetzt."
    return Section("ziele", question, finding, tables=(Table("ziele", "Ziele", TARGETS, shown),))
