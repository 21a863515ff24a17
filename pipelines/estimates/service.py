"""One service: what its stages saved, in draws, and the parts that add up to its counted minutes before and after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from pipelines.estimates.cell_parts import CellParts, cell_parts, nothing
from pipelines.estimates.cells import Cells, cells_of, grades, laid, unpriced
from pipelines.estimates.effects import (
    MOST_SELECTION,
    needed,
    offline_minutes,
    online_without,
    priced,
    rest_before,
    taken,
    ways_without,
)
from pipelines.estimates.levels import Level
from pipelines.estimates.minutes import NONE, Minutes
from pipelines.estimates.panel import Bools, Floats, Ints, ServiceCases
from pipelines.estimates.parts import Parts, parts_of
from pipelines.estimates.rest import carried_rest
from pipelines.estimates.stages import Stage
from pipelines.estimates.tide import Path, Spread, carried_forward


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
        cells: what it is computed from; None before its first month.
        offline: minutes a case that does not come online would have taken the old way, the mean of the draws, months
            asked × K.
        by_cell: what it saved, cell by cell.
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
    cells: Cells | None
    offline: Floats
    by_cell: CellParts


def effects(
    service: ServiceCases,
    stages: tuple[Stage, ...],
    level: Level,
    minutes: Minutes,
    months: tuple[dt.date, ...],
    town: Tide,
    drifts: Sequence[Floats],
    rng: np.random.Generator,
) -> list[StageEffect]:
    """What each stage of a service saved; together they save what the service saved against its first baseline.

    Args:
        service: the cases.
        stages: what was done, in order.
        level: of the service.
        minutes: its dated values.
        months: the first day of each month.
        town: draws of the tide.
        drifts: per stage draws of how the other channels drift, draws × months × channels.
        rng: where chance comes from.
    """
    values = minutes.draws(rng, town.draws)
    kept = 1 - rng.uniform(0, MOST_SELECTION, (town.draws, 1)) * service.untyped_share
    against = [
        _against(service, stage, level, minutes, values, months, town, drift, rng, kept)
        for stage, drift in zip(stages, drifts, strict=True)
    ]
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
                one.changed | (later & following.changed),
                one.measured & (~later | following.measured),
                tuple(
                    max(own, next_one) if is_later else own
                    for own, next_one, is_later in zip(one.grades, following.grades, later, strict=True)
                ),
                one.cells,
                one.offline,
                one.by_cell.less(following.by_cell, later),
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
    drift: Floats,
    rng: np.random.Generator,
    kept: Floats,
) -> StageEffect:
    """The cases since the stage began, against the state just before it."""
    if not len(stage.asked):
        return _nothing(service, stage, minutes, town.draws, len(months))
    cells = cells_of(service, stage, level, minutes, months)
    old = priced(cells.old_rows, values)
    channels, offline, ways = _channels_saved(service, stage, level, cells, old, town, drift, rng)
    saved = np.zeros((town.draws, len(months)))
    saved[:, cells.asked] = channels * kept + _faster(cells.counts, cells.old_rows, cells.new_rows, values)
    enters = (cells.counts > 0) & (cells.new_rows != cells.old_rows) & (cells.new_rows != NONE)
    is_measured = np.append(minutes.is_measured, True)[cells.new_rows]
    timed = minutes.mean[None]
    old_mean, new_mean = priced(cells.old_rows, timed)[0], priced(cells.new_rows, timed)[0]
    return StageEffect(
        saved,
        parts_of(
            len(months),
            cells.asked,
            cells.before * cells.seen[:, None],
            cells.counts,
            old_mean,
            new_mean,
        ),
        laid(cells.asked, cells.decided.sum(1), np.zeros(len(months), np.int64)),
        laid(cells.asked, cells.left_out, np.zeros(len(months), np.int64)),
        int(cells.before.sum()),
        laid(cells.asked, unpriced(cells), np.zeros(len(months), bool)),
        laid(cells.asked, enters.any((1, 2)), np.zeros(len(months), bool)),
        laid(cells.asked, (~enters | is_measured).all((1, 2)), np.ones(len(months), bool)),
        grades(minutes, len(months), cells),
        cells,
        offline,
        cell_parts(cells, len(months), ways, old, kept, cells.counts * (old_mean - new_mean), minutes),
    )


def _channels_saved(
    service: ServiceCases,
    stage: Stage,
    level: Level,
    cells: Cells,
    old: Floats,
    town: Tide,
    drift: Floats,
    rng: np.random.Generator,
) -> tuple[Floats, Floats, Floats]:
    """Minutes saved as people came another way, at the old minutes: draws × months; of a case offline; the ways."""
    by_type = cells.received.sum(2)
    rest = carried_rest(rest_before(cells.before, rng, town.draws), drift[:, cells.asked])
    online = _online(stage, service, level, by_type, cells.received[..., 0], cells.seen, town, rng)
    offline = offline_minutes(rest, old)
    saved = needed(by_type * cells.part, online * cells.part, offline, old) - taken(cells.counts, old)
    return saved, offline.mean(0), ways_without(by_type * cells.part, online * cells.part, rest)


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


def _nothing(service: ServiceCases, stage: Stage, minutes: Minutes, draws: int, months: int) -> StageEffect:
    none, no = np.zeros(months), np.zeros(months, bool)
    counts = np.zeros(months, np.int64)
    return StageEffect(
        np.zeros((draws, months)),
        Parts(none, none, none, none, none, none),
        counts,
        counts,
        int(service.received[stage.baseline].sum()),
        no,
        no,
        ~no,
        ("A",) * months,
        None,
        np.zeros((0, 0)),
        nothing(months, len(service.case_types), minutes),
    )
