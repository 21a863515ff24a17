"""``papierwende sample``: from a plan to a town that still reads well with its measured minutes."""

import datetime as dt
from pathlib import Path

import pytest

from pipelines.commands.printing import err, out
from pipelines.commands.sample import load_sample, plan_sample
from pipelines.commands.walk import check
from pipelines.run import lock
from pipelines.run.outcome import Exit, Stop
from pipelines.sampling.cases_from import CasesFrom
from pipelines.tools import sampled_minutes
from sources.town.folder import read_town
from tests.faults.command import papierwende, sentences
from tests.pipelines.sampling.filling import cells_of, fill, save
from tests.pipelines.sampling.made import publish, town_folder
from tests.towns import key_file

ONLINE, POST, WEDDING = "parkausweis/all/online", "parkausweis/all/post", "trauung/all/counter"
DECIDED = [
    ("buergeramt", "parkausweis", "standard", "online", "2027-01-11 00:00", 40),
    ("buergeramt", "parkausweis", "standard", "online", "2027-02-05 23:59", 20),
    ("buergeramt", "parkausweis", "standard", "online", "2027-02-06 00:00", 500),
    ("buergeramt", "parkausweis", "standard", "online", "2027-01-10 23:59", 500),
    ("rathaus", "parkausweis", "standard", "online", "2027-01-20 10:00", 500),
    ("buergeramt", "parkausweis", "standard", "post", "2027-01-20 10:00", 9),
]


def planned(tmp_path: Path, **parameters: str) -> tuple[Path, Path]:
    """A town and its sheet, made without a published file."""
    folder = town_folder(tmp_path / "town", **parameters)
    plan_sample(
        folder, office="buergeramt", service=["parkausweis", "trauung"], first=dt.datetime(2027, 1, 11), days=20, seed=7,
        folder=tmp_path / "out",
    )  # fmt: skip
    return folder, tmp_path / "out" / "tally-buergeramt.xlsx"


def filled(sheet: Path, cases: dict[str, int] | None = None) -> Path:
    """Five people; one at parking permits online, one every other round by post, one absent."""
    cells = fill(cells_of(sheet), lambda number: (5, [1, 0, number % 2, *[0] * 10, 3 - number % 2, 1]), cases=cases)
    return save(sheet.with_name("filled.xlsx"), cells)


def minutes_file(folder: Path) -> Path:
    return folder / "parameters" / "processing_minutes.csv"


def load(file: Path, folder: Path, cases: CasesFrom = CasesFrom.AUTO, **more: object) -> None:
    load_sample(file, folder, cases=cases, **more)


def told(file: Path, folder: Path, **more: object) -> str:
    """What a load says on standard output."""
    with out.capture() as captured:
        load(file, folder, **more)
    return captured.get()


def refused(file: Path, folder: Path, cases: CasesFrom = CasesFrom.AUTO, **more: object) -> tuple[list[str], Exit]:
    with pytest.raises(Stop) as stop:
        load(file, folder, cases, **more)
    return stop.value.sentences, stop.value.exit_code


class TestPlan:
    def test_it_says_what_to_do_next(self, tmp_path: Path) -> None:
        with out.capture() as captured:
            _, sheet = planned(tmp_path)
        said = captured.get()
        assert "385 observations are wanted" in said
        assert f"fill     {sheet}" in said
        assert sheet.with_suffix(".html").is_file()

    def test_a_refusal_is_a_configuration_error(self, tmp_path: Path) -> None:
        with pytest.raises(Stop) as stop:
            plan_sample(town_folder(tmp_path / "town"), office="standesamt", folder=tmp_path / "out")
        assert stop.value.exit_code is Exit.CONFIGURATION
        assert "--office buergeramt" in stop.value.sentences[0]

    def test_without_a_seed_one_is_drawn_by_lot_and_written_down(self, tmp_path: Path) -> None:
        folder = town_folder(tmp_path / "town")
        for name in ("a", "b"):
            plan_sample(folder, office="buergeramt", folder=tmp_path / name)
        seeds = [cells_of(tmp_path / name / "tally-buergeramt.xlsx")["Zählung"][9][3] for name in ("a", "b")]
        assert seeds[0] != seeds[1]
        assert all(seed.isdigit() for seed in seeds)

    def test_the_command_line(self, tmp_path: Path) -> None:
        folder = town_folder(tmp_path / "town")
        done = papierwende(
            folder, "sample", "plan", "--town", str(folder), "--office", "archiv", "--out", str(tmp_path / "out")
        )
        assert done.returncode == Exit.CONFIGURATION
        assert sentences(done)[0].startswith("parameters/offices.csv: the staff of 'archiv' is unknown")


