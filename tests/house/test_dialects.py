"""No model says what DuckDB and Spark both accept and answer differently; what differs is said in pipelines/dialect.

Not told here, as a pattern cannot: nulls in the order of a window (last in DuckDB, first in Spark), `date - date`, casts
of doubles to text. tests/walk/test_on_spark.py would see them where a town has such rows.
"""

import re

import pytest

from tests.house.blueprint import ROOT

JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
COMMENT = re.compile(r"--.*")
MODELS = {
    path.relative_to(ROOT).as_posix(): COMMENT.sub("", JINJA.sub(" ", path.read_text("utf-8")))
    for path in sorted((ROOT / "models").rglob("*.sql"))
}
DIALECT = "\n".join(path.read_text("utf-8") for path in (ROOT / "pipelines" / "dialect").glob("*.sql"))
# A pattern, an expression it forbids, and why; the way out stands in backquotes.
BANNED = {
    r"\bdate_?(diff|sub)\s*\(": (
        "date_diff('day', a, b)",
        "counts boundaries in DuckDB and whole units in Spark: `days_between`, `microseconds_between`",
    ),
    r"[+-]\s*interval\b": (
        "day + interval 1 day",
        "is an instant in DuckDB and a day in Spark: `add_days`, `add_months`",
    ),
    r"\b(min_by|max_by|arg_min|arg_max)\s*\(": (
        "min_by(value, month)",
        "skips rows without a value in DuckDB and takes them in Spark: `first_known`, `last_known`",
    ),
    r"\bcast\s*\((?!\s*(round|ceil|floor)\b)[^()]*[^()/]/[^()/][^()]*\bas\s+(big|small)?int": (
        "cast(pages / 2 as bigint)",
        "rounds in DuckDB and cuts off in Spark: round, ceil or floor first",
    ),
    r"/\s*([\w.]+|(nullif)?\s*\([^()]*\))\s*\)*\s+as\s+decimal\b": (
        "cast(minutes / 60 as decimal(18, 4))",
        "rounds what is held in DuckDB and what is written in Spark: `rounded`",
    ),
    r"\bavg\s*\((?!\s*cast\b)": (
        "avg(amount_eur)",
        "of decimals is a double in DuckDB and a decimal in Spark: cast first",
    ),
    r"\bconcat\s*\(": ("concat(a, b)", "passes over null in DuckDB and is null in Spark: two pipes, or concat_ws"),
    r"\bregexp_\w+\s*\(": ("regexp_replace(a, 'b', 'c')", "replaces the first in DuckDB and all in Spark"),
    r"\b(split|str(ing)?_split\w*)\s*\(": ("split(a, '.')", "takes a text in DuckDB and a pattern in Spark"),
    r"\\[dwsb]": (r"a like '\d'", "is two signs in DuckDB and one in Spark"),
    r"[\w)]\s*\[\s*-?\d+\s*\]": ("activities[1]", "counts from 1 in DuckDB and from 0 in Spark"),
    r"\b(dayofweek|weekday|isodow)\s*\(|\bextract\s*\(\s*(iso)?(dow|dayofweek)": (
        "dayofweek(day)",
        "begins elsewhere in Spark: `weekday_number`",
    ),
    r"\bmode\s*\(": ("mode(channel)", "breaks ties otherwise in Spark: count, then order"),
    r"\bhash\s*\(": ("hash(case_id)", "is another number in Spark: `digest`"),
    r"\bupper\s*\(": ("upper(street)", "leaves ß in DuckDB and makes it SS in Spark"),
    r"\b(list|array_agg|collect_list)\s*\(": ("list(activity)", "has no order by itself: `ordered_list`"),
    r"\bstring_agg\s*\((?![^()]*\border\s+by\b)": (
        "string_agg(a, ', ')",
        "has no order by itself: say order by within",
    ),
    r"\btimestamp\s+'[^']*[+-]\d\d(:?\d\d)?'": (
        "timestamp '2026-01-01 00:00:00+01'",
        "drops the offset in DuckDB and minds it in Spark",
    ),
    r"\b(approx_\w+|quantile\w*|reservoir_\w+)\s*\(": (
        "quantile_cont(a, 0.9)",
        "is another value in Spark: percentile_cont",
    ),
}


@pytest.mark.parametrize("pattern", BANNED)
def test_no_model_says_what_two_engines_answer_differently(pattern: str) -> None:
    example, reason = BANNED[pattern]
    assert re.search(pattern, example, re.IGNORECASE)
    found = [name for name, text in MODELS.items() if re.search(pattern, text, re.IGNORECASE)]
    assert found == [], f"{example} {reason}"


def test_the_way_out_is_a_macro_that_there_is() -> None:
    named = {macro for _, reason in BANNED.values() for macro in re.findall(r"`(\w+)`", reason)}
    assert [macro for macro in sorted(named) if f"macro {macro}(" not in DIALECT] == []
    assert len(named) > 5


def test_a_macro_for_one_engine_has_its_twin_for_the_other() -> None:
    duckdb, spark = (set(re.findall(rf"macro {engine}__(\w+)\(", DIALECT)) for engine in ("default", "spark"))
    assert duckdb == spark
    assert len(duckdb) > 15


def test_a_type_has_a_name_that_both_engines_know() -> None:
    texts = {**MODELS, "pipelines/dialect": DIALECT}
    assert [name for name, text in texts.items() if re.search(r"\bas (varchar|text|int8|hugeint)\b", text)] == []
