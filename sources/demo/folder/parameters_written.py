"""Step 0 of the invented town: the tables its council and treasury keep, written as ``parameters/*.csv``."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable
from dataclasses import astuple
from pathlib import Path
from typing import Final, TypeAlias

from sources.demo.systems.budget import OF_MEASURES, YEARS, prices
from sources.demo.systems.day_counts import PRODUCTS
from sources.demo.systems.finance import BEFORE_THE_POST, BORROWS
from sources.demo.systems.form_log import FORM_STEPS
from sources.demo.systems.letters import DOCUMENT_KINDS, PAPER_REASONS
from sources.demo.systems.post_plan import GRADES
from sources.demo.systems.scan_centre import DOCUMENT_TYPES
from sources.demo.town.catalogue import ACTIVITIES, INVENTED, OFFICES
from sources.demo.town.days import Days, add_months, closing_days
from sources.demo.town.plan import MEASURES
from sources.demo.town.promises import ASKED, COST_SHARES, HIGHER_RATES, promised
from sources.demo.town.services_offered import SERVICES
from sources.demo.town.time_study import MinutesRow
from sources.town.parameters import PARAMETER_TABLES

Cell: TypeAlias = str | int | float | bool | dt.date | None
Line: TypeAlias = tuple[Cell, ...]
"""In the order of the table's columns; what it leaves out at the end is empty."""

LEIKA_GROUP: Final = "99999"
"""Invented: the real catalogue has no such group."""

_WEEK: Final = ("mon", "tue", "wed", "thu", "fri")


def write_parameters(folder: Path, days: Days, minutes: list[MinutesRow], scale: float) -> None:
    """Write what Musterhafen has decided; a table it has no rows for is no file. 1 is the full ``scale``."""
    lines: dict[str, Iterable[Line]] = {
        "services": _services(days),
        "offices": _offices(),
        "opening_hours": _opening_hours(days),
        "closing_days": sorted(closing_days(days.first.year, days.as_of.year + 1)),
        "activities": [(a.name, a.medium, a.kind, a.waits_for, a.is_decision) for a in ACTIVITIES],
        "codes": _codes(),
        "channels": channel_rules(days),
        "measures": _measures(days),
        "measure_services": [(m.measure_id, code, float(share)) for m in MEASURES for code, share in m.shares.items()],
        "processing_minutes": map(astuple, minutes),
        "assumptions": _assumptions(days),
        "targets": _targets(days),
        "budget_line_rules": _budget_line_rules(days),
        "measure_plans": promised(days, scale),
        "staff_plans": [(office, days.as_of.year, *asked) for office, *asked in ASKED],
        "service_cost_shares": [(*share, dt.date(days.as_of.year - YEARS + 1, 1, 1)) for share in COST_SHARES],
    }
    for table in (table for table in PARAMETER_TABLES if table.file in lines):
        with (folder / "parameters" / f"{table.file}.csv").open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle, delimiter=";", lineterminator="\n")
            writer.writerow(table.model_fields)
            for line in lines[table.file]:
                writer.writerow([*map(_text, line), *[""] * (len(table.model_fields) - len(line))])


def _text(value: Cell) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".").replace(".", ",")
    return "" if value is None else str(value)


def _measures(days: Days) -> list[Line]:
    """The measures; of one it is decided when its services stop taking paper."""
    closes = {"M-SPORT": dt.date(days.as_of.year + 1, 1, 1)}
    return [
        (m.measure_id, m.name, m.went_live_on(days), m.status, m.ended_on(days), closes.get(m.measure_id))
        for m in MEASURES
    ]


def _budget_line_rules(days: Days) -> list[Line]:
    """What the treasury knows of the measures' lines: prices; which is of staff, of rent, or driven by cases."""
    lent = next(m for m in MEASURES if m.measure_id == BORROWS[1])
    ended = lent.went_live_on(days)
    of_line: dict[str, tuple[Cell, Cell, Cell]] = dict.fromkeys(OF_MEASURES, ("other", None, None))
    for measure in MEASURES:
        if measure.measure_id == BEFORE_THE_POST:
            of_line[measure.budget_line] = ("staff", None, None)
        elif measure is lent:
            of_line[measure.budget_line] = ("rent", None, ended)
        elif measure.measure_id == "M-PORTAL":
            of_line[measure.budget_line] = ("material", next(iter(measure.shares)), None)
    return [
        (line, dt.date(year, 1, 1), cost_type, False, prices(days, year), driver, contract)
        for line, (cost_type, driver, contract) in of_line.items()
        for year in range(days.as_of.year - YEARS + 1, days.as_of.year + 1)
    ]


