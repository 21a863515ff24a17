"""The real municipal log against figures that other programs computed.

Compared: totals (without resources), variants, dfg, dfg_performance, start and end activities, activities,
case_duration, rework, waiting_before_activity, sojourn_after_activity, monthly_local, by_channel, by_department,
register_dates, littles_law, and the paper shares by first event.
Left out: handovers (needs staff, which never enters), by_group (the case's group is not mapped), monthly_utc and
the business-hours sections (another calendar).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.walked import Walked

REL = 1e-9
CHANNELS = {"Internet": "online", "Desk": "counter", "Post": "post", "e-mail": "email", "Intern": "internal"}
STATISTICS = """
    count(x), avg(x), quantile_cont(x, 0.5), quantile_cont(x, 0.9), quantile_disc(x, 0.9), quantile_cont(x, 0.25),
    quantile_cont(x, 0.75), quantile_cont(x, 0.95), min(x), max(x), sum(x), stddev_samp(x)
"""
STATISTIC_NAMES = (
    "n",
    "mean",
    "median",
    "p90_linear",
    "p90_nearest_rank",
    "p25_linear",
    "p75_linear",
    "p95_linear",
    "min",
    "max",
    "sum",
    "std_sample",
)


def equal_statistics(row: tuple[Any, ...], expected: dict[str, float | None]) -> None:
    """Each statistic of a duration equals the reference."""
    for name, value in zip(STATISTIC_NAMES, row, strict=True):
        wanted = expected[name]
        assert value == (None if wanted is None else pytest.approx(wanted, rel=REL, abs=1e-6)), name


def test_the_run_publishes_with_the_warning_that_nothing_is_listed(receipt: Walked) -> None:
    assert receipt.exit_code == 3, receipt.said
    assert "1,434 cases name a service that services.csv does not list" in receipt.said


def test_totals(receipt: Walked, reference: dict[str, Any]) -> None:
    totals = reference["totals"]
    assert receipt.ask("select count(*) from fct_cases") == [(totals["cases"],)] == [(1434,)]
    found = receipt.ask(
        "select count(*), count(distinct activity), timezone('UTC', min(occurred_at))::varchar, timezone('UTC', max(occurred_at))::varchar from fct_case_steps"
    )
    assert found == [
        (
            totals["events"],
            totals["activities"],
            totals["first_event_utc"].replace("+00:00", "").rstrip("0"),
            totals["last_event_utc"].replace("+00:00", "").rstrip("0"),
        )
    ]


def test_variants(receipt: Walked, reference: dict[str, Any]) -> None:
    expected = reference["variants"]
    found = receipt.ask(
        "select case_count, activities, variant_rank from rpt_variants where scope = 'all' order by variant_rank"
    )
    assert len(found) == expected["count"] == 116
    assert sum(count for count, _, _ in found[:10]) == expected["cases_in_top_10"]
    assert sum(count == 1 for count, _, _ in found) == expected["singletons"]
    for (count, _, _), variant in zip(found, expected["top10"], strict=False):
        assert count == variant["n"]
    by_trace = {tuple(activities): count for count, activities, _ in found}
    assert all(by_trace[tuple(variant["trace"])] == variant["n"] for variant in expected["top10"])
    assert sum(by_trace.values()) == 1434


def test_all_99_edges_with_counts(receipt: Walked, reference: dict[str, Any]) -> None:
    found = {
        (a, b): n
        for a, b, n in receipt.ask(
            "select from_activity, to_activity, transition_count from rpt_process_map where scope = 'all'"
        )
    }
    assert found == {(a, b): n for a, b, n in reference["dfg"]["counts"]}
    assert len(found) == reference["dfg"]["edges"] == 99
    assert sum(found.values()) == reference["dfg"]["sum"] == 7143


def test_all_99_edges_with_times(receipt: Walked, reference: dict[str, Any]) -> None:
    query = """
        select activity, next_activity, avg(x), quantile_cont(x, 0.5), max(x), min(x), sum(x), stddev_samp(x)
        from (select *, seconds_to_next as x from fct_case_steps) where next_activity is not null group by all
    """
    found = {row[:2]: row[2:] for row in receipt.ask(query)}
    published = {
        row[:2]: row[2]
        for row in receipt.ask(
            "select from_activity, to_activity, median_seconds from rpt_process_map where scope = 'all'"
        )
    }
    assert len(reference["dfg_performance"]) == 99
    for source, target, expected in reference["dfg_performance"]:
        wanted = tuple(expected[name] for name in ("mean", "median", "max", "min", "sum", "stdev"))
        given = found[source, target]
        assert given[:5] == pytest.approx(wanted[:5], rel=REL, abs=1e-6)
        if (deviation := wanted[5]) == wanted[5] and deviation is not None:
            assert given[5] == pytest.approx(deviation, rel=1e-6)
        assert published[source, target] == pytest.approx(expected["median"], rel=REL, abs=1e-6)


def test_start_end_and_all_activities(receipt: Walked, reference: dict[str, Any]) -> None:
    rows = receipt.ask(
        "select activity, event_count, start_case_count, end_case_count, rework_case_count from rpt_activities where scope = 'all'"
    )
    assert {a: n for a, n, _, _, _ in rows} == reference["activities"]
    assert {a: n for a, _, n, _, _ in rows if n} == reference["start_activities"]
    assert {a: n for a, _, _, n, _ in rows if n} == reference["end_activities"]
    assert {a: n for a, _, _, _, n in rows if n} == reference["rework"]["cases_per_activity"]


def test_case_duration_is_the_event_span(receipt: Walked, reference: dict[str, Any]) -> None:
    rows = receipt.ask(f"select {STATISTICS} from (select event_span_seconds as x from fct_cases)")
    equal_statistics(rows[0], reference["case_duration"])
    assert rows[0][1] == pytest.approx(467_263.915, abs=5e-4)
    assert rows[0][2] == pytest.approx(2_868.5835, abs=1e-9)
    assert rows[0][3] == pytest.approx(1_217_821.7991, abs=1e-6)


def test_rework(receipt: Walked, reference: dict[str, Any]) -> None:
    expected = reference["rework"]
    assert (
        receipt.ask("select count(*) from fct_cases where is_rework")
        == [(expected["cases_with_any_repetition"],)]
        == [(91,)]
    )
    repeated = "select sum(n - 1)::bigint from (select count(*) as n from fct_case_steps group by case_id, activity)"
    assert receipt.ask(repeated) == [(expected["rework_events"],)]
    loops = "select count(distinct case_id) from fct_case_steps where activity = next_activity"
    assert receipt.ask(loops) == [(expected["cases_with_direct_self_loop"],)]


@pytest.mark.parametrize(
    ("section", "column"), [("waiting_before_activity", "next_activity"), ("sojourn_after_activity", "activity")]
)
def test_waiting_and_sojourn(receipt: Walked, reference: dict[str, Any], section: str, column: str) -> None:
    rows = receipt.ask(
        f"select {column}, {STATISTICS} from (select *, seconds_to_next as x from fct_case_steps) where next_activity is not null group by 1"
    )
    assert {row[0] for row in rows} == set(reference[section])
    for name, *statistics in rows:
        equal_statistics(tuple(statistics), reference[section][name])


def test_local_months(receipt: Walked, reference: dict[str, Any]) -> None:
    rows = receipt.ask(
        "select strftime(month, '%Y-%m'), first_event_cases, last_event_cases, active_cases_at_end from rpt_throughput_monthly "
        "where service_code = 'all' and office_code = 'all' and intake_channel = 'all' order by month"
    )
    found = {month: counts for month, *counts in rows if any(counts)}
    assert found == {
        row["month"]: [row["arrivals"], row["completions"], row["wip_end"]] for row in reference["monthly_local"]
    }


@pytest.mark.parametrize(
    ("section", "column", "coded"),
    [("by_channel", "intake_channel", CHANNELS.__getitem__), ("by_department", "office_code", lambda name: name)],
)
def test_durations_by_channel_and_department(
    receipt: Walked, reference: dict[str, Any], section: str, column: str, coded: Callable[[str], str]
) -> None:
    rows = receipt.ask(
        f"select {column}, sum(event_count)::bigint, {STATISTICS} from (select *, event_span_seconds as x from fct_cases) group by 1"
    )
    found = {row[0]: row[1:] for row in rows}
    assert set(found) == {coded(name) for name in reference[section]}
    for name, expected in reference[section].items():
        events, *statistics = found[coded(name)]
        assert (events, statistics[0]) == (expected["events"], expected["cases"])
        equal_statistics(tuple(statistics), expected["duration"])


def test_register_dates(receipt: Walked, reference: dict[str, Any], on_the_last_day: Counter[str]) -> None:
    expected = reference["register_dates"]
    counts = receipt.ask(
        """
        select count(*) filter (where status = 'closed'), count(*) filter (where status = 'open'),
            count(*) filter (where is_on_time), count(*) filter (where not is_on_time), count(lead_seconds),
            count(*) filter (where closed_at < received_at), count(*) filter (where first_event_at < received_at),
            count(*) filter (where last_event_at > closed_at),
            count(*) filter (
                where status = 'open'
                    and due_at - case when strftime(due_at, '%H:%M:%S.%f') = '23:59:59.999999' then interval 86399999999 microsecond else interval 0 microsecond end
                    < (select max(occurred_at) from fct_case_steps)
            )
        from fct_cases
        """
    )
    # The reference compares instants. A deadline on a day ends with it here: decided on that day is on time.
    last_day = on_the_last_day.total()
    assert counts == [(1329, 105, 952 + last_day, 377 - last_day, 1327, 2, 2, 145, 39)]
    assert counts[0] == (
        expected["closed"],
        expected["cases_open_without_enddate"],
        expected["on_time_enddate_le_deadline"] + last_day,
        expected["late_enddate_gt_deadline"] - last_day,
        expected["closed"] - expected["closed_negative_duration"],
        expected["closed_negative_duration"],
        expected["first_event_before_startdate"],
        expected["last_event_after_enddate"],
        expected["open_past_deadline_at_last_event_of_log"],
    )
    # The reference keeps the two negative durations, the product shows them as null; the raw difference must agree.
    rows = receipt.ask(
        f"select {STATISTICS} from (select epoch_us(closed_at) / 1e6 - epoch_us(received_at) / 1e6 as x from fct_cases where closed_at is not null)"
    )
    equal_statistics(rows[0], expected["duration_closed"])
    channels = receipt.ask(
        "select intake_channel, count(closed_at), count(*) filter (where is_on_time), count(*) filter (where status = 'open') from fct_cases group by 1"
    )
    assert {row[0]: row[1:] for row in channels} == {
        CHANNELS[name]: (row["closed"], row["on_time"] + on_the_last_day[name], row["open"])
        for name, row in expected["on_time_by_channel"].items()
    }


def test_littles_law(receipt: Walked, reference: dict[str, Any]) -> None:
    expected = reference["littles_law"]
    rows = receipt.ask(
        "select sum(event_span_seconds), epoch_us(max(last_event_at)) / 1e6 - epoch_us(min(first_event_at)) / 1e6 from fct_cases"
    )
    durations, span = rows[0]
    assert (durations, span) == pytest.approx((expected["sum_durations"], expected["span"]), rel=REL)
    assert durations / span == pytest.approx(expected["mean_wip"], rel=REL)


def test_paper_shares_by_first_event(receipt: Walked, paper_reference: dict[str, Any]) -> None:
    rows = receipt.ask(
        """
        select strftime(p.month, '%Y-%m'), p.cases, p.paper_in_cases, p.paper_share_in, p.online_cases
        from rpt_paper_share_monthly as p
        where p.month_basis = 'first_event' and p.service_code = 'all' and p.office_code = 'all' and p.cases > 0 order by p.month
        """
    )
    assert [row[0] for row in rows] == [month["month"] for month in paper_reference["months"]]
    for (_, cases, paper, share, online), month in zip(rows, paper_reference["months"], strict=True):
        assert (cases, paper, online) == (month["cases"], month["Post"] + month["Desk"], month["Internet"])
        assert share == pytest.approx(month["non_digital_post_desk_share"], rel=REL, abs=1e-12)
    channels = receipt.ask(
        """
        select strftime(month, '%Y-%m'), intake_channel, first_event_cases from rpt_throughput_monthly
        where service_code = 'all' and office_code = 'all' and intake_channel <> 'all' and first_event_cases > 0
        """
    )
    counted = {(month, channel): count for month, channel, count in channels}
    for month in paper_reference["months"]:
        for name, channel in CHANNELS.items():
            assert counted.get((month["month"], channel), 0) == month[name]
    total = paper_reference["total"]
    assert receipt.ask(
        "select count(*) filter (where intake_channel = 'post') / count(*), count(*) filter (where is_paper_intake) / count(*) from fct_cases"
    ) == [
        (
            pytest.approx(total["paper_post_share"], rel=REL),
            pytest.approx(total["non_digital_post_desk_share"], rel=REL),
        )
    ]


def test_every_page_shows_the_test_banner(receipt: Walked) -> None:
    pages = sorted((receipt.folder / "current" / "site").glob("*.html"))
    assert len(pages) >= 6
    for page in pages:
        assert "Teststadt" in page.read_text(encoding="utf-8"), page.name
