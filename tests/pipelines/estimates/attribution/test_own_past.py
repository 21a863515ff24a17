"""How a series would have gone on: exact where it is exact, and as wide as it must be where months hang together."""

import numpy as np
from scipy import stats

from pipelines.estimates.attribution.own_past import gone_on


def test_a_trend_with_a_season_goes_on_as_it_was() -> None:
    """0.1 a year up, a wave of 0.2 with its top in April: nothing is left over, so nothing is uncertain."""
    months = np.arange(48)
    series = -1 + 0.1 * months / 12 + 0.2 * np.sin(2 * np.pi * months / 12)
    found = gone_on(series, months[:30], months[30:])
    assert np.allclose(found.middle, series[30:])
    assert np.allclose(found.covariance, 0)
    assert found.freedom == 30 - 4


def test_what_carries_one_series_forward_is_a_weight_on_its_months() -> None:
    rng = np.random.default_rng(5)
    series = rng.normal(size=42)
    found = gone_on(series, np.arange(30), np.arange(30, 42))
    assert found.carry.shape == (12, 30)
    assert np.allclose(found.carry @ series[:30], found.middle)
    assert np.allclose(found.carry.sum(1), 1)


def test_the_interval_of_a_year_holds_its_truth_as_often_as_it_says() -> None:
    """36 months before, a year after, a part of 0.4 of each deviation left a month later: at least 8 of 10 as
    promised, as how much is left must be guessed from few months.

    A regression that takes months for independent, with the normal distribution's quantile, holds visibly fewer.
    """
    rng = np.random.default_rng(7)
    known, asked = np.arange(36), np.arange(36, 48)
    design = np.column_stack(
        [np.ones(48), np.arange(48), np.sin(np.pi * np.arange(48) / 6), np.cos(np.pi * np.arange(48) / 6)]
    )
    held, plainly_held = [], []
    for _ in range(300):
        series = np.zeros(248)
        for month, shock in enumerate(rng.normal(0, 0.1, 247), start=1):
            series[month] = 0.4 * series[month - 1] + shock
        series = series[200:]
        found = gone_on(series, known, asked)
        off = abs((series[asked] - found.middle).mean())
        held.append(off <= stats.t.ppf(0.9, found.freedom) * np.sqrt(found.covariance.mean()))
        fit, left, *_ = np.linalg.lstsq(design[known], series[known], rcond=None)
        scale = left[0] / 32
        lever = design[asked].mean(0)
        spread = scale * (lever @ np.linalg.inv(design[known].T @ design[known]) @ lever + 1 / 12)
        plainly_held.append(abs((series[asked] - design[asked] @ fit).mean()) <= stats.norm.ppf(0.9) * np.sqrt(spread))
    assert 0.8 <= np.mean(held) <= 0.95
    assert np.mean(plainly_held) < 0.75
