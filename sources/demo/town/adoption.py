"""The latent truth behind the channels: how likely an application is made online, day by day.

A logistic curve per service, jumps after go-lives, none before the service is online, a slow wobble.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Final

import numpy as np

from sources.demo.town.arrays import Floats
from sources.demo.town.catalogue import OFFICES
from sources.demo.town.days import Days
from sources.demo.town.plan import EFILE_STEPS, MEASURES, WIDESPREAD_EFILE, live_measures
from sources.demo.town.services_offered import SERVICES

_MONTH_DAYS: Final = 30.4375


@dataclass(frozen=True)
class Adoption:
    """Latent probabilities per service and day index (shape services × days).

    Attributes:
        online: unassisted online application (channel online).
        assisted: online form filled in together with staff (channel counter).
        efile: the file is kept electronically.
        digital_notice: an online case gets a digital notice.
        auto: an online case is decided without a clerk.
    """

    online: Floats
    assisted: Floats
    efile: Floats
    digital_notice: Floats
    auto: Floats


def adoption(days: Days, rng: np.random.Generator, without: Set[str] = frozenset()) -> Adoption:
    """Draw the wobble and lay the curves of all services; measures named in ``without`` bring nobody online."""
    months = np.arange(days.count) / _MONTH_DAYS
    digital = np.stack([_curve(index, months, rng) for index in range(len(SERVICES))])
    for measure in live_measures(without):
        live = measure.went_live_on(days)
        assert live is not None
        ramp = _ramp(days, days.index(live))
        for code, jump in measure.steps.items():
            digital[_service_index(code)] += jump * ramp
    digital = np.clip(digital, 0.01, 0.96) * _is_online(days)
    help_share = np.array([service.assisted for service in SERVICES])[:, None]
    return Adoption(digital * (1 - help_share), digital * help_share, _efile(days), _notices(days), _auto(days))


def _service_index(code: str) -> int:
    return next(index for index, service in enumerate(SERVICES) if service.code == code)


def _curve(index: int, months: Floats, rng: np.random.Generator) -> Floats:
    low, high = SERVICES[index].online
    turning, width = SERVICES[index].turning
    knots = np.cumsum(rng.normal(0, 0.012, 40)) * 0.6
    wobble = np.interp(months, np.arange(40), knots - np.linspace(0, knots[-1], 40)) + rng.normal(0, 0.008)
    if high == 0:
        return np.zeros(len(months))
    return low + (high - low) / (1 + np.exp(-(months - turning) / width)) + wobble


def _ramp(days: Days, live: int) -> Floats:
    since = np.maximum(np.arange(days.count) - live, 0) / _MONTH_DAYS
    return 1 - np.exp(-since / 1.2)


def _is_online(days: Days) -> Floats:
    rows = np.zeros((len(SERVICES), days.count))
    for index, service in enumerate(SERVICES):
        if service.online_since is not None:
            start = 0 if service.online_since <= 0 else days.index(days.on(service.online_since, 1))
            rows[index, start:] = 1
    return rows


def _efile(days: Days) -> Floats:
    progress = np.linspace(0, 1, days.count)
    by_office: dict[str, Floats] = {}
    for office, (first, last) in WIDESPREAD_EFILE.items():
        line = first + (last - first) * progress
        if office in EFILE_STEPS:
            measure_id, jump = EFILE_STEPS[office]
            live = next(measure for measure in MEASURES if measure.measure_id == measure_id).went_live_on(days)
            assert live is not None
            line = line + jump * _ramp(days, days.index(live))
        by_office[office] = np.clip(line, 0, 0.97)
    assert set(by_office) <= {office.code for office in OFFICES}
    return np.stack([by_office[service.office] for service in SERVICES])


def _notices(days: Days) -> Floats:
    progress = np.linspace(0, 1, days.count)
    rows = [first + (last - first) * progress for first, last in (service.digital_notice for service in SERVICES)]
    digital = np.stack(rows)
    live = next(measure for measure in MEASURES if measure.measure_id == "M-BRIEF").went_live_on(days)
    assert live is not None
    for code in ("hundesteuer", "kita-anmeldung", "elterngeld", "geburtsurkunde"):
        digital[_service_index(code)] += 0.2 * _ramp(days, days.index(live))
    return np.clip(digital, 0, 0.95)


def _auto(days: Days) -> Floats:
    progress = 0.25 + 0.75 * np.linspace(0, 1, days.count)
    return np.stack([service.auto * progress for service in SERVICES])
