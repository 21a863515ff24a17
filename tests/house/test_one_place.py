"""What several models must judge alike is written in one macro, so that no two of them can disagree."""

import re

import pytest

from sources.contract.claim_words import STANDS, ClaimState
from tests.house.blueprint import ROOT

MACROS = (ROOT / "pipelines/dialect/savings.sql").read_text("utf-8")
MODELS = {path.name: path.read_text("utf-8") for path in sorted((ROOT / "models").rglob("*.sql"))}
BY_HAND = {
    "stands": rf"'{ClaimState.CLAIMED}'\s*,\s*'{ClaimState.BENEATH}'|'{ClaimState.BENEATH}'\s*,\s*'{ClaimState.CLAIMED}'",
    "own_minutes_first": r"order by\s+case when \w+\.case_type (=|<>) (\w+\.case_type|'all') then",
}


@pytest.mark.parametrize("macro", BY_HAND)
def test_no_model_writes_by_hand_what_a_macro_says(macro: str) -> None:
    assert [name for name, text in MODELS.items() if re.search(BY_HAND[macro], text)] == []
    assert sum(f"{macro}(" in text for text in MODELS.values()) > 1
    assert f"macro {macro}(" in MACROS


def test_an_hour_has_its_price_from_one_model() -> None:
    reads = [name for name, text in MODELS.items() if "source('town', 'assumptions')" in text and "staff_cost" in text]
    assert reads == ["int_staff_rates_read.sql"]


def test_what_stands_in_the_models_is_what_stands_in_the_estimate() -> None:
    (line,) = re.findall(r"macro stands\(.*", MACROS)
    assert set(re.findall(r"'(\w+)'", line)) == STANDS
