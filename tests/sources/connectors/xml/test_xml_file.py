"""Any XML index by declarative mapping, in the formats of real scan centres; bounded, and nothing unasked enters."""

from pathlib import Path

import pytest

from sources.connectors.xml.path import understood
from sources.town.source import Source
from tests.sources.connectors.readings import refusal_of, rows_of
from tests.towns import make_source


def file(folder: Path, content: str | bytes, name: str = "x.xml") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def scans(row: str, **columns: str) -> Source:
    return make_source(columns, system="scan", format="xml", row=row)


def events(**columns: str) -> Source:
    given = {"case_ref": "@id", "activity": "step", "occurred_at": "at", **columns}
    return make_source(given, format="xml", row="log/row")


def rows(*inside: str) -> str:
    return f"<log>{''.join(inside)}</log>"


ROW = '<row id="1"><step>a</step><at>2026-03-02</at></row>'

KOFAX = """<?xml version="1.0" encoding="UTF-8"?>
<ImportSession>
  <Batches>
    <Batch Name="2026-03-02 Poststelle 017" BatchClassName="Posteingang" Priority="5">
      <BatchFields>
        <BatchField Name="Standort" Value="Mitte"/>
        <BatchField Name="Scanzeit" Value="2026-03-02T08:41:09"/>
      </BatchFields>
      <ExpectedBatchTotals><ExpectedBatchTotal Name="Anzahl" Value="2"/></ExpectedBatchTotals>
      <Documents>
        <Document FormTypeName="Antrag Wohngeld">
          <IndexFields>
            <IndexField Name="Dokument" Value="D-1001"/>
            <IndexField Name="Aktenzeichen" Value="WG-2026-17"/>
            <IndexField Name="Name" Value="Anna Muster"/>
          </IndexFields>
          <Pages>
            <Page ImageFileName="00000001.tif"><OCR>Sehr geehrte Frau Muster</OCR></Page>
            <Page ImageFileName="00000002.tif"/>
          </Pages>
        </Document>
        <Document FormTypeName="Anlage">
          <IndexFields>
            <IndexField Name="Dokument" Value="D-1002"/>
            <IndexField Name="Aktenzeichen" Value=""/>
          </IndexFields>
          <Pages><Page ImageFileName="00000003.tif"/></Pages>
        </Document>
      </Documents>
    </Batch>
    <Batch Name="2026-03-02 Poststelle 018" BatchClassName="Posteingang">
      <Documents>
        <Document FormTypeName="Anlage">
          <IndexFields><IndexField Name="Dokument" Value="D-1003"/></IndexFields>
        </Document>
      </Documents>
    </Batch>
  </Batches>
</ImportSession>
"""
KOFAX_SOURCE = scans(
    "Batch/Documents/Document",
    document_ref="IndexFields/IndexField[@Name='Dokument']/@Value",
    case_ref="IndexFields/IndexField[@Name='Aktenzeichen']/@Value",
    document_type="@FormTypeName",
    pages="count(Pages/Page)",
    batch_ref="../../@Name",
    scanned_at="/Batch/BatchFields/BatchField[@Name='Scanzeit']/@Value",
)


def test_a_capture_export_tells_documents_with_what_stands_around_them(tmp_path: Path) -> None:
    found = rows_of(file(tmp_path, KOFAX), KOFAX_SOURCE)
    assert found.column(KOFAX_SOURCE.columns["document_ref"]) == ["D-1001", "D-1002", "D-1003"]
    assert found.column(KOFAX_SOURCE.columns["case_ref"]) == ["WG-2026-17", None, None]
    assert found.column("@FormTypeName") == ["Antrag Wohngeld", "Anlage", "Anlage"]
    assert found.column("count(Pages/Page)") == ["2", "1", "0"]
    assert found.column("../../@Name") == [f"2026-03-02 Poststelle 0{number}" for number in (17, 17, 18)]
    assert found.column(KOFAX_SOURCE.columns["scanned_at"]) == ["2026-03-02T08:41:09"] * 2 + [None]
    assert (found.positions, found.warnings) == ([1, 2, 3], [])


def test_nothing_of_a_document_enters_that_no_path_names(tmp_path: Path) -> None:
    assert "Muster" not in str(rows_of(file(tmp_path, KOFAX), KOFAX_SOURCE))


def test_index_fields_may_tell_name_and_value_in_elements(tmp_path: Path) -> None:
    content = """<Batch><ID>B-7</ID><QueueName>Eingang</QueueName>
      <Document><ID>4711</ID><CreateTime>2026-03-02 08:00:00</CreateTime><NoOfAppendices>2</NoOfAppendices>
        <Field><Name>Invoice</Name><Value>R-1</Value></Field>
        <Field><Name>Case</Name><Value> AZ-9 </Value></Field>
      </Document></Batch>"""
    columns = {
        "document_ref": "ID",
        "scanned_at": "CreateTime",
        "batch_ref": "../ID",
        "origin": "/Batch/QueueName",
        "case_ref": "Field[Name='Case']/Value",
        "sheets": "NoOfAppendices",
    }
    found = rows_of(file(tmp_path, content), scans("Batch/Document", **columns))
    assert [found.column(path)[0] for path in columns.values()] == [
        "4711", "2026-03-02 08:00:00", "B-7", "Eingang", "AZ-9", "2",
    ]  # fmt: skip


