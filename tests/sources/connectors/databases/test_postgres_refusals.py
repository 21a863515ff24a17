"""PostgreSQL, against a real server: what is refused, what only waits, and what a test says."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError

from sources.batches.protocol import Access, Refused, Unreachable
from sources.connectors.databases.postgres import open_postgres
from sources.connectors.databases.postgres_session import server_of
from tests.sources.asking.fault_server import make_certificate
from tests.sources.connectors.databases.postgres_asked import (
    ACCESS,
    CASES,
    COLUMNS,
    NOW,
    asking,
    days,
    names_of,
    pulled,
    refusal,
    seen_at,
    silence,
)
from tests.sources.connectors.databases.postgres_server import READER, READER_PASSWORD, PostgresServer

# --- What is refused


def test_a_missing_column_is_refused_with_the_nearest_name(postgres: PostgresServer, cases: str) -> None:
    assert refusal(asking(postgres, columns={**COLUMNS, "activity": "stepp"})) == (
        "column_missing",
        "s: column 'stepp' is missing; the nearest is 'step'. "
        "Nothing was taken in; correct [source.columns] or the export.",
    )
    assert refusal(asking(postgres, watermark="change")) == (
        "column_missing",
        "s: column 'change' of connection.watermark is missing; the nearest is 'changed'.",
    )


def test_a_column_that_comes_twice_is_refused(postgres: PostgresServer) -> None:
    assert (
        refusal(asking(postgres, "select 'a' as case_no, 'b' as step, 'c' as step, now() as at"))[0] == "column_twice"
    )


def test_a_watermark_that_is_text_is_refused(postgres: PostgresServer, cases: str) -> None:
    expected = (
        "s: column 'step' of connection.watermark is of type text; "
        "name a timestamp, a date or a whole number that only grows."
    )
    assert refusal(asking(postgres, watermark="step")) == ("watermark_type", expected)
    assert expected in seen_at(asking(postgres, watermark="step")).sentences


@pytest.mark.parametrize("query", ["locked", "select * from locked", "hidden.cases"])
def test_a_view_without_rights_is_refused(postgres: PostgresServer, cases: str, query: str) -> None:
    postgres.do(
        "create or replace view locked as select * from cases",
        "create schema if not exists hidden",
        f"create table if not exists hidden.cases {CASES}",
    )
    expected = (
        "no_rights",
        "s: user 'reader' may not read what connection.query names; grant usage on its schema and select.",
    )
    assert refusal(asking(postgres, query)) == expected
    with pytest.raises(Refused) as refused:
        seen_at(asking(postgres, query))
    assert (refused.value.reason_code, refused.value.sentence) == expected


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("no_such_table", "table_missing"),
        ("no_such_schema.cases", "table_missing"),
        ("select no_such_column from cases", "column_missing"),
        ("select * frm cases", "query"),
        ("select 'Müller'::int as case_no, '' as step, now() as at", "query_failed"),
        ("select (step || 'Müller')::int as case_no, step, at from cases", "query_failed"),
    ],
)
def test_a_query_the_server_cannot_answer_is_refused_without_its_words(
    postgres: PostgresServer, cases: str, query: str, code: str
) -> None:
    postgres.do("insert into cases values ('A', 'B', now(), now())")
    found, sentence = refusal(asking(postgres, query))
    assert (found, "Müller" in sentence) == (code, False)


def test_a_row_that_fails_in_the_middle_of_the_answer_is_refused_not_awaited(postgres: PostgresServer) -> None:
    query = (
        "select 'BHV-' || n as case_no, repeat('x', 500) || 1 / (90000 - n) as step, now() as at "
        "from generate_series(1, 100000) n"
    )
    batches = iter(open_postgres(asking(postgres, query), ACCESS).pull(None))
    assert next(batches).frame.height
    with pytest.raises(Refused) as refused:
        list(batches)
    assert refused.value.sentence == "s: connection.query fails on its rows; try it in psql."


def test_a_wrong_password_is_refused_and_never_told(postgres: PostgresServer, cases: str) -> None:
    wrong = Access("wrong/p@ss%20", Path(), Path(), NOW)
    place = f"127.0.0.1:{postgres.port}/postgres"
    code, sentence = refusal(asking(postgres), wrong)
    assert code == "no_rights"
    assert sentence == (
        f"s: {place} does not let user 'reader' in; check user, password and database, and what pg_hba.conf allows."
    )
    opened = open_postgres(asking(postgres), wrong)
    assert "p@ss" not in repr(opened)
    assert "p%40ss" not in repr(opened)
    assert refusal(asking(postgres), Access(None, Path(), Path(), NOW)) == (
        "no_rights",
        f"s: {place} wants a password of user 'reader'; give it by the environment.",
    )


def test_a_password_in_the_address_is_refused(postgres: PostgresServer) -> None:
    with pytest.raises(ValidationError, match="a password or token stands in the address; give it by the environment"):
        asking(postgres, url=postgres.url + "?password=x")


def test_a_user_may_stand_beside_the_address(postgres: PostgresServer, cases: str) -> None:
    source = asking(postgres, url=postgres.url.replace(f"{READER}@", ""), user=READER)
    assert "case_no" in seen_at(source).columns


def test_fewer_rows_than_expected_are_an_error_not_a_fact(postgres: PostgresServer, cases: str) -> None:
    postgres.do(days("A 10"))
    source = asking(postgres, watermark="changed", expected_minimum=2)
    assert refusal(source) == (
        "sudden_zero",
        "s: 1 rows came, fewer than connection.expected_minimum = 2; nothing was taken in, "
        "look whether rights or a filter hide rows, or lower expected_minimum.",
    )
    assert names_of(pulled(source, "2026-06-10T10:00:00.000000Z")) == ["A"]


# --- What only waits


def test_a_server_that_goes_midway_is_unreachable(postgres: PostgresServer) -> None:
    query = "select n as case_no, repeat('x', 1000) as step, now() as at from generate_series(1, 100000) n"
    batches = iter(open_postgres(asking(postgres, query), ACCESS).pull(None))
    assert next(batches).frame.height
    postgres.do("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'papierwende'")
    with pytest.raises(Unreachable) as unreachable:
        list(batches)
    place = f"127.0.0.1:{postgres.port}/postgres"
    assert unreachable.value.sentence == f"s: {place} broke the answer off; nothing was taken in, ask again."


def test_a_server_that_is_down_is_unreachable(postgres: PostgresServer) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{nobody.getsockname()[1]}/town"
        assert silence(asking(postgres, url=f"postgresql://reader@{place}")) == (
            f"s: {place} cannot be reached; check that it runs and that this machine may connect to it."
        )


def test_a_name_no_machine_has_is_unreachable(postgres: PostgresServer) -> None:
    assert silence(asking(postgres, url="postgresql://reader@db.invalid/town")) == (
        "s: db.invalid/town has a name that no machine answers to; correct connection.url."
    )


@contextmanager
def speaking(answer: bytes | None) -> Iterator[int]:
    """A server that says one thing to whoever comes, or nothing at all."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            try:
                while True:
                    guest, _ = listening.accept()
                    if answer is None:
                        continue
                    with guest:
                        guest.recv(4096)
                        guest.sendall(answer)
            except OSError:
                pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()


