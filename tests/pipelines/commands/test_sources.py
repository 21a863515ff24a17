"""Looking at sources: what a file or a system shows, what the door would make of it."""

import os
from pathlib import Path

import pytest
import typer

from pipelines.commands.printing import out
from pipelines.commands.sources import list_sources, preview_source, propose_source
from pipelines.commands.sources import test_sources as try_sources
from pipelines.run.outcome import Exit, Stop
from pipelines.tools.inspection import Line, Preview, inspect, preview
from sources.batches.protocol import Refused, Unreachable
from sources.contract.pseudonyms import normalised
from sources.town.folder import read_town
from tests.faults.command import papierwende
from tests.towns import HEADER, KEY, PORTAL, ROWS, deliver, key_file, lines, make_town, problems_of

BUDGET = """
[[source]]
name = "money"
system = "finance"
format = "csv"
path = "inbox/money/*.csv"
encoding = "utf-8"
decimal = ","
[source.columns]
budget_line = "Stelle"
year = "Jahr"
appropriation_eur = "Ansatz"
"""
PERSON = "Anna Meier-Unverwechselbar"
CAMUNDA = """
[[source]]
name = "engine"
system = "case"
format = "camunda7"
[source.connection]
url = "http://127.0.0.1:9"
patience_minutes = 0
timeout_seconds = 2
[source.columns]
case_ref = "processInstanceId"
activity = "activityName"
occurred_at = "endTime"
"""


def lines_looked(folder: Path) -> tuple[list[Line], Exit]:
    town = read_town(folder)
    found = inspect(town, town.sources[0])
    return found.lines, found.exit_code


def looked(folder: Path) -> tuple[list[str], Exit]:
    found, code = lines_looked(folder)
    return [line.sentence for line in found], code


def previewed(folder: Path, rows: int = 10, path: Path | None = None) -> Preview:
    town = read_town(folder)
    return preview(town, town.sources[0], KEY, path, rows)


