"""What was withheld and may stand by now is put where ``unlisted`` stands: as if the file were read again, without it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pipelines.run.integrity import damaged_files, settle
from sources.contract.withheld import WITHHELD
from sources.landing.landing import Landing
from sources.landing.shown_later import show_what_may_stand
from sources.town.folder import read_town
from tests.pipelines.walk.admissions import admit_and_land
from tests.towns import KEY, make_town

LOG = """
[[source]]
name = "log"
system = "case"
format = "csv"
path = "inbox/log/*.csv"
[source.columns]
case_ref = "Fall"
activity = "Schritt"
occurred_at = "Zeit"
unit = "Amt"
case_type = "Art"
service = "Leistung"
"""
COUNTS = """
[[source]]
name = "log"
system = "print"
format = "csv"
path = "inbox/log/*.csv"
kind = "printed_pages"
[source.columns]
counted_on = "Tag"
unit = "Amt"
product = "Ware"
value = "Seiten"
"""
STEPS = "Fall;Schritt;Zeit;Amt;Art;Leistung"
ACTIVITIES = "activity;medium;kind;waits_for;is_decision\nEingang;digital;intake;office;false\n"


def town(folder: Path, source: str = LOG) -> Path:
    return make_town(folder, source, {"activities": ACTIVITIES})


def listed(folder: Path, **codes: str) -> None:
    rows = [f"{field};{code}" for field, code in codes.items()]
    (folder / "parameters" / "codes.csv").write_text("\n".join(["field;code", *rows, ""]), encoding="utf-8")


def land(folder: Path, name: str, *rows: str, header: str = STEPS, keep: bool = False) -> None:
    """One file into landing; its days in the inbox are over at once."""
    path = folder / "inbox" / "log" / f"{name}.csv"
    path.write_text("\n".join((header, *rows, "")), encoding="utf-8")
    admit_and_land(folder)
    if not keep:
        path.unlink()


def shown(folder: Path) -> int:
    return show_what_may_stand(read_town(folder), Landing(folder), KEY)


def landed(folder: Path, kind: str) -> pl.DataFrame:
    return pl.read_parquet(folder / "landing" / "log" / "*" / f"{kind}.parquet").sort("delivery_id", "position")


def many(step: str, unit: str = "buergeramt", cases: int = 12) -> list[str]:
    return [f"F-{n};{step};2026-03-{1 + n:02} 09:00;{unit};Ausnahme;parkausweis" for n in range(cases)]


def few(step: str, unit: str = "buergeramt") -> list[str]:
    """The first three, the last one twice; and one that is listed."""
    first = many(step, unit, 3)
    return [*first, first[-1], "F-9;Eingang;2026-03-09 09:00;buergeramt;Ausnahme;parkausweis"]


@pytest.mark.parametrize("unit", ["buergeramt", "archiv", "fachstelle"])
def test_a_delivery_becomes_what_the_door_would_make_of_its_file(tmp_path: Path, unit: str) -> None:
    """Of a town's own unit, of one kept to the day, and of one that no list has."""
    after, anew = town(tmp_path / "after"), town(tmp_path / "anew")
    land(after, "few", *few("Prüfung", unit))
    assert "unlisted" in landed(after, "events")["activity"].to_list()
    assert (shown(after), shown(anew)) == (0, 0), "nothing may stand yet"
    land(after, "many", *many("Prüfung", unit))
    land(anew, "many", *many("Prüfung", unit))
    land(anew, "few", *few("Prüfung", unit))
    assert shown(after) == 1
    assert shown(after) == 0
    for kind in ("events", "cases", "quarantine"):
        assert landed(after, kind).equals(landed(anew, kind)), kind
    assert sum(m.withheld_values for m in Landing(after).manifests()) == 0
    assert damaged_files(Landing(after)) == []
    manifests = {m.delivery_id: m for m in Landing(after).manifests()}
    assert all(m.withheld == {} and "Prüfung" in m.accepted["activity"] for m in manifests.values())