def _services(days: Days) -> list[Line]:
    lines: list[Line] = []
    for number, service in enumerate(SERVICES, 1):
        since = None if service.online_since is None else add_months(days.first, service.online_since)
        leika_key = f"{LEIKA_GROUP}{number:03d}001000"
        lines.append((service.code, service.name, leika_key, service.office, service.target, service.maturity, since))
    return lines


def _offices() -> list[Line]:
    return [(office.code, office.name, office.parent, office.directorate, office.staff_band) for office in OFFICES]


def _codes() -> list[Line]:
    """The codes of columns that have no file of their own."""
    codes: dict[str, Iterable[str]] = {
        "case_type": dict.fromkeys(name for service in SERVICES for name, _ in service.types),
        "document_type": dict.fromkeys((*DOCUMENT_KINDS, *DOCUMENT_TYPES)),
        "aborted_step": FORM_STEPS,
        "reason": PAPER_REASONS,
        "product": PRODUCTS,
        "grade": GRADES,
    }
    return [(field, code) for field, listed in codes.items() for code in listed]


def _opening_hours(days: Days) -> list[Line]:
    """The town hall's hours; three offices keep their own, two of them changed theirs on the way."""
    long_ago, change = add_months(days.first, -24), days.on(17, 1)
    until = change - dt.timedelta(days=1)
    lines: list[Line] = [("all", day, "08:00", "12:00", long_ago) for day in _WEEK]
    lines += [("all", day, "13:00", "15:30", long_ago) for day in ("mon", "tue")]
    lines.append(("all", "thu", "13:00", "18:00", long_ago))
    lines += [("buergeramt", day, "08:00", "16:00", long_ago, until) for day in _WEEK[:4]]
    lines.append(("buergeramt", "fri", "08:00", "12:00", long_ago, until))
    lines += [("buergeramt", day, "07:30", "18:00", change) for day in ("mon", "tue", "thu")]
    lines += [("buergeramt", day, "07:30", "13:00", change) for day in ("wed", "fri")]
    lines.append(("buergeramt", "sat", "09:00", "12:00", change))
    lines += [("kfz", day, "07:30", "14:30", long_ago) for day in _WEEK]
    closed = days.on(26, 1)
    lines += [("auslaenderamt", day, "08:00", "15:00", long_ago) for day in ("mon", "tue", "thu", "fri")]
    lines.append(("auslaenderamt", "wed", "08:00", "12:00", long_ago, closed - dt.timedelta(days=1)))
    lines.append(("auslaenderamt", "wed", "08:00", "15:00", closed))
    return lines


def email_rule_changes_on(days: Days) -> dt.date:
    """From this day on, e-mails are no longer printed: they stop counting as paper."""
    return next(month for month in days.months[13:] if month.month == 1)


def channel_rules(days: Days) -> list[Line]:
    """Which channels count as paper and online; the rule for e-mail changes on a New Year's Day."""
    since, change = add_months(days.first, -24), email_rule_changes_on(days)
    return [
        ("online", False, True, since),
        ("post", True, False, since),
        ("counter", True, False, since),
        ("phone", False, False, since),
        ("fax", True, False, since),
        ("internal", False, False, since),
        ("email", True, False, since, change - dt.timedelta(days=1)),
        ("email", False, False, change),
    ]


