"""The section that says which bookings count as relief, which do not, and why."""

from __future__ import annotations

import polars as pl

from dashboards.pages import savings_keys as keys
from dashboards.pages.context import PageContext, unanswered
from dashboards.questions.proof import cash
from dashboards.words import numbers, say
from dashboards.words.audit import AUDIT_FINDINGS
from dashboards.writing.elements import Section, TableColumn

ALL = "all"
COLUMNS = (
    TableColumn("finding_de", "Befund"),
    TableColumn("measures_de", "Maßnahmen"),
    TableColumn("booking_count", "Buchungen", "count"),
    TableColumn("reported_eur", "gemeldet in\u00a0€", "euro"),
    TableColumn("counted_eur", "gezählt in\u00a0€", "euro"),
    TableColumn("left_out_eur", "nicht gezählt in\u00a0€", "euro"),
)
RULE = (
    "Eine Buchung zählt, wenn ihr Beleg nur einmal vorkommt, sie nach dem Start der Maßnahme liegt und ihre "
    "Haushaltsstelle mindestens so weit gesunken ist: verglichen mit dem letzten vollen Jahr vor dem Start, zu "
    "heutigen Preisen und heutiger Fallzahl, ohne die Kosten der Maßnahmen selbst. Personal zählt nur mit "
    "weggefallener Stelle, Miete nur mit beendetem Vertrag."
)
ROUTES = (
    "Solange Anträge auf Papier kommen, laufen zwei Wege. Nennt niemand die Kosten des Parallelbetriebs (auch null ist "
    "eine Angabe) oder den Tag, an dem der Papierweg schließt, zählt die Entlastung der Maßnahme nicht; ihre Kosten "
    "zählen."
)
LASTING = (
    "Laufend ist eine Entlastung, die binnen zwölf Monaten wieder gebucht wird; ohne neue Buchung läuft sie zwölf "
    "Monate nach der letzten ab."
)


def cash_audit_section(have: PageContext) -> Section:
    """Which bookings do not count, and why?"""
    question = "Welche Buchungen zählen nicht, und warum?"
    frame = cash.findings(have.marts)
    if frame.is_empty():
        return unanswered("buchungen", question, "Es ist noch keine Entlastung gemeldet.")
    expired = cash.expired(have.marts)
    notes = (RULE, ROUTES, LASTING + (f" Abgelaufen: {say.listed(expired)}." if expired else ""))
    is_all = pl.col("audit_finding") == ALL
    finding = _finding(frame.filter(is_all))
    shown = frame.filter(~is_all).with_columns(
        pl.col("audit_finding").replace_strict(AUDIT_FINDINGS).alias("finding_de"),
        pl.Series("measures_de", [", ".join(keys.named(have, row)) for row in frame.filter(~is_all)["measures"]]),
    )
    if shown.is_empty():
        return Section("buchungen", question, finding, notes=notes)
    table = have.table("buchungen", "Befunde der Prüfung, gemeldete und gezählte Beträge", COLUMNS, shown)
    return Section("buchungen", question, finding, tables=(table,), notes=notes)


def _finding(relief: pl.DataFrame) -> str:
    if relief.is_empty():
        return "Es ist noch keine Entlastung gemeldet."
    row = relief.row(0, named=True)
    said = f"Von {numbers.euro(row['reported_eur'])} gemeldeter Entlastung zählen {numbers.euro(row['counted_eur'])}"
    if row["unchecked_eur"]:
        said += f", davon sind {numbers.euro(row['unchecked_eur'])} noch nicht ganz geprüft (Grad\u00a0B)"
    if row["fee_funded_eur"]:
        said += f"; {numbers.euro(row['fee_funded_eur'])} kommen denen zugute, die Gebühren zahlen"
    return f"{said}."
