"""Step 0 of the invented town: the tables its council and treasury keep, written as ``parameters/*.csv``."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from sources.demo.town.catalogue import ACTIVITIES, INVENTED, OFFICES
from sources.demo.town.days import Days, add_months, closing_days
from sources.demo.town.minutes import MinutesRow
from sources.demo.town.plan import MEASURES
from sources.demo.town.services_offered import SERVICES
from sources.town.parameters import PARAMETER_TABLES

Cell: TypeAlias = str | int | float | bool | dt.date | None
Line: TypeAlias = Mapping[str, Cell]

LEIKA_GROUP: Final = "99999"
"""Invented: the real catalogue has no such group."""

_WEEK: Final = ("mon", "tue", "wed", "thu", "fri")


def write_parameters(folder: Path, days: Days, minutes: list[MinutesRow]) -> None:
    """Write what Musterhafen has decided; a table it has no rows for is no file."""
    lines: dict[str, Iterable[Line]] = {
        "services": _services(days),
        "offices": _offices(),
        "opening_hours": _opening_hours(days),
        "closing_days": _closing_days(days),
        "activities": _activities(),
        "channels": channel_rules(days),
        "measures": _measures(days),
        "measure_services": _measure_services(),
        "processing_minutes": _minutes(minutes),
        "assumptions": _assumptions(days),
        "targets": _targets(days),
    }
    for table in (table for table in PARAMETER_TABLES if table.file in lines):
        names = list(table.model_fields)
        with (folder / "parameters" / f"{table.file}.csv").open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, names, delimiter=";", lineterminator="\n")
            writer.writeheader()
            writer.writerows({name: _text(line.get(name)) for name in names} for line in lines[table.file])


def _text(value: Cell) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".").replace(".", ",")
    return "" if value is None else str(value)


def _services(days: Days) -> list[Line]:
    lines: list[Line] = []
    for number, service in enumerate(SERVICES, 1):
        since = None if service.online_since is None else add_months(days.first, service.online_since)
        lines.append(
            {
                "service_code": service.code,
                "service_name": service.name,
                "leika_key": f"{LEIKA_GROUP}{number:03d}001000",
                "office_code": service.office,
                "target_working_days": service.target,
                "maturity_level": service.maturity,
                "online_since": since,
            }
        )
    return lines


def _offices() -> list[Line]:
    return [
        {
            "office_code": office.code,
            "office_name": office.name,
            "parent_office_code": office.parent,
            "directorate": office.directorate,
            "staff_band": office.staff_band,
        }
        for office in OFFICES
    ]


def _opening_hours(days: Days) -> list[Line]:
    """The town hall's hours; three offices keep their own, two of them changed theirs on the way."""
    long_ago, change = add_months(days.first, -24), days.on(17, 1)
    until = change - dt.timedelta(days=1)
    lines = [_hours("all", day, "08:00", "12:00", long_ago) for day in _WEEK]
    lines += [_hours("all", day, "13:00", "15:30", long_ago) for day in ("mon", "tue")]
    lines.append(_hours("all", "thu", "13:00", "18:00", long_ago))
    lines += [_hours("buergeramt", day, "08:00", "16:00", long_ago, until) for day in _WEEK[:4]]
    lines.append(_hours("buergeramt", "fri", "08:00", "12:00", long_ago, until))
    lines += [_hours("buergeramt", day, "07:30", "18:00", change) for day in ("mon", "tue", "thu")]
    lines += [_hours("buergeramt", day, "07:30", "13:00", change) for day in ("wed", "fri")]
    lines.append(_hours("buergeramt", "sat", "09:00", "12:00", change))
    lines += [_hours("kfz", day, "07:30", "14:30", long_ago) for day in _WEEK]
    closed = days.on(26, 1)
    lines += [_hours("auslaenderamt", day, "08:00", "15:00", long_ago) for day in ("mon", "tue", "thu", "fri")]
    lines.append(_hours("auslaenderamt", "wed", "08:00", "12:00", long_ago, closed - dt.timedelta(days=1)))
    lines.append(_hours("auslaenderamt", "wed", "08:00", "15:00", closed))
    return lines


def _hours(office: str, weekday: str, opens: str, closes: str, since: dt.date, until: dt.date | None = None) -> Line:
    return {
        "office_code": office,
        "weekday": weekday,
        "opens_at": opens,
        "closes_at": closes,
        "valid_from": since,
        "valid_to": until,
    }


def _closing_days(days: Days) -> list[Line]:
    rows = sorted(closing_days(days.first.year, days.as_of.year + 1))
    return [{"closed_on": day, "office_code": office, "reason": reason} for day, office, reason in rows]


