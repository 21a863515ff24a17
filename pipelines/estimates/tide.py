"""The tide: how online use rises by itself, from what services did before or without a measure.

Model, on the logit scale: level of a service = its own constant + the town's path + its own slope + a shock that fades
(AR(1)) + sampling error. The path is free from month to month, the slopes are pooled (normal around the path), so a
service with a short or noisy past is drawn towards what the others did. Estimated by restricted maximum likelihood
(Patterson & Thompson 1971), with weak priors on the three variances; their own uncertainty enters the draws.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import linalg, optimize
from scipy.special import chdtri, expit

from pipelines.estimates.panel import Bools, Floats, Ints

# A constant nobody knows: its prior standard deviation on the logit scale is 5, a share anywhere from 0.007 to 0.993.
_ANYWHERE: Final = 25.0
# What the path does where no service shows it: a slope of about 0.3 a year, and shocks of 0.3.
_PATH_SLOPE, _PATH_SHOCK, _PATH_FADING = 0.3 / 12, 0.3, 0.9
# log sd of slopes a month, log sd of shocks, logit of their persistence: centre and width of the weak priors.
_CENTRE: Final = np.array([np.log(0.006), np.log(0.1), 0.5])
_WIDTH: Final = np.array([1.2, 1.0, 1.2])
# Services that settle the three variances; more do not sharpen them.
MOST_SERVICES: Final = 150
_LEAST_MONTHS: Final = 6
_PLACEBO_MONTHS: Final = 12
_LEAST_PLACEBOS: Final = 5
_LUCK: Final = 0.2
_PROBE: Final = 0.25
_DIGITS: Final = 4
# Least curvature of the likelihood that is believed: no direction is wider than a standard deviation of 2.
_LEAST_CURVATURE: Final = 0.25


@dataclass(frozen=True)
class Levels:
    """What is known of services before or without a measure.

    Attributes:
        level, variance: services × months.
        is_free: services × months, true where no measure is at work and there are cases.
    """

    level: Floats
    variance: Floats
    is_free: Bools


@dataclass(frozen=True, slots=True)
class Spread:
    """The three variances: standard deviation of own slopes (logit a month) and of shocks, their persistence."""

    slope: float
    shock: float
    persistence: float

    def covariance(self, months: int) -> Floats:
        """Covariance of one service's own way round the path, months × months, its constant included."""
        return _ANYWHERE + _way(months, self.slope, self.shock, self.persistence)


@dataclass(frozen=True)
class Path:
    """The town's path: its mean per month, and a root of its covariance for draws."""

    mean: Floats
    root: Floats

    def draws(self, rng: np.random.Generator, count: int) -> Floats:
        """Possible paths, count × months."""
        return self.mean + rng.standard_normal((count, len(self.mean))) @ self.root.T


def spreads(levels: Levels, rng: np.random.Generator, count: int) -> list[Spread]:
    """Draw the variances from what the services showed, by the curvature of their likelihood at its peak."""
    chosen = _most_telling(levels)

    def loss(point: Floats) -> float:
        return 0.5 * float((((point - _CENTRE) / _WIDTH) ** 2).sum()) - _path(chosen, _spread(point))[0]

    simplex = np.vstack([_CENTRE, _CENTRE + 0.7 * np.eye(3)])
    found = optimize.minimize(
        loss,
        _CENTRE,
        method="Nelder-Mead",
        options={"xatol": 0.02, "fatol": 0.01, "maxiter": 250, "initial_simplex": simplex},
    )
    # The last bits differ between processors: they must not decide anything.
    peak = np.round(found.x, _DIGITS)
    values, vectors = linalg.eigh(_curvature(loss, peak))
    root = np.round((vectors / np.sqrt(np.maximum(values, _LEAST_CURVATURE))) @ vectors.T, _DIGITS)
    return [_spread(peak + root @ rng.standard_normal(3)) for _ in range(count)]


def path_of(levels: Levels, spread: Spread) -> Path:
    """The town's path, given the variances (generalised least squares)."""
    return _path(levels, spread)[1]


def carried_forward(
    levels: Floats,
    variance: Floats,
    known: Ints,
    asked: Ints,
    paths: Floats,
    spread: Spread,
    rng: np.random.Generator,
    widening: float = 1.0,
) -> Floats:
    """Draw a service's level in the months asked, had it gone on as in the months known.

    Args:
        levels: of the service, one per month.
        variance: of these levels.
        known: positions of the months it is known from.
        asked: positions of the months it is asked for.
        paths: draws of the town's path, draws × months.
        spread: the variances.
        rng: where chance comes from.
        widening: by how much draws lie farther from their middle than the model says (`placebo_widening`).

    Returns:
        draws × months asked.
    """
    gain, left = _known_from(spread.covariance(paths.shape[1]), variance, known, asked)
    own = (levels[known] - paths[:, known]) @ gain.T
    noise = rng.standard_normal((len(paths), len(asked))) @ _root(left).T
    drawn = paths[:, asked] + own + noise
    middle = drawn.mean(0)
    return middle + widening * (drawn - middle)


