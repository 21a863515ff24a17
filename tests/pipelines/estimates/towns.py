"""The bars an estimate must pass on twin towns, and the command that tries them on towns of your choice:

    python -m tests.pipelines.estimates.towns --seeds 1-5 --switch tide=2 --switch types_delivered=false

It prints one line per town and one for all, the same for each check beside the claim (how many true claims it doubts and
how many false ones, see `doubted.py`), and exits with 1 if a bar is missed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipelines.estimates.savings import Saved, saved_by_measures
from sources.contract.attribution import AttributionMethod
from tests.pipelines.estimates.doubted import DOUBT_BARS, Doubted, doubted
from tests.pipelines.estimates.habits import Habits, Nothing
from tests.pipelines.estimates.plain import YEAR, less_mean_tide, like_for_like
from tests.pipelines.estimates.tables import measure_id
from tests.pipelines.estimates.twins import Town, twin_town

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

BARS = {"coverage": (0.75, 0.90), "ratio": (0.90, 1.10), "false_positives": (0.0, 0.10), "width_ratio": (0.0, 1.5)}
COLUMNS = (*BARS, "sums held", "hours wide", "hours saved")
MINUTES_AN_HOUR = 60
SHOWN = 9
# Measures nearer to each other share what they saved by the shares the town names: only their sum can be judged.
TOLD_APART = 15


@dataclass(frozen=True)
class Judged:
    """What an estimator says of the last twelve months of the log, and what is true: one entry per measure, in minutes.

    Attributes:
        true: what the measure saved.
        mean, low, high: what is published: expectation, tenth and ninetieth percentile.
        plain: the width of the plain estimator's interval.
        did_nothing: whether the measure saves nothing by its nature.
        total: draws of the sum of all measures, one array per town.
        true_total: what it truly is, one entry per town.
    """

    true: Floats
    mean: Floats
    low: Floats
    high: Floats
    plain: Floats
    did_nothing: Bools
    total: tuple[Floats, ...]
    true_total: Floats

    @property
    def holds(self) -> Bools:
        """Whether the interval holds the truth."""
        return (self.low <= self.true) & (self.true <= self.high)

    @property
    def figures(self) -> dict[str, float]:
        """What the bars are set for; NaN where no measure can show it."""
        above = self.low[self.did_nothing] > 0
        return {
            "coverage": float(self.holds.mean()),
            "ratio": float(self.mean.sum() / self.true.sum()) if self.true.any() else np.nan,
            "false_positives": float(above.mean()) if len(above) else np.nan,
            "width_ratio": float((self.high - self.low).mean() / self.plain.mean()),
        }

    @property
    def sums_held(self) -> float:
        """Share of the towns whose sum of all measures lies within the interval of its draws."""
        bounds = [np.quantile(total, [0.1, 0.9]) for total in self.total]
        return float(np.mean([low <= true <= high for (low, high), true in zip(bounds, self.true_total, strict=True)]))

    def missed(self) -> list[str]:
        """The bars this misses."""
        return [name for name, value in self.figures.items() if not (np.isnan(value) or _is_within(name, value))]

    def __add__(self, other: Judged) -> Judged:
        return Judged(*(_joined(getattr(self, one.name), getattr(other, one.name)) for one in fields(Judged)))


def _joined(one: Floats | tuple[Floats, ...], other: Floats | tuple[Floats, ...]) -> Floats | tuple[Floats, ...]:
    return one + other if isinstance(one, tuple) else np.concatenate([one, other])


def _is_within(name: str, value: float) -> bool:
    least, most = BARS[name]
    return least <= value <= most


@lru_cache(maxsize=1)
def saved_in(town: Town) -> list[Saved]:
    """What the program makes of a town."""
    return saved_by_measures(town.cohorts, town.claims, town.minutes, town.end)[1]


def checked(town: Town) -> dict[AttributionMethod, Doubted]:
    """What each check makes of the town's claims."""
    return {
        method: doubted(town, saved_in(town), method, are_together=_are_together(town)) for method in AttributionMethod
    }


def _are_together(town: Town) -> bool:
    return bool(town.habits.pairs) and town.habits.pair_gap < TOLD_APART


def estimated(town: Town, _rng: np.random.Generator) -> Floats:
    """The program's draws of the last year, draws × measures."""
    last = town.habits.months - YEAR
    by_measure = {
        one.measure_id: (one.effect.saved * one.part)[:, one.months[one.months >= last]].sum(1)
        for one in saved_in(town)
        if one.effect is not None
    }
    return np.stack([by_measure[measure_id(one)] for one in range(len(town.measures))], axis=1)


