"""Fetch and admit: which files wait, which never count as files, and that one bad file hides no other."""

import datetime as dt
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.walk.fetch import admit_all
from pipelines.walk.inbox import sweep, unreachable, waiting
from pipelines.walk.refused_before import refused_before
from sources.batches.protocol import Refused
from sources.contract.pseudonyms import Key
from sources.landing.landing import MANIFEST, Landing
from sources.town.folder import read_town
from tests.pipelines.walk.admissions import admit, admit_and_land, run_on
from tests.towns import KEY, NOW, PORTAL, ROWS, deliver, lines, make_town

SOUND = lines(*ROWS)
TWO_SOURCES = PORTAL + PORTAL.replace('"portal"', '"counter"', 1).replace("inbox/portal", "inbox/counter")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_town(tmp_path / "town")


def names(folder: Path, key: Key = KEY) -> list[str]:
    """The files that wait in a town's inbox."""
    return [file.path.name for file in waiting(read_town(folder), Landing(folder), key)]


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_missing_inbox_is_told_with_the_source_and_the_folder(folder: Path) -> None:
    shutil.rmtree(folder / "inbox" / "portal")
    assert names(folder) == []
    (said,) = unreachable(read_town(folder))
    assert said.startswith(
        f"Source 'portal': folder {folder / 'inbox' / 'portal'} does not exist; make it, or correct path"
    )


def test_an_empty_inbox_has_nothing_waiting(folder: Path) -> None:
    assert names(folder) == []


def test_files_wait_in_a_fixed_order_and_only_those_the_pattern_names(folder: Path) -> None:
    for number, name in enumerate(("b.csv", "a.csv", "c.txt", "b.csv.half")):
        deliver(folder, name, lines(*ROWS[: number + 1]) if number < 3 else SOUND + "x")
    assert names(folder) == ["a.csv", "b.csv"]


@pytest.mark.timeout(20)
def test_what_is_no_plain_file_is_left_alone_without_hanging(folder: Path, tmp_path: Path) -> None:
    inbox = folder / "inbox" / "portal"
    outside = tmp_path / "outside.csv"
    outside.write_text(SOUND, encoding="utf-8")
    (inbox / "link.csv").symlink_to(outside)
    (inbox / "dangling.csv").symlink_to(tmp_path / "nowhere")
    os.mkfifo(inbox / "pipe.csv")
    (inbox / "link-to-pipe.csv").symlink_to(inbox / "pipe.csv")
    (inbox / "folder.csv").mkdir()
    deliver(folder, "plain.csv", SOUND)
    assert names(folder) == ["plain.csv"]


@pytest.mark.parametrize("name", ["-rf.csv", "Übersicht März.csv", "two\nlines.csv", "a'b\".csv", "x" * 251 + ".csv"])
def test_a_file_may_have_any_name(folder: Path, name: str) -> None:
    deliver(folder, name, SOUND)
    assert admit(folder).rows_read == 3


def test_the_same_content_under_two_names_is_one_delivery(folder: Path) -> None:
    deliver(folder, "monday.csv", SOUND)
    deliver(folder, "tuesday.csv", SOUND)
    assert names(folder) == ["monday.csv"]
    admit_and_land(folder)
    assert names(folder) == []
    assert len(list(Landing(folder).manifests())) == 1


