"""A town with two landed deliveries and a published generation, made without the build."""

from pathlib import Path

import duckdb

from pipelines.run.generation import DATABASE, HIDDEN
from pipelines.run.integrity import settle
from pipelines.walk.publish import open_generation, swap, write_status
from sources.landing.landing import Landing
from tests.pipelines.walk.admissions import admit_and_land, run_on
from tests.towns import ROWS, deliver, lines, make_town


def published_town(folder: Path) -> Path:
    """What a run leaves: landing, its list, a generation that was made from both; the inbox is swept."""
    make_town(folder)
    delivered = [deliver(folder, "x.csv", lines(*ROWS)), deliver(folder, "y.csv", lines(*ROWS[:1]))]
    admit_and_land(folder)
    for path in delivered:
        path.unlink()
    publish(folder)
    return folder


def publish(folder: Path) -> str:
    """A generation of what landed; its id."""
    settle(Landing(folder))
    run = run_on(folder)
    name = run.generation().id
    half = open_generation(folder, name)
    with duckdb.connect(str(half / DATABASE)) as database:
        database.execute("create schema monitor")
        database.execute("create table monitor.dim_town as select 'name' as key, 'Testhafen' as value")
    (half / "site").mkdir()
    for page in ("index", "daten"):
        (half / "site" / f"{page}.html").write_text("<p>Zahlen</p>", encoding="utf-8")
    (half / HIDDEN).write_text('{"table": {"row": "2026-01-31"}}', encoding="utf-8")
    write_status(half, run, name, [], [])
    swap(folder, half, name)
    return name
