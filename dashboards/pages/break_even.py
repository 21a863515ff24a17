"""Sections that say when measures have paid for themselves, in money and as arithmetic, and what that hangs on."""

from __future__ import annotations

from functools import partial
from typing import Any

import polars as pl

from dashboards.charts.break_even_fan import break_even_fan
from dashboards.charts.tornado import tornado
from dashboards.pages import savings_keys as keys
from dashboards.pages.alternatives import ARITHMETIC, ways_section
from dashboards.pages.context import MONTH, PageContext, Row, unanswered
from dashboards.questions import break_even
from dashboards.words import numbers, say
from dashboards.words.appraisals import CHANGES, DRIVERS, REFUSALS
from dashboards.writing.elements import Figure, Section, TableColumn

FAN = (
    MONTH,
    TableColumn("is_booked", "gebucht", "yes"),
    TableColumn("value", "Geld zurück minus Kosten, abgezinst, in\u00a0€", "euro"),
    TableColumn("low", "mindestens in\u00a0€", "euro"),
    TableColumn("high", "höchstens in\u00a0€", "euro"),
)
VALUES = (
    TableColumn("measure_name", "Maßnahme"),
    TableColumn("when_de", "Geld wieder da"),
    "npv_eur",
    TableColumn("npv_p10_eur", "mindestens in\u00a0€", "euro"),
    TableColumn("npv_p90_eur", "höchstens in\u00a0€", "euro"),
    TableColumn("evidence_grade", "Nachweisgrad"),
)
MOVED = (
    TableColumn("row", "Annahme"),
    TableColumn("low_label", "unterer Wert"),
    TableColumn("at_low", "Barwert damit in\u00a0€", "euro"),
    TableColumn("high_label", "oberer Wert"),
    TableColumn("at_high", "Barwert damit in\u00a0€", "euro"),
)
RULE = (
    "Gebuchte Monate zählen mit dem, was die Prüfung gelten lässt (Grad A und B); danach geht es weiter wie im Mittel "
    "der Monate seit der letzten Änderung, höchstens zwölf. Einmalige Kosten und einmalige Entlastung werden nicht "
    "fortgeschrieben, eine beendete Maßnahme bringt nichts mehr. Wieder da ist das Geld ab dem Monat, nach dem die "
    "Summe nicht mehr unter null fällt."
)


def sections(have: PageContext) -> tuple[Section, ...]:
    """Money, the hours as arithmetic, what it hangs on, and the ways there were."""
    return (_cash(have), _with_hours(have), _drivers(have), ways_section(have))


def _cash(have: PageContext) -> Section:
    """When does it pay for itself?"""
    question = "Wann trägt es sich?"
    town, months = (ask(have.marts, break_even.CASH) for ask in (break_even.of_the_town, break_even.months_of_the_town))
    if town.is_empty():
        return unanswered("traegt", question, "Es ist noch keine Maßnahme in Betrieb, zu der Buchungen vorliegen.")
    row, measures = town.row(0, named=True), _valued(break_even.by_measure(have.marts, break_even.CASH))
    table = have.table("bezahlt", "Wann jede Maßnahme das Geld wieder eingebracht hat", VALUES, measures)
    notes = (*_pace_notes(have), *_after_the_end(measures), *_basis(row), RULE)
    if months.is_empty():
        return Section("traegt", question, _when_sentence(row), tables=(table,), notes=notes)
    last = months.row(-1, named=True)
    end = numbers.month(last["month"])
    figure = Figure(
        subtitle=(
            "Geld zurück minus Kosten aller Maßnahmen in Euro, abgezinst und aufsummiert: gebucht, danach gestrichelt "
            "mit dem jetzigen Tempo; Band: in 8 von 10 Fällen liegt der wahre Wert darin"
        ),
        description=(
            f"Liniendiagramm mit Band, bis {end}. Gebucht bis {numbers.month(row['told_until_month'])}; am Ende "
            f"{numbers.euro(last['value'])}, Spanne {say.span(last['low'], last['high'])} Euro."
        ),
        caption=have.caption(row["pace_months"], f"bis {end}", "rpt_break_even_monthly", "Monate"),
        table=have.table("bezahlt-verlauf", "Geld zurück minus Kosten bis zum Ende der Laufzeit", FAN, months),
        draw=partial(break_even_fan, months, numbers.euro(last["value"])),
    )
    finding = " ".join(filter(None, (_pace_sentence(have), _when_sentence(row))))
    return Section("traegt", question, finding, figure, tables=(table,), notes=notes)


