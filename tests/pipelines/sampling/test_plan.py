"""How many rounds, and when: within the opening time, by lot, the same for the same seed."""

import datetime as dt
import itertools
import zoneinfo
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from pipelines.sampling.opening import Opening
from pipelines.sampling.plan import Wish, drawn, local_rounds, observations, parts, rounds_needed
from pipelines.sampling.refusal import NotSampled
from sources.town.folder import read_town
from tests.towns import make_town

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
HOURS = "office_code;weekday;opens_at;closes_at;valid_from;valid_to\n"
UTC = dt.UTC


def opening(tmp_path: Path, hours: str, closed: str = "", office: str = "buergeramt") -> Opening:
    parameters = {
        "opening_hours": HOURS + hours,
        "closing_days": "closed_on;office_code;reason\n" + closed,
    }
    return Opening(read_town(make_town(tmp_path / "town", parameters=parameters)), office, dt.date(2028, 12, 31))


def span(opened: Opening, day: str) -> list[str]:
    return [f"{begins:%H:%M}-{ends:%H:%M}" for begins, ends in opened.intervals(dt.date.fromisoformat(day))]


class TestSize:
    def test_385_observations_for_five_points(self) -> None:
        assert observations(Fraction("0.05")) == 385

    @pytest.mark.parametrize(("points", "wanted"), [("0.10", 97), ("0.03", 1068), ("0.025", 1537), ("0.01", 9604)])
    def test_other_errors(self, points: str, wanted: int) -> None:
        """1.96² · 0.25 = 0.9604, over the error's square: 96.04, 1067.1, 1536.64 and, with nothing left, 9604."""
        assert observations(Fraction(points)) == wanted

    @pytest.mark.parametrize(("staff", "rounds"), [(1, 385), (5, 77), (6, 65), (10, 39), (50, 30)])
    def test_a_round_sees_the_whole_group(self, staff: int, rounds: int) -> None:
        assert rounds_needed(Fraction("0.05"), staff) == rounds

    def test_two_rounds_a_part_and_three_in_an_odd_last_one(self) -> None:
        assert parts(7) == [0, 0, 1, 1, 2, 2, 2]
        assert parts(6) == [0, 0, 1, 1, 2, 2]


class TestOpening:
    def test_a_summer_morning_and_a_winter_morning(self, tmp_path: Path) -> None:
        opened = opening(tmp_path, "all;mon;08:00;12:00;2020-01-01;\nall;mon;13:00;15:30;2020-01-01;\n")
        assert span(opened, "2027-06-07") == ["06:00-10:00", "11:00-13:30"]
        assert span(opened, "2027-01-11") == ["07:00-11:00", "12:00-14:30"]

    def test_the_nights_of_the_clock_changes(self, tmp_path: Path) -> None:
        """Open from midnight to six: five hours in March, seven in October."""
        opened = opening(tmp_path, "all;sun;00:00;06:00;2020-01-01;\n")
        assert span(opened, "2027-03-28") == ["23:00-04:00"]
        assert span(opened, "2026-10-25") == ["22:00-05:00"]
        assert len(opened.minutes([dt.date(2027, 3, 28)])) == 300
        assert len(opened.minutes([dt.date(2026, 10, 25)])) == 420

    def test_a_day_that_is_open_to_midnight(self, tmp_path: Path) -> None:
        assert span(opening(tmp_path, "all;mon;22:00;24:00;2020-01-01;\n"), "2027-01-11") == ["21:00-23:00"]

    def test_holidays_and_closing_days_are_left_out(self, tmp_path: Path) -> None:
        """Good Friday and Easter Monday of 2027, and the Thursday before that the office alone closes."""
        week = "".join(f"all;{day};08:00;12:00;2020-01-01;\n" for day in ("mon", "tue", "wed", "thu", "fri"))
        opened = opening(
            tmp_path, week, "2027-03-25;buergeramt;Umzug\n2027-03-24;standesamt;Umzug\n2027-03-31;all;Streik\n"
        )
        days = opened.days(dt.date(2027, 3, 23), 5)
        assert [day.isoformat() for day in days] == [
            "2027-03-23",
            "2027-03-24",
            "2027-03-30",
            "2027-04-01",
            "2027-04-02",
        ]

    def test_the_holidays_are_those_of_the_land(self, tmp_path: Path) -> None:
        """31 October is one in Bremen; Epiphany is none."""
        week = "".join(f"all;{day};08:00;12:00;2020-01-01;\n" for day in ("mon", "tue", "wed", "thu", "fri"))
        opened = opening(tmp_path, week)
        assert span(opened, "2028-10-31") == []
        assert span(opened, "2027-01-06") == ["07:00-11:00"]

    def test_newer_hours_take_the_place_of_the_older(self, tmp_path: Path) -> None:
        hours = "all;mon;08:00;12:00;2020-01-01;\nall;mon;14:00;16:00;2027-02-01;2027-02-28\n"
        opened = opening(tmp_path, hours)
        assert span(opened, "2027-01-25") == ["07:00-11:00"]
        assert span(opened, "2027-02-01") == ["13:00-15:00"]
        assert span(opened, "2027-03-01") == ["07:00-11:00"]

    def test_an_office_has_its_own_hours_or_those_of_all(self, tmp_path: Path) -> None:
        hours = "all;mon;08:00;12:00;2020-01-01;\nbuergeramt;tue;09:00;10:00;2020-01-01;\n"
        own = opening(tmp_path / "own", hours)
        assert (span(own, "2027-01-11"), span(own, "2027-01-12")) == ([], ["08:00-09:00"])
        assert span(opening(tmp_path / "other", hours, office="rathaus"), "2027-01-11") == ["07:00-11:00"]

    def test_what_is_open_twice_counts_once(self, tmp_path: Path) -> None:
        hours = "all;mon;08:00;12:00;2020-01-01;\nall;mon;11:00;13:00;2020-01-01;\n"
        opened = opening(tmp_path, hours)
        assert len(opened.minutes([dt.date(2027, 1, 11)])) == 300

    def test_no_hours_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(NotSampled, match=r"neither 'buergeramt' nor 'all' has opening hours.*add them"):
            opening(tmp_path, "rathaus;mon;08:00;12:00;2020-01-01;\n")

    def test_hours_that_ended_are_refused(self, tmp_path: Path) -> None:
        opened = opening(tmp_path, "all;mon;08:00;12:00;2020-01-01;2027-01-18\n")
        with pytest.raises(NotSampled, match=r"open on 2 days in the 400 days from 2027-01-11, not on 5"):
            opened.days(dt.date(2027, 1, 11), 5)


