"""Interrupted time series: how a service would have gone on by its own trend and season."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from pipelines.estimates.panel import Floats, Ints

LEAST_MONTHS_BEFORE: Final = 24
_YEAR: Final = 12
_PERSISTENCES: Final = np.arange(10) / 10
_NOTHING: Final = 1e-18


@dataclass(frozen=True)
class GoneOn:
    """A series as it would have gone on.

    Attributes:
        carry: what carries a series forward, months asked × months known: the middle is carry @ series[known].
        middle: one value per month asked.
        covariance: of the months really seen round it, months asked × months asked.
        freedom: degrees of freedom for Student's t.
        persistence: part of a month's deviation that is left a month later, on the average of the fits.
    """

    carry: Floats
    middle: Floats
    covariance: Floats
    freedom: int
    persistence: float


def gone_on(series: Floats, known: Ints, asked: Ints) -> GoneOn:
    """Carry trend and season of the months before forward, with errors that persist from month to month (AR(1)).

    A short series shows too little persistence, and one value of it would promise too much: generalised least squares
    is fitted for each of ten, weighted by their restricted likelihood (Patterson & Thompson 1971). With a single fitted
    value, or months taken for independent, intervals of short series hold far less than they say (Turner et al. 2021).

    Args:
        series: one value per month.
        known: positions of the months before, without a gap, at least `LEAST_MONTHS_BEFORE`.
        asked: positions of the months asked for, all later.
    """
    # Loading it takes a second: only a town with a log this long pays for it.
    from statsmodels.regression.linear_model import GLS  # noqa: PLC0415

    before, after = _trend_and_season(known, known[-1]), _trend_and_season(asked, known[-1])
    lag, ahead = (np.abs(np.subtract.outer(months, months)) for months in (known, asked))
    fits: list[tuple[float, Floats, Floats]] = []
    for persistence in _PERSISTENCES:
        # statsmodels types its attributes as unknown or None.
        model: Any = GLS(series[known], before, sigma=persistence**lag)
        fit: Any = model.fit()
        carry = after @ model.pinv_wexog @ model.cholsigmainv
        covariance = after @ fit.cov_params() @ after.T + fit.scale * persistence**ahead
        # ln |Σ| + ln |X' Σ⁻¹ X| + (n − p) ln RSS, and nothing is left of a series that never strays.
        lost = (
            np.linalg.slogdet(model.wexog.T @ model.wexog)[1]
            - 2 * np.log(np.diag(model.cholsigmainv)).sum()
            + fit.df_resid * np.log(max(fit.ssr, _NOTHING))
        )
        fits.append((float(lost), carry, covariance))
    losses, carries, covariances = (np.array(column) for column in zip(*fits, strict=True))
    weights = np.exp((losses.min() - losses) / 2)
    weights /= weights.sum()
    middles = carries @ series[known]
    middle = weights @ middles
    between = np.einsum("f,fi,fj->ij", weights, middles - middle, middles - middle)
    return GoneOn(
        np.tensordot(weights, carries, 1),
        middle,
        np.tensordot(weights, covariances, 1) + between,
        len(known) - before.shape[1],
        float(weights @ _PERSISTENCES),
    )


def _trend_and_season(months: Ints, origin: int) -> Floats:
    """A constant, a trend per year, and one wave a year: more would cost a short series what it has."""
    turn = 2 * np.pi * months / _YEAR
    return np.column_stack([np.ones(len(months)), (months - origin) / _YEAR, np.sin(turn), np.cos(turn)])