def test_the_same_content_from_two_sources_is_two_deliveries(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town", TWO_SOURCES)
    deliver(folder, "x.csv", SOUND)
    deliver(folder, "x.csv", SOUND, into="inbox/counter")
    assert len(admit_and_land(folder).folders) == 2


def test_a_landed_file_waits_no_more_and_the_same_file_again_neither(folder: Path) -> None:
    path = deliver(folder, "x.csv", SOUND)
    admit_and_land(folder)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    path.rename(path.with_name("renamed.csv"))
    assert names(folder) == []


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("town.toml", 'Post = "post"', 'Post = "counter"'),
        ("town.toml", f'key_id = "{KEY.key_id}"', f'key_id = "{KEY.key_id}"\nstaff_threshold = 6'),
        ("town.toml", 'land = "HB"', 'land = "HB"\ntimezone = "Europe/London"'),
        ("parameters/offices.csv", "1-4", "5-9"),
        (
            "parameters/services.csv",
            "parkausweis;Bewohnerparkausweis;;buergeramt",
            "parkausweis;Bewohnerparkausweis;;archiv",
        ),
    ],
)
def test_whatever_decides_about_rows_makes_their_file_wait_again(folder: Path, file: str, old: str, new: str) -> None:
    deliver(folder, "x.csv", SOUND)
    admit_and_land(folder)
    rewrite(folder / file, old, new)
    assert names(folder) == ["x.csv"]
    admit_and_land(folder)
    assert names(folder) == []
    assert len(list(Landing(folder).manifests())) == 1


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("town.toml", 'land = "HB"', 'land = "NI"'),
        ("town.toml", f'key_id = "{KEY.key_id}"', f'key_id = "{KEY.key_id}"\nmin_cases = 20'),
        ("parameters/offices.csv", "Archiv", "Stadtarchiv"),
        ("parameters/services.csv", "Eheschließung", "Heirat"),
    ],
)
def test_what_the_door_does_not_look_at_makes_nothing_wait(folder: Path, file: str, old: str, new: str) -> None:
    deliver(folder, "x.csv", SOUND)
    admit_and_land(folder)
    rewrite(folder / file, old, new)
    assert names(folder) == []


def test_another_key_makes_every_file_wait(folder: Path) -> None:
    deliver(folder, "x.csv", SOUND)
    admit_and_land(folder)
    assert names(folder, Key(bytes(32))) == ["x.csv"]


def test_a_refused_file_is_told_and_hides_no_other(folder: Path) -> None:
    deliver(folder, "a.csv", SOUND.replace("Vorgang", "Vorgangs_nr"))
    deliver(folder, "b.csv", SOUND)
    deliver(folder, "c.csv", b"")
    admission = admit(folder)
    assert [said.partition(": ")[2].partition(":")[0] for said in admission.refusals] == ["a.csv", "c.csv"]
    assert all(said.startswith("Source 'portal': ") for said in admission.refusals)
    assert admission.rows_read == 3
    kept = list((folder / "var" / "incoming").glob("*/*"))
    assert kept == admission.folders
    assert len(kept) == 1


def test_a_file_refused_in_its_middle_leaves_nothing(folder: Path) -> None:
    body = "".join(f"BHV-{n};Eingang;02.03.2026 09:15;Post\n" for n in range(200))
    deliver(folder, "x.csv", f'{lines()}{body}BHV-1;"offen;02.03.2026 09:15;Post\n')
    admission = admit(folder)
    assert len(admission.refusals) == 1
    assert (admission.folders, admission.rows_read) == ([], 0)
    assert list((folder / "var" / "incoming").glob("*/*")) == []


def test_a_file_that_vanishes_while_it_is_read_is_told_and_the_others_are_taken(folder: Path) -> None:
    gone = deliver(folder, "a.csv", SOUND)
    deliver(folder, "b.csv", lines(ROWS[0]))
    run = run_on(folder)
    run.landing.prepare()
    files = waiting(run.town, run.landing, KEY)
    gone.unlink()
    admission = admit_all(run, files, lambda _name, _number: None)
    assert admission.refusals == ["Source 'portal': a.csv: vanished while it was read; nothing of it was taken."]
    assert (admission.rows_read, len(admission.folders)) == (1, 1)
    assert names(folder) == ["b.csv"]


def test_a_header_without_rows_is_taken_with_a_warning(folder: Path) -> None:
    deliver(folder, "x.csv", lines())
    admission = admit_and_land(folder)
    assert admission.refusals == []
    assert admission.warnings == ["x.csv: holds a header but no row; check the export of source 'portal'."]
    assert names(folder) == []


def test_quarantine_is_warned_of_with_its_count(folder: Path) -> None:
    deliver(folder, "x.csv", lines(*ROWS, "x", "BHV-3;Eingang;bald;Post"))
    admission = admit(folder)
    assert (admission.rows_read, admission.rows_quarantined) == (5, 2)
    assert admission.warnings == ["x.csv: 2 of 5 rows went to quarantine; `papierwende status` lists why."]


def test_unknown_values_are_warned_of_and_only_common_ones_are_named(folder: Path) -> None:
    words = ["Taube"] * 4 + ["Anna Muster"] + ["Post"] * 10
    deliver(folder, "x.csv", lines(*(f"BHV-{n};Eingang;02.03.2026 09:15;{word}" for n, word in enumerate(words))))
    (said,) = admit(folder).warnings
    assert "channel has values outside its vocabulary, counted as unknown: 'Taube' (4), '…' (1)" in said
    assert "[source.values.channel]" in said
    assert "Anna" not in said


