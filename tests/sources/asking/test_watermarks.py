"""A watermark as text: it sorts as the marks do, comes back as what it was, and goes back by the overlap."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.asking.watermarks import Mark, Progress, begin, read_mark, written

NOW = dt.datetime(2026, 6, 15, 3)
ZONES = st.builds(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)), st.integers(-14 * 60, 14 * 60))
WIDE = {"min_value": dt.datetime(1, 1, 3), "max_value": dt.datetime(9999, 12, 29)}
KINDS = st.sampled_from(
    [
        st.datetimes(**WIDE, timezones=ZONES),
        st.datetimes(**WIDE),
        st.dates(),
        st.integers(0, 2**63 - 1),
    ]
)


@given(KINDS.flatmap(lambda kind: st.lists(kind, min_size=2, max_size=8)))
def test_texts_sort_as_the_marks_do(marks: list[Mark]) -> None:
    assert sorted(map(written, marks)) == [written(mark) for mark in sorted(marks)]


@given(KINDS.flatmap(lambda kind: kind))
def test_a_mark_comes_back_as_the_same_moment(mark: Mark) -> None:
    found = read_mark(written(mark))
    assert found is not None
    assert found[1] == mark


@given(KINDS.flatmap(lambda kind: kind), st.integers(0, 24 * 366))
def test_the_next_question_never_begins_later(mark: Mark, hours: int) -> None:
    begun = begin(written(mark), hours)
    assert begun is not None
    assert begun[1] <= mark


@pytest.mark.parametrize(
    ("text", "hours", "expected"),
    [
        ("2026-03-29T03:00:00.000000Z", 24, ("instant", dt.datetime(2026, 3, 28, 3, tzinfo=dt.UTC))),
        ("2026-03-29T03:00:00.000000", 1, ("local", dt.datetime(2026, 3, 29, 2))),
        ("2026-03-29", 24, ("day", dt.date(2026, 3, 28))),
        ("2026-03-29", 1, ("day", dt.date(2026, 3, 28))),
        (f"{77:020d}", 24, ("number", 77)),
        ("0001-01-01", 24, ("day", dt.date(1, 1, 1))),
    ],
)
def test_the_next_question_begins_so_many_hours_before(text: str, hours: int, expected: tuple[str, Mark]) -> None:
    assert begin(text, hours) == expected


@pytest.mark.parametrize("text", ["", "7", "yesterday", "2026-13-01", "2026-03-29T"])
def test_what_is_no_watermark_is_none(text: str) -> None:
    assert begin(text, 24) is None


def test_the_highest_mark_never_goes_back() -> None:
    progress = Progress("changed", "2026-06-10", NOW)
    for days in ([1, 3], [2], [12]):
        progress.take(pl.Series("changed", [dt.date(2026, 6, day) for day in days]))
    assert progress.highest == "2026-06-12"
    progress.take(pl.Series("changed", [None], dtype=pl.Date))
    assert progress.highest == "2026-06-12"


def test_a_mark_of_tomorrow_counts_and_one_of_the_day_after_does_not() -> None:
    progress = Progress("changed", None, NOW)
    progress.take(pl.Series("changed", [NOW + dt.timedelta(hours=hours) for hours in (24, 25)]))
    assert progress.highest == "2026-06-16T03:00:00.000000"
    assert len(progress.warnings("s")) == 1


def test_negative_numbers_hide_nothing() -> None:
    progress = Progress("number", None, NOW)
    progress.take(pl.Series("number", [-5, -3]))
    assert progress.highest is None
    progress.take(pl.Series("number", [-2, 4]))
    assert progress.highest == f"{4:020d}"
