"""OCEL 2.0 as SQLite, JSON and XML."""

from sources.batches.file_format import Format
from sources.connectors.ocel.file import likeness, read_header, read_ocel

FORMAT = Format("OCEL", read_ocel, read_header, likeness, seeks=True)
