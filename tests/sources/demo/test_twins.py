"""True savings: the town lived twice, here person by person, and what the town itself could find out by timing."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from functools import cache
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import polars as pl
import pytest

from sources.demo.town.adoption import adoption
from sources.demo.town.applicants import EASY_FIRST
from sources.demo.town.arrivals import Cases, cases_received
from sources.demo.town.catalogue import CHANNELS, ONLINE
from sources.demo.town.days import days_until
from sources.demo.town.plan import MEASURES
from sources.demo.town.services_offered import SERVICE_CODES, SERVICES
from tests.sources.demo.conftest import AS_OF
from tests.sources.demo.test_truth import parameter

SEED = 20260101
DAYS = days_until(AS_OF)
MONTHS = [month.isoformat() for month in DAYS.months]
LIVE = {measure.measure_id: measure for measure in MEASURES if measure.live}


@cache
def lived(*without: str, scale: float = 0.02, easy_first: float = EASY_FIRST) -> tuple[Cases, float]:
    """The town's cases, and the next number its generator would have drawn."""
    latent = adoption(DAYS, np.random.default_rng([SEED, 0]), frozenset(without))
    rng = np.random.default_rng([SEED, 1])
    cases = cases_received(DAYS, latent, scale, rng, easy_first)
    return cases, rng.random()


def by_person(cases: Cases) -> dict[float, tuple[int, int, int, float]]:
    """Each person, known by a lot of their own: service, case type, day of need and effort."""
    who = cases.people
    return {
        lot: tuple(rest)
        for lot, *rest in zip(who.online_lot, who.service, who.case_type, who.day, who.effort, strict=True)
    }


def channel_of(cases: Cases) -> dict[float, int]:
    return dict(zip(cases.people.online_lot.tolist(), cases.channel.tolist(), strict=True))


@pytest.mark.parametrize("measure", LIVE)
def test_without_a_measure_the_same_people_come(measure: str):
    (town, drawn), (twin, drawn_there) = lived(scale=0.1), lived(measure, scale=0.1)
    assert drawn == drawn_there
    assert by_person(town) == by_person(twin)
    ways, ways_there = channel_of(town), channel_of(twin)
    moved = [lot for lot, way in ways.items() if way != ways_there[lot]]
    people = by_person(town)
    steps, live = LIVE[measure].steps, LIVE[measure].went_live_on(DAYS)
    assert live is not None
    assert bool(moved) == bool(steps)
    for lot in moved:
        service, _, day, _ = people[lot]
        assert SERVICE_CODES[service] in steps and day > DAYS.index(live)
    gained = [lot for lot in moved if ways[lot] == ONLINE]
    assert {ways_there[lot] for lot in gained} <= {CHANNELS.index(name) for name in CHANNELS[1:7]}


def mean_minutes(truth: dict[str, Any], without: tuple[str, ...], service: int, kind: int, way: int, day: dt.date):
    """The dated mean, less what the measures left out changed up to the day."""
    code, (case_type, _) = SERVICES[service].code, SERVICES[service].types[kind]
    rows = [
        row["minutes"]
        for row in truth["minutes"]
        if (row["service"], row["channel"]) == (code, CHANNELS[way])
        and row["case_type"] in (case_type, "all")
        and row["valid_from"] <= day.isoformat()
    ]
    if not rows:
        return None
    minutes = rows[-1]
    for measure in without:
        if LIVE[measure].went_live_on(DAYS) <= day:
            for name in (CHANNELS[way], "all"):
                minutes /= LIVE[measure].minutes.get((code, name), 1)
    return minutes


