"""Codes that no list has: they stand once they recur as only a code does, else ``unlisted`` stands for them."""

from pathlib import Path

import polars as pl
import pytest

from sources.batches.protocol import Batch
from sources.door.admitted import Admitted
from sources.door.door import Door
from sources.door.known_codes import KnownCodes
from sources.door.units import Units
from sources.door.withheld import DeliveryCodes, Withheld
from sources.storage import spool as spool_module
from sources.storage.spool import Spool
from sources.town.folder import Town, read_town
from tests.towns import KEY, TODAY, conserved, make_town, text_batch

CASES = """
[[source]]
name = "cases"
system = "case"
format = "csv"
path = "inbox/cases/*.csv"
[source.columns]
case_ref = "case"
case_type = "type"
office = "office"
received_at = "at"
"""
EVENTS = """
[[source]]
name = "steps"
system = "case"
format = "csv"
path = "inbox/steps/*.csv"
[source.columns]
case_ref = "case"
activity = "step"
unit = "unit"
occurred_at = "at"
"""
COUNTS = """
[[source]]
name = "prints"
system = "print"
format = "csv"
path = "inbox/prints/*.csv"
kind = "printed_pages"
[source.columns]
counted_on = "day"
unit = "unit"
value = "pages"
"""
COSTS = """
[[source]]
name = "costs"
system = "finance"
format = "csv"
path = "inbox/costs/*.csv"
decimal = ","
kind = "running"
[source.columns]
cost_item = "item"
measure = "measure"
month = "month"
actual_eur = "euro"
booking_ref = "booking"
"""


def town_of(folder: Path, source: str = CASES, **more: str) -> Town:
    return read_town(make_town(folder / "town", source, more))


def of_types(*types: str, office: str = "buergeramt", first: int = 1, days: int = 5) -> Batch:
    """A case for each of the types, on days in turn."""
    return text_batch(
        *(
            {"case": f"C-{first + n}", "type": one, "office": office, "at": f"2026-03-{1 + n % days:02} 09:00"}
            for n, one in enumerate(types)
        ),
        before=first - 1,
    )


def through(town: Town, *batches: Batch, known: KnownCodes | None = None, spool: Spool | None = None) -> Admitted:
    """One delivery through a door that judges codes."""
    codes = DeliveryCodes(known or KnownCodes(town, town.sources[0]))
    door = Door(town.sources[0], "Europe/Berlin", Units(town), KEY, TODAY, spool, codes)
    for batch in batches:
        door.take(batch)
    result = door.close()
    conserved(result)
    return result


def types_in(result: Admitted) -> dict[str, int]:
    return dict(result.records["cases"].group_by("case_type").len().rows())


def test_a_rare_value_is_unlisted_with_its_count_and_first_row(tmp_path: Path) -> None:
    rows = ["erstantrag"] * 12 + ["Meyer, Petra"] + ["Kowalczykowa"] * 2
    result = through(town_of(tmp_path), of_types(*rows))
    assert types_in(result) == {"erstantrag": 12, "unlisted": 3}
    assert result.withheld == {"case_type": Withheld(rows=3, first=13, values=2, once=1)}
    assert result.accepted == {"case_type": ["erstantrag"]}


@pytest.mark.parametrize(("cases", "days", "stands"), [(10, 3, True), (9, 3, False), (10, 2, False), (40, 1, False)])
def test_a_code_recurs_over_ten_cases_and_three_days(tmp_path: Path, cases: int, days: int, stands: bool) -> None:
    result = through(town_of(tmp_path), of_types(*["neu"] * cases, days=days))
    assert types_in(result) == {"neu" if stands else "unlisted": cases}


def test_one_case_that_repeats_itself_is_no_recurrence(tmp_path: Path) -> None:
    rows = [
        {"case": "C-1", "step": "Petra", "unit": "buergeramt", "at": f"2026-03-{n + 1:02} 09:00"} for n in range(20)
    ]
    result = through(town_of(tmp_path, EVENTS), text_batch(*rows))
    assert set(result.records["events"]["activity"]) == {"unlisted"}


@pytest.mark.parametrize("name", ["Meyer, Petra", "Petra Meyer", "Frau Meyer", "p.meyer", "MEYER"])
def test_a_name_that_recurs_is_unlisted_all_the_same(tmp_path: Path, name: str) -> None:
    result = through(town_of(tmp_path), of_types(*[name] * 200, *["neu"] * 20))
    assert types_in(result) == {"unlisted": 200, "neu": 20}
    assert result.accepted == {"case_type": ["neu"]}


def test_what_the_town_wrote_down_stands_however_rare(tmp_path: Path) -> None:
    mapped = CASES + '[source.values.case_type]\nX = "ausnahme"\n'
    town = town_of(tmp_path, mapped, codes="field;code\ncase_type;Petra\n")
    assert types_in(through(town, of_types("Petra", "X", "Y"))) == {"Petra": 1, "ausnahme": 1, "unlisted": 1}


