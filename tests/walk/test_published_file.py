"""The analysts' file, opened by an older DuckDB in an environment of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sources.contract.vocabularies import CaseStatus, words
from sources.contract.worded_columns import OF_COLUMN
from sources.town.parameter_row import ALL
from tests.house.contracted import PUBLISHED
from tests.walk.conftest import ROOT
from tests.walked import Walked

LOCK = ROOT / "requirements-analyst.lock"
LOOK = """
import duckdb, json, sys
connection = duckdb.connect(sys.argv[1], read_only=True)
columns = connection.execute(
    "select table_name, column_name, data_type, is_nullable, comment from duckdb_columns() where not internal order by all"
).fetchall()
print(json.dumps({
    "version": duckdb.__version__,
    "schemas": [row[0] for row in connection.execute(
        "select distinct schema_name from duckdb_tables() union select distinct schema_name from duckdb_views() where not internal"
    ).fetchall()],
    "tables": dict(connection.execute("select table_name, comment from duckdb_tables()").fetchall()),
    "columns": columns,
    "keys": dict(connection.execute(
        "select table_name, list(constraint_column_names) from duckdb_constraints() where constraint_type = 'PRIMARY KEY' group by 1"
    ).fetchall()),
    "cases": connection.execute("select count(*) from monitor.fct_cases").fetchone()[0],
}))
"""


@pytest.fixture(scope="session")
def older_duckdb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with DuckDB 1.4 and nothing else."""
    folder = tmp_path_factory.mktemp("analyst")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
    install = [*pip, "--require-hashes", "-r", str(LOCK)]
    subprocess.run(install, check=True, capture_output=True)
    return folder / "bin" / "python"


