"""SQL Server and Oracle: what is sent to each, as text, and the path of the rows.

Neither server runs here. SQLite, which also speaks DB-API, stands in for both on the path of the rows; it says nothing
about what the two drivers make of their own types.
"""

import datetime as dt
import socket
import sqlite3
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import oracledb
import polars as pl
import pytds
import pytest

from sources.batches.protocol import POSITION, Access, Batch, Refused, Unreachable
from sources.connectors.databases import dbapi
from sources.connectors.databases.dbapi import Database, open_mssql, open_oracle
from sources.connectors.databases.dialects import MSSQL, ORACLE, Dialect
from sources.town.folder import read_town
from sources.town.source import Source
from tests.towns import admitted, case_id, make_source, make_town, reasons

COLUMNS = {"case_ref": "Aktenzeichen", "activity": "Schritt", "occurred_at": "Zeitpunkt"}
ACCESS = Access("secret", Path(), Path(), dt.datetime(2026, 6, 15, 3))
TABLE = "create table Vorgang (Aktenzeichen text, Schritt text, Zeitpunkt timestamp, Stand timestamp, Bild blob)"
AT = dt.datetime(2026, 6, 1, 10)


def asking(query: str = "Vorgang", columns: dict[str, str] = COLUMNS, kind: str = "mssql", **more: Any) -> Source:
    asked = {"url": f"{kind}://reader@127.0.0.1/town", "query": query, "patience_minutes": 0, **more}
    return make_source(columns, format=kind, path="", connection=asked)


@pytest.fixture
def database(tmp_path: Path) -> Dialect:
    """A dialect whose database is a file of SQLite, with an empty table."""
    file = tmp_path / "town.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute(TABLE)

    def connect(source: Source, access: Access) -> Any:
        return sqlite3.connect(f"file:{file}?mode=ro", uri=True, detect_types=sqlite3.PARSE_DECLTYPES)

    return replace(
        MSSQL,
        title="SQLite",
        connect=connect,
        marks=('"', '"'),
        parameter="?",
        doubles_percent=False,
        version="select sqlite_version()",
        code_of=lambda error: str(getattr(error, "sqlite_errorname", "")),
        meanings={"SQLITE_READONLY": ("read_only", "connection.query writes")},
        errors=(sqlite3.Error,),
    )


def put(tmp_path: Path, *rows: Sequence[Any]) -> None:
    with sqlite3.connect(tmp_path / "town.sqlite") as connection:
        connection.executemany(
            "insert into Vorgang (Aktenzeichen, Schritt, Zeitpunkt, Stand) values (?, ?, ?, ?)", rows
        )


def pulled(dialect: Dialect, source: Source, watermark: str | None = None) -> list[Batch]:
    return list(Database(source, ACCESS, dialect).pull(watermark))