class TestLoad:
    def test_minutes_are_appended_and_the_town_reads_well(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder, sheet = planned(tmp_path)
        before = minutes_file(folder).read_bytes()
        said = told(filled(sheet, {ONLINE: 77, POST: 38}), folder)
        assert "as the sheet tells, as nothing is published" in said
        assert minutes_file(folder).read_bytes().startswith(before)
        rows = {row.intake_channel: row for row in read_town(folder).parameters.processing_minutes}
        # 20 days from Monday 11 January: 16 of eight hours and 4 of four are 8640 open minutes; one person of five.
        assert float(rows["online"].minutes) * 77 == pytest.approx(8640, abs=0.5)
        assert float(rows["post"].minutes) * 38 == pytest.approx(8640 * 38 / 77, abs=0.5)
        assert (rows["online"].sampled, rows["online"].valid_from) == (385, dt.date(2027, 1, 11))
        monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(key_file(folder)))
        with out.capture() as captured:
            check(folder)
        assert "are in order" in captured.get()

    def test_a_dry_run_shows_the_lines_and_writes_nothing(self, tmp_path: Path) -> None:
        folder, sheet = planned(tmp_path)
        before = minutes_file(folder).read_bytes()
        said = told(filled(sheet, {ONLINE: 77, POST: 38}), folder, dry_run=True)
        shown = [line for line in said.splitlines() if line.startswith("parkausweis;")]
        assert minutes_file(folder).read_bytes() == before
        load(filled(sheet, {ONLINE: 77, POST: 38}), folder)
        assert minutes_file(folder).read_text(encoding="utf-8").splitlines()[1:] == shown

    def test_a_second_load_changes_nothing(self, tmp_path: Path) -> None:
        folder, sheet = planned(tmp_path)
        load(filled(sheet, {ONLINE: 77, POST: 38}), folder)
        once = minutes_file(folder).read_bytes()
        said = told(filled(sheet, {ONLINE: 77, POST: 38}), folder)
        assert "is already in, with 2 rows; nothing was changed." in said
        assert "other values" not in said
        assert "Read today it gives other values" in told(filled(sheet, {ONLINE: 78, POST: 38}), folder)
        assert minutes_file(folder).read_bytes() == once

    def test_minutes_of_the_same_day_from_elsewhere(self, tmp_path: Path) -> None:
        header = "service_code;case_type;intake_channel;minutes;low;high;standard_error;sampled;method;valid_from;source;evidence_grade"
        rows = f"{header}\nparkausweis;;online;8;6;9;;;;2027-01-11;Schätzung;C\n"
        folder, sheet = planned(tmp_path, processing_minutes=rows)
        found, code = refused(filled(sheet, {ONLINE: 77, POST: 38}), folder)
        assert (found, code) == (
            ["parameters/processing_minutes.csv: parkausweis, all, online already has minutes from 2027-01-11; give another "
             "first day with --valid-from."],
            Exit.GUARD,
        )  # fmt: skip
        assert minutes_file(folder).read_text(encoding="utf-8") == rows
        load(filled(sheet, {ONLINE: 77, POST: 38}), folder, valid_from=dt.datetime(2027, 2, 1))
        days = [row.valid_from for row in read_town(folder).parameters.processing_minutes]
        assert days == [dt.date(2027, 1, 11), dt.date(2027, 2, 1), dt.date(2027, 2, 1)]

    def test_a_full_disk_leaves_the_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder, sheet = planned(tmp_path)
        before = minutes_file(folder).read_bytes()

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device", str(minutes_file(folder)))

        monkeypatch.setattr(sampled_minutes, "write_whole", full)
        found, code = refused(filled(sheet, {ONLINE: 77, POST: 38}), folder)
        assert code is Exit.STORAGE
        assert "No space left on device" in found[0]
        assert minutes_file(folder).read_bytes() == before

    def test_the_lock_is_given_back(self, tmp_path: Path) -> None:
        folder, sheet = planned(tmp_path)
        load(filled(sheet, {ONLINE: 77, POST: 38}), folder)
        assert lock._held == {}