@pytest.fixture(scope="session")
def seen(older_duckdb: Path, demo: Walked) -> dict[str, object]:
    """What an analyst sees of the demo's file."""
    done = subprocess.run(
        [str(older_duckdb), "-c", LOOK, str(demo.database)], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_duckdb_1_4_opens_it_and_sees_one_schema(seen: dict[str, object], demo: Walked) -> None:
    assert str(seen["version"]).startswith("1.4.")
    assert seen["schemas"] == ["monitor"]
    assert seen["cases"] == demo.ask("select count(*) from fct_cases")[0][0] > 1000


def test_every_contracted_column_is_there_with_type_and_comment(seen: dict[str, object]) -> None:
    columns = {(table, column): (dtype, comment) for table, column, dtype, _, comment in seen["columns"]}  # type: ignore[union-attr]
    tables = seen["tables"]
    for table, names in PUBLISHED.items():
        if table not in tables:  # type: ignore[operator]
            continue
        assert all((table, column) in columns for column in names.split()), table
    for (table, column), (dtype, comment) in columns.items():
        assert comment, f"{table}.{column} has no comment"
        if column.endswith("_at"):
            assert dtype == "TIMESTAMP WITH TIME ZONE", f"{table}.{column} is {dtype}"
        if column.endswith(("_on", "_month")) or column in ("month", "day"):
            assert dtype == "DATE", f"{table}.{column} is {dtype}"
        if column.endswith("_eur"):
            assert dtype.startswith("DECIMAL"), f"{table}.{column} is {dtype}"
    assert all(tables.values()), "each table has a comment"  # type: ignore[union-attr]


def test_every_table_has_a_key_and_its_key_is_not_null(seen: dict[str, object]) -> None:
    keys = seen["keys"]
    nullable = {(table, column) for table, column, _, is_nullable, _ in seen["columns"] if is_nullable}  # type: ignore[union-attr]
    assert set(seen["tables"]) == set(keys)  # type: ignore[arg-type]
    for table, (columns,) in keys.items():  # type: ignore[union-attr]
        assert not {(table, column) for column in columns} & nullable


def test_the_tables_of_the_walk_are_published(seen: dict[str, object]) -> None:
    wanted = {
        "dim_generation",
        "dim_services",
        "dim_offices",
        "dim_calendar",
        "dim_opening_intervals",
        "dim_measures",
        "bridge_measure_services",
        "dim_assumptions",
        "dim_targets",
        "dim_budget_line_rules",
        "dim_metrics",
        "fct_cases",
        "bridge_case_sources",
        "fct_case_steps",
        "fct_submissions",
        "fct_documents",
        "fct_scans",
        "fct_scan_batches",
        "fct_scan_qc",
        "fct_print_daily",
        "fct_post_daily",
        "fct_file_stock",
        "fct_cost_items",
        "fct_budget_lines",
        "fct_posts",
        "fct_deliveries",
        "fct_quarantine",
        "rpt_throughput_monthly",
        "rpt_backlog_daily",
        "rpt_process_map",
        "rpt_variants",
        "rpt_paper_share_monthly",
        "rpt_savings_monthly",
        "rpt_savings_attribution",
        "rpt_cash_findings",
        "fct_savings_ledger",
        "fct_savings_components",
        "rpt_ledger_totals",
        "rpt_log_health",
        "rpt_case_links",
        "rpt_lead_time_by_service",
        "rpt_lead_time_curve",
        "rpt_throughput_yearly",
        "rpt_paper_share_yearly",
        "rpt_savings_totals_monthly",
        "rpt_share_changes_monthly",
        "rpt_scans_monthly",
        "rpt_scans_yearly",
        "rpt_step_media_yearly",
        "rpt_intake_channels_yearly",
        "rpt_sources",
        "rpt_quarantine_reasons",
        "rpt_budget_bridge",
        "rpt_cost_per_case",
        "rpt_measure_plans",
        "rpt_parallel_cost",
        "rpt_savings_persistence",
        "rpt_posts_balance",
        "rpt_paper_point_cost",
        "rpt_monthly_figures",
        "rpt_revisions",
    }
    assert wanted <= set(seen["tables"])  # type: ignore[arg-type]


# A column may only be wholly null in the invented town with a reason.
WHOLLY_NULL: dict[tuple[str, str], str] = {
    ("dim_baselines", "adopted_because"): "in Musterhafen claims rest on the first versions",
    ("dim_baselines", "adopted_on"): "in Musterhafen claims rest on the first versions",
    ("dim_baselines", "claim_possible_from"): "each service of Musterhafen has twelve months before its go-live",
    ("dim_services", "continues"): "no service of Musterhafen was renamed",
    **dict.fromkeys(
        (
            *(
                ("fct_savings_components", f"{when}_{what}")
                for when in ("baseline", "actual")
                for what in ("cases", "share", "minutes")
            ),
            ("fct_savings_components", "assumption_id"),
            ("fct_savings_ledger", "baseline_id"),
            ("fct_savings_ledger", "assumption_set_id"),
            ("fct_savings_ledger", "formula_version"),
            ("fct_savings_ledger", "shown_net"),
            ("rpt_ledger_totals", "shown_eur"),
            ("rpt_ledger_totals", "shown_hours"),
        ),
        "Musterhafen's ledger holds plans; what is measured is recorded from a generation, and this is its first",
    ),
    ("rpt_budget_bridge", "ledger_id"): "Musterhafen's ledger holds plans",
    **{
        ("rpt_savings_persistence", column): "no measure of Musterhafen is at work for two full years"
        for column in (
            "persistence_share",
            "persistence_low_share",
            "persistence_high_share",
            "first_year_hours",
            "first_year_cases",
            "later_year_cases",
            "measured_service_count",
            "evidence_grade",
        )
    },
    ("rpt_savings_attribution", "premise_probability"): "at this scale no measure with two years before it has five "
    "services with 30 cases in each of them to compare with",
}


def test_no_column_is_wholly_null_in_the_invented_town(demo: Walked) -> None:
    found = set()
    for table, columns in demo.ask(
        "select table_name, list(column_name) from duckdb_columns() where schema_name = 'monitor' group by table_name"
    ):
        counts = ", ".join(f'count("{column}")' for column in columns)
        [(rows, *filled)] = demo.ask(f'select count(*), {counts} from "{table}"')
        found |= {(table, column) for column, count in zip(columns, filled, strict=True) if rows and not count}
    assert found == set(WHOLLY_NULL)


def test_columns_of_a_closed_vocabulary_hold_its_words(demo: Walked) -> None:
    query = "select table_name, column_name from duckdb_columns() where schema_name = 'monitor'"
    # In dim_metrics a direction is where a figure should go, and every report may total over a column.
    columns = [(table, column) for table, column in demo.ask(query) if column in OF_COLUMN and table != "dim_metrics"]
    assert {column for _, column in columns} == OF_COLUMN.keys()
    for table, column in columns:
        found = {word for (word,) in demo.ask(f'select distinct "{column}" from "{table}"')} - {None, ALL}
        assert found <= set(words(OF_COLUMN[column])), (table, column)
    assert {status for (status,) in demo.ask("select distinct status from fct_cases")} == set(words(CaseStatus))


def test_every_report_says_its_coverage(seen: dict[str, object]) -> None:
    columns: dict[str, set[str]] = {}
    for table, column, *_ in seen["columns"]:  # type: ignore[union-attr]
        columns.setdefault(table, set()).add(column)
    for table, names in columns.items():
        if table.startswith("rpt_") and table != "rpt_log_health":
            assert {"coverage_share", "is_provisional", "is_small_cell"} <= names, table


def test_a_log_that_begins_on_the_first_leaves_no_case_out(demo: Walked) -> None:
    status = json.loads((demo.folder / "current" / "status.json").read_text(encoding="utf-8"))
    assert [sentence for sentence in status["warnings"] if "past_cases" in sentence] == []
    assert demo.ask("select count(*) from fct_past_cases") == [(0,)]
