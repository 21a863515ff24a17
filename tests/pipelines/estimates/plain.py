"""Two plainer estimators: like for like, as it was claimed before, and like for like less the others' mean change.

The first shows what the bars of `towns.py` are worth, the second is the measure of how wide an interval needs to be.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.pipelines.estimates.twins import Town

Floats = NDArray[np.float64]

DRAWS = 1000
YEAR = 12


def like_for_like(town: Town, rng: np.random.Generator) -> Floats:
    """The last year's cases the way of the baseline year, less the way they came: minutes, draws × measures.

    Only the minutes of a case are uncertain: whatever changed since the baseline, the measure gets it.
    """
    return np.stack([_moved(one.share_before[None], one, rng) for one in _years(town)], axis=1)


def less_mean_tide(town: Town, rng: np.random.Generator) -> Floats:
    """Like for like, but the baseline's shares of online cases rise as those of services without a measure did.

    The rise is the mean change of their log odds between the same two years; its uncertainty is their spread, that of
    the mean, and the binomial error of the service's own baseline.
    """
    found = []
    for one in _years(town):
        changes = _log_odds(one.others_online, one.others) - _log_odds(one.others_online_before, one.others_before)
        variance = changes.var(ddof=1) * (1 + 1 / len(changes))
        variance += 1 / (one.cases_before.sum() * one.share_before.mean() * (1 - one.share_before.mean()) + 0.25)
        risen = rng.normal(changes.mean(), np.sqrt(variance), (DRAWS, 1))
        odds = np.log(one.share_before / (1 - one.share_before)) + risen
        found.append(_moved(1 / (1 + np.exp(-odds)), one, rng))
    return np.stack(found, axis=1)


@dataclass(frozen=True)
class _Year:
    """A measure's last year against its baseline year, per case type, and the sums of the services without a measure."""

    cases: Floats
    online: Floats
    cases_before: Floats
    share_before: Floats
    gap: Floats
    gap_error: Floats
    others: Floats
    others_online: Floats
    others_before: Floats
    others_online_before: Floats


def _years(town: Town) -> list[_Year]:
    months = town.counts.shape[1]
    cases, online = town.counts.sum(3), town.counts[..., 0]
    others = np.setdiff1d(np.arange(len(cases)), town.measures.service)
    last = slice(months - YEAR, months)
    found = []
    for service, live in zip(town.measures.service, town.measures.live, strict=True):
        before = slice(live - YEAR, live)
        way = town.counts[service, before, :, 1:].sum(0) + 0.5
        way = way / way.sum(1, keepdims=True)
        minutes, error = town.timed[service], town.timed_error[service]
        found.append(
            _Year(
                cases[service, last].sum(0),
                online[service, last].sum(0),
                cases[service, before].sum(0),
                (online[service, before].sum(0) + 0.5) / (cases[service, before].sum(0) + 1),
                (way * minutes[:, 1:]).sum(1) - minutes[:, 0],
                np.sqrt((way**2 * error[:, 1:] ** 2).sum(1) + error[:, 0] ** 2),
                cases[others, last].sum((1, 2)),
                online[others, last].sum((1, 2)),
                cases[others, before].sum((1, 2)),
                online[others, before].sum((1, 2)),
            )
        )
    return found


def _log_odds(online: Floats, cases: Floats) -> Floats:
    return np.log((online + 0.5) / (cases - online + 0.5))


def _moved(share_without: Floats, one: _Year, rng: np.random.Generator) -> Floats:
    """Minutes saved in the year by who came online and would not have: draws."""
    share = (one.online + 0.5) / (one.cases + 1)
    fewer = rng.binomial(one.online.astype(int), np.minimum(share_without / share, 1) * np.ones((DRAWS, 1)))
    joined = np.clip((share_without - share) / (1 - share), 0, 1) * np.ones((DRAWS, 1))
    more = one.online + rng.binomial((one.cases - one.online).astype(int), joined)
    gap = rng.normal(one.gap, one.gap_error, (DRAWS, len(one.gap)))
    return ((one.online - np.where(share_without <= share, fewer, more)) * gap).sum(1)
