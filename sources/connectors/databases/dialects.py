"""What is different about each database that is asked through DB-API: SQL Server and Oracle.

How it is connected to, how a name is quoted, how a parameter is written, and what its error numbers mean. Both are
untested against a live server; what they send is tested as text.

SQL Server: the driver encrypts only with connection.ca_file (and the package pyOpenSSL); without it another machine is
refused unless plain_http = true says that the network is closed. Oracle: encrypted (tcps) to every other machine,
unless the address says ``?protocol=tcp``.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any, Final, Protocol, cast
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import oracledb
import pytds

from sources.asking.watermarks import Mark
from sources.batches.protocol import Access, Refused, Unreachable, connection_of
from sources.town.connection import LOCAL
from sources.town.source import Source

APPLICATION: Final = "papierwende"
MSSQL_PORT, ORACLE_PORT, ORACLE_TLS_PORT = 1433, 1521, 2484
READS_ONLY: Final = {
    "SQL Server": "a user of the role db_datareader",
    "Oracle": "a user with only create session and select",
}


class DatabaseCursor(Protocol):
    """The part of a DB-API cursor that is used."""

    description: Sequence[Sequence[Any]] | None

    def execute(self, statement: str, parameters: tuple[Mark, ...] = ..., /, **options: bool) -> object:
        """Send one statement."""

    def fetchmany(self, size: int, /) -> Sequence[Sequence[Any]]:
        """The next rows."""
        ...

    def close(self) -> None:
        """Let go."""


class DatabaseConnection(Protocol):
    """The part of a DB-API connection that is used."""

    def cursor(self) -> DatabaseCursor:
        """A new cursor."""
        ...

    def close(self) -> None:
        """Hang up."""


@dataclass(frozen=True)
class Dialect:
    """One kind of database.

    Attributes:
        marks: what stands before and after a quoted name; the second is doubled inside.
        fold: what becomes of a name without quotes.
        parameter: how the one parameter is written.
        first: sent once, so that one moment is seen and nothing can be written; empty where there is no such thing.
        version: asks for one line that names the server.
        options: given with each question, so that numbers stay exact and long texts are texts.
        takes_with: whether a select in brackets may begin with ``with``.
        doubles_percent: whether a % of the question must be doubled when there is a parameter.
        instants: type codes of times with a zone that the driver hands out without theirs.
        code_of: the server's own code of an error, empty without one.
        passing: codes of what may heal.
        meanings: codes of what must be mended.
        errors: what the driver raises.
    """

    title: str
    connect: Callable[[Source, Access], DatabaseConnection]
    marks: tuple[str, str]
    fold: Callable[[str], str]
    parameter: str
    first: str
    version: str
    code_of: Callable[[Exception], str]
    passing: frozenset[str]
    meanings: Mapping[str, tuple[str, str]]
    errors: tuple[type[Exception], ...]
    options: Mapping[str, bool] = field(default_factory=dict[str, bool])
    takes_with: bool = True
    doubles_percent: bool = False
    instants: tuple[object, ...] = ()

    def name(self, name: str) -> str:
        """A name in this dialect's quotes."""
        before, after = self.marks
        return before + name.replace(after, 2 * after) + after

    def verdict(self, error: Exception, source: Source) -> Refused | Unreachable:
        """What an error means; never in the server's own words, they may hold a value of the data."""
        code = self.code_of(error)
        if code in self.meanings:
            reason_code, meaning = self.meanings[code]
            return Refused(reason_code, f"{source.name}: {meaning}.")
        if code in self.passing or (not code and not isinstance(error, ValueError)):
            host = connection_of(source).host
            return Unreachable(f"{source.name}: {self.title} at {host} gives no answer now; ask again later.")
        shown = f" ({code})" if code else ""
        return Refused(
            "query_failed",
            f"{source.name}: {self.title} cannot answer connection.query{shown}; try it in the database's own tool.",
        )


def _user(source: Source, parts: SplitResult) -> str | None:
    return connection_of(source).user or (unquote(parts.username) if parts.username else None)


def _connect_mssql(source: Source, access: Access) -> DatabaseConnection:
    connection = connection_of(source)
    parts = urlsplit(connection.url)
    if connection.ca_file and find_spec("OpenSSL") is None:
        raise Refused("not_encrypted", f"{source.name}: to encrypt, SQL Server needs pyOpenSSL; install it beside.")
    if not connection.ca_file and connection.host not in LOCAL and not connection.plain_http:
        raise Refused(
            "not_encrypted",
            f"{source.name}: the way to {connection.host} is not encrypted; name connection.ca_file, "
            "say plain_http = true for a closed network, or have files exported (docs/exports/mssql-nightly.sql).",
        )
    opened = pytds.connect(
        connection.host,
        database=parts.path.strip("/") or None,
        user=_user(source, parts),
        password=access.secret,
        port=parts.port or MSSQL_PORT,
        login_timeout=connection.timeout_seconds,
        timeout=max(connection.patience_minutes * 60, connection.timeout_seconds),
        appname=APPLICATION,
        readonly=True,
        autocommit=True,
        cafile=str(access.town_folder / connection.ca_file) if connection.ca_file else None,
    )
    return cast("DatabaseConnection", opened)


