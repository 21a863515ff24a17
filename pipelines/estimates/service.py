"""One service: what its stages saved, in draws, and the parts that add up to its counted minutes before and after."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from pipelines.estimates.effects import MOST_SELECTION, needed, online_without, priced, rest_before, taken
from pipelines.estimates.levels import Level
from pipelines.estimates.minutes import NONE, Minutes
from pipelines.estimates.panel import Bools, Floats, Ints, ServiceCases
from pipelines.estimates.stages import Stage
from pipelines.estimates.tide import Path, Spread, carried_forward

UNKNOWN_TYPE: Final = "unknown"


@dataclass(frozen=True)
class Tide:
    """Draws of the town's path, a batch for each draw of the variances.

    Attributes:
        spreads: draws of the variances.
        paths: for each of them draws of the path, batch × months.
        widening: what placebos say the bands must be wider by.
    """

    spreads: tuple[Spread, ...]
    paths: tuple[Floats, ...]
    widening: float

    @property
    def draws(self) -> int:
        """How many draws there are in all."""
        return sum(len(paths) for paths in self.paths)


def tide(spreads: list[Spread], paths: list[Path], widening: float, rng: np.random.Generator, draws: int) -> Tide:
    """Draw paths, as many for each of the variances."""
    return Tide(tuple(spreads), tuple(path.draws(rng, draws // len(paths)) for path in paths), widening)


@dataclass(frozen=True)
class Parts:
    """Minutes per month that add up: after − before = volume + mix − like for like, and like for like holds efficiency.

    Attributes:
        before: minutes of a mean month of the baseline.
        after: minutes of the month's cases as they came.
        volume: more or fewer cases, at the baseline's mean minutes.
        mix: other case types, at the baseline's minutes of each.
        like_for_like: the month's cases the way of the baseline, less the way they came.
        efficiency: fewer minutes for the same channel and case type.
    """

    before: Floats
    after: Floats
    volume: Floats
    mix: Floats
    like_for_like: Floats
    efficiency: Floats

    def __sub__(self, other: Parts) -> Parts:
        return Parts(*(getattr(self, one.name) - getattr(other, one.name) for one in fields(self)))


@dataclass(frozen=True)
class StageEffect:
    """What one stage saved.

    Attributes:
        saved: minutes, draws × months; 0 before the stage began.
        parts: the decomposition of its expectation, per month; of a stage that another follows, what both differ by.
        cases: decided cases it rests on, per month; left_out: those of case types the baseline never saw.
        baseline_cases: cases of the baseline.
        unpriced: months in which a cell has cases and no minutes.
        changed: months in which minutes other than the baseline's enter; measured: all of these were measured.
        grades: the worst grade of the minutes that enter, per month.
    """

    saved: Floats
    parts: Parts
    cases: Ints
    left_out: Ints
    baseline_cases: int
    unpriced: Bools
    changed: Bools
    measured: Bools
    grades: tuple[str, ...]


def effects(
    service: ServiceCases,
    stages: tuple[Stage, ...],
    level: Level,
    minutes: Minutes,
    months: tuple[dt.date, ...],
    town: Tide,
    rng: np.random.Generator,
) -> list[StageEffect]:
    """What each stage of a service saved; together they save what the service saved against its first baseline."""
    values = minutes.draws(rng, town.draws)
    kept = 1 - rng.uniform(0, MOST_SELECTION, (town.draws, 1)) if service.case_types == (UNKNOWN_TYPE,) else 1.0
    against = [_against(service, stage, level, minutes, values, months, town, rng, kept) for stage in stages]
    found: list[StageEffect] = []
    for position, (stage, one) in enumerate(zip(stages, against, strict=True)):
        if position + 1 == len(stages):
            found.append(one)
            continue
        # From the next go-live on, this stage saves what the next one's old way needed less than its own.
        later = np.arange(len(months)) >= stages[position + 1].live
        following = against[position + 1]
        assert stage.live <= stages[position + 1].live
        rest = Parts(*(np.where(later, getattr(following.parts, part.name), 0.0) for part in fields(Parts)))
        found.append(
            StageEffect(
                one.saved - np.where(later, following.saved, 0),
                one.parts - rest,
                one.cases,
                one.left_out,
                one.baseline_cases,
                one.unpriced | (later & following.unpriced),
                one.changed,
                one.measured,
                one.grades,
            )
        )
    return found


def _against(
    service: ServiceCases,
    stage: Stage,
    level: Level,
    minutes: Minutes,
    values: Floats,
    months: tuple[dt.date, ...],
    town: Tide,
    rng: np.random.Generator,
    kept: Floats | float,
) -> StageEffect:
    """The cases since the stage began, against the state just before it."""
    before = service.received[stage.baseline].sum(0)
    seen = (before.sum(1) > 0) & ~np.isnan(level.offsets)
    asked = stage.asked
    received = service.received[asked] * seen[:, None]
    by_type = received.sum(2)
    # Undecided work is never saved: of the people who came, the part whose cases are decided.
    decided = service.decided[asked].sum(2) * seen
    ratio = np.divide(decided, by_type, out=np.zeros(by_type.shape), where=by_type > 0)
    counts = received * ratio[:, :, None]

    old_rows = minutes.valid(service.case_types, stage.claims[0].live_on - dt.timedelta(days=1))
    new_rows = np.stack([minutes.valid(service.case_types, months[month]) for month in asked]) if len(asked) else None
    if new_rows is None:
        return _nothing(town.draws, len(months), int(before.sum()))
    # A channel nobody used before has no old minutes: its whole effect is one of the channel.
    old_rows = np.where((old_rows == NONE) & (before == 0), new_rows[-1], old_rows)
    new_rows = np.where((new_rows == NONE) & (before == 0), old_rows, new_rows)

    old = priced(old_rows, values)
    rest = rest_before(before, rng, town.draws)
    online = _online(stage, service, level, by_type * seen, received[..., 0], seen, town, rng)
    way = needed(by_type * ratio, online * ratio, rest, old) - taken(counts, old)
    faster = _faster(counts, old_rows, new_rows, values)
    saved = np.zeros((town.draws, len(months)))
    saved[:, asked] = way * kept + faster

    used = counts.sum(2) > 0
    need = (before > 0) & seen[:, None]
    unpriced = np.zeros(len(months), bool)
    unpriced[asked] = ((counts > 0) & ((new_rows == NONE) | (old_rows == NONE))).any((1, 2)) | (
        (used[:, :, None] & need & (old_rows == NONE)).any((1, 2))
    )
    enters = (counts > 0) & (new_rows != old_rows) & (new_rows != NONE)
    changed, measured = np.zeros(len(months), bool), np.ones(len(months), bool)
    changed[asked] = enters.any((1, 2))
    measured[asked] = (~enters | np.append(minutes.is_measured, True)[new_rows]).all((1, 2))
    cases, left_out = np.zeros(len(months), np.int64), np.zeros(len(months), np.int64)
    cases[asked] = decided.sum(1)
    left_out[asked] = (service.decided[asked].sum(2) * ~seen).sum(1)
    return StageEffect(
        saved,
        _parts(
            len(months),
            asked,
            before * seen[:, None],
            counts,
            priced(old_rows, minutes.mean[None])[0],
            priced(new_rows, minutes.mean[None])[0],
        ),
        cases,
        left_out,
        int(before.sum()),
        unpriced,
        changed,
        measured,
        _grades(minutes, len(months), asked, counts, used[:, :, None] & need, old_rows, new_rows),
    )


def _online(
    stage: Stage,
    service: ServiceCases,
    level: Level,
    cases: Ints,
    online: Ints,
    seen: Bools,
    town: Tide,
    rng: np.random.Generator,
) -> Floats:
    """How many would have come online: nobody where the baseline had no way online."""
    known = stage.known[np.isfinite(level.variance[stage.known])]
    known = known[known >= first_online(service)]
    if not service.online[stage.baseline].any() or not len(known):
        return np.zeros((town.draws, *cases.shape))
    levels = np.concatenate(
        [
            carried_forward(level.level, level.variance, known, stage.asked, paths, spread, rng, town.widening)
            for spread, paths in zip(town.spreads, town.paths, strict=True)
        ]
    )
    return online_without(cases, online, levels, np.where(seen, level.offsets, 0), rng).astype(float)


def first_online(service: ServiceCases) -> int:
    """Position of the month in which somebody first came online; before it there was no way to."""
    came = np.flatnonzero(service.online.sum(1))
    return int(came[0]) if len(came) else len(service.online)


def _faster(counts: Floats, old_rows: Ints, new_rows: Ints, values: Floats) -> Floats:
    """Minutes saved as the same cell takes fewer of them: draws × months."""
    found = np.zeros((len(values), len(counts)))
    for month, cells in enumerate(counts):
        for kind, way in zip(*np.nonzero((cells > 0) & (new_rows[month] != old_rows)), strict=True):
            rows = old_rows[kind, way], new_rows[month, kind, way]
            if NONE not in rows:
                found[:, month] += cells[kind, way] * (values[:, rows[0]] - values[:, rows[1]])
    return found


def _parts(months: int, asked: Ints, before: Ints, counts: Floats, old: Floats, new: Floats) -> Parts:
    """The decomposition with the minutes as measured (Laspeyres: volume, then mix, then the way they came)."""
    usual = before.sum(1)
    per_type = np.divide((before * old).sum(1), usual, out=np.zeros(len(usual)), where=usual > 0)
    mean = (before * old).sum() / usual.sum() if usual.sum() else 0.0
    cases = counts.sum(2)
    all_cases = cases.sum(1)
    found = {field.name: np.zeros(months) for field in fields(Parts)}
    found["before"][asked] = (before * old).sum() / 12
    found["after"][asked] = (counts * new).sum((1, 2))
    found["volume"][asked] = (all_cases - usual.sum() / 12) * mean
    found["mix"][asked] = cases @ per_type - all_cases * mean
    found["like_for_like"][asked] = cases @ per_type - found["after"][asked]
    found["efficiency"][asked] = (counts * (old - new)).sum((1, 2))
    return Parts(**found)


def _grades(
    minutes: Minutes, months: int, asked: Ints, counts: Floats, needs_old: Bools, old_rows: Ints, new_rows: Ints
) -> tuple[str, ...]:
    """The worst grade of the values that enter a month; A where none does."""
    grade = np.array([*minutes.grades, "A"])
    found = np.full(months, "A")
    for position, month in enumerate(asked):
        rows = np.concatenate([old_rows[needs_old[position]], new_rows[position][counts[position] > 0]])
        found[month] = max(grade[rows], default="A")
    return tuple(str(one) for one in found)


def _nothing(draws: int, months: int, baseline_cases: int) -> StageEffect:
    none, no = np.zeros(months), np.zeros(months, bool)
    counts = np.zeros(months, np.int64)
    return StageEffect(
        np.zeros((draws, months)),
        Parts(none, none, none, none, none, none),
        counts,
        counts,
        baseline_cases,
        no,
        no,
        ~no,
        ("A",) * months,
    )