def test_what_a_service_costs_by_case_type_is_listed(tmp_path: Path) -> None:
    head = "service_code;case_type;intake_channel;minutes;low;high;valid_from;source;evidence_grade\n"
    town = town_of(tmp_path, processing_minutes=f"{head}parkausweis;neu;post;20;15;30;2026-01-01;Messung;A\n")
    assert types_in(through(town, of_types("neu"))) == {"neu": 1}


def test_a_listed_office_stands_and_an_unlisted_one_does_not(tmp_path: Path) -> None:
    result = through(town_of(tmp_path), of_types("a", office="Meyer"), of_types("a", office="archiv", first=2))
    assert result.records["cases"]["office_code"].to_list() == ["unlisted", "archiv"]


def test_files_of_one_run_count_together_whatever_their_order(tmp_path: Path) -> None:
    town = town_of(tmp_path)
    nights = [of_types(*["neu"] * 4, first=10 * night, days=night) for night in (1, 2, 3)]
    known = KnownCodes(town, town.sources[0])
    first = through(town, nights[0], known=known)
    assert types_in(first) == {"unlisted": 4}
    assert first.lists_sha256 == known.fingerprint()
    for night in nights[1:]:
        last = through(town, night, known=known)
    assert types_in(last) == {"neu": 4}
    assert first.lists_sha256 != known.fingerprint(), "the first file is worth another look"
    assert types_in(through(town, nights[0], known=known)) == {"neu": 4}


def test_what_landed_before_stands_in_a_night_of_two_rows(tmp_path: Path) -> None:
    town = town_of(tmp_path)
    known = KnownCodes(town, town.sources[0], {"case_type": ["neu", "Petra Meyer"]})
    assert types_in(through(town, of_types("neu", "Petra Meyer"), known=known)) == {"neu": 1, "unlisted": 1}


def test_no_name_touches_the_disk_on_its_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool_module, "ROWS_IN_MEMORY", 1)
    town, spool = town_of(tmp_path), Spool(tmp_path / "spool")
    codes = DeliveryCodes(KnownCodes(town, town.sources[0]), spool)
    door = Door(town.sources[0], "Europe/Berlin", Units(town), KEY, TODAY, spool, codes)
    door.take(of_types(*["neu"] * 20, "Kowalczykowa"))
    result = door.close()
    list(result.piles["cases"].frames())
    written = pl.read_parquet(tmp_path / "spool" / "cases.parquet")["case_type"].to_list()
    assert len(written) == 21
    assert not any("Kowal" in str(code) for code in written)
    assert types_in(result) == {"neu": 20, "unlisted": 1}


def test_events_that_only_a_withheld_step_tells_apart_stay_two(tmp_path: Path) -> None:
    same = {"case": "C-1", "unit": "buergeramt", "at": "2026-03-01 09:00"}
    result = through(town_of(tmp_path, EVENTS), text_batch({**same, "step": "Anna"}, {**same, "step": "Bernd"}))
    events = result.records["events"]
    assert events["activity"].to_list() == ["unlisted", "unlisted"]
    assert events["event_ref"].n_unique() == 2
    assert events["event_ref"].str.contains("^[0-9a-f]{32}$").all()


def test_a_step_that_stands_in_the_end_is_the_step_it_would_be_anyway(tmp_path: Path) -> None:
    rows = [
        {"case": f"C-{n}", "step": "Neu", "unit": "buergeramt", "at": f"2026-03-{1 + n:02} 09:00"} for n in range(12)
    ]
    town = town_of(tmp_path, EVENTS)
    judged = through(town, text_batch(*rows[:4]), text_batch(*rows[4:], before=4))
    listed = through(town, text_batch(*rows), known=KnownCodes(town, town.sources[0], {"activity": ["Neu"]}))
    assert judged.records["events"].equals(listed.records["events"])
    assert judged.records["events"]["event_ref"].null_count() == 12


def test_counts_of_two_withheld_units_of_a_day_stay_two(tmp_path: Path) -> None:
    rows = [{"day": "2026-03-01", "unit": unit, "pages": "5"} for unit in ("Anna", "Bernd")]
    counts = through(town_of(tmp_path, COUNTS), text_batch(*rows)).records["counts"]
    assert counts["unit_code"].to_list() == ["unlisted", "unlisted"]
    assert counts["count_ref"].drop_nulls().n_unique() == 2


def test_a_booking_that_is_called_like_somebody_is_refused_and_others_are_no_matter_how_rare(tmp_path: Path) -> None:
    row = {"item": "K-1", "measure": "m", "month": "2026-03", "euro": "5,00"}
    rows = [{**row, "booking": "BU-1"}, {**row, "booking": "Meyer, Petra"}]
    result = through(town_of(tmp_path, COSTS), text_batch(*rows))
    assert result.records["costs"]["booking_ref"].to_list() == ["BU-1"]
    assert result.quarantine.select("position", "reason_code", "column_name").rows() == [
        (2, "personal_data", "booking")
    ]
    assert result.withheld == {}


def test_a_column_of_names_keeps_none_however_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.door.withheld.MOST_OPEN", 5)
    result = through(town_of(tmp_path), of_types(*[f"Niemand-{n}" for n in range(30)]))
    assert types_in(result) == {"unlisted": 30}
    assert result.withheld["case_type"] == Withheld(rows=30, first=1, values=30, once=30)