def refusal(pull: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        pull()
    assert refused.value.sentence.endswith(".")
    return refused.value.reason_code, refused.value.sentence


# --- The path of the rows, SQLite standing in


def test_rows_pass_the_door(tmp_path: Path, database: Dialect) -> None:
    put(tmp_path, ("BHV-1", "Prüfung", AT, AT), (None, "Ende", AT, AT), ("BHV-2", "Ende", None, AT))
    source = asking()
    result = admitted(read_town(make_town(tmp_path / "town")), pulled(database, source), source)
    assert result.records["events"].select("case_id", "activity", "occurred_at").rows() == [
        (case_id("BHV-1"), "Prüfung", dt.datetime(2026, 6, 1, 8))
    ]
    assert [code for _, code, _ in reasons(result)] == ["missing_value", "missing_value"]


def test_rows_come_in_pieces_with_positions_over_the_whole(
    tmp_path: Path, database: Dialect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbapi, "BATCH_ROWS", 10)
    put(tmp_path, *((f"BHV-{number}", "Ende", AT, AT) for number in range(25)))
    batches = pulled(database, asking())
    assert [batch.frame.height for batch in batches] == [10, 10, 5]
    assert [batch.columns for batch in batches] == [("Aktenzeichen", "Schritt", "Zeitpunkt", "Stand", "Bild"), (), ()]
    assert pl.concat(batch.frame for batch in batches)[POSITION].to_list() == list(range(1, 26))


def test_the_second_pull_begins_at_the_newest_mark_less_the_overlap(tmp_path: Path, database: Dialect) -> None:
    days = [AT.replace(day=day) for day in (1, 3, 2)]
    put(tmp_path, *((f"BHV-{day.day}", "Ende", AT, day) for day in days), ("BHV-9", "Ende", AT, None))
    source = asking(watermark="Stand", overlap_hours=24)
    first = pulled(database, source)
    assert first[-1].watermark == "2026-06-03T10:00:00.000000"
    assert first[0].frame.columns == [POSITION, *COLUMNS.values()]
    assert [warning for batch in first for warning in batch.warnings] == [
        "s: rows without 'Stand': 1; they are asked for again each time, have the system fill it."
    ]
    again = pulled(database, source, first[-1].watermark)
    assert sorted(again[0].frame["Aktenzeichen"]) == ["BHV-2", "BHV-3", "BHV-9"]
    assert pulled(database, source, "2026-06-14T00:00:00.000000")[0].frame.height == 1


def test_a_missing_column_and_too_few_rows_are_refused(tmp_path: Path, database: Dialect) -> None:
    assert refusal(lambda: pulled(database, asking(columns={**COLUMNS, "activity": "Schrit"}))) == (
        "column_missing",
        "s: column 'Schrit' is missing; the nearest is 'Schritt'. "
        "Nothing was taken in; correct [source.columns] or the export.",
    )
    assert refusal(lambda: pulled(database, asking(expected_minimum=1)))[0] == "sudden_zero"


def test_what_holds_no_single_value_is_refused(tmp_path: Path, database: Dialect) -> None:
    query = "select 'a' as Aktenzeichen, x'00' as Schritt, 1 as Zeitpunkt"
    assert refusal(lambda: pulled(database, asking(query))) == (
        "column_type",
        "s: column 'Schritt' is of type bytes, which holds no single value; have the view give text, numbers or times.",
    )


def test_a_watermark_that_is_text_is_refused(tmp_path: Path, database: Dialect) -> None:
    put(tmp_path, ("BHV-1", "Prüfung", AT, AT))
    assert refusal(lambda: pulled(database, asking(watermark="Schritt")))[0] == "watermark_type"


def test_a_failing_query_is_told_by_its_code_alone(tmp_path: Path, database: Dialect) -> None:
    put(tmp_path, ("BHV-1", "Prüfung", AT, AT))
    query = "select json(Schritt) as Schritt, Aktenzeichen, Zeitpunkt from Vorgang"
    assert refusal(lambda: pulled(database, asking(query))) == (
        "query_failed",
        "s: SQLite cannot answer connection.query (SQLITE_ERROR); try it in the database's own tool.",
    )


def test_a_test_says_that_this_way_is_untested(tmp_path: Path, database: Dialect) -> None:
    seen = Database(asking(columns={**COLUMNS, "activity": "Schrit"}), ACCESS, database).test()
    assert seen.columns == ("Aktenzeichen", "Schritt", "Zeitpunkt", "Stand", "Bild")
    assert seen.sentences[1] == (
        "This way to SQLite is not tested against a live server; compare a day's rows with the database before you "
        "rely on it, or have files exported each night (docs/exports)."
    )
    assert "the nearest is 'Schritt'" in seen.sentences[-1]


class Rows:
    """A connection that gives these rows, as a driver with its own types would; and remembers what it was sent."""

    def __init__(self, *rows: Sequence[Any], types: Sequence[object] = (None, None, None)) -> None:
        self.left, self.sent = list(rows), []
        self.description = [(name, kind) for name, kind in zip(COLUMNS.values(), types, strict=True)]

    def cursor(self) -> "Rows":
        return self

    def close(self) -> None:
        pass

    def execute(self, statement: str, *parameters: Any, **options: Any) -> None:
        self.sent.append((statement, *parameters, *([options] if options else [])))

    def fetchmany(self, size: int) -> list[Sequence[Any]]:
        asked = self.sent[-1][0]
        given, self.left = ([], self.left) if "1 = 0" in asked else (self.left[:size], self.left[size:])
        return given


def answered(rows: Rows, dialect: Dialect, source: Source, watermark: str | None = None) -> list[Batch]:
    return pulled(replace(dialect, connect=lambda source, access: rows), source, watermark)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "expected", "dtype"),
    [
        ([Decimal("1"), Decimal("2.50"), None], ["1", "2.50", None], pl.String),
        ([Decimal("7"), Decimal("7E+1"), None], [7, 70, None], pl.Int64),
        ([Decimal("1E-7"), None], ["0.0000001", None], pl.String),
        ([2**70, 1], [str(2**70), "1"], pl.String),
        ([True, False], ["true", "false"], pl.String),
        ([1.5, None], [1.5, None], pl.Float64),
        ([dt.date(2026, 6, 1), None], [dt.date(2026, 6, 1), None], pl.Date),
        ([uuid.UUID(int=1)], ["00000000-0000-0000-0000-000000000001"], pl.String),
        (
            [dt.datetime(2026, 6, 1, 10, tzinfo=dt.timezone(dt.timedelta(hours=2))), None],
            [dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC), None],
            pl.Datetime("us", "UTC"),
        ),
        ([None, None], [None, None], pl.String),
    ],
)
def test_values_of_a_driver_stay_exact(values: list[Any], expected: list[Any], dtype: pl.DataType) -> None:
    rows = Rows(*(("a", value, AT) for value in values))
    (batch,) = answered(rows, MSSQL, asking())
    assert batch.frame["Schritt"].to_list() == expected
    assert batch.frame["Schritt"].dtype == dtype


