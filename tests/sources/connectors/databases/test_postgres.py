"""PostgreSQL, against a real server: what arrives, what is found again, and that nothing is ever written."""

import datetime as dt
import os
import time
from pathlib import Path

import pytest

from sources.batches.protocol import POSITION
from sources.connectors.databases.postgres import open_postgres
from sources.town.folder import read_town
from tests.sources.connectors.databases.postgres_asked import (
    ACCESS,
    CASES,
    COLUMNS,
    asking,
    days,
    frame_of,
    names_of,
    pulled,
    refusal,
    seen_at,
)
from tests.sources.connectors.databases.postgres_server import READER, PostgresServer
from tests.towns import admitted, case_id, make_town, reasons

# --- What arrives


def test_values_arrive_exactly_as_the_server_holds_them(postgres: PostgresServer, cases: str) -> None:
    made = (
        "select 'BHV-1' as case_no, 'Prüfung ẞ' as step, timestamptz '2026-03-29 03:30:00.123456+02' as at, "
        "timestamp '2026-10-25 02:30' as local_at, date '2026-03-01' as day, true as flag, "
        "12345678901234567890.120::numeric as fee, 42::bigint as pages, 1.5::float8 as share, "
        "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid as id, '{\"b\": 1}'::json as data, '12.50'::numeric::money as paid, "
        "interval '1 day' as span, null::text as nothing"
    )
    names = ["case_no", "step", "at", "local_at", "day", "flag", "fee", "pages", "share", "id", "data", "paid", "span"]
    fields = ["case_ref", "activity", "occurred_at", "started_at", "sequence", "unit", "medium", "record_ref"]
    fields += ["changed_at", "version", "service", "office", "channel"]
    columns = dict(zip(fields, names, strict=True)) | {"case_type": "nothing"}
    frame = frame_of(pulled(asking(postgres, made, columns)))
    assert frame.columns == [POSITION, *names, "nothing"]
    assert frame.row(0)[1:] == (
        "BHV-1",
        "Prüfung ẞ",
        dt.datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=dt.UTC),
        dt.datetime(2026, 10, 25, 2, 30),
        dt.date(2026, 3, 1),
        True,
        "12345678901234567890.120",
        42,
        1.5,
        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
        '{"b": 1}',
        "12.50",
        "1 day",
        None,
    )


def test_an_enumeration_and_a_domain_are_text(postgres: PostgresServer, cases: str) -> None:
    postgres.do(
        "create type state as enum ('offen', 'zu')",
        "create domain number as text",
        "alter table cases alter step type state using 'offen', alter case_no type number",
        "insert into cases values ('BHV-1', 'zu', now(), now())",
    )
    assert frame_of(pulled(asking(postgres))).select("case_no", "step").row(0) == ("BHV-1", "zu")
    postgres.do("drop table cases", "drop type state", "drop domain number")


def test_rows_pass_the_door_and_infinity_stays_outside(postgres: PostgresServer, cases: str, tmp_path: Path) -> None:
    postgres.do(
        "insert into cases values ('BHV-1', 'Eingang', '2026-03-02 09:15+01'), ('BHV-2', 'Ende', 'infinity'), "
        "('BHV-3', 'Ende', '-infinity'), (null, 'Ende', '2026-03-02'), ('BHV-4', null, null)"
    )
    source = asking(postgres)
    result = admitted(read_town(make_town(tmp_path / "town")), pulled(source), source)
    assert result.records["events"].select("case_id", "activity", "occurred_at").rows() == [
        (case_id("BHV-1"), "Eingang", dt.datetime(2026, 3, 2, 8, 15))
    ]
    assert [(position, code) for position, code, _ in reasons(result)] == [
        (2, "impossible_year"),
        (3, "impossible_year"),
        (4, "missing_value"),
        (5, "missing_value"),
    ]


@pytest.mark.parametrize(
    ("made", "type_name"),
    [("'\\x00'::bytea", "bytea"), ("array[1, 2]", "_int4"), ("row(1, 'a')", "record")],
    ids=["bytes", "list", "record"],
)
def test_a_column_that_holds_no_single_value_is_refused(postgres: PostgresServer, made: str, type_name: str) -> None:
    assert refusal(asking(postgres, f"select 'a' as case_no, {made} as step, now() as at")) == (
        "column_type",
        f"s: column 'step' is of type {type_name}, which holds no single value; "
        "have the view give text, numbers or times.",
    )


