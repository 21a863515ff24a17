"""Sheets as people fill them: what is right is read, what is wrong is said with its cell, and no word is repeated."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pipelines.sampling.filled import Filled, read_sheet
from pipelines.sampling.refusal import NotSampled
from tests.pipelines.sampling.filling import SHEET, Cells, cells_of, fill, rounds, save, save_csv
from tests.pipelines.sampling.made import sheets, town_folder

PERSON = "Anna Meier-Unverwechselbar"
ONLINE = "parkausweis/all/online"
FIRST_ROW, LAST_ROW = 15, 91
"""Lines of the first and last of 77 rounds, as a spreadsheet counts them."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sheet of the citizens' office: E people, G to S kinds of work, T other work, U absence."""
    folder = tmp_path_factory.mktemp("made")
    sheets(town_folder(folder / "town"), folder)
    return folder / "tally-buergeramt.xlsx"


def two_online(number: int) -> tuple[int, list[int]]:
    """Five people, two of them at the first kind of work, one absent; every seventh round six people."""
    staff = 6 if number % 7 == 0 else 5
    return staff, [2, *[0] * 12, staff - 3, 1]


def filled(made: Path) -> Cells:
    return fill(cells_of(made), two_online)


def read(tmp_path: Path, cells: Cells, least: int = 5) -> Filled:
    return read_sheet(save(tmp_path / "filled.xlsx", cells), least)


def problems(tmp_path: Path, cells: Cells, least: int = 5) -> list[str]:
    with pytest.raises(NotSampled) as refusal:
        read(tmp_path, cells, least)
    return refusal.value.sentences


def put(cells: Cells, cell: str, value: object) -> Cells:
    """Write into a cell named as a spreadsheet names it; one letter only."""
    cells[SHEET][int(cell[1:]) - 1][ord(cell[0]) - 65] = value
    return cells


class TestRight:
    def test_what_was_filled_in_is_read(self, tmp_path: Path, made: Path) -> None:
        cells = fill(cells_of(made), two_online, cases={ONLINE: 40}, minutes=50_000)
        found = read(tmp_path, cells)
        assert (found.plan.office_code, found.plan.seed, found.plan.staff) == ("buergeramt", 7, 5)
        assert len(found.plan.kinds) == 13
        assert found.marks.shape == (77, 15)
        assert found.staff.tolist() == [6 if number % 7 == 0 else 5 for number in range(77)]
        assert found.marks.sum(0).tolist() == [154, *[0] * 12, 5 * 77 + 11 - 3 * 77, 77]
        assert found.parts.tolist()[:4] == [0, 0, 1, 1]
        assert found.parts.tolist()[-3:] == [37, 37, 37]
        assert (found.cancelled, found.cases[0], set(found.cases[1:]), found.staffed_minutes) == (0, 40, {None}, 50_000)

    @pytest.mark.parametrize("encoding", ["windows-1252", "utf-8-sig"])
    @pytest.mark.parametrize("delimiter", [";", ",", "\t"])
    def test_the_counts_sheet_as_csv(self, tmp_path: Path, made: Path, delimiter: str, encoding: str) -> None:
        cells = fill(cells_of(made), two_online, cases={ONLINE: 40}, minutes=50_000)
        of_csv = read_sheet(save_csv(tmp_path / "counts.csv", cells, delimiter, encoding), 5)
        of_xlsx = read(tmp_path, cells)
        assert of_csv.plan == of_xlsx.plan
        assert np.array_equal(of_csv.marks, of_xlsx.marks)
        assert (of_csv.cases, of_csv.staffed_minutes) == (of_xlsx.cases, of_xlsx.staffed_minutes)

    def test_a_cancelled_round_is_counted_and_left_out(self, tmp_path: Path, made: Path) -> None:
        cells = filled(made)
        for cell in ("D17", "D20"):
            for column in range(4, 21):
                cells[SHEET][int(cell[1:]) - 1][column] = None
            put(cells, cell, "Ja")
        found = read(tmp_path, cells)
        assert (found.cancelled, len(found.staff)) == (2, 75)
        assert found.parts.tolist()[:5] == [0, 0, 1, 2, 3]

    def test_zeros_may_be_written(self, tmp_path: Path, made: Path) -> None:
        assert read(tmp_path, put(filled(made), "H15", 0)).marks[0, 1] == 0


