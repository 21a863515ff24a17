"""Writes an invented town with its ledger, before its first run: folder, scale and day as arguments."""

import datetime as dt
import sys
from pathlib import Path

from pipelines.tools.invented_ledger import write_invented_ledger
from sources.demo.invent import write_town
from tests.bench.prepared import MEMORY
from tests.towns import KEY


def main(folder: Path, scale: float, day: dt.date) -> None:
    """The town, and what its builds may take."""
    write_town(folder, scale=scale, as_of=day, key_id=KEY.key_id)
    town_file = folder / "town.toml"
    town_file.write_text(f'{town_file.read_text(encoding="utf-8")}\n[run]\nmemory = "{MEMORY}"\n', encoding="utf-8")
    write_invented_ledger(folder, day)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), dt.date.fromisoformat(sys.argv[3]))
