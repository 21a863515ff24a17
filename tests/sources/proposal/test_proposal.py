"""A mapping proposed for a file nobody has described: in the formats of real tools, and in none."""

import csv
import datetime as dt
import gzip
import io
import json
import tomllib
import zipfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources.batches.protocol import Refused
from sources.connectors.csv.header import read_header
from sources.connectors.files import PROPOSABLE, header_of
from sources.proposal.proposal import Answers, Proposal
from sources.proposal.propose import propose, source_name
from sources.proposal.toml import toml_of
from sources.town.source import Source
from tests.towns import deliver, make_town, problems_of, reasons, taken

TODAY = dt.date(2026, 11, 22)
LETTERS = "Anna Meier, Hauptstr. 5"

GERMAN = """\
Aktenzeichen;Ereignis;Zeitpunkt;Eingangsweg;Sachbearbeiter;Bemerkung;Gebühr
BA-1;Eingang;02.03.2026 09:15;Internet;Müller;ruft an;12,50
BA-1;Bescheid;05.03.2026 11:00;Internet;Schulz;;12,50
BA-2;Eingang;13.03.2026 08:30;Brief;Müller;;7,00
BA-2;Rückfrage;14.03.2026 08:30;Brief;Müller;;7,00
BA-2;Bescheid;17.03.2026 10:05;Brief;Schulz;;7,00
"""
DISCO = """\
Case ID,Activity,Resource,Complete Timestamp,Variant,Variant index
Case 1,Register,Sara,2012/10/09 14:50:17.000,Variant 1,1
Case 1,Decide,Mike,2012/10/10 15:00:00.500,Variant 1,1
Case 2,Register,Sara,2012/10/11 08:00:00.000,Variant 2,2
Case 2,Reject,Pete,2012/10/12 09:30:00.000,Variant 2,2
"""
CELONIS = """\
_CASE_KEY,ACTIVITY_EN,EVENTTIME,_SORTING,USER_NAME
800001,Create Order,2024-01-02 08:00:00,10,KSMITH
800001,Release,2024-01-03 08:00:00,20,JDOE
800002,Create Order,2024-01-02 09:00:00,10,KSMITH
"""
XES_AS_CSV = """\
Activity,Costs,Resource,case:concept:name,case:creator,concept:name,org:resource,time:timestamp
register,50,Pete,3,Nitro,register,Pete,2010-12-30 14:32:00+01:00
examine,400,Mike,3,Nitro,examine,Mike,2010-12-30 15:06:00+01:00
register,50,Mike,2,Nitro,register,Mike,2010-12-30 11:32:00+01:00
"""
CAMUNDA = """\
id,processInstanceId,activityName,activityType,startTime,endTime,assignee
a1,p1,Prüfen,userTask,2026-03-02T09:00:00.000+0100,2026-03-02T10:00:00.000+0100,demo
a2,p1,Bescheiden,userTask,2026-03-03T09:00:00.000+0100,2026-03-03T10:00:00.000+0100,john
a3,p2,Prüfen,userTask,2026-03-04T09:00:00.000+0100,2026-03-04T10:00:00.000+0100,demo
"""
APROMORE = """\
case_id\tactivity\tstart_timestamp\tend_timestamp\trole
1\tCheck\t03/31/2026 10:00\t03/31/2026 11:00\tClerk
1\tPay\t04/01/2026 10:00\t04/01/2026 11:00\tClerk
2\tCheck\t04/02/2026 10:00\t04/02/2026 11:00\tClerk
"""
TEXTBOOK = """\
Case ID;Event ID;dd-MM-yyyy:HH.mm;Activity;Resource;Costs
1;35654423;30-12-2010:11.02;register request;Pete;50
1;35654424;31-12-2010:10.06;examine thoroughly;Sue;400
2;35654483;30-12-2010:11.32;register request;Mike;50
"""
SERVICE_DESK = """\
Incident ID;DateStamp;IncidentActivity_Number;IncidentActivity_Type;Assignment Group;KM number
IM1;17-01-2013 08:17:17;001A1;Reassignment;TEAM1;KM5
IM1;18-11-2013 13:41:30;001A2;Closed;TEAM2;KM5
IM2;19-11-2013 13:41:30;001A3;Reassignment;TEAM2;KM6
IM2;20-11-2013 12:09:37;001A4;Closed;TEAM3;KM6
"""
NO_LATIN = """\
申請番号,invoice_id,approval_status,status_time,processor_id
あ,INV-1,受領,2024-09-30 07:08:00,EMP-015
い,INV-1,承認,2024-10-01 19:29:40,EMP-016
う,INV-2,受領,2024-11-27 11:00:00,EMP-015
え,INV-2,承認,2024-11-28 05:44:46,EMP-015
"""
CASES_ONLY = """\
Vorgangsnummer;Antragsart;Eingangsdatum;Bescheiddatum;Ergebnis;Status;Name
V-1;Parkausweis;02.03.2026;05.03.2026;bewilligt;fertig;Meier
V-2;Parkausweis;13.03.2026;-;-;offen;Schulz
V-3;Parkausweis;14.03.2026;25.03.2026;abgelehnt;fertig;Kunze
"""
SCANS = """\
Belegnummer;Stapel;Scanzeit;Seiten;Dokumentart
D-1;S-1;02.03.2026 09:15;3;Antrag
D-2;S-1;02.03.2026 09:16;1;Antrag
"""
BUDGET = """\
Haushaltsstelle;Haushaltsjahr;Ansatz;Ist;Bezeichnung
1.02.100;2026;12.000,00;3.500,25;Papier
1.02.200;2026;1.500,00;0,00;Porto
"""
EXPORTS = {
    "german": (GERMAN, "Aktenzeichen", "Ereignis", "Zeitpunkt", {"channel": "Eingangsweg"}),
    "disco": (DISCO, "Case ID", "Activity", "Complete Timestamp", {}),
    "celonis": (CELONIS, "_CASE_KEY", "ACTIVITY_EN", "EVENTTIME", {}),
    "xes as csv": (XES_AS_CSV, "case:concept:name", "concept:name", "time:timestamp", {}),
    "camunda": (CAMUNDA, "processInstanceId", "activityName", "endTime", {"started_at": "startTime"}),
    "apromore": (APROMORE, "case_id", "activity", "end_timestamp", {"started_at": "start_timestamp"}),
    "textbook": (TEXTBOOK, "Case ID", "Activity", "dd-MM-yyyy:HH.mm", {"record_ref": "Event ID"}),
    "service desk": (
        SERVICE_DESK, "Incident ID", "IncidentActivity_Type", "DateStamp", {"unit": "Assignment Group"},
    ),
    "no latin letters": (NO_LATIN, "invoice_id", "approval_status", "status_time", {}),
}  # fmt: skip


