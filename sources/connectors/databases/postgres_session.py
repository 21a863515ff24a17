"""How a PostgreSQL server is reached: the address, encryption, a session that cannot write, and what an error means.

Encryption: ``sslmode`` of connection.url is kept. Without one it is ``verify-full`` where connection.ca_file is given,
``prefer`` for a server on this machine and ``require`` for any other. The server's own words stay here: they may hold
a value of the data, and libpq's may hold the address with its password.
"""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pyarrow as pa
from adbc_driver_postgresql import dbapi

from sources.asking.patience import patiently
from sources.batches.protocol import Access, Refused, Unreachable, connection_of
from sources.town.connection import LOCAL
from sources.town.source import Source

Verdict = Refused | Unreachable
# What a driver or a stream that breaks off raises.
ERRORS: Final = (dbapi.Error, pa.ArrowException, OSError)
# A network that died without a word is noticed within a minute.
KEEPALIVE: Final = {"keepalives_idle": "20", "keepalives_interval": "10", "keepalives_count": "4"}
SETTINGS: Final = {
    "default_transaction_read_only": "on",
    # The same rows in the same order as long as nothing changed: the same delivery twice is one.
    "synchronize_seqscans": "off",
    "max_parallel_workers_per_gather": "0",
}
# Neither an error of a connection nor one in the middle of a stream has a code, and a server may speak German.
NOT_NOW: Final = re.compile(
    "starting up|shutting down|recovery mode|not (?:yet |currently )?accepting|too many|slots are reserved|"
    "startet|fährt herunter|Wiederherstellung|keine Verbindungen|zu viele|reserviert"
)
ENCRYPTION: Final = re.compile("SSL|certificate|TLS")
SILENCE: Final = re.compile("timeout expired|timed out")
NAMELESS: Final = re.compile("could not translate host name")
BROKEN_OFF, CANCELLED, READ_ONLY = "08", "57014", "25006"
STREAMED: Final = {
    READ_ONLY: re.compile("read-only", re.IGNORECASE),
    CANCELLED: re.compile("canceling statement|storniere Anfrage"),
}
PASSING_CODES: Final = (BROKEN_OFF, "53", "57", "58", "40001", "55P03")
CODE_MEANINGS: Final[Mapping[str, tuple[str, str]]] = {
    "42501": ("no_rights", "{user} may not read what connection.query names; grant usage on its schema and select"),
    "42P01": ("table_missing", "connection.query names a table or view that is not there; correct it"),
    "3F000": ("table_missing", "connection.query names a schema that is not there; correct it"),
    "42703": ("column_missing", "connection.query names a column that is not there; correct it"),
    READ_ONLY: ("read_only", "connection.query writes, and nothing is ever written there; write one that only reads"),
}
NOT_UNDERSTOOD: Final = ("42", "0A")


