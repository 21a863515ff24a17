"""Rows of one delivery that share a key: one record, several, or a delivery that is refused with both rows named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sources.batches.protocol import Refused
from sources.storage.spool import Spool
from sources.town.folder import read_town
from sources.town.source import Source
from tests.towns import admitted, make_source, make_town, text_batch

COSTS = {"cost_item": "Position", "measure": "M", "month": "Monat", "kind": "Art", "actual_eur": "Ist"}
MORE = {"booking_ref": "Beleg"}


def costs(columns: dict[str, str], **more: Any) -> Source:
    return make_source(columns, system="finance", decimal=",", values={"kind": {"laufend": "running"}}, **more)


def booking(item: str, month: int, actual: str, voucher: str = "") -> dict[str, str]:
    return {
        "Position": item,
        "M": "m1",
        "Monat": f"2026-{month:02}-01",
        "Art": "laufend",
        "Ist": actual,
        "Beleg": voucher,
    }


@pytest.fixture
def town(tmp_path: Path) -> Any:
    return read_town(make_town(tmp_path / "town"))


def test_a_booking_of_every_month_is_a_record_of_its_own(town: Any) -> None:
    found = admitted(town, [text_batch(booking("Miete", 1, "10,00"), booking("Miete", 2, "10,00"))], costs(COSTS))
    assert (found.rows_admitted, found.rows_duplicate) == (2, 0)


def test_a_booking_and_its_reversal_are_two_by_their_vouchers(town: Any) -> None:
    rows = [booking("Miete", 1, "10,00", "B1"), booking("Miete", 1, "-10,00", "B2")]
    found = admitted(town, [text_batch(*rows)], costs(COSTS | MORE))
    assert (found.rows_admitted, found.rows_duplicate) == (2, 0)


def test_a_reversal_without_a_voucher_stops_the_delivery_with_both_rows(town: Any) -> None:
    rows = [booking("Licht", 1, "5,00"), booking("Miete", 1, "10,00"), booking("Miete", 1, "-10,00")]
    with pytest.raises(Refused) as refused:
        admitted(town, [text_batch(*rows)], costs(COSTS))
    assert refused.value.reason_code == "same_key"
    assert refused.value.sentence == (
        "rows 2 and 3 have the same 'Position' and 'Monat' but another 'Ist'; nothing was taken. "
        "Map a column that tells them apart as part_ref, or say same_key_adds_up = true if they add up, "
        "or map version or changed_at in [[source]] 's' if one corrects the other."
    )


def test_what_adds_up_is_taken_whole_equal_rows_too(town: Any) -> None:
    rows = [booking("Miete", 1, "10,00"), booking("Miete", 1, "10,00"), booking("Miete", 1, "-3,00")]
    found = admitted(town, [text_batch(*rows)], costs(COSTS, same_key_adds_up=True))
    assert (found.rows_admitted, found.rows_duplicate) == (3, 0)


def test_identical_rows_with_a_key_count_once_and_are_told(town: Any) -> None:
    found = admitted(town, [text_batch(booking("Miete", 1, "10,00"), booking("Miete", 1, "10,00"))], costs(COSTS))
    assert (found.rows_admitted, found.rows_duplicate) == (1, 1)


def test_a_corrected_row_is_a_version_and_not_a_contradiction(town: Any) -> None:
    source = costs(COSTS | {"version": "Fassung"})
    rows = [booking("Miete", 1, "10,00") | {"Fassung": "1"}, booking("Miete", 1, "11,00") | {"Fassung": "2"}]
    assert admitted(town, [text_batch(*rows)], source).rows_admitted == 2
    again = booking("Miete", 1, "12,00") | {"Fassung": "2"}
    with pytest.raises(Refused, match="rows 2 and 3 have the same 'Position' and 'Monat' but another 'Ist'"):
        admitted(town, [text_batch(*rows, again)], source)


def test_printers_of_a_unit_are_told_apart_by_what_is_mapped(town: Any) -> None:
    columns = {"counted_on": "Tag", "unit": "OE", "value": "Seiten"}
    rows = [{"Tag": "2026-01-05", "OE": "rathaus", "Gerät": g, "Seiten": n} for g, n in (("A", "10"), ("B", "20"))]
    with pytest.raises(Refused, match="rows 1 and 2 have the same 'Tag' and 'OE' but another 'Seiten'"):
        admitted(town, [text_batch(*rows)], make_source(columns, kind="printed_pages"))
    found = admitted(town, [text_batch(*rows)], make_source(columns | {"part_ref": "Gerät"}, kind="printed_pages"))
    assert found.rows_admitted == 2
    assert "A" not in found.records["counts"]["part_id"].to_list()


def test_case_numbers_that_restart_each_year_are_made_of_two_columns(town: Any) -> None:
    rows = [{"Nr": "17", "Jahr": year, "Eingang": f"{year}-03-01 08:00"} for year in ("2024", "2025")]
    columns = {"case_ref": "Nr", "received_at": "Eingang"}
    with pytest.raises(Refused) as refused:
        admitted(town, [text_batch(*rows)], make_source(columns))
    assert refused.value.sentence.startswith(
        "rows 1 and 2 have the same 'Nr' but another 'Eingang'; nothing was taken."
    )
    assert 'Make the number of two columns, such as case_ref = ["Nr", "Jahr"], or map version' in refused.value.sentence
    joined = make_source({"case_ref": ["Nr", "Jahr"], "received_at": "Eingang"})
    found = admitted(town, [text_batch(*rows)], joined)
    whole = make_source({"case_ref": "Zeichen", "received_at": "Eingang"})
    other = admitted(town, [text_batch(rows[0] | {"Zeichen": "17/2024"})], whole)
    assert found.rows_admitted == 2
    assert other.records["cases"]["case_id"][0] == found.records["cases"]["case_id"][0]


def test_half_of_a_joined_number_is_none(town: Any) -> None:
    source = make_source({"case_ref": ["Nr", "Jahr"], "received_at": "Eingang"})
    rows = [{"Nr": "17", "Jahr": "", "Eingang": "2025-03-01 08:00"}]
    assert admitted(town, [text_batch(*rows)], source).rows_quarantined == 1


EVENTS = {"case_ref": "case", "activity": "step", "occurred_at": "at"}
PAYMENT = {"case": "1", "step": "paid", "at": "2026-01-05 10:00", "nr": ""}


def test_equal_events_of_a_delivery_are_as_many_events(town: Any) -> None:
    found = admitted(town, [text_batch(PAYMENT, PAYMENT, PAYMENT)], make_source(EVENTS))
    assert (found.rows_admitted, found.rows_duplicate) == (3, 0)
    assert found.records["events"]["event_ref"].to_list() == [None, "#2", "#3"]


def test_a_source_that_repeats_itself_says_so(town: Any) -> None:
    found = admitted(town, [text_batch(PAYMENT, PAYMENT)], make_source(EVENTS, repeats_itself=True))
    assert (found.rows_admitted, found.rows_duplicate) == (1, 1)


def test_events_with_a_number_are_one_by_it(town: Any) -> None:
    source = make_source(EVENTS | {"record_ref": "nr"})
    one, other = PAYMENT | {"nr": "a"}, PAYMENT | {"nr": "b"}
    found = admitted(town, [text_batch(one, other, one, PAYMENT, PAYMENT)], source)
    assert (found.rows_admitted, found.rows_duplicate) == (4, 1)
    with pytest.raises(Refused, match="rows 1 and 3 have the same 'nr' but another 'step'"):
        admitted(town, [text_batch(one, other, one | {"step": "sent"})], source)


def test_contradictions_are_found_in_files_too_large_for_memory(
    town: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sources.door.duplicates.PRINTS_IN_MEMORY", 10)
    monkeypatch.setattr("sources.storage.spool.ROWS_IN_MEMORY", 10)
    rows = [booking(f"Position {number}", 1, "1,00") for number in range(50)]
    batches = [text_batch(*rows[start : start + 10], before=start) for start in range(0, 50, 10)]
    late = text_batch(booking("Position 7", 1, "2,00"), before=50)
    with pytest.raises(Refused, match="rows 8 and 51 have"):
        admitted(town, [*batches, late], costs(COSTS), Spool(tmp_path / "spool"))
