"""Reads a file of events with nothing around it; arguments: by whom, the kind of file, the file. Prints its rows.

Runs in the environments of the peers too, so each program is only loaded where it is asked for.
"""

import sys
from collections.abc import Callable
from typing import Any

from tests.bench.measured import READY

DUCKDB = {
    "csv": "read_csv(?, delim = ';', header = true, all_varchar = true, encoding = 'latin-1')",
    "jsonl": "read_json(?, format = 'newline_delimited')",
    "parquet": "read_parquet(?)",
}
ASKED = "select case_no, step, at, channel, kind from events"


def by_duckdb(kind: str) -> Callable[[str], int]:
    import duckdb

    connection = duckdb.connect(config={"threads": 2})

    def read(path: str) -> int:
        connection.execute(f"create table events as select * from {DUCKDB[kind]}", [path])
        return int(connection.execute("select count(*) from events").fetchall()[0][0])

    return read


def by_polars(kind: str) -> Callable[[str], int]:
    import fastexcel  # noqa: F401  Polars loads it with the first file.
    import polars as pl

    readers = {"xlsx": pl.read_excel, "ods": pl.read_ods}
    return lambda path: int(readers[kind](path).height)


def by_r4pm(kind: str) -> Callable[[str], int]:
    import r4pm

    if kind == "xes":
        return lambda path: int(r4pm.df.import_xes(path)[0].height)
    return lambda path: int(r4pm.df.import_ocel_json(path)["events"].height)


def by_pm4py(kind: str) -> Callable[[str], int]:
    import pm4py

    readers: dict[str, Callable[[str], Any]] = {
        "xes": pm4py.read_xes,
        "ocel": lambda path: pm4py.read_ocel2_json(path).events,
    }
    return lambda path: len(readers[kind](path))


def by_adbc(kind: str) -> Callable[[str], int]:
    del kind
    from adbc_driver_postgresql import dbapi

    def read(url: str) -> int:
        with dbapi.connect(url) as connection, connection.cursor() as cursor:
            cursor.execute(ASKED)
            return int(cursor.fetch_arrow_table().num_rows)

    return read


BY = {"DuckDB": by_duckdb, "Polars": by_polars, "r4pm": by_r4pm, "pm4py": by_pm4py, "ADBC": by_adbc}

if __name__ == "__main__":
    reader = BY[sys.argv[1]](sys.argv[2])
    print(READY, flush=True)
    print(reader(sys.argv[3]))
