"""What a real PostgreSQL server says in its errors, with a password in it, leaves no trace: only our own words do."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.faults.command import papierwende
from tests.sources.asking.fault_server import make_certificate
from tests.sources.connectors.databases.postgres_server import READER, READER_PASSWORD, PostgresServer, running_postgres
from tests.towns import PORTAL, ROWS, deliver, lines, make_town
from tests.walk.search_everywhere import findings

WRONG, MARK = "wr0ng4711Pass", "WordsOfTheServer4711"
ASKED = """
[[source]]
name = "{name}"
system = "case"
format = "postgres"
[source.columns]
case_ref = "nr"
activity = "step"
occurred_at = "at"
[source.connection]
url = "{url}"
query = "{query}"
patience_minutes = 0
timeout_seconds = 2
{more}
"""
SAID = f"{MARK} {READER_PASSWORD} {WRONG}"
# Per source the code of the error that its function raises, with a password in message, detail and hint.
RAISED = {
    "own": "P0001", "cancelled": "57014", "brokenoff": "08006", "norights": "42501", "nocolumn": "42703", "full": "53300",
    "readonly": "25006", "syntax": "42601",
}  # fmt: skip
EVENT = "select '1'::text as nr, 'Eingang'::text as step, now() as at"
# Per source what it asks; these fail without a function of their own, or not at all.
QUERIES = {
    "wrongcolumn": f"select nr, step, at, {MARK} from told",
    "value": f"select nr, step, cast('{MARK}' || nr as int)::text as at from told",
    "midway": f"select n::text as nr, (1 / (50000 - n))::text || '{MARK}' as step, now() as at from generate_series(1, 90000) n",
    "stopped": f"select nr, step, at from told where pg_cancel_backend(pg_backend_pid()) or step = '{MARK}'",
    "told": "told",
}


def town(folder: Path, server: PostgresServer) -> Path:
    """A file that lands, and a source for each way in which a server can answer."""
    raises = "create function raises_{0}() returns text language plpgsql as $$ begin raise exception '%', $said$" + SAID
    raises += "$said$ using errcode = '{1}', detail = '" + MARK + "', hint = '" + MARK + "'; end $$"
    warns = "create function warns() returns text language plpgsql as $$ begin raise warning '%', $said$" + SAID
    warns += "$said$; raise notice '" + MARK + "'; return 'Eingang'; end $$"
    server.do(warns, f"create view told as select nr, warns() as step, at from ({EVENT}) e")
    server.do(*(raises.format(name, code) for name, code in RAISED.items()))
    server.do(*(f"create view v_{name} as select nr, raises_{name}() as step, at from ({EVENT}) e" for name in RAISED))
    server.do(f"grant select on all tables in schema public to {READER}")
    asked = {**QUERIES, **{name: f"v_{name}" for name in RAISED}, "wrongpassword": "told", "untrusted": "told"}
    (folder.parent / "ca").mkdir(parents=True)
    more = {"untrusted": 'ca_file = "other.pem"'}
    sources = [ASKED.format(name=n, url=server.url, query=q, more=more.get(n, "")) for n, q in asked.items()]
    sources.append(ASKED.format(name="notls", url=f"{server.url}?sslmode=verify-full", query="told", more=""))
    make_town(folder, PORTAL + "".join(sources))
    make_certificate(folder / "other.pem")
    deliver(folder, "x.csv", lines(*ROWS))
    return folder


@pytest.mark.timeout(300)
def test_what_a_server_says_of_a_password_is_nowhere(tmp_path: Path) -> None:
    with running_postgres() as server:
        folder = town(tmp_path / "town", server)
        names = [*QUERIES, *RAISED, "untrusted", "notls"]
        secrets = {f"PAPIERWENDE_SECRET_{name.upper()}": READER_PASSWORD for name in names}
        secrets["PAPIERWENDE_SECRET_WRONGPASSWORD"] = WRONG
        ran = papierwende(folder, "run", str(folder), **secrets)
        seen = [
            papierwende(folder, "sources", *asked, **secrets)
            for asked in (("test", str(folder), "wrongpassword"), ("preview", str(folder), "told"))
        ]
        heard = (server.folder / "log").read_text(encoding="utf-8")
    assert MARK in heard, "the server must have said it"
    assert ran.returncode == 5, ran.stdout + ran.stderr
    said = ran.stdout + ran.stderr
    for name in {*names, "wrongpassword"} - {"told"}:
        assert f"{name}: " in said, f"{name} must have failed: {said}"
    assert (folder / "landing" / "told").is_dir(), "one that only warns is taken"
    forms = {SAID, MARK, WRONG, READER_PASSWORD, quote(READER_PASSWORD, safe=""), quote(READER_PASSWORD)}
    anything = re.compile("|".join(re.escape(form) for form in forms))
    for done in (ran, *seen):
        assert not anything.search(done.stdout + done.stderr)
    assert list((folder / "var" / "dagster").rglob("*.db")), "Dagster must have kept the run"
    assert (folder / "var" / "dbt" / "dbt.log").is_file(), "dbt must have run"
    assert findings(folder, anything, leave_out=("town.toml",)) == {}
