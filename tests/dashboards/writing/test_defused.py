"""A CSV of the site starts no formula, whatever stands before its sign."""

import pytest

from dashboards.writing.tables import defused

BEFORE = (
    "",
    " ",
    "\t",
    "\u00a0",
    "\u202f",
    "\u200b",
    "\ufeff",
    "\u2060",
    '"',
    "'",
    ' "',
    "\t'",
    "\u201e",
    "\r",
    "\x01",
)


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\uff1d", "\uff20"])
def test_a_formula_behind_a_blank_or_quote_is_defused(before: str, sign: str) -> None:
    assert defused(f"{before}{sign}HYPERLINK(1)") == f"'{before}{sign}HYPERLINK(1)"


@pytest.mark.parametrize("text", ["Bürgeramt", " Antrag prüfen", "'Umwelt'", "a=b", "Kita - Anmeldung", "", "„Amt“"])
def test_a_text_stays_as_it_is(text: str) -> None:
    assert defused(text) == text
