"""Parquet: typed columns by name; a file that is none, or holds what is no value, is refused."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sources.town.folder import read_town
from tests.sources.connectors.readings import refusal_of, rows_of
from tests.towns import admitted, case_id, make_source, make_town, reasons

SOURCE = make_source(format="parquet")
AT = dt.datetime(2026, 7, 1, 10)


def file(folder: Path, **columns: Any) -> Path:
    path = folder / "x.parquet"
    pl.DataFrame({"case": [1, 2], "step": ["Eingang", "Ende"], "at": [AT, AT], **columns}).write_parquet(path)
    return path


def through_the_door(
    folder: Path, path: Path, **mapping: str
) -> tuple[pl.DataFrame, list[tuple[int, str, str | None]]]:
    from sources.connectors.files import read_batches

    columns = {"case_ref": "case", "activity": "step", "occurred_at": "at", **mapping}
    source = make_source(columns, format="parquet")
    result = admitted(read_town(make_town(folder / "town")), list(read_batches(path, source)), source)
    return result.records["events"], reasons(result)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"case;step;at\n1;a;b\n", b"PAR1" + bytes(200) + b"PAR1"])
def test_what_is_no_parquet_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(content)
    code, said = refusal_of(path, SOURCE)
    assert (code, "no complete Parquet file; have the export run again" in said) == ("unreadable_parquet", True)


def test_a_cut_file_is_refused(tmp_path: Path) -> None:
    path = file(tmp_path)
    path.write_bytes(path.read_bytes()[:-20])
    assert refusal_of(path, SOURCE)[0] == "unreadable_parquet"


def test_a_file_damaged_in_its_middle_is_refused(tmp_path: Path) -> None:
    path = file(tmp_path)
    data = bytearray(path.read_bytes())
    data[4:60] = bytes(56)
    path.write_bytes(bytes(data))
    assert refusal_of(path, SOURCE)[0] == "unreadable_parquet"


def test_a_file_that_vanishes_is_refused(tmp_path: Path) -> None:
    assert refusal_of(tmp_path / "x.parquet", SOURCE)[0] == "vanished"


def test_a_missing_column_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pl.DataFrame({"Case_": [1], "step": ["a"], "at": [AT]}).write_parquet(path)
    code, said = refusal_of(path, SOURCE)
    assert (code, "column 'case' is missing; the nearest is 'Case_'" in said) == ("column_missing", True)


@pytest.mark.parametrize(
    "values",
    [[["a"], ["b"]], [{"a": 1}, {"a": 2}], [b"a", b"\xff"], [dt.timedelta(1), dt.timedelta(2)]],
    ids=["list", "struct", "bytes", "duration"],
)
def test_a_column_that_holds_no_single_values_is_refused(tmp_path: Path, values: list[Any]) -> None:
    code, said = refusal_of(file(tmp_path, step=values), SOURCE)
    assert (code, "column 'step' is of type" in said) == ("column_type", True)


def test_a_column_nobody_wants_may_be_of_any_type(tmp_path: Path) -> None:
    found = rows_of(file(tmp_path, blob=[b"a", b"\xff"]), SOURCE)
    assert (found.read, "blob" in found.frame.columns) == (2, False)


def test_a_file_without_rows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pl.DataFrame({"case": [1], "step": ["a"], "at": [AT]}).clear().write_parquet(path)
    assert rows_of(path, SOURCE).read == 0


def test_rows_are_numbered_across_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.connectors.parquet.BATCH_ROWS", 3)
    path = tmp_path / "x.parquet"
    pl.DataFrame({"case": range(10), "step": ["a"] * 10, "at": [AT] * 10}).write_parquet(path)
    found = rows_of(path, SOURCE)
    assert (found.positions, found.column("case")) == (list(range(1, 11)), list(range(10)))


@pytest.mark.parametrize("numbers", [[1001, 1002], [1001.0, 1002.0], ["1001", "1002"], [Decimal(1001), Decimal(1002)]])
def test_a_case_number_of_any_type_is_the_same_case(tmp_path: Path, numbers: list[Any]) -> None:
    events, _ = through_the_door(tmp_path, file(tmp_path, case=numbers))
    assert events["case_id"].to_list() == [case_id("1001"), case_id("1002")]


def test_zoned_instants_are_kept(tmp_path: Path) -> None:
    zoned = pl.Series([AT, AT]).dt.replace_time_zone("America/New_York")
    events, _ = through_the_door(tmp_path, file(tmp_path, at=zoned))
    assert events["occurred_at"].to_list() == [AT.replace(hour=14)] * 2


def test_naive_instants_are_local(tmp_path: Path) -> None:
    events, _ = through_the_door(tmp_path, file(tmp_path))
    assert events["occurred_at"].to_list() == [AT.replace(hour=8)] * 2


def test_days_in_place_of_instants_are_local_midnights(tmp_path: Path) -> None:
    events, _ = through_the_door(tmp_path, file(tmp_path, at=[AT.date(), AT.date()]))
    assert events["occurred_at"].to_list() == [dt.datetime(2026, 6, 30, 22)] * 2


def test_numbers_in_place_of_instants_go_to_quarantine(tmp_path: Path) -> None:
    _, refused = through_the_door(tmp_path, file(tmp_path, at=[1_767_000_000, 46022]))
    assert refused == [(1, "unreadable_time", "at"), (2, "unreadable_time", "at")]


def test_counts_that_a_tool_wrote_as_floats_are_whole_numbers(tmp_path: Path) -> None:
    events, refused = through_the_door(tmp_path, file(tmp_path, n=[7.0, 7.5]), sequence="n")
    assert (events["sequence"].to_list(), refused) == ([7], [(2, "unreadable_number", "n")])
