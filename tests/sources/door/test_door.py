"""The door: mapped by name, minimised, pseudonymised; what cannot be read goes to quarantine and nothing is lost."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sources.connectors.files import read_batches
from sources.contract.records import LANDED, PROVENANCE
from sources.door.admitted import commonest_reasons
from sources.door.door import Admitted
from sources.storage.spool import Spool
from sources.town.folder import read_town
from tests.towns import (
    EVENT_COLUMNS,
    HEADER,
    ROWS,
    admitted,
    case_id,
    deliver,
    lines,
    make_source,
    make_town,
    reasons,
    taken,
)

CASE_COLUMNS = {"case_ref": "case", "service": "service", "office": "office", "received_at": "in", "closed_at": "out"}


def through(
    tmp_path: Path, text: str, columns: dict[str, str] = EVENT_COLUMNS, privacy: str = "", **more: Any
) -> Admitted:
    """A CSV text through the door of a small town."""
    folder = make_town(tmp_path / "town", privacy=privacy)
    path = deliver(folder, "x.csv", text.encode())
    source = make_source(columns, **more)
    return admitted(read_town(folder), list(read_batches(path, source)), source)


def portal(tmp_path: Path, *rows: str) -> Admitted:
    """Rows through the door of the portal."""
    folder = make_town(tmp_path / "town")
    return taken(folder, deliver(folder, "x.csv", lines(*rows)))


def everything(found: Admitted) -> str:
    """All that is known of a delivery, as text."""
    rows = [frame.rows() for frame in (*found.records.values(), found.quarantine)]
    return f"{found} {rows}"


def test_event_rows_become_events_and_what_they_say_of_their_cases(tmp_path: Path) -> None:
    found = portal(tmp_path, *ROWS)
    events, cases = found.records["events"], found.records["cases"]
    assert events["case_id"].to_list() == [case_id("BHV-1"), case_id("BHV-1"), case_id("BHV-2")]
    assert events["activity"].to_list() == ["Eingang", "Bescheid", "Eingang"]
    assert events["occurred_at"][0] == dt.datetime(2026, 3, 2, 8, 15)
    assert cases.select("position", "case_id", "intake_channel").rows() == [
        (1, case_id("BHV-1"), "online"),
        (3, case_id("BHV-2"), "post"),
    ]


def test_every_record_has_the_columns_and_types_of_the_contract(tmp_path: Path) -> None:
    for name, frame in portal(tmp_path, *ROWS).records.items():
        landed = {column: dtype for column, dtype in LANDED[name].items() if column not in ("source", "delivery_id")}
        assert dict(frame.schema) == landed
        assert set(PROVENANCE) - set(frame.columns) == {"source", "delivery_id"}


def test_a_column_that_is_not_mapped_never_enters(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town")
    text = lines(*(f"{row};Anna Muster" for row in ROWS), header=f"{HEADER};Sachbearbeitung")
    assert "Anna" not in everything(taken(folder, deliver(folder, "x.csv", text)))


@pytest.mark.parametrize("text", ["case;step;at\n", "case;step;at\n1;a;bald\n2;b;bald\n"])
def test_a_delivery_may_hold_no_row_that_can_be_taken(tmp_path: Path, text: str) -> None:
    found = through(tmp_path, text, service="parkausweis")
    assert found.rows_admitted == 0
    assert {name: frame.height for name, frame in found.records.items()} == {"events": 0, "cases": 0}


def test_a_case_number_in_another_dress_is_the_same_case_and_the_same_event(tmp_path: Path) -> None:
    found = portal(tmp_path, *ROWS, "bhv-1 ;Eingang;02.03.2026 09:15;Internet")
    assert (found.rows_read, found.rows_admitted, found.rows_duplicate) == (4, 4, 0)
    assert found.records["events"]["event_ref"].to_list() == [None, None, None, "#2"]
    assert found.records["cases"].height == 2


def test_an_event_told_again_by_a_source_that_repeats_itself_stays_at_its_first_place(tmp_path: Path) -> None:
    text = "case;step;at\n1;a;2026-03-02\n2;b;2026-03-03\n1;a;2026-03-02\n"
    found = through(tmp_path, text, repeats_itself=True)
    assert (found.rows_admitted, found.rows_duplicate) == (2, 1)
    assert found.records["events"]["position"].to_list() == [1, 2]


def test_equal_events_with_other_words_about_their_case_are_two_events_and_two_words(tmp_path: Path) -> None:
    found = portal(tmp_path, ROWS[0], ROWS[0].replace("Internet", "Post"))
    assert (found.rows_admitted, found.rows_duplicate) == (2, 0)
    assert found.records["cases"].select("position", "intake_channel").rows() == [(1, "online"), (2, "post")]


def test_a_constant_holds_for_every_row(tmp_path: Path) -> None:
    text = "case;step;at\n1;a;2026-03-02\n2;b;2026-03-03\n"
    found = through(tmp_path, text, service="parkausweis", channel="post", medium="paper")
    assert found.records["cases"]["service_code"].to_list() == ["parkausweis"] * 2
    assert found.records["cases"]["intake_channel"].to_list() == ["post"] * 2
    assert found.records["events"]["medium"].to_list() == ["paper"] * 2


def test_a_value_mapped_to_nothing_is_null(tmp_path: Path) -> None:
    found = portal(tmp_path, "BHV-1;Eingang;02.03.2026 09:15;-", "BHV-2;Eingang;02.03.2026 09:15;")
    assert found.records["cases"].height == 0
    assert found.unmapped == {}


def test_an_unknown_value_is_counted_as_unknown_and_listed_when_it_is_common(tmp_path: Path) -> None:
    rows = [f"BHV-{n};Eingang;02.03.2026 09:15;{word}" for n, word in enumerate(["Brieftaube"] * 3 + ["Post"] * 3)]
    found = portal(tmp_path, *rows)
    assert found.records["cases"]["intake_channel"].to_list() == ["unknown"] * 3 + ["post"] * 3
    assert found.unmapped == {"channel": {"Brieftaube": 3}}


@pytest.mark.parametrize(
    "values",
    [["Anna Muster", "Anna Muster"], ["anna@example.org"] * 5, ["Anna Muster " + "x" * 30] * 5, ["Anna\x07Muster"] * 5],
    ids=["rare", "mail", "long", "unprintable"],
)
def test_an_unknown_value_that_could_be_somebody_is_counted_and_never_listed(tmp_path: Path, values: list[str]) -> None:
    rows = [f"BHV-{number};Eingang;02.03.2026 09:15;{value}" for number, value in enumerate(values)]
    found = portal(tmp_path, *rows)
    assert found.unmapped == {"channel": {"…": len(values)}}
    assert "nna" not in everything(found)


def test_rare_values_become_common_over_all_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.connectors.csv.text_blocks.BLOCK_BYTES", 50)
    words = ["Taube", "Post", "Taube", "Post", "Taube", "Post"]
    found = portal(tmp_path, *(f"BHV-{n};Eingang;02.03.2026 09:15;{word}" for n, word in enumerate(words)))
    assert found.unmapped == {"channel": {"Taube": 3}}


def test_a_column_that_is_mostly_unmapped_is_probably_another_and_is_not_listed(tmp_path: Path) -> None:
    rows = [f"BHV-{n};Eingang;02.03.2026 09:15;{word}" for n, word in enumerate(["Müller, Käthe"] * 9 + ["Post"])]
    assert portal(tmp_path, *rows).unmapped == {"channel": {"…": 9}}


def test_an_unknown_service_keeps_its_code(tmp_path: Path) -> None:
    found = through(tmp_path, "case;service;office;in;out\n1;zeppelin;luftamt;2026-03-02;\n", CASE_COLUMNS)
    assert found.records["cases"].select("service_code", "office_code").rows() == [("zeppelin", "luftamt")]


def test_a_case_that_ends_before_it_begins_is_kept(tmp_path: Path) -> None:
    text = "case;service;office;in;out\n1;parkausweis;;2026-03-05T10:00;2026-03-02T10:00\n"
    cases = through(tmp_path, text, CASE_COLUMNS).records["cases"]
    assert cases["received_at"][0] > cases["closed_at"][0]


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (";Eingang;02.03.2026 09:15;Post", "missing_value", "Vorgang"),
        ("  ;Eingang;02.03.2026 09:15;Post", "missing_value", "Vorgang"),
        ("BHV-9;;02.03.2026 09:15;Post", "missing_value", "Schritt"),
        ("BHV-9;Eingang;;Post", "missing_value", "Zeitpunkt"),
        ("BHV-9;Eingang;bald;Post", "unreadable_time", "Zeitpunkt"),
        ("BHV-9;Eingang;2026-03-02;Post", "unreadable_time", "Zeitpunkt"),
        ("BHV-9;Eingang;01.01.1900 00:00;Post", "impossible_year", "Zeitpunkt"),
        ("BHV-9;Eingang;31.12.9999 23:59;Post", "impossible_year", "Zeitpunkt"),
        ("BHV-9;Ein\x00gang;02.03.2026 09:15;Post", "unreadable_text", "Schritt"),
        ("BHV\x00;Eingang;02.03.2026 09:15;Post", "unreadable_text", "Vorgang"),
        ("1,23E+11;Eingang;02.03.2026 09:15;Post", "mangled_reference", "Vorgang"),
        ("BHV-9;" + "x" * 201 + ";02.03.2026 09:15;Post", "too_long", "Schritt"),
        (";;bald;Post", "missing_value", "Vorgang"),
        ("BHV-9;Eingang;02.03.2026 09:15", "wrong_column_count", None),
    ],
)
def test_a_row_that_cannot_be_taken_goes_to_quarantine_with_reason_and_column(
    tmp_path: Path, row: str, code: str, column: str | None
) -> None:
    found = portal(tmp_path, ROWS[0], row, ROWS[1])
    assert reasons(found) == [(2, code, column)]
    assert found.records["events"]["position"].to_list() == [1, 3]
    assert found.quarantine["reason"][0]


@pytest.mark.parametrize("personal", ["anna.muster@example.org", "DE89 3704 0044 0532 0130 00", "+49 471 5902000"])
def test_what_looks_personal_goes_to_quarantine_without_its_content(tmp_path: Path, personal: str) -> None:
    found = portal(tmp_path, ROWS[0], f"BHV-9;Rückfrage an {personal};02.03.2026 09:15;Post")
    assert reasons(found) == [(2, "personal_data", "Schritt")]
    assert personal[:8] not in everything(found)
    assert "BHV" not in everything(found)


def test_swapped_contents_go_to_quarantine(tmp_path: Path) -> None:
    found = portal(tmp_path, *("BHV-1;02.03.2026 09:15;Eingang;Post" for _ in range(3)))
    assert (found.rows_admitted, found.rows_quarantined) == (0, 3)


def test_swapped_columns_load_by_their_names(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town")
    swapped = lines("Post;02.03.2026 09:15;Eingang;BHV-1", header="Kanal;Zeitpunkt;Schritt;Vorgang")
    usual = lines("BHV-1;Eingang;02.03.2026 09:15;Post")
    first, second = (taken(folder, deliver(folder, "x.csv", text)) for text in (swapped, usual))
    for name, frame in first.records.items():
        assert frame.equals(second.records[name])


def test_the_nights_of_the_clock_change_are_counted(tmp_path: Path) -> None:
    times = ("25.10.2026 02:30", "25.10.2026 02:15", "29.03.2026 02:30")
    found = portal(tmp_path, *(f"BHV-1;Schritt;{time};Post" for time in times))
    assert (found.ambiguous, found.nonexistent) == (2, 1)
    assert found.records["events"]["occurred_at"].to_list() == [
        dt.datetime(2026, 10, 25, 0, 30),
        dt.datetime(2026, 10, 25, 0, 15),
        dt.datetime(2026, 3, 29, 1, 30),
    ]


def test_a_sources_own_zone_wins_over_the_towns(tmp_path: Path) -> None:
    found = through(tmp_path, "case;step;at\n1;a;2026-07-01T10:00\n", timezone="UTC")
    assert found.records["events"]["occurred_at"].to_list() == [dt.datetime(2026, 7, 1, 10)]


def test_a_scan_is_read_with_its_references_and_words(tmp_path: Path) -> None:
    columns = {"document_ref": "doc", "case_ref": "case", "scanned_at": "at", "pages": "n", "qr_status": "qr"}
    text = (
        "doc;case;at;n;qr\nD1;BHV-1;2026-03-02T09:00;3;decoded\nD2;;2026-03-02T09:01;x;\nD3;;2026-03-02T09:02;;kaputt\n"
    )
    found = through(tmp_path, text, columns)
    scans = found.records["scans"]
    assert scans["case_id"].to_list() == [case_id("BHV-1"), None]
    assert scans["qr_status"].to_list() == ["decoded", None]
    assert scans["document_id"].str.contains("^[0-9a-f]{32}$").all()
    assert reasons(found) == [(2, "unreadable_number", "n")]


def test_a_cost_is_read_in_german_dress_and_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    columns = {"cost_item": "nr", "measure": "m", "month": "monat", "kind": "art", "actual_eur": "ist"}
    text = "nr;m;monat;art;ist\nK1;m1;01.03.2026;Lizenz;1.234,50 €\nK2;m1;01.03.2026;Geschenk;5\nK3;m1;01.03.2026;Lizenz;1,2,3\n"
    found = through(
        tmp_path,
        text,
        columns,
        decimal=",",
        date_format="%d.%m.%Y",
        values={"kind": {"Lizenz": "running"}},
        system="finance",
    )
    assert found.records["costs"]["actual_eur"].to_list() == [Decimal("1234.50")]
    assert reasons(found) == [(2, "unknown_value", "art"), (3, "unreadable_number", "ist")]


UNIT_COLUMNS = {**EVENT_COLUMNS, "unit": "unit", "office": "office", "service": "service"}
UNIT_HEADER = "case;step;at;unit;office;service\n"


@pytest.mark.parametrize(
    ("unit", "office", "service", "stands", "to_the_day"),
    [
        ("buergeramt", "", "", "buergeramt", False),
        ("standesamt", "", "", "buergeramt", True),
        ("archiv", "", "", "archiv", True),
        ("unlisted", "", "", "unlisted", True),
        ("", "standesamt", "", None, True),
        ("", "", "trauung", None, True),
        ("", "", "parkausweis", None, False),
        ("buergeramt", "standesamt", "", "buergeramt", False),
        ("", "", "", None, False),
    ],
)
def test_an_event_of_a_small_unit_is_merged_and_kept_to_its_day(
    tmp_path: Path, unit: str, office: str, service: str, stands: str | None, to_the_day: bool
) -> None:
    found = through(tmp_path, f"{UNIT_HEADER}1;a;2026-03-02T09:15;{unit};{office};{service}\n", UNIT_COLUMNS)
    event = found.records["events"].row(0, named=True)
    assert event["unit_code"] == stands
    assert event["occurred_at"] == (dt.datetime(2026, 3, 1, 23) if to_the_day else dt.datetime(2026, 3, 2, 8, 15))
    assert (event["event_ref"] is not None) is to_the_day
    assert found.coarsened == int(to_the_day)


def test_events_of_a_small_unit_on_one_day_stay_as_many(tmp_path: Path) -> None:
    rows = [f"1;a;2026-03-02T{hour}:15;standesamt;;\n" for hour in ("09", "14", "14")]
    found = through(tmp_path, UNIT_HEADER + "".join(rows), UNIT_COLUMNS)
    events = found.records["events"]
    assert (found.rows_admitted, found.rows_duplicate) == (3, 0)
    assert events["occurred_at"].n_unique() == 1
    assert events["event_ref"].n_unique() == 3
    assert events["event_ref"][2] == f"{events['event_ref'][1]}#2"


def test_the_fingerprint_of_a_coarsened_event_is_the_same_in_every_delivery(tmp_path: Path) -> None:
    rest = ";a;2026-03-02T09:15;standesamt;;\n"
    alone = through(tmp_path / "a", f"{UNIT_HEADER}bhv-1{rest}", UNIT_COLUMNS)
    among = through(tmp_path / "b", f"{UNIT_HEADER}2;b;2026-01-01;archiv;;\n BHV-1{rest}", UNIT_COLUMNS)
    assert among.records["events"]["event_ref"][1] == alone.records["events"]["event_ref"][0] is not None


@pytest.mark.parametrize("later", ["2026-03-09T10:00;;", ";7;", ";;4711"])
def test_a_later_version_of_an_event_of_a_small_unit_is_the_same_event(tmp_path: Path, later: str) -> None:
    columns = UNIT_COLUMNS | {"changed_at": "stand", "version": "fassung", "record_ref": "nr"}
    header = UNIT_HEADER.rstrip("\n") + ";stand;fassung;nr\n"
    first, second = (
        through(tmp_path / name, f"{header}1;a;2026-03-02T09:15;standesamt;;;{more}\n", columns).records["events"]
        for name, more in (("a", ";;"), ("b", later))
    )
    assert first["event_ref"][0] == second["event_ref"][0] is not None


def test_reasons_are_told_in_one_order() -> None:
    rows = {
        "position": range(8),
        "reason_code": ["x"] * 8,
        "reason": ["x"] * 8,
        "column_name": [f"c{n}" for n in range(8)],
    }
    sentences = {
        commonest_reasons(pl.DataFrame(rows).sample(fraction=1, shuffle=True, seed=seed)) for seed in range(20)
    }
    assert sentences == {"x in 'c0' (1), x in 'c1' (1), x in 'c2' (1)"}


def test_times_of_a_case_in_a_small_office_are_kept_to_the_day(tmp_path: Path) -> None:
    text = "case;service;office;in;out\n1;trauung;standesamt;2026-03-02T09:15;2026-03-05T16:00\n"
    found = through(tmp_path, text, CASE_COLUMNS)
    case = found.records["cases"].row(0, named=True)
    assert case["office_code"] == "buergeramt"
    assert (case["received_at"], case["closed_at"]) == (dt.datetime(2026, 3, 1, 23), dt.datetime(2026, 3, 4, 23))
    assert found.coarsened == 1


def test_a_case_of_a_small_offices_service_is_named_by_the_parent(tmp_path: Path) -> None:
    text = "case;service;office;in;out\n1;trauung;;2026-03-02T09:15;\n2;parkausweis;;2026-03-02T09:15;\n"
    cases = through(tmp_path, text, CASE_COLUMNS).records["cases"]
    assert cases["office_code"].to_list() == ["buergeramt", None]
    assert cases["received_at"].to_list() == [dt.datetime(2026, 3, 1, 23), dt.datetime(2026, 3, 2, 8, 15)]


def test_a_small_office_that_was_served_is_merged_too(tmp_path: Path) -> None:
    columns = {"case_ref": "case", "service": "service", "served_office": "for"}
    found = through(tmp_path, "case;service;for\n1;parkausweis;standesamt\n2;parkausweis;rathaus\n", columns)
    assert found.records["cases"]["served_office_code"].to_list() == ["buergeramt", "rathaus"]


def test_a_test_town_without_thresholds_keeps_units_and_times(tmp_path: Path) -> None:
    row = "1;a;2026-03-02T09:15;standesamt;standesamt;trauung\n"
    found = through(tmp_path, UNIT_HEADER + row, UNIT_COLUMNS, privacy="thresholds_off = true")
    event = found.records["events"].row(0, named=True)
    assert (event["unit_code"], event["event_ref"]) == ("standesamt", None)
    assert event["occurred_at"] == dt.datetime(2026, 3, 2, 8, 15)
    assert found.records["cases"]["office_code"].to_list() == ["standesamt"]
    assert found.coarsened == 0


def test_nothing_of_a_reference_stays_in_clear(tmp_path: Path) -> None:
    columns = {"document_ref": "doc", "batch_ref": "batch", "case_ref": "case", "scanned_at": "at"}
    found = through(tmp_path, "doc;batch;case;at\nDOK-4711;STAPEL-12;BHV-1;2026-03-02\n", columns)
    assert not any(word in repr(found.records["scans"].rows()) for word in ("4711", "STAPEL", "BHV"))
    purposes = found.records["scans"].select("document_id", "batch_id", "case_id").row(0)
    assert len(set(purposes)) == 3


def test_quarantine_holds_rows_of_the_connector_and_of_the_door_in_order(tmp_path: Path) -> None:
    found = portal(tmp_path, "x", ROWS[0], "BHV-1;Eingang;bald;Post", "y;z", ROWS[1])
    assert [position for position, _, _ in reasons(found)] == [1, 3, 4]
    assert found.quarantine.schema["position"] == pl.Int64


@pytest.mark.parametrize(
    ("unit", "stands", "to_the_day"),
    [
        ("buergeramt", "buergeramt", False),
        ("standesamt", "buergeramt", True),
        ("archiv", "archiv", True),
        ("", None, False),
    ],
)
def test_a_scan_batch_of_a_small_unit_is_merged_and_kept_to_its_day(
    tmp_path: Path, unit: str, stands: str | None, to_the_day: bool
) -> None:
    columns = {"batch_ref": "b", "started_at": "from", "finished_at": "to", "changed_at": "to", "unit": "unit"}
    text = f"b;from;to;unit\nS1;2026-03-02T09:15;2026-03-02T09:40;{unit}\n"
    found = through(tmp_path, text, columns, system="scan")
    batch = found.records["scan_batches"].row(0, named=True)
    assert batch["unit_code"] == stands
    midnight = dt.datetime(2026, 3, 1, 23)
    exact = (dt.datetime(2026, 3, 2, 8, 15), dt.datetime(2026, 3, 2, 8, 40), dt.datetime(2026, 3, 2, 8, 40))
    times = (batch["started_at"], batch["finished_at"], batch["changed_at"])
    assert times == ((midnight,) * 3 if to_the_day else exact)
    assert found.coarsened == int(to_the_day)


def test_a_count_of_a_small_unit_stands_under_its_parent(tmp_path: Path) -> None:
    columns = {"counted_on": "day", "unit": "unit", "value": "n"}
    text = "day;unit;n\n2026-03-02;standesamt;7\n2026-03-02;archiv;8\n2026-03-02;buergeramt;9\n"
    found = through(tmp_path, text, columns, kind="printed_pages", system="print")
    assert found.records["counts"].select("unit_code", "kind", "value").rows() == [
        ("buergeramt", "printed_pages", Decimal(7)),
        ("archiv", "printed_pages", Decimal(8)),
        ("buergeramt", "printed_pages", Decimal(9)),
    ]


def test_counts_that_stand_side_by_side_are_read_and_a_broken_one_is_named_by_its_field(tmp_path: Path) -> None:
    columns = {"counted_on": "day", "unit": "unit"}
    counts = {"printed_pages": "Seiten", "printed_sheets": "Blatt"}
    text = "day;unit;Seiten;Blatt\n2026-03-02;rathaus;70;40\n2026-03-03;rathaus;zwei;-1\n"
    found = through(tmp_path, text, columns, counts=counts, system="print")
    assert found.records["counts"].select("position", "kind", "value").rows() == [
        (1, "printed_pages", Decimal(70)),
        (2, "printed_sheets", Decimal(40)),
    ]
    assert reasons(found) == [(3, "unreadable_number", "value"), (4, "out_of_bounds", "value")]
    assert found.quarantine["reason"][1] == "the number lies outside what is possible"


def test_a_post_of_a_small_office_stands_under_its_parent_and_nobody_has_two_of_it(tmp_path: Path) -> None:
    columns = {"post": "nr", "office": "amt", "grade": "g", "fte": "fte"}
    text = "nr;amt;g;fte\n4711;standesamt;E9a;0,5\n4712;rathaus;A11;39\n"
    found = through(tmp_path, text, columns, decimal=",", system="posts")
    post = found.records["posts"].row(0, named=True)
    assert (post["office_code"], post["grade"], post["fte"]) == ("buergeramt", "E9a", Decimal("0.5"))
    assert "4711" not in everything(found)
    assert reasons(found) == [(2, "out_of_bounds", "fte")]


def test_a_submission_for_a_small_offices_service_is_kept_to_its_day(tmp_path: Path) -> None:
    columns = {"submission_ref": "s", "service": "service", "started_at": "a", "submitted_at": "b"}
    text = "s;service;a;b\n1;trauung;2026-03-02T09:15;2026-03-02T09:40\n2;parkausweis;2026-03-02T09:15;\n"
    found = through(tmp_path, text, columns)
    assert found.records["submissions"].select("started_at", "submitted_at").rows() == [
        (dt.datetime(2026, 3, 1, 23), dt.datetime(2026, 3, 1, 23)),
        (dt.datetime(2026, 3, 2, 8, 15), None),
    ]
    assert found.coarsened == 1


def test_when_a_coarsened_record_was_changed_is_kept_to_the_day_too(tmp_path: Path) -> None:
    columns = {**UNIT_COLUMNS, "changed_at": "at"}
    found = through(tmp_path, f"{UNIT_HEADER}1;a;2026-03-02T09:15;standesamt;;trauung\n", columns)
    for record in found.records.values():
        assert record["changed_at"].to_list() == [dt.datetime(2026, 3, 1, 23)]


def test_a_deletion_list_says_whose_records_went(tmp_path: Path) -> None:
    columns = {"case_ref": "case", "document_ref": "doc", "removed_at": "at"}
    text = "case;doc;at\nBHV-1;;2026-03-02T09:15\n;D1;\n;;2026-03-02T09:15\nbhv-1 ;;2026-03-02T09:15\n"
    found = through(tmp_path, text, columns, mode="deletions", of="portal")
    removals = found.records["removals"]
    assert removals["of_source"].to_list() == ["portal", "portal"]
    assert removals["case_id"].to_list() == [case_id("BHV-1"), None]
    assert reasons(found) == [(3, "missing_value", "case")]
    assert found.rows_duplicate == 1


def test_a_constant_kind_and_measure_make_a_cost(tmp_path: Path) -> None:
    columns = {"cost_item": "nr", "month": "m", "actual_eur": "ist"}
    found = through(tmp_path, "nr;m;ist\nK1;2026-03-01;5\n", columns, kind="running", measure="m1", system="finance")
    assert found.records["costs"].select("kind", "measure_id").rows() == [("running", "m1")]


def test_a_constant_direction_makes_a_letter(tmp_path: Path) -> None:
    columns = {"document_ref": "d", "occurred_at": "at", "direction": "dir"}
    given = through(tmp_path / "a", "d;at;dir\n1;2026-03-02;out\n", columns)
    columns.pop("direction")
    scans = {"document_ref": "d", "scanned_at": "at"}
    constant = through(tmp_path / "b", "d;at\n1;2026-03-02\n", scans, origin="own_print", system="scan")
    assert given.records["documents"]["direction"].to_list() == ["out"]
    assert constant.records["scans"]["origin"].to_list() == ["own_print"]


def test_a_merged_case_names_the_other_as_the_other_names_itself(tmp_path: Path) -> None:
    columns = {"case_ref": "case", "service": "service", "merged_into": "other"}
    found = through(tmp_path, "case;service;other\n1;parkausweis; bhv-2\nBHV-2;parkausweis;\n", columns)
    assert found.records["cases"].select("case_id", "merged_into_id").rows() == [
        (case_id("1"), case_id("BHV-2")),
        (case_id("BHV-2"), None),
    ]


@pytest.mark.parametrize("repeats_itself", [True, False])
def test_a_delivery_on_the_disk_is_the_same_as_in_memory_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, repeats_itself: bool
) -> None:
    monkeypatch.setattr("sources.storage.spool.ROWS_IN_MEMORY", 7)
    monkeypatch.setattr("sources.storage.parquet_file.GROUP_ROWS", 30)
    monkeypatch.setattr("sources.door.duplicates.PRINTS_IN_MEMORY", 10)
    monkeypatch.setattr("sources.connectors.csv.text_blocks.BLOCK_BYTES", 90)
    rows = [f"{n % 23};s{n % 5};2026-03-{1 + n % 9:02}T09:1{n % 3};standesamt;;trauung\n" for n in range(400)]
    rows += [*rows[30:90], *["x;y\n", "1;a;bald;;;\n"] * 9]
    path = tmp_path / "x.csv"
    path.write_text(UNIT_HEADER + "".join(rows), encoding="utf-8")
    source = make_source(UNIT_COLUMNS, repeats_itself=repeats_itself)
    town = read_town(make_town(tmp_path / "town"))
    batches = list(read_batches(path, source))
    memory = admitted(town, batches, source)
    disk = admitted(town, batches, source, spool=Spool(tmp_path / "spool"))
    assert {path.stem for path in (tmp_path / "spool").glob("*.parquet")} == {"events", "cases", "quarantine"}
    assert len(list((tmp_path / "spool").glob("*.prints"))) == 2 * 64
    assert disk.quarantine.equals(memory.quarantine)
    for name, frame in memory.records.items():
        assert frame.equals(disk.records[name])
    assert (disk.rows_duplicate, disk.coarsened) == (memory.rows_duplicate, memory.coarsened)
    assert (disk.rows_duplicate > 0) == repeats_itself
    del disk
    assert not (tmp_path / "spool").exists()