def test_a_column_nobody_maps_needs_no_rights_and_may_be_of_any_type(postgres: PostgresServer, cases: str) -> None:
    postgres.do(
        "alter table cases add photo bytea, add clerk text",
        "insert into cases values ('BHV-1', 'Eingang', now(), now(), '\\x00', 'Müller')",
        f"revoke select on cases from {READER}",
        f"grant select (case_no, step, at) on cases to {READER}",
    )
    (batch,) = pulled(asking(postgres))
    assert batch.frame.columns == [POSITION, *COLUMNS.values()]
    assert batch.columns == ("case_no", "step", "at", "changed", "photo", "clerk")
    assert "About" in seen_at(asking(postgres)).sentences[-1]


HOSTILE = ['a"b', "x; drop table cases; --", "Straße & Höhe", "select", "%s $1 {0}", "n" * 63]


def test_hostile_column_names_are_only_names(postgres: PostgresServer) -> None:
    names = [name.replace('"', '""') for name in HOSTILE]
    made = ", ".join(f"'{number}' as \"{name}\"" for number, name in enumerate(names))
    columns = dict(zip(["case_ref", "activity", "unit", "medium", "service"], HOSTILE, strict=False))
    postgres.do(f'create view hostile as select {made}, timestamptz \'2026-03-02\' as "o\'clock ""at"""')
    postgres.do(f"grant select on hostile to {READER}")
    at = 'o\'clock "at"'
    source = asking(postgres, "hostile", {**columns, "occurred_at": at}, watermark=at)
    for mark in (None, "2026-03-02T00:00:00.000000Z"):
        assert frame_of(pulled(source, mark)).row(0)[1:6] == ("0", "1", "2", "3", "4")


@pytest.mark.parametrize("name", ['"Fälle 2"."Offene ""Vorgänge"""', "PERMITS.Cases", 'permits."cases"'])
def test_a_table_is_found_by_its_name_with_and_without_quotes(postgres: PostgresServer, name: str) -> None:
    postgres.do(
        'create schema if not exists "Fälle 2"',
        "create schema if not exists permits",
        f'create table if not exists "Fälle 2"."Offene ""Vorgänge""" {CASES}',
        f"create table if not exists permits.cases {CASES}",
        f'grant usage on schema permits, "Fälle 2" to {READER}',
        f'grant select on permits.cases, "Fälle 2"."Offene ""Vorgänge""" to {READER}',
    )
    assert "case_no" in seen_at(asking(postgres, name)).columns


@pytest.mark.parametrize("ending", ["", ";", " -- and no more", " -- and no more\n;\n"])
def test_a_select_may_begin_with_with_and_end_as_people_end_it(
    postgres: PostgresServer, cases: str, ending: str
) -> None:
    postgres.do("insert into cases values ('BHV-1', 'Eingang', now())")
    query = f"with all_of_them as (select * from cases) select * from all_of_them{ending}"
    if ";" in ending and "--" in ending:
        query = query.replace(";", "")
    assert names_of(pulled(asking(postgres, query))) == ["BHV-1"]


def test_a_database_in_latin_1_speaks_utf_8_here(postgres: PostgresServer) -> None:
    postgres.do("create database latin encoding 'LATIN1' template template0 lc_collate 'C' lc_ctype 'C'")
    postgres.do(
        f"create table cases {CASES}",
        "insert into cases values ('BHV-1', 'Prüfung', now())",
        f"grant select on cases to {READER}",
        database="latin",
    )
    url = postgres.url.replace("/postgres", "/latin")
    assert frame_of(pulled(asking(postgres, url=url)))["step"].to_list() == ["Prüfung"]


def test_a_database_without_an_encoding_is_refused_when_its_bytes_are_no_text(postgres: PostgresServer) -> None:
    postgres.do("create database bytes encoding 'SQL_ASCII' template template0 lc_collate 'C' lc_ctype 'C'")
    postgres.do(
        f"create table cases {CASES}",
        "insert into cases values ('BHV-1', convert_from('\\x5072fc66756e67', 'SQL_ASCII'), now())",
        f"grant select on cases to {READER}",
        database="bytes",
    )
    assert refusal(asking(postgres, url=postgres.url.replace("/postgres", "/bytes"))) == (
        "query_failed",
        "s: connection.query fails on its rows; try it in psql.",
    )


