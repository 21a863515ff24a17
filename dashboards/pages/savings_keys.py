"""Key figures of the savings, and what is missing for one. Cash and hours each stand for themselves."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboards.pages.context import PageContext, spark
from dashboards.questions import savings
from dashboards.questions.small_cells import MARK
from dashboards.words import numbers, say
from dashboards.writing.elements import KeyFigure

YEAR = 12


def cash_months(have: PageContext) -> pl.DataFrame:
    """The months of which money is known, with its running sums."""
    return have.savings.drop_nulls("cumulative_cash_eur")


def hours_months(have: PageContext) -> pl.DataFrame:
    """The months of which freed hours are known."""
    return have.savings.drop_nulls("capacity_released_hours")


def hours_year(have: PageContext) -> dict[str, Any] | None:
    """The last full month whose twelve months have hours; None where none has."""
    year = have.savings.drop_nulls("capacity_last_12_months_hours")
    return None if year.is_empty() else year.row(-1, named=True)


def named(have: PageContext, codes: str) -> list[str]:
    """The names of measures, given their codes."""
    names = savings.names(have.marts)
    return sorted(names.get(code, code) for code in codes.split(", ") if code)


def cash_key(have: PageContext) -> KeyFigure:
    """Net cash since the beginning, all booked cost taken off."""
    metric, months = have.metrics["cumulative_cash_eur"], cash_months(have)
    if months.is_empty():
        return KeyFigure(metric, missing=say.no_statement(why_no_cash(have)), page="einsparungen.html")
    last = months.row(-1, named=True)
    return KeyFigure(
        metric,
        value=numbers.plain(last["cumulative_cash_eur"]),
        unit="€",
        basis=f"bis {numbers.month(last['month'])}, "
        f"{say.plural(last['cash_measure_count'], 'Maßnahme', 'Maßnahmen')}, "
        f"{cash_grade(last)}",
        change=""
        if last["net_cash_last_12_months_eur"] is None
        else f"{numbers.signed(last['net_cash_last_12_months_eur'])}{numbers.THIN}€ "
        f"{'im letzten Monat' if months.height == 1 else f'in den letzten {min(YEAR, months.height)} Monaten'}",
        spark=spark(months, "cumulative_cash_eur", "ink"),
        page="einsparungen.html",
    )


def cash_grade(row: dict[str, str | None]) -> str:
    """How well the relief is proven; without any that counts, that there is none."""
    return f"Nachweisgrad {row['cash_evidence_grade']}" if row["cash_evidence_grade"] else "keine Entlastung anerkannt"


def unchecked(row: dict[str, Any]) -> str:
    """Relief of grade B, which is in no sum; empty where there is none."""
    amount = row["cumulative_cash_beneath_eur"]
    if not amount:
        return ""
    return (
        f"Nicht eingerechnet: {numbers.euro(amount)} gebuchte Entlastung mit Nachweisgrad B. Sie lässt sich noch nicht "
        "an der Haushaltsstelle prüfen, etwa weil das Jahr nicht abgeschlossen ist."
    )


def left_out_of_cash(have: PageContext) -> tuple[str, ...]:
    """What the money does not hold: measures without finance data, relief beside an open paper route, silent months."""
    known, last = cash_months(have).row(-1, named=True), have.savings.row(-1, named=True)
    silent, open_routes = (
        named(have, known[name]) for name in ("cash_measures_not_included", "parallel_cost_unknown_measures")
    )
    notes: list[str] = []
    if silent:
        notes.append(f"Nicht enthalten, weil Finanzdaten fehlen: {say.listed(silent)}.")
    if open_routes:
        notes.append(
            "Nur mit Kosten enthalten, weil der Papierweg offen ist und niemand nennt, was er kostet: "
            f"{say.listed(open_routes)}."
        )
    if known["month"] < last["month"]:
        notes.append(
            f"Nach {numbers.month(known['month'])} hat das Finanzverfahren nichts mehr geliefert; was seither kam oder "
            "ging, ist unbekannt."
        )
    return tuple(notes)


def capacity_key(have: PageContext) -> KeyFigure:
    """Hours of working time freed over the last twelve full months; not money."""
    metric = have.metrics["capacity_last_12_months_hours"]
    last = hours_year(have)
    if last is None:
        return KeyFigure(metric, missing=say.no_statement(why_no_hours(have)), page="einsparungen.html")
    return KeyFigure(
        metric,
        value=numbers.plain(last["capacity_last_12_months_hours"]),
        unit="Stunden",
        basis=f"{_last_months(last['capacity_months_in_last_12'])}, {say.basis(last['claimed_last_12_months_cases'])}, "
        f"Nachweisgrad {last['capacity_evidence_grade'] or 'unbekannt'}",
        change=f"Spanne {year_span(last)} Stunden, in 8 von 10 Fällen",
        spark=spark(hours_months(have), "capacity_released_hours", "digital"),
        page="einsparungen.html",
    )


def year_span(row: dict[str, float]) -> str:
    """Tenth to ninetieth percentile of the hours of twelve months."""
    return say.span(row["capacity_low_last_12_months_hours"], row["capacity_high_last_12_months_hours"])


def beneath(have: PageContext) -> str:
    """Hours of grade B and C in twelve months, which are in no sum; empty where there are none."""
    if have.savings.is_empty():
        return ""
    last = have.savings.row(-1, named=True)
    told = [
        f"{hours(last[f'grade_{grade}_last_12_months_hours'])} mit Grad {grade.upper()} "
        f"({say.span(*(last[f'grade_{grade}_{end}_last_12_months_hours'] for end in ('low', 'high')))})"
        for grade in savings.BENEATH
        if (last[f"grade_{grade}_last_12_months_cases"] or 0) >= have.marts.setting.min_cases
    ]
    return f"Nicht eingerechnet, in zwölf Monaten: {say.listed(told)}." if told else ""


def waiting(frame: pl.DataFrame) -> str:
    """The measures whose newest months are in no sum yet, out of what is not in the headline; empty for none."""
    names = frame.filter(pl.col("claim_state") == "provisional")["measure_name"].unique().sort().to_list()
    quoted = say.listed([f"„{name}“" for name in names])
    if not names:
        return ""
    return (
        f"Die letzten Monate sind unvollständig: {quoted} {'fehlt' if len(names) == 1 else 'fehlen'} darin, "
        f"weil mehr als 5{numbers.THIN}% der Eingänge noch nicht entschieden sind."
    )


def hours(value: float) -> str:
    """`60 Stunden`, `1 Stunde`; below none with a minus."""
    amount = numbers.rounded(value)
    return f"{numbers.plain(amount)} {'Stunde' if abs(amount) == 1 else 'Stunden'}"


def difference(value: float) -> str:
    """`60 Stunden weniger`, `60 Stunden mehr`."""
    return f"{hours(abs(value))} {'mehr' if value < 0 else 'weniger'}"


def _last_months(months: int) -> str:
    return "letzter Monat" if months == 1 else f"letzte {months} Monate"


def freed(hours: float) -> str:
    """`wurden 60 Arbeitsstunden frei`; below none that so many more were needed."""
    amount = numbers.rounded(abs(hours))
    word = "Arbeitsstunde" if amount <= 1 else "Arbeitsstunden"
    shown = f"{'wurde' if amount <= 1 else 'wurden'} {numbers.plain(amount) if amount else 'keine'} {word}"
    return f"{shown} {'mehr gebraucht' if hours < 0 and amount else 'frei'}"


def why_no_cash(have: PageContext) -> str:
    """What is missing for a statement on money, and who has it."""
    if have.savings.is_empty():
        return "Es ist noch keine Maßnahme mit Wirkung erfasst; die Maßnahmen trägt das Controlling ein."
    silent = named(have, have.savings["cash_measures_not_included"][-1] or "")
    why = f"Es fehlen Buchungen aus dem Finanzverfahren für {say.listed(silent)}; sie liegen in der Kämmerei."
    return f"{why} {missing_bookings(have)}".strip()


def missing_bookings(have: PageContext) -> str:
    """How many bookings, and deliveries of bookings, of which source are in no figure; empty where all are."""
    return f"{_unread_bookings(have)} {_refused_deliveries(have)}".strip()


def _refused_deliveries(have: PageContext) -> str:
    frame = savings.refused_deliveries(have.marts)
    if frame.is_empty():
        return ""
    lost = [f"{say.plural(count, 'Lieferung', 'Lieferungen')} der Quelle „{source}“" for source, count in frame.rows()]
    one = frame["refused"].to_list() == [1]
    return f"Als Ganzes abgewiesen und nicht eingerechnet {'wurde' if one else 'wurden'} {say.listed(lost)}."


def _unread_bookings(have: PageContext) -> str:
    frame = savings.missing_bookings(have.marts)
    if frame.is_empty():
        return ""
    lost = [f"{say.plural(count, 'Buchung', 'Buchungen')} der Quelle „{source}“" for source, count in frame.rows()]
    one = frame["refused_bookings"].to_list() == [1]
    return (
        f"Nicht eingerechnet: {say.listed(lost)}; sie {'war' if one else 'waren'} nicht lesbar oder unvollständig und "
        f"{'wurde' if one else 'wurden'} zurückgewiesen. Die Gründe nennt die Seite „Datenlage“."
    )


def why_no_hours(have: PageContext) -> str:
    """What is missing for a statement on hours, and who has it."""
    if have.savings.is_empty():
        return "Es ist noch keine Maßnahme mit Wirkung erfasst; die Maßnahmen trägt das Controlling ein."
    if MARK in have.savings.columns and have.savings[MARK].any():
        return "Es betrifft zu wenige Vorgänge, um es zu zeigen."
    why = (
        "Es fehlen gemessene Minutenwerte, oder es gibt zu wenige Vorgänge aus der Zeit vor dem Start. "
        "Die Minutenwerte liefern die Fachämter."
    )
    return f"{why} {beneath(have)}".strip()
