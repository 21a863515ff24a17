"""No figure is computed where pages are made: what they show stands in a published table, where analysts can check it."""

import ast
import re
from collections.abc import Iterator

import pytest

from dashboards.words.glossary import TABLE_NAMES
from tests.house.blueprint import files, models, named, parsed

AGGREGATE = re.compile(
    r"\b(?:sum|avg|mean|count|median|quantile\w*|percentile\w*|stddev\w*|var_\w+)\s*\(", re.IGNORECASE
)
FIGURES = re.compile(r"\b(?:fct|rpt)_\w+")
COMPUTING = {"sum", "mean", "median", "quantile", "std", "var", "cum_sum", "cum_prod", "agg", "group_by"}
SHARES = re.compile(r"pl\.col\([^)]*\)\s*/\s*pl\.col\(")


def woven_figures(tree: ast.AST) -> Iterator[int]:
    """The lines of SQL that aggregates facts or reports; listing and counting dimensions is no figure."""
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        if "monitor." in text and AGGREGATE.search(text) and FIGURES.search(text):
            yield node.lineno


def computed_figures(tree: ast.AST) -> Iterator[int]:
    """The lines of Python that aggregate a frame, or divide two of its columns."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in COMPUTING:
            yield node.lineno
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and SHARES.search(ast.unparse(node)):
            yield node.lineno


def test_no_question_aggregates_facts_or_reports() -> None:
    found = {
        named(path): lines for path in files("dashboards", suffix=".py") if (lines := list(woven_figures(parsed(path))))
    }
    assert found == {}


def test_no_page_aggregates_what_it_was_told() -> None:
    paths = files("dashboards/questions", "dashboards/pages", "dashboards/writing", suffix=".py")
    # Which single row of a group would be computed back is decided by its size: that hides, it shows nothing.
    judged = [path for path in paths if path.name != "small_cells.py"]
    assert {named(path): lines for path in judged if (lines := list(computed_figures(parsed(path))))} == {}


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("ask('select sum(cases) from monitor.rpt_x')", True),
        ("ask('select quantile_cont(a, 0.5) from monitor.fct_cases')", True),
        ("ask('select count(*) from monitor.dim_measures')", False),
        ("ask('select cases from monitor.rpt_x order by 1 limit 1')", False),
    ],
)
def test_sql_that_computes_a_figure_is_seen(text: str, seen: bool) -> None:
    assert bool(list(woven_figures(ast.parse(text)))) is seen


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("frame['cases'].sum()", True),
        ("frame.group_by('x').agg(y)", True),
        ("frame.with_columns(pl.col('a') / pl.col('b'))", True),
        ("seconds / SECONDS_PER_DAY", False),
        ("frame.sort('a').head(3)", False),
    ],
)
def test_python_that_computes_a_figure_is_seen(text: str, seen: bool) -> None:
    assert bool(list(computed_figures(ast.parse(text)))) is seen


def test_every_report_a_page_can_name_has_a_german_name() -> None:
    reports = {model.name for model in models() if model.name.startswith("rpt_")}
    assert reports - TABLE_NAMES.keys() == set()