def proposed(folder: Path, content: str | bytes, name: str = "export.csv", answers: Answers | None = None) -> Proposal:
    """The proposal for a file with this content; text is UTF-8."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return propose(path, answers, today=TODAY)


def columns(proposal: Proposal) -> dict[str, str]:
    return {target: pick.column for target, pick in proposal.columns.items()}


def source_of(proposal: Proposal) -> Source:
    """The proposal as town.toml would be read."""
    return Source.model_validate(tomllib.loads(toml_of(proposal, "export"))["source"][0])


def refusal(folder: Path, content: str | bytes, name: str = "export.csv") -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        proposed(folder, content, name)
    return caught.value.reason_code, caught.value.sentence


@pytest.mark.parametrize(("content", "case", "activity", "time", "more"), EXPORTS.values(), ids=EXPORTS)
class TestAnExportOfAKnownTool:
    def test_its_columns_are_recognised_and_nobody_is_asked(
        self, tmp_path: Path, content: str, case: str, activity: str, time: str, more: dict[str, str]
    ) -> None:
        proposal = proposed(tmp_path, content)
        assert columns(proposal) == {"case_ref": case, "activity": activity, "occurred_at": time, **more}
        assert proposal.questions == []

    def test_every_row_of_it_passes_the_door(
        self, tmp_path: Path, content: str, case: str, activity: str, time: str, more: dict[str, str]
    ) -> None:
        toml = toml_of(proposed(tmp_path, content), "export")
        folder = make_town(tmp_path / "town", toml)
        assert problems_of(folder) == []
        result = taken(folder, deliver(folder, "export.csv", content.encode(), "inbox/export"))
        assert reasons(result) == []
        assert result.rows_admitted == content.count("\n") - 1

    def test_each_column_is_told_once(
        self, tmp_path: Path, content: str, case: str, activity: str, time: str, more: dict[str, str]
    ) -> None:
        proposal = proposed(tmp_path, content)
        found = [*columns(proposal).values(), *proposal.refused, *proposal.idle]
        delimiter = next(sign for sign in ";\t," if sign in content.splitlines()[0])
        assert sorted(found) == sorted(content.splitlines()[0].split(delimiter))


def test_the_proposal_is_a_commented_source(tmp_path: Path) -> None:
    proposal = proposed(tmp_path, GERMAN.encode("windows-1252"))
    assert toml_of(proposal, "permits").splitlines() == [
        '# Proposed from "export.csv": correct it, answer what is asked, copy it into town.toml.',
        '# Times have no offset and are read in the town\'s zone; say timezone = "…" if it is another.',
        "[[source]]",
        'name = "permits"',
        'system = "case"    # portal case scan mail print finance posts: which is it?',
        'format = "csv"',
        'path = "inbox/permits/*.csv"',
        'mode = "increment"    # dump when each file is the whole stand: which is it?',
        'encoding = "windows-1252"',
        'delimiter = ";"',
        'timestamp_format = "%d.%m.%Y %H:%M"',
        '# service = "…"    # QUESTION: which service is all of this, as in parameters/services.csv?',
        "",
        "[source.columns]",
        'case_ref = "Aktenzeichen"    # by its name',
        'activity = "Ereignis"    # by its name',
        'occurred_at = "Zeitpunkt"    # by its name',
        'channel = "Eingangsweg"    # by its name',
        '# refused: "Sachbearbeiter" looks personal (bearbeiter)',
        '# refused: "Bemerkung" looks personal (bemerkung)',
        '# not mapped: "Gebühr"',
        "",
        "[source.values.channel]",
        'Brief = "post"',
        'Internet = "online"',
    ]


def test_one_row_per_case_makes_cases_and_words_for_nothing_are_null(tmp_path: Path) -> None:
    proposal = proposed(tmp_path, CASES_ONLY)
    source = source_of(proposal)
    assert [record.name for record in source.records] == ["cases"]
    assert source.columns == {
        "case_ref": "Vorgangsnummer",
        "service": "Antragsart",
        "received_at": "Eingangsdatum",
        "closed_at": "Bescheiddatum",
        "outcome": "Ergebnis",
    }
    # The door knows "-" of a day by itself; among the words of a vocabulary it is a word.
    assert "closed_at" not in source.values
    assert source.values["outcome"] == {"bewilligt": "granted", "abgelehnt": "refused", "-": ""}
    folder = make_town(tmp_path / "town", toml_of(proposal, "export"))
    result = taken(folder, deliver(folder, "x.csv", CASES_ONLY.encode(), "inbox/export"))
    assert (result.rows_admitted, result.unmapped) == (3, {})


def test_a_scan_index_and_a_budget_are_what_they_are(tmp_path: Path) -> None:
    scans, budget = source_of(proposed(tmp_path, SCANS)), source_of(proposed(tmp_path, BUDGET))
    assert (scans.system, scans.records[0].name, scans.columns["batch_ref"]) == ("scan", "scans", "Stapel")
    assert (budget.system, budget.records[0].name, budget.decimal) == ("finance", "budget_lines", ",")


@pytest.mark.parametrize("name", ["x.xlsx", "x.jsonl", "x.parquet", "x.csv.gz", "x.zip", "x.csv", "x.tsv"])
def test_the_same_rows_are_recognised_in_every_dress(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    rows = list(csv.DictReader(io.StringIO(DISCO)))
    frame = pl.DataFrame(rows)
    match name.split(".", 1)[1]:
        case "xlsx":
            frame.write_excel(path)
        case "jsonl":
            path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
        case "parquet":
            frame.write_parquet(path)
        case "csv.gz":
            path.write_bytes(gzip.compress(DISCO.encode()))
        case "zip":
            with zipfile.ZipFile(path, "w") as packed:
                packed.writestr("inner.csv", DISCO)
        case "tsv":
            path.write_text(DISCO.replace(",", "\t"), encoding="utf-16")
        case _:
            path.write_text(DISCO, encoding="utf-8-sig")
    proposal = propose(path, today=TODAY)
    expected = {"case_ref": "Case ID", "activity": "Activity", "occurred_at": "Complete Timestamp"}
    assert columns(proposal) == expected
    assert set(proposal.refused) == {"Resource"}
    assert source_of(proposal).columns == expected


def test_a_sheet_with_a_title_above_its_header_is_read_from_the_header(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "liste.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Hinweise").write_row(0, 0, ["Nur intern"])
        sheet = book.add_worksheet("Daten")
        sheet.write_row(0, 0, ["Vorgänge 2026"])
        for number, row in enumerate(csv.reader(io.StringIO(GERMAN), delimiter=";"), start=2):
            sheet.write_row(number, 0, row)
    source = source_of(propose(path, today=TODAY))
    assert (source.sheet, source.header_row, source.columns["case_ref"]) == ("Daten", 3, "Aktenzeichen")


@pytest.mark.parametrize(
    ("titles", "line"),
    [
        ("Auswertung vom 01.11.2026\n", 2),
        ("Auswertung vom 01.11.2026;;;;;;\n", 2),
        ("Auswertung, Bauamt, vom 01.11.2026\n\nStand;01.11.2026\n\n", 5),
        ('"Auswertung\nvom 01.11.2026";;;;;;\r\n;;;;;;\r\n', 4),
        ("sep=;\n", 2),
    ],
)
def test_titles_above_the_header_of_a_csv_are_left_out(tmp_path: Path, titles: str, line: int) -> None:
    proposal = proposed(tmp_path, titles + GERMAN)
    source = source_of(proposal)
    assert f"header_row = {line}\n" in toml_of(proposal, "x")
    assert (source.header_row, source.delimiter, source.header) == (line, ";", ())
    assert columns(proposal) == columns(proposed(tmp_path, GERMAN))


@pytest.mark.parametrize(
    "content",
    [
        ";case;activity;time\n0;A-1;Eingang;2026-03-02\n1;A-1;Ende;2026-03-03\n",
        "case;activity;time;;;\nA-1;Eingang;2026-03-02;x;y;z\nA-1;Ende;2026-03-03;x;y;z\n",
        "case;activity;time\nA-1;Eingang;2026-03-02;x;y;z\nA-1;Ende;2026-03-03\nA-2;Ende;2026-03-03\n",
        "case;activity;time\nA-1;Eingang;2026-03-02\nA-1;Ende;\n",
    ],
    ids=["a column without name", "empty columns", "a row too wide", "an empty cell"],
)
def test_a_header_in_the_first_line_stays_the_header(tmp_path: Path, content: str) -> None:
    proposal = proposed(tmp_path, content)
    assert "header_row" not in proposal.options
    assert columns(proposal) == {"case_ref": "case", "activity": "activity", "occurred_at": "time"}


@pytest.mark.parametrize(
    "content",
    [
        "Kunde;Vorgang;;;\nAnna Muster;Beratung;hell;lang;gut\nBernd Muster;Beratung;hell;kurz;gut\n",
        "Kunde;;;;\nAnna Muster;Beratung;hell;lang;gut\nBernd Muster;Beratung;hell;kurz;gut\n",
        "Kunde;Vorgang;;\nAnna Muster;Beratung;hell;a\nBernd Muster;Antrag;dunkel;b\n",
        "Kunde;;\nAnna Muster;Beratung;hell\nBernd Muster;Antrag;dunkel\nCarla Klein;Klage;grau\n",
    ],
    ids=["two names", "one name", "two names, nothing recurs", "one name, nothing recurs"],
)
def test_a_person_in_the_first_row_is_never_told_as_a_column(tmp_path: Path, content: str) -> None:
    path = tmp_path / "export.csv"
    path.write_text(content, encoding="utf-8")
    header = read_header(path, {})
    names = header.names
    assert names == header.options["header"] == [f"column_{number + 1}" for number in range(len(names))]


@pytest.mark.parametrize("label", ["Erstellt von:;Erika Muster;", "Stand;01.11.2026;", "Auswertung des Amtes;;"])
def test_a_label_and_its_value_above_the_header_are_titles(tmp_path: Path, label: str) -> None:
    path = tmp_path / "export.csv"
    path.write_text(f"{label}\nVorgang;Schritt;Zeitpunkt\nA-1;Eingang;2026-03-02\nA-2;Ende;2026-03-03\n")
    assert read_header(path, {}).names == ["Vorgang", "Schritt", "Zeitpunkt"]


@pytest.mark.parametrize("broken", ['A-1,"Ende', 'A-1,"En"de,2026-03-04\n'])
def test_a_broken_quote_hides_neither_delimiter_nor_line(tmp_path: Path, broken: str) -> None:
    rows = "".join(f"A-{n},Eingang,2026-03-0{n}\n" for n in range(1, 6))
    content = f"case,activity,time\n{rows}{broken}"
    if broken.endswith("\n"):
        code, said = refusal(tmp_path, content)
        assert (code, "export.csv line 7: " in said) == ("unreadable_csv", True)
    else:
        assert proposed(tmp_path, content).options["delimiter"] == ","


def test_a_row_of_data_is_never_told_as_a_header(tmp_path: Path) -> None:
    content = "case;activity\n" + "A-1;Eingang;2026-03-02;Meier;Anna\nA-1;Ende;2026-03-03;Meier;Anna\n"
    assert refusal(tmp_path, content) == (
        "empty_file",
        "export.csv: holds no row that can be read; choose another file.",
    )


@pytest.mark.parametrize("line", [1, 3])
def test_the_declared_line_of_a_header_is_the_one_that_is_looked_at(tmp_path: Path, line: int) -> None:
    path = tmp_path / "export.csv"
    path.write_text("Auswertung;heute\n\n" + GERMAN, encoding="utf-8")
    source = source_of(proposed(tmp_path / "other", GERMAN)).model_copy(update={"header_row": line})
    expected = ["Auswertung", "heute"] if line == 1 else GERMAN.splitlines()[0].split(";")
    assert header_of(path, "csv", {"delimiter": source.delimiter, "header_row": line}).names == expected


def test_a_log_with_prefixes_on_its_tags_is_recognised(tmp_path: Path) -> None:
    event = (
        '<xes:event><xes:string key="concept:name" value="a"/>'
        '<xes:date key="time:timestamp" value="2026-03-02T09:15:00Z"/></xes:event>'
    )
    trace = f'<xes:trace><xes:string key="concept:name" value="1"/>{event}{event}</xes:trace>'
    proposal = proposed(tmp_path, f'<xes:log xmlns:xes="http://www.xes-standard.org/">{trace}</xes:log>', "log.xes")
    assert columns(proposal) == {
        "case_ref": "case:concept:name",
        "activity": "concept:name",
        "occurred_at": "time:timestamp",
    }


def propose_fails(path: Path) -> str:
    with pytest.raises(Refused) as caught:
        propose(path, today=TODAY)
    return caught.value.sentence


def test_what_a_person_says_wins(tmp_path: Path) -> None:
    answers = Answers({"activity": "Costs"}, timezone="UTC")
    proposal = proposed(tmp_path, TEXTBOOK, answers=answers)
    assert columns(proposal)["activity"] == "Costs"
    assert source_of(proposal).timezone == "UTC"


def test_a_column_a_person_misspelt_is_refused_with_the_nearest(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(GERMAN, encoding="utf-8")
    with pytest.raises(Refused) as caught:
        propose(path, Answers({"case_ref": "Aktenzeichn"}), today=TODAY)
    assert caught.value.sentence == "x.csv: column 'Aktenzeichn' is not there; the nearest is 'Aktenzeichen'."


def test_days_and_months_that_cannot_be_told_apart_are_asked(tmp_path: Path) -> None:
    content = "case id,activity,time\n1,a,01/02/2026 10:00\n1,b,03/04/2026 10:00\n2,a,05/06/2026 10:00\n"
    (question,) = proposed(tmp_path, content).questions
    assert (question.flag, question.choices) == ("--timestamp-format", ("%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"))
    assert question.sentence == ("Is 01/02 in 'time' the first of February (%d first), or the second of January?")
    assert proposed(tmp_path, content.replace("05/06", "05/26")).questions == []


def test_columns_without_a_telling_name_are_guessed_from_their_content_and_asked(tmp_path: Path) -> None:
    rows = [f"{n // 3},{'abc'[n % 3]},2026-03-{1 + n % 28:02} 10:00,{n * 7}" for n in range(60)]
    proposal = proposed(tmp_path, "\n".join(["aa,bb,cc,dd", *rows]))
    assert columns(proposal) == {"case_ref": "aa", "activity": "bb", "occurred_at": "cc"}
    assert [(question.flag, question.default) for question in proposal.questions] == [
        ("--case", "aa"),
        ("--activity", "bb"),
    ]
    assert '# case_ref = "aa"    # by what stands in it: is that so?' in toml_of(proposal, "x").splitlines()


def test_a_log_of_persons_asks_whether_the_person_is_the_case(tmp_path: Path) -> None:
    rows = [
        f"{'abc'[n // 2 % 3]},{n // 6},r{n % 4},{n // 2},{('start', 'complete')[n % 2]},2017-01-0{1 + n % 9}T11:41:53Z"
        for n in range(60)
    ]
    content = "\n".join(["handling,patient,employee,handling_id,registration_type,time", *rows])
    proposal = proposed(tmp_path, content)
    assert columns(proposal) == {"case_ref": "patient", "activity": "handling", "occurred_at": "time"}
    assert [question.default for question in proposal.questions] == ["patient"]
    assert proposal.options["lifecycle"] == "registration_type"


def test_times_counted_from_1970_are_told(tmp_path: Path) -> None:
    proposal = proposed(tmp_path, "case,event,time\n1,a,1772442900\n1,b,1772529300\n")
    assert proposal.idle == {"time": "counts from 1970; have times exported as text"}
    assert [(question.flag, question.default) for question in proposal.questions] == [("--time", None)]


def test_times_written_in_another_way_are_not_mapped(tmp_path: Path) -> None:
    content = GERMAN.replace("Gebühr", "Eingangsdatum").replace(";12,50", ";2026-03-01").replace(";7,00", ";2026-03-02")
    assert proposed(tmp_path, content).idle == {"Eingangsdatum": "its times are written in another way"}


def test_a_file_without_header_gets_names_of_its_own(tmp_path: Path) -> None:
    content = "".join(GERMAN.splitlines(keepends=True)[1:])
    proposal = proposed(tmp_path, content)
    assert proposal.options["header"][:3] == ["column_1", "column_2", "column_3"]
    assert columns(proposal)["occurred_at"] == "column_3"
    assert not proposal.is_recognised
    assert "BA-1" not in toml_of(proposed(tmp_path, content), "x")


def test_personal_columns_are_refused_by_name_and_by_content(tmp_path: Path) -> None:
    content = (
        "Aktenzeichen;Ereignis;Zeitpunkt;Vorname;spalte7;spalte8;spalte9;Stadtteil\n"
        f"1;a;2026-03-02;Anna;a@b.de;Meier, Anna;{LETTERS} schreibt einen langen Brief über ihren Zaun und mehr;Mitte\n"
        f"1;b;2026-03-03;Olaf;c@d.de;Kunze, Olaf;{LETTERS} schreibt noch einen langen Brief über denselben Zaun;Nord\n"
    )
    proposal = proposed(tmp_path, content)
    assert proposal.refused == {
        "Vorname": "vorname",
        "spalte7": "e-mail address",
        "spalte8": "names",
        "spalte9": "free text",
    }
    assert proposal.idle == {
        "Stadtteil": "tells about applicants (district), which needs a registered [[purpose]]",
    }


def test_no_value_but_common_words_of_vocabularies_is_told(tmp_path: Path) -> None:
    rows = [f"{n};Eingang;0{1 + n % 9}.03.2026 10:00;{('Brief', 'Ruprecht', 'Fax')[n % 3]}" for n in range(12)]
    rows.append("99;Eingang;01.03.2026 10:00;Anna Meier")
    text = toml_of(proposed(tmp_path, "\n".join(["Vorgang;Ereignis;Zeitpunkt;Kanal", *rows])), "x")
    assert "Anna Meier" not in text
    assert '# Ruprecht = "…"    # what does this mean?' in text
    assert 'Brief = "post"' in text


def test_an_object_centric_log_asks_which_object_is_the_case(tmp_path: Path) -> None:
    log = {
        "objectTypes": [{"name": "application", "attributes": []}, {"name": "letter", "attributes": []}],
        "eventTypes": [{"name": "receive", "attributes": []}],
        "objects": [{"id": "a1", "type": "application"}, {"id": "l1", "type": "letter"}],
        "events": [
            {
                "id": f"e{n}",
                "type": name,
                "time": f"2026-03-0{n}T10:00:00Z",
                "relationships": [{"objectId": o, "qualifier": "of"} for o in ("a1", "l1")[:n]],
            }
            for n, name in enumerate(("receive", "decide"), start=1)
        ],
    }
    proposal = proposed(tmp_path, json.dumps(log), "log.json")
    assert [(q.flag, q.choices, q.default) for q in proposal.questions] == [
        ("--case-object", ("application", "letter"), "application")
    ]
    proposal = proposed(tmp_path, json.dumps(log), "log.json", Answers(case_object="letter"))
    assert (proposal.options["case_object"], proposal.questions) == ("letter", [])


def test_types_of_objects_that_are_persons_are_no_choice(tmp_path: Path) -> None:
    log = {
        "objectTypes": [{"name": name, "attributes": []} for name in ("Employee", "application")],
        "eventTypes": [{"name": "receive", "attributes": []}],
        "objects": [{"id": "p1", "type": "Employee"}, {"id": "a1", "type": "application"}],
        "events": [
            {
                "id": f"e{n}",
                "type": "receive",
                "time": f"2026-03-0{n}T10:00:00Z",
                "relationships": [{"objectId": o, "qualifier": "of"} for o in ("p1", "a1")[: 3 - n]],
            }
            for n in (1, 2)
        ],
    }
    proposal = proposed(tmp_path, json.dumps(log), "log.json")
    assert (proposal.options["case_object"], proposal.questions) == ("application", [])
    assert "Objects of type 'Employee' are persons and are no case." in proposal.notes
    with pytest.raises(Refused) as caught:
        proposed(tmp_path, json.dumps(log), "log.json", Answers(case_object="Employee"))
    assert caught.value.sentence == (
        "log.json: the object type 'Employee' names persons, and what a person did is no case; name another: "
        "'application'."
    )
    log["objectTypes"], log["objects"] = log["objectTypes"][:1], log["objects"][:1]
    code, said = refusal(tmp_path, json.dumps(log), "log.json")
    assert (code, said.partition(";")[0]) == (
        "case_is_a_person",
        "log.json: all its object types name persons, and what a person did is no case",
    )


BAD = {
    "empty": (b"", "empty_file", "export.csv: the file is empty; have the export run again."),
    "blanks": (b"\n\n", "empty_file", "export.csv: the file is empty; have the export run again."),
    "header only": (b"a;b;c\n", "empty_file", "export.csv: holds no row that can be read; choose another file."),
    "a picture": (
        b"\x89PNG\r\n\x1a\n\0\0\0",
        "unknown_format",
        f"export.csv: of no kind that is known; export it as {', '.join(PROPOSABLE[:-1])} or {PROPOSABLE[-1]}.",
    ),
    "half a workbook": (
        b"PK\x03\x04xl/",
        "unreadable_xlsx",
        "export.csv: no complete Excel workbook; save it anew as .xlsx, without a password.",
    ),
    "no JSON": (
        b"{ half\n",
        "unreadable_jsonl",
        "export.csv: no line is a JSON object; have the export write JSON Lines.",
    ),
    "a log in another encoding": (
        b'<?xml version="1.0" encoding="shift_jis"?><log/>',
        "broken_xml",
        "export.csv: declares an encoding that cannot be read here; have it exported as UTF-8.",
    ),
    "half a Parquet file": (
        b"PAR1xx",
        "unreadable_parquet",
        "export.csv: no complete Parquet file; have the export run again.",
    ),
}


@pytest.mark.parametrize(("content", "code", "sentence"), BAD.values(), ids=BAD)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(
    tmp_path: Path, content: bytes, code: str, sentence: str
) -> None:
    assert refusal(tmp_path, content) == (code, sentence)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nothing.csv"
    assert propose_fails(path) == f"{path}: no such file; correct the path."


def test_a_directory_and_a_device_are_told_from_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert propose_fails(tmp_path) == f"{tmp_path}: is a directory; name one of the files in it."
    assert propose_fails(Path("/dev/null")) == (
        "/dev/null: is a device or a pipe, no file; save what it gives and name that file."
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=6),
    cells=st.lists(st.sampled_from(["1", "x", "2026-03-01", "", "01.02.2026", "\u007f", '"', "a@b.de"]), min_size=6, max_size=6),
)  # fmt: skip
def test_whatever_a_header_says_the_proposal_is_valid_toml(tmp_path: Path, names: list[str], cells: list[str]) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([names, *(cells[: len(names)] for _ in range(3))])
    try:
        proposal = proposed(tmp_path, text.getvalue().encode("utf-8", errors="replace"))
    except Refused as refused:
        assert refused.sentence.startswith("export.csv")
        return
    written = tomllib.loads(toml_of(proposal, "x"))["source"][0]
    sure = {target: pick.column for target, pick in proposal.columns.items() if pick.is_sure}
    assert written["columns"] == sure


@pytest.mark.parametrize(
    ("file", "name"),
    [("Bauanträge 2026.csv", "bauantraege-2026"), ("2026.csv", "source"), ("a.b.xes.gz", "a"), ("_x_.csv", "x")],
)
def test_a_source_is_named_after_its_file(file: str, name: str) -> None:
    assert source_name(file) == name


def test_a_due_day_of_a_step_is_not_the_cases(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    rows = [
        f"C{n};{step};2025-03-0{day} 08:00;2025-04-0{day};2025-05-01"
        for n in range(9)
        for day, step in enumerate(("received", "check", "closed"), start=1)
    ]
    path.write_text("case_id;step;time;due date;frist\n" + "\n".join(rows) + "\n", encoding="utf-8")
    proposal = propose(path, today=TODAY)
    assert proposal.columns["due_at"].column == "frist"
    assert proposal.idle["due date"] == "differs within a case, so that it is no field of the case"


def test_words_that_only_mean_unknown_are_no_channel(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    rows = [
        f"C{n};{step};2025-03-01 08:00;{'plot ' + str(n) if n % 10 == 0 else 'UNKNOWN'}"
        for n in range(40)
        for step in ("received", "closed")
    ]
    path.write_text("case_id;step;time;PlotNumber\n" + "\n".join(rows) + "\n", encoding="utf-8")
    assert "channel" not in propose(path, today=TODAY).columns
