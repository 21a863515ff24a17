"""Reading: text and typed columns become contract values; what cannot be read differs from what is empty."""

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from sources.contract.records import RECORDS
from sources.values.columns import Read, Spelling, read_column
from tests.towns import TODAY

FIELDS = {field.name: field for record in RECORDS for field in record.fields}
UTC = dt.UTC


def read(values: list[Any], field: str = "occurred_at", dtype: Any = pl.String, **spelling: Any) -> Read:
    series = pl.Series("x", values, dtype=dtype)
    return read_column(series, FIELDS[field], Spelling("Europe/Berlin", **spelling), TODAY)


def at(*parts: int) -> dt.datetime:
    return dt.datetime(*parts)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2025-03-01T10:00:00Z", at(2025, 3, 1, 10)),
        ("2025-03-01T10:00:00.276Z", at(2025, 3, 1, 10, 0, 0, 276_000)),
        ("2025-03-01T10:00:00+01:00", at(2025, 3, 1, 9)),
        ("2025-03-01 10:00:00+0100", at(2025, 3, 1, 9)),
        ("2025-03-01 10:00:00 +0100", at(2025, 3, 1, 9)),
        ("2025-03-01 10:00:00+01", at(2025, 3, 1, 9)),
        ("2025-03-01T10:00-05:30", at(2025, 3, 1, 15, 30)),
        ("2025-03-01T10:00", at(2025, 3, 1, 9)),
        ("2025-07-01 10:00:00", at(2025, 7, 1, 8)),
        ("2025-03-01", at(2025, 2, 28, 23)),
        ("  2025-03-01  ", at(2025, 2, 28, 23)),
        ("2025-3-11", at(2025, 3, 10, 23)),
        ("2024-02-29T12:00:00Z", at(2024, 2, 29, 12)),
    ],
)
def test_iso_times_are_read_with_and_without_offset(text: str, instant: dt.datetime) -> None:
    found = read([text])
    assert found.values.to_list() == [instant]
    assert found.failed.to_list() == [None]


@pytest.mark.parametrize(
    "text",
    [
        "bald",
        "2025-02-30",
        "2025-13-01",
        "2025-03",
        "31.12.2025",
        "2025-03-01T25:00",
        "2025-03-01T10:00:00+99:99",
        "24:00",
        "46022",
    ],
)
def test_a_time_that_cannot_be_read_is_not_guessed(text: str) -> None:
    found = read([text])
    assert found.values.to_list() == [None]
    assert found.failed.to_list() == ["unreadable_time"]


@pytest.mark.parametrize(
    "text",
    ["1900-01-01", "1969-12-31T23:00:00", "1970-01-01T00:30", "2077-01-01T12:00", "9999-12-31T23:59:59Z", "0001-01-01"],
)
def test_a_year_nobody_meant_is_impossible(text: str) -> None:
    found = read([text])
    assert found.values.to_list() == [None]
    assert found.failed.to_list() == ["impossible_year"]


def test_a_deadline_may_lie_fifty_years_ahead() -> None:
    assert read(["2076-06-01"], "due_at").failed.to_list() == [None]
    assert read(["2078-06-01"], "due_at").failed.to_list() == ["impossible_year"]


def test_what_has_happened_lies_at_most_a_year_after_the_delivery() -> None:
    found = read(["2062-02-02T10:00", "2027-06-16", "2027-06-18"], "received_at")
    assert found.values.to_list() == [None, at(2027, 6, 15, 22), None]
    assert found.failed.to_list() == ["after_the_delivery", None, "after_the_delivery"]


@pytest.mark.parametrize(
    "text",
    ["2049-12-31T00:00", "2049-12-31", "9999-12-31T23:59:59Z", "9999-12-31", "1900-01-01T00:00", "0001-01-01"],
)
def test_a_day_that_means_never_is_no_time_and_is_told(text: str) -> None:
    found = read([text, text, "2026-03-02T10:00"], "closed_at")
    assert found.values.to_list() == [None, None, at(2026, 3, 2, 9)]
    assert found.failed.to_list() == [None, None, None]
    assert found.unmapped == {text: 2}
    assert read([text], "occurred_at").failed.to_list() != [None]


def test_the_last_day_of_two_digits_means_never_only_where_years_have_two() -> None:
    short = read(["31.12.99", "02.03.26"], "closed_at", timestamp_format="%d.%m.%y")
    assert (short.values.to_list(), short.unmapped) == ([None, at(2026, 3, 1, 23)], {"31.12.99": 1})
    assert read(["31.12.1999"], "closed_at", timestamp_format="%d.%m.%Y").values.to_list() == [at(1999, 12, 30, 23)]


