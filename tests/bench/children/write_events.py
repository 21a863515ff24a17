"""Writes a file of events in the format of an export: kind, path and rows as arguments."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.bench.intake_files import write_csv_events, write_jsonl_events, write_parquet_events, write_xes_events
from tests.bench.office_files import write_ocel_events, write_ods_events, write_xlsx_events, write_xml_events

WRITERS: Final[dict[str, Callable[[Path, int], Path]]] = {
    "csv": lambda path, rows: write_csv_events(path, rows, quoted=True),
    "jsonl": write_jsonl_events,
    "parquet": write_parquet_events,
    "xes": write_xes_events,
    "ocel": write_ocel_events,
    "xlsx": write_xlsx_events,
    "ods": write_ods_events,
    "xml": write_xml_events,
}

if __name__ == "__main__":
    WRITERS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
