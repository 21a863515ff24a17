"""Nobody can be found: no person-like value of the invented town, no clerk of the real log."""

from __future__ import annotations

import gzip
import re
import sqlite3
import zipfile
import zlib
from pathlib import Path

import duckdb
import polars as pl
import pytest
import xlsxwriter

from pipelines.run.settings import key_path
from sources.contract.pseudonyms import Key, normalised
from sources.demo.invent import TOKEN_PATTERN
from sources.town.folder import read_town
from tests.walk.conftest import SHARED
from tests.walk.search_everywhere import findings, texts
from tests.walked import Walked

PLANTED = "Planted-Token-4711"


def _parquet(path: Path) -> None:
    pl.DataFrame({"note": [PLANTED]}).write_parquet(path, compression="zstd")


def _duckdb(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table notes as select ? as note from range(3000)", [PLANTED])


def _sqlite(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("create table notes (note blob)")
        connection.execute("insert into notes values (?)", (PLANTED.encode(),))


def _gz(path: Path) -> None:
    path.write_bytes(gzip.compress(PLANTED.encode()))


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.txt.gz", gzip.compress(PLANTED.encode()))


def _xlsx(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet().write(0, 0, PLANTED)


def _pdf(path: Path) -> None:
    drawing = zlib.compress(f"BT /F1 12 Tf 20 20 Td ({PLANTED}) Tj ET".encode())
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 100] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    path.write_bytes(
        body
        + b"xref\n0 6\n0000000000 65535 f \n"
        + table
        + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(body)
    )


def _log(path: Path) -> None:
    path.write_text(f"2026-11-22 INFO {PLANTED}\n")


@pytest.mark.parametrize("write", [_parquet, _duckdb, _sqlite, _gz, _zip, _xlsx, _pdf, _log])
def test_the_search_finds_a_planted_token_in_each_format(tmp_path: Path, write: object) -> None:
    name = getattr(write, "__name__").removeprefix("_")  # noqa: B009
    write(tmp_path / f"file.{name}")  # type: ignore[operator]
    assert findings(tmp_path, re.compile(PLANTED)) == {f"file.{name}": {PLANTED}}


def test_no_person_of_the_invented_town_is_found_outside_its_inbox(demo: Walked) -> None:
    people = re.compile(TOKEN_PATTERN)
    inbox = findings(demo.folder / "inbox", people)
    tokens = set().union(*inbox.values())
    assert len(tokens) > 1000, "the demo's people must be in the inbox, or this test proves nothing"
    assert findings(demo.folder, people, leave_out=("inbox",)) == {}


@pytest.mark.parametrize("swapped", [("channel",), ("activity", "service", "case_type")], ids="-".join)
def test_people_stay_out_when_columns_are_swapped(demo_copy: Walked, swapped: tuple[str, ...]) -> None:
    """A person's name where a code belongs must not appear as a value, in no log, in no file and on no page."""
    toml = demo_copy.folder / "town.toml"
    text = toml.read_text(encoding="utf-8")
    header = next((demo_copy.folder / "inbox" / "portal").glob("*.csv")).read_text(encoding="windows-1252").splitlines()
    people = re.compile(TOKEN_PATTERN)
    names = header[0].split(";")
    personal = next(names[i] for i, cell in enumerate(header[1].split(";")) if people.search(cell))
    before, portal = text.split('name = "portal"')
    for field in swapped:
        mapped = re.search(rf'^{field} = "(.+)"$', portal, re.MULTILINE)
        assert mapped is not None
        portal = portal.replace(mapped[0], f'{field} = "{personal}"', 1)
    toml.write_text(before + 'name = "portal"' + portal, encoding="utf-8")
    ran = demo_copy.run("run", str(demo_copy.folder), "--as-of", "2026-10-31")
    assert ran.returncode in (4, 9), ran.stdout + ran.stderr
    claims = {
        "channel": "unknown channel",
        "activity": "activities.csv",
        "service": "services.csv",
        "case_type": "Case types",
    }
    assert all(claims[field] in ran.stderr for field in swapped), "each column is stopped by a claim of its own"
    assert not people.search(ran.stdout + ran.stderr)
    assert findings(demo_copy.folder, people, leave_out=("inbox",)) == {}


def test_no_clerk_of_the_real_log_is_found(receipt: Walked, monkeypatch: pytest.MonkeyPatch) -> None:
    log = gzip.decompress((SHARED / "receipt.xes.gz").read_bytes()).decode("utf-8")
    clerks = set(re.findall(r'key="(?:org:resource|responsible)" value="([^"]+)"', log))
    assert len(clerks) >= 48
    monkeypatch.setenv("XDG_CONFIG_HOME", receipt.environment["XDG_CONFIG_HOME"])
    key = Key(bytes.fromhex(key_path(read_town(receipt.folder).privacy.key_id).read_text().strip()))
    purposes = ("case_id", "document_id", "batch_id", "event", "unit_code", "resource", "clerk", "")
    forbidden = {
        key.pseudonym(purpose, text) for purpose in purposes for clerk in clerks for text in (clerk, normalised(clerk))
    }
    values: set[str] = set()
    for parquet in (receipt.folder / "landing").rglob("*.parquet"):
        values |= {str(v) for column in pl.read_parquet(parquet).iter_columns() for v in column.unique()}
    for table, column in receipt.ask(
        "select table_name, column_name from duckdb_columns() where schema_name = 'monitor'"
    ):
        values |= {str(v) for (v,) in receipt.ask(f'select distinct "{column}" from "{table}"')}
    assert not values & (clerks - {"UNKNOWN"})
    assert not values & forbidden
    everything = "\n".join(text for text in texts(receipt.database))
    assert not any(pseudonym in everything for pseudonym in forbidden)