class TestTest:
    def test_a_folder_with_a_file_that_fits(self, tmp_path: Path) -> None:
        folder = make_town(tmp_path / "town")
        os.utime(deliver(folder, "a.csv", lines(*ROWS)), (1, 1))
        deliver(folder, "b.csv", lines(*ROWS, header=HEADER + ";Betreff").replace("Post", "Post;x"))
        assert looked(folder) == (
            [
                "inbox/portal/*.csv: 2 files; the newest is b.csv.",
                "4 of 4 mapped columns are there; 1 other never enters.",
                "The first 3 rows were read as windows-1252; 2 of them cannot be taken: "
                "4 columns where the header has 5: delimiters are missing, as where a text breaks the line; "
                "have the export put texts in quotes (2).",
            ],
            Exit.PUBLISHED,
        )

    def test_rows_that_the_door_would_refuse_are_told_with_their_reason(self, tmp_path: Path) -> None:
        folder = make_town(tmp_path / "town")
        deliver(folder, "a.csv", lines(*(row.replace(".2026 ", "-2026 ") for row in ROWS)))
        found, code = lines_looked(folder)
        assert found[-1] == Line(
            "✗",
            "The first 3 rows were read as windows-1252; 3 of them cannot be taken: "
            "the time cannot be read in 'Zeitpunkt' (3).",
        )
        assert code == Exit.GUARD

    def test_an_empty_folder_is_no_fault(self, tmp_path: Path) -> None:
        folder = make_town(tmp_path / "town")
        assert looked(folder) == (
            ["inbox/portal/*.csv: the folder is there, but no file fits; deliver one, or correct path."],
            Exit.PUBLISHED,
        )

    def test_a_missing_column_is_told_with_the_nearest_and_refused(self, tmp_path: Path) -> None:
        folder = make_town(tmp_path / "town")
        deliver(folder, "a.csv", lines(*ROWS, header=HEADER.replace("Zeitpunkt", "Zeitpunkte")))
        assert lines_looked(folder) == (
            [
                Line("✓", "inbox/portal/*.csv: 1 file; the newest is a.csv."),
                Line("✓", "3 of 4 mapped columns are there; 1 other never enters."),
                Line(
                    "✗",
                    "a.csv: column 'Zeitpunkt' is missing; the nearest is 'Zeitpunkte'. "
                    "Nothing was taken in; correct [source.columns] or the export.",
                ),
            ],
            Exit.GUARD,
        )

    def test_each_missing_column_is_told_once(self, tmp_path: Path) -> None:
        folder = make_town(tmp_path / "town")
        deliver(folder, "a.csv", lines("BHV-1;Eingang;x;y", header="Vorgang;Schritt;Zeitpunkte;Weg"))
        found, code = lines_looked(folder)
        assert [line.sentence for line in found if line.sign == "✗"] == [
            "Column 'Kanal' is missing.",
            "a.csv: column 'Zeitpunkt' is missing; the nearest is 'Zeitpunkte'. "
            "Nothing was taken in; correct [source.columns] or the export.",
        ]
        assert code == Exit.GUARD

    def test_a_column_that_may_be_missing_warns(self, tmp_path: Path) -> None:
        portal = PORTAL.replace('format = "csv"', 'format = "jsonl"').replace('encoding = "windows-1252"\n', "")
        folder = make_town(tmp_path / "town", portal.replace("*.csv", "*.jsonl"))
        deliver(folder, "a.jsonl", '{"Vorgang": "1", "Schritt": "Eingang", "Zeitpunkt": "02.03.2026 09:15"}\n')
        found, code = lines_looked(folder)
        assert [line for line in found if line.sign != "✓"] == [Line("!", "Column 'Kanal' is missing.")]
        assert code == Exit.PUBLISHED

    def test_another_encoding_is_refused(self, tmp_path: Path) -> None:
        folder = make_town(tmp_path / "town")
        deliver(folder, "a.csv", lines(ROWS[0].replace("Eingang", "Rückfrage")).encode("utf-8"))
        sentences, code = looked(folder)
        assert "UTF-8" in sentences[-1]
        assert code == Exit.GUARD

    def test_a_folder_that_is_not_there_is_not_reached(self, tmp_path: Path) -> None:
        folder = make_town(tmp_path / "town")
        (folder / "inbox" / "portal").rmdir()
        sentences, code = looked(folder)
        assert sentences == [
            f"Source 'portal': folder {folder / 'inbox' / 'portal'} does not exist; "
            "make it, or correct path in town.toml [[source]] 'portal'."
        ]
        assert code == Exit.UNREACHABLE

    def test_a_system_that_does_not_answer_is_not_reached(self, tmp_path: Path) -> None:
        sentences, code = looked(make_town(tmp_path / "town", CAMUNDA))
        assert code == Exit.UNREACHABLE
        assert len(sentences) == 1