# --- What is found again


def test_the_second_pull_asks_only_for_what_is_new(postgres: PostgresServer, cases: str) -> None:
    postgres.do(days("A 01", "B 03", "C 02"))
    source = asking(postgres, watermark="changed", overlap_hours=0)
    first = pulled(source)
    assert names_of(first) == ["A", "C", "B"]
    assert first[-1].watermark == "2026-06-03T10:00:00.000000Z"
    postgres.do(days("D 04"), "update cases set changed = '2026-06-05T10:00:00.5Z' where case_no = 'A'")
    second = pulled(source, first[-1].watermark)
    assert names_of(second) == ["B", "D", "A"]
    assert second[-1].watermark == "2026-06-05T10:00:00.500000Z"
    assert second[0].frame[POSITION].to_list() == [1, 2, 3]
    assert second[0].frame.columns == [POSITION, *COLUMNS.values()]


def test_rows_that_came_late_are_found_in_the_overlap(postgres: PostgresServer, cases: str) -> None:
    postgres.do(days("A 10"))
    newest = pulled(asking(postgres, watermark="changed"))[-1].watermark
    postgres.do(days("late 09", "too-late 08"))
    assert names_of(pulled(asking(postgres, watermark="changed", overlap_hours=24), newest)) == ["late", "A"]
    assert names_of(pulled(asking(postgres, watermark="changed", overlap_hours=23), newest)) == ["A"]


def test_a_pull_that_finds_nothing_says_nothing(postgres: PostgresServer, cases: str) -> None:
    postgres.do(days("A 10"))
    assert pulled(asking(postgres, watermark="changed", overlap_hours=0), "2026-06-11T00:00:00.000000Z") == []
    postgres.do("truncate cases")
    assert pulled(asking(postgres, watermark="changed")) == []


@pytest.mark.parametrize(
    ("column", "values", "expected", "again"),
    [
        ("timestamp", ["2026-06-01 10:00", "2026-06-10 10:00"], "2026-06-10T10:00:00.000000", ["1"]),
        ("date", ["2026-06-01", "2026-06-10"], "2026-06-10", ["1"]),
        ("integer", ["7", "123"], f"{123:020d}", ["1"]),
        ("bigint", ["7", str(2**62)], f"{2**62:020d}", ["1"]),
    ],
)
def test_a_watermark_may_be_a_local_time_a_day_or_a_number(
    postgres: PostgresServer, cases: str, column: str, values: list[str], expected: str, again: list[str]
) -> None:
    postgres.do(
        "alter table cases drop changed",
        f"alter table cases add changed {column}",
        *(
            f"insert into cases values ('{number}', 'Ende', now(), '{value}'::{column})"
            for number, value in enumerate(values)
        ),
    )
    source = asking(postgres, watermark="changed")
    first = pulled(source)
    assert first[-1].watermark == expected
    assert names_of(pulled(source, expected)) == again
    assert all(batch.warnings == () for batch in first)


def test_an_overlap_of_numbers_is_said_to_do_nothing(postgres: PostgresServer, cases: str) -> None:
    postgres.do("alter table cases add number int", "insert into cases values ('A', 'Ende', now(), now(), 5)")
    batches = pulled(asking(postgres, watermark="number", overlap_hours=48), f"{5:020d}")
    said = (
        "a number has no hours, so overlap_hours does nothing and rows that are committed late are missed; "
        "better name a time of change."
    )
    assert names_of(batches) == ["A"]
    assert [warning for batch in batches for warning in batch.warnings] == ["s: " + said]
    assert f"New rows are told by 'number'; {said}" in seen_at(asking(postgres, watermark="number")).sentences


def test_rows_without_a_watermark_or_with_one_ahead_of_now_hide_nothing(postgres: PostgresServer, cases: str) -> None:
    postgres.do(
        days("A 10"),
        "insert into cases values ('empty', 'Ende', now(), null), ('typing-error', 'Ende', now(), '2062-06-10'), "
        "('no-end', 'Ende', now(), 'infinity')",
    )
    source = asking(postgres, watermark="changed")
    first = pulled(source)
    assert first[-1].watermark == "2026-06-10T10:00:00.000000Z"
    assert list(first[-1].warnings) == [
        "s: rows without 'changed': 1; they are asked for again each time, have the system fill it.",
        "s: rows whose 'changed' lies ahead of now: 1; they are asked for again each time, correct them at the system.",
    ]
    postgres.do(days("B 11"))
    assert names_of(pulled(source, first[-1].watermark)) == ["A", "B", "typing-error", "no-end", "empty"]