def _connect_oracle(source: Source, access: Access) -> DatabaseConnection:
    connection = connection_of(source)
    parts = urlsplit(connection.url)
    (protocol,) = parse_qs(parts.query).get("protocol", ["tcp" if connection.host in LOCAL else "tcps"])[:1]
    authority = access.town_folder / connection.ca_file if connection.ca_file else None
    opened = oracledb.connect(
        user=_user(source, parts),
        password=access.secret,
        host=connection.host,
        port=parts.port or (ORACLE_TLS_PORT if protocol == "tcps" else ORACLE_PORT),
        protocol=protocol,
        service_name=parts.path.strip("/"),
        tcp_connect_timeout=float(connection.timeout_seconds),
        ssl_context=ssl.create_default_context(cafile=authority) if protocol == "tcps" else None,
        program=APPLICATION,
    )
    opened.call_timeout = 1000 * max(connection.patience_minutes * 60, connection.timeout_seconds)
    return cast("DatabaseConnection", opened)


def _mssql_code(error: Exception) -> str:
    return str(getattr(error, "number", 0) or "")


def _oracle_code(error: Exception) -> str:
    return str(getattr(error.args[0], "full_code", "") or "") if error.args else ""


NO_LOGIN: Final = ("no_rights", "the database does not let the user in; check user, password and database")
NO_SELECT: Final = ("no_rights", "the user may not read what connection.query names; grant select on it")
NO_TABLE: Final = (
    "table_missing",
    "connection.query names a table or view that is not there or may not be seen; correct it, or grant select on it",
)
NO_COLUMN: Final = ("column_missing", "connection.query names a column that is not there; correct it")
WRITES: Final = ("read_only", "connection.query writes, and nothing is ever written there; write one that only reads")

MSSQL: Final = Dialect(
    title="SQL Server",
    connect=_connect_mssql,
    marks=("[", "]"),
    fold=str,
    parameter="%s",
    first="",
    version="select @@version",
    takes_with=False,
    doubles_percent=True,
    code_of=_mssql_code,
    # Lock and deadlock, server stopping, full or moving.
    passing=frozenset({"1222", "1205", "6005", "17142", "701", "233", "10928", "10929", "40197", "40501", "40613"}),
    meanings={
        **dict.fromkeys(("18456", "18470", "18487", "18488", "4060"), NO_LOGIN),
        **dict.fromkeys(("229", "230", "916"), NO_SELECT),
        "208": NO_TABLE,
        "207": NO_COLUMN,
        "3906": WRITES,
    },
    errors=(pytds.Error, OSError, ValueError),
)
ORACLE: Final = Dialect(
    title="Oracle",
    connect=_connect_oracle,
    marks=('"', '"'),
    fold=str.upper,
    parameter=":1",
    first="set transaction read only",
    version="select banner from v$version where rownum = 1",
    options={"fetch_lobs": False, "fetch_decimals": True},
    instants=(oracledb.DB_TYPE_TIMESTAMP_TZ, oracledb.DB_TYPE_TIMESTAMP_LTZ),
    code_of=_oracle_code,
    # No listener, starting, stopping, full, broken off, busy, too old a moment, too slow.
    passing=frozenset(
        (
            *("ORA-12541", "ORA-12514", "ORA-12505", "ORA-12170", "ORA-12516", "ORA-12519", "ORA-12520", "ORA-01033"),
            *("ORA-01034", "ORA-01089", "ORA-01090", "ORA-00018", "ORA-00020", "ORA-03113", "ORA-03114", "ORA-03135"),
            *("ORA-00054", "ORA-01555", "DPY-1001", "DPY-4011", "DPY-4024", "DPY-6000", "DPY-6001", "DPY-6003"),
            "DPY-6005",
        )
    ),
    meanings={
        **dict.fromkeys(("ORA-01017", "ORA-28000", "ORA-28001", "ORA-01045", "ORA-01005"), NO_LOGIN),
        **dict.fromkeys(("ORA-01031", "ORA-41900"), NO_SELECT),
        "ORA-00942": NO_TABLE,
        "ORA-00904": NO_COLUMN,
        **dict.fromkeys(("ORA-01456", "ORA-16000", "ORA-14551"), WRITES),
    },
    errors=(oracledb.Error, OSError, ValueError),
)