@dataclass(frozen=True)
class Server:
    """A server and the user it is asked as.

    Attributes:
        name: of the source, where every sentence begins.
        place: host, port and database, for people.
        user: for people.
        uri: for libpq, with the password; never shown.
    """

    name: str
    place: str
    user: str
    uri: str = field(repr=False)
    timeout_seconds: int
    patience_seconds: int

    @contextmanager
    def session(self, seconds: int, patience_seconds: int = 0) -> Generator[dbapi.Cursor]:
        """A cursor in one read-only transaction that sees one moment of the database.

        Args:
            seconds: how long one statement may take.
            patience_seconds: how long a server that does not answer is asked again.

        Raises:
            Refused, Unreachable: one sentence, also for what fails while the session lasts.
        """
        connection = patiently(self._connected, patience_seconds)
        begun = time.monotonic()
        with connection, connection.cursor() as cursor:
            try:
                cursor.execute("set transaction isolation level repeatable read, read only")
                times = dict.fromkeys(("statement_timeout", "idle_in_transaction_session_timeout"), f"{seconds}s")
                for name, value in {**SETTINGS, **times, "lock_timeout": f"{self.timeout_seconds}s"}.items():
                    setting(cursor, name, value)
                yield cursor
            except ERRORS as error:
                is_late = time.monotonic() - begun >= seconds
                raise self._verdict(error, is_late=is_late, is_there=_is_there(connection)) from None

    def _connected(self) -> dbapi.Connection:
        try:
            return dbapi.connect(self.uri)
        except dbapi.Error as error:
            raise self._turned_away(str(error)) from None

    def _turned_away(self, said: str) -> Verdict:
        if "FATAL" in said:
            if NOT_NOW.search(said):
                return Unreachable(f"{self.name}: {self.place} takes no users now; ask again later.")
            return Refused(
                "no_rights",
                f"{self.name}: {self.place} does not let {self.user} in; "
                "check user, password and database, and what pg_hba.conf allows.",
            )
        if "no password supplied" in said:
            return Refused(
                "no_rights", f"{self.name}: {self.place} wants a password of {self.user}; give it by the environment."
            )
        reason = "cannot be reached; check that it runs and that this machine may connect to it"
        if NAMELESS.search(said):
            reason = "has a name that no machine answers to; correct connection.url"
        elif SILENCE.search(said):
            reason = f"does not answer within {self.timeout_seconds} seconds; check network and firewall"
        elif ENCRYPTION.search(said):
            reason = "offers no encryption that can be trusted; give it a certificate, and name its ca_file"
        return Unreachable(f"{self.name}: {self.place} {reason}.")

    def _verdict(self, error: Exception, *, is_late: bool, is_there: bool) -> Verdict:
        """What an error means. A stream that breaks off has no code; then it counts whether the server is there."""
        code = getattr(error, "sqlstate", None) or ("" if is_there else BROKEN_OFF)
        code = code or next((code for code, said in STREAMED.items() if said.search(str(error))), "")
        if code == CANCELLED or (not code and is_late):
            return Unreachable(
                f"{self.name}: {self.place} gave no whole answer in time; "
                "put an index on the watermark, or raise connection.patience_minutes."
            )
        if code.startswith(PASSING_CODES):
            return Unreachable(f"{self.name}: {self.place} broke the answer off; nothing was taken in, ask again.")
        if code in CODE_MEANINGS:
            reason_code, meaning = CODE_MEANINGS[code]
            return Refused(reason_code, f"{self.name}: {meaning.format(user=self.user)}.")
        shown = f" (SQLSTATE {code})" if code else ""
        if code.startswith(NOT_UNDERSTOOD):
            return Refused("query", f"{self.name}: connection.query is not understood{shown}; try it in psql.")
        return Refused("query_failed", f"{self.name}: connection.query fails on its rows{shown}; try it in psql.")


def server_of(source: Source, access: Access) -> Server:
    """The server of a source.

    Raises:
        Refused: no connection.
    """
    connection = connection_of(source)
    parts = urlsplit(connection.url)
    given = dict(parse_qsl(parts.query))
    login, _, hosts = parts.netloc.rpartition("@")
    user = login or quote(connection.user or "", safe="")
    secret = ":" + quote(access.secret, safe="") if access.secret else ""
    asked = {
        "connect_timeout": str(connection.timeout_seconds),
        "application_name": "papierwende",
        "client_encoding": "UTF8",
        **KEEPALIVE,
        "sslmode": "prefer" if connection.host in LOCAL else "require",
    }
    if connection.ca_file:
        asked |= {"sslmode": "verify-full", "sslrootcert": str(access.town_folder / connection.ca_file)}
    return Server(
        name=source.name,
        place=hosts + parts.path,
        user=f"user '{connection.user or parts.username}'" if user else "this user",
        uri=f"postgresql://{user}{secret}@{hosts}{parts.path}?{urlencode({**asked, **given})}",
        timeout_seconds=connection.timeout_seconds,
        patience_seconds=connection.patience_minutes * 60,
    )


def setting(cursor: dbapi.Cursor, name: str, value: str) -> None:
    """Set one value for the session; a parameter, so that no value is ever part of a statement."""
    cursor.execute("select set_config($1, $2, false)", (name, value))
    cursor.fetchall()


def _is_there(connection: dbapi.Connection) -> bool:
    try:
        connection.rollback()
    except dbapi.Error:
        return False
    return True
