"""What is drawn for whom: groups, kinds of work, files."""

import datetime as dt
import re
import subprocess
import zipfile
from pathlib import Path

import pypdf
import pytest

from pipelines.sampling.draw import Drawn
from pipelines.sampling.kinds import MOST_KINDS
from pipelines.sampling.page import page
from pipelines.sampling.plan import Plan, Round
from pipelines.sampling.refusal import NotSampled
from tests.pipelines.sampling.filling import SHEET, cells_of, first_round, rounds
from tests.pipelines.sampling.made import FIRST, OFFICES, SERVICES, publish, sheets, town_folder

SHORT = "Wohngeld"
LONG = "Leistungen für Bildung und Teilhabe mit einem Namen, der in keine Zeile passt"
SEEN = [
    ("buergeramt", "parkausweis", "neu", "online", "2026-10-05 09:00", 30),
    ("buergeramt", "parkausweis", "neu", "post", "2026-10-05 09:00", 9),
    ("buergeramt", "parkausweis", "verlängert", "online", "2026-10-05 09:00", 12),
    ("buergeramt", "parkausweis", "folge", "online", "2026-10-05 09:00", 12),
    ("buergeramt", "parkausweis", "folge", "unknown", "2026-10-05 09:00", 50),
    ("buergeramt", "parkausweis", None, "online", "2026-10-05 09:00", 50),
    ("buergeramt", "trauung", "standard", "counter", "2026-09-05 09:00", 10),
    ("buergeramt", "trauung", "standard", "post", "2025-09-05 09:00", 50),
    ("rathaus", "trauung", "standard", "phone", "2026-09-05 09:00", 50),
]


def kinds(folder: Path, out: Path, **wish: object) -> list[str]:
    return list(sheets(folder, out, **wish).drawn[0].plan.kinds)


class TestGroups:
    def test_a_small_office_is_observed_with_its_parent(self, tmp_path: Path) -> None:
        made = sheets(town_folder(tmp_path / "town"), tmp_path / "out")
        assert {kind.split("/")[0] for kind in made.drawn[0].plan.kinds} == {"parkausweis", "trauung"}
        assert made.drawn[0].plan.staff == 5
        assert len(made.drawn[0].plan.rounds) == 77

    @pytest.mark.parametrize(
        ("office", "sentence"),
        [
            (
                "standesamt",
                "parameters/offices.csv: 'standesamt' has 1-4 people, fewer than 5, so nobody there may be observed; "
                "observe it together with its parent, --office buergeramt.",
            ),
            (
                "archiv",
                "parameters/offices.csv: the staff of 'archiv' is unknown, which counts as fewer than 5, so nobody "
                "there may be observed; write its staff_band, or observe it together with its parent, --office rathaus.",
            ),
            ("burgeramt", "parameters/offices.csv: 'burgeramt' is not listed; the nearest is 'buergeramt'."),
            ("rathaus", "parameters/services.csv: no service names office 'rathaus'; name one that has some."),
        ],
    )
    def test_an_office_that_may_not_be_observed(self, tmp_path: Path, office: str, sentence: str) -> None:
        with pytest.raises(NotSampled) as refusal:
            sheets(town_folder(tmp_path / "town"), tmp_path / "out", office=office)
        assert refusal.value.sentences[0].removeprefix(f"{office}: ") == sentence
        assert not list((tmp_path).glob("out/*"))

    def test_a_threshold_that_was_raised_holds(self, tmp_path: Path) -> None:
        folder = town_folder(tmp_path / "town", privacy="staff_threshold = 10")
        with pytest.raises(NotSampled, match="'buergeramt' has 5-9 people, fewer than 10"):
            sheets(folder, tmp_path / "out")

    def test_fewer_people_than_the_threshold_cannot_be_wished(self, tmp_path: Path) -> None:
        with pytest.raises(NotSampled, match="--staff 3: fewer than 5 people may not be observed"):
            sheets(town_folder(tmp_path / "town"), tmp_path / "out", staff=3)

    def test_each_office_that_may_be_observed_and_a_word_on_the_others(self, tmp_path: Path) -> None:
        made = sheets(town_folder(tmp_path / "town"), tmp_path / "out", office=None)
        assert [one.plan.office_code for one in made.drawn] == ["buergeramt"]
        assert [note.split(",")[0] for note in made.notes] == [
            "parameters/offices.csv: the staff of 'archiv' is unknown"
        ]

    def test_a_service_finds_its_office(self, tmp_path: Path) -> None:
        folder = town_folder(tmp_path / "town")
        assert {kind.split("/")[0] for kind in kinds(folder, tmp_path / "a", office=None, services=("trauung",))} == {
            "trauung"
        }
        with pytest.raises(NotSampled, match="'archiv' is unknown"):
            sheets(folder, tmp_path / "b", office=None, services=("akten",))
        with pytest.raises(NotSampled, match="'trauungen' is not listed; the nearest is 'trauung'"):
            sheets(folder, tmp_path / "b", office=None, services=("trauungen",))
        with pytest.raises(NotSampled, match="'akten' is no service of office 'buergeramt'"):
            sheets(folder, tmp_path / "b", services=("akten",))


