"""What a PostgreSQL costs: a million events from a real server on this machine to the door, and through it.

The limit of 150,000 rows/s is for the pull; the door's own cost is printed beside it. The server works on the same cores,
so the numbers are lower than in a town.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from pathlib import Path

from sources.batches.protocol import Access
from sources.connectors.databases.postgres import open_postgres
from sources.door.door import Door
from sources.door.units import Units
from sources.town.folder import read_town
from tests.sources.connectors.databases.postgres_server import READER_PASSWORD, running_postgres
from tests.towns import KEY, make_source, make_town

ROWS = 1_000_000
LIMIT = 150_000
COLUMNS = {"case_ref": "case_no", "activity": "step", "occurred_at": "at", "channel": "channel", "case_type": "kind"}
TABLE = (
    "create table events as select 'BHV-' || (n / 8) as case_no, "
    "(array['Eingang', 'Prüfung', 'Anhörung', 'Bescheid'])[1 + n % 4] as step, "
    "timestamptz '2024-01-01' + n * interval '30 s' as at, (array['online', 'post', 'counter'])[1 + n % 3] as channel, "
    "'Art ' || n % 5 as kind, 'never asked for' as name, timestamptz '2024-01-01' + n * interval '31 s' as changed "
    f"from generate_series(1, {ROWS}) n"
)


def resident_mb() -> float:
    """Memory of this process now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def report(what: str, seconds: float, limit: int = LIMIT) -> float:
    """Print a line; the rate in rows per second."""
    rate = ROWS / seconds
    print(f"{what:58}{seconds:6.2f} s {rate:10,.0f} rows/s   (limit {limit:,}, ratio {rate / limit:.2f})")
    return rate


def test_a_million_events_of_a_server(tmp_path: Path) -> None:
    access = Access(READER_PASSWORD, tmp_path, tmp_path, dt.datetime(2026, 6, 15))
    town = read_town(make_town(tmp_path / "town"))
    print(f"\nload before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with running_postgres() as server:
        server.do(TABLE, "create index on events (changed)", "grant select on events to reader", "analyze events")
        asked = {"url": server.url, "query": "events"}
        whole = make_source(COLUMNS, format="postgres", path="", connection=asked)
        ordered = make_source(COLUMNS, format="postgres", path="", connection={**asked, "watermark": "changed"})
        rates = []
        for source, order in ((whole, "in the table's order"), (ordered, "in the watermark's order")):
            before, peak, rows, begun = resident_mb(), 0.0, 0, time.perf_counter()
            for batch in open_postgres(source, access).pull(None):
                rows += batch.frame.height
                peak = max(peak, resident_mb() - before)
            rates.append(report(f"server to batches, {order}", time.perf_counter() - begun))
            print(f"    memory above the start: {peak:.0f} MB")
            assert rows == ROWS
        begun = time.perf_counter()
        door = Door(ordered, town.setting.timezone, Units(town), KEY, dt.date(2026, 6, 15))
        for batch in open_postgres(ordered, access).pull(None):
            door.take(batch)
        admitted = door.close()
        report("server through the door, encrypted", time.perf_counter() - begun)
        assert admitted.rows_read == ROWS
    print(f"load after: {os.getloadavg()[0]:.1f}")
    assert min(rates) >= LIMIT
