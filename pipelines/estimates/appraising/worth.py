"""What monthly flows are worth in the money of their first month, and from when on they have paid for themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy.special import ndtri, stdtrit

from pipelines.estimates.panel import Bools, Floats, Ints

SEED: Final = 1
DRAWS: Final = 1000
DEFAULT_YEARS: Final = 5
"""Horizon of an appraisal where the town decided none (usual for IT, WiBe 5.0)."""
FEWEST_MONTHS: Final = 3
"""A pace of fewer months is none."""
MOST_SILENT_MONTHS: Final = 3
"""Months without a word from finance after which nothing is carried on."""
YEAR: Final = 12
MINUTES: Final = 60
"""Of an hour."""
LINES: Final = ("cash", "cash_and_capacity")
_BOUNDS: Final = (0.1, 0.9)
_HALF_A_CENT: Final = 0.005
P90: Final = float(ndtri(_BOUNDS[1]))
"""Distance of the ninetieth percentile from the middle, in standard deviations."""


@dataclass(frozen=True)
class Range:
    """A number with the bounds somebody gave it; without them it stands for itself."""

    value: float
    low: float
    high: float

    def drawn(self, rng: np.random.Generator, draws: int) -> Floats:
        """Triangular draws with the value as their mode."""
        if self.low == self.high:
            return np.full(draws, self.value)
        return rng.triangular(self.low, self.value, self.high, draws)


@dataclass(frozen=True)
class Pace:
    """What a month brings since the last change.

    Attributes:
        mean: euros a month.
        deviation: standard deviation of the months, in euros.
        months: how many they are.
    """

    mean: float
    deviation: float
    months: int

    @property
    def error(self) -> float:
        """Standard error of the mean."""
        return self.deviation / float(np.sqrt(self.months)) if self.months else 0.0

    def drawn(self, rng: np.random.Generator, draws: int) -> Floats:
        """How far the true mean may lie from the measured one: Student's t."""
        return rng.standard_t(max(self.months - 1, 1), draws) * self.error

    @property
    def bound(self) -> float:
        """Distance of its ninetieth percentile."""
        return float(stdtrit(max(self.months - 1, 1), _BOUNDS[1])) * self.error


def discounted(flows: Floats, rates: Floats) -> Floats:
    """Flows in the money of month 0: each divided by (1 + rate) ^ (month / 12).

    Args:
        flows: draws × months, in euros; month 0 comes first.
        rates: per draw the nominal rate of a year, 0.009 for 0.9 %.
    """
    years = np.arange(flows.shape[-1]) / YEAR
    return flows / (1 + rates[:, None]) ** years


def payback_positions(running: Floats) -> Ints:
    """From which month on a running sum is never below zero again; the number of months where it ends below.

    The month after the last one below zero, not the first above: who pays again afterwards has not been paid back, and
    a dearer measure is never paid back earlier.

    Args:
        running: draws × months, discounted sums so far.
    """
    below: Bools = running < -_HALF_A_CENT
    after_the_last = running.shape[1] - np.argmax(below[:, ::-1], axis=1)
    return np.where(below.any(axis=1), after_the_last, 0)


def dynamic_payback_years(missing: float, net_of_a_year: float, rate: float) -> float | None:
    """Years until an equal net has paid back what is missing: -ln(1 - missing · rate / net) / ln(1 + rate).

    At a rate of 0 the static payback, missing / net. None where it never does.

    Args:
        missing: euros, positive.
        net_of_a_year: euros at the end of each year.
        rate: nominal rate of a year.
    """
    if net_of_a_year <= 0 or missing * rate >= net_of_a_year:
        return None
    if rate == 0:
        return missing / net_of_a_year
    return float(-np.log1p(-missing * rate / net_of_a_year) / np.log1p(rate))


def none() -> Floats:
    """No deviation, for one draw."""
    return np.zeros(1)


@dataclass(frozen=True)
class Uncertain:
    """All that is not certain, one value per draw.

    Attributes:
        discount_rate: of a year.
        cash_pace: euros a month more than the measured pace.
        capacity: standard deviations the hours lie off their estimate.
        capacity_pace: euros a month more than the measured value of the hours.
        staff_cost_rate: factor on the value of an hour.
        overhead_share: of the cost of staff that went.
        workplace_cost: euros a year for a post that went.
    """

    discount_rate: Floats
    overhead_share: Floats
    workplace_cost: Floats
    cash_pace: Floats = field(default_factory=none)
    capacity: Floats = field(default_factory=none)
    capacity_pace: Floats = field(default_factory=none)
    staff_cost_rate: Floats = field(default_factory=lambda: np.ones(1))


@dataclass(frozen=True)
class Hours:
    """The hours of grade A in euros, never cash.

    Attributes:
        value: per month since the first, until the last with hours; 0 where none are claimed.
        wider, narrower: euros of one standard deviation above and below, likewise.
        pace, pace_wider, pace_narrower: the same of a month to come.
        rate: low and high of the rate as factors on it.
        kept: share of the hours whose post did not go, per month; the last one holds on.
        hour_eur: that rate, euros an hour.
        cases: claimed cases of the months of the pace.
        ends: from this month on nothing more comes.
        share: of the town's error of the pace, of a part of it.
    """

    value: Floats
    wider: Floats
    narrower: Floats
    pace: Pace
    pace_wider: float
    pace_narrower: float
    rate: Range
    kept: Floats
    hour_eur: float
    cases: int
    ends: int
    share: float = 1.0

    def flows(self, months: int, at: Uncertain) -> Floats:
        """Draws × months in euros."""
        told = min(len(self.value), months)
        by = at.capacity[:, None]
        past = self.value[:told] + by * np.where(by > 0, self.wider[:told], self.narrower[:told])
        off = at.capacity * np.where(at.capacity > 0, self.pace_wider, self.pace_narrower)
        month = self.pace.mean + off + at.capacity_pace * self.share
        future = np.where(np.arange(told, months) < self.ends, month[:, None], 0.0)
        whole = np.concatenate([past, future], axis=1)
        return whole * extended(self.kept, months) * at.staff_cost_rate[:, None]


