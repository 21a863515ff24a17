"""The true minutes of work per case, by service, case type, channel and day: the truth and the parameter file alike."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from sources.demo.town.arrivals import OFFLINE_CHANNELS
from sources.demo.town.catalogue import CHANNELS, COUNTER, ONLINE
from sources.demo.town.days import Days, add_months
from sources.demo.town.plan import live_measures
from sources.demo.town.services_offered import SERVICES, OfferedService

_BY_CHANNEL: Final = {"email": 0.95, "post": 1.0, "counter": 0.92, "phone": 1.12, "fax": 1.03, "internal": 0.7}
_BY_TYPE: Final = (1.0, 0.72, 0.55)
_REMEASURED: Final = {"einbuergerung": (18, 1.12), "gewerbeanmeldung": (23, 1.06)}
_SPREAD: Final = {"A": 0.05, "B": 0.15, "C": 0.30}


@dataclass(frozen=True)
class MinutesRow:
    """One dated value: mean minutes of a case, with bounds and grade."""

    service: str
    case_type: str
    channel: str
    minutes: float
    low: float
    high: float
    valid_from: dt.date
    source: str
    grade: str


def minutes_rows(days: Days) -> list[MinutesRow]:
    """All dated values, in order of service, case type, channel and date; services nobody measured have none."""
    rows: list[MinutesRow] = []
    for position, service in enumerate(SERVICES):
        if service.minutes is None:
            continue
        for kind, (name, _) in enumerate(service.types):
            case_type = name if len(service.types) > 1 else "all"
            for channel in _channels(service):
                rows += _dated(days, service, case_type, kind, channel, "ABC"[position % 3])
    return rows


class TrueMinutes:
    """Looks up the value valid on a day."""

    def __init__(self, rows: list[MinutesRow]) -> None:
        self._cells: dict[tuple[str, str, str], list[MinutesRow]] = {}
        for row in sorted(rows, key=lambda row: row.valid_from):
            self._cells.setdefault((row.service, row.case_type, row.channel), []).append(row)

    def on(self, service: str, case_type: str, channel: str, day: dt.date) -> float | None:
        """Minutes of one case, None when nobody measured."""
        cell = self._cells.get((service, case_type, channel)) or self._cells.get((service, "all", channel), [])
        valid = [row.minutes for row in cell if row.valid_from <= day]
        return valid[-1] if valid else None


def _channels(service: OfferedService) -> list[str]:
    named = [CHANNELS[way] for way, share in zip(OFFLINE_CHANNELS, service.offline, strict=True) if share > 0]
    if service.online_since is not None:
        named.append(CHANNELS[ONLINE])
        named.append(CHANNELS[COUNTER])
    return sorted(set(named), key=CHANNELS.index)


def _dated(
    days: Days, service: OfferedService, case_type: str, kind: int, channel: str, grade: str
) -> list[MinutesRow]:
    assert service.minutes is not None
    factor = service.relief if channel == "online" else _BY_CHANNEL[channel]
    value = service.minutes * _BY_TYPE[kind] * factor
    start = add_months(days.first, -12)
    rows = [
        _row(service.code, case_type, channel, value, start, "Zeiterhebung in Gruppen, erste Welle (erfunden)", grade)
    ]
    for day, change, why in _changes(days, service.code, channel):
        value *= change
        rows.append(_row(service.code, case_type, channel, value, day, why, grade))
    return rows


def _changes(days: Days, service: str, channel: str) -> list[tuple[dt.date, float, str]]:
    found: list[tuple[dt.date, float, str]] = []
    for measure in live_measures():
        live = measure.went_live_on(days)
        factors = [
            factor for (code, way), factor in measure.minutes.items() if code == service and way in (channel, "all")
        ]
        if live is not None and factors:
            change = 1.0
            for factor in factors:
                change *= factor
            found.append((live, change, f"Nacherhebung nach {measure.measure_id} (erfunden)"))
    if service in _REMEASURED:
        month, change = _REMEASURED[service]
        found.append((days.on(month, 1), change, "Zweite Welle der Zeiterhebung (erfunden)"))
    return sorted(found)


def _row(service: str, case_type: str, channel: str, value: float, day: dt.date, source: str, grade: str) -> MinutesRow:
    minutes = round(value, 2)
    low, high = (round(minutes * factor, 2) for factor in (1 - _SPREAD[grade], 1 + _SPREAD[grade]))
    return MinutesRow(service, case_type, channel, minutes, low, high, day, source, grade)