def test_a_watermark_of_another_kind_asks_for_everything_once(postgres: PostgresServer, cases: str) -> None:
    postgres.do(days("A 10", "B 12"))
    batches = pulled(asking(postgres, watermark="changed"), f"{99:020d}")
    assert names_of(batches) == ["A", "B"]
    assert batches[-1].watermark == "2026-06-12T10:00:00.000000Z"
    assert [warning for batch in batches for warning in batch.warnings] == [
        "s: 'changed' is a time with a zone and was something else before; everything was asked for once."
    ]


def test_the_same_rows_come_in_the_same_order(postgres: PostgresServer, cases: str) -> None:
    postgres.do(
        "insert into cases select 'BHV-' || n, 'Ende', timestamptz '2026-06-01', timestamptz '2026-06-01' "
        "from generate_series(1, 60000) n"
    )
    for watermark in (None, "changed"):
        source = asking(postgres, watermark=watermark)
        first, second = frame_of(pulled(source)), frame_of(pulled(source))
        assert first.height == 60_000
        assert first.equals(second)


# --- Memory, and nothing is ever written


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def test_an_answer_of_any_size_needs_little_memory(postgres: PostgresServer) -> None:
    query = "select n as case_no, repeat('Prüfung ', 250) as step, now() as at from generate_series(1, 60000) n"
    before, rows, peak, crossed = resident_mb(), 0, 0.0, 0
    for batch in open_postgres(asking(postgres, query), ACCESS).pull(None):
        rows += batch.frame.height
        crossed += int(batch.frame.estimated_size())
        peak = max(peak, resident_mb() - before)
    assert rows == 60_000
    assert crossed > 100 * 2**20
    assert peak < 60


def test_a_query_that_writes_is_refused_by_the_session_itself(postgres: PostgresServer, cases: str) -> None:
    postgres.do(
        f"grant insert on cases to {READER}",
        "create or replace function leave_a_trace() returns text language sql volatile as "
        "$$ insert into cases values ('trace') returning case_no $$",
    )
    assert refusal(asking(postgres, "select leave_a_trace() as case_no, 'x' as step, now() as at")) == (
        "read_only",
        "s: connection.query writes, and nothing is ever written there; write one that only reads.",
    )
    written = "with w as (insert into cases values ('trace') returning *) select * from w"
    assert refusal(asking(postgres, written))[0] == "query"
    unlocked = (
        "select set_config('transaction_read_only', 'off', false) as step, leave_a_trace() as case_no, now() as at"
    )
    assert refusal(asking(postgres, unlocked))[0] in ("read_only", "query_failed")
    assert postgres.do("select count(*) from cases") == [(0,)]


@pytest.mark.parametrize(
    ("query", "mistake"),
    [
        ("delete from cases", "is neither a name nor a select; name a table or view, or write a select"),
        ("select 1; delete from cases", "holds a ';'; write one select without it, or make it a view"),
        ("permits.cases where true", "is neither a name nor a select; name a table or view, or write a select"),
    ],
)
def test_what_is_neither_a_name_nor_one_select_is_refused_before_anything_is_asked(
    postgres: PostgresServer, query: str, mistake: str
) -> None:
    assert refusal(asking(postgres, query)) == ("query", f"s: connection.query {mistake}.")


def test_a_pull_that_is_given_up_leaves_no_session_behind(postgres: PostgresServer, cases: str) -> None:
    query = "select n as case_no, repeat('x', 1000) as step, now() as at from generate_series(1, 100000) n"
    batches = open_postgres(asking(postgres, query), ACCESS).pull(None)
    next(iter(batches))
    batches.close()
    until = time.monotonic() + 5
    while postgres.do(f"select count(*) from pg_stat_activity where usename = '{READER}'") != [(0,)]:
        assert time.monotonic() < until
        time.sleep(0.05)