def _known_from(whole: Floats, variance: Floats, known: Ints, asked: Ints) -> tuple[Floats, Floats]:
    """Weights of the months known in each month asked, and the covariance that is left there."""
    across = whole[np.ix_(known, asked)]
    seen = linalg.cho_factor(whole[np.ix_(known, known)] + np.diag(variance[known]), lower=True)
    gain = linalg.cho_solve(seen, across).T
    return gain, whole[np.ix_(asked, asked)] - gain @ across


def placebo_widening(levels: Levels, path: Path, spread: Spread, started: int) -> float:
    """How much wider the bands must be, as placebos show: services carried forward as if they had a measure.

    Each of them is known up to a month, carried forward from there, and its mean level of the last twelve months set
    against what it really was. The root mean square of these distances, in standard deviations of the model, is the
    factor; below 1 it does not count.

    Args:
        levels: services without a measure, and others before theirs.
        path: the town's path.
        spread: the variances.
        started: position of the month in which the placebos begin.
    """
    months = levels.level.shape[1]
    asked = np.arange(max(started, months - _PLACEBO_MONTHS), months)
    whole = spread.covariance(months)
    path_covariance = path.root @ path.root.T
    squares: list[float] = []
    chosen = _most_telling(levels)
    for level, variance, is_free in zip(chosen.level, chosen.variance, chosen.is_free, strict=True):
        known = np.flatnonzero(is_free[:started])
        if len(known) < _PLACEBO_MONTHS or not is_free[asked].all() or not len(asked):
            continue
        gain, left = _known_from(whole, variance, known, asked)
        weights = np.zeros(months)
        weights[asked] = 1 / len(asked)
        weights[known] -= gain.mean(0)
        own = left.mean() + variance[asked].mean() / len(asked)
        distance = weights @ (level - path.mean)
        squares.append(float(distance**2 / (own + weights @ path_covariance @ weights)))
    # So few placebos may by luck lie too near: the spread not exceeded with four chances in five. Fewer than
    # five say nothing of their spread; it is taken as if five had shown the model right.
    told = max(len(squares), _LEAST_PLACEBOS)
    shown = np.sqrt(np.mean(squares)) if len(squares) == told else 1.0
    return float(max(1.0, shown) * np.sqrt(told / chdtri(told, 1 - _LUCK)))


def _spread(point: Floats) -> Spread:
    return Spread(float(np.exp(point[0])), float(np.exp(point[1])), float(expit(point[2])))


def _way(months: int, slope: float, shock: float, persistence: float) -> Floats:
    month = np.arange(months) - (months - 1) / 2
    lag = np.abs(np.subtract.outer(month, month))
    return slope**2 * np.outer(month, month) + shock**2 * persistence**lag


def _most_telling(levels: Levels) -> Levels:
    told = np.where(levels.is_free, 1 / levels.variance, 0).sum(1)
    best = np.sort(np.argsort(-told, kind="stable")[:MOST_SERVICES])
    return Levels(levels.level[best], levels.variance[best], levels.is_free[best])


def _path(levels: Levels, spread: Spread) -> tuple[float, Path]:
    """The restricted log likelihood, up to a constant, and the path."""
    months = levels.level.shape[1]
    whole = spread.covariance(months)
    prior = _ANYWHERE + _way(months, _PATH_SLOPE, _PATH_SHOCK, _PATH_FADING)
    prior_root = linalg.cho_factor(prior, lower=True)
    precision = linalg.cho_solve(prior_root, np.eye(months))
    pull = np.zeros(months)
    likelihood = 0.0
    for level, variance, is_free in zip(levels.level, levels.variance, levels.is_free, strict=True):
        at = np.flatnonzero(is_free)
        if len(at) < _LEAST_MONTHS:
            continue
        root = linalg.cho_factor(whole[np.ix_(at, at)] + np.diag(variance[at]), lower=True, check_finite=False)
        weights = linalg.cho_solve(root, np.eye(len(at)), check_finite=False)
        precision[np.ix_(at, at)] += weights
        pull[at] += weights @ level[at]
        likelihood -= np.log(np.diag(root[0])).sum() + 0.5 * level[at] @ weights @ level[at]
    root = linalg.cho_factor(precision, lower=True)
    mean = linalg.cho_solve(root, pull)
    likelihood += 0.5 * pull @ mean - np.log(np.diag(root[0])).sum()
    covariance = linalg.cho_solve(root, np.eye(months))
    return float(likelihood), Path(mean, _root(covariance))


def _root(covariance: Floats) -> Floats:
    """The symmetric square root, which hardly moves with the last bits, of a covariance a hair short of positive."""
    values, vectors = linalg.eigh((covariance + covariance.T) / 2)
    return (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T


def _curvature(loss: Callable[[Floats], float], peak: Floats) -> Floats:
    """Second differences of the loss at its least value."""
    steps = _PROBE * np.eye(len(peak))
    at_peak = loss(peak)
    curvature = np.zeros((len(peak), len(peak)))
    for i, one in enumerate(steps):
        for j, other in enumerate(steps[: i + 1]):
            if i == j:
                rise = loss(peak + one) - 2 * at_peak + loss(peak - one)
            else:
                rise = (
                    loss(peak + one + other)
                    - loss(peak + one - other)
                    - loss(peak - one + other)
                    + loss(peak - one - other)
                ) / 4
            curvature[i, j] = curvature[j, i] = rise / _PROBE**2
    return curvature
