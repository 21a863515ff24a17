"""A real PostgreSQL server on this machine, with its own folder, port and certificate; gone when the test is over."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from adbc_driver_postgresql import dbapi

from tests.sources.asking.fault_server import make_certificate

KEEPER, KEEPER_PASSWORD = "keeper", "keys"
READER, READER_PASSWORD = "reader", "p@ss: w/rd %41 Ü"
ABSENT = "needs a PostgreSQL server: apt-get install postgresql"
ANY_SETTING = (
    "fsync=off",
    "full_page_writes=off",
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=20",
    "shared_buffers=32MB",
    "ssl=on",
    "ssl_cert_file=server.pem",
    "ssl_key_file=server.pem",
)


@dataclass
class PostgresServer:
    """A running server with an empty database and a user who may only read what is granted."""

    folder: Path
    port: int
    certificate: Path
    _keepers: dict[str, dbapi.Connection] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The database as connection.url of a town, asked as the reader."""
        return f"postgresql://{READER}@127.0.0.1:{self.port}/postgres"

    def do(self, *statements: str, database: str = "postgres") -> list[Any]:
        """Run statements as the keeper, who may do anything; the last one's rows."""
        rows: list[Any] = []
        with self._keeper(database).cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
                rows = cursor.fetchall() if cursor.description else []
        return rows

    def close(self) -> None:
        """Hang up."""
        for connection in self._keepers.values():
            connection.close()

    def _keeper(self, database: str) -> dbapi.Connection:
        # Each connection costs the server a process: one is kept.
        if database not in self._keepers:
            login = f"user={KEEPER}&password={KEEPER_PASSWORD}&sslmode=disable&client_encoding=UTF8"
            uri = f"postgresql://127.0.0.1:{self.port}/{database}?{login}"
            self._keepers[database] = dbapi.connect(uri, autocommit=True)
        return self._keepers[database]


def program(name: str) -> str | None:
    """Where one of the server's programs lies."""
    places = [str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    return shutil.which(name, path=os.pathsep.join([*places, os.environ.get("PATH", "")]))


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A server; where none is installed the test is skipped, and in CI that is a failure."""
    initdb, postgres = program("initdb"), program("postgres")
    if initdb is None or postgres is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(ABSENT)
    # Not below pytest's own folder: only its owner may enter that.
    folder = Path(tempfile.mkdtemp(prefix="papierwende-postgres-"))
    owner = _nobody_in_particular() if os.geteuid() == 0 else {}
    (folder / "password").write_text(KEEPER_PASSWORD, encoding="utf-8")
    _give(folder, owner)
    data = folder / "data"
    subprocess.run(
        [initdb, "-D", data, "-U", KEEPER, f"--pwfile={folder / 'password'}", "-A", "scram-sha-256", "--no-sync",
         "--encoding=UTF8", "--locale=C.UTF-8"],
        check=True, capture_output=True, **owner,
    )  # fmt: skip
    certificate = make_certificate(data / "server.pem")
    certificate.chmod(0o600)
    _give(certificate, owner)
    port = _free_port()
    settings = [word for setting in (*ANY_SETTING, f"port={port}") for word in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([postgres, "-D", data, *settings], stdout=log, stderr=log, **owner)
    try:
        running = PostgresServer(folder, port, certificate)
        _wait(running, server)
        running.do(f"create role {READER} login password '{READER_PASSWORD}'")
        yield running
        running.close()
    finally:
        # Immediate: nobody will read this folder again.
        server.send_signal(signal.SIGQUIT)
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _nobody_in_particular() -> dict[str, int]:
    """A user without rights, for a server refuses to run as root."""
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid}


def _give(path: Path, owner: dict[str, int]) -> None:
    if owner:
        for one in (path, *path.rglob("*")):
            shutil.chown(one, owner["user"], owner["group"])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(running: PostgresServer, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            running.do("select 1")
            return
        except dbapi.Error:
            if server.poll() is not None or time.monotonic() > until:
                raise AssertionError((running.folder / "log").read_text(encoding="utf-8")) from None
            time.sleep(0.05)