def _pace_sentence(have: PageContext) -> str:
    """`Seit Juli 2026 kommen im Monat 3.900 € mehr herein, als hinausgehen`, beside the months before."""
    frame = break_even.pace(have.marts).filter(pl.col("pace_state") == "known")
    if frame.is_empty():
        return ""
    row = frame.row(0, named=True)
    now, before = row["monthly_recurring_net_cash_eur"], row["monthly_recurring_net_cash_before_eur"]
    sentence = f"Seit {numbers.month(row['since_month'])} {_balance(now)} (Mittel aus {row['pace_months']} Monaten)"
    if before is None:
        return f"{sentence}."
    others = say.plural(row["pace_months_before"], "Monat", "Monaten")
    way = "mehr herein" if before >= 0 else "mehr hinaus"
    return f"{sentence}; in den {others} davor waren es {numbers.euro(abs(before))} {way}."


def _balance(net: Any) -> str:  # noqa: ANN401
    amount = numbers.euro(abs(net))
    if net >= 0:
        return f"kommen im Monat {amount} mehr herein, als hinausgehen"
    return f"gehen im Monat {amount} mehr hinaus, als hereinkommen"


def _when_sentence(row: Row) -> str:
    state, middle = row["break_even_state"], row["payback_month_p50"]
    if state == "unknown":
        return f"Wann das Geld wieder da ist, lässt sich nicht sagen: {REFUSALS[row['refusal_reason']]}."
    if state == "reached":
        return f"Das Geld ist seit {numbers.month(middle)} wieder da."
    end = numbers.month(row["horizon_end_month"])
    if state == "expected":
        late = row["payback_month_p90"]
        latest = f", spätestens im {numbers.month(late)}" if late else f", vielleicht aber auch bis {end} nicht"
        return f"Bei diesem Tempo ist das Geld im {numbers.month(middle)} wieder da{'' if late == middle else latest}."
    missing = f" es fehlen dann {numbers.euro(-row['npv_eur'])}" if row["npv_eur"] < 0 else ""
    years = row["years_to_payback"]
    later = f"; bei gleichem Tempo dauert es noch {numbers.plain(years, 1)} Jahre" if years is not None else ""
    return f"Bei diesem Tempo ist das Geld bis {end} nicht wieder da;{missing}{later}."


def _pace_notes(have: PageContext) -> tuple[str, ...]:
    frame = break_even.pace(have.marts)
    if frame.is_empty():
        return ()
    row = frame.row(0, named=True)
    changes = say.listed([CHANGES[one] for one in row["changes"].split(", ")])
    notes = [f"Letzte Änderung vor {numbers.month(row['since_month'])}: {changes}."]
    if row["pace_state"] != "known":
        notes.append("Seit dieser Änderung sind weniger als drei Monate gebucht; das ist noch kein Tempo.")
    silent, routes = (keys.named(have, row[name]) for name in _LEFT_OUT)
    if silent:
        notes.append(f"Nicht enthalten, weil Finanzdaten fehlen: {say.listed(silent)}.")
    if routes:
        notes.append(f"Nur mit Kosten enthalten, weil der Papierweg offen und unbeziffert ist: {say.listed(routes)}.")
    return tuple(notes)


_LEFT_OUT = ("cash_measures_not_included", "parallel_cost_unknown_measures")


def _after_the_end(measures: pl.DataFrame) -> tuple[str, ...]:
    """Which measures still cost something after they ended."""
    frame = measures.filter(pl.col("cost_after_end_eur") > 0)
    told = [
        f"„{name}“ {numbers.euro(cost)}" for name, cost in frame.select("measure_name", "cost_after_end_eur").rows()
    ]
    return (f"Nach ihrem Ende gebucht, nicht fortgeschrieben: {say.listed(told)}.",) if told else ()


def _basis(row: Row) -> tuple[str, ...]:
    if not row["unchecked_eur"]:
        return _settings(row)
    unchecked = (
        "Anders als oben zählt hier auch Entlastung, die gebucht und noch nicht an der Haushaltsstelle geprüft ist: "
        f"{numbers.euro(row['unchecked_eur'])}."
    )
    return (unchecked, *_settings(row))


def _settings(row: Row) -> tuple[str, ...]:
    if row["discount_rate"] is None:
        return ()
    years = numbers.plain(row["appraisal_years"], 0 if row["appraisal_years"] % 1 == 0 else 1)
    decided = "üblicher Wert, weil keine Laufzeit festgelegt ist" if row["is_default_horizon"] else "festgelegt"
    return (
        f"Kalkulationszins {numbers.percent(row['discount_rate'], 1)} im Jahr; Laufzeit {years} Jahre nach dem Start "
        f"({decided}).",
    )


def _valued(frame: pl.DataFrame) -> pl.DataFrame:
    words = [_when(row) for row in frame.iter_rows(named=True)]
    return frame.with_columns(pl.Series("when_de", words, dtype=pl.String))