class TestWrong:
    """Each mistake is one sentence: where, what, and what to do."""

    @pytest.mark.parametrize(
        ("cell", "value", "sentence"),
        [
            ("G15", PERSON, "Zählung G15: is no number; write how many people were seen, 0 or more."),
            ("G15", "AM", "Zählung G15: is no number; write how many people were seen, 0 or more."),
            ("G15", -2, "Zählung G15: is negative; write how many people were seen, 0 or more."),
            ("H16", 1.5, "Zählung H16: is no whole number up to 999999999 without points; write how many people were seen, 0 or more."),
            ("E17", "fünf", "Zählung E17: is no number; write how many people the group had, 0 or more."),
            ("E17", None, "Zählung E17: is empty; write how many people the group had."),
            ("G15", 3, "Zählung E15: 7 people were seen, but the group had 6; correct the one or the other."),
            ("G15", 1, "Zählung E15: 5 of 6 people were seen; fill the empty cells, or count who was not there under 'Pause oder abwesend'."),
            ("G15", None, "Zählung E15: 4 of 6 people were seen; fill the empty cells, or count who was not there under 'Pause oder abwesend'."),
            ("D15", "krank: " + PERSON, "Zählung D15: holds another word than ja; write ja or nothing."),
            ("D15", "ja", "Zählung D15: a cancelled round that has counts; clear one of them."),
            ("G92", "viele", "Zählung G92: is no number; write how many cases were decided, 0 or more."),
            ("H92", -1, "Zählung H92: is negative; write how many cases were decided, 0 or more."),
            ("G93", "ca. 5000", "Zählung G93: is no number; write the minutes of duty, 0 or more."),
            ("G93", 0, "Zählung G93: is 0; leave it empty."),
        ],
    )  # fmt: skip
    def test_one_cell(self, tmp_path: Path, made: Path, cell: str, value: object, sentence: str) -> None:
        found = problems(tmp_path, put(filled(made), cell, value))
        assert found == [sentence]
        assert PERSON not in found[0]

    def test_a_round_that_is_missing(self, tmp_path: Path, made: Path) -> None:
        cells = filled(made)
        cells[SHEET][FIRST_ROW + 1][4:21] = [None] * 17
        assert problems(tmp_path, cells) == [
            "Zählung E17 to U17: this round is missing; fill it in, or write ja into D17 when it was cancelled."
        ]

    def test_an_empty_sheet_names_every_round(self, tmp_path: Path, made: Path) -> None:
        found = problems(tmp_path, cells_of(made))
        assert len(found) == 77
        assert found[-1].startswith(f"Zählung E{LAST_ROW} to U{LAST_ROW}: this round is missing")

    def test_every_mistake_is_said_at_once(self, tmp_path: Path, made: Path) -> None:
        cells = put(put(put(filled(made), "G15", -2), "H16", "x"), "E20", None)
        assert [sentence.split(":")[0] for sentence in problems(tmp_path, cells)] == [
            "Zählung G15", "Zählung H16", "Zählung E20",
        ]  # fmt: skip

    def test_a_group_that_may_not_be_observed(self, tmp_path: Path, made: Path) -> None:
        cells = fill(
            cells_of(made), lambda number: (3 if number == 4 else 5, [2, *[0] * 12, 0 if number == 4 else 2, 1])
        )
        assert problems(tmp_path, cells) == [
            "Zählung E19: 3 people, and fewer than 5 may not be observed; count the absent too, or observe the office "
            "together with its parent."
        ]

    def test_all_rounds_cancelled(self, tmp_path: Path, made: Path) -> None:
        cells = cells_of(made)
        for row in rounds(cells[SHEET]):
            cells[SHEET][row][3] = "ja"
        assert problems(tmp_path, cells) == ["Zählung: no round was held; nothing can be computed."]


