"""How far a service's people are online, month by month, whatever its mix of case types: on the logit scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import expit, logit

from pipelines.estimates.panel import Bools, Floats, ServiceCases

# The scale's ends: a share of one in three million. 45 halvings of this span leave 1e-12.
_FARTHEST: Final = 15.0
_HALVINGS: Final = 45


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
    cases_before, online_before = cases[base].sum(0), online[base].sum(0)
    offsets = logit((online_before + 0.5) / (cases_before + 1))
    weights = np.where(cases_before > 0, cases_before, 0)
    offsets = offsets - (offsets * weights).sum() / max(weights.sum(), 1)
    offsets = np.where(cases_before > 0, offsets, np.nan)
    seen = cases_before > 0
    counted = cases[:, seen].astype(float)
    total = counted.sum(1)
    wanted = (online[:, seen].sum(1) + 0.5) / (total + 1) * total
    low, high = np.full(len(total), -_FARTHEST), np.full(len(total), _FARTHEST)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        is_below = (counted * expit(middle[:, None] + offsets[seen])).sum(1) < wanted
        low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
    level = (low + high) / 2
    share = expit(level[:, None] + offsets[seen])
    information = (counted * share * (1 - share)).sum(1) + 0.25
    has_cases = total > 0
    return Level(np.where(has_cases, level, np.nan), np.where(has_cases, 1 / information, np.inf), offsets)