def test_what_may_not_stand_stays_withheld_and_keeps_its_event_apart(tmp_path: Path) -> None:
    folder = town(tmp_path / "town")
    land(folder, "few", *few("Prüfung", "Oyelaran"))
    before = landed(folder, "events")
    land(folder, "many", *many("Prüfung"))
    assert shown(folder) == 1
    after = landed(folder, "events").filter(pl.col("delivery_id") == before["delivery_id"][0])
    assert after["activity"].to_list() == ["Prüfung"] * 4 + ["Eingang"]
    assert after["unit_code"].to_list() == ["unlisted"] * 4 + ["buergeramt"]
    assert after["event_ref"].equals(before["event_ref"])
    assert "Oyelaran" not in "".join(map(str, landed(folder, WITHHELD).rows()))


def test_counts_of_a_product_that_is_listed_are_one_count_again(tmp_path: Path) -> None:
    folder, head = town(tmp_path / "town", COUNTS), "Tag;Amt;Ware;Seiten"
    rows = ["2026-03-01;buergeramt;brief;5", "2026-03-02;buergeramt;brief;7"]
    land(folder, "a", *rows, header=head)
    listed(folder, product="brief")
    land(folder, "b", *rows, "2026-03-03;buergeramt;brief;9", header=head)
    assert shown(folder) == 1
    counts = landed(folder, "counts")
    assert counts["product"].unique().to_list() == ["brief"]
    assert counts.select("counted_on", "unit_code", "kind", "product", "count_ref", "part_id").n_unique() == 3


def test_a_code_that_comes_four_times_a_night_gets_in_and_all_nights_show_it(tmp_path: Path) -> None:
    folder, rows = town(tmp_path / "town"), many("Prüfung")
    for night in range(3):
        land(folder, f"{night}", *rows[4 * night : 4 * night + 4])
        assert shown(folder) == (2 if night == 2 else 0)
    assert landed(folder, "events")["activity"].to_list() == ["Prüfung"] * 12


def test_the_same_rows_night_after_night_are_no_recurrence(tmp_path: Path) -> None:
    folder = town(tmp_path / "town")
    for night in range(5):
        more = f"F-{90 + night};Eingang;2026-04-0{1 + night} 09:00;buergeramt;Ausnahme;parkausweis"
        land(folder, f"{night}", *few("Prüfung"), more)
    assert "Prüfung" not in landed(folder, "events")["activity"].to_list()


def test_a_file_that_is_settled_is_not_read_again(tmp_path: Path) -> None:
    folder = town(tmp_path / "town")
    land(folder, "few", *few("Prüfung"), keep=True)
    listed(folder, case_type="Ausnahme")
    assert shown(folder) == 1
    assert landed(folder, "cases")["case_type"].unique().to_list() == ["Ausnahme"]
    assert admit_and_land(folder).folders == []


def test_a_service_whose_office_is_small_needs_its_file(tmp_path: Path) -> None:
    """Its times would have to be kept to the day: no code is shown where the rules for small units change the row."""
    folder = town(tmp_path / "town")
    land(folder, "few", "F-1;Eingang;2026-03-01 09:15;;;taufe")
    services = folder / "parameters" / "services.csv"
    services.write_text(services.read_text(encoding="utf-8") + "taufe;Taufe;;standesamt;;;\n", encoding="utf-8")
    assert shown(folder) == 0
    assert landed(folder, "cases")["service_code"].to_list() == ["unlisted"]


def test_what_a_killed_run_set_aside_comes_back(tmp_path: Path) -> None:
    folder = town(tmp_path / "town")
    land(folder, "few", *few("Prüfung"))
    listed(folder, case_type="Ausnahme")
    settle(Landing(folder))

    class Killed(BaseException):
        pass

    rename = Path.rename

    def killed(old: Path, new: Path) -> Path:
        if "incoming" in old.parts:
            raise Killed
        return rename(old, new)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Path, "rename", killed)
        with pytest.raises(Killed):
            shown(folder)
    assert not list((folder / "landing" / "log").iterdir()), "the old one is aside, the new one did not come"
    landing = Landing(folder)
    landing.prepare()
    settle(landing)
    assert damaged_files(landing) == []
    assert shown(folder) == 1
    assert landed(folder, "cases")["case_type"].unique().to_list() == ["Ausnahme"]