class TestOtherSheets:
    @pytest.mark.parametrize(
        "change",
        [
            lambda grid: grid[9].__setitem__(3, "8"),
            lambda grid: grid[10].__setitem__(3, "0123456789ab"),
            lambda grid: grid[FIRST_ROW].__setitem__(2, "08:01"),
            lambda grid: grid[5].__setitem__(3, "20000"),
            lambda grid: grid.__delitem__(FIRST_ROW + 5),
            lambda grid: grid[12].__setitem__(6, "parkausweis/all/fax"),
        ],
        ids=["seed", "plan", "time", "minutes", "round deleted", "kind of work"],
    )
    def test_another_plans_seed_or_what_was_altered(
        self, tmp_path: Path, made: Path, change: Callable[[list[list[object]]], None]
    ) -> None:
        cells = filled(made)
        change(cells[SHEET])
        assert problems(tmp_path, cells) == [
            "Zählung D10: with this seed, and the times and kinds of work below it, the plan is not the one that Zählung D11 "
            "names; something is of another plan or was altered; fill in only the coloured cells of one plan's sheet."
        ]

    @pytest.mark.parametrize("row", [1, 4, 9])
    def test_a_fact_that_was_removed(self, tmp_path: Path, made: Path, row: int) -> None:
        cells = filled(made)
        cells[SHEET][row] = [None] * 21
        (found,) = problems(tmp_path, cells)
        assert found.startswith("Zählung lines 2 to 14: the plan's lines, times or kinds of work were altered")

    @pytest.mark.parametrize("name", ["entschiedene Vorgänge im Zeitraum", "besetzte Minuten im Zeitraum"])
    def test_a_last_line_that_was_removed(self, tmp_path: Path, made: Path, name: str) -> None:
        cells = filled(made)
        cells[SHEET] = [row for row in cells[SHEET] if row[0] != name]
        assert problems(tmp_path, cells) == [f"Zählung: the line '{name}' is missing; fill the sheet as it was made."]

    def test_columns_that_were_removed(self, tmp_path: Path, made: Path) -> None:
        cells = filled(made)
        cells[SHEET] = [[*row[:3], *row[4:]] for row in cells[SHEET]]
        assert problems(tmp_path, cells) == [
            "Zählung: no line begins with Nr., Datum, Uhrzeit; load a sheet that `papierwende sample plan` made, with all "
            "its columns."
        ]

    def test_another_workbook(self, tmp_path: Path) -> None:
        path = save(tmp_path / "other.xlsx", {"Tabelle1": [["a"]]})
        with pytest.raises(NotSampled, match=r"other\.xlsx: has no sheet 'Zählung'"):
            read_sheet(path, 5)

    def test_a_sheet_without_rounds(self, tmp_path: Path, made: Path) -> None:
        cells = cells_of(made)
        cells[SHEET] = cells[SHEET][:14]
        assert problems(tmp_path, cells) == [
            "Zählung: no line of a round below line 14; fill the sheet as it was made."
        ]

    @pytest.mark.parametrize(
        ("name", "content"), [("x.xlsx", b"no zip"), ("x.ods", b"PK\x03\x04 broken"), ("x.xlsx", b"")]
    )
    def test_what_is_no_workbook(self, tmp_path: Path, name: str, content: bytes) -> None:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(NotSampled, match=f"{name}: is no workbook that can be read; save it as .xlsx, or as CSV"):
            read_sheet(tmp_path / name, 5)

    @pytest.mark.parametrize("content", [b"", b"a;b\n1;2\n", b"\x00\x00", b'x;"offen\n'])
    def test_what_is_no_counts_sheet(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "x.csv").write_bytes(content)
        with pytest.raises(NotSampled, match=r"x\.csv: "):
            read_sheet(tmp_path / "x.csv", 5)

    def test_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(NotSampled, match="no such file"):
            read_sheet(tmp_path / "x.xlsx", 5)
