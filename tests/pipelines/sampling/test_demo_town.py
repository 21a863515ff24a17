"""Rounds are drawn by the calendar by which working time is counted: two codes, one opening time."""

import datetime as dt
from collections import defaultdict

from pipelines.sampling.opening import Opening
from pipelines.tools.handled_cases import decided
from sources.town.folder import read_town
from tests.walked import Walked


def test_opening_intervals_are_those_the_models_publish(demo: Walked) -> None:
    """Two years of every office that publishes hours, with both clock changes, holidays and closing days."""
    town = read_town(demo.folder)
    published: dict[tuple[str, dt.date], list[tuple[dt.datetime, dt.datetime]]] = defaultdict(list)
    first, last = demo.ask("select max(opens_at)::date - 730, max(opens_at)::date from dim_opening_intervals")[0]
    for office, opens_at, closes_at in demo.ask(
        "select office_code, opens_at, closes_at from dim_opening_intervals order by all"
    ):
        if first <= opens_at.date() <= last:
            published[office, opens_at.date()].append((opens_at, closes_at))
    offices = {office for office, _ in published}
    assert len(offices) > 10
    differing = []
    for office in sorted(offices):
        opening = Opening(town, office, last)
        for number in range((last - first).days + 1):
            day = first + dt.timedelta(days=number)
            if opening.intervals(day) != published.get((office, day), []):
                differing.append((office, day))
    assert differing == []


def test_decided_cases_are_those_of_the_published_months(demo: Walked) -> None:
    """Cases by local day add up to what the monthly table says was closed."""
    found = decided(read_town(demo.folder))
    assert found is not None
    by_month: dict[dt.date, int] = defaultdict(int)
    for *_, day, cases in found.cells:
        by_month[day.replace(day=1)] += cases
    unknown = dict(
        demo.ask(
            "select date_trunc('month', closed_at)::date, count(*) from fct_cases where closed_at is not null "
            "and (service_code is null or intake_channel is null) group by all"
        )
    )
    monthly = demo.ask(
        "select month, closed_cases from rpt_throughput_monthly "
        "where service_code = 'all' and office_code = 'all' and intake_channel = 'all' and closed_cases > 0"
    )
    assert len(monthly) > 20
    assert {month: by_month[month] + unknown.get(month, 0) for month, _ in monthly} == dict(monthly)
