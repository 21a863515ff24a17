"""Cases that took a detour: entered twice and put together again, or closed too early and opened once more.

Neither changes a figure: what stands under the second number belongs to the case, and the last word on closing counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from sources.demo.town import catalogue as c
from sources.demo.town.arrays import Flags, Ints
from sources.demo.town.arrivals import Cases
from sources.demo.town.case_numbers import case_number
from sources.demo.town.days import NEVER, Days
from sources.demo.town.faults import Register
from sources.demo.town.lives import Lives
from sources.demo.town.services_offered import SERVICES
from sources.demo.town.steps import CaseSteps

MERGED_INTO: Final = "zusammengelegt_mit"
_MERGED_FROM_MONTH: Final = 16
_REOPENED_FROM_MONTH: Final = 10
_MERGED: Final = 6
_REOPENED: Final = 7
_SECOND_NUMBERS: Final = 800_000
_CLOSED_EARLY: Final = c.OUTCOME_WORDS[3]


@dataclass(frozen=True)
class Detours:
    """The cases that took one, and the numbers the case system gives them.

    Attributes:
        merged: positions of cases some steps of which stand under a second number.
        merged_steps: positions of those steps; second: their second numbers; own: the number of their case.
        reopened: positions of cases that were closed when documents were asked for, and opened when these came.
        closing_steps: positions of the steps that closed them too early.
    """

    merged: Ints
    merged_steps: Ints
    second: pl.Series
    own: pl.Series
    reopened: Ints
    closing_steps: Ints

    def taken(self, rows: pl.DataFrame, at: Ints) -> pl.DataFrame:
        """The case system's rows of the steps ``at`` as they look with the detours."""
        place = np.searchsorted(self.merged_steps, at)
        place = np.minimum(place, max(len(self.merged_steps) - 1, 0))
        is_second = pl.Series(np.isin(at, self.merged_steps))
        is_closing = pl.Series(np.isin(at, self.closing_steps))
        return rows.with_columns(
            rows["zeit"].zip_with(is_closing, rows["erledigt_am"]).alias("erledigt_am"),
            rows["ergebnis"].set(is_closing, _CLOSED_EARLY),
            self.second.gather(place).zip_with(is_second, rows["vorgang"]).alias("vorgang"),
            self.own.gather(place).set(~is_second, None).alias(MERGED_INTO),
        )


def detours_taken(days: Days, cases: Cases, live: Lives, steps: CaseSteps, register: Register) -> Detours:
    """Choose the cases; none of them is spoilt otherwise or kept to the day."""
    plain = _plain(cases, register)
    ended = register.closed < NEVER
    waited = (live.asked[0] < NEVER) & (live.answered[0] < live.decided)
    reopened = np.flatnonzero(plain & ended & waited & (cases.month >= _REOPENED_FROM_MONTH))[::3][:_REOPENED]
    asking = (steps.activity == c.ASKED) & (steps.local == live.asked[0][steps.case])
    plain[reopened] = False
    plain &= cases.month >= _MERGED_FROM_MONTH
    answer = np.flatnonzero((steps.activity == c.ANSWERED) & plain[steps.case])
    merged, first = np.unique(steps.case[answer], return_index=True)
    merged, at = merged[::5][:_MERGED], answer[first[::5][:_MERGED]]
    return Detours(
        merged=merged,
        merged_steps=at,
        second=case_number(cases.year[merged], _SECOND_NUMBERS + np.arange(1, len(merged) + 1)),
        own=case_number(cases.year[merged], cases.number[merged]),
        reopened=reopened,
        closing_steps=np.flatnonzero(asking & np.isin(steps.case, reopened)),
    )


def _plain(cases: Cases, register: Register) -> Flags:
    exact = np.array([service.office != c.DAY_ONLY_OFFICE for service in SERVICES])[cases.service]
    for spoilt in (register.backdated, register.strange, register.unlisted, register.appended):
        exact[spoilt] = False
    return exact