def test_a_transfer_note_is_one_scan(tmp_path: Path) -> None:
    content = """<?xml version="1.0"?>
    <tr:Transfervermerk xmlns:tr="urn:example:transfer" scan_id="S-1">
      <tr:batch>B-1</tr:batch><tr:scanned_at>2026-03-02T09:00:00+01:00</tr:scanned_at>
      <tr:pages>12</tr:pages><tr:sheets>6</tr:sheets><tr:operator>Anna Muster</tr:operator>
      <tr:anomalies><tr:anomaly>Heftklammer</tr:anomaly><tr:anomaly>Knick</tr:anomaly></tr:anomalies>
      <tr:quality><tr:qa_result>bestanden</tr:qa_result><tr:qa_at>2026-03-03T10:00:00+01:00</tr:qa_at></tr:quality>
    </tr:Transfervermerk>"""
    columns = {
        "document_ref": "@scan_id",
        "batch_ref": "batch",
        "scanned_at": "scanned_at",
        "pages": "pages",
        "sheets": "sheets",
        "qa_result": "quality/qa_result",
    }
    found = rows_of(file(tmp_path, content), scans("Transfervermerk", **columns))
    assert [found.column(path) for path in columns.values()] == [
        ["S-1"], ["B-1"], ["2026-03-02T09:00:00+01:00"], ["12"], ["6"], ["bestanden"],
    ]  # fmt: skip
    assert "Anna" not in str(found)


def test_a_copier_writes_fields_as_rows_with_their_own_text(tmp_path: Path) -> None:
    content = """<data><device>MFP-3</device><scan file="a.pdf"><index id="Aktenzeichen">AZ-1</index>
        <index id="Datum">02032026</index></scan></data>"""
    columns = {
        "document_ref": "@file",
        "scanned_at": "index[@id='Datum']",
        "case_ref": 'index[@id="Aktenzeichen"]',
        "batch_ref": "/data/device",
    }
    found = rows_of(file(tmp_path, content), scans("data/scan", **columns))
    assert [found.column(path) for path in columns.values()] == [["a.pdf"], ["02032026"], ["AZ-1"], ["MFP-3"]]
    own = rows_of(file(tmp_path, content), scans("data/scan/index", document_ref="@id", scanned_at="."))
    assert own.column(".") == ["AZ-1", "02032026"]


def test_a_text_in_pieces_is_one_value(tmp_path: Path) -> None:
    content = rows(ROW.replace("<step>a</step>", "<step> P&#252;rfung &amp; <![CDATA[<Ende>]]><!-- x -->. </step>"))
    assert rows_of(file(tmp_path, content), events()).column("step") == ["Pürfung & <Ende>."]


def test_an_element_that_is_there_and_empty_is_nothing(tmp_path: Path) -> None:
    found = rows_of(file(tmp_path, rows(ROW, ROW.replace("<step>a</step>", "<step> </step>"))), events())
    assert found.column("step") == ["a", None]


def test_a_row_inside_a_row_is_part_of_it(tmp_path: Path) -> None:
    inner = '<log><row id="2"><step>b</step></row></log>'
    found = rows_of(file(tmp_path, rows(ROW.replace("</row>", f"{inner}</row>"))), events())
    assert (found.column("@id"), found.column("step")) == (["1"], ["a"])


def test_a_required_path_that_leads_nowhere_is_refused_with_the_nearest(tmp_path: Path) -> None:
    code, said = refusal_of(file(tmp_path, rows(ROW.replace("step>", "Step_>"))), events())
    assert (code, "column 'step' is missing; the nearest is 'Step_'" in said) == ("column_missing", True)
    code, said = refusal_of(file(tmp_path, rows(ROW.replace("id=", "ident="))), events())
    assert (code, "column '@id' is missing; the nearest is '@ident'" in said) == ("column_missing", True)


def test_a_renamed_index_field_is_told_and_another_is_not_taken_for_it(tmp_path: Path) -> None:
    path = "IndexFields/IndexField[@Name='Aktenzeichen']/@Value"
    renamed = KOFAX.replace('"Aktenzeichen"', '"Akten-Zeichen"')
    assert rows_of(file(tmp_path, renamed), KOFAX_SOURCE).warnings == [
        f"x.xml: no record has '{path}', but '{path.replace('Akten', 'Akten-').replace('zeichen', 'Zeichen')}' is there; "
        "correct [source.columns]."
    ]
    gone = rows_of(file(tmp_path, KOFAX.replace('"Aktenzeichen"', '"Standort"')), KOFAX_SOURCE)
    assert (gone.warnings, gone.column(path)) == ([], [None] * 3)