MINUTES = [
    dt.datetime(2027, 1, 11, 7, 0, tzinfo=UTC) + dt.timedelta(days=day, minutes=minute)
    for day in range(20)
    for minute in range(300 if day % 5 == 4 else 480)
]


class TestDraw:
    def test_the_same_seed_draws_the_same_and_another_another(self) -> None:
        one, again, other = (drawn(MINUTES, Wish(Fraction(5), 5, seed), "x") for seed in (1, 1, 2))
        assert one == again
        assert len(set(one) & set(other)) < 20
        assert drawn(MINUTES, Wish(Fraction(5), 5, 1), "y") != one

    def test_a_draw_never_changes(self) -> None:
        """A plan of last year must be drawn again by another version of the program, and of Python."""
        first = drawn(MINUTES, Wish(Fraction(5), 5, 20270111), "buergeramt")[:3]
        assert [f"{instant:%d %H:%M}" for instant in first] == ["11 07:48", "11 09:58", "11 13:38"]

    def test_all_are_open_in_order_and_five_minutes_apart(self) -> None:
        found = drawn(MINUTES, Wish(Fraction("2.5"), 5, 3), "x")
        assert len(found) == 308
        assert set(found) <= set(MINUTES)
        gaps = {(after - before) / dt.timedelta(minutes=1) for before, after in itertools.pairwise(found)}
        assert min(gaps) >= 5

    def test_days_have_rounds_by_their_length(self) -> None:
        """77 rounds in 20 days: 4.05 on a long one, 2.53 on a short one; a part of the period reaches over at most one."""
        per_day = Counter(instant.date() for instant in drawn(MINUTES, Wish(Fraction(5), 5, 4), "x"))
        assert set(per_day) == {minute.date() for minute in MINUTES}
        assert max(per_day.values()) <= 8

    def test_every_open_minute_may_be_drawn(self) -> None:
        """300 draws of 77: each of 8,880 minutes 2.6 times; by clock and by day as often as it is open."""
        found = Counter(instant for seed in range(300) for instant in drawn(MINUTES, Wish(Fraction(5), 5, seed), "x"))
        total = sum(found.values())
        assert total == 300 * 77
        last_digit = Counter()
        hours = Counter()
        for instant, count in found.items():
            last_digit[instant.minute % 5] += count
            hours[instant.hour] += count
        open_hours = Counter(minute.hour for minute in MINUTES)
        assert all(abs(count / total - 0.2) < 0.06 for count in last_digit.values())
        assert all(abs(hours[hour] / total - minutes / len(MINUTES)) < 0.01 for hour, minutes in open_hours.items())
        assert len(found) > 0.90 * len(MINUTES)

    def test_too_many_rounds_are_refused(self) -> None:
        with pytest.raises(NotSampled, match=r"1921 rounds do not fit into 8880 open minutes; give more --days"):
            drawn(MINUTES, Wish(Fraction(1), 5, 1), "x")


class TestLocalRounds:
    def test_the_hour_that_comes_twice_says_which_it_is(self) -> None:
        found = local_rounds([dt.datetime(2027, 10, 31, hour, 30, tzinfo=UTC) for hour in (0, 1, 2)], BERLIN)
        assert [one.clock for one in found] == ["02:30 CEST", "02:30 CET", "03:30"]

    def test_more_rounds_on_a_day_than_a_page_has_columns(self) -> None:
        instants = [dt.datetime(2027, 1, 11, 7, 5 * number % 60, tzinfo=UTC) for number in range(16)]
        with pytest.raises(NotSampled, match=r"16 rounds fall on 2027-01-11, and a page has room for 15"):
            local_rounds(instants, BERLIN)