class TestKinds:
    def test_without_a_published_file_each_channel_that_is_open(self, tmp_path: Path) -> None:
        found = kinds(town_folder(tmp_path / "town"), tmp_path / "out")
        ways = ["online", "email", "post", "counter", "phone", "fax", "internal"]
        assert found == [f"parkausweis/all/{way}" for way in ways] + [f"trauung/all/{way}" for way in ways[1:]]

    def test_what_the_published_file_shows_often_enough_in_the_last_year(self, tmp_path: Path) -> None:
        """Rare, without a type, of an unknown channel, older, of another office, or of a type that is no code: left out."""
        folder = town_folder(tmp_path / "town")
        publish(folder, "2026-11-30", SEEN)
        made = sheets(folder, tmp_path / "out")
        assert list(made.drawn[0].plan.kinds) == [
            "parkausweis/folge/online", "parkausweis/neu/online", "trauung/all/counter",
        ]  # fmt: skip
        assert made.drawn[0].left_out == 1
        assert made.drawn[0].labels == (
            "Bewohnerparkausweis, folge, online", "Bewohnerparkausweis, neu, online", "Eheschließung, Schalter",
        )  # fmt: skip

    def test_case_types_are_left_out_where_nobody_wants_them(self, tmp_path: Path) -> None:
        folder = town_folder(tmp_path / "town")
        publish(folder, "2026-11-30", SEEN)
        assert kinds(folder, tmp_path / "out", all_types=True) == ["parkausweis/all/online", "trauung/all/counter"]

    def test_nothing_often_enough(self, tmp_path: Path) -> None:
        folder = town_folder(tmp_path / "town")
        publish(folder, "2026-11-30", SEEN[1:2])
        with pytest.raises(NotSampled, match="No kind of work of parkausweis, trauung had 10 cases"):
            sheets(folder, tmp_path / "out")

    def test_more_kinds_than_a_page_holds(self, tmp_path: Path) -> None:
        more = SERVICES + "".join(f"s{number};Leistung {number};;buergeramt;;;\n" for number in range(3))
        with pytest.raises(NotSampled, match=r"31 kinds of work do not fit on a page, which holds 24; name some"):
            sheets(town_folder(tmp_path / "town", services=more), tmp_path / "out")


class TestFiles:
    def test_the_same_plan_twice_is_the_same_bytes(self, tmp_path: Path) -> None:
        folder = town_folder(tmp_path / "town")
        for out in ("a", "b"):
            sheets(folder, tmp_path / out)
        sheets(folder, tmp_path / "a")
        for name in ("tally-buergeramt.html", "tally-buergeramt.xlsx"):
            assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
        assert len(list((tmp_path / "a").iterdir())) == 2

    def test_a_filled_workbook_is_not_overwritten(self, tmp_path: Path) -> None:
        folder = town_folder(tmp_path / "town")
        sheets(folder, tmp_path / "out")
        before = (tmp_path / "out" / "tally-buergeramt.xlsx").read_bytes()
        with pytest.raises(
            NotSampled, match=r"exists already, filled or of another plan; move it or give another --out"
        ):
            sheets(folder, tmp_path / "out", seed=8)
        assert (tmp_path / "out" / "tally-buergeramt.xlsx").read_bytes() == before
        assert len(list((tmp_path / "out").iterdir())) == 2

    def test_an_office_whose_sheet_stands_there_does_not_stop_the_others(self, tmp_path: Path) -> None:
        offices = OFFICES + "bauamt;Bauamt;;;20-49\n"
        services = SERVICES + "bau;Baugenehmigung;;bauamt;;;\n"
        folder = town_folder(tmp_path / "town", offices=offices, services=services)
        sheets(folder, tmp_path / "out")
        made = sheets(folder, tmp_path / "out", office=None, seed=8)
        assert [one.plan.office_code for one in made.drawn] == ["bauamt"]
        assert [note.split(":")[0] for note in made.notes] == ["parameters/offices.csv", "buergeramt"]
        assert "exists already" in made.notes[1]

    def test_only_what_is_to_be_filled_is_unlocked_and_takes_whole_numbers(self, tmp_path: Path) -> None:
        made = sheets(town_folder(tmp_path / "town"), tmp_path / "out").drawn[0]
        book = tmp_path / "out" / "tally-buergeramt.xlsx"
        grid = cells_of(book)[SHEET]
        first, last = rounds(grid)[0] + 1, rounds(grid)[-1] + 1
        with zipfile.ZipFile(book) as archive:
            sheet = archive.read("xl/worksheets/sheet1.xml").decode()
            styles = archive.read("xl/styles.xml").decode()
            everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
        assert "<sheetProtection" in sheet
        formats = re.findall(r"<xf [^>]*?(?:/>|>.*?</xf>)", styles.partition("<cellXfs")[2].partition("</cellXfs>")[0])
        unlocked = {str(number) for number, form in enumerate(formats) if 'locked="0"' in form}
        open_cells = {cell for cell, style in re.findall(r'<c r="([A-Z]+\d+)" s="(\d+)"', sheet) if style in unlocked}
        # Cancelled, people, 13 kinds of work and two more for each round; 13 numbers of cases, one of minutes.
        assert len(open_cells) == 77 * (2 + 15) + 13 + 1
        assert {f"D{first}", f"E{first}", f"U{last}"} <= open_cells
        assert {f"A{first}", f"F{first}", f"C{last}", "D10"} & open_cells == set()
        wholes = re.findall(r'<dataValidation type="whole"[^>]*sqref="([^"]+)">', sheet)
        assert wholes == [f"E{first}:E{last}", f"G{first}:U{last}", f"G{last + 1}:S{last + 1}", f"G{last + 2}"]
        assert re.findall(r"<formula1>(.*?)</formula1>", sheet).count("0") == 4
        assert "<dc:creator></dc:creator>" in everything or "<dc:creator/>" in everything
        assert made.plan.plan_id in everything

    def test_the_plan_says_when(self, tmp_path: Path) -> None:
        plan = sheets(town_folder(tmp_path / "town"), tmp_path / "out").drawn[0].plan
        cells = cells_of(tmp_path / "out" / "tally-buergeramt.xlsx")
        grid = cells[SHEET]
        assert [(grid[row][1], grid[row][2]) for row in rounds(grid)] == [
            (f"{one.day:%d.%m.%Y}", one.clock) for one in plan.rounds
        ]
        days = [row[1:4] for row in cells["Plan"] if str(row[0] or "").isdigit()]
        assert days[0] == ["Mo", "11.01.2027", plan.rounds[0].clock]
        assert grid[first_round(grid) - 1][6] == "Bewohnerparkausweis, online"


