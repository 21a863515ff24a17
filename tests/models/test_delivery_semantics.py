"""What stands does not depend on how it was delivered: the real models, as SQL, on many invented histories.

Each history is built twice: as it may come, in parts, repeated and in any order, and as one clean delivery per source
that holds what stands by the rules of docs/sources.md. Both must give the same tables.
"""

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pytest

from tests.models.compiled_models import CompiledModels
from tests.models.generated_histories import Delivery, delivered, generated_history, what_stands
from tests.models.small_town import SmallTown

SEEDS = range(25)
TABLES = {
    "intermediate.int_cases_dated": "* exclude (first_event_at, last_event_at)",
    "intermediate.int_case_steps_ordered": "case_id, source, step_number, activity, occurred_at, medium, next_activity, media_break_kind",
    "intermediate.int_case_sources_seen": "case_id, source, makes_the_case",
    "intermediate.int_records_linked": "*",
    "monitor.fct_submissions": "* exclude (delivery_id)",
    "monitor.fct_documents": "* exclude (delivery_id)",
    "monitor.fct_scans": "* exclude (delivery_id, position)",
    "monitor.fct_scan_batches": "* exclude (delivery_id)",
    "monitor.fct_scan_qc": "* exclude (delivery_id)",
    "monitor.fct_print_daily": "*",
    "monitor.fct_post_daily": "*",
    "monitor.fct_file_stock": "*",
    "monitor.fct_cost_items": "* exclude (delivery_id, position)",
    "monitor.fct_budget_lines": "* exclude (delivery_id, position)",
    "monitor.fct_posts": "* exclude (delivery_id, position)",
}
# When a source first reported a case is known from the history alone, not from what stands of it.
ALSO_BY_HISTORY = {**TABLES, "intermediate.int_case_sources_seen": "*"}


SOURCES = ("register", "log", "portal", "forms", "letters", "scans", "printers", "mailroom")
DECIDED = {
    "sources": [
        {"source": name, "source_rank": rank, "mode": "increment"} for rank, name in enumerate(SOURCES, start=1)
    ],
    "precedence": [{"column_name": "received_at", "source": "portal", "rank": 1}],
}


def built(models: CompiledModels, folder: Path, deliveries: Iterable[Delivery]) -> duckdb.DuckDBPyConnection:
    """The tables of a landing with these deliveries, numbered by chance."""
    town = SmallTown(folder)
    town.decide(dt.date(2026, 1, 31), **DECIDED)
    town.deliver_together(
        (
            one.source,
            f"{number:04}",
            one.stand,
            one.mode,
            {one.kind: one.rows} | ({"cases": one.carried} if one.carried else {}),
        )
        for number, one in enumerate(deliveries)
    )
    return models.build(folder, *(name.split(".")[1] for name in TABLES), "fct_deliveries")


def rows_of(tables: duckdb.DuckDBPyConnection, columns: dict[str, str]) -> dict[str, Counter[tuple]]:
    return {
        table: Counter(tables.execute(f"select {chosen} from {table}").fetchall()) for table, chosen in columns.items()
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_any_split_order_and_repetition_of_deliveries_gives_the_same_tables(
    seed: int, models: CompiledModels, tmp_path: Path
) -> None:
    history = generated_history(seed)
    parts = delivered(history, random.Random(seed + 1000))
    came = built(models, tmp_path / "came", parts)
    clean = built(models, tmp_path / "clean", what_stands(history))
    found, wanted = rows_of(came, TABLES), rows_of(clean, TABLES)
    assert {table: (found[table] - wanted[table], wanted[table] - found[table]) for table in TABLES} == {
        table: (Counter(), Counter()) for table in TABLES
    }
    assert came.execute(
        "select count(*) from monitor.fct_deliveries "
        "where rows_read <> rows_admitted + rows_quarantined + rows_duplicate + rows_superseded"
    ).fetchall() == [(0,)]
    assert came.execute("select sum(rows_read)::bigint from monitor.fct_deliveries").fetchall() == [
        (sum(len(part.rows) for part in parts),)
    ]


@pytest.mark.parametrize("seed", SEEDS[:4])
def test_two_ways_of_delivering_the_same_agree_also_on_what_was_seen_first(
    seed: int, models: CompiledModels, tmp_path: Path
) -> None:
    history = generated_history(seed)
    whole = built(models, tmp_path / "whole", history)
    parted = built(models, tmp_path / "parted", delivered(history, random.Random(seed)))
    assert rows_of(whole, ALSO_BY_HISTORY) == rows_of(parted, ALSO_BY_HISTORY)


def test_a_deletion_within_the_month_of_a_file_takes_its_record_and_a_later_delivery_brings_it_back(
    models: CompiledModels, tmp_path: Path
) -> None:
    form = {"submission_id": "form", "started_at": dt.datetime(2026, 1, 5)}
    month = Delivery("forms", "submissions", dt.datetime(2026, 1, 30, 9), (form,))
    gone = {"of_source": "forms", "submission_id": "form", "removed_at": dt.datetime(2026, 1, 12)}
    deleted = Delivery("deleted", "removals", dt.datetime(2026, 2, 1), (gone,), mode="deletions")
    again = Delivery("forms", "submissions", dt.datetime(2026, 2, 2), (form,))
    stands = "select count(*) from monitor.fct_submissions"
    assert built(models, tmp_path / "kept", [month]).execute(stands).fetchall() == [(1,)]
    assert built(models, tmp_path / "gone", [deleted, month]).execute(stands).fetchall() == [(0,)]
    assert built(models, tmp_path / "back", [month, again, deleted]).execute(stands).fetchall() == [(1,)]


def test_the_histories_hold_what_they_promise() -> None:
    """The worlds are worth something only when every rule is at work in some of them."""
    worlds = [generated_history(seed) for seed in SEEDS]
    stood = [what_stands(world) for world in worlds]
    everything = sum(len(one.rows) for world in worlds for one in world if one.kind != "removals")
    standing = sum(len(one.rows) for world in stood for one in world)
    assert standing < everything / 2
    assert {one.kind for world in stood for one in world} | {"removals"} == {
        one.kind for world in worlds for one in world
    }
    modes = Counter(one.mode for world in worlds for one in world if one.rows)
    assert min(modes[mode] for mode in ("increment", "dump", "deletions", "inventory")) > 30