def saved(truth: dict[str, Any], *without: str) -> dict[str, dict[str, float]]:
    """Hours by service and month of receipt, person by person."""
    town, ways_there = lived()[0], channel_of(lived(*without)[0])
    touched = {code for measure in without for code in LIVE[measure].shares}
    mean = cache(lambda *key: mean_minutes(truth, *key))
    hours: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for position in np.flatnonzero(np.isin(town.service, [SERVICE_CODES.index(code) for code in touched])).tolist():
        service, kind, way = int(town.service[position]), int(town.case_type[position]), int(town.channel[position])
        day = DAYS.first + dt.timedelta(days=int(town.day[position]))
        now = mean((), service, kind, way, day)
        then = mean(without, service, kind, ways_there[float(town.people.online_lot[position])], day)
        if now is not None:
            month = MONTHS[int(town.month[position])]
            hours[SERVICE_CODES[service]][month] += float(town.people.effort[position]) * (then - now) / 60
    return hours


@pytest.mark.parametrize(
    "measures", [*((name,) for name in LIVE), ("M-PORTAL", "M-BRIEF"), ("M-SCAN", "M-BRIEF"), tuple(LIVE)], ids="+".join
)
def test_a_true_saving_is_the_difference_of_two_towns(truth: dict[str, Any], measures: tuple[str, ...]):
    together = truth["savings_together"]
    figures = truth["savings"][measures[0]] if len(measures) == 1 else together["pairs"].get("+".join(measures))
    figures = figures or together["all"]
    found = saved(truth, *measures)
    first = min(LIVE[measure].live[0] for measure in measures)
    assert list(figures["capacity_hours"]) == MONTHS[first:-1]
    for code, months in figures["capacity_hours_by_service"].items():
        for month, hours in months.items():
            wanted = found[code][month] if code in found else None
            assert hours == (None if wanted is None else pytest.approx(wanted, abs=1e-6)), (code, month)
    known = [months for code, months in figures["capacity_hours_by_service"].items() if code in found]
    for month, hours in figures["capacity_hours"].items():
        assert hours == (pytest.approx(sum(months[month] for months in known), abs=1e-6) if known else None)


def test_pairs_are_the_measures_on_one_service(truth: dict[str, Any]):
    assert list(truth["savings_together"]["pairs"]) == ["M-PORTAL+M-BRIEF", "M-SCAN+M-BRIEF"]


def test_a_measure_without_effect_saved_nothing_at_all(truth: dict[str, Any]):
    assert set(truth["savings"]["M-CHATBOT"]["capacity_hours"].values()) == {0.0}
    assert set(truth["savings"]["M-SPORT"]["capacity_hours"].values()) == {None}
    assert truth["savings"]["M-BAUANTRAG"]["capacity_hours_by_service_decided"] == {}


def test_what_lies_undecided_is_left_out_of_the_hours_of_decided_cases(truth: dict[str, Any], cases: pl.DataFrame):
    differing = 0
    for measure in LIVE:
        for code, months in truth["savings"][measure]["capacity_hours_by_service"].items():
            decided = truth["savings"][measure]["capacity_hours_by_service_decided"][code]
            assert decided.keys() == months.keys()
            for month, hours in months.items():
                received = cases.filter(
                    pl.col("leistung") == code, pl.col("received_on").dt.truncate("1mo") == dt.date.fromisoformat(month)
                )
                if received["closed_on"].null_count() == 0:
                    assert decided[month] == hours
                elif received["closed_on"].null_count() == received.height:
                    assert decided[month] in (0, None)
                differing += decided[month] != hours
    assert differing > 0


def timed(town: Path) -> list[dict[str, str]]:
    return [row for row in parameter(town, "processing_minutes") if row["sampled"]]


def number(text: str) -> float:
    return float(text.replace(",", "."))


def truly(truth: dict[str, Any], row: dict[str, str]) -> float:
    return [
        true["minutes"]
        for true in truth["minutes"]
        if (true["service"], true["case_type"], true["channel"])
        == (row["service_code"], row["case_type"], row["intake_channel"])
        and true["valid_from"] <= row["valid_from"]
    ][-1]