def fatal(code: str, message: str) -> bytes:
    """An error of the server before anybody is let in, as it goes over the wire."""
    word = f"SFATAL\0VFATAL\0C{code}\0M{message}\0\0".encode()
    return b"E" + (len(word) + 4).to_bytes(4, "big") + word


@pytest.mark.parametrize(
    "message",
    [
        "the database system is starting up",
        "the database system is not yet accepting connections",
        "das Datenbanksystem startet",
        "das Datenbanksystem fährt herunter",
        "das Datenbanksystem nimmt noch keine Verbindungen an",
        "tut mir leid, schon zu viele Verbindungen",
    ],
)
def test_a_server_that_is_starting_up_is_unreachable_in_either_language(postgres: PostgresServer, message: str) -> None:
    with speaking(fatal("57P03", message)) as port:
        url = f"postgresql://reader@127.0.0.1:{port}/town?sslmode=disable"
        assert silence(asking(postgres, url=url)) == f"s: 127.0.0.1:{port}/town takes no users now; ask again later."


def test_a_server_that_turns_a_user_away_in_german_refuses(postgres: PostgresServer) -> None:
    said = fatal("28P01", "Passwort-Authentifizierung für Benutzer »reader« fehlgeschlagen")
    with speaking(said) as port:
        url = f"postgresql://reader@127.0.0.1:{port}/town?sslmode=disable"
        assert refusal(asking(postgres, url=url))[0] == "no_rights"