class TestPage:
    def test_it_is_german_and_names_nobody(self, tmp_path: Path) -> None:
        plan = sheets(town_folder(tmp_path / "town"), tmp_path / "out").drawn[0].plan
        text = (tmp_path / "out" / "tally-buergeramt.html").read_text(encoding="utf-8")
        assert '<html lang="de">' in text
        assert f"Plan {plan.plan_id}, Startwert 7" in text
        assert text.count("<h1>") == 1
        assert text.count('scope="row"') == 13 + 2 + 1
        assert re.findall(r"https?:|src=|<script|@import|url\(", text) == []
        for one in plan.rounds:
            assert f"<span>{one.clock}</span>" in text

    def test_a_name_with_signs_of_html_is_text(self, tmp_path: Path) -> None:
        offices = OFFICES.replace("Bürgeramt", "Amt <b>für</b> Bürger & Co")
        sheets(town_folder(tmp_path / "town", offices=offices), tmp_path / "out")
        text = (tmp_path / "out" / "tally-buergeramt.html").read_text(encoding="utf-8")
        assert "<h1>Zählbogen Amt &lt;b&gt;für&lt;/b&gt; Bürger &amp; Co</h1>" in text

    @pytest.mark.browser
    @pytest.mark.parametrize(
        ("most", "days", "name", "kinds"),
        [
            (4, 20, SHORT, 24),
            (4, 60, SHORT, 18),
            (8, 40, SHORT, 18),
            (8, 20, LONG, 15),
            (15, 20, SHORT, 18),
            (15, 10, LONG, 15),
        ],
    )
    def test_the_fullest_that_is_let_through_is_one_page(
        self, tmp_path: Path, chromium: Path, most: int, days: int, name: str, kinds: int
    ) -> None:
        full = tmp_path / "full.html"
        full.write_text(page(a_plan(kinds, days, most, name)), encoding="utf-8")
        assert pages(chromium, full, tmp_path / "full.pdf") == 1
        if kinds < MOST_KINDS:
            with pytest.raises(NotSampled, match=f"{kinds + 1} kinds of work and {days} days do not fit on one page"):
                page(a_plan(kinds + 1, days, most, name))


def a_plan(kinds: int, days: int, most: int, name: str) -> Drawn:
    """A plan with as many rounds on each day."""
    rounds = tuple(
        Round(FIRST + dt.timedelta(days=day), f"{8 + number % 8:02d}:{number * 5:02d}")
        for day in range(days)
        for number in range(most)
    )
    keys = tuple(f"s{number}/all/online" for number in range(kinds))
    plan = Plan("Testhafen", "amt", keys, FIRST, rounds[-1].day, days, 9600, "2.5", 5, 1, rounds)
    return Drawn(plan, "Amt für Bürgerdienste", tuple(f"{name} {number}, online" for number in range(kinds)), 0)


def pages(chromium: Path, page: Path, pdf: Path) -> int:
    """How many sheets of paper a page takes."""
    subprocess.run(
        [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={pdf}",
         page.as_uri()],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return len(pypdf.PdfReader(pdf).pages)


def test_a_town_without_services(tmp_path: Path) -> None:
    folder = town_folder(tmp_path / "town", services=SERVICES.splitlines()[0] + "\n")
    with pytest.raises(NotSampled, match="lists no service"):
        sheets(folder, tmp_path / "out", office=None)
