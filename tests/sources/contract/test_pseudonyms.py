"""Pseudonyms: a keyed hash within a purpose; the same number in another spelling is the same, everything else is not."""

import hmac
import re
import unicodedata
from hashlib import sha256

import polars as pl
import pytest

from sources.contract.pseudonyms import Key, RecentPseudonyms, normalised, pseudonymised
from tests.towns import KEY


@pytest.mark.parametrize(
    "spelling",
    ["bhv-2026-0007", "  BHV-2026-0007 ", "BHV-2026-0007\u00a0", "\uff22\uff28\uff36-2026-0007", "Bhv-2026-0007\n"],
)
def test_a_case_number_in_another_spelling_meets_itself(spelling: str) -> None:
    plain, respelt = pseudonymised(pl.Series(["BHV-2026-0007", spelling]), "case_id", KEY)
    assert plain == respelt


@pytest.mark.parametrize("sign", "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d")
def test_every_hyphen_is_one(sign: str) -> None:
    assert normalised(f"BHV{sign}2026") == "BHV-2026"


@pytest.mark.parametrize("sign", "\u2044\u2215\uff0f")
def test_every_slash_is_one(sign: str) -> None:
    assert normalised(f"63{sign}7") == "63/7"


@pytest.mark.parametrize("sign", "\u00ad\u200b\u200e\u2060\ufeff")
def test_a_sign_nobody_sees_is_none(sign: str) -> None:
    assert normalised(f"{sign}BHV{sign}-2026 {sign}") == "BHV-2026"


@pytest.mark.parametrize("pair", [("B 7", "B  7"), ("Straße", "STRASSE"), ("Mu\u0308ller", "Müller")])
def test_blanks_and_signs_written_in_two_ways_are_one(pair: tuple[str, str]) -> None:
    assert normalised(pair[0]) == normalised(pair[1])


@pytest.mark.parametrize("number", ["a\u00ad\u0308-7", "a\u200b\u0308-7", "A\U000e0041\u0308-7"])
def test_what_an_invisible_sign_parted_belongs_together(number: str) -> None:
    assert normalised(number) == normalised(normalised(number)) == "Ä-7"


def test_leading_zeros_are_part_of_the_number() -> None:
    assert normalised("007") != normalised("7")


def test_a_pseudonym_is_the_keyed_hash_of_purpose_and_number() -> None:
    expected = hmac.new(bytes(range(32)), b"papierwende/case_id/v1\x00BHV-1", sha256).hexdigest()[:32]
    assert KEY.pseudonym("case_id", "BHV-1") == expected


def test_another_purpose_makes_another_pseudonym() -> None:
    assert KEY.pseudonym("case_id", "BHV-1") != KEY.pseudonym("document_id", "BHV-1")


def test_another_key_makes_another_pseudonym() -> None:
    assert KEY.pseudonym("case_id", "BHV-1") != Key(bytes(32)).pseudonym("case_id", "BHV-1")


def test_null_and_blank_stay_without_a_pseudonym() -> None:
    assert pseudonymised(pl.Series([None, " ", "x"]), "case_id", KEY).is_null().to_list() == [True, True, False]


def test_a_column_without_any_number_stays_empty() -> None:
    assert pseudonymised(pl.Series([None, None], dtype=pl.String), "case_id", KEY).to_list() == [None, None]


def test_the_keys_id_does_not_tell_the_key() -> None:
    assert len(KEY.key_id) == 12
    assert KEY.key_id not in KEY.secret.hex()
    assert KEY.key_id not in sha256(KEY.secret).hexdigest()


def test_what_is_remembered_stays_the_same_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.contract.pseudonyms.RECENT", 3)
    recent = RecentPseudonyms()
    numbers = pl.Series([f"BHV-{number % 7}" for number in range(50)])
    columns = [pseudonymised(part, "case_id", KEY, recent=recent) for part in (numbers[:20], numbers[20:])]
    assert pl.concat(columns).equals(pseudonymised(numbers, "case_id", KEY))
    assert len(recent.young) + len(recent.old) <= 6


@pytest.mark.parametrize("text", ["a \t b", " x\x1cy ", "ÄB", "\x85z", "a\x0bb"])
def test_a_plain_number_is_normalised_as_any_other(text: str) -> None:
    assert normalised(text) == re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().upper()
