"""Datenlage: what was delivered, what was refused, what the logs are worth, how every figure is made."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import polars as pl

from dashboards.charts.coverage import coverage
from dashboards.pages.context import MONTH, PROVISIONAL, PageContext, Row, period, unanswered
from dashboards.pages.data_links import meeting, revised
from dashboards.pages.method_sections import method_sections
from dashboards.questions import data
from dashboards.words import numbers, say
from dashboards.words.glossary import CHECKS, MEDIA, REASON_NAMES
from dashboards.writing.elements import Figure, KeyFigure, Label, Page, PageTable, Section, TableColumn, filled

AGES = (
    TableColumn("source", "Quelle"),
    TableColumn("stand_on", "Stand der Lieferung", "day"),
    "age_days",
    TableColumn("expected", "erwartet"),
    TableColumn("lateness", "überfällig"),
    TableColumn("ended", "in Betrieb"),
)
DELIVERIES = (
    TableColumn("source", "Quelle"),
    TableColumn("deliveries", "Lieferungen", "count"),
    "rows_read",
    TableColumn("rows_admitted", "übernommen", "count"),
    TableColumn("rows_quarantined", "zurückgewiesen", "count"),
    TableColumn("rows_duplicate", "doppelt", "count"),
    TableColumn("rows_superseded", "ersetzt oder gelöscht", "count"),
    TableColumn("rows_contradicted", "davon ohne neuere Fassung", "count"),
)
QUARANTINE = (
    TableColumn("source", "Quelle"),
    TableColumn("reason", "Grund"),
    TableColumn("column_name", "Feld"),
    TableColumn("records", "Datensätze", "count"),
)
HEALTH = (
    TableColumn("source", "Quelle"),
    TableColumn("check_name", "Prüfung"),
    "observed",
    TableColumn("expected", "erwartet", "count"),
    TableColumn("result", "Ergebnis"),
)


def page(have: PageContext) -> Page:
    """Deliveries, coverage, quarantine, checks, media; then definitions, assumptions, targets."""
    return Page(
        name="Datenlage",
        finding=_finding(have),
        trust=have.trust(),
        key_figures=_keys(have),
        sections=(
            _ages(have), _deliveries(have), _coverage(have), meeting(have), revised(have), _quarantine(have),
            _health(have), _media(have),
            *method_sections(have),
        ),
    )  # fmt: skip


def _finding(have: PageContext) -> str:
    town = data.all_sources(have.marts)
    if not town:
        return say.no_statement("Es ist noch keine Lieferung angekommen; der nächste Schritt ist der erste Abruf.")
    sources = say.plural(town["source_count"], "Quelle hat", "Quellen haben")
    if not town["is_balanced"]:
        return f"{sources} geliefert; die Bilanz der Datensätze geht nicht auf."
    refused = town["rows_quarantined"]
    sent_back = say.plural(refused, "wurde", "wurden") if refused else "keiner wurde"
    return (
        f"{sources} {say.plural(town['rows_read'], 'Datensatz', 'Datensätze')} geliefert; "
        f"{sent_back} zurückgewiesen, {_lost(town['rows_contradicted'])}."
    )


def _lost(contradicted: int) -> str:
    """Whether every record that is not refused stands in the figures or was replaced by a newer one."""
    if not contradicted:
        return "keiner ging verloren"
    fail = say.plural(contradicted, "Datensatz fehlt", "Datensätze fehlen")
    return f"{fail} in den Zahlen, weil ein anderer denselben Schlüssel trägt und nichts sagt, dass er berichtigt"


def _keys(have: PageContext) -> tuple[KeyFigure, ...]:
    town, checks = data.all_sources(have.marts), data.log_health(have.marts)
    stand = f"bis {numbers.day_short(have.setting.as_of)}"
    if not town or not town["rows_read"]:
        return ()
    metric = have.metrics["quarantined_share"]
    refused = numbers.in_percent(town["quarantined_share"], metric.digits)
    lots = f"{say.plural(town['deliveries'], 'Lieferung', 'Lieferungen')} {stand}"
    of_all = say.plural(town["rows_read"], "Datensatz", "Datensätzen")
    sent_back = f"{numbers.plain(town['rows_quarantined'])} von {of_all} {stand}"
    keys = [
        KeyFigure(Label("gelesen", "Gelesene Datensätze"), numbers.plain(town["rows_read"]), basis=lots),
        KeyFigure(metric, refused, "%", basis=sent_back),
    ]
    if not checks.is_empty():
        label, failed = Label("pruefungen", "Auffällige Prüfungen"), checks.filter(_is_striking()).height
        keys.append(KeyFigure(label, numbers.plain(failed), basis=f"von {checks.height} Prüfungen {stand}"))
    return tuple(keys)


def _ages(have: PageContext) -> Section:
    question = "Wie alt sind die Daten?"
    frame, town = data.sources(have.marts), data.all_sources(have.marts)
    if frame.is_empty():
        return unanswered("alter", question, "Es ist noch keine Lieferung angekommen.")
    # A source that ended, such as a scanner that was replaced, grows old without being news.
    running = frame.filter(pl.col("ended_on").is_null())
    finding = _lateness(town)
    if not running.is_empty():
        oldest = running.sort("age_days", "source", descending=[True, False], nulls_last=True).row(0, named=True)
        age = "unbekannt" if oldest["age_days"] is None else say.plural(oldest["age_days"], "Tag", "Tage")
        finding += f" Am ältesten sind unter den laufenden Quellen die Daten von „{oldest['source']}“: {age}."
    table = have.table("alter", "Stand der Quellen", AGES, _in_words(frame))
    return Section("alter", question, finding, tables=(table,), notes=tuple(_not_judged(town)))


def _in_words(frame: pl.DataFrame) -> pl.DataFrame:
    """How often a source is expected, whether it is late, when it ended: what does not apply is no gap in the data."""
    has_ended, days = pl.col("ended_on").is_not_null(), pl.col("allowed_days")
    every = pl.when(days == 1).then(pl.lit("täglich")).otherwise(pl.format("alle {} Tage", days))
    return frame.with_columns(
        pl.when(has_ended).then(pl.lit("nicht mehr")).when(days.is_null()).then(pl.lit("ohne Takt")).otherwise(every)
        .alias("expected"),
        pl.when(pl.col("is_late")).then(pl.lit("ja")).when(has_ended | ~pl.col("is_late")).then(pl.lit("nein"))
        .otherwise(pl.lit("unbekannt")).alias("lateness"),
        pl.col("ended_on").dt.strftime("bis %d.%m.%Y").fill_null("ja").alias("ended"),
    )  # fmt: skip


def _lateness(town: Row) -> str:
    """How many of the sources that are waited for are late."""
    awaited, late = town["awaited_source_count"], town["late_source_count"]
    if not awaited:
        return "Ob eine Quelle überfällig ist, ist nicht bekannt: Für keine ist eingetragen, wie oft sie liefert."
    of_these = say.plural(awaited, "Quelle, die regelmäßig erwartet wird,", "Quellen, die regelmäßig erwartet werden,")
    amount = f"{'ist' if late == 1 else 'sind'} {numbers.plain(late)}" if late else "ist keine"
    return f"Von {of_these} {amount} überfällig."


def _not_judged(town: Row) -> Iterator[str]:
    """The sources that cannot be late, and those that never came."""
    ended, silent = town["ended_source_count"], town["silent_source_count"]
    unknown = town["source_count"] - town["awaited_source_count"] - ended
    if ended:
        yield f"{say.plural(ended, 'Quelle ist beendet', 'Quellen sind beendet')} und darum nicht mehr erwartet."
    if unknown:
        yield (
            f"Für {say.plural(unknown, 'laufende Quelle', 'laufende Quellen')} ist kein Takt eingetragen: "
            "Ob dort etwas überfällig ist, ist nicht bekannt."
        )
    if silent:
        yield f"{say.plural(silent, 'Quelle hat', 'Quellen haben')} noch nie geliefert; die Tabelle weiß davon nichts."


def _deliveries(have: PageContext) -> Section:
    question = "Was wurde geliefert?"
    frame, town = data.sources(have.marts), data.all_sources(have.marts)
    if not town:
        return unanswered("lieferungen", question, "Es ist noch keine Lieferung angekommen.")
    finding = (
        f"{say.plural(town['deliveries'], 'Lieferung', 'Lieferungen')} mit "
        f"{say.plural(town['rows_read'], 'Datensatz', 'Datensätzen')}; "
        f"{numbers.plain(town['rows_admitted'])} davon übernommen."
    )
    note = (
        "Jeder gelesene Datensatz ist übernommen, zurückgewiesen, doppelt oder ersetzt; die vier Zahlen "
        "ergeben zusammen die gelesenen."
    )
    notes = (note,) if town["is_balanced"] else ("Achtung: Die vier Zahlen ergeben nicht die gelesenen Datensätze.",)
    if town["rows_contradicted"]:
        notes += (
            "„Ohne neuere Fassung“: Ein anderer Datensatz trägt denselben Schlüssel; nur einer von beiden steht in den "
            "Zahlen, und nichts in den Daten sagt, welcher gilt.",
        )
    table = have.table("lieferungen", "Lieferungen nach Quellen", DELIVERIES, frame)
    return Section("lieferungen", question, finding, tables=(table,), notes=notes)


def _coverage(have: PageContext) -> Section:
    question = "Haben alle Quellen geliefert?"
    frame = have.full_months(have.throughput).drop_nulls("coverage_share")
    if frame.is_empty():
        return unanswered("abdeckung", question, "Es liegt noch kein voller Monat vor.")
    low = frame.filter(pl.col("coverage_share") < 0.95).height
    finding = (
        f"{'Im einzigen vollen Monat' if frame.height == 1 else f'In allen {numbers.plain(frame.height)} Monaten'} "
        "haben mindestens 95\u00a0% der Quellen geliefert."
        if not low
        else (
            f"In {say.plural(low, 'Monat', 'Monaten')} von {numbers.plain(frame.height)} haben weniger als "
            f"95\u00a0% der Quellen geliefert; {'dieser Monat ist' if low == 1 else 'diese Monate sind'} vorläufig."
        )
    )
    columns = (
        MONTH,
        "coverage_share",
        PROVISIONAL,
    )
    figure = Figure(
        subtitle="Anteil der Quellen, deren Daten den Monat bis zum Ende abdecken",
        legend=(("digital", "95\u00a0% und mehr"), ("late", "unter 95\u00a0%: vorläufig")),
        description=f"Säulendiagramm, {period(frame)}. Monate unter 95\u00a0% sind weinrot.",
        caption=have.caption(None, period(frame), "rpt_throughput_monthly"),
        table=have.table("abdeckung", "Datenabdeckung nach Monaten", columns, have.throughput),
        draw=partial(coverage, frame),
    )
    return Section("abdeckung", question, finding, figure)


def _quarantine(have: PageContext) -> Section:
    question = "Was wurde zurückgewiesen, und warum?"
    frame = data.quarantine_reasons(have.marts).with_columns(
        pl.col("reason_code").replace_strict(REASON_NAMES, default=pl.col("reason")).alias("reason"),
        pl.col("column_name").fill_null("ganze Zeile"),
    )
    if frame.is_empty():
        return Section("quarantaene", question, "Kein Datensatz wurde zurückgewiesen.")
    first = frame.row(0, named=True)
    finding = (
        f"Häufigster Grund: „{str(first['reason']).rstrip('.')}“ "
        f"({say.plural(first['records'], 'Datensatz', 'Datensätze')} aus „{first['source']}“)."
    )
    table = PageTable("zurueckgewiesen", "Zurückgewiesene Datensätze nach Grund", QUARANTINE, frame)
    return Section("quarantaene", question, finding, tables=(table,))


def _health(have: PageContext) -> Section:
    question = "Was ist an den Protokollen auffällig?"
    frame = data.log_health(have.marts)
    if frame.is_empty():
        return unanswered("protokolle", question, "Es wurde noch keine Prüfung der Protokolle gerechnet.")
    is_fine = pl.col("passed").fill_null(False)
    failed, found = frame.filter(_is_striking()).height, frame.filter(~is_fine).height
    if failed:
        finding = (
            f"{say.plural(failed, 'Prüfung', 'Prüfungen')} von {numbers.plain(frame.height)} "
            f"{'ist' if failed == 1 else 'sind'} auffällig."
        )
    elif found:
        finding = (
            f"Keine der {numbers.plain(frame.height)} Prüfungen ist auffällig; "
            f"{say.plural(found, 'Prüfung gibt', 'Prüfungen geben')} einen Hinweis."
        )
    else:
        finding = f"Alle {numbers.plain(frame.height)} Prüfungen sind unauffällig."
    result = (
        pl.when(_is_striking()).then(pl.lit("auffällig"))
        .when(~pl.col("passed")).then(pl.lit("Hinweis"))
        .otherwise(pl.lit("unauffällig"))
    )  # fmt: skip
    shown = frame.with_columns(result.alias("result"), pl.col("check_name").replace(CHECKS))
    seen, fine = shown.filter(~is_fine), shown.filter(is_fine)
    tables = filled(
        have.table("pruefungen", "Prüfungen mit Befund", HEALTH, seen),
        have.table("pruefungen-ohne-befund", "Prüfungen ohne Befund", HEALTH, fine, is_folded=True),
    )
    return Section("protokolle", question, finding, tables=tables)


def _is_striking() -> pl.Expr:
    """A failed check that somebody should act on."""
    return ~pl.col("passed").fill_null(False) & (pl.col("severity") == "warning")


def _media(have: PageContext) -> Section:
    question = "Kennen wir das Medium der Schritte?"
    frame = data.step_media(have.marts)
    if frame.is_empty():
        return unanswered("medien", question, "Im letzten Jahr liegen keine Schritte vor.")
    share, total = frame.select("known_medium_share", "steps_total").row(0)
    if share is None:
        return unanswered("medien", question, "Es sind zu wenige Schritte, um es zu zeigen.")
    finding = (
        f"Bei {numbers.percent(share)} der Schritte der letzten zwölf vollen Monate ist das "
        f"Medium bekannt ({say.basis(total)})."
    )
    shown = frame.with_columns(pl.col("medium").replace(MEDIA))
    columns = (TableColumn("medium", "Medium"), TableColumn("steps", "Schritte", "count"), "step_share")
    table = have.table("medien", "Schritte nach Medium", columns, shown)
    return Section("medien", question, finding, tables=(table,))