def test_a_server_that_says_nothing_is_unreachable(postgres: PostgresServer) -> None:
    with speaking(None) as port:
        url = f"postgresql://reader@127.0.0.1:{port}/town?connect_timeout=2"
        assert "does not answer within" in silence(asking(postgres, url=url))


def test_a_full_server_is_asked_again_while_there_is_patience(postgres: PostgresServer, cases: str) -> None:
    postgres.do(days("A 10"), f"alter role {READER} connection limit 0")
    assert "takes no users now" in silence(asking(postgres))
    freed = threading.Timer(0.3, postgres.do, [f"alter role {READER} connection limit -1"])
    freed.start()
    assert names_of(pulled(asking(postgres, patience_minutes=1))) == ["A"]
    freed.join()


def test_a_slow_answer_is_unreachable(postgres: PostgresServer) -> None:
    session = server_of(asking(postgres), ACCESS).session(1)
    with pytest.raises(Unreachable, match="gave no whole answer in time"), session as cursor:
        cursor.execute("select pg_sleep(5)::text as slept")
        cursor.fetchall()


def test_a_locked_table_is_unreachable(postgres: PostgresServer, cases: str) -> None:
    postgres.do("begin", "lock table cases")
    try:
        assert "broke the answer off" in silence(asking(postgres, timeout_seconds=1))
    finally:
        postgres.do("rollback")


# --- Encryption, and what a test says


@pytest.mark.parametrize(
    ("url", "more", "expected"),
    [
        ("postgresql://db.example/town", {}, "require"),
        ("postgresql://localhost/town", {}, "prefer"),
        ("postgresql://db.example/town?sslmode=disable", {}, "disable"),
        ("postgresql://db.example/town", {"ca_file": "ca.pem"}, "verify-full"),
    ],
)
def test_another_machine_is_only_reached_encrypted(
    postgres: PostgresServer, url: str, more: dict[str, str], expected: str
) -> None:
    uri = server_of(asking(postgres, url=url, **more), ACCESS).uri
    assert parse_qs(urlsplit(uri).query)["sslmode"] == [expected]


def test_the_towns_own_authority_is_trusted_and_no_other(postgres: PostgresServer, cases: str, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_bytes(postgres.certificate.read_bytes())
    access = Access(READER_PASSWORD, tmp_path, tmp_path, NOW)
    assert ", encrypted." in seen_at(asking(postgres, ca_file="ca.pem"), access).sentences[0]
    make_certificate(tmp_path / "ca.pem")
    assert "offers no encryption that can be trusted" in silence(asking(postgres, ca_file="ca.pem"), access)


def test_a_test_says_what_is_there_and_who_may_do_what(postgres: PostgresServer, cases: str) -> None:
    seen = seen_at(asking(postgres, watermark="changed"))
    assert seen.columns == ("case_no", "step", "at", "changed")
    place = f"127.0.0.1:{postgres.port}/postgres"
    assert seen.sentences[0].endswith(f" at {place}, asked as 'reader', encrypted.")
    assert seen.sentences[1:4] == (
        "The user can write to no table and no view.",
        "Columns: case_no (text), step (text), at (timestamptz), changed (timestamptz).",
        "New and changed rows are told by 'changed', each time from 24 hours before the newest.",
    )
    postgres.do(f"grant update on cases to {READER}")
    assert seen_at(asking(postgres, columns={**COLUMNS, "activity": "stepp"})).sentences[1:] == (
        "The user may write to 1 of the tables and views, which nobody needs here; "
        "give a role of its own that has only select on what is asked.",
        "Columns: case_no (text), step (text), at (timestamptz), changed (timestamptz).",
        "s: column 'stepp' is missing; the nearest is 'step'. "
        "Nothing was taken in; correct [source.columns] or the export.",
    )