def test_the_minutes_a_town_gets_are_samples_and_never_the_truth(truth: dict[str, Any], town: Path):
    rows = timed(town)
    assert len(rows) > 250
    misses = [(number(row["minutes"]) - truly(truth, row)) / number(row["standard_error"]) for row in rows]
    assert 0 not in misses
    assert abs(fmean(misses)) < 0.3
    assert 0.8 < fmean(miss**2 for miss in misses) < 1.6
    assert 0.72 < fmean(abs(miss) < 1.2816 for miss in misses) < 0.86
    for row in rows:
        minutes, error = number(row["minutes"]), number(row["standard_error"])
        assert number(row["low"]) == pytest.approx(minutes - 1.2816 * error, abs=1e-3)
        assert number(row["high"]) == pytest.approx(minutes + 1.2816 * error, abs=1e-3)
        assert 0.2 < error * number(row["sampled"]) ** 0.5 / minutes < 1.2
    sizes = {grade: [int(row["sampled"]) for row in rows if row["evidence_grade"] == grade] for grade in "ABC"}
    assert (
        min(sizes["A"]) >= 40 >= max(sizes["B"]) and min(sizes["B"]) >= 20 >= max(sizes["C"]) and min(sizes["C"]) >= 10
    )
    assert {row["method"] for row in rows} == {"stopwatch", "work_sampling", "self_recording"}


def test_each_change_of_the_minutes_was_timed_anew_but_for_the_one_laid_down(truth: dict[str, Any], town: Path):
    rows = parameter(town, "processing_minutes")
    assert len(rows) == len(truth["minutes"])
    decreed = [row for row in rows if not row["sampled"]]
    assert {(row["service_code"], row["intake_channel"], row["method"]) for row in decreed} == {
        ("kita-anmeldung", "online", "decreed")
    }
    for row in decreed:
        assert (row["standard_error"], row["evidence_grade"], row["low"]) == ("", "C", row["high"])
        assert number(row["minutes"]) < 0.95 * truly(truth, row)
        assert "M-BRIEF" in row["source"]
    again = [row for row in timed(town) if "Nacherhebung" in row["source"]]
    assert {row["service_code"] for row in again} == {
        "bewohnerparken", "wohngeld", "grundsicherung", "bildung-teilhabe", "elterngeld", "aufenthaltstitel",
    }  # fmt: skip


def test_nobody_was_timed_online_before_one_could_apply_online(town: Path):
    since = {row["service_code"]: row["online_since"] for row in parameter(town, "services")}
    online = [row for row in timed(town) if row["intake_channel"] == "online"]
    assert [row for row in online if row["valid_from"] < since[row["service_code"]] > MONTHS[0]] == []


@pytest.mark.parametrize(("easy_first", "lower", "upper"), [(0.0, 0.985, 1.015), (EASY_FIRST, 0.935, 0.965)])
def test_easy_cases_go_online_a_little_sooner(easy_first: float, lower: float, upper: float):
    people = lived(scale=2, easy_first=easy_first)[0].people
    assert people.effort.mean() == pytest.approx(1, abs=0.01)
    assert people.effort.std() == pytest.approx(0.5, abs=0.02)
    assert lower < people.effort[people.online_lot < 0.2].mean() < upper


def test_who_comes_does_not_hang_on_how_easy_cases_go_online():
    places = [np.sort(lived(easy_first=closeness)[0].people.place) for closeness in (0.0, EASY_FIRST)]
    assert np.array_equal(*places)


def test_as_many_go_each_way_as_the_law_says():
    cases = lived(scale=1)[0]
    latent = adoption(DAYS, np.random.default_rng([SEED, 0]))
    at = (cases.people.service, cases.people.day)
    online, digital = latent.online[at], (latent.online + latent.assisted)[at]
    offline = np.array([service.offline for service in SERVICES])
    offline = (offline / offline.sum(axis=1, keepdims=True))[cases.service]
    expected = {"online": online.sum(), "post": ((1 - digital) * offline[:, 1]).sum()}
    for name, count in expected.items():
        assert (cases.channel == CHANNELS.index(name)).sum() == pytest.approx(count, abs=4 * count**0.5)
    is_open = DAYS.is_open[cases.day]
    assert is_open[(cases.channel != ONLINE)].all() and not is_open.all()
