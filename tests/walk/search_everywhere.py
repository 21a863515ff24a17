"""Looking for a text in every file of a folder, whatever its format: the search behind the privacy tests."""

from __future__ import annotations

import gzip
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import duckdb
import polars as pl
import pypdf


def findings(folder: Path, pattern: re.Pattern[str], leave_out: tuple[str, ...] = ()) -> dict[str, set[str]]:
    """Per file (relative name) what the pattern found in it; top-level folders in ``leave_out`` are not entered."""
    found: dict[str, set[str]] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_symlink() or not path.is_file() or name.parts[0] in leave_out:
            continue
        hits = {hit for text in (str(name), *texts(path)) for hit in pattern.findall(text)}
        if hits:
            found[str(name)] = hits
    return found


def texts(path: Path) -> Iterator[str]:
    """All text a file holds, opened by what it is and read raw as well."""
    raw = path.read_bytes()
    yield from _raw_texts(raw)
    if raw[:4] == b"PAR1":
        yield from _frame_texts(pl.read_parquet(path))
    elif raw[8:12] == b"DUCK":
        yield from _duckdb_texts(path)
    elif raw[:15] == b"SQLite format 3":
        yield from _sqlite_texts(path)


def _raw_texts(raw: bytes) -> Iterator[str]:
    yield raw.decode("utf-8", errors="ignore")
    yield raw.decode("latin-1")
    yield raw.decode("utf-16-le", errors="ignore")
    if raw[:2] == b"\x1f\x8b":
        yield from _raw_texts(gzip.decompress(raw))
    elif raw[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            for member in archive.namelist():
                yield member
                yield from _raw_texts(archive.read(member))
    elif raw[:5] == b"%PDF-":
        for page in pypdf.PdfReader(BytesIO(raw)).pages:
            yield page.extract_text()


def _frame_texts(frame: pl.DataFrame) -> Iterator[str]:
    for column in frame.iter_columns():
        yield column.name
        yield "\n".join(str(value) for value in column.unique().to_list())


def _duckdb_texts(path: Path) -> Iterator[str]:
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            "select database_name, schema_name, table_name, comment from duckdb_tables() union all by name "
            "select database_name, schema_name, view_name as table_name, comment from duckdb_views() where not internal"
        ).fetchall()
        for database, schema, table, comment in tables:
            yield str(comment)
            rows = connection.execute(f'select t::varchar from "{database}"."{schema}"."{table}" as t')
            while chunk := rows.fetchmany(20_000):
                yield "\n".join(row[0] or "" for row in chunk)


def _sqlite_texts(path: Path) -> Iterator[str]:
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        connection.text_factory = lambda raw: raw.decode("utf-8", errors="ignore")
        for (table,) in connection.execute("select name from sqlite_master where type = 'table'").fetchall():
            for row in connection.execute(f'select * from "{table}"'):
                yield "\n".join(v.decode("latin-1") if isinstance(v, bytes) else str(v) for v in row)