@dataclass(frozen=True)
class Outlook:
    """What is known of one measure, or the town; months count from its first one.

    Attributes:
        first: that month.
        booked: net cash of each month finance told of.
        pace: recurring net cash of a month since the last change.
        parallel: of it the cost of running both routes, until the month `closes`.
        ends: from this month on nothing more comes.
        hours: None where none are claimed.
        relief: audited relief of staff per month, the last one holds on; `posts` the posts that went for it.
        share: of the town's error of the pace, of a part of it.
        parts: of the town what each measure is of it, by the town's months.
    """

    measure_id: str
    first: dt.date
    went_live: int
    booked: Floats
    pace: Pace
    parallel: float
    closes: int
    ends: int
    hours: Hours | None
    relief: Floats
    posts: Floats
    share: float = 1.0
    parts: tuple[Outlook, ...] = ()

    def horizon(self, years: float) -> int:
        """Months from the first one to the last of the horizon: that of go-live, and so many years after it."""
        return self.went_live + 1 + round(years * YEAR)

    def flows(self, line: str, months: int, at: Uncertain) -> Floats:
        """Draws × months in euros, undiscounted."""
        told = min(len(self.booked), months)
        position = np.arange(told, months)
        month = self.pace.mean + at.cash_pace * self.share
        to_come = month[:, None] + np.where(position >= self.closes, self.parallel, 0.0)
        future = np.where(position < self.ends, to_come, 0.0)
        past = np.broadcast_to(self.booked[:told], (len(month), told))
        cash = np.concatenate([past, future], axis=1)
        if line == "cash" or self.hours is None:
            return cash
        goes = np.arange(months) < max(self.ends, len(self.relief))
        overhead = at.overhead_share[:, None] * extended(self.relief, months)
        workplace = at.workplace_cost[:, None] / YEAR * extended(self.posts, months)
        return cash + self.hours.flows(months, at) + np.where(goes, overhead + workplace, 0.0)


def extended(values: Floats, months: int) -> Floats:
    """Values per month, of which the last one holds on."""
    if len(values) >= months:
        return values[:months]
    last = values[-1] if len(values) else 0.0
    return np.concatenate([values, np.full(months - len(values), last)])


@dataclass(frozen=True)
class Services:
    """A year of the services of a measure as it was, and what the measure cost; each way to run them is worked from it.

    Attributes:
        cases, paper_cases: received, and of these on paper.
        proven_paper_cases: decided ones on paper of the services whose hours are of grade A.
        gap_minutes: minutes a case on paper takes more than one online.
        after_minutes: minutes of these services.
        saved_minutes: minutes the measure saved them.
        relief: audited euros a year that left the budget and would be spent again without the measure.
        running_cost, parallel_cost, one_off_cost: euros a year, a year, and once.
    """

    cases: float
    paper_cases: float
    proven_paper_cases: float
    gap_minutes: float
    after_minutes: float
    saved_minutes: Floats
    relief: float
    running_cost: float
    parallel_cost: float
    one_off_cost: float

    def run(self, way: str, at: Mapping[str, Floats]) -> tuple[Floats, Floats, Floats]:
        """Euros once, euros a year and minutes a year, per draw, of one way; `at` has what the town told of it."""
        if way == "nothing":
            cash = at["paper_route_fixed_cost"] + at["paper_case_cost"] * self.paper_cases + self.relief
            return cash * 0, cash, self.after_minutes + self.saved_minutes
        nought, both = self.saved_minutes * 0, self.running_cost + self.parallel_cost
        if way == "digital_beside":
            cash = at["paper_route_fixed_cost"] + at["paper_case_cost"] * self.paper_cases + both
            return nought + self.one_off_cost, cash, nought + self.after_minutes
        if way == "digital_first":
            paper = np.minimum(self.paper_cases, at["digital_first_paper_share"] * self.cases)
            cash = at["paper_route_fixed_cost"] + at["paper_case_cost"] * paper + both
            gone, once = 1 - paper / max(self.paper_cases, 1.0), at["digital_first_one_off"]
        else:
            # Whoever cannot apply online is helped at the counter, which takes as long as paper.
            cash = nought + self.running_cost
            gone, once = 1 - at["digital_only_assisted_share"], at["digital_only_one_off"]
        return self.one_off_cost + once, cash, self.after_minutes - self.gap_minutes * self.proven_paper_cases * gone


def cost_in_money_of_the_start(once: Floats, of_a_year: Floats, rates: Floats, years: float) -> Floats:
    """Euros once in month 0 and a twelfth of the year in each later month of the horizon, discounted; per draw."""
    months = np.broadcast_to((of_a_year / YEAR)[:, None], (len(of_a_year), round(years * YEAR)))
    return discounted(np.concatenate([once[:, None], months], axis=1), rates).sum(axis=1)
