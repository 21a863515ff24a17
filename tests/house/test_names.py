"""The naming law and the grammar of the models, read from models/ itself; no database, no manifest."""

import ast
import re
from collections import Counter
from typing import Any

import pytest
import yaml

from sources.contract.inputs import INPUTS
from sources.contract.records import LANDED, RECORDS
from sources.town.parameters import PARAMETER_TABLES
from tests.house.blueprint import (
    DOC,
    ENGINES,
    LAYERS,
    ROOT,
    Model,
    declared_sources,
    files,
    models,
    named,
    shared_columns,
)
from tests.house.contracted import PUBLISHED, RPT_EVERYWHERE

ALL = models()
BY_NAME = {model.name: model for model in ALL}
MARTS = [model for model in ALL if model.layer == "marts"]
MARTS_CONFIG = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))["models"]["papierwende"]["marts"]

PARTICIPLE = (
    r"(?:\w+ed|built|cut|drawn|found|held|kept|known|made|met|put|read|run|seen|set|shown|spent|split|spread|spun)"
)
NAMES = {
    "staging": re.compile(r"^stg_(?P<system>[a-z0-9]+)__[a-z0-9_]+$"),
    "intermediate": re.compile(rf"^int_[a-z0-9_]+_{PARTICIPLE}$"),
    "marts": re.compile(r"^(?:dim|fct|rpt|bridge)_[a-z0-9_]+$"),
}
TYPES = (
    (re.compile(r"_at$"), re.compile(r"^timestamp without time zone$")),
    (re.compile(r"_on$|^month$|_month$|^day$"), re.compile(r"^date$")),
    (re.compile(r"_eur$"), re.compile(r"^decimal\(18, ?2\)$")),
    (re.compile(r"_share$|_hours$|_seconds$|^seconds_|^working_seconds_"), re.compile(r"^double$")),
    (re.compile(r"^(?:is|has)_"), re.compile(r"^boolean$")),
    (re.compile(r"_(?:cases|count|pages|sheets|items)$|^rows_"), re.compile(r"^bigint$")),
)


def staged(model: Model) -> tuple[str, str]:
    """The source a staging model is named after."""
    system, _, table = model.name.removeprefix("stg_").partition("__")
    return system, table


STAGED = {staged(model) for model in ALL if model.layer == "staging"}

# Accepted by DuckDB and by Spark alike; instants are without a zone on both.
PORTABLE = re.compile(
    r"string|bigint|double|boolean|date|timestamp without time zone|decimal\(\d+, \d+\)|" + ENGINES.pattern
)

# By contract a setting and an assumption both have a value, an assumption and an estimated share both have bounds.
OF_ANY_TYPE = {"value", "low", "high"}


def law_of(column: str) -> re.Pattern[str] | None:
    """The type the name of a column promises, None when it promises none."""
    return next((wanted for name, wanted in TYPES if name.search(column)), None)


def text_of(column: dict[str, Any], key: str) -> str:
    """What a yml says about a column, as text."""
    return str(column.get(key) or "").strip()


def claims_of(described: dict[str, Any]) -> list[str]:
    """The kinds of the dbt tests a yml gives to a model or a column."""
    listed = described.get("data_tests") or described.get("tests") or []
    return [next(iter(test)) if isinstance(test, dict) else test for test in listed]


def test_there_are_models_on_every_floor() -> None:
    assert {model.layer for model in ALL} == set(LAYERS)


def test_every_name_is_used_once() -> None:
    assert [name for name, times in Counter(model.name for model in ALL).items() if times > 1] == []


@pytest.mark.parametrize("model", ALL, ids=lambda model: model.name)
class TestEveryModel:
    def test_its_name_follows_its_floor(self, model: Model) -> None:
        match = NAMES[model.layer].match(model.name)
        assert match, f"{named(model.path)}: a model of {model.layer}/ is named {NAMES[model.layer].pattern}"
        if model.layer == "staging":
            assert model.path.parent.name == match["system"]

    def test_it_stands_in_a_folder_of_its_floor(self, model: Model) -> None:
        assert len(model.path.relative_to(ROOT / "models").parts) == 3

    def test_its_description_stands_beside_it(self, model: Model) -> None:
        assert model.yml, f"{named(model.path.with_suffix('.yml'))} does not describe {model.name}"
        assert text_of(model.yml, "description").startswith("One row per ")

    def test_every_column_it_lists_is_described(self, model: Model) -> None:
        assert model.columns or model.layer != "marts"
        assert [column["name"] for column in model.columns if not text_of(column, "description")] == []
        assert [column["name"] for column in model.columns if not text_of(column, "data_type")] == []

    def test_its_types_are_spelt_as_every_engine_reads_them(self, model: Model) -> None:
        written = {column["name"]: str(column["data_type"]) for column in model.yml.get("columns", [])}
        assert {name: kind for name, kind in written.items() if not PORTABLE.fullmatch(kind)} == {}
        assert re.findall(r"\bas (?:varchar|text|timestamp(?! without)|datetime)\b", model.sql) == []

    def test_columns_are_named_once_in_lower_case(self, model: Model) -> None:
        names = [column["name"] for column in model.columns]
        assert [name for name in names if not re.fullmatch(r"[a-z][a-z0-9_]*", name)] == []
        assert [name for name, times in Counter(names).items() if times > 1] == []

    def test_it_reads_models_that_are_there_and_no_report(self, model: Model) -> None:
        assert [name for name in model.references if name not in BY_NAME] == []
        assert [name for name in model.references if name.startswith("rpt_")] == []

    def test_a_source_that_is_staged_is_read_through_staging_alone(self, model: Model) -> None:
        if model.layer == "staging":
            assert model.sources == [staged(model)]
            assert model.references == []
        else:
            assert STAGED & set(model.sources) == set()

    def test_staging_computes_something(self, model: Model) -> None:
        if model.layer == "staging":
            assert re.search(r"\bas \w+", model.sql.partition("renamed as (")[2]), (
                "a model that only renames is left out"
            )