@pytest.mark.parametrize(("days", "swept"), [(29, 0), (31, 1)])
def test_an_admitted_file_is_deleted_after_the_towns_days(folder: Path, days: int, swept: int) -> None:
    path = deliver(folder, "x.csv", SOUND)
    admit_and_land(folder)
    assert sweep(read_town(folder), Landing(folder), KEY, NOW + dt.timedelta(days=days)) == swept
    assert path.exists() is (swept == 0)


def test_a_file_that_was_not_admitted_is_never_deleted(folder: Path) -> None:
    refused = deliver(folder, "refused.csv", lines(*ROWS, header="a;b;c;d"))
    waits = deliver(folder, "waits.csv", SOUND)
    admit(folder)
    assert sweep(read_town(folder), Landing(folder), KEY, NOW + dt.timedelta(days=400)) == 0
    assert refused.exists()
    assert waits.exists()


def test_a_file_that_must_be_admitted_again_is_not_deleted(folder: Path) -> None:
    path = deliver(folder, "x.csv", SOUND)
    admit_and_land(folder)
    rewrite(folder / "town.toml", 'Post = "post"', 'Post = "counter"')
    assert sweep(read_town(folder), Landing(folder), KEY, NOW + dt.timedelta(days=400)) == 0
    assert path.exists()


def test_a_new_column_is_named_and_never_loaded(folder: Path) -> None:
    """E2: privacy; what nobody mapped does not enter, but somebody should know that it came."""
    deliver(folder, "a.csv", SOUND)
    admit_and_land(folder)
    widened = "Vorgang;Schritt;Zeitpunkt;Kanal;Bearbeiter\nBHV-7;Eingang;06.03.2026 09:15;Post;Hafner\n"
    deliver(folder, "b.csv", widened)
    admission = admit_and_land(folder)
    assert admission.warnings == [
        "b.csv: has columns that earlier deliveries lacked, 'Bearbeiter'; they are not loaded."
    ]
    assert not any(b"Hafner" in path.read_bytes() for path in (folder / "landing").rglob("*") if path.is_file())
    deliver(folder, "c.csv", widened.replace("BHV-7", "BHV-8"))
    assert admit_and_land(folder).warnings == [], "once is enough"


def test_no_column_is_new_in_the_first_delivery(folder: Path) -> None:
    deliver(folder, "a.csv", SOUND)
    assert admit_and_land(folder).warnings == []


def dumped(folder: Path, name: str, number: int, moment: int) -> None:
    """A dump of the portal, written at so many nanoseconds."""
    os.utime(deliver(folder, name, lines(*ROWS[:number])), ns=(moment, moment))


