"""The profile of a delivery: every count the guard judges is 0 for a sound delivery and not 0 for a spoilt one."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sources.connectors.files import read_batches
from sources.contract.records import LANDED
from sources.landing.identity import identify
from sources.landing.landing import MANIFEST, Landing
from sources.landing.profile import profile
from sources.landing.typical_size import typical_shift
from sources.town.folder import read_town
from tests.towns import KEY, NOW, ROWS, admitted, deliver, lines, make_source, make_town, taken

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
    profiled = profile(delivery(tmp_path, *ROWS))
    assert {name: profiled[name] for name in MUST_BE_NOTHING} == dict.fromkeys(MUST_BE_NOTHING, 0)
    assert (profiled["rows_read"], profiled["source"]) == (3, "portal")


def test_nothing_is_wrong_with_a_delivery_without_rows(tmp_path: Path) -> None:
    profiled = profile(delivery(tmp_path))
    numbers = {name: value for name, value in profiled.items() if not isinstance(value, str)}
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
    profiled = profile(folder)
    assert int(profiled[count]) > 0
    assert [name for name in MUST_BE_NOTHING if profiled[name]] == [count]


@pytest.mark.parametrize("number", ["rows_read", "rows_admitted", "rows_quarantined", "rows_duplicate"])
def test_a_row_the_manifest_does_not_account_for_is_counted(tmp_path: Path, number: str) -> None:
    folder = delivery(tmp_path, *ROWS)
    written = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    written[number] += 1
    (folder / MANIFEST).write_text(json.dumps(written), encoding="utf-8")
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
    assert profile(delivery(tmp_path / "b", *sound))["activity_variety"] == 0
    few = [f"BHV-{n};Schritt {n};02.03.2026 09:15;Post" for n in range(5)]
    assert profile(delivery(tmp_path / "c", *few))["activity_variety"] == 0


@pytest.mark.parametrize(
    ("times", "variety"),
    [
        ([1] * 4 + [2] * 3 + [5] * 4, 4 / 30),
        ([1] * 26 + [2] * 4, 26 / 34),
        ([2] * 31, 31 / 62),
    ],
    ids=["a small town's month", "names, some of them twice", "more kinds than an office has codes"],
)
def test_of_few_kinds_only_those_that_occur_once_speak_against_them(
    tmp_path: Path, times: list[int], variety: float
) -> None:
    words = [f"Schritt {kind}" for kind, count in enumerate(times) for _ in range(count)]
    rows = [f"BHV-{n};{word};02.03.2026 09:15;Post" for n, word in enumerate(words)]
    assert profile(delivery(tmp_path, *rows))["activity_variety"] == pytest.approx(variety)


def test_a_large_delivery_is_told_slice_by_slice_as_if_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("Post", "Taube", "-", "")
    folder = delivery(tmp_path, *(f"BHV-{n};Schritt {n % 9};02.03.2026 09:15;{words[n % 4]}" for n in range(100)))
    spoil(folder, "events", case_id=pl.when(pl.col("position") % 7 == 0).then(pl.lit("BHV-1")).otherwise("case_id"))
    listed = {"activity": frozenset({"Schritt 1", "Schritt 2"})}
    whole = profile(folder, listed)
    monkeypatch.setattr("sources.landing.profile.SLICE_ROWS", 13)
    sliced = profile(folder, listed)
    assert sliced == whole
    assert (whole["bare_references"], whole["unlisted_activity"]) == (14, pytest.approx(78 / 100))


def landed_numbers(folder: Path, name: str, record: str, /, **columns: Any) -> Path:
    """A delivery folder with one kind of record, as it lands."""
    path = folder / name / f"{record}.parquet"
    path.parent.mkdir(parents=True)
    frame = pl.DataFrame(columns)
    schema = LANDED[record]
    frame.select(
        (pl.col(column) if column in columns else pl.lit(None)).cast(dtype).alias(column)
        for column, dtype in schema.items()
    ).write_parquet(path)
    return path.parent


@pytest.mark.parametrize(
    ("before", "today", "shift"),
    [([60.0] * 40, [1.0] * 40, 60.0), ([1.0] * 40, [60.0] * 40, 60.0), ([2.0, 4.0] * 20, [2.0, 4.0] * 20, 1.0)],
    ids=["minutes became hours", "hours became minutes", "nothing changed"],
)
def test_a_unit_that_changed_shows_in_the_typical_number(
    tmp_path: Path, before: list[float], today: list[float], shift: float
) -> None:
    landed = tmp_path / "landing"
    landed_numbers(landed, "a", "counts", kind=["files"] * len(before), value=before)
    found = landed_numbers(tmp_path, "today", "counts", kind=["files"] * len(today), value=today)
    assert typical_shift(found, landed) == pytest.approx(shift)


def test_kinds_are_compared_with_themselves_and_zeros_with_nothing(tmp_path: Path) -> None:
    landed = tmp_path / "landing"
    kinds, values = ["printed_pages"] * 40 + ["shelf_metres"] * 40, [4000.0] * 40 + [2.0] * 40
    landed_numbers(landed, "a", "counts", kind=kinds, value=values)
    swapped = landed_numbers(tmp_path, "x", "counts", kind=kinds, value=[2.0] * 40 + [4000.0] * 40)
    assert typical_shift(swapped, landed) == 2000
    zeros = landed_numbers(tmp_path, "y", "counts", kind=kinds, value=[9.0, 0.0] * 20 + [2.0] * 40)
    assert typical_shift(zeros, landed) == 1


@pytest.mark.parametrize("few", [0, 29])
def test_too_few_numbers_tell_no_size(tmp_path: Path, few: int) -> None:
    landed = tmp_path / "landing"
    landed_numbers(landed, "a", "scans", pages=[3] * few)
    found = landed_numbers(tmp_path, "today", "scans", pages=[300] * 100)
    assert typical_shift(found, landed) == typical_shift(found, None) == typical_shift(found, tmp_path / "none") == 0


def test_the_profile_tells_the_shift_beside_the_deliveries_of_its_source(tmp_path: Path) -> None:
    town = make_town(tmp_path / "town")
    source = make_source({"document_ref": "d", "scanned_at": "at", "pages": "n"}, name="portal", system="scan")
    landing = Landing(town)
    landing.prepare()
    folders: list[Path] = []
    for name, pages in (("before", 4), ("today", 400)):
        rows = "".join(f"{name}{number};2026-03-02;{pages}\n" for number in range(40))
        path = deliver(town, f"{name}.csv", f"d;at;n\n{rows}")
        result = admitted(read_town(town), list(read_batches(path, source)), source)
        folders.append(landing.write(source, identify(path, source, ""), result, KEY.key_id, NOW))
    landing.land(folders[0])
    assert profile(folders[1], landed=town / "landing" / "portal")["typical_shift"] == 100
    assert profile(folders[1])["typical_shift"] == 0


@pytest.mark.parametrize(("rows", "variety"), [(99, 0.0), (100, 0.5)])
def test_grades_of_a_small_plan_of_posts_are_not_judged(tmp_path: Path, rows: int, variety: float) -> None:
    text = "post;grade;fte\n" + "".join(f"{n};E{n // 2};1\n" for n in range(rows))
    town = make_town(tmp_path / "town")
    source = make_source({"post": "post", "grade": "grade", "fte": "fte"}, system="posts")
    path, landing = deliver(town, "x.csv", text), Landing(town)
    landing.prepare()
    result = admitted(read_town(town), list(read_batches(path, source)), source)
    folder = landing.write(source, identify(path, source, ""), result, KEY.key_id, NOW)
    assert profile(folder)["code_variety"] == variety
