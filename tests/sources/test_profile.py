"""The profile of a delivery: every count the guard judges is 0 for a sound delivery and not 0 for a spoilt one."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sources.landing import MANIFEST, Landing, identify
from sources.profile import profile
from sources.town import read_town
from tests.towns import KEY, NOW, ROWS, deliver, lines, make_town, taken

MUST_BE_NOTHING = (
    "rows_unaccounted",
    "schema_differences",
    "missing_values",
    "bare_references",
    "impossible_times",
    "foreign_values",
    "personal_texts",
)


def delivery(tmp_path: Path, *rows: str) -> Path:
    folder = make_town(tmp_path / "town")
    path = deliver(folder, "x.csv", lines(*rows))
    source, landing = read_town(folder).sources[0], Landing(folder)
    landing.prepare()
    return landing.write(source, identify(path, source, ""), taken(folder, path), KEY.key_id, NOW)


def spoil(folder: Path, kind: str, **columns: Any) -> None:
    path = folder / f"{kind}.parquet"
    pl.read_parquet(path).with_columns(**columns).write_parquet(path)


def test_nothing_is_wrong_with_a_sound_delivery(tmp_path: Path) -> None:
    told = profile(delivery(tmp_path, *ROWS))
    assert {name: told[name] for name in MUST_BE_NOTHING} == dict.fromkeys(MUST_BE_NOTHING, 0)
    assert (told["rows_read"], told["source"]) == (3, "portal")


def test_nothing_is_wrong_with_a_delivery_without_rows(tmp_path: Path) -> None:
    told = profile(delivery(tmp_path))
    numbers = {name: value for name, value in told.items() if not isinstance(value, str)}
    assert set(numbers.values()) == {0}


@pytest.mark.parametrize(
    ("count", "kind", "columns"),
    [
        ("schema_differences", "events", {"sequence": pl.lit("1")}),
        ("missing_values", "events", {"activity": pl.lit(None, pl.String)}),
        ("bare_references", "events", {"case_id": pl.lit("BHV-1")}),
        ("bare_references", "cases", {"case_id": pl.lit("A" * 32)}),
        ("impossible_times", "events", {"occurred_at": pl.lit("1900-01-01").str.to_datetime(time_unit="us")}),
        ("foreign_values", "cases", {"intake_channel": pl.lit("Taube")}),
        ("personal_texts", "events", {"activity": pl.lit("an anna@example.org")}),
    ],
)
def test_what_must_not_be_is_counted(tmp_path: Path, count: str, kind: str, columns: dict[str, pl.Expr]) -> None:
    folder = delivery(tmp_path, *ROWS)
    spoil(folder, kind, **columns)
    told = profile(folder)
    assert int(told[count]) > 0
    assert [name for name in MUST_BE_NOTHING if told[name]] == [count]


@pytest.mark.parametrize("number", ["rows_read", "rows_admitted", "rows_quarantined", "rows_duplicate"])
def test_a_row_the_manifest_does_not_account_for_is_counted(tmp_path: Path, number: str) -> None:
    folder = delivery(tmp_path, *ROWS)
    told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    told[number] += 1
    (folder / MANIFEST).write_text(json.dumps(told), encoding="utf-8")
    assert int(profile(folder)["rows_unaccounted"]) > 0


def test_a_lost_row_is_counted(tmp_path: Path) -> None:
    folder = delivery(tmp_path, *ROWS)
    path = folder / "events.parquet"
    pl.read_parquet(path).head(2).write_parquet(path)
    assert profile(folder)["rows_unaccounted"] == 1


def test_the_share_of_refused_rows_is_told_once_there_are_enough_rows(tmp_path: Path) -> None:
    sound = [f"BHV-{n};Eingang;02.03.2026 09:15;Post" for n in range(45)]
    assert profile(delivery(tmp_path / "a", *sound, *["x"] * 15))["quarantine_share"] == 0.25
    assert profile(delivery(tmp_path / "b", *ROWS, "x"))["quarantine_share"] == 0


def test_the_share_of_unknown_channels_leaves_out_cases_that_tell_none(tmp_path: Path) -> None:
    rows = [f"BHV-{n};Eingang;02.03.2026 09:15;{word}" for n, word in enumerate(("Post", "Taube", "-", ""))]
    assert profile(delivery(tmp_path, *rows))["unknown_channel_share"] == 0.5


def test_case_numbers_in_the_column_of_activities_show_in_their_variety(tmp_path: Path) -> None:
    swapped = [f"Eingang;BHV-{n};02.03.2026 09:15;Post" for n in range(60)]
    assert profile(delivery(tmp_path, *swapped))["activity_variety"] == 1.0
    sound = [f"BHV-{n};Eingang;02.03.2026 09:15;Post" for n in range(60)]
    assert profile(delivery(tmp_path / "b", *sound))["activity_variety"] == pytest.approx(1 / 60)
    few = [f"BHV-{n};Schritt {n};02.03.2026 09:15;Post" for n in range(5)]
    assert profile(delivery(tmp_path / "c", *few))["activity_variety"] == 0
