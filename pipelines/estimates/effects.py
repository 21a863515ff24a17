"""What a service's cases took, and what the same cases would have taken the old way."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.special import expit

from pipelines.estimates.minutes import NONE
from pipelines.estimates.panel import Floats, Ints

# Where case types are not delivered, a part of the gap between channels is that easy cases went online first, and
# nobody knows how large a part: drawn evenly between none and three tenths of it.
MOST_SELECTION: Final = 0.3


# Digits of a share that may decide a draw.
_DIGITS: Final = 9


def online_without(cases: Ints, online: Ints, levels: Floats, offsets: Floats, rng: np.random.Generator) -> Floats:
    """Draw how many of the very people who came would have come online at another level.

    Someone who comes online where a share p does, would have done so at a lower share q with probability q / p: the
    people stay the same, only their way changes. The month's own p is known from its cases: it lies between the last
    person who came online and the first who did not, both drawn (order statistics), and each side takes the bound by
    which the expectation is q of all cases.

    Args:
        cases: months × K.
        online: those of them that came online.
        levels: draws × months, on the logit scale.
        offsets: per case type.
        rng: where chance comes from.

    Returns:
        draws × months × K.
    """
    # Rounded, as a share whose last bit differs between processors would draw another number.
    without = np.round(expit(np.round(levels, _DIGITS)[:, :, None] + offsets), _DIGITS)
    # Gamma variables of 0 cases are 0.
    came = rng.standard_gamma(online, without.shape)
    between = rng.standard_exponential(without.shape)
    whole = came + between + rng.standard_gamma(cases - online, without.shape)
    last, first = np.round(came / whole, _DIGITS), np.round((came + between) / whole, _DIGITS)
    stayed = rng.binomial(online, np.minimum(without / first, 1))
    joined = rng.binomial(cases - online, np.clip((without - last) / (1 - last), 0, 1))
    # Where nobody came online nobody can stay, where everybody did nobody can join.
    is_lower = np.where(online == 0, False, (online == cases) | (without <= (last + first) / 2))
    return np.where(is_lower, stayed, online + joined)


def rest_before(received: Ints, rng: np.random.Generator, draws: int) -> Floats:
    """Draw how those who do not come online came in the baseline: draws × K × channels, 0 for online.

    Args:
        received: cases of the baseline, K × channels; a channel unused there stays unused.
        rng: where chance comes from.
        draws: how many.
    """
    weights = rng.standard_gamma(received[:, 1:], (draws, received.shape[0], received.shape[1] - 1))
    total = weights.sum(2, keepdims=True)
    shares = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    return np.concatenate([np.zeros((draws, received.shape[0], 1)), shares], axis=2)


def offline_minutes(rest: Floats, minutes: Floats) -> Floats:
    """Minutes of a case that does not come online, the old way: draws × months × K.

    Args:
        rest: draws × months × K × channels, how such cases would have come.
        minutes: draws × K × channels.
    """
    # A type that came online only: whoever would have come another way is priced like the others.
    return np.where(rest.sum(3) == 0, minutes[:, None, :, 0], (rest * minutes[:, None]).sum(3))


def needed(cases: Floats, online: Floats, offline: Floats, minutes: Floats) -> Floats:
    """Minutes these cases would have taken the old way: draws × months.

    Args:
        cases: months × K.
        online: draws × months × K, how many of them would have come online.
        offline: minutes of the others, draws × months × K.
        minutes: draws × K × channels.
    """
    return (online * minutes[:, None, :, 0] + (cases - online) * offline).sum(2)


def ways_without(cases: Floats, online: Floats, rest: Floats) -> Floats:
    """How many cases would have come each way: draws × months × K × channels.

    Args:
        cases: months × K.
        online: draws × months × K, how many of them would have come online.
        rest: draws × months × K × channels, how the others would have come.
    """
    ways = rest * (cases - online)[..., None]
    # A type that came online only: whoever would have come another way is priced like the others.
    ways[..., 0] += np.where(rest.sum(3) == 0, cases, online)
    return ways


def taken(counts: Floats, minutes: Floats) -> Floats:
    """Minutes the cases took the way they came: draws × months.

    Args:
        counts: months × K × channels.
        minutes: draws × K × channels, or draws × months × K × channels where they change with time.
    """
    by_month = minutes if minutes.ndim == counts.ndim + 1 else minutes[:, None]
    return (counts * by_month).sum((2, 3))


def priced(rows: Ints, minutes: Floats) -> Floats:
    """Minutes per cell, draws × the shape of rows; 0 where nobody measured, which the gates refuse if cases need it.

    Args:
        rows: positions of values, `NONE` for none.
        minutes: draws × values.
    """
    # `NONE` is the last position: that of the nothing put there.
    assert NONE == -1
    return np.concatenate([minutes, np.zeros((len(minutes), 1))], axis=1)[:, rows]
