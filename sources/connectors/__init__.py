"""The doors, one small file per kind of system, behind one protocol."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

from sources.connectors.csv_file import read_csv
from sources.connectors.jsonl_file import read_jsonl
from sources.connectors.parquet_file import read_parquet
from sources.connectors.protocol import Batch, Reader, Refused
from sources.connectors.xes_file import read_xes
from sources.mapping import Source

READERS: dict[str, Reader] = {
    "csv": read_csv,
    "jsonl": read_jsonl,
    "parquet": read_parquet,
    "xes": read_xes,
}


def read_batches(path: Path, source: Source) -> Iterator[Batch]:
    """A delivery's rows in batches, read as its source declares.

    Raises:
        Refused: the delivery as a whole cannot be taken.
    """
    try:
        yield from READERS[source.format](path, source)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Refused("broken_gzip", f"{path.name}: the gzip data break off; have the export run again.") from error
    except FileNotFoundError as error:
        raise Refused("vanished", f"{path.name}: vanished while it was read; nothing of it was taken.") from error
    except OSError as error:
        sentence = (
            f"{path.name}: cannot be read, {error.strerror or error}; give this user the right to, or copy it anew."
        )
        raise Refused("unreadable_file", sentence) from error
