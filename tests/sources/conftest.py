"""Servers that several tests ask; each is started once."""

from collections.abc import Iterator

import pytest

from tests.sources.connectors.databases.postgres_asked import CASES
from tests.sources.connectors.databases.postgres_server import READER, PostgresServer, running_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL server."""
    with running_postgres() as running:
        yield running


@pytest.fixture
def cases(postgres: PostgresServer) -> Iterator[str]:
    """A table of its own for each test, which the reader may read."""
    postgres.do(
        "drop table if exists cases cascade", f"create table cases {CASES}", f"grant select on cases to {READER}"
    )
    yield "cases"
    postgres.do(f"alter role {READER} connection limit -1", "drop table if exists cases cascade")
