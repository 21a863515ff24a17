"""How people come who do not come online, and how that drifts by itself in services without a measure."""

from __future__ import annotations

import numpy as np

from pipelines.estimates.panel import Bools, Floats, Ints

# Cases that are put beside what was seen, so that a channel nearly nobody uses does not seem to leap.
_PRIOR_CASES = 10.0


def rest_drift(
    received: Ints, is_free: Bools, baseline: Ints, mine: int, rng: np.random.Generator, draws: int
) -> Floats:
    """Draw how much more often each channel but online is used than in the baseline: draws × months × channels.

    Per month the cases that services without a measure received by a channel, divided by those they would have had with
    their own shares of the baseline; 1 for online, and near 1 where there are few.

    Args:
        received: services × months × channels.
        is_free: services × months, where no measure is at work.
        baseline: positions of the months compared with.
        mine: the service asked for, which does not speak for itself.
        rng: where chance comes from.
        draws: how many.
    """
    offline = received[:, :, 1:] * is_free[:, :, None]
    before = offline[:, baseline].sum(1)
    speaks = (before.sum(1) > 0) & (np.arange(len(received)) != mine)
    offline, before = offline[speaks], before[speaks]
    shares = before / before.sum(1, keepdims=True)
    seen = offline.sum(0)
    expected = np.einsum("st,sc->tc", offline.sum(2).astype(float), shares)
    drawn = rng.standard_gamma(seen + _PRIOR_CASES, (draws, *seen.shape)) / (expected + _PRIOR_CASES)
    return np.concatenate([np.ones((draws, seen.shape[0], 1)), drawn], axis=2)


def carried_rest(before: Floats, drift: Floats) -> Floats:
    """Shares of the channels but online as they would be: draws × months × K × channels, summing to 1 or to 0.

    Args:
        before: shares of the baseline, draws × K × channels.
        drift: draws × months × channels.
    """
    moved = before[:, None] * drift[:, :, None]
    total = moved.sum(3, keepdims=True)
    return np.divide(moved, total, out=np.zeros_like(moved), where=total > 0)
