"""The way in, per format: from a file or a database to a delivery folder, beside the bare reading of the same."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from typing import Any, Final

from _pytest.outcomes import Skipped

from tests.bench import intake_files as files
from tests.bench.measured import Failed, Measured, measure, python
from tests.bench.measuring import Measuring
from tests.bench.peers.environments import peer
from tests.bench.prepared import environment, file_of, work_folder
from tests.bench.results import OURS
from tests.sources.connectors.databases.postgres_server import READER_PASSWORD, running_postgres
from tests.towns import make_town

MOST_ROWS_OF_A_SHEET: Final = 1_048_575
# Who reads the same bare; in environments of their own: r4pm and pm4py.
BARE: Final = {
    "csv": ("DuckDB",), "jsonl": ("DuckDB",), "parquet": ("DuckDB",), "xlsx": ("Polars",), "ods": ("Polars",),
    "xes": ("r4pm", "pm4py"), "ocel": ("r4pm", "pm4py"), "xml": (),
}  # fmt: skip
PEERS: Final = ("r4pm", "pm4py")
LARGE: Final = 1_000_000_000
OTHERS: Final = {
    "kodak": "it holds scans and no events",
    "mssql": "needs a server of its maker",
    "oracle": "needs a server of its maker",
    "paperless, fitconnect, camunda7, zgw": "a web service is asked, and answers as fast as it can",
}
XES_COLUMNS: Final = {
    "case_ref": "case:concept:name",
    "activity": "concept:name",
    "occurred_at": "time:timestamp",
    "unit": "org:group",
    "channel": "case:channel",
    "service": "case:service",
    "case_type": "case:case_type",
}
OCEL_COLUMNS: Final = {
    "case_ref": "ocel:case",
    "activity": "ocel:activity",
    "occurred_at": "ocel:time",
    "unit": "event:Organisationseinheit",
    "channel": "case:Eingangsweg",
    "service": "case:Leistung",
    "case_type": "case:Vorgangsart",
}
ASKED: Final = {
    "case_ref": "case_no",
    "activity": "step",
    "occurred_at": "at",
    "channel": "channel",
    "case_type": "kind",
}
TABLE: Final = (
    "create table events as select 'BHV-' || (n / 8) as case_no, "
    "(array['Eingang', 'Prüfung', 'Anhörung', 'Bescheid'])[1 + n % 4] as step, "
    "timestamptz '2024-01-01' + n * interval '30 s' as at, (array['online', 'post', 'counter'])[1 + n % 3] as channel, "
    "'Art ' || n % 5 as kind from generate_series(1, {}) n"
)


def measure_all(measuring: Measuring, millions: float) -> None:
    """Each format that is admitted, with so many million events."""
    rows = round(millions * 1_000_000)
    for kind, readers in BARE.items():
        measured_file(measuring, kind, rows, readers)
    _postgres(measuring, rows)
    for kind, why in OTHERS.items():
        measuring.cannot(title(kind), OURS, why)


def title(kind: str) -> str:
    """What the row of a format is called."""
    return f"intake of {kind}"


def source_toml(kind: str, **more: Any) -> str:
    """The source of a file that ``write_events`` wrote."""
    columns: Mapping[str, str] = {"xes": XES_COLUMNS, "ocel": OCEL_COLUMNS}.get(kind, files.CSV_COLUMNS)
    keys: dict[str, Any] = {"name": "s", "system": "case", "format": kind, "path": "inbox/s/*", **more}
    if kind == "csv":
        keys |= files.CSV_TABLE
    if kind in ("jsonl", "parquet", "xlsx", "ods", "xml"):
        keys["timestamp_format"] = files.TIME
    if kind == "xml":
        keys["row"] = "export/schritt"
        columns = {field: f"@{name}" for field, name in columns.items()}
    if kind == "ocel":
        keys["case_object"] = "Vorgang"
    tables = {"source.columns": columns, "source.values.channel": files.MEANINGS["channel"]}
    return "\n".join(
        ["[[source]]", *_lines(keys), *(line for name in tables for line in (f"[{name}]", *_lines(tables[name])))]
    )


def _lines(keys: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items()]


def measured_file(measuring: Measuring, kind: str, rows: int, readers: tuple[str, ...]) -> None:
    what = title(kind)
    if all(measuring.has(what, by) for by in (OURS, *(_bare(reader) for reader in readers))):
        return
    if kind in ("xlsx", "ods") and rows > MOST_ROWS_OF_A_SHEET:
        measuring.cannot(what, OURS, f"a sheet holds at most {MOST_ROWS_OF_A_SHEET:,} rows below its head")
        return
    path = file_of(kind, rows)
    measuring.section.facts[f"{kind}_mb"] = round(path.stat().st_size / 1e6, 1)
    folder = work_folder(f"intake-{kind}") / "town"

    def taken() -> Measured:
        shutil.rmtree(folder, ignore_errors=True)
        make_town(folder, source_toml(kind))
        os.link(path, folder / "inbox" / "s" / path.name)
        return _all_of(rows, measure(python("tests.bench.children.take_in", folder), environment=environment()))

    measuring.spent(what, OURS, taken)
    shutil.rmtree(folder.parent)
    for reader in readers:
        _read(measuring, what, reader, kind, str(path), rows)
    if path.stat().st_size > LARGE:
        # It is written anew faster than it is missed.
        shutil.rmtree(path.parent)


def _bare(reader: str) -> str:
    return f"{reader}, bare read"


def _read(measuring: Measuring, what: str, reader: str, kind: str, path: str, rows: int) -> None:
    interpreter = sys.executable
    if reader in PEERS and not measuring.has(what, _bare(reader)):
        its = peer(reader)
        if its.python is None:
            measuring.cannot(what, _bare(reader), its.why_not)
            return
        interpreter = str(its.python)
    command = [interpreter, "-m", "tests.bench.children.bare_read", reader, kind, path]
    measuring.spent(what, _bare(reader), lambda: _all_of(rows, measure(command)))


def _all_of(rows: int, measured: Measured) -> Measured:
    if (last := measured.marks[-1].line) != str(rows):
        raise Failed(f"{last} of {rows} events came through")
    return measured


def _postgres(measuring: Measuring, rows: int) -> None:
    what = title("postgres")
    if measuring.has(what, _bare("ADBC")):
        return
    folder = work_folder("intake-postgres") / "town"
    try:
        with running_postgres() as server:
            server.do(TABLE.format(rows), "grant select on events to reader", "analyze events")
            tables = {"source.columns": ASKED, "source.connection": {"url": server.url, "query": "events"}}
            keys = {"name": "s", "system": "case", "format": "postgres"}
            told = ["[[source]]", *_lines(keys)]
            toml = "\n".join(told + [line for name, table in tables.items() for line in (f"[{name}]", *_lines(table))])
            secret = {"PAPIERWENDE_SECRET_S": READER_PASSWORD}

            def taken() -> Measured:
                shutil.rmtree(folder, ignore_errors=True)
                make_town(folder, toml)
                command = python("tests.bench.children.take_in", folder)
                return _all_of(rows, measure(command, environment=environment() | secret))

            measuring.spent(what, OURS, taken, note="the server's own CPU is not counted")
            url = server.url.replace("postgresql://reader@", "postgresql://")
            asked = f"{url}?user=reader&password={_quoted(READER_PASSWORD)}&sslmode=require"
            _read(measuring, what, "ADBC", "postgres", asked, rows)
    except Skipped as skipped:
        measuring.cannot(what, OURS, str(skipped))
    finally:
        shutil.rmtree(folder.parent, ignore_errors=True)


def _quoted(password: str) -> str:
    from urllib.parse import quote

    return quote(password, safe="")