def test_an_empty_time_is_empty_and_did_not_fail() -> None:
    found = read(["", "  ", None])
    assert found.values.to_list() == [None, None, None]
    assert found.failed.to_list() == [None, None, None]


@pytest.mark.parametrize(
    ("text", "form", "instant"),
    [
        ("31.12.2025 14:05", "%d.%m.%Y %H:%M", at(2025, 12, 31, 13, 5)),
        ("1.7.2025 9:05", "%d.%m.%Y %H:%M", at(2025, 7, 1, 7, 5)),
        ("31.12.25 14:05", "%d.%m.%y %H:%M", at(2025, 12, 31, 13, 5)),
        ("31.12.2025", "%d.%m.%Y", at(2025, 12, 30, 23)),
        ("31.12.2025 14:05:33+0200", "%d.%m.%Y %H:%M:%S%z", at(2025, 12, 31, 12, 5, 33)),
        ("31.12.2025 14:05:33.5", "%d.%m.%Y %H:%M:%S%.f", at(2025, 12, 31, 13, 5, 33, 500_000)),
    ],
)
def test_a_declared_format_is_read(text: str, form: str, instant: dt.datetime) -> None:
    assert read([text], timestamp_format=form).values.to_list() == [instant]


@pytest.mark.parametrize("text", ["2025-12-31T14:05", "31.12.25", "31.12.2025 14:05:33", "12/31/2025 14:05"])
def test_a_time_in_another_than_the_declared_format_fails(text: str) -> None:
    assert read([text], timestamp_format="%d.%m.%Y %H:%M").failed.to_list() == ["unreadable_time"]


def test_a_clock_alone_is_not_never_although_a_workbook_gives_it_such_a_day() -> None:
    assert read(["1899-12-31T09:15:00"], "started_at").failed.to_list() == ["impossible_year"]


@pytest.mark.parametrize("form", ["%d.%m.%Y %H:%M", "%d.%m.%Y, %H:%M:%S%z", "%d.%m.%YT%H:%M"])
def test_a_day_without_a_clock_is_read_beside_times_in_the_declared_format(form: str) -> None:
    assert read(["31.12.2025", None], timestamp_format=form).values.to_list() == [at(2025, 12, 30, 23), None]


@pytest.mark.parametrize(
    ("raw", "more"),
    [
        (["2026-07-16"], {}),
        ([dt.date(2026, 7, 16)], {}),
        (["16.07.2026"], {"timestamp_format": "%d.%m.%Y %H:%M"}),
        (["16/07/2026"], {"timestamp_format": "%Y-%m-%d %H:%M", "date_format": "%d/%m/%Y"}),
    ],
)
def test_a_day_without_a_clock_is_the_towns_day_whatever_the_zone_of_the_times(
    raw: list[object], more: dict[str, str]
) -> None:
    spelling = Spelling("UTC", day_timezone="Europe/Berlin", **more)
    found = read_column(pl.Series(raw), FIELDS["closed_at"], spelling, TODAY)
    assert found.values.to_list() == [at(2026, 7, 15, 22)]


@pytest.mark.parametrize("form", [None, "%Y-%m-%dT%H:%M:%S"])
def test_the_hour_that_comes_twice_is_taken_as_the_earlier_and_counted(form: str | None) -> None:
    found = read(["2026-10-25T02:30:00", "2026-10-25T03:30:00"], timestamp_format=form)
    assert found.values.to_list() == [at(2026, 10, 25, 0, 30), at(2026, 10, 25, 2, 30)]
    assert (found.ambiguous, found.nonexistent) == (1, 0)


@pytest.mark.parametrize("form", [None, "%Y-%m-%dT%H:%M:%S"])
def test_the_hour_that_never_was_is_moved_one_on_and_counted(form: str | None) -> None:
    found = read(["2026-03-29T02:30:00", "2026-03-29T03:30:00"], timestamp_format=form)
    assert found.values.to_list() == [at(2026, 3, 29, 1, 30), at(2026, 3, 29, 1, 30)]
    assert (found.ambiguous, found.nonexistent) == (0, 1)


def test_an_offset_settles_the_hour_that_comes_twice() -> None:
    found = read(["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"])
    assert found.values.to_list() == [at(2026, 10, 25, 0, 30), at(2026, 10, 25, 1, 30)]
    assert found.ambiguous == 0