def _assumptions(days: Days) -> list[Line]:
    old, new = add_months(days.first, -12), dt.date(days.months[18].year, 1, 1)
    until = new - dt.timedelta(days=1)
    standard, today = "Standardkosten-Leitfaden, ältere Fassung", "Standardkosten-Leitfaden, Stand Januar 2025"
    told, street = "Schätzung des Fachamts " + INVENTED, "Vertrag Druckstraße " + INVENTED
    # fmt: off
    table = (
        ("staff_cost_rate", 39.2, 24.6, 67.9, "eur_per_hour", old, until, standard, "B"),
        ("staff_cost_rate", 40.7, 25.5, 70.4, "eur_per_hour", new, None, today, "B"),
        ("staff_cost_rate_middle", 25.5, 24.6, 33.8, "eur_per_hour", old, None, today, "B"),
        ("staff_cost_rate_upper", 42.2, 40.4, 46.3, "eur_per_hour", old, None, today, "B"),
        ("staff_cost_rate_higher", 70.4, 67.6, 73.2, "eur_per_hour", old, None, today, "B"),
        ("annual_minutes", 96_000.0, 92_000.0, 99_000.0, "minutes_per_year", old, None, "200 Tage zu 8 Stunden", "B"),
        ("discount_rate", 0.009, 0.0, 0.03, "per_year", old, None, "Rundschreiben zum Kalkulationszins", "A"),
        ("overhead_share", 0.2, 0.15, 0.2, "share", old, None, "Kosten eines Arbeitsplatzes, Büro", "B"),
        ("workplace_cost", 9_082.0, 9_082.0, 12_365.0, "eur_per_year", old, None, "Landeswert Niedersachsen 2022", "B"),
        ("paper_case_cost", 2.1, 1.4, 3.0, "eur_per_case", old, None, told, "C"),
        ("paper_route_fixed_cost.M-PORTAL", 21_600.0, 18_000.0, 26_000.0, "eur_per_year", old, None, told, "C"),
        ("paper_route_fixed_cost.M-SCAN", 34_000.0, 29_000.0, 41_000.0, "eur_per_year", old, None, told, "C"),
        ("digital_first_paper_share", 0.1, 0.05, 0.15, "share", old, None, told, "C"),
        ("digital_only_assisted_share", 0.08, 0.05, 0.12, "share", old, None, told, "C"),
        ("digital_first_one_off.M-PORTAL", 6_000.0, 4_000.0, 9_000.0, "eur", old, None, told, "C"),
        ("digital_only_one_off.M-PORTAL", 15_000.0, 10_000.0, 24_000.0, "eur", old, None, told, "C"),
        ("postage", 0.85, 0.7, 0.85, "eur_per_letter", old, until, "Porto Standardbrief", "A"),
        ("postage", 0.95, 0.78, 0.95, "eur_per_letter", new, None, "Porto Standardbrief", "A"),
        ("print_and_dispatch", 0.0226, 0.019, 0.029, "eur_per_sheet", old, None, street, "B"),
        ("way_to_office", 15.0, 10.0, 25.0, "minutes_per_visit", old, None, "Leitfaden Erfüllungsaufwand", "B"),
        ("residual_threshold", 0.05, 0.02, 0.1, "share", old, None, "Festlegung der Steuerungsgruppe " + INVENTED, "C"),
    )
    # fmt: on
    own_rates = [
        (f"staff_cost_rate.{code}", *rate, "eur_per_hour", old, None, "Standardkosten-Leitfaden, gehobener Dienst", "B")
        for code, rate in HIGHER_RATES.items()
    ]
    decided_by = "Kämmerei Musterhafen " + INVENTED
    return [(f"{row[0]}-{row[5]:%Y}", *row[:-1], decided_by, row[-1]) for row in (*table, *own_rates)]


def _targets(days: Days) -> list[Line]:
    next_year, later = dt.date(days.as_of.year, 12, 31), dt.date(days.as_of.year + 2, 12, 31)
    council, board = "Stadtverordnetenversammlung, Beschluss StVV 41", "Magistrat, Beschluss M 118"
    table = (
        ("paper_share_in", "all", next_year, 0.35, council),
        ("paper_share_in", "all", later, 0.15, council),
        ("online_share", "all", next_year, 0.60, council),
        ("end_to_end_share", "all", later, 0.30, council),
        ("on_time_share", "all", next_year, 0.90, board),
        ("paper_share_in", "kita-anmeldung", next_year, 0.10, board),
        ("paper_share_in", "hundesteuer", next_year, 0.25, board),
        ("open_cases", "aufenthaltstitel", next_year, 600.0, board),
    )
    return [(*target, f"{by}/{days.first.year} {INVENTED}") for *target, by in table]