def _activities() -> list[Line]:
    return [
        {"activity": a.name, "medium": a.medium, "kind": a.kind, "waits_for": a.waits_for, "is_decision": a.is_decision}
        for a in ACTIVITIES
    ]


def email_rule_changes_on(days: Days) -> dt.date:
    """From this day on, e-mails are no longer printed: they stop counting as paper."""
    return next(month for month in days.months[13:] if month.month == 1)


def channel_rules(days: Days) -> list[Line]:
    """Which channels count as paper and online; the rule for e-mail changes on a New Year's Day."""
    since, change = add_months(days.first, -24), email_rule_changes_on(days)
    rules = [
        ("online", False, True),
        ("post", True, False),
        ("counter", True, False),
        ("phone", False, False),
        ("fax", True, False),
        ("internal", False, False),
    ]
    lines = [_rule(channel, paper, online, since, None) for channel, paper, online in rules]
    lines.append(_rule("email", True, False, since, change - dt.timedelta(days=1)))
    lines.append(_rule("email", False, False, change, None))
    return lines


def _rule(channel: str, paper: bool, online: bool, since: dt.date, until: dt.date | None) -> Line:
    return {
        "channel": channel,
        "counts_as_paper": paper,
        "counts_as_online": online,
        "valid_from": since,
        "valid_to": until,
    }


def _measures(days: Days) -> list[Line]:
    return [
        {"measure_id": m.measure_id, "measure_name": m.name, "went_live_on": m.went_live_on(days), "status": m.status}
        for m in MEASURES
    ]


def _measure_services() -> list[Line]:
    return [
        {"measure_id": m.measure_id, "service_code": code, "share": float(share)}
        for m in MEASURES
        for code, share in m.shares.items()
    ]


def _minutes(rows: list[MinutesRow]) -> list[Line]:
    return [
        {
            "service_code": row.service,
            "case_type": row.case_type,
            "intake_channel": row.channel,
            "minutes": row.minutes,
            "low": row.low,
            "high": row.high,
            "valid_from": row.valid_from,
            "source": row.source,
            "evidence_grade": row.grade,
        }
        for row in rows
    ]


def _assumptions(days: Days) -> list[Line]:
    old, new = add_months(days.first, -12), dt.date(days.months[18].year, 1, 1)
    until = new - dt.timedelta(days=1)
    table = (
        (
            "staff_cost_rate",
            39.2,
            24.6,
            67.9,
            "eur_per_hour",
            old,
            until,
            "Standardkosten-Leitfaden, ältere Fassung",
            "B",
        ),
        (
            "staff_cost_rate",
            40.7,
            25.5,
            70.4,
            "eur_per_hour",
            new,
            None,
            "Standardkosten-Leitfaden, Stand Januar 2025",
            "B",
        ),
        ("annual_minutes", 96_000.0, 92_000.0, 99_000.0, "minutes_per_year", old, None, "200 Tage zu 8 Stunden", "B"),
        ("discount_rate", 0.009, 0.0, 0.03, "per_year", old, None, "Rundschreiben zum Kalkulationszins", "A"),
        ("postage", 0.85, 0.7, 0.85, "eur_per_letter", old, until, "Porto Standardbrief", "A"),
        ("postage", 0.95, 0.78, 0.95, "eur_per_letter", new, None, "Porto Standardbrief", "A"),
        (
            "print_and_dispatch",
            0.0226,
            0.019,
            0.029,
            "eur_per_sheet",
            old,
            None,
            "Vertrag Druckstraße " + INVENTED,
            "B",
        ),
        ("way_to_office", 15.0, 10.0, 25.0, "minutes_per_visit", old, None, "Leitfaden Erfüllungsaufwand", "B"),
        ("residual_threshold", 0.05, 0.02, 0.1, "share", old, None, "Festlegung der Steuerungsgruppe " + INVENTED, "C"),
    )
    names = ("assumption", "value", "low", "high", "unit", "valid_from", "valid_to", "source", "evidence_grade")
    decided = {"decided_by": "Kämmerei Musterhafen " + INVENTED}
    return [
        {"assumption_id": f"{row[0]}-{row[5]:%Y}", **dict(zip(names, row, strict=True)), **decided} for row in table
    ]


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
    return [
        {
            "metric": metric,
            "scope": scope,
            "target_on": due,
            "target_value": value,
            "set_by": f"{by}/{days.first.year} {INVENTED}",
        }
        for metric, scope, due, value, by in table
    ]