@pytest.mark.parametrize("model", MARTS, ids=lambda model: model.name)
class TestEveryMart:
    def test_its_columns_have_the_type_their_names_promise(self, model: Model) -> None:
        wrong = {
            column["name"]: text_of(column, "data_type")
            for column in model.columns
            if (wanted := law_of(column["name"])) and not wanted.match(text_of(column, "data_type").lower())
        }
        assert wrong == {}

    def test_its_contract_is_enforced(self, model: Model) -> None:
        contract = (model.yml.get("config") or {}).get("contract", MARTS_CONFIG["+contract"])
        assert contract == {"enforced": True}

    def test_its_key_is_tested(self, model: Model) -> None:
        described = [model.yml, *model.columns]
        constraints = {limit.get("type") for part in described for limit in part.get("constraints") or []}
        of_one_column = [claims_of(column) for column in model.columns]
        assert (
            "primary_key" in constraints
            or "one_row_per" in claims_of(model.yml)
            or any({"unique", "not_null"} <= set(tests) for tests in of_one_column)
        )


def test_every_declared_source_is_read() -> None:
    assert {source for model in ALL for source in model.sources} == set(declared_sources())


def test_the_declared_sources_are_what_the_program_writes() -> None:
    landing = [("landing", kind) for kind in LANDED]
    town = [("town", name) for name in (*(table.file for table in PARAMETER_TABLES), *INPUTS)]
    assert sorted(declared_sources()) == sorted(landing + town)


def test_a_text_about_a_column_stands_once() -> None:
    written = Counter(
        (column["name"], text)
        for model in ALL
        for column in model.yml.get("columns", [])
        if not DOC.search(text := str(column["description"]))
    )
    assert {column for (column, _), times in written.items() if times > 1} == set()


def test_every_shared_text_is_used_twice() -> None:
    pages = [path.read_text(encoding="utf-8") for path in files("models", suffix=".yml")]
    used = Counter(name for page in pages for name in DOC.findall(page))
    assert {name for name in shared_columns() if used[name] < 2} == set()
    assert set(used) <= set(shared_columns())


@pytest.mark.parametrize("kind", ["varchar", "text", "timestamp", "datetime", "varchar[]", "int", "decimal"])
def test_the_law_of_portable_types_refuses_an_engines_own(kind: str) -> None:
    assert not PORTABLE.fullmatch(kind)


def test_a_parameter_file_published_as_it_is_is_described_in_its_words() -> None:
    compared = 0
    for model in MARTS:
        tables = [table for table in PARAMETER_TABLES if ("town", table.file) in model.declared_sources]
        # A table that also holds what no file lists says so in its own words.
        for table in tables if "is_listed" not in {column["name"] for column in model.columns} else ():
            published = {column["name"]: column["description"] for column in model.columns}
            decided = {name: str(field.description) for name, field in table.model_fields.items()}
            assert {name: text.replace("null", "empty") for name, text in published.items()} == decided
            compared += 1
    assert compared >= 4


def test_every_yml_belongs_to_a_model_or_declares_sources_or_exposures() -> None:
    lonely = [
        named(path)
        for path in files("models", suffix=".yml")
        if not any(path.with_suffix(suffix).is_file() for suffix in (".sql", ".py"))
        and not re.search(r"^(sources|exposures):", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert lonely == []


@pytest.mark.parametrize("table", PUBLISHED)
def test_a_contracted_table_keeps_its_columns(table: str) -> None:
    assert table in BY_NAME
    promised = {*PUBLISHED[table].split(), *(RPT_EVERYWHERE if table.startswith("rpt_") else ())}
    assert promised - {column["name"] for column in BY_NAME[table].columns} == set()


def test_the_same_column_has_the_same_type_everywhere() -> None:
    types: dict[str, dict[str, str]] = {}
    for model in MARTS:
        for column in model.columns:
            types.setdefault(column["name"], {})[model.name] = text_of(column, "data_type").lower().replace(" ", "")
    assert {name: uses for name, uses in types.items() if len(set(uses.values())) > 1 and name not in OF_ANY_TYPE} == {}


@pytest.mark.parametrize(
    ("column", "data_type"),
    [("closed_at", "string"), ("frozen_on", "timestamp"), ("plan_eur", "double"), ("is_rework", "bigint")],
)
def test_the_law_of_types_refuses_a_wrong_one(column: str, data_type: str) -> None:
    wanted = law_of(column)
    assert wanted
    assert not wanted.match(data_type)


def test_records_have_the_same_key_at_the_door_and_between_deliveries() -> None:
    text = (ROOT / "pipelines/dialect/records.sql").read_text(encoding="utf-8")
    kinds = ast.literal_eval(text.split("{% do return(")[1].split(") %}")[0].replace("true", "True"))
    added_by_the_door = {"counts": {"count_ref"}}
    for record in RECORDS:
        columns = {field.name: field.column for field in record.fields}
        between = set(kinds[record.name].get("key", ())) - added_by_the_door.get(record.name, set())
        if record.name not in ("events", "removals"):
            assert {columns[name] for name in record.key} == between, record.name
