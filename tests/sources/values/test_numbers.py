"""Numbers as towns write them: both notations, currency, minus behind, thousands, and the dust of binary floats."""

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from sources.contract.records import RECORDS
from sources.values.columns import Spelling, read_column
from sources.values.numbers import Evidence, bare, evidence

FIELDS = {field.name: field for record in RECORDS for field in record.fields}


def number(value: Any, field: str = "actual_eur", decimal: str | None = ",", dtype: Any = pl.String) -> Any:
    """One value as the door reads it; None where it failed."""
    found = read_column(
        pl.Series("x", [value], dtype=dtype), FIELDS[field], Spelling("UTC", decimal=decimal), dt.date.max
    )
    assert (found.values[0] is None) == (found.failed[0] is not None)
    return found.values[0]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("900,00-", "-900"),
        ("900,00 -", "-900"),
        ("(900,00)", "-900"),
        ("(1.234,50 €)", "-1234.50"),
        ("1.234,50 EUR", "1234.50"),
        ("EUR 1.234,50", "1234.50"),
        ("1.234,50 Euro", "1234.50"),
        ("€1.234,50", "1234.50"),
        ("-5 €", "-5"),
        ("\u22125,00", "-5"),
        ("+5", "5"),
        ("1'234'567,50", "1234567.50"),
        ("1\u2019234,50", "1234.50"),
        ("1\u2009234,50", "1234.50"),
        ("1\u202f234,50", "1234.50"),
        ("1\u00a0234,50", "1234.50"),
        ("57,699999999999996", "57.70"),
    ],
)
def test_an_amount_in_the_dress_of_a_finance_system_is_read(text: str, amount: str) -> None:
    assert number(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["12 34", "1 2345", "0.123", "1'23", "EUR", "--5", "(5", "5)", "1.234'567", "12,345"])
def test_what_only_looks_like_an_amount_is_not(text: str) -> None:
    assert number(text) is None


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        (57.699999999999996, "57.70"),
        (0.30000000000000004, "0.30"),
        (5.551115123125783e-17, "0"),
        (1234567.8900000001, "1234567.89"),
        (-0.1, "-0.10"),
    ],
)
def test_a_binary_float_is_what_the_cell_shows(value: float, amount: str) -> None:
    assert number(value, dtype=pl.Float64) == Decimal(amount)


@pytest.mark.parametrize("value", [19.999, 0.005, 57.6999])
def test_a_real_part_of_a_cent_stays_a_fault(value: float) -> None:
    assert number(value, dtype=pl.Float64) is None


@pytest.mark.parametrize(
    ("text", "field", "comma", "point"),
    [
        ("1.250", "pages", 1250, None),
        ("1,250", "pages", None, 1250),
        ("1 250", "pages", 1250, 1250),
        ("12,0", "pages", 12, None),
        ("12,5", "pages", None, None),
        ("1.250", "value", Decimal(1250), Decimal("1.25")),
        ("2.026", "year", None, None),
        ("1.250", "version", None, None),
    ],
)
def test_with_a_sign_a_number_is_one_and_without_it_only_what_reads_alike(
    text: str, field: str, comma: Any, point: Any
) -> None:
    alike = comma if comma == point else None
    assert [number(text, field, sign) for sign in (",", ".", None)] == [comma, point, alike]


@pytest.mark.parametrize("field", ["actual_eur", "value", "pages"])
def test_plain_numbers_need_no_sign(field: str) -> None:
    assert [number(text, field, None) for text in ("950", "+3", "0")] == [950, 3, 0]


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["950", "-3"], Evidence()),
        (["1.250", "980"], Evidence(either=0)),
        (["950", "1.250,50"], Evidence(comma=1)),
        (["950", "1.250.000"], Evidence(comma=1)),
        (["1.250", "12,5"], Evidence(comma=1, either=0)),
        (["12.50"], Evidence(point=0)),
        (["0.250", "1.250"], Evidence(point=0, either=1)),
        (["1234,567"], Evidence(comma=0)),
        (["1 234.5", "12,5"], Evidence(comma=1, point=0)),
    ],
)
def test_values_prove_their_notation_or_do_not(texts: list[str], found: Evidence) -> None:
    assert evidence(bare(pl.Series(texts)), whole=False) == found


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["980", "1.250"], Evidence(comma=1)),
        (["1,250"], Evidence(point=0)),
        (["1.250", "1,250"], Evidence(comma=0, point=1)),
    ],
)
def test_of_whole_things_three_digits_behind_a_sign_are_thousands(texts: list[str], found: Evidence) -> None:
    assert evidence(bare(pl.Series(texts)), whole=True) == found
