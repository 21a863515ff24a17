"""From the counts of rounds to shares of time and minutes per case, each with its error and its interval.

A round sees several people at once, and what they do hangs together: when the queue is long, all are at the counter. So
not the single observation is drawn but the round (a cluster), and the error is what rounds differ among themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEWEST_HELD: Final = 20
"""Of fewer rounds nobody can tell how far they differ."""


@dataclass(frozen=True)
class Shares:
    """What the rounds say of each kind of work (A).

    Attributes:
        observations: people seen in all rounds together, n.
        seen: of these at each kind of work.
        share: p, the share of the group's time.
        low, high: its 95 % interval.
        standard_error: of the share, as it enters p · S.
        design_effect: how many times its variance is that of n single observations.
        staffed_minutes: minutes of duty of the group in the period, S.
        worked_minutes: p · S.
        worked_error: standard error of p · S.
    """

    observations: int
    seen: Ints
    share: Floats
    low: Floats
    high: Floats
    standard_error: Floats
    design_effect: Floats
    staffed_minutes: float
    worked_minutes: Floats
    worked_error: Floats


def shares(marks: Ints, staff: Ints, parts: Ints, open_minutes: int, told_minutes: int | None) -> Shares:
    """Shares of time, and minutes of the period.

    With x_ra people at work a and g_r people of the group in round r of R, n = Σ g_r, the mean group g = n / R::

        p_a   = Σ_r x_ra / n
        S     = what the town tells, else open minutes · g
        e_ra  = x_ra − p_a g_r    S told: a ratio, by the delta method
              = x_ra              S from the group as it was seen: then p_a S is open minutes · mean x_a
        Var p_a = Σ_h m_h / (m_h − 1) · Σ_(r in h) (e_ra − mean_h e_a)² / (R² g²)     h: parts of m_h rounds
        deff_a  = Var p_a / (p_a (1 − p_a) / n)
        low, high = Wilson's interval with n / deff_a in place of n, and Student's t of R − H in place of 1.96

    A part of which one round is left, as others were cancelled, goes with the next part. Where no two rounds
    differ, the variance of n single observations stands in: rounds that happen to agree prove nothing.

    Sources: Cochran, Sampling Techniques, 3rd ed., 1977, chapters 5, 6 and 9A (strata, ratios, clusters of unequal
    size); Kish, Survey Sampling, 1965, 8.2 (design effect); Wilson 1927; Korn and Graubard, Survey Methodology 24
    (1998), 193 to 201 (effective number and t in the interval).

    Args:
        marks: people per round and kind of work (R × A).
        staff: people of the group per round (R); each row of ``marks`` adds up to it.
        parts: the part of the period each round was drawn from, in order (R).
        open_minutes: minutes the office was open in the period.
        told_minutes: minutes of duty of all people in the period, None when nobody tells them.

    Raises:
        ValueError: when there are fewer than two rounds.
    """
    rounds = len(staff)
    if rounds < 2:
        raise ValueError(f"{rounds} rounds: a spread needs two")
    total = int(staff.sum())
    group = total / rounds
    seen = marks.sum(0)
    share = seen / total
    minutes = open_minutes * group if told_minutes is None else float(told_minutes)
    off = marks - share * staff[:, None] if told_minutes is not None else marks.astype(np.float64)
    together = _together(parts)
    between = (
        sum(
            (len(rows) / (len(rows) - 1) * ((off[rows] - off[rows].mean(0)) ** 2).sum(0) for rows in together),
            np.zeros(marks.shape[1]),
        )
        / total**2
    )
    single = share * (1 - share) / total
    variance = np.where(between > 0, between, single)
    effect = np.divide(variance, single, out=np.ones_like(single), where=single > 0)
    low, high = _wilson(share, total / effect, float(stdtrit(rounds - len(together), 0.975)))
    error = np.sqrt(variance)
    return Shares(total, seen, share, low, high, error, effect, minutes, share * minutes, error * minutes)


def _together(parts: Ints) -> list[Ints]:
    """The rounds of each part, by their places; a lone one goes with the next part, the last with the one before."""
    found: list[list[int]] = []
    for place, part in enumerate(parts):
        is_new = place == 0 or part != parts[place - 1]
        if is_new and (not found or len(found[-1]) > 1):
            found.append([])
        found[-1].append(place)
    if len(found) > 1 and len(found[-1]) == 1:
        found[-2:] = [found[-2] + found[-1]]
    return [np.array(rows) for rows in found]


def _wilson(share: Floats, count: Floats, z: float) -> tuple[Floats, Floats]:
    middle = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    half = z / (1 + z**2 / count) * np.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    return np.clip(middle - half, 0, share), np.clip(middle + half, share, 1)
