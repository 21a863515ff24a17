"""The pages of the manual that are made: docs/parameters.md and docs/tables.md from the house itself, docs/scale.md.

``make docs`` writes them; a test compares what is written with what would be. Descriptions are changed where they
stand: in ``sources/town/parameters.py``, in the yml beside each model and in ``models/shared_columns.md``; what
docs/scale.md says of what was measured in docs/scale.json is changed in ``tests/bench/``.
"""

import enum
import types
import typing
from collections.abc import Iterator
from typing import Any

from pydantic.fields import FieldInfo

from sources.town.parameter_row import Row
from sources.town.parameters import PARAMETER_TABLES
from tests.bench import scale_page
from tests.bench.results import read_sections
from tests.house.blueprint import ROOT, Model, models
from tests.house.contracted import PUBLISHED, RESERVED

GROUPS = {
    "dim_": "Dimensions",
    "bridge_": "Bridges",
    "fct_": "Facts",
    "rpt_": "Reports",
}


def cell(text: str) -> str:
    """Text that cannot break a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")


def value_words(annotation: Any) -> str:
    """What may stand in a column, in words: a closed list, or the kind of value."""
    origin = typing.get_origin(annotation)
    if isinstance(annotation, type) and issubclass(annotation, enum.StrEnum):
        return ", ".join(f"`{word}`" for word in annotation)
    if origin in (typing.Union, types.UnionType):
        return value_words(next(part for part in typing.get_args(annotation) if part is not type(None)))
    if origin is typing.Annotated:
        return value_words(typing.get_args(annotation)[0])
    return {
        "date": "day `YYYY-MM-DD`",
        "bool": "`true` or `false`",
        "int": "whole number",
        "Decimal": "number",
        "str": "text",
    }[annotation.__name__]


def presence_words(field: FieldInfo) -> str:
    """Whether a column must be filled, and what an empty one means."""
    if field.is_required():
        return "yes"
    return "no" if field.default is None else f"no, empty means `{str(field.default).lower()}`"


def parameter_section(table: type[Row]) -> Iterator[str]:
    """The part of the page about one parameter file."""
    yield f"## {table.file}.csv"
    yield ""
    yield cell(table.__doc__ or "")
    yield ""
    yield f"One row per {', '.join(f'`{name}`' for name in table.key)}."
    yield ""
    yield "| column | required | values | meaning |"
    yield "|---|---|---|---|"
    for name, field in table.model_fields.items():
        meaning = cell(field.description or "")
        yield f"| `{name}` | {presence_words(field)} | {value_words(field.annotation)} | {meaning} |"
    yield ""


def parameters_page() -> str:
    """docs/parameters.md as it must read."""
    head = """\
# Parameters: what the town decides

<!-- made by `make docs` from sources/town/parameters.py -->

Each file lies in `parameters/` of the town's folder: CSV, UTF-8, one header line with the names below, `;` or `,`
between the values. Days are `2025-12-31` or `31.12.2025`; numbers `1234.5` or `1.234,50`. An empty cell means unknown,
never zero. A file that is missing has no rows; one without rows keeps its header. `papierwende check` reads all of
them, names every mistake with file, line and column, and says which missing file leaves much unknown.

Dates of validity include both ends. Where a code may be `all`, a row with the precise code wins over it.

"""
    body = "\n".join(line for table in PARAMETER_TABLES for line in parameter_section(table))
    return (head + body).rstrip() + "\n"


def table_section(model: Model) -> Iterator[str]:
    """The part of the page about one published table."""
    promised = PUBLISHED.get(model.name, "").split()
    yield f"### {model.name}"
    yield ""
    yield cell(str(model.yml.get("description", "")))
    yield ""
    yield "| column | type | contract | meaning |"
    yield "|---|---|---|---|"
    for column in model.columns:
        mark = "yes" if column["name"] in promised else ""
        kind = published_type(str(column.get("data_type", "")))
        yield f"| `{column['name']}` | {kind} | {mark} | {cell(str(column.get('description', '')))} |"
    yield ""
    facts = [(column["name"], facts) for column in model.columns if isinstance(facts := metric_of(column), dict)]
    if facts:
        yield "| figure | name | question | formula | unit | rests on | asked by |"
        yield "|---|---|---|---|---|---|---|"
        yield from (metric_row(*one) for one in facts)
        yield ""


def published_type(data_type: str) -> str:
    """The type analysts see: instants are published with their zone."""
    kind = data_type.upper().replace(" ", "").replace(",", ", ").replace("STRING", "VARCHAR")
    return "TIMESTAMPTZ" if kind == "TIMESTAMPWITHOUTTIMEZONE" else kind


def tables_page() -> str:
    """docs/tables.md as it must read."""
    head = """\
# Tables: what analysts may count on

<!-- made by `make docs` from the yml beside each model -->

The file is `current/papierwende.duckdb` in the town's folder, its only schema is `monitor`, and DuckDB 1.4 or newer
reads it. Columns marked *contract* keep their name and meaning; others may be added or changed. Every table and column
carries the text below as its comment (`select * from duckdb_columns()`).

Null means unknown, never zero. `all` in a code column is the total, so never sum over it. Instants are `TIMESTAMPTZ`,
days and months are days of the town's zone. Rows are pseudonymised, which still is personal data: the file belongs
behind the town's access control. Under a report stand its figures as pages call them (`dim_metrics` says the same), each
with what it rests on: with fewer than `min_cases` of that it is not shown. Formulas with examples: [figures.md](figures.md).

"""
    marts = [model for model in models() if model.layer == "marts"]
    lines: list[str] = []
    for prefix, title in GROUPS.items():
        lines += [f"## {title}", ""]
        for model in sorted(marts, key=lambda model: model.name):
            if model.name.startswith(prefix):
                lines += table_section(model)
    lines += ["## Reserved names", "", "Not published yet. When they are, they will be called and hold this.", ""]
    lines += ["| table | columns |", "|---|---|"]
    lines += [
        f"| `{name}` | {', '.join(f'`{column}`' for column in columns.split())} |" for name, columns in RESERVED.items()
    ]
    return head + "\n".join(lines).rstrip() + "\n"


def metric_of(column: dict[str, Any]) -> Any:
    """What a column's yml says of the metric it shows."""
    return ((column.get("config") or {}).get("meta") or {}).get("metric")


def metric_row(column: str, facts: dict[str, Any]) -> str:
    """A metric's line under its table."""
    base = facts.get("denominator") or facts.get("n")
    cells = (
        facts["name_de"], facts["question_de"], facts["formula_de"], facts["unit"], f"`{base}`" if base else "",
        facts["asked_by"],
    )  # fmt: skip
    return f"| `{column}` | {' | '.join(cell(text) for text in cells)} |"


PAGES = {
    "docs/parameters.md": parameters_page,
    "docs/tables.md": tables_page,
    "docs/scale.md": lambda: scale_page.page(read_sections(scale_page.JSON)),
}


def write() -> None:
    """Write them anew."""
    for path, page in PAGES.items():
        (ROOT / path).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write()