def _when(row: Row) -> str:
    """One cell: since when, when, not until when, or why nobody can say."""
    state, months = row["break_even_state"], [row[f"payback_month_{at}"] for at in ("p10", "p50", "p90")]
    if state == "unknown":
        return f"keine Aussage: {REFUSALS[row['refusal_reason']]}"
    if state == "not_within_horizon":
        return f"bis {numbers.month(row['horizon_end_month'])} nicht"
    if state == "reached":
        return f"seit {numbers.month(months[1])}"
    if months[0] == months[2]:
        return numbers.month(months[1])
    end = numbers.month_short(months[2]) if months[2] else f"nach {numbers.month_short(row['horizon_end_month'])}"
    return f"{numbers.month(months[1])} (Spanne {numbers.month_short(months[0])} bis {end})"


def _with_hours(have: PageContext) -> Section:
    """And if the hours were money?"""
    question = "Und wenn die frei gewordene Arbeitszeit Geld wäre?"
    frame = _valued(break_even.by_measure(have.marts, break_even.WITH_HOURS))
    town = break_even.of_the_town(have.marts, break_even.WITH_HOURS)
    if frame.is_empty() or town.is_empty():
        return unanswered("traegt-rechnerisch", question, "Es ist noch keine Maßnahme in Betrieb.")
    row = town.row(0, named=True)
    if row["npv_eur"] is None:
        finding = f"Für alle Maßnahmen zusammen lässt sich das nicht sagen: {REFUSALS[row['refusal_reason']]}."
    else:
        finding = (
            f"Rechnerisch läge der Barwert aller Maßnahmen bei {numbers.euro(row['npv_eur'])}; dafür ist die belegte "
            f"Arbeitszeit bisher mit {numbers.euro(row['capacity_value_so_far_eur'])} bewertet. Den Haushalt entlastet "
            "das nicht."
        )
    value = TableColumn("npv_eur", "rechnerischer Barwert in\u00a0€", "euro")
    columns = (VALUES[0], TableColumn("when_de", "rechnerisch bezahlt"), value, *VALUES[3:])
    table = have.table("bezahlt-rechnerisch", "Rechnerisch, mit bewerteter Arbeitszeit", columns, frame)
    return Section("traegt-rechnerisch", question, finding, tables=(table,), notes=(ARITHMETIC,))


def _drivers(have: PageContext) -> Section:
    """Which assumption moves the result most?"""
    question = "Wovon hängt das Ergebnis am meisten ab?"
    cash, with_hours = (_moved(break_even.drivers_of_the_town(have.marts, line)) for line in _LINES)
    if cash.is_empty():
        return unanswered("annahmen", question, "Zum Barwert aller Maßnahmen ist keine Aussage möglich.")
    first = cash.row(0, named=True)
    finding = (
        f"Am meisten bewegt „{first['row']}“: Zwischen {first['low_label']} und {first['high_label']} liegt der "
        f"Barwert bei {numbers.euro(first['at_low'])} bis {numbers.euro(first['at_high'])}."
    )
    figure = Figure(
        subtitle=(
            "Barwert aller Maßnahmen in Geld, wenn eine Annahme ihren unteren oder oberen Wert hat und die anderen "
            "bleiben; an den Enden steht der Wert der Annahme, die Linie ist der Barwert mit allen mittleren Werten"
        ),
        description=f"Balken um {numbers.euro(first['base'])} Barwert, {say.plural(cash.height, 'Zeile', 'Zeilen')}.",
        caption=have.caption(first["pace_months"], "Laufzeit der Maßnahmen", "rpt_break_even_drivers", "Monate"),
        table=have.table("annahmen-barwert", "Was eine Annahme am Barwert ändert", MOVED, cash),
        draw=partial(tornado, cash),
    )
    rest = have.table("annahmen-rechnerisch", "Dasselbe rechnerisch, mit bewerteter Arbeitszeit", MOVED, with_hours)
    return Section("annahmen", question, finding, figure, tables=(rest,) if with_hours.height else ())


_LINES = (break_even.CASH, break_even.WITH_HOURS)


def _moved(frame: pl.DataFrame) -> pl.DataFrame:
    names = {"npv_eur": "base", "npv_at_low_eur": "at_low", "npv_at_high_eur": "at_high"}
    labels = [
        pl.Series(
            f"{end}_label",
            [_worded(name, value) for name, value in frame.select("assumption", f"assumption_{end}").rows()],
            dtype=pl.String,
        )
        for end in ("low", "high")
    ]
    return frame.rename(names).with_columns(pl.col("assumption").replace(DRIVERS).alias("row"), *labels)


def _worded(name: str, value: float) -> str:
    """An assumption with its unit."""
    if name in ("discount_rate", "overhead_share"):
        return numbers.percent(value, 1)
    if name == "appraisal_years":
        return f"{numbers.plain(value)} Jahre"
    if name == "staff_cost_rate":
        return f"{numbers.plain(value, 2)}{numbers.THIN}€"
    return numbers.euro(value)
