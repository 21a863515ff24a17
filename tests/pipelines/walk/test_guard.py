"""The guard: sound deliveries land, spoilt ones are set aside with a sentence, and a broken check judges nobody."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from pipelines.run.outcome import Exit
from pipelines.walk import guard
from pipelines.walk.guard import EXPECTATIONS, Verdict
from sources.landing.identity import identify
from sources.landing.landing import Landing
from sources.landing.profile import profile
from sources.town.folder import read_town
from tests.towns import HEADER, KEY, NOW, PORTAL, ROWS, deliver, lines, make_town, taken

SPOILS = {
    "every_row_is_accounted_for": ("events", None),
    "records_keep_the_contract": ("events", {"sequence": pl.lit("1")}),
    "required_values_are_there": ("events", {"activity": pl.lit(None, pl.String)}),
    "references_are_pseudonyms": ("events", {"case_id": pl.lit("BHV-1")}),
    "no_text_looks_personal": ("events", {"activity": pl.lit("an anna@example.org")}),
    "times_are_possible": ("events", {"occurred_at": pl.lit("1900-01-01").str.to_datetime(time_unit="us")}),
    "values_stay_in_their_vocabulary": ("cases", {"intake_channel": pl.lit("Taube")}),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_town(tmp_path / "town")
    Landing(made).prepare()
    return made


def delivery(folder: Path, *rows: str) -> Path:
    """A delivery in ``var/incoming``."""
    path = deliver(folder, f"{len(list((folder / 'inbox' / 'portal').iterdir()))}.csv", lines(*rows))
    source = read_town(folder).sources[0]
    return Landing(folder).write(source, identify(path, source, ""), taken(folder, path), KEY.key_id, NOW)


def spoil(folder: Path, kind: str, columns: dict[str, pl.Expr] | None) -> None:
    """Change a delivery as no door would; without columns its last row is lost."""
    path = folder / f"{kind}.parquet"
    frame = pl.read_parquet(path)
    (frame.with_columns(**columns) if columns else frame.head(-1)).write_parquet(path)


def failed(verdicts: list[Verdict]) -> list[str]:
    return [verdict.expectation.name for verdict in verdicts if not verdict.passed]


def landed(folder: Path) -> list[str]:
    return [manifest.delivery_id for manifest in Landing(folder).manifests()]


def test_every_expectation_says_what_it_claims_and_finds_its_number(folder: Path) -> None:
    profiled = profile(delivery(folder, *ROWS))
    assert {expectation.column for expectation in EXPECTATIONS} <= set(profiled)
    assert len({expectation.name for expectation in EXPECTATIONS}) == len(EXPECTATIONS)
    assert all(expectation.sentence.endswith(".") for expectation in EXPECTATIONS)


def test_sound_deliveries_pass_and_land(folder: Path) -> None:
    folders = [delivery(folder, *ROWS), delivery(folder, ROWS[0]), delivery(folder)]
    verdicts = guard.judge(folders)
    assert failed(verdicts) == []
    assert guard.settle(Landing(folder), folders, verdicts) == (3, 0)
    assert landed(folder) == sorted(path.name for path in folders)
    assert list((folder / "var" / "incoming").glob("*/*")) == []


def test_without_a_delivery_nothing_fails_and_nothing_lands(folder: Path) -> None:
    verdicts = guard.judge([])
    assert failed(verdicts) == []
    assert guard.settle(Landing(folder), [], verdicts) == (0, 0)


@pytest.mark.parametrize("claim", SPOILS)
def test_a_spoilt_delivery_fails_the_one_claim_it_breaks(folder: Path, claim: str) -> None:
    spoilt, sound = delivery(folder, *ROWS), delivery(folder, ROWS[0])
    spoil(spoilt, *SPOILS[claim])
    verdicts = guard.judge([spoilt, sound])
    assert failed(verdicts) == [claim]
    (verdict,) = [verdict for verdict in verdicts if not verdict.passed]
    assert not verdict.broken
    (said,) = verdict.sentences()
    assert said.startswith(f"Source 'portal': {verdict.expectation.sentence} Found {verdict.expectation.column} ")
    kept = f"it is kept in var/refused/portal/{spoilt.name}."
    assert said.endswith("only its counts are kept." if verdict.expectation.exit_code is Exit.PRIVACY else kept)


def test_a_spoilt_delivery_is_set_aside_and_the_others_land(folder: Path) -> None:
    spoilt, sound = delivery(folder, *ROWS), delivery(folder, ROWS[0])
    spoil(spoilt, *SPOILS["times_are_possible"])
    assert guard.settle(Landing(folder), [spoilt, sound], guard.judge([spoilt, sound])) == (1, 1)
    assert landed(folder) == [sound.name]
    assert (folder / "var" / "refused" / "portal" / spoilt.name / "events.parquet").is_file()


def test_of_a_delivery_somebody_could_be_in_only_the_counts_are_kept(folder: Path) -> None:
    spoilt = delivery(folder, *ROWS)
    spoil(spoilt, *SPOILS["references_are_pseudonyms"])
    assert guard.settle(Landing(folder), [spoilt], guard.judge([spoilt])) == (0, 1)
    aside = folder / "var" / "refused" / "portal" / spoilt.name
    assert [path.name for path in aside.iterdir()] == ["manifest.json"]


@pytest.mark.parametrize(("listed", "passes"), [({"Eingang"}, True), ({"Bescheid"}, False), (set(), True)])
def test_a_column_of_unlisted_activities_is_stopped_where_the_town_lists_them(
    folder: Path, listed: set[str], passes: bool
) -> None:
    sound = delivery(folder, *(f"BHV-{n};Eingang;02.03.2026 09:15;Post" for n in range(3)))
    verdicts = guard.judge([sound], {"activity": frozenset(listed)})
    assert failed(verdicts) == ([] if passes else ["most_activities_are_listed"])


@pytest.mark.parametrize("claim", ["references_are_pseudonyms", "no_text_looks_personal"])
def test_what_concerns_persons_ends_at_the_privacy_gate(claim: str) -> None:
    (expectation,) = [expectation for expectation in EXPECTATIONS if expectation.name == claim]
    assert expectation.exit_code == Exit.PRIVACY


def test_swapped_contents_are_stopped(folder: Path) -> None:
    verdicts = guard.judge([delivery(folder, *(f"BHV-{n};02.03.2026 09:15;Eingang;Post" for n in range(60)))])
    assert failed(verdicts) == ["most_rows_can_be_read"]
    verdict = next(v for v in verdicts if v.expectation.name == "most_rows_can_be_read")
    assert verdict.offenders[0][2] == 1.0
    (said,) = verdict.sentences()
    assert said.endswith(" Why: the time cannot be read in 'Zeitpunkt' (60).")


@pytest.mark.parametrize(("refused", "passes"), [(10, True), (11, False)])
def test_a_fifth_of_the_rows_may_be_refused_and_no_more(folder: Path, refused: int, passes: bool) -> None:
    rows = [f"BHV-{number};Eingang;02.03.2026 09:15;Post" for number in range(50 - refused)]
    verdicts = guard.judge([delivery(folder, *rows, *["x"] * refused)])
    assert (failed(verdicts) == []) is passes


def test_mostly_unknown_channels_are_stopped(folder: Path) -> None:
    rows = [f"BHV-{number};Eingang;02.03.2026 09:15;Taube" for number in range(3)]
    assert failed(guard.judge([delivery(folder, ROWS[0], *rows)])) == ["most_channels_are_known"]


def test_a_check_that_broke_is_told_apart_from_data_that_failed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = replace(EXPECTATIONS[0], name="looks_for_a_lost_number", column="no_such_number")
    monkeypatch.setattr(guard, "EXPECTATIONS", (*EXPECTATIONS, lost))
    spoilt, sound = delivery(folder, *ROWS), delivery(folder, ROWS[0])
    spoil(spoilt, *SPOILS["references_are_pseudonyms"])
    verdicts = guard.judge([spoilt, sound])
    by_name = {verdict.expectation.name: verdict for verdict in verdicts}
    broken, found = by_name["looks_for_a_lost_number"], by_name["references_are_pseudonyms"]
    assert (broken.passed, broken.broken, broken.offenders) == (False, True, ())
    assert (found.passed, found.broken, len(found.offenders)) == (False, False, 1)
    (said,) = broken.sentences()
    assert "Check looks_for_a_lost_number could not be evaluated" in said
    assert "the data are not judged" in said
    assert guard.settle(Landing(folder), [spoilt, sound], verdicts) == (0, 0)
    assert landed(folder) == []
    assert not (folder / "var" / "refused").exists()


def test_a_delivery_whose_typical_number_jumped_is_set_aside(tmp_path: Path) -> None:
    """E8: a unit changed at the source, cents for euros."""
    folder = make_town(tmp_path / "town", COSTS)
    landing = Landing(folder)
    landing.prepare()
    source = read_town(folder).sources[0]

    def booked(name: str, factor: int) -> Path:
        rows = (f"P{number};m;2026-01-01;running;{number * factor}" for number in range(100, 140))
        path = deliver(folder, name, lines(*rows, header="Posten;Maßnahme;Monat;Art;Ist"), into="inbox/finanzen")
        return landing.write(source, identify(path, source, ""), taken(folder, path), KEY.key_id, NOW)

    first = booked("januar.csv", 1)
    landing.land(first)
    cents = booked("februar.csv", 100)
    (verdict,) = [v for v in guard.judge([cents], before=lambda name: landing.root / name) if not v.passed]
    assert verdict.expectation.name == "typical_sizes_stay"
    assert verdict.expectation.exit_code == Exit.GUARD
    assert "Found typical_shift 100" in verdict.sentences()[0]
    assert not failed(guard.judge([cents])), "a town that says sizes may change is believed"


COSTS = """
[[source]]
name = "finanzen"
system = "finance"
format = "csv"
path = "inbox/finanzen/*.csv"
encoding = "windows-1252"
[source.columns]
cost_item = "Posten"
measure = "Maßnahme"
month = "Monat"
kind = "Art"
actual_eur = "Ist"
"""


def test_what_stops_a_delivery_names_the_line_of_the_mapping(tmp_path: Path) -> None:
    """Sixty cases, each with a type and a channel of its own: codes do not recur, no channel is known."""
    toml = PORTAL.replace('channel = "Kanal"', 'channel = "Kanal"\ncase_type = "Art"')
    made = make_town(tmp_path / "coded", toml)
    Landing(made).prepare()
    rows = [f"BHV-{number};Eingang;02.03.2026 09:15;Taube {number};Art {number}" for number in range(60)]
    path = deliver(made, "x.csv", lines(*rows, header=f"{HEADER};Art"))
    source = read_town(made).sources[0]
    folder = Landing(made).write(source, identify(path, source, ""), taken(made, path), KEY.key_id, NOW)
    said = [sentence for verdict in guard.judge([folder]) for sentence in verdict.sentences()]
    assert [sentence.partition(" Why: ")[2] for sentence in said] == [
        "it is what case_type of [source.columns] names; name another column, or take the line out.",
        "it is what channel of [source.columns] names; name another column, or take the line out.",
    ]