def test_offsets_and_local_times_may_stand_in_one_column() -> None:
    found = read(["2025-07-01T10:00:00Z", "2025-07-01T10:00:00", "2025-07-01T10:00:00+02:00"])
    assert found.values.to_list() == [at(2025, 7, 1, 10), at(2025, 7, 1, 8), at(2025, 7, 1, 8)]


def test_typed_instants_keep_their_zone_and_naive_ones_are_local() -> None:
    aware = read([dt.datetime(2025, 7, 1, 10, tzinfo=UTC)], dtype=pl.Datetime("ns", "America/New_York"))
    naive = read([at(2025, 7, 1, 10), at(2026, 10, 25, 2, 30)], dtype=pl.Datetime("ms"))
    assert aware.values.to_list() == [at(2025, 7, 1, 10)]
    assert naive.values.to_list() == [at(2025, 7, 1, 8), at(2026, 10, 25, 0, 30)]
    assert naive.ambiguous == 1


def test_days_are_local() -> None:
    late = read([at(2025, 6, 30, 23, 30)], "received_on", pl.Datetime("us", "UTC"))
    assert late.values.to_list() == [dt.date(2025, 7, 1)]
    assert read(["01.07.2025"], "received_on", date_format="%d.%m.%Y").values.to_list() == [dt.date(2025, 7, 1)]
    assert read(["1.13.2025"], "received_on", date_format="%d.%m.%Y").failed.to_list() == ["unreadable_time"]
    assert read(["1850-01-01"], "received_on").failed.to_list() == ["impossible_year"]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.234,50", "1234.50"),
        ("1234,5", "1234.50"),
        ("12 €", "12.00"),
        ("-1.234.567,89", "-1234567.89"),
        ("–5,00", "-5.00"),
        ("1\u202f234,00", "1234.00"),
        ("1.234", "1234.00"),
    ],
)
def test_german_euros_are_read(text: str, amount: str) -> None:
    assert read([text], "actual_eur", decimal=",").values.to_list() == [Decimal(amount)]


@pytest.mark.parametrize(
    ("text", "decimal"),
    [
        ("1.23", ","),
        ("1,234", ","),
        ("12,5", "."),
        ("1.234", "."),
        ("12.34.567", ","),
        ("1,2,3", ","),
        ("99999999999999999999", ","),
        ("zwölf", ","),
    ],
)
def test_an_amount_that_could_mean_something_else_is_not_guessed(text: str, decimal: str) -> None:
    found = read([text], "actual_eur", decimal=decimal)
    assert found.values.to_list() == [None]
    assert found.failed.to_list() == ["unreadable_number"]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e20])
def test_a_float_that_is_no_amount_fails(value: float) -> None:
    assert read([value], "actual_eur", pl.Float64).failed.to_list() == ["unreadable_number"]


def test_a_float_with_a_part_of_a_cent_fails_as_such() -> None:
    assert read([19.999], "actual_eur", pl.Float64).failed.to_list() == ["part_of_a_cent"]


def test_whole_numbers_are_read_from_text_and_typed_columns() -> None:
    assert read(["12", "-3", ""], "sequence").values.to_list() == [12, -3, None]
    assert read([12, None], "pages", pl.Int16).values.to_list() == [12, None]
    assert read([12.0, None], "pages", pl.Float64).values.to_list() == [12, None]


@pytest.mark.parametrize(
    ("field", "possible", "outside"),
    [
        ("pages", ["0", "100000"], ["-1", "100001"]),
        ("sheets", ["0"], ["-1", "999999999"]),
        ("sampled", ["0"], ["-1"]),
        ("defects", ["0"], ["-1"]),
        ("value", ["0", "999999999.5"], ["-0.5"]),
        ("fte", ["0", "0.5", "2"], ["-0.5", "2.01", "39"]),
        ("year", ["1900", "2200"], ["26", "20260"]),
    ],
)
def test_a_number_nobody_meant_is_out_of_bounds(field: str, possible: list[str], outside: list[str]) -> None:
    found = read(possible + outside, field, decimal=".")
    assert found.failed.to_list() == [None] * len(possible) + ["out_of_bounds"] * len(outside)
    assert found.values.null_count() == len(outside)


@pytest.mark.parametrize("text", ["1.000", "12,5", "zwei", "1e3", "12345678901234567890"])
def test_a_count_that_could_mean_something_else_is_not_guessed(text: str) -> None:
    assert read([text], "pages").failed.to_list() == ["unreadable_number"]


def test_a_whole_float_is_the_reference_it_stands_for() -> None:
    assert read([1001.0], "case_ref", pl.Float64).values.to_list() == ["1001"]


