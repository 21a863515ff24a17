"""How far a service's people are online, month by month, whatever its mix of case types: on the logit scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import expit

from pipelines.estimates.panel import Bools, Floats, ServiceCases

# The scale's ends: a share of one in three million. 45 halvings of this span leave 1e-12.
_FARTHEST: Final = 15.0
_HALVINGS: Final = 45
_YEAR: Final = 12
_HALF: Final = 6
# The levels of years and the offsets of types are found in turn; they hardly depend on each other.
_ROUNDS: Final = 4


@dataclass(frozen=True)
class Level:
    """A service's level.

    Attributes:
        level: per month the logit of the online share a case type of average inclination has; NaN without cases.
        variance: its sampling variance; infinite without cases.
        offsets: per case type its distance from the average inclination; NaN for a type the base never saw.
    """

    level: Floats
    variance: Floats
    offsets: Floats


def level_of(service: ServiceCases, base: Bools) -> Level:
    """Take the mix of case types out of the online share.

    The offsets of the case types come from the base alone. The level of a month is the one at which the types, each
    with its offset and its cases of that month, give the online cases there were: the sum over types of
    cases x expit(level + offset) = online.
    Half a case is added on either side (Jeffreys), so that months without or with online cases only stay finite.

    Args:
        service: the cases.
        base: the months in which nothing had been done yet.
    """
    cases, online = service.by_type, service.online
    seen = cases[base].sum(0) > 0
    offsets = np.where(seen, 0.0, np.nan)
    if seen.any():
        offsets[seen] = _offsets(cases[base][:, seen].astype(float), online[base][:, seen].astype(float))
    counted = cases[:, seen].astype(float)
    total = counted.sum(1)
    level = fitted(counted, offsets[seen], online[:, seen].sum(1))
    share = _usual_share(counted, online[:, seen].astype(float))
    information = (counted * share * (1 - share)).sum(1) + 0.25
    has_cases = total > 0
    return Level(np.where(has_cases, level, np.nan), np.where(has_cases, 1 / information, np.inf), offsets)


def _usual_share(cases: Floats, online: Floats) -> Floats:
    """Share online of each case type in the year round each month, months × K.

    A month's own share must not settle how much it is believed: by chance nearer to a half it would weigh more, and a
    rise would look flatter than it is.
    """
    month = np.arange(len(cases))
    first, last = np.maximum(month - _HALF, 0), np.minimum(month + _HALF + 1, len(cases))
    summed = [np.concatenate([np.zeros((1, of.shape[1])), np.cumsum(of, 0)]) for of in (cases, online)]
    near = [of[last] - of[first] for of in summed]
    return (near[1] + 0.5) / (near[0] + 1)


def fitted(cases: Floats, offsets: Floats, online: Floats) -> Floats:
    """For each row the level at which its cells, each with its offset, give the online cases there were.

    Args:
        cases: rows × K.
        offsets: K, or rows × K.
        online: rows.
    """
    total = cases.sum(1)
    wanted = (online + 0.5) / (total + 1) * total
    low, high = np.full(len(total), -_FARTHEST), np.full(len(total), _FARTHEST)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        is_below = (cases * expit(middle[:, None] + offsets)).sum(1) < wanted
        low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
    return (low + high) / 2


def _offsets(cases: Floats, online: Floats) -> Floats:
    """How much more inclined than the average each case type is to come online.

    Year by year: as online use rises, a type that grows more frequent has more of its cases in later months, and would
    seem the more inclined.

    Args:
        cases: months of the base × K.
        online: of these.
    """
    years = np.arange(0, len(cases), _YEAR)
    cases, online = np.add.reduceat(cases, years), np.add.reduceat(online, years)
    weights = cases.sum(0) / cases.sum()
    offsets = np.zeros(cases.shape[1])
    for _ in range(_ROUNDS if len(offsets) > 1 else 0):
        levels = fitted(cases, offsets, online.sum(1))
        offsets = fitted(cases.T, levels, online.sum(0))
        offsets = offsets - offsets @ weights
    return offsets