class TestPreview:
    def test_rows_are_shown_as_the_door_makes_them(self, tmp_path: Path) -> None:
        folder = make_town(tmp_path / "town")
        deliver(folder, "a.csv", lines(*ROWS, *ROWS, "BHV-3;Eingang;gestern;Rohrpost"))
        seen = previewed(folder, rows=2)
        events = seen.frames["events"]
        assert events["case_id"].to_list() == [KEY.pseudonym("case_id", normalised("BHV-1"))[:8] + "…"] * 2
        assert str(events["occurred_at"][0]) == "2026-03-02 09:15:00"
        admitted = seen.admitted
        assert (admitted.rows_read, admitted.rows_quarantined, admitted.rows_duplicate) == (7, 1, 0)
        assert admitted.unmapped == {"channel": {"…": 1}}
        assert not (folder / "landing").exists()

    def test_the_fingerprint_of_a_small_offices_event_is_shortened_too(self, tmp_path: Path) -> None:
        toml = PORTAL.replace("[source.columns]", '[source.columns]\nunit = "Stelle"')
        folder = make_town(tmp_path / "town", toml)
        rows = [f"{row};standesamt" for row in ROWS]
        deliver(folder, "a.csv", lines(*rows, header=HEADER + ";Stelle"))
        (shown, *_) = previewed(folder).frames["events"]["event_ref"]
        assert len(shown) == 9

    def test_columns_that_never_enter_are_named_and_nothing_of_them_is_shown(self, tmp_path: Path) -> None:
        folder = make_town(tmp_path / "town")
        deliver(folder, "a.csv", lines(*(f"{row};{PERSON}" for row in ROWS), header=HEADER + ";Antragsteller"))
        seen = previewed(folder)
        assert seen.dropped == ("Antragsteller",)
        assert PERSON not in str(seen)

    def test_a_name_in_the_wrong_column_is_not_shown(self, tmp_path: Path) -> None:
        folder = make_town(tmp_path / "town")
        rows = [f"BHV-{n};Eingang;02.03.2026 09:1{n};Post" for n in range(4)]
        deliver(folder, "a.csv", lines(*rows, f"BHV-7;{PERSON};02.03.2026 09:15;Post"))
        assert previewed(folder).frames["events"]["activity"].to_list() == ["Eingang"] * 4 + ["…"]

    def test_any_file_can_be_looked_at(self, tmp_path: Path) -> None:
        folder = make_town(tmp_path / "town")
        elsewhere = tmp_path / "x.csv"
        elsewhere.write_text(lines(*ROWS), encoding="utf-8")
        assert previewed(folder, path=elsewhere).file == "x.csv"

    @pytest.mark.parametrize(
        ("path", "sentence"),
        [
            (None, "inbox/portal/*.csv: no file fits; deliver one, or name one with --file."),
            (Path("nowhere.csv"), "nowhere.csv: no such file; correct the path."),
            (Path("/tmp"), "/tmp: is a directory; name one of the files in it."),
        ],
    )
    def test_without_a_file_there_is_nothing_to_show(self, tmp_path: Path, path: Path | None, sentence: str) -> None:
        folder = make_town(tmp_path / "town")
        with pytest.raises(Refused) as caught:
            previewed(folder, path=path)
        assert caught.value.sentence == sentence

    def test_without_a_folder_it_says_what_a_test_says(self, tmp_path: Path) -> None:
        folder = make_town(tmp_path / "town")
        (folder / "inbox" / "portal").rmdir()
        with pytest.raises(Unreachable) as caught:
            previewed(folder)
        assert looked(folder) == ([caught.value.sentence], Exit.UNREACHABLE)