def test_a_count_of_nothing_anywhere_is_told(tmp_path: Path) -> None:
    source = events(sequence="count(Page)")
    found = rows_of(file(tmp_path, rows(ROW, ROW)), source)
    assert found.column("count(Page)") == ["0", "0"]
    assert found.warnings == ["x.xml: 'count(Page)' is 0 in every record; if that is wrong, correct [source.columns]."]


def test_a_document_without_records_is_empty_and_one_of_something_else_is_refused(tmp_path: Path) -> None:
    """D1, D2: nothing to tell is a fact, nothing that fits is a mistake."""
    assert rows_of(file(tmp_path, "<log></log>"), events()).read == 0
    assert refusal_of(file(tmp_path, "<Log><Row/></Log>"), events()) == (
        "row_missing",
        "x.xml: no element 'log/row'; the nearest is 'Log/Row'; correct row in town.toml.",
    )
    assert refusal_of(file(tmp_path, "<html/>"), scans("Batch", document_ref="@a", scanned_at="@b"))[0] == "row_missing"


@pytest.mark.parametrize(
    "column", ["step[", "a//b", "@", "count()", "count(@id)", "a/@b/c", "//row", "", "a b", "a[1]"]
)
def test_a_path_that_is_none_is_refused(tmp_path: Path, column: str) -> None:
    code, said = refusal_of(file(tmp_path, rows(ROW)), events(unit=column))
    assert (code, said) == (
        "unreadable_path",
        f"x.xml: '{column}' is no path such as @Id, Pages/@Count, IndexField[@Name='X']/@Value or count(Page); "
        "correct [source.columns].",
    )


@pytest.mark.parametrize(
    "path", ["a", ".", "@a", "a/b/@c", "../a", "../../@a", "/B/c", "/B", "count(../a)", "Gebühr-1.x"]
)
def test_small_paths_are_understood(path: str) -> None:
    assert understood(path) is not None


def test_a_path_above_the_document_is_nothing(tmp_path: Path) -> None:
    assert rows_of(file(tmp_path, rows(ROW)), events(unit="../../../@x")).column("../../../@x") == [None]


@pytest.mark.parametrize("content", [rows(ROW)[:-3], rows(ROW) + "<log/>", "no xml", "", "<log>&x;</log>"])
def test_broken_xml_is_refused(tmp_path: Path, content: str) -> None:
    """D1, D4: cut or empty."""
    code, said = refusal_of(file(tmp_path, content), events())
    assert (code, "broken XML" in said, "have the export run again" in said) == ("broken_xml", True, True)


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE log>",
        '<!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE log SYSTEM "http://127.0.0.1:9/">',
    ],
)
def test_a_doctype_is_refused(tmp_path: Path, doctype: str) -> None:
    """D26: everything dangerous in XML begins with one."""
    assert refusal_of(file(tmp_path, doctype + rows(ROW)), events()) == (
        "doctype",
        "x.xml: declares a DOCTYPE, which no delivery needs; refused.",
    )


def test_a_million_elements_deep_is_refused(tmp_path: Path) -> None:
    """D26: no delivery nests a hundred deep."""
    content = rows("<a>" * 1_000_000 + "</a>" * 1_000_000)
    assert refusal_of(file(tmp_path, content), events()) == (
        "too_deep",
        "x.xml: nests its elements more than 100 deep; refused.",
    )


def test_what_is_asked_of_one_record_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.connectors.xml.file.MOST_KEPT", 50)
    assert rows_of(file(tmp_path, rows(*[ROW] * 500, "<other/>" * 500)), events()).read == 500
    for content in (rows(ROW.replace("</row>", "<step/>" * 60 + "</row>")), rows("<note/>" * 60, ROW)):
        assert refusal_of(file(tmp_path, content), events(unit="../note"))[0] == "record_too_large"


def test_records_come_in_batches_that_lose_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.connectors.xml.file.BATCH_ROWS", 5)
    monkeypatch.setattr("sources.batches.xml_stream.CHUNK_BYTES", 300)
    content = rows(*(ROW.replace('"1"', f'"{number}"') for number in range(1, 61)))
    found = rows_of(file(tmp_path, content), events())
    assert (found.positions, found.column("@id")) == (list(range(1, 61)), [str(number) for number in range(1, 61)])


def test_an_encoding_nobody_knows_is_refused(tmp_path: Path) -> None:
    """D8: declared, and no reader for it."""
    for encoding in ("FTF-8", "shift_jis"):
        content = f'<?xml version="1.0" encoding="{encoding}"?>{rows(ROW)}'
        assert refusal_of(file(tmp_path, content), events())[0] == "broken_xml"


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "utf-16"])
def test_the_encoding_a_document_declares_is_read(tmp_path: Path, encoding: str) -> None:
    content = f'<?xml version="1.0" encoding="{encoding}"?>{rows(ROW.replace(">a<", ">Prüfung<"))}'
    assert rows_of(file(tmp_path, content.encode(encoding)), events()).column("step") == ["Prüfung"]