def judged(town: Town, estimator: Callable[[Town, np.random.Generator], Floats] = estimated) -> Judged:
    """Set an estimator's draws against the truth of a town."""
    rng = np.random.default_rng(1)
    drawn, plain, true = estimator(town, rng), less_mean_tide(town, rng), town.saved[:, -YEAR:].sum(1)
    did_nothing = town.measures.effect == 0
    if _are_together(town):
        same = town.measures.service == np.unique(town.measures.service)[:, None]
        drawn, plain, true, did_nothing = drawn @ same.T, plain @ same.T, same @ true, (same <= did_nothing).all(1)
    low, high = np.quantile(drawn, [0.1, 0.9], axis=0)
    plain_low, plain_high = np.quantile(plain, [0.1, 0.9], axis=0)
    return Judged(
        true,
        drawn.mean(0),
        low,
        high,
        plain_high - plain_low,
        did_nothing,
        (drawn.sum(1),),
        np.array([true.sum()]),
    )


def together(parts: Iterable[Judged]) -> Judged:
    """All measures of several towns."""
    first, *rest = parts
    for one in rest:
        first = first + one
    return first


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the bars; 1 if one is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.pipelines.estimates.towns", description=__doc__)
    parser.add_argument("--seeds", default="1-5", help="numbers of towns: 1-5 or 1,7,9")
    parser.add_argument("--switch", action="append", default=[], help="habit=value, as in tide=2; more than once")
    parser.add_argument("--nothing", action="store_true", help="towns in which nothing was saved and much looks as if")
    parser.add_argument("--estimator", choices=tuple(ESTIMATORS), default="program")
    asked = parser.parse_args(arguments)
    try:
        habits = (Nothing if asked.nothing else Habits)(**dict(_switch(text) for text in asked.switch))
        seeds = _seeds(asked.seeds)
    except ValueError as error:
        parser.error(str(error))
    towns, checks = [], []
    _say("town", COLUMNS)
    for seed in seeds:
        town = twin_town(seed, habits)
        towns.append(judged(town, ESTIMATORS[asked.estimator]))
        _say(str(seed), _numbers(towns[-1]))
        if asked.estimator == "program":
            checks.append(checked(town))
    every = together(towns)
    _say("all", _numbers(every))
    missed = _told_missed(every.missed(), every.figures, BARS)
    for method in AttributionMethod if checks else ():
        missed |= _say_checks(method, seeds, [town[method] for town in checks])
    return 1 if missed else 0


def _say_checks(method: AttributionMethod, seeds: Sequence[int], towns: Sequence[Doubted]) -> bool:
    """Tell how a check judged; true if one that lowers grades misses a bar."""
    every = sum(towns[1:], start=towns[0])
    sys.stdout.write(f"\n{method}\n")
    _say("town", tuple(every.figures))
    for name, one in [*zip(seeds, towns, strict=True), ("all", every)]:
        _say(str(name), [f"{value:.3f}" for value in one.figures.values()], tuple(every.figures))
    missed = every.missed() if method == AttributionMethod.GROUP_TIME_DID else []
    return _told_missed(missed, every.figures, DOUBT_BARS)


def _told_missed(names: Sequence[str], figures: dict[str, float], bars: dict[str, tuple[float, float]]) -> bool:
    for name in names:
        least, most = bars[name]
        sys.stdout.write(f"{name} is {figures[name]:.3f}, it must lie between {least} and {most}.\n")
    return bool(names)


ESTIMATORS: dict[str, Callable[[Town, np.random.Generator], Floats]] = {
    "program": estimated,
    "less-mean-tide": less_mean_tide,
    "like-for-like": like_for_like,
}


def _switch(text: str) -> tuple[str, float | int | bool]:
    name, _, value = text.partition("=")
    known = {one.name: type(one.default) for one in fields(Habits)}
    if name not in known:
        raise ValueError(f"--switch {text}: a town has no habit {name!r}; it has {', '.join(known)}.")
    if known[name] is bool:
        if value not in {"true", "false"}:
            raise ValueError(f"--switch {text}: {name} is true or false.")
        return name, value == "true"
    try:
        return name, known[name](value)
    except ValueError:
        raise ValueError(f"--switch {text}: {value!r} is not a number of the kind {name} takes.") from None


def _seeds(text: str) -> list[int]:
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if not (first.isdigit() and (last or first).isdigit()):
            raise ValueError(f"--seeds {text}: write numbers, as in 1-5 or 1,7,9.")
        found += range(int(first), int(last or first) + 1)
    return found


def _numbers(one: Judged) -> list[str]:
    hours = ((one.high - one.low).mean() / MINUTES_AN_HOUR, one.true.sum() / MINUTES_AN_HOUR)
    return [f"{value:.3f}" for value in (*one.figures.values(), one.sums_held)] + [f"{value:.1f}" for value in hours]


def _say(name: str, cells: Sequence[str], columns: Sequence[str] = ()) -> None:
    titles = columns or (cells if name == "town" else COLUMNS)
    aligned = (f"{cell:>{max(SHOWN, len(title)) + 2}}" for cell, title in zip(cells, titles, strict=True))
    sys.stdout.write(f"{name:5}{''.join(aligned)}\n")


if __name__ == "__main__":
    sys.exit(main())
