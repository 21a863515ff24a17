"""Interrupted time series: how a service would have gone on by its own trend and season."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import linalg

from pipelines.estimates.panel import Floats, Ints

LEAST_MONTHS_BEFORE: Final = 24
_YEAR: Final = 12
_MOST_PERSISTENT: Final = 0.9
_NOTHING: Final = 1e-9
_DIGITS: Final = 4


@dataclass(frozen=True)
class GoneOn:
    """A series as it would have gone on.

    Attributes:
        carry: what carries a series forward, months asked × months known: the middle is carry @ series[known].
        middle: one value per month asked.
        covariance: of the months really seen round it, months asked × months asked.
        freedom: degrees of freedom for Student's t.
        persistence: part of a month's deviation that is left a month later.
    """

    carry: Floats
    middle: Floats
    covariance: Floats
    freedom: int
    persistence: float


def gone_on(series: Floats, known: Ints, asked: Ints) -> GoneOn:
    """Carry trend and season of the months before forward, with errors that persist from month to month (AR(1)).

    The persistence a short series shows is too small; it is raised by what theory says it lacks, (1 + 4 r) / n with a
    trend (Marriott & Pope 1954). Without that, and with normal quantiles, intervals of short series hold far less than
    they say (Turner et al. 2021).

    Args:
        series: one value per month.
        known: positions of the months before, without a gap, at least `LEAST_MONTHS_BEFORE`.
        asked: positions of the months asked for, all later.
    """
    # Loading it takes a second: only a town with a log this long pays for it.
    from statsmodels.regression.linear_model import GLS, GLSAR  # noqa: PLC0415

    before, after = _trend_and_season(known, known[-1]), _trend_and_season(asked, known[-1])
    model = GLSAR(series[known], before, rho=1)
    # Of what is left of a series that never moves there is no persistence to find.
    if np.abs(model.fit().resid).max() > _NOTHING:
        model.iterative_fit(maxiter=6)
    # The last bits differ between processors: they must not decide anything.
    shown = round(float(np.ravel(model.rho)[0]), _DIGITS)
    persistence = float(np.clip(shown + (1 + 4 * shown) / len(known), 0, _MOST_PERSISTENT))
    whitened = GLS(series[known], before, sigma=linalg.toeplitz(persistence ** np.arange(len(known))))
    fit = whitened.fit()
    lag = np.abs(np.subtract.outer(asked, asked))
    return GoneOn(
        after @ whitened.pinv_wexog @ whitened.cholsigmainv,
        after @ fit.params,
        after @ fit.cov_params() @ after.T + fit.scale * persistence**lag,
        int(fit.df_resid),
        persistence,
    )


def _trend_and_season(months: Ints, origin: int) -> Floats:
    """A constant, a trend per year, and one wave a year: more would cost a short series what it has."""
    turn = 2 * np.pi * months / _YEAR
    return np.column_stack([np.ones(len(months)), (months - origin) / _YEAR, np.sin(turn), np.cos(turn)])
