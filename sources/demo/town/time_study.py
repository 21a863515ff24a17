"""What the town found out about its minutes of work: samples of timed cases, and one value that was laid down.

The true minutes are met only by chance. Who was timed is drawn by the law that also draws the applicants.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from sources.contract.vocabularies import TimingMethod
from sources.demo.town.adoption import Adoption
from sources.demo.town.applicants import OFFLINE_CHANNELS, OFFLINE_SHARES, effort_of
from sources.demo.town.arrays import Floats
from sources.demo.town.catalogue import CHANNELS, COUNTER, INVENTED, ONLINE
from sources.demo.town.days import Days, add_months
from sources.demo.town.minutes import FIRST_MINUTES, cells, changes, changes_of
from sources.demo.town.services_offered import SERVICES

TEN_TO_NINETY: Final = 1.2816
"""Standard errors from the mean to p10 and to p90."""

_TIMED: Final = {
    "A": (TimingMethod.STOPWATCH, 40, 60),
    "B": (TimingMethod.WORK_SAMPLING, 20, 40),
    "C": (TimingMethod.SELF_RECORDING, 10, 20),
}
"""By grade: how the cases were timed, and how many at least and at most."""


@dataclass(frozen=True)
class MinutesRow:
    """One row of ``processing_minutes.csv``, in the order of its columns."""

    service: str
    case_type: str
    channel: str
    minutes: float
    low: float
    high: float
    standard_error: float | None
    sampled: int | None
    method: str
    valid_from: dt.date
    source: str
    grade: str


def minutes_rows(days: Days, latent: Adoption, easy_first: float, rng: np.random.Generator) -> list[MinutesRow]:
    """All dated rows, in order of service, case type, channel and date; services nobody timed have none."""
    rows: list[MinutesRow] = []
    all_changes = changes(days)
    for cell in cells():
        study = _Study(days, cell, latent, easy_first, rng)
        true = float(FIRST_MINUTES[cell])
        rows.append(study.timed(true, _first_wave(days, cell), "Zeiterhebung in Gruppen, erste Welle"))
        for change in changes_of(cell, all_changes):
            true *= change.factor
            if change.by is None:
                rows.append(study.timed(true, change.day, "Zweite Welle der Zeiterhebung"))
            elif change.by.decreed is None:
                rows.append(study.timed(true, change.day, f"Nacherhebung nach {change.by.measure_id}"))
            else:
                why = f"Festlegung der Amtsleitung zu {change.by.measure_id}"
                rows.append(_decreed(rows[-1], change.by.decreed, change.day, why))
    return rows


def _first_wave(days: Days, cell: tuple[int, int, int]) -> dt.date:
    """A year before the window; what did not come online yet was timed when it did."""
    since = SERVICES[cell[0]].online_since
    return days.on(since, 1) if cell[2] == ONLINE and since is not None and since > 0 else add_months(days.first, -12)


@dataclass(frozen=True)
class _Study:
    """Timing cases of one service, case type and channel."""

    days: Days
    cell: tuple[int, int, int]
    latent: Adoption
    easy_first: float
    rng: np.random.Generator

    def timed(self, true: float, day: dt.date, source: str) -> MinutesRow:
        """The mean of some cases, its standard error, and the bounds between which eight of ten such means lie."""
        service, kind, way = self.cell
        grade = "ABC"[service % 3]
        method, fewest, most = _TIMED[grade]
        sampled = int(self.rng.integers(fewest, most + 1))
        seen = true * self._efforts(sampled, min(max(self.days.index(day), 0), self.days.count - 1))
        minutes = round(float(seen.mean()), 2)
        error = round(float(seen.std(ddof=1)) / math.sqrt(sampled), 4)
        low, high = (round(minutes + side * TEN_TO_NINETY * error, 4) for side in (-1, 1))
        types = SERVICES[service].types
        case_type = types[kind][0] if len(types) > 1 else "all"
        return MinutesRow(
            SERVICES[service].code, case_type, CHANNELS[way], minutes, low, high, error, sampled, method, day,
            f"{source} {INVENTED}", grade,
        )  # fmt: skip

    def _efforts(self, sampled: int, day: int) -> Floats:
        """Draw the people: a lot below the latent probability brings one online, with help to the counter."""
        service, _, way = self.cell
        online, assisted = self.latent.online[service, day], self.latent.assisted[service, day]
        digital = online + assisted
        lots = self.rng.random((2, sampled))
        if way == ONLINE:
            is_digital = np.ones(sampled, dtype=np.bool_)
        elif way == COUNTER:
            shares = OFFLINE_SHARES[service]
            unhelped = (1 - digital) * shares[OFFLINE_CHANNELS == COUNTER].sum() / shares.sum()
            is_digital = lots[1] * (assisted + unhelped) < assisted
        else:
            is_digital = np.zeros(sampled, dtype=np.bool_)
        lot = np.where(is_digital, lots[0] * digital, digital + lots[0] * (1 - digital))
        return effort_of(lot, self.easy_first, self.rng)


def _decreed(before: MinutesRow, factor: float, day: dt.date, source: str) -> MinutesRow:
    minutes = round(before.minutes * factor, 2)
    return replace(
        before,
        minutes=minutes,
        low=minutes,
        high=minutes,
        standard_error=None,
        sampled=None,
        method=TimingMethod.DECREED,
        valid_from=day,
        source=f"{source} {INVENTED}",
        grade="C",
    )
