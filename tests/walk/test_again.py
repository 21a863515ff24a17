"""The warehouse is a function: the same inputs give the same tables, whenever and in whatever order they came."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import shutil
import time
from pathlib import Path

import pytest

from pipelines.run.generation import is_whole
from pipelines.run.settings import project_root
from sources.landing.packs import pack_folders
from tests.pipelines.walk.admissions import admit_and_land
from tests.towns import NOW, deliver, environment, lines, make_town
from tests.walked import DEMO_DAY, Walked, program

# What may differ when only the day moves on: ages, deadlines passed, and what says which day it is.
MOVING_COLUMNS = {
    "fct_cases": {"is_overdue", "is_at_risk", "age_working_days"},
}
NO_FUNCTION = {"dim_generation", "rpt_revisions"}
MOVING_TABLES = {
    "dim_generation", "dim_calendar", "dim_opening_intervals", "rpt_backlog_daily", "rpt_log_health", "rpt_sources",
}  # fmt: skip
# They tell the last twelve full months, or draw on all that are full; with the new day October is one of them.
OF_FULL_MONTHS = {
    "rpt_alternatives", "rpt_audit_questions", "rpt_baselines", "rpt_break_even", "rpt_break_even_drivers",
    "rpt_break_even_monthly", "rpt_claims_awaited", "rpt_measure_plans", "rpt_paper_point_cost", "rpt_posts_balance",
    "rpt_savings_attribution", "rpt_savings_pace", "rpt_savings_totals_monthly",
}  # fmt: skip
# How far a month is covered, and what a working day of the last 365 days is worth.
OF_THE_DAY = {"is_provisional", "coverage_share", "median_wait_working_days", "common_median_wait_working_days"}
# One more full month tells a little more of what would have come anyway, in all months; counted hours stay.
COUNTED_HOURS = ("raw_", "volume_", "mix_", "like_for_like_", "baseline_", "actual_", "efficiency_")


def is_estimated(table: str, column: str) -> bool:
    """Whether a column tells hours that are drawn, not counted."""
    return table.startswith("rpt_savings_") and column.endswith("_hours") and not column.startswith(COUNTED_HOURS)


def hashes(town: Walked) -> dict[str, str]:
    """The hash of each published table, without what names the generation and what remembers earlier ones."""
    status = json.loads((town.folder / "current" / "status.json").read_text(encoding="utf-8"))
    return {name: table["sha256"] for name, table in status["tables"].items() if name not in NO_FUNCTION}


def test_the_same_delivery_twice_changes_nothing(demo_copy: Walked) -> None:
    before = hashes(demo_copy)
    inbox = demo_copy.folder / "inbox" / "portal"
    first = sorted(inbox.glob("*.csv"))[0]
    shutil.copy(first, inbox / "noch_einmal.csv")
    started = time.monotonic()
    ran = demo_copy.run("run", str(demo_copy.folder), "--as-of", DEMO_DAY)
    seconds = time.monotonic() - started
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Nothing new" in ran.stdout
    assert hashes(demo_copy) == before
    print(f"a run with nothing new: {seconds:.1f} s")  # noqa: T201


def test_packed_deliveries_give_the_same_tables(tiny_copy: Walked) -> None:
    before, toml = hashes(tiny_copy), tiny_copy.folder / "town.toml"
    text = toml.read_text(encoding="utf-8")
    toml.write_text(text.replace("[[source]]", "[run]\npack_after = 2\n\n[[source]]", 1), encoding="utf-8")
    ran = tiny_copy.run("run", str(tiny_copy.folder), "--as-of", DEMO_DAY)
    assert ran.returncode == 3, ran.stdout + ran.stderr
    assert "small ones of earlier runs packed" in ran.stdout
    assert len(pack_folders(tiny_copy.folder / "landing")) > 3
    assert hashes(tiny_copy) == before
    verified = tiny_copy.run("verify", str(tiny_copy.folder))
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_everything_deleted_but_landing_comes_back_the_same(tiny_copy: Walked) -> None:
    """Also where the town is named from beside it: dbt works elsewhere, and writes nothing there."""
    before = hashes(tiny_copy)
    published = tiny_copy.database
    published.unlink()
    assert not is_whole(tiny_copy.folder / "current"), "a generation that lost its file is made again"
    for name in ("generations", "var"):
        shutil.rmtree(tiny_copy.folder / name)
    (tiny_copy.folder / "current").unlink()
    ran = tiny_copy.run("run", tiny_copy.folder.name, "--as-of", DEMO_DAY, cwd=tiny_copy.folder.parent)
    assert ran.returncode == 3, ran.stdout + ran.stderr
    assert (tiny_copy.folder / "var" / "dbt" / "run_results.json").is_file()
    assert not (project_root() / tiny_copy.folder.name).exists()
    assert published.is_file()
    assert hashes(tiny_copy) == before


def test_deliveries_in_any_order_give_the_same_tables(tiny_copy: Walked) -> None:
    """All files of the invented town in a shuffled order, one part a run before the other; every hash must agree."""
    whole = hashes(tiny_copy)
    files = sorted(path for path in (tiny_copy.folder / "inbox").rglob("*") if path.is_file())
    for name in ("landing", "generations", "var"):
        shutil.rmtree(tiny_copy.folder / name)
    (tiny_copy.folder / "current").unlink()
    # A new order at every run of the tests; the seed is told, so that a failure can be repeated.
    seed = random.SystemRandom().randrange(10**6)
    late = random.Random(seed).sample(files, len(files) // 2)
    for path in late:
        path.rename(path.with_name(f".{path.name}.later"))
    first = tiny_copy.run("run", str(tiny_copy.folder), "--as-of", DEMO_DAY)
    assert first.returncode in (0, 3), first.stdout + first.stderr
    assert hashes(tiny_copy) != whole
    for path in late:
        path.with_name(f".{path.name}.later").rename(path)
    second = tiny_copy.run("run", str(tiny_copy.folder), "--as-of", DEMO_DAY)
    assert second.returncode == 3, second.stdout + second.stderr
    assert hashes(tiny_copy) == whole, f"seed {seed}"
    moved, generations = tiny_copy.ask("select count(*), count(distinct to_generation_id) from rpt_revisions")[0]
    assert moved > 0 and generations == 1, "what the late half moved is told"


def test_the_next_day_only_ages_and_deadlines_move(demo_copy: Walked) -> None:
    before = hashes(demo_copy)
    columns = [
        name
        for (name,) in demo_copy.ask(
            "select column_name from duckdb_columns() where schema_name = 'monitor' and table_name = 'fct_cases' order by column_index"
        )
        if name not in MOVING_COLUMNS["fct_cases"]
    ]
    query = "select " + ", ".join(columns) + " from fct_cases order by case_id"
    cases = demo_copy.ask(query)
    moved = demo_copy.ask("select count(*) filter (where is_overdue), sum(age_working_days) from fct_cases")
    ran = demo_copy.run("run", str(demo_copy.folder), "--as-of", "2026-11-02")
    assert ran.returncode == 3, ran.stdout + ran.stderr
    after = hashes(demo_copy)
    assert demo_copy.ask(query) == cases
    assert demo_copy.ask("select count(*) filter (where is_overdue), sum(age_working_days) from fct_cases") != moved
    changed = {name for name in after if after[name] != before[name]}
    # Reports by month say whether a month is provisional and how far it is covered, which the new day decides.
    # One more full month asks for more minutes, which of them are used, and tells a little more of what would have come.
    may_move = MOVING_TABLES | {"fct_cases", "fct_processing_minutes", "fct_savings_cells"}
    assert changed - may_move <= {name for name in after if name.startswith("rpt_")}
    assert "fct_case_steps" not in changed
    told_by_the_day = MOVING_TABLES | OF_FULL_MONTHS
    reports = [table for table in sorted(changed) if table.startswith("rpt_") and table not in told_by_the_day]
    assert [table for table in reports if not _only_the_day_moved(demo_copy, table)] == []


def _only_the_day_moved(town: Walked, table: str) -> bool:
    generations = sorted((town.folder / "generations").iterdir())
    assert len(generations) == 2
    keep = [
        name
        for (name,) in town.ask(
            "select column_name from duckdb_columns() where schema_name = 'monitor' and table_name = ?", table
        )
        if name not in OF_THE_DAY and not is_estimated(table, name)
    ]
    if "period" in keep:
        # Twelve full months back from the new day are other months; what each says is held by its own tests.
        return town.ask(f"select max(period_end) from {table}") == [(dt.date(2026, 10, 31),)]
    listed = ", ".join(f'"{name}"' for name in keep)
    rows = []
    for generation in generations:
        seen = Walked(town.folder, town.environment, 0, "")
        (town.folder / "current").unlink()
        (town.folder / "current").symlink_to(generation)
        before = next((f" where {day} < date '2026-10-01'" for day in ("month", "period_end") if day in keep), "")
        rows.append(seen.ask(f"select {listed} from {table}{before} order by all"))
    return rows[0] == rows[1]


def test_the_invented_town_is_the_same_for_a_seed(demo: Walked) -> None:
    assert demo.exit_code == 3, demo.said
    assert "Published generation" in demo.said


@pytest.mark.parametrize("keep", ["landing"])
def test_a_killed_run_leaves_the_last_generation(demo_copy: Walked, keep: str) -> None:
    before = (demo_copy.folder / "current").resolve()
    half = demo_copy.folder / "generations" / ".2026-10-31-000000000000.half"
    half.mkdir()
    (half / "papierwende.duckdb").write_bytes(b"half")
    incoming = demo_copy.folder / "var" / "incoming" / "portal" / "x"
    incoming.mkdir(parents=True)
    ran = demo_copy.run("run", str(demo_copy.folder), "--as-of", DEMO_DAY)
    assert ran.returncode == 0
    assert (demo_copy.folder / "current").resolve() == before
    assert (demo_copy.folder / keep).is_dir()


REGISTER = """
[[source]]
name = "register"
system = "case"
format = "csv"
path = "inbox/register/*.csv"
mode = "dump"
timestamp_format = "%d.%m.%Y"
[source.columns]
case_ref = "Nr"
received_at = "Eingang"
closed_at = "Ende"
"""


def page_of(folder: Path) -> str:
    """The published page on data."""
    return (folder / "current" / "site" / "daten.html").read_text(encoding="utf-8")


def test_what_a_reading_showed_is_told_as_long_as_the_delivery_stands(tmp_path: Path) -> None:
    """The run that read the file was killed, and the next reads nothing; once no row of it counts the matter ends."""
    folder = make_town(tmp_path / "town", REGISTER)
    said = "a.csv: closed_at holds words that stand for no value, 'offen' (3)"
    rows = [f"A-{n};02.03.2026;{'offen' if n < 3 else '05.03.2026'}" for n in range(9)]

    path = deliver(folder, "a.csv", lines(*rows, header="Nr;Eingang;Ende"), "inbox/register")
    written = dt.datetime.combine(NOW.date(), dt.time(12)).timestamp()
    os.utime(path, (written, written))
    assert any(said in warning for warning in admit_and_land(folder).warnings)
    ran = program(environment(folder), "run", str(folder), "--as-of", f"{NOW.date() + dt.timedelta(1)}")
    assert (ran.returncode, said in ran.stdout + ran.stderr) == (3, True), ran.stdout + ran.stderr
    status = json.loads((folder / "current" / "status.json").read_text(encoding="utf-8"))
    assert len([warning for warning in status["warnings"] if said in warning]) == 1
    assert "Lieferungen, bei deren Lesen etwas auffiel" in page_of(folder)
    assert said in program(environment(folder), "status", str(folder)).stdout

    newer = deliver(
        folder,
        "b.csv",
        lines(*(f"A-{n};02.03.2026;05.03.2026" for n in range(9)), header="Nr;Eingang;Ende"),
        "inbox/register",
    )
    os.utime(newer, (written + 60, written + 60))
    ran = program(environment(folder), "run", str(folder), "--as-of", f"{NOW.date() + dt.timedelta(1)}")
    assert said not in ran.stdout + ran.stderr, ran.stdout + ran.stderr
    published = Walked(folder, environment(folder), ran.returncode, ran.stdout)
    assert published.ask("select rows_admitted from fct_deliveries order by stand") == [(0,), (9,)]
    assert said not in (folder / "current" / "status.json").read_text(encoding="utf-8")
    assert "Lieferungen, bei deren Lesen etwas auffiel" not in page_of(folder)


@pytest.mark.parametrize(
    ("day", "said"), [("2026-01-01", "records up to 2026-10-31 have landed"), ("9999-01-01", "must lie between")]
)
def test_a_day_that_cannot_be_told_honestly_is_refused(demo_copy: Walked, day: str, said: str) -> None:
    current = (demo_copy.folder / "current").resolve()
    ran = demo_copy.run("run", str(demo_copy.folder), "--as-of", day)
    assert ran.returncode == 2
    assert said in ran.stderr
    assert (demo_copy.folder / "current").resolve() == current
