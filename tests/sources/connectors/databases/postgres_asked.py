"""A source that asks the tests' PostgreSQL server, and what came of it."""

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sources.batches.protocol import Access, Batch, Refused, Seen, Unreachable
from sources.connectors.databases.postgres import open_postgres
from sources.town.source import Source
from tests.sources.connectors.databases.postgres_server import READER_PASSWORD, PostgresServer
from tests.towns import make_source

COLUMNS = {"case_ref": "case_no", "activity": "step", "occurred_at": "at"}
NOW = dt.datetime(2026, 6, 15, 3)
ACCESS = Access(READER_PASSWORD, Path(), Path(), NOW)
CASES = "(case_no text, step text, at timestamptz, changed timestamptz)"


def asking(
    postgres: PostgresServer,
    query: str = "cases",
    columns: dict[str, str] = COLUMNS,
    watermark: str | None = None,
    **more: Any,
) -> Source:
    asked = {"url": postgres.url, "query": query, "watermark": watermark, "patience_minutes": 0, **more}
    return make_source(columns, format="postgres", path="", connection=asked)


def pulled(source: Source, watermark: str | None = None, access: Access = ACCESS) -> list[Batch]:
    return list(open_postgres(source, access).pull(watermark))


def seen_at(source: Source, access: Access = ACCESS) -> Seen:
    return open_postgres(source, access).test()


def frame_of(batches: list[Batch]) -> pl.DataFrame:
    return pl.concat([batch.frame for batch in batches if batch.frame.height])


def names_of(batches: list[Batch]) -> list[str]:
    return [name for batch in batches for name in batch.frame["case_no"].to_list()]


def refusal(source: Source, access: Access = ACCESS) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        pulled(source, access=access)
    assert refused.value.sentence.startswith("s: ")
    assert refused.value.sentence.endswith(".")
    return refused.value.reason_code, refused.value.sentence


def silence(source: Source, access: Access = ACCESS) -> str:
    with pytest.raises(Unreachable) as unreachable:
        pulled(source, access=access)
    assert unreachable.value.sentence.endswith(".")
    return unreachable.value.sentence


def days(*rows: str) -> str:
    """A statement that puts in cases such as ``A 03``: changed on that day of June."""
    return "insert into cases values " + ", ".join(
        f"('{name}', 'Eingang', now(), '2026-06-{day}T10:00Z')" for name, day in (row.split() for row in rows)
    )