# --- What is sent, as text


def test_sql_server_is_asked_in_its_own_words() -> None:
    rows = Rows()
    source = asking("dbo.[Vorgänge 2]]x]", watermark="Zeitpunkt", columns={**COLUMNS, "unit": "Schritt"})
    answered(rows, MSSQL, source, "2026-06-10T10:00:00.000000")
    assert rows.sent == [
        ("select * from [dbo].[Vorgänge 2]]x] asked where 1 = 0",),
        (
            "select [Aktenzeichen], [Schritt], [Zeitpunkt] from [dbo].[Vorgänge 2]]x] asked "
            "where [Zeitpunkt] >= %s or [Zeitpunkt] is null order by [Zeitpunkt]",
            (dt.datetime(2026, 6, 9, 10),),
        ),
    ]


def test_percent_signs_are_doubled_only_where_there_is_a_parameter() -> None:
    query = "select * from Vorgang where Schritt like '%s%'"
    rows = Rows()
    answered(rows, MSSQL, asking(query, watermark="Zeitpunkt"))
    answered(rows, MSSQL, asking(query, watermark="Zeitpunkt"), "2026-06-10T10:00:00.000000Z")
    whole, since = rows.sent[1][0], rows.sent[3][0]
    assert "like '%s%'" in whole
    assert "like '%%s%%'" in since
    assert since % "@P1" == whole.replace(" order by", " where [Zeitpunkt] >= @P1 or [Zeitpunkt] is null order by")
    assert rows.sent[3][1] == (dt.datetime(2026, 6, 9, 10, tzinfo=dt.UTC),)


def test_oracle_is_asked_in_its_own_words() -> None:
    rows = Rows(types=(oracledb.DB_TYPE_VARCHAR, oracledb.DB_TYPE_CLOB, oracledb.DB_TYPE_DATE))
    source = asking("permits.v_cases", kind="oracle", watermark="Zeitpunkt", overlap_hours=0)
    answered(rows, ORACLE, source, "2026-06-10T10:00:00.000000")
    assert rows.sent == [
        ("set transaction read only",),
        ('select * from "PERMITS"."V_CASES" asked where 1 = 0',),
        (
            'select "Aktenzeichen", "Schritt", "Zeitpunkt" from "PERMITS"."V_CASES" asked '
            'where "Zeitpunkt" >= :1 or "Zeitpunkt" is null order by "Zeitpunkt"',
            (dt.datetime(2026, 6, 10, 10),),
            {"fetch_lobs": False, "fetch_decimals": True},
        ),
    ]


def test_a_time_with_a_zone_of_oracle_comes_and_goes_as_utc() -> None:
    types = (oracledb.DB_TYPE_VARCHAR, oracledb.DB_TYPE_VARCHAR, oracledb.DB_TYPE_TIMESTAMP_TZ)
    rows = Rows(("BHV-1", "Ende", dt.datetime(2026, 6, 10, 10)), types=types)
    source = asking(kind="oracle", watermark="Zeitpunkt", overlap_hours=0)
    (batch,) = answered(rows, ORACLE, source, "2026-06-10T08:00:00.000000Z")
    assert batch.frame["Zeitpunkt"].to_list() == [dt.datetime(2026, 6, 10, 10, tzinfo=dt.UTC)]
    assert batch.watermark == "2026-06-10T10:00:00.000000Z"
    question, parameters, _ = rows.sent[-1]
    assert 'sys_extract_utc("Zeitpunkt") as "Zeitpunkt"' in question
    assert """where "Zeitpunkt" >= from_tz(cast(:1 as timestamp), 'UTC') or""" in question
    assert parameters == (dt.datetime(2026, 6, 10, 8),)


