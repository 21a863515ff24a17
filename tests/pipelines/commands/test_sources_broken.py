"""Files that are broken inside: each tool says so in one sentence and ends with 4, as the door does."""

import datetime as dt
import gzip
import io
import json
import random
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
import typer
import xlsxwriter

from pipelines.commands.printing import out
from pipelines.commands.sources import preview_source, propose_source
from pipelines.commands.sources import test_sources as try_sources
from pipelines.commands.try_file import try_file
from pipelines.run.outcome import Exit, Stop
from sources.proposal.propose import propose
from tests.faults.command import papierwende, sentences
from tests.towns import HEADER, PORTAL, ROWS, deliver, key_file, lines, make_town

DRAWN = random.Random(7)
# Numbers that nothing can pack small, so that a cut lies within the packed data.
TABLE = lines(*(f"BHV-{DRAWN.getrandbits(64)};Eingang;02.03.2026 09:15;Post" for _ in range(400)))
NESTED = '{"a": ' * 5_000 + "1" + "}" * 5_000 + "\n"
UNENCODED = PORTAL.replace('encoding = "windows-1252"\n', "")
JSON_LINES = UNENCODED.replace('"csv"', '"jsonl"')
WORKBOOK = UNENCODED.replace('"csv"', '"xlsx"').replace("*.csv", "*.xlsx")


def zipped() -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export.csv", TABLE)
    return whole.getvalue()


def flipped(packed: bytes) -> bytes:
    """The first bits of the packed data name a kind of block that Deflate does not have."""
    start = packed.index(b"export.csv") + len("export.csv")
    return packed[:start] + bytes([packed[start] | 0b111]) + packed[start + 1 :]


BROKEN = {
    "a gzip that was cut": (
        "export.csv.gz",
        gzip.compress(TABLE.encode())[:2_000],
        "export.csv.gz: the gzip data break off; have the export run again.",
    ),
    "a zip that was cut": (
        "export.zip",
        zipped()[:-40],
        "export.zip: the zip data break off; have the export run again.",
    ),
    "a zip with a flipped bit": (
        "export.zip",
        flipped(zipped()),
        "export.zip: the zip data break off; have the export run again.",
    ),
    "JSON nested 5,000 deep": (
        "export.jsonl",
        NESTED.encode(),
        "export.jsonl: no line is a JSON object; have the export write JSON Lines.",
    ),
}


@pytest.mark.parametrize(("name", "content", "sentence"), BROKEN.values(), ids=BROKEN)
class TestABrokenFile:
    def test_no_mapping_is_proposed_for_it(self, tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
        file = tmp_path / name
        file.write_bytes(content)
        with pytest.raises(Stop) as stopped:
            propose_source(file)
        assert (stopped.value.exit_code, stopped.value.sentences) == (Exit.GUARD, [sentence])

    def test_it_is_not_tried(self, tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
        file = tmp_path / name
        file.write_bytes(content)
        with pytest.raises(Stop) as stopped:
            try_file(file, yes=True)
        assert (stopped.value.exit_code, stopped.value.sentences) == (Exit.GUARD, [sentence])

    def test_a_source_that_delivers_it_is_told(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, sentence: str
    ) -> None:
        source = JSON_LINES if name.endswith(".jsonl") else PORTAL
        folder = make_town(tmp_path / "town", source.replace("*.csv", "*"))
        monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(key_file(folder)))
        deliver(folder, name, content)
        assert said_of(folder) == sentence


def test_a_file_that_was_cut_is_never_an_abort(tmp_path: Path) -> None:
    name, content, sentence = BROKEN["a gzip that was cut"]
    folder = make_town(tmp_path / "town")
    (tmp_path / name).write_bytes(content)
    done = papierwende(folder, "sources", "propose", str(tmp_path / name))
    assert (done.returncode, sentences(done)) == (Exit.GUARD, [sentence])


def test_a_deep_line_among_others_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "export.jsonl"
    fine = [json.dumps(dict(zip(HEADER.split(";"), row.split(";"), strict=True))) for row in ROWS]
    file.write_text(NESTED + "\n".join(fine), encoding="utf-8")
    proposal = propose(file, today=dt.date(2026, 11, 22))
    assert proposal.columns["case_ref"].column == "Vorgang"


class TestAWorkbook:
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        folder = tmp_path / "town"
        monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(key_file(folder)))
        return folder

    def test_a_header_row_below_the_sheet_is_told(self, folder: Path) -> None:
        delivered_workbook(folder, 'header_row = 900\nsheet = "Daten"')
        assert said_of(folder) == "a.xlsx: sheet 'Daten' has no row 900; correct header_row or the export."

    def test_a_header_may_stand_far_down(self, folder: Path) -> None:
        delivered_workbook(folder, 'header_row = 61\nsheet = "Daten"', [*["Vermerk"] * 60, HEADER, *ROWS])
        with out.capture() as said, pytest.raises(typer.Exit) as ended:
            try_sources(folder, "portal")
        assert ended.value.exit_code == Exit.PUBLISHED
        assert "✓ portal: 4 of 4 mapped columns are there; 0 others never enter." in said.get()

    def test_a_sheet_that_is_not_there_is_told_with_those_that_are(self, folder: Path) -> None:
        delivered_workbook(folder, 'sheet = "Bestand"')
        assert said_of(folder) == "a.xlsx: no sheet 'Bestand', but 'Daten', 'Hinweise'; correct sheet in town.toml."

    def test_rows_below_declared_names_are_never_told_as_names(self, folder: Path) -> None:
        names = ", ".join(f'"{name}"' for name in HEADER.split(";"))
        delivered_workbook(folder, f'header = [{names}]\nsheet = "Daten"', ROWS)
        with out.capture() as said:
            preview_source(folder, "portal", rows=10)
        assert "BHV-1" not in said.get()
        assert "3 rows looked at: 3 taken" in said.get()


def delivered_workbook(folder: Path, says: str, rows: Sequence[str] = (HEADER, *ROWS)) -> None:
    """A town whose source says this of its workbook, and the workbook with these rows on its sheet Daten."""
    make_town(folder, WORKBOOK.replace("decimal", f"{says}\ndecimal"))
    with xlsxwriter.Workbook(folder / "inbox" / "portal" / "a.xlsx") as book:
        sheet = book.add_worksheet("Daten")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row.split(";"))
        book.add_worksheet("Hinweise").write_row(0, 0, ["Nur intern"])


def said_of(folder: Path) -> str:
    """The one sentence with which both a test and a preview of the source end with 4."""
    with out.capture() as said, pytest.raises(typer.Exit) as ended:
        try_sources(folder, "portal")
    assert ended.value.exit_code == Exit.GUARD
    (failed,) = [line for line in said.get().splitlines() if line.startswith("✗ ")]
    with pytest.raises(Stop) as stopped:
        preview_source(folder, "portal", rows=10)
    assert stopped.value.exit_code == Exit.GUARD
    assert stopped.value.sentences == [failed.removeprefix("✗ portal: ")]
    return failed.removeprefix("✗ portal: ")