@pytest.mark.parametrize("text", ["1,23E+11", "1.23457E+11"])
def test_a_reference_a_spreadsheet_shortened_is_refused(text: str) -> None:
    assert read([text], "case_ref").failed.to_list() == ["mangled_reference"]


def test_texts_are_read_without_outer_blanks_and_in_one_form() -> None:
    assert read([" Pru\u0308fung ", "\u00a0", "01067"], "activity").values.to_list() == ["Prüfung", None, "01067"]


@pytest.mark.parametrize("field", ["case_ref", "activity", "unit"])
def test_a_nul_byte_is_no_writing(field: str) -> None:
    assert read(["A\x00B"], field).failed.to_list() == ["unreadable_text"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("an anna.muster@example.org", "e-mail address"),
        ("DE89370400440532013000", "IBAN"),
        ("+49 471 5902000", "phone number"),
        ("0471 590-2000", "phone number"),
    ],
)
def test_what_looks_personal_is_named_by_its_kind(text: str, what: str) -> None:
    assert read([text], "activity").failed.to_list() == [f"personal_data:{what}"]


@pytest.mark.parametrize(
    "text", ["Bescheid § 34 Abs. 2", "99107001000000", "Amt 61/2", "27572 Bremerhaven", "T02 Check 2026-03-01"]
)
def test_what_an_office_writes_does_not_look_personal(text: str) -> None:
    assert read([text], "activity").failed.to_list() == [None]


@pytest.mark.parametrize(("field", "longest"), [("unit", 64), ("activity", 200)])
def test_a_text_longer_than_its_kind_is_refused(field: str, longest: int) -> None:
    assert read(["x" * longest, "x" * (longest + 1)], field).failed.to_list() == [None, "too_long"]


def test_words_of_a_vocabulary_are_read_in_any_case() -> None:
    found = read(["ONLINE", " post ", "Brieftaube", "Brieftaube", None], "channel")
    assert found.values.to_list() == ["online", "post", "unknown", "unknown", None]
    assert found.unmapped == {"Brieftaube": 2}
    assert found.failed.null_count() == 5


def test_without_a_fallback_a_foreign_word_is_null_and_counted() -> None:
    found = read(["decoded", "kaputt"], "qr_status")
    assert found.values.to_list() == ["decoded", None]
    assert found.unmapped == {"kaputt": 1}


def test_a_foreign_word_the_record_needs_fails() -> None:
    assert read(["running", "laufend"], "kind").failed.to_list() == [None, "unknown_value"]


def test_what_recurs_is_counted_as_often_as_it_comes() -> None:
    found = read(["2026-10-25T02:30"] * 3 + ["2026-03-29T02:30"] * 2 + [None, ""])
    assert (found.ambiguous, found.nonexistent, found.filled) == (3, 2, 5)
    assert read([" Taube", "Taube ", "Taube", "post"], "channel").unmapped == {"Taube": 3}


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_every_field_reads_into_its_type_and_an_empty_column_too(field: str) -> None:
    for found in (read([None, ""], field), read([None, None], field, pl.Null)):
        assert found.values.dtype == FIELDS[field].kind.dtype
        assert found.values.null_count() == 2
        assert found.failed.null_count() == 2


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("closed_at", ["offen", "k. A.", "-", "NULL", "n/a", "Unbekannt", " noch offen "]),
        ("actual_eur", ["k.A.", "-", "unbekannt"]),
        ("pages", ["offen", "#N/V"]),
        ("is_assisted", ["-", "keine Angabe"]),
        ("case_ref", ["-", "NULL", "k. A.", "unbekannt"]),
        ("unit", ["n/a"]),
    ],
)
def test_words_that_say_there_is_no_value_are_nothing_and_counted(field: str, words: list[str]) -> None:
    found = read([*words, *words, None], field)
    assert found.values.null_count() == found.failed.null_count() == 2 * len(words) + 1
    assert found.nothings == {word.strip(): 2 for word in words}
    assert found.filled == 0


@pytest.mark.parametrize(("field", "word"), [("unit", "offen"), ("case_ref", "na"), ("activity", "offen")])
def test_where_such_a_word_may_be_a_name_it_is_one(field: str, word: str) -> None:
    found = read([word], field)
    assert (found.values.to_list(), found.nothings) == ([word], {})


def test_what_the_town_says_of_such_a_word_is_no_guess() -> None:
    series = pl.Series("x", ["offen"])
    found = read_column(series, FIELDS["closed_at"], Spelling("Europe/Berlin"), TODAY, {"offen": ""})
    assert (found.values.to_list(), found.nothings) == ([None], {})
