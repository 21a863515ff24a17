"""Secrets stay where they belong: what a system answers, what an address holds and what was unpacked leaves no trace."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipelines.stepping import Broke
from sources.batches.archive import on_disk, unpack_in
from tests.faults.command import papierwende
from tests.towns import PORTAL, ROWS, deliver, lines, make_town, problems_of
from tests.walk.search_everywhere import findings

TOKEN = "tok3n4711SecretOfTheTown"
ASKED = """
[[source]]
name = "{name}"
system = "scan"
format = "paperless"
[source.columns]
document_ref = "id"
scanned_at = "created"
[source.connection]
url = "http://127.0.0.1:{port}"
patience_minutes = 0
timeout_seconds = 5
"""


def _json(handler: BaseHTTPRequestHandler, sent: str) -> None:
    _say(handler, 200, "application/json", json.dumps({"detail": f"no such token: {sent}", "code": 17}))


def _status(handler: BaseHTTPRequestHandler, sent: str) -> None:
    _say(handler, 500, "application/json", json.dumps({"error": sent}))


def _page(handler: BaseHTTPRequestHandler, sent: str) -> None:
    _say(handler, 200, "text/html", f"<p>{sent}</p>")


def _header(handler: BaseHTTPRequestHandler, sent: str) -> None:
    _say(handler, 200, "application/json", "{}", **{"X-Api-Version": sent, "X-Version": sent, "Retry-After": sent})


def _redirect(handler: BaseHTTPRequestHandler, sent: str) -> None:
    _say(handler, 302, "text/html", "", Location=f"http://{sent.split()[-1]}.example.org/{sent.split()[-1]}")


def _reason(handler: BaseHTTPRequestHandler, sent: str) -> None:
    handler.send_response(407, sent)
    handler.end_headers()


def _keys(handler: BaseHTTPRequestHandler, sent: str) -> None:
    _say(handler, 200, "application/json", json.dumps({"count": sent, "results": [{sent: sent}], "next": sent}))


def _say(handler: BaseHTTPRequestHandler, status: int, kind: str, body: str, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Type": kind, "Content-Length": str(len(body.encode())), **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body.encode())


@contextmanager
def echoing(answer: object) -> Iterator[tuple[int, list[str]]]:
    """A server that gives back the token it was sent; its port, and what it was sent."""
    sent: list[str] = []

    class Echo(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            sent.append(self.headers.get("Authorization", ""))
            answer(self, sent[-1])  # type: ignore[operator]

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1], sent
    finally:
        server.shutdown()


ANSWERS = {
    "json": _json, "status": _status, "page": _page, "header": _header, "redirect": _redirect, "reason": _reason,
    "keys": _keys,
}  # fmt: skip


@pytest.mark.timeout(300)
def test_a_token_that_a_system_gives_back_is_nowhere(tmp_path: Path) -> None:
    """Seven systems of one town, each with a way of its own to give back what it was sent."""
    with ExitStack() as servers:
        asked = {name: servers.enter_context(echoing(answer)) for name, answer in ANSWERS.items()}
        sources = "".join(ASKED.format(name=name, port=port) for name, (port, _) in asked.items())
        folder = make_town(tmp_path / "town", sources)
        tokens = {f"PAPIERWENDE_SECRET_{name.upper()}": f"{TOKEN}{name}" for name in asked}
        ran = papierwende(folder, "run", str(folder), "--as-of", "2026-04-30", **tokens)
    heard = {name: any(TOKEN in header for header in sent) for name, (_, sent) in asked.items()}
    assert all(heard.values()), f"each server must have had its token to give back: {heard}"
    assert ran.returncode in (4, 5), ran.stdout + ran.stderr
    said = ran.stdout + ran.stderr
    assert all(f"{name}: 127.0.0.1" in said for name in asked), said
    secret = re.compile(TOKEN, re.IGNORECASE)
    assert not secret.search(said)
    assert list((folder / "var" / "dagster").rglob("*.db")), "Dagster must have kept the run"
    assert findings(folder, secret) == {}


def test_a_defect_is_kept_without_its_message_and_without_what_led_to_it() -> None:
    def led() -> None:
        try:
            raise ValueError(TOKEN)
        except ValueError as error:
            raise KeyError(TOKEN) from error

    with pytest.raises(KeyError) as defect:
        led()
    kept = str(Broke(defect.value))
    assert kept.startswith("KeyError, after ValueError\n")
    assert "test_secrets.py" in kept
    assert TOKEN not in kept


@pytest.mark.timeout(300)
def test_a_step_that_breaks_leaves_no_message_in_dagster(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town")
    deliver(folder, "x.csv", lines(*ROWS))
    program = (
        "import sys\nfrom pipelines.walk import guard\nfrom pipelines.runner import run\nfrom pathlib import Path\n"
        f"def breaks(*_):\n    try:\n        raise ValueError('{TOKEN}')\n    except ValueError as error:\n"
        f"        raise RuntimeError('{TOKEN}') from error\n"
        "guard.judge = breaks\noutcome = run(Path(sys.argv[1]), None)\nsys.exit(outcome.exit_code)\n"
    )
    environment = {**os.environ, "PAPIERWENDE_KEY_FILE": str(folder.parent / f"{folder.name}.key")}
    ran = subprocess.run(
        [sys.executable, "-c", program, str(folder)], env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 70, ran.stdout + ran.stderr
    assert findings(folder, re.compile(TOKEN)) == {}
    kept = findings(folder / "var" / "dagster", re.compile("RuntimeError, after ValueError"))
    assert kept, "what broke, and after what, is still told"


@pytest.mark.parametrize(
    "url",
    [
        "https://reader:{t}@dms.example.org/api",
        "https://{t}@dms.example.org/api",
        "postgresql://reader:{t}@db.example/permits",
        "postgresql://reader@db.example/permits?password={t}",
        "postgresql://reader@db.example/permits?sslpassword={t}",
        "postgresql://reader@db.example/permits?sslmode=require&SSLPASSWORD={t}",
        "postgresql://reader@db.example/permits?passfile=/srv/{t}",
        "postgresql://reader@db.example/permits?passphrase={t}",
        "https://dms.example.org/api?token={t}",
        "https://dms.example.org/api?api_key={t}",
        "https://dms.example.org/api#access_token={t}",
        "https://dms.example.org/hooks/{t}",
        "https://dms.example.org/api;token={t}",
        "https://dms.example.org/token/4711",
        "https://reader%3A{t}%40dms.example.org",
        "https://reader:se/{t}@dms.example.org",
        "htps://reader:{t}@dms.example.org",
        "reader:{t}@dms.example.org",
    ],
)
def test_a_secret_in_an_address_is_refused_and_not_repeated(tmp_path: Path, url: str) -> None:
    secret = "8f3k2Lm9Qz7Xw1Rt5Yb6"
    written = 'url = "' + url.format(t=secret) + '"\n'
    toml = ASKED.replace("{name}", "dms").replace('url = "http://127.0.0.1:{port}"\n', written)
    if url.startswith("postgresql"):
        toml = toml.replace("paperless", "postgres").replace("[source.connection]", '[source.connection]\nquery = "t"')
    (said,) = problems_of(make_town(tmp_path / "town", toml))
    assert "in the address; give it by the environment, not here" in said
    assert secret not in said


def asked_by(query: str, more: str = "") -> str:
    """A source that asks a database so."""
    asked = f'[source.connection]\nurl = "mssql://db.example/x"{more}\nquery = """{query}"""'
    toml = ASKED.replace("{name}", "dms").replace('url = "http://127.0.0.1:{port}"\n', "")
    return toml.replace("paperless", "mssql").replace("[source.connection]", asked)


@pytest.mark.parametrize(
    "query",
    [
        "select * from dblink('host=db2 dbname=x user=r password={t}', 'select a from b') as t(a text)",
        "select * from dblink($c$host=db2 PASSWORD = {t}$c$, 'select a from b') as t(a text)",
        "select * from dblink('host=db2 passfile=/srv/{t}', 'select a from b') as t(a text)",
        "select * from dblink('postgresql://reader:{t}@db2/x', 'select a from b') as t(a text)",
        "select * from dblink('host=db2 password=''{t}''', 'select a from b') as t(a text)",
        "select * from openrowset('SQLNCLI', 'Server=db2;Uid=r;Pwd={t};', 'select a from b')",
        "select * from openrowset('SQLNCLI', 'db2';'reader';'{t}', 'select a from b')",
        "select * from opendatasource('SQLNCLI', 'Data Source=db2;User ID=r;Password={t}').x.dbo.b",
        "select * from read_remote(host => 'db2', api_key => '{t}')",
        "select a from b where passwort = '{t}'",
    ],
)
def test_a_secret_in_what_a_database_is_asked_is_refused_and_not_repeated(tmp_path: Path, query: str) -> None:
    secret = "8f3k2Lm9Qz7Xw1Rt5Yb6"
    (said,) = problems_of(make_town(tmp_path / "town", asked_by(query.format(t=secret))))
    assert "query: a password or token stands in the query, or where one lies; have the database log in" in said
    assert secret not in said


@pytest.mark.parametrize(
    "query",
    [
        "select nr, password_changed_at as at from users where token_id = t.id and key = 'BAU'",
        "select * from v_antraege where art = 'Reisepass' and pass = 'vorläufig' and note like '%key=1%'",
        "select * from dblink('permits', 'select nr from cases where state = 1') as t(nr text)",
    ],
)
def test_a_question_without_a_secret_is_taken(tmp_path: Path, query: str) -> None:
    assert problems_of(make_town(tmp_path / "town", asked_by(query))) == []


def test_a_password_behind_a_user_is_refused_and_not_repeated(tmp_path: Path) -> None:
    (said,) = problems_of(make_town(tmp_path / "town", asked_by("v", '\nuser = "reader/8f3k2Lm9Qz7X"')))
    assert "user: a password stands behind the user; give it by the environment, not here" in said
    assert "8f3k2Lm9Qz7X" not in said


@pytest.mark.parametrize(
    "url",
    [
        "https://login.example.org/2f1c0a7e-9b1d-4c55-8e9a-0123456789ab/oauth2/v2.0/token",
        "https://sso.example.org/auth/realms/musterhafen/protocol/openid-connect/token",
        "https://dms.example.org:8443/paperless-2026/api/v3/export-2026-berlin-scanstelle",
        "https://dms.example.org/a@b/api",
    ],
)
def test_an_address_without_a_secret_is_taken(tmp_path: Path, url: str) -> None:
    toml = ASKED.replace("{name}", "dms").replace("http://127.0.0.1:{port}", url)
    assert problems_of(make_town(tmp_path / "town", toml)) == []


def test_what_is_unpacked_lies_in_the_town_and_goes_after_a_kill(tmp_path: Path) -> None:
    packed = tmp_path / "x.csv.gz"
    packed.write_bytes(gzip.compress(b"secret row"))
    room = tmp_path / "town" / "var" / "unpacked"
    program = (
        "import os, sys\nfrom pathlib import Path\nfrom sources.batches.archive import on_disk, unpack_in\n"
        "unpack_in(Path(sys.argv[1]))\nwith on_disk(Path(sys.argv[2])) as file:\n"
        "    print(file, flush=True)\n    os.kill(os.getpid(), 9)\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", program, str(room), str(packed)], capture_output=True, text=True, check=False
    )
    left = Path(killed.stdout.strip())
    assert left.read_bytes() == b"secret row", "the kill must have left something"
    assert left.is_relative_to(room)
    assert {path.stat().st_mode & 0o777 for path in (room, left.parent)} == {0o700}
    unpack_in(room)
    assert list(room.iterdir()) == []
    with on_disk(packed) as file:
        assert file.is_relative_to(room)
        unpack_in(room)
        assert file.is_file(), "what a living process unpacked stays"


@pytest.mark.timeout(300)
def test_a_run_unpacks_in_its_own_town(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town", PORTAL.replace("*.csv", "*.csv.gz"))
    deliver(folder, "x.csv.gz", gzip.compress(lines(*ROWS).encode("windows-1252")))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    ran = papierwende(folder, "sources", "preview", str(folder), "portal", TMPDIR=str(elsewhere))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert list(elsewhere.iterdir()) == []
    assert (folder / "var" / "unpacked").stat().st_mode & 0o777 == 0o700
