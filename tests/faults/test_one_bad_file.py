"""One bad file stops that file only: the others are taken, the run goes on, and each sentence names what to do."""

import os
import signal
from pathlib import Path

import pytest

from pipelines.run.outcome import Exit
from pipelines.tools import inspection
from pipelines.walk import fetch
from sources.batches.protocol import Batch, Refused
from sources.connectors import apart, files
from sources.landing.landing import Landing
from sources.town.folder import read_town
from tests.faults.command import papierwende, sentences
from tests.faults.poison import poisoned, workbook
from tests.pipelines.walk.admissions import admit, admit_and_land
from tests.towns import PORTAL, ROWS, deliver, lines, make_source, make_town

BOOK = """
[[source]]
name = "book"
system = "case"
format = "xlsx"
path = "inbox/book/*.xlsx"
timestamp_format = "%d.%m.%Y %H:%M"
[source.columns]
case_ref = "case"
activity = "step"
occurred_at = "at"
"""
XLSX = make_source(format="xlsx", timestamp_format="%d.%m.%Y %H:%M")
SIXTEEN = make_source({"case_ref": "Vorgang", "activity": "Schritt", "occurred_at": "Zeitpunkt"}, encoding="utf-16")
SOUND = lines(*ROWS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_town(tmp_path / "town", PORTAL + BOOK)


def cells(batches: list[Batch]) -> list[tuple[object, ...]]:
    return [row for batch in batches for row in batch.frame.iter_rows()]


def refusal(path: Path, source: object = XLSX) -> Refused:
    with pytest.raises(Refused) as refused:
        list(apart.read_batches(path, source))  # type: ignore[arg-type]
    return refused.value


# ---- a text whose encoding is not told


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-16"])
@pytest.mark.parametrize("declared", ["utf-16", "utf-16-le"])
def test_utf_16_is_read_with_and_without_its_mark(tmp_path: Path, codec: str, declared: str) -> None:
    if (codec, declared) == ("utf-16-be", "utf-16-le"):
        pytest.skip("declared wrong")
    path = tmp_path / "x.csv"
    path.write_bytes(SOUND.encode(codec))
    source = SIXTEEN.model_copy(update={"encoding": declared})
    read = cells(list(files.read_batches(path, source)))
    assert read[0] == (1, "BHV-1", "Eingang", "02.03.2026 09:15")
    assert len(read) == 3
    assert files.header_of(path, "csv", {"encoding": declared}).names[0] == "Vorgang"


@pytest.mark.parametrize("declared", ["utf-16", "utf-32"])
def test_what_is_no_utf_16_is_one_sentence(tmp_path: Path, declared: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(SOUND.encode("windows-1252"))
    with pytest.raises(Refused) as refused:
        list(files.read_batches(path, SIXTEEN.model_copy(update={"encoding": declared})))
    assert refused.value.sentence.startswith(f"x.csv: not {declared}")


# ---- a defect of the program that one file brings to light


def test_any_error_of_a_reader_refuses_its_file_and_tells_no_value(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = fetch.read_batches

    def breaks(path: Path, source: object) -> object:
        if path.name == "bad.csv":
            raise ZeroDivisionError("BHV-1")
        return read(path, source)  # type: ignore[arg-type]

    monkeypatch.setattr(fetch, "read_batches", breaks)
    deliver(folder, "bad.csv", SOUND)
    deliver(folder, "good.csv", lines(*ROWS[:2]))
    admission = admit(folder)
    (said,) = admission.refusals
    assert said.startswith(
        "Source 'portal': b….csv (file 1 of 2 in its folder): the program broke at it with ZeroDivisionError in test_one_bad_file"
    )
    assert "BHV-1" not in said
    assert (admission.rows_read, admission.refused) == (2, ["portal"])


def test_an_error_at_the_door_stops_that_file_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take = fetch.Door.take

    def breaks(door: fetch.Door, batch: Batch) -> None:
        if "BHV-9" in str(batch.frame):
            raise MemoryError
        take(door, batch)

    monkeypatch.setattr(fetch.Door, "take", breaks)
    deliver(folder, "bad.csv", lines("BHV-9;Eingang;02.03.2026 09:15;Post"))
    deliver(folder, "good.csv", SOUND)
    admission = admit(folder)
    assert "MemoryError" in admission.refusals[0]
    assert admission.rows_read == 3


def test_a_full_disk_is_no_files_fault(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fetch.Door, "take", full)
    deliver(folder, "x.csv", SOUND)
    with pytest.raises(OSError, match="No space left"):
        admit(folder)


# ---- a file that kills its reader


def test_a_workbook_with_a_wild_index_is_refused_and_the_program_lives(tmp_path: Path) -> None:
    bad = poisoned(tmp_path / "bad.xlsx")
    assert bad.stat().st_size < 10_000
    refused = refusal(bad)
    assert refused.reason_code == apart.KILLED_ITS_READER
    assert refused.sentence.startswith("bad.xlsx: is set aside, its reader")
    assert refused.sentence.endswith("It is not tried again until it changes.")
    # The next file gets a reader of its own.
    good = workbook(tmp_path / "good.xlsx")
    assert cells(list(apart.read_batches(good, XLSX))) == cells(list(files.read_batches(good, XLSX)))


def test_a_reader_that_is_silent_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = workbook(tmp_path / "x.xlsx")
    assert len(cells(list(apart.read_batches(good, XLSX)))) == 2
    os.kill(apart._idle[-1]._process.pid, signal.SIGSTOP)
    monkeypatch.setattr(apart, "MOST_SILENT_SECONDS", 0.2)
    assert "gave no row for" in refusal(good).sentence


def test_a_reader_that_never_ends_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MOST_OUTPUT", 10)
    monkeypatch.setattr(apart, "MOST_RATIO", 0)
    assert "of rows from it" in refusal(workbook(tmp_path / "x.xlsx")).sentence


def test_a_reader_that_is_killed_is_told_and_replaced(tmp_path: Path) -> None:
    good = workbook(tmp_path / "x.xlsx")
    batches = apart.read_batches(good, XLSX)
    next(batches)
    batches.close()  # type: ignore[attr-defined]
    assert len(cells(list(apart.read_batches(good, XLSX)))) == 2
    os.kill(apart._idle[-1]._process.pid, signal.SIGKILL)
    assert apart.header_of(good, "xlsx", {}).names == ["case", "step", "at"]


def test_a_file_whose_reader_somebody_ended_is_tried_again(tmp_path: Path) -> None:
    apart._end_all()
    apart._idle.clear()
    reader = apart._Reader()
    reader._process.kill()
    apart._idle.append(reader)
    refused = refusal(workbook(tmp_path / "x.xlsx"))
    assert refused.reason_code == "reader_ended"
    assert refused.sentence.endswith("the next run tries again.")


def test_a_reader_knows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPIERWENDE_SECRET_BOOK", "hunter2")
    apart._end_all()
    apart._idle.clear()
    list(apart.read_batches(workbook(tmp_path / "x.xlsx"), XLSX))
    environment = Path(f"/proc/{apart._idle[-1]._process.pid}/environ").read_bytes()
    assert b"hunter2" not in environment
    assert b"PAPIERWENDE" not in environment


def test_all_that_a_batch_holds_comes_through(tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx")
    for here, there in zip(files.read_batches(path, XLSX), apart.read_batches(path, XLSX), strict=True):
        assert here.frame.equals(there.frame)
        assert here.frame.schema == there.frame.schema
        assert {**vars(here), "frame": 0} == {**vars(there), "frame": 0}


def test_a_file_that_killed_its_reader_is_not_read_again_until_it_changes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned(folder / "inbox" / "book" / "anna.xlsx")
    workbook(folder / "inbox" / "book" / "good.xlsx")
    first = admit_and_land(folder)
    (said,) = first.refusals
    assert said.startswith("Source 'book': an….xlsx (file 1 of 2 in its folder): is set aside, its reader")
    assert (len(first.folders), first.refused) == (1, ["book"])
    assert "anna" not in (folder / "var" / "given_up.json").read_text(encoding="utf-8")
    monkeypatch.setattr(fetch, "read_batches", lambda *_: pytest.fail("it is read again"))
    assert admit(folder).refusals == [said]
    monkeypatch.undo()
    town = read_town(folder)
    # The newest file is what `sources test` looks at.
    os.utime(folder / "inbox" / "book" / "anna.xlsx")
    looked = inspection.inspect(town, town.sources[1])
    # Whoever names the file himself may read its name.
    whole = said.replace("an….xlsx (file 1 of 2 in its folder)", "anna.xlsx")
    assert (looked.exit_code, f"Source 'book': {looked.lines[-1].sentence}") == (Exit.GUARD, whole)
    workbook(folder / "inbox" / "book" / "anna.xlsx")
    assert admit(folder).refusals == []


@pytest.mark.parametrize("note", [b"", b"[]", b"\xff\xfe", b'{"x'])
def test_a_damaged_note_only_means_another_try(folder: Path, note: bytes) -> None:
    (folder / "var").mkdir(exist_ok=True)
    (folder / "var" / "given_up.json").write_bytes(note)
    deliver(folder, "x.csv", SOUND)
    assert admit(folder).rows_read == 3


# ---- the whole run


@pytest.mark.slow
def test_the_others_are_published_and_the_page_says_what_was_refused(tmp_path: Path) -> None:
    wide = (
        PORTAL.replace('"portal"', '"wide"', 1).replace("inbox/portal", "inbox/wide").replace("windows-1252", "utf-16")
    )
    folder = make_town(tmp_path / "town", PORTAL + BOOK + wide)
    deliver(folder, "x.csv", SOUND)
    deliver(folder, "w.csv", SOUND.encode("utf-16-le"), into="inbox/wide")
    renamed = deliver(folder, "a.csv", SOUND.replace("Vorgang", "Vorgangs_nr"))
    poisoned(folder / "inbox" / "book" / "b.xlsx")
    ran = papierwende(folder, "run", str(folder), "--as-of", "2026-06-15")
    said = sentences(ran)
    assert ran.returncode == 3, ran.stderr
    assert any(one.startswith("Source 'book': b.xlsx: is set aside") for one in said)
    assert (
        "Source 'portal': a.csv: column 'Vorgang' is missing; the nearest is 'Vorgangs_nr'. "
        "Nothing was taken in; correct [source.columns] or the export."
    ) in said
    assert any(one.startswith("Source 'portal': 1 deliveries were refused whole") for one in said)
    landed = {manifest.source: manifest.rows_admitted for manifest in Landing(folder).manifests()}
    assert landed == {"portal": 3, "wide": 3}
    again = papierwende(folder, "run", str(folder), "--as-of", "2026-06-15")
    assert (again.returncode, "nothing new" in again.stdout.lower()) == (3, True), again.stdout + again.stderr
    assert set(sentences(again)) == {one for one in said if "b.xlsx" in one or "a.csv" in one}
    assert renamed.exists()
    naming_it = [path.name for path in (folder / "var").glob("*.*") if renamed.name in path.read_text(encoding="utf-8")]
    assert naming_it == ["last_run.json"], "the outcome names the file, nothing else below var does"
    page = (folder / "current" / "site" / "daten.html").read_text(encoding="utf-8")
    assert "Lieferungen, die als Ganzes abgewiesen wurden" in page
    stood = (folder / "current").resolve()
    (folder / "inbox" / "book" / "b.xlsx").unlink()
    healed = papierwende(folder, "run", str(folder), "--as-of", "2026-06-15")
    assert "b.xlsx" not in healed.stderr
    assert any("a.csv: column 'Vorgang' is missing" in one for one in sentences(healed))
    assert (folder / "current").resolve() != stood
