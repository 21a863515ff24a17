"""Baselines in the ledger: what was frozen comes back to the last digit, and another version counts only when adopted."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from pipelines.estimates.baselines import baselines_frame
from pipelines.ledger.adoptions import adoptions_of
from pipelines.ledger.baselines import adopted_since, freeze, frozen_baselines, head_before_own, last_frozen_in
from pipelines.ledger.book import Refused
from pipelines.ledger.chain import BrokenLedger, append, entries, head, place
from pipelines.ledger.looking import faults
from pipelines.ledger.signatures import SigningKey
from pipelines.ledger.writing import adopt, desk, register_key
from sources.contract.inputs import INPUTS
from sources.contract.ledger_words import CorrectionReason
from tests.pipelines.estimates.test_baselines import OF_MONTHS, SOON, claimed, of_today, usual, with_late
from tests.pipelines.estimates.traps import SERVICE, Trap

KEY, OTHER = SigningKey("controlling", bytes(32)), SigningKey("treasury", bytes(range(32)))
LATER = dt.date(2023, 6, 1)
ONE, TWO = f"{SERVICE}@2023-01-01.v1", f"{SERVICE}@2023-01-01.v2"


def run(folder: Path, town: Trap, as_of: dt.date, generation: str) -> pl.DataFrame:
    """What a run computes and freezes."""
    frame = baselines_frame(town.cohorts, town.claims, town.minutes, frozen_baselines(folder), as_of)
    freeze(folder, frame.filter("is_new").select(list(INPUTS["frozen_baselines"])), generation)
    return frame


def test_what_was_frozen_comes_back(tmp_path: Path) -> None:
    first = run(tmp_path, usual(), SOON, "g1").select(list(INPUTS["frozen_baselines"]))
    back = frozen_baselines(tmp_path)
    assert back.equals(first) and dict(back.schema) == INPUTS["frozen_baselines"]
    assert not run(tmp_path, usual(), LATER, "g2").select(pl.col("is_new").any()).item()
    assert len(entries(tmp_path)) == 1


def test_a_ledger_without_baselines_has_none(tmp_path: Path) -> None:
    append(tmp_path, "claim", {"gross": "1"})
    assert frozen_baselines(tmp_path).is_empty()
    assert last_frozen_in(tmp_path) is None
    assert freeze(tmp_path, frozen_baselines(tmp_path), "g1") == 0


def test_what_a_generation_froze_itself_is_no_news_to_it(tmp_path: Path) -> None:
    append(tmp_path, "claim", {"gross": "1"})
    before = head(tmp_path)
    run(tmp_path, usual(), SOON, "g1")
    assert (head_before_own(tmp_path, "g1"), last_frozen_in(tmp_path)) == (before, "g1")
    assert head_before_own(tmp_path, None) == head_before_own(tmp_path, "g0") == head(tmp_path) != before
    append(tmp_path, "claim", {"gross": "2"})
    assert head_before_own(tmp_path, "g1") == head(tmp_path)
    assert last_frozen_in(tmp_path) is None


def test_an_altered_baseline_is_found(tmp_path: Path) -> None:
    run(tmp_path, usual(), SOON, "g1")
    ledger = place(tmp_path)
    ledger.write_text(
        ledger.read_text(encoding="utf-8").replace('"2022-06-01",80', '"2022-06-01",81'), encoding="utf-8"
    )
    with pytest.raises(BrokenLedger, match="line 1"):
        frozen_baselines(tmp_path)


def test_claims_rest_on_the_version_that_was_adopted_last(tmp_path: Path) -> None:
    """Version 2 counts once it is adopted, and version 1 again when that is taken back."""
    late = with_late(usual())
    run(tmp_path, usual(), SOON, "g1")
    kept = claimed(late, run(tmp_path, late, LATER, "g2"))
    assert kept.select(of_today(usual()).columns).equals(of_today(usual()))

    register_key(tmp_path, KEY)
    register_key(tmp_path, OTHER)
    assert not adopt(tmp_path, TWO, CorrectionReason.LATE_DATA, KEY), "one signature lets nothing count"
    assert not run(tmp_path, late, LATER, "g2").filter("is_claimed")["adopted_because"].is_not_null().any()
    before = head(tmp_path)
    assert adopted_since(tmp_path, before) is None
    assert adopt(tmp_path, TWO, CorrectionReason.LATE_DATA, OTHER)
    assert (adopted_since(tmp_path, before), adopted_since(tmp_path, head(tmp_path))) == ("late_data", None)
    assert adopted_since(tmp_path, None) == "late_data"
    frame = run(tmp_path, late, LATER, "g3")
    assert frame.filter("is_claimed")["baseline_id"].unique().to_list() == [TWO]
    assert frame.filter("is_claimed")["adopted_because"].unique().to_list() == ["late_data"]
    adopted = claimed(late, frame)
    assert adopted.select(of_today(late).columns).equals(of_today(late))
    beside = adopted.filter(OF_MONTHS)["first_baseline_minutes"]
    assert beside.equals(of_today(usual()).filter(OF_MONTHS)["minutes"], check_names=False), "version 1 stays in sight"

    assert not adopt(tmp_path, ONE, CorrectionReason.CORRECTION, OTHER)
    assert adopt(tmp_path, ONE, CorrectionReason.CORRECTION, KEY)
    again = claimed(late, run(tmp_path, late, LATER, "g4"))
    assert again.select(of_today(usual()).columns).equals(of_today(usual()))


@pytest.mark.parametrize(
    ("baseline_id", "key", "why"),
    [
        ("nothing@2023-01-01.v1", "KEY", r"no frozen baseline; there are: passport@2023-01-01\.v1"),
        (ONE, "OTHER", "is not registered"),
    ],
)
def test_what_cannot_be_adopted_says_why_and_writes_nothing(
    tmp_path: Path, baseline_id: str, key: str, why: str
) -> None:
    run(tmp_path, usual(), SOON, "g1")
    register_key(tmp_path, KEY)
    before = place(tmp_path).read_bytes()
    with pytest.raises(Refused, match=why):
        adopt(tmp_path, baseline_id, CorrectionReason.LATE_DATA, {"KEY": KEY, "OTHER": OTHER}[key])
    assert place(tmp_path).read_bytes() == before


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    """A ledger with two versions of a baseline and the keys of two functions."""
    run(tmp_path, usual(), SOON, "g1")
    run(tmp_path, with_late(usual()), LATER, "g2")
    register_key(tmp_path, KEY)
    register_key(tmp_path, OTHER)
    return tmp_path


def counting(folder: Path) -> list[str]:
    return [entry.facts["baseline_id"] for entry in adoptions_of(entries(folder)).counted]


def test_the_second_signature_is_of_another_function_with_a_key_of_its_own(versions: Path) -> None:
    third = SigningKey("audit", bytes(31) + b"3")
    register_key(versions, third, KEY)
    adopt(versions, TWO, CorrectionReason.LATE_DATA, KEY)
    before = place(versions).read_bytes()
    for key, why in (
        (KEY, "controlling signed it already; another function must sign it, too"),
        (third, "were let in by the same key"),
    ):
        with pytest.raises(Refused, match=why):
            adopt(versions, TWO, CorrectionReason.LATE_DATA, key)
    assert place(versions).read_bytes() == before
    assert adopt(versions, TWO, CorrectionReason.LATE_DATA, OTHER)
    with pytest.raises(Refused, match=r"claims rest on .* already"):
        adopt(versions, TWO, CorrectionReason.LATE_DATA, KEY)
    assert counting(versions) == [TWO]
    assert faults(versions) == []


def test_another_signature_makes_the_open_one_void(versions: Path) -> None:
    """A wrong reason is corrected by signing anew; a signature for one version is none for another, nor for later."""
    adopt(versions, TWO, CorrectionReason.FORMULA, KEY)
    assert not adopt(versions, TWO, CorrectionReason.LATE_DATA, OTHER), "for another reason: the first of two"
    assert adoptions_of(entries(versions)).told() == [
        f"treasury signed that claims rest on {TWO}; it counts once a second function has signed it "
        "(`papierwende ledger adopt`)."
    ]
    assert adopt(versions, TWO, CorrectionReason.LATE_DATA, KEY)
    adopt(versions, ONE, CorrectionReason.CORRECTION, KEY)
    assert adopt(versions, ONE, CorrectionReason.CORRECTION, OTHER)
    assert not adopt(versions, TWO, CorrectionReason.LATE_DATA, OTHER), "what confirmed before confirms nothing again"
    assert counting(versions) == [TWO, ONE]
    assert faults(versions) == []


def test_one_signature_from_before_two_were_needed_is_the_first_of_two(versions: Path) -> None:
    for baseline_id, reason in ((TWO, "late_data"), (ONE, "correction"), (TWO, "late_data"), (TWO, "late_data")):
        with desk(versions) as at_desk:
            at_desk.put("adoption", {"baseline_id": baseline_id, "reason": reason}, KEY)
    assert (faults(versions), counting(versions)) == ([], [])
    assert adopt(versions, TWO, CorrectionReason.LATE_DATA, OTHER)
    assert counting(versions) == [TWO]


def test_a_confirmation_of_another_signature_is_found(versions: Path) -> None:
    adopt(versions, TWO, CorrectionReason.LATE_DATA, KEY)
    with desk(versions) as at_desk, pytest.raises(Refused, match="another signature than the one that is open"):
        at_desk.put("adoption", {"baseline_id": TWO, "reason": "late_data", "confirms": "00"}, OTHER)


def test_an_adoption_nobody_signed_is_found(tmp_path: Path) -> None:
    run(tmp_path, usual(), SOON, "g1")
    register_key(tmp_path, KEY)
    append(
        tmp_path,
        "adoption",
        {"baseline_id": ONE, "reason": "late_data", "function": "controlling", "key_id": KEY.key_id, "signature": "00"},
    )
    assert any("signature" in fault for fault in faults(tmp_path))


def test_minutes_keep_their_digits(tmp_path: Path) -> None:
    odd = usual().minutes.with_columns(pl.col("minutes") + 0.1234, standard_error=pl.lit(0.1 + 0.2))
    first = run(tmp_path, replace(usual(), minutes=odd), SOON, "g1").filter(pl.col("cell") == "minutes")
    back = frozen_baselines(tmp_path).filter(pl.col("cell") == "minutes")
    assert back["minutes"].equals(first["minutes"]) and back["standard_error"].to_list() == [0.1 + 0.2] * 4
