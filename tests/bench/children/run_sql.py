"""Runs a script of SQL in DuckDB on two threads; arguments: the script, the file its tables go into, where it works.

``town`` is the published file of the town it works in, where there is one.
"""

import os
import sys
from pathlib import Path

import duckdb

from tests.bench.measured import READY
from tests.bench.prepared import MEMORY

PUBLISHED = Path("current") / "papierwende.duckdb"


def main(script: Path, target: Path, folder: Path) -> None:
    """The tables of the script in a new file."""
    text = script.read_text(encoding="utf-8")
    target.unlink(missing_ok=True)
    os.chdir(folder)
    print(READY, flush=True)
    with duckdb.connect(str(target), config={"threads": 2, "memory_limit": MEMORY}) as connection:
        if PUBLISHED.exists():
            connection.execute(f"attach '{PUBLISHED}' as town (read_only)")
        connection.execute(text)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