def test_of_dumps_that_are_copied_together_the_newer_one_is_known_by_the_microsecond(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town", PORTAL.replace("[source.columns]", 'mode = "dump"\n[source.columns]'))
    moment = 1_790_000_000_000_000_000
    dumped(folder, "1.csv", 1, moment)
    dumped(folder, "2.csv", 2, moment + 1000)
    assert admit_and_land(folder).warnings == []
    newest = max(Landing(folder).manifests(), key=lambda manifest: manifest.stand)
    assert newest.rows_read == 2


def test_dumps_that_bear_the_same_time_are_told_also_when_one_has_landed(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town", PORTAL.replace("[source.columns]", 'mode = "dump"\n[source.columns]'))
    moment = 1_790_000_000_000_000_000
    dumped(folder, "1.csv", 1, moment)
    dumped(folder, "2.csv", 2, moment)

    def warning(name: str, other: str) -> str:
        return (
            f"{name}: bears the same time as another dump of source 'portal', {other}, and of dumps only the newest "
            "counts; touch the newer file and run again."
        )

    assert admit_and_land(folder).warnings == [warning("1.csv", "2.csv"), warning("2.csv", "1.csv")]
    assert admit_and_land(folder).warnings == []
    dumped(folder, "3.csv", 3, moment)
    assert admit_and_land(folder).warnings == [warning("3.csv", "a dump that landed before")]
    dumped(folder, "3.csv", 3, moment + 1_000_000_000)
    assert admit_and_land(folder).warnings == []


def test_a_dump_that_is_admitted_again_is_no_other_dump(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_town(tmp_path / "town", PORTAL.replace("[source.columns]", 'mode = "dump"\n[source.columns]'))
    dumped(folder, "1.csv", 1, 1_790_000_000_000_000_000)
    assert admit_and_land(folder).warnings == []
    monkeypatch.setattr("sources.landing.manifest.CONTRACT_VERSION", "next")
    again = admit_and_land(folder)
    assert (len(again.folders), again.warnings) == (1, [])


def test_what_was_set_aside_or_taken_as_nothing_is_told_once_per_column(folder: Path) -> None:
    rewrite(
        folder / "town.toml",
        "[source.columns]\n",
        '[source.where]\ncolumn = "Schritt"\ndrop = ["Summe*"]\n[source.columns]\nclosed_at = "Ende"\n',
    )
    rows = ("A;Eingang;02.03.2026 09:15;Post;offen", "B;Eingang;02.03.2026 09:15;Post;offen", "Z;Summe 2;;;")
    deliver(folder, "x.csv", lines(*rows, header="Vorgang;Schritt;Zeitpunkt;Kanal;Ende"))
    admission = admit(folder)
    assert admission.warnings == [
        "x.csv: closed_at holds words that stand for no value, 'offen' (2); [source.values.closed_at] with \"\" as "
        "meaning says so for good.",
        "x.csv: set aside by [source.where]: 1, beside the 2 rows that were read.",
    ]
    (manifest,) = (Landing(folder).manifest(path) for path in admission.folders)
    assert manifest is not None
    assert (manifest.rows_read, manifest.rows_admitted, manifest.rows_set_aside) == (2, 2, 1)


def test_what_a_reading_showed_lives_with_the_delivery(folder: Path) -> None:
    """Also where the run is killed before it publishes, and without what a file's name or another count tells."""
    rewrite(folder / "town.toml", "[source.columns]\n", '[source.columns]\nclosed_at = "Ende"\n')
    rows = (*(f"{row};offen" for row in ROWS), "A")
    path = deliver(folder, "anna-meyer.csv", lines(*rows, header="Vorgang;Schritt;Zeitpunkt;Kanal;Ende"))
    admission = admit_and_land(folder)
    (manifest,) = Landing(folder).manifests()
    assert manifest.warnings, admission.warnings
    assert set(manifest.warnings) < set(admission.warnings)
    assert any("'offen' (3)" in said for said in manifest.warnings)
    assert not any("meyer" in said or "quarantine" in said for said in manifest.warnings)
    bare = replace(manifest, warnings=())
    assert bare.fingerprint() == manifest.fingerprint(), "no figure rests on it"
    set_aside = Landing(folder).set_aside(Landing(folder).root / "portal" / manifest.delivery_id)
    assert json.loads((set_aside / MANIFEST).read_text(encoding="utf-8"))["warnings"] == []
    assert path.exists()


def test_a_refusal_is_known_without_reading_until_the_file_or_its_mapping_changes(folder: Path) -> None:
    path = deliver(folder, "anna-meyer.csv", SOUND.replace("Vorgang", "Nr"))
    (said,) = admit(folder).refusals
    town, landing = read_town(folder), Landing(folder)
    assert refused_before(folder, waiting(town, landing, KEY)) == [("portal", said)]
    assert "meyer" not in (folder / "var" / "refused_before.json").read_text(encoding="utf-8")
    deliver(folder, "sound.csv", SOUND)
    assert refused_before(folder, waiting(town, landing, KEY)) is None, "the other one is new"
    (folder / "inbox" / "portal" / "sound.csv").unlink()
    rewrite(folder / "town.toml", 'decimal = ","\n', "")
    assert refused_before(folder, waiting(read_town(folder), landing, KEY)) is None
    deliver(folder, path.name, SOUND)
    assert admit(folder).refusals == []
    assert refused_before(folder, waiting(read_town(folder), landing, KEY)) is None


def test_what_may_pass_by_itself_is_tried_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(folder, "x.csv", SOUND)

    def ended(*_: object) -> None:
        raise Refused("reader_ended", "x.csv: its reader was ended; the next run tries again.")

    monkeypatch.setattr("pipelines.walk.fetch.read_batches", ended)
    assert len(admit(folder).refusals) == 1
    assert refused_before(folder, waiting(read_town(folder), Landing(folder), KEY)) is None
