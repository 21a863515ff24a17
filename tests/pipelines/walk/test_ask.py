"""Asking a system: what landed says how far it was asked; what did not land is asked again; a sudden nothing is no fact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pytest

from pipelines.walk.ask import Answered, ask, outgrown
from sources.batches.protocol import POSITION, Batch, Refused, Seen
from sources.landing.landing import Landing
from sources.landing.shown_later import show_what_may_stand
from sources.town.folder import Town, read_town
from tests.pipelines.walk.admissions import run_on
from tests.towns import KEY, NOW, case_id, make_town

REGISTER = """
[[source]]
name = "register"
system = "case"
format = "postgres"
[source.connection]
url = "postgresql://reader@localhost/permits"
query = "events"
watermark = "changed"
[source.columns]
case_ref = "case"
activity = "step"
occurred_at = "at"
record_ref = "id"
"""


@dataclass
class Register:
    """A system with rows (id, case, step, at, changed); asked from a watermark on, an hour of overlap."""

    rows: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    present: list[str] | None = None
    asked_from: list[str | None] = field(default_factory=list)
    breaks_after: int | None = None

    def test(self) -> Seen:
        return Seen(())

    def pull(self, watermark: str | None) -> Iterator[Batch]:
        self.asked_from.append(watermark)
        new = [row for row in self.rows if watermark is None or row[4] >= watermark]
        for number, row in enumerate(sorted(new, key=lambda row: row[4]), start=1):
            if self.breaks_after is not None and number > self.breaks_after:
                raise Refused("broke", "the answer breaks off.")
            frame = pl.DataFrame(
                {"id": [row[0]], "case": [row[1]], "step": [row[2]], "at": [row[3]], POSITION: [number]}
            )
            yield Batch(frame, watermark=row[4])
        if self.present is not None:
            yield Batch(
                pl.DataFrame(
                    {"id": self.present, POSITION: range(1, len(self.present) + 1)}, schema_overrides={"id": pl.String}
                ),
                part="present",
            )


def row(number: int, case: str = "BHV-1", changed: str | None = None) -> tuple[str, str, str, str, str]:
    at = f"2026-06-{number:02}T09:00:00+02:00"
    return str(number), case, "Eingang", at, changed or f"2026-06-{number:02}T10:00:00"


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return read_town(make_town(tmp_path / "town", REGISTER))


def asked(town: Town, system: Register, now: dt.datetime = NOW) -> Answered:
    run = run_on(town.folder, now)
    run.landing.prepare()
    return ask(run, run.town.sources[0], system, lambda _rows: None)


def landed(town: Town, system: Register, now: dt.datetime = NOW) -> Answered:
    answered = asked(town, system, now)
    for folder in answered.folders:
        Landing(town.folder).land(folder)
    return answered


def test_the_next_question_begins_where_the_last_landed_answer_ended(town: Town) -> None:
    register = Register([row(1), row(2)])
    landed(town, register)
    register.rows.append(row(3))
    landed(town, register)
    assert register.asked_from == [None, "2026-06-02T10:00:00"]
    frames = [pl.read_parquet(path) for path in sorted((town.folder / "landing" / "register").glob("*/events.parquet"))]
    assert sorted(frame.height for frame in frames) == [2, 2], "the second holds the overlap and the new row"
    assert pl.concat(frames)["case_id"].unique().to_list() == [case_id("BHV-1")]


def test_what_did_not_land_is_asked_again(town: Town) -> None:
    register = Register([row(1), row(2)])
    asked(town, register)
    asked(town, register)
    assert register.asked_from == [None, None]


def test_an_answer_that_breaks_off_leaves_nothing(town: Town) -> None:
    register = Register([row(1), row(2), row(3)], breaks_after=2)
    with pytest.raises(Refused):
        asked(town, register)
    assert list(Landing(town.folder).manifests()) == []
    register.breaks_after = None
    assert landed(town, register).admitted[0].rows_admitted == 3


def test_the_same_answer_again_is_nothing_new(town: Town) -> None:
    register = Register([row(1)])
    assert len(landed(town, register).folders) == 1
    assert landed(town, register).folders == []


def test_a_system_without_a_new_row_leaves_no_delivery(town: Town) -> None:
    assert landed(town, Register()).folders == []


def test_a_list_of_what_exists_lands_when_it_changed(town: Town) -> None:
    register = Register([row(1)], present=["1", "2"])
    assert len(landed(town, register).folders) == 2
    assert landed(town, register, NOW + dt.timedelta(days=1)).folders == []
    register.present = ["2"]
    (inventory,) = landed(town, register, NOW + dt.timedelta(days=2)).folders
    landing = Landing(town.folder)
    manifest = landing.manifest(landing.root / "register" / inventory.name)
    assert manifest is not None
    assert (manifest.mode, manifest.record_kind, manifest.stand) == ("inventory", "removals", "2026-06-17T03:00:00")
    rows = pl.read_parquet(landing.root / "register" / inventory.name / "removals.parquet")
    assert rows["of_source"].to_list() == ["register"]
    assert rows["record_id"].str.contains("^[0-9a-f]{32}$").all()


def test_a_list_that_returns_to_an_earlier_state_is_a_new_delivery(town: Town) -> None:
    register = Register([row(1)], present=["1", "2"])
    landed(town, register)
    for days, present in ((1, ["1"]), (2, ["1", "2"])):
        register.present = present
        assert len(landed(town, register, NOW + dt.timedelta(days=days)).folders) == 1
    assert len({m.delivery_id for m in Landing(town.folder).manifests() if m.mode == "inventory"}) == 3


@pytest.mark.parametrize("present", [[], None])
def test_a_sudden_nothing_is_refused(town: Town, present: list[str] | None) -> None:
    folder = town.folder
    toml = folder / "town.toml"
    if present is None:
        toml.write_text(
            toml.read_text(encoding="utf-8").replace('format = "postgres"', 'format = "postgres"\nmode = "dump"')
        )
    whole = read_town(folder)
    landed(whole, Register([row(1)], present=["1"] if present is not None else None))
    with pytest.raises(Refused) as refused:
        asked(whole, Register([], present=present), NOW + dt.timedelta(days=1))
    assert refused.value.reason_code == "sudden_zero"
    assert "no record at all although it held some before" in refused.value.sentence


def test_of_lists_only_the_newest_stays_in_landing(town: Town) -> None:
    register = Register([row(1)], present=["1", "2"])
    landed(town, register)
    register.present = ["1"]
    landed(town, register, NOW + dt.timedelta(days=1))
    landing = Landing(town.folder)
    (old,) = outgrown(run_on(town.folder))
    assert old.mode == "inventory"
    landing.retire(old)
    assert outgrown(run_on(town.folder)) == []
    assert (landing.replaced / "register" / old.delivery_id / "manifest.json").is_file()


def test_another_mapping_asks_for_everything_and_replaces_what_was_admitted_under_the_old_one(town: Town) -> None:
    register = Register([row(1), row(2)])
    landed(town, register)
    toml = town.folder / "town.toml"
    text = toml.read_text(encoding="utf-8").replace(
        'format = "postgres"', 'format = "postgres"\nservice = "parkausweis"'
    )
    toml.write_text(text, encoding="utf-8")
    changed = read_town(town.folder)
    assert outgrown(run_on(changed.folder)) == [], "nothing goes before its successor landed"
    register.rows.append(row(3))
    landed(changed, register)
    assert register.asked_from == [None, None]
    assert [m.rows_admitted for m in outgrown(run_on(changed.folder))] == [2]


def test_another_patience_is_no_other_mapping(town: Town) -> None:
    register = Register([row(1)])
    landed(town, register)
    toml = town.folder / "town.toml"
    toml.write_text(
        toml.read_text(encoding="utf-8").replace("[source.connection]\n", "[source.connection]\ntimeout_seconds = 5\n")
    )
    landed(read_town(town.folder), register)
    assert register.asked_from == [None, "2026-06-01T10:00:00"]


def test_a_later_answer_stands_later_whatever_its_rows_speak_of(town: Town) -> None:
    """A clerk corrects an old record: the answer holds old instants only, and must win all the same."""
    register = Register([row(1), row(9)])
    landed(town, register)
    register.rows = [("1", "BHV-1", "Eingang", "2026-05-01T09:00:00+02:00", "2026-06-14T10:00:00")]
    landed(town, register, NOW + dt.timedelta(days=1))
    stands = {m.rows_admitted: m.stand for m in Landing(town.folder).manifests()}
    assert stands == {2: "2026-06-15T03:00:00", 1: "2026-06-16T03:00:00"}


def test_an_answer_that_returns_to_an_earlier_state_lands_again(town: Town) -> None:
    wrong = ("1", "BHV-2", "Eingang", "2026-06-01T09:00:00+02:00", "2026-06-01T10:00:00")
    register = Register([row(1)])
    for days, rows in enumerate(([row(1)], [wrong], [row(1)])):
        register.rows = rows
        assert len(landed(town, register, NOW + dt.timedelta(days=days)).folders) == 1
    assert len(list(Landing(town.folder).manifests())) == 3


def test_a_code_that_comes_four_times_a_night_gets_in_and_no_night_is_lost(town: Town) -> None:
    """Ten cases show a code; until then it is withheld, and then in all nights, without asking for them once more."""
    register, landing = Register(), Landing(town.folder)
    for night in range(3):
        register.rows += [row(number, f"BHV-{number}") for number in range(4 * night + 1, 4 * night + 5)]
        landed(town, register, NOW + dt.timedelta(days=night))
        steps = pl.read_parquet(landing.root / "register" / "*" / "events.parquet")["activity"]
        assert ("Eingang" in steps) == (night == 2)
        assert outgrown(run_on(town.folder)) == [], "an increment replaces no other"
        show_what_may_stand(town, landing, KEY)
    events = pl.read_parquet(landing.root / "register" / "*" / "events.parquet")
    assert events["activity"].unique().to_list() == ["Eingang"]
    assert events["record_id"].n_unique() == 12
    landed(town, register, NOW + dt.timedelta(days=3))
    assert register.asked_from == [None, "2026-06-04T10:00:00", "2026-06-08T10:00:00", "2026-06-12T10:00:00"]