class TestCases:
    def test_those_of_the_published_file_by_the_towns_days_and_the_group(self, tmp_path: Path) -> None:
        """60 from the first to the last day; those of other days and offices are no cases of the group."""
        folder, sheet = planned(tmp_path)
        publish(folder, "2027-02-28", DECIDED)
        with err.capture() as warned:
            said = told(filled(sheet, {ONLINE: 99}), folder)
        assert "from the published file as of 2027-02-28" in said
        assert "parkausweis/all/post: fewer than 10 cases" in warned.get()
        assert "Appended 1 row to" in said
        (row,) = read_town(folder).parameters.processing_minutes
        assert float(row.minutes) * 60 == pytest.approx(8640, abs=0.5)
        assert "Vorgänge laut Papierwende" in row.source

    def test_those_of_the_sheet_where_that_is_asked_for(self, tmp_path: Path) -> None:
        folder, sheet = planned(tmp_path)
        publish(folder, "2027-02-28", DECIDED)
        load(filled(sheet, {ONLINE: 99, POST: 38}), folder, CasesFrom.SHEET)
        rows = read_town(folder).parameters.processing_minutes
        assert float(rows[0].minutes) * 99 == pytest.approx(8640, abs=0.5)
        assert "Vorgänge laut Bogen" in rows[0].source

    @pytest.mark.parametrize(
        ("as_of", "coverage", "why"),
        [
            ("2027-02-04", 1.0, "the published file speaks for 2027-02-04 only"),
            ("2027-02-28", 0.9, "the published file is not complete for 2027-01"),
        ],
    )
    def test_a_published_file_that_does_not_know_them_all(
        self, tmp_path: Path, as_of: str, coverage: float, why: str
    ) -> None:
        folder, sheet = planned(tmp_path)
        publish(folder, as_of, DECIDED, coverage)
        assert refused(filled(sheet, {POST: 38}), folder) == (
            [f"Zählung G92: is empty, and {why}; write how many cases were decided in the period."],
            Exit.GUARD,
        )
        found, _ = refused(filled(sheet, {POST: 38}), folder, CasesFrom.PUBLISHED)
        assert found == [f"{why[0].upper()}{why[1:]}; run `papierwende run` when all has come, or say --cases sheet."]

    def test_nobody_tells_them(self, tmp_path: Path) -> None:
        folder, sheet = planned(tmp_path)
        found, _ = refused(filled(sheet), folder)
        assert [sentence.split(":")[0] for sentence in found] == ["Zählung G92", "Zählung I92"]


class TestForeignSheets:
    def test_of_another_town(self, tmp_path: Path) -> None:
        _, sheet = planned(tmp_path)
        other = town_folder(tmp_path / "other" / "town")
        toml = (other / "town.toml").read_text(encoding="utf-8")
        (other / "town.toml").write_text(toml.replace("Testhafen", "Anderswo"), encoding="utf-8")
        found, _ = refused(filled(sheet, {ONLINE: 77, POST: 38}), other)
        assert found == ["The sheet is of the town 'Testhafen', not of 'Anderswo'; name its town by --town."]

    def test_of_a_service_that_is_gone(self, tmp_path: Path) -> None:
        folder, sheet = planned(tmp_path)
        services = folder / "parameters" / "services.csv"
        services.write_text(services.read_text(encoding="utf-8").replace("trauung;", "ehe;"), encoding="utf-8")
        found, _ = refused(filled(sheet, {ONLINE: 77, POST: 38}), folder)
        assert found == [
            "parameters/services.csv: 'trauung' of the sheet is not listed; known are: parkausweis, ehe, akten."
        ]

    def test_of_an_office_that_has_become_too_small(self, tmp_path: Path) -> None:
        folder, sheet = planned(tmp_path)
        offices = folder / "parameters" / "offices.csv"
        offices.write_text(
            offices.read_text(encoding="utf-8").replace("rathaus;;5-9", "rathaus;;1-4"), encoding="utf-8"
        )
        found, _ = refused(filled(sheet, {ONLINE: 77, POST: 38}), folder)
        assert "'buergeramt' has 1-4 people" in found[0]

    def test_of_too_few_rounds(self, tmp_path: Path) -> None:
        folder, sheet = planned(tmp_path)
        cells = cells_of(filled(sheet, {ONLINE: 77, POST: 38}))
        for row in cells["Zählung"][14 + 19 : 14 + 77]:
            row[3:21] = ["ja", *[None] * 17]
        found, _ = refused(save(tmp_path / "few.xlsx", cells), folder)
        assert found == [
            "few.xlsx: 19 rounds were held, and 20 are needed to know how far rounds differ; observe again, by a new plan."
        ]

    def test_of_very_many_mistakes_the_first_are_told(self, tmp_path: Path) -> None:
        folder, sheet = planned(tmp_path)
        found, code = refused(sheet, folder)
        assert (len(found), found[-1], code) == (21, "57 more of the kind.", Exit.GUARD)