class TestTheCommands:
    @pytest.fixture
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        folder = make_town(tmp_path / "town")
        monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(key_file(folder)))
        deliver(folder, "a.csv", lines(*ROWS, f"BHV-9;{PERSON};gestern;Post"))
        return folder

    def test_list_names_each_source_and_where_it_is(self, folder: Path) -> None:
        with out.capture() as said:
            list_sources(folder)
        assert "1 source of Testhafen" in said.get()
        assert "inbox/portal/*.csv" in said.get()

    def test_preview_tells_what_was_taken_and_why_the_rest_was_not(self, folder: Path) -> None:
        with out.capture() as said:
            preview_source(folder, "portal", rows=2)
        assert "4 rows looked at: 3 taken, 1 to quarantine, 0 duplicates." in said.get()
        assert "the time cannot be read" in said.get()
        assert PERSON not in said.get()

    def test_a_year_is_shown_as_people_write_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder = make_town(tmp_path / "money", BUDGET)
        monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(key_file(folder)))
        deliver(folder, "a.csv", "Stelle;Jahr;Ansatz\n1.02.100;2026;12.000,00\n", "inbox/money")
        with out.capture() as said:
            preview_source(folder, "money")
        assert " 2026 " in said.get()
        assert "2,026" not in said.get()

    def test_preview_of_a_folder_that_is_not_there_ends_as_a_test_does(self, folder: Path) -> None:
        (folder / "inbox" / "portal" / "a.csv").unlink()
        (folder / "inbox" / "portal").rmdir()
        with pytest.raises(Stop) as stopped:
            preview_source(folder, "portal")
        assert stopped.value.exit_code == Exit.UNREACHABLE

    def test_all_sources_are_tested_although_one_is_not_reached(self, folder: Path) -> None:
        (folder / "inbox" / "gone").mkdir()
        toml = (folder / "town.toml").read_text(encoding="utf-8")
        gone = PORTAL.replace('"portal"\nsystem', '"gone"\nsystem').replace("inbox/portal", "inbox/nowhere")
        (folder / "town.toml").write_text(toml + gone, encoding="utf-8")
        with out.capture() as said, pytest.raises(typer.Exit) as ended:
            try_sources(folder, every=True)
        assert ended.value.exit_code == Exit.UNREACHABLE
        assert "✓ portal: inbox/portal/*.csv: 1 file; the newest is a.csv." in said.get()
        assert "✗ gone: folder " in said.get()

    def test_the_name_of_a_system_is_said_once(self, tmp_path: Path) -> None:
        with out.capture() as said, pytest.raises(typer.Exit) as ended:
            try_sources(make_town(tmp_path / "asked", CAMUNDA), "engine")
        assert ended.value.exit_code == Exit.UNREACHABLE
        assert said.get().startswith("✗ engine: ")
        assert said.get().count("engine: ") == 1

    def test_a_source_that_is_none_is_told(self, folder: Path) -> None:
        with pytest.raises(Stop) as stopped:
            try_sources(folder, "portl")
        assert stopped.value.exit_code == Exit.CONFIGURATION
        assert stopped.value.sentences == ["'portl' is no source of this town; the nearest is 'portal'."]

    @pytest.mark.parametrize(("name", "every"), [(None, False), ("portal", True)])
    def test_one_source_or_all(self, folder: Path, name: str | None, every: bool) -> None:
        with pytest.raises(Stop) as stopped:
            try_sources(folder, name, every=every)
        assert stopped.value.sentences == ["Name one source, or say --all."]

    def test_a_proposal_goes_into_town_toml_as_it_is(self, tmp_path: Path) -> None:
        folder = make_town(tmp_path / "town", "")
        file = tmp_path / "Anträge.csv"
        file.write_text(lines(*ROWS, *ROWS), encoding="windows-1252")
        done = papierwende(folder, "sources", "propose", str(file), "--name", "permits")
        assert (done.returncode, done.stderr) == (0, "")
        with (folder / "town.toml").open("a", encoding="utf-8") as toml:
            toml.write(done.stdout)
        assert problems_of(folder) == []

    def test_a_file_that_is_not_there_is_told(self) -> None:
        with pytest.raises(Stop) as stopped:
            propose_source(Path("nowhere.csv"))
        assert stopped.value.exit_code == Exit.CONFIGURATION
        assert stopped.value.sentences == ["nowhere.csv: no such file; correct the path."]


COUNTS = """
[[source]]
name = "druck"
system = "print"
format = "csv"
path = "inbox/druck/*.csv"
encoding = "utf-8"
mode = "dump"
date_format = "%Y-%m-%d"
[source.columns]
counted_on = "Tag"
unit = "Amt"
[source.counts]
printed_pages = "Seiten"
"""


def test_a_look_reads_numbers_and_judges_totals_as_a_run_does(tmp_path: Path) -> None:
    """Counts whose own values prove that the point groups thousands; and a total, which a run refuses at the end."""
    folder = make_town(tmp_path, COUNTS)
    file = folder / "inbox" / "druck" / "x.csv"
    rows = "Tag;Amt;Seiten\n2026-02-01;AMT10;1.250\n2026-02-02;AMT10;12.000\n2026-02-03;AMT10;980\n"
    file.write_text(rows, encoding="utf-8")
    town = read_town(folder)
    assert preview(town, town.sources[0], KEY, None, 5).admitted.rows_admitted == 3
    assert inspect(town, town.sources[0]).exit_code is Exit.PUBLISHED
    file.write_text(rows + "2026-02-04;Summe;14.230\n", encoding="utf-8")
    found = inspect(town, town.sources[0])
    assert found.exit_code is not Exit.PUBLISHED
    assert "totals of the rows above" in " ".join(line.sentence for line in found.lines)