def test_sql_server_takes_no_with() -> None:
    assert refusal(lambda: open_mssql(asking("with x as (select 1 as a) select * from x"), ACCESS)) == (
        "query",
        "s: connection.query begins with 'with', which this database does not take here; make it a view.",
    )
    assert open_oracle(asking("with x as (select 1 a from dual) select * from x", kind="oracle"), ACCESS)


@pytest.mark.parametrize("query", ["exec dbo.export_all", "select 1; drop table x"])
@pytest.mark.parametrize("opened", [open_mssql, open_oracle])
def test_what_is_neither_a_name_nor_one_select_is_refused(opened: Any, query: str) -> None:
    assert refusal(lambda: opened(asking(query), ACCESS))[0] == "query"


# --- How they are reached, and what an error means


def test_a_way_that_is_not_encrypted_is_refused() -> None:
    far = "mssql://reader@db.example/town"
    assert refusal(lambda: open_mssql(asking(url=far), ACCESS).test()) == (
        "not_encrypted",
        "s: the way to db.example is not encrypted; name connection.ca_file, say plain_http = true for a closed "
        "network, or have files exported (docs/exports/mssql-nightly.sql).",
    )


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("oracle://127.0.0.1/town", ("tcp", 1521, False)),
        ("oracle://db.example/town", ("tcps", 2484, True)),
        ("oracle://db.example:1700/town?protocol=tcp", ("tcp", 1700, False)),
    ],
)
def test_another_machines_oracle_is_only_reached_encrypted(
    monkeypatch: pytest.MonkeyPatch, url: str, expected: tuple[str, int, bool]
) -> None:
    given: dict[str, Any] = {}

    def connect(**arguments: Any) -> Any:
        given.update(arguments)
        raise OSError

    monkeypatch.setattr(oracledb, "connect", connect)
    with pytest.raises(Unreachable):
        open_oracle(asking(kind="oracle", url=url, user="Prüfer"), ACCESS).test()
    assert (given["protocol"], given["port"], given["ssl_context"] is not None) == expected
    assert (given["user"], given["password"], given["service_name"]) == ("Prüfer", "secret", "town")


@pytest.mark.parametrize(("kind", "opened"), [("mssql", open_mssql), ("oracle", open_oracle)])
def test_a_server_that_is_down_is_unreachable(kind: str, opened: Any) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"{kind}://reader@127.0.0.1:{nobody.getsockname()[1]}/town"
        with pytest.raises(Unreachable) as unreachable:
            list(opened(asking(kind=kind, url=url, timeout_seconds=1), ACCESS).pull(None))
    title = "SQL Server" if kind == "mssql" else "Oracle"
    assert unreachable.value.sentence == f"s: {title} at 127.0.0.1 gives no answer now; ask again later."


def server_error(number: int) -> Exception:
    error = pytds.OperationalError("Login failed for user 'Müller'")
    error.number = number
    return error


def oracle_error(code: str) -> Exception:
    class Detail:
        full_code = code

    return oracledb.DatabaseError(Detail())


@pytest.mark.parametrize(
    ("dialect", "error", "code"),
    [
        (MSSQL, server_error(18456), "no_rights"),
        (MSSQL, server_error(229), "no_rights"),
        (MSSQL, server_error(208), "table_missing"),
        (MSSQL, server_error(245), "query_failed"),
        (MSSQL, server_error(1205), None),
        (MSSQL, pytds.ClosedConnectionError(), None),
        (ORACLE, oracle_error("ORA-01017"), "no_rights"),
        (ORACLE, oracle_error("ORA-00942"), "table_missing"),
        (ORACLE, oracle_error("ORA-01456"), "read_only"),
        (ORACLE, oracle_error("ORA-01722"), "query_failed"),
        (ORACLE, oracle_error("ORA-01033"), None),
        (ORACLE, oracle_error("DPY-6005"), None),
    ],
)
def test_an_error_means_wait_or_mend_and_is_never_told_in_the_servers_words(
    dialect: Dialect, error: Exception, code: str | None
) -> None:
    verdict = dialect.verdict(error, asking())
    assert (verdict.reason_code if isinstance(verdict, Refused) else None) == code
    assert "Müller" not in verdict.sentence
