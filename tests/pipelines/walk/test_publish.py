"""The published file and the pointer: what goes along, what stays behind, and that nothing is ever half there."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipelines.run.generation import DATABASE
from pipelines.run.outcome import Exit, Stop
from pipelines.tools.query import ask
from pipelines.walk import copied_tables, publish, published_before
from sources.contract.inputs import INPUTS

BUILD = """
create schema monitor; create schema staging;
create table staging.secret as select 1 as raw;
create table monitor.dim_generation (generation_id varchar primary key, built_at timestamp not null);
insert into monitor.dim_generation values ('g', timestamp '2026-03-29 01:30:00');
create table monitor.fct_things (thing_id varchar, seen_at timestamp not null, "odd ""name" varchar, cost_eur decimal(18, 2), primary key (thing_id));
insert into monitor.fct_things values ('b', timestamp '2026-07-01 10:00:00.123456', 'it''s', 1.10), ('a', timestamp '2026-01-01 10:00:00', null, null);
comment on table monitor.fct_things is 'One row per thing: it''s "odd".';
comment on column monitor.fct_things.seen_at is 'When it was seen; Prüfung';
"""


@pytest.fixture
def build_file(tmp_path: Path) -> Path:
    """A build file with a mart and a staging table."""
    path = tmp_path / "build" / "build.duckdb"
    path.parent.mkdir()
    with duckdb.connect(str(path)) as connection:
        connection.execute("set timezone = 'America/New_York'")
        connection.execute(BUILD)
    return path


def published(build_file: Path, target: Path) -> list[publish.PublishedTable]:
    """The tables as published."""
    return publish.publish_database(build_file, target, lambda *_: None)


def test_marts_go_along_with_types_keys_and_comments(build_file: Path, tmp_path: Path) -> None:
    target = tmp_path / "papierwende.duckdb"
    tables = published(build_file, target)
    assert [(table.name, table.rows) for table in tables] == [("dim_generation", 1), ("fct_things", 2)]
    with duckdb.connect(str(target), read_only=True) as connection:
        connection.execute("set timezone = 'Europe/Berlin'")
        assert connection.execute("select distinct schema_name from duckdb_tables()").fetchall() == [("monitor",)]
        assert connection.execute("select thing_id, seen_at::varchar from monitor.fct_things").fetchall() == [
            ("a", "2026-01-01 11:00:00+01"),
            ("b", "2026-07-01 12:00:00.123456+02"),
        ]
        columns = connection.execute(
            "select column_name, data_type, is_nullable, comment from duckdb_columns() where table_name = 'fct_things' order by column_index"
        ).fetchall()
        assert columns == [
            ("thing_id", "VARCHAR", False, None),
            ("seen_at", "TIMESTAMP WITH TIME ZONE", False, "When it was seen; Prüfung"),
            ('odd "name', "VARCHAR", True, None),
            ("cost_eur", "DECIMAL(18,2)", True, None),
        ]
        assert connection.execute("select comment from duckdb_tables() where table_name = 'fct_things'").fetchall() == [
            ('One row per thing: it\'s "odd".',)
        ]


def test_a_tables_hash_follows_its_content_and_not_the_moment(build_file: Path, tmp_path: Path) -> None:
    first = {table.name: table.content_hash for table in published(build_file, tmp_path / "one.duckdb")}
    with duckdb.connect(str(build_file)) as connection:
        connection.execute("update monitor.dim_generation set built_at = timestamp '2030-01-01 00:00:00'")
    assert {table.name: table.content_hash for table in published(build_file, tmp_path / "two.duckdb")} == first
    with duckdb.connect(str(build_file)) as connection:
        connection.execute("update monitor.fct_things set cost_eur = 1.11 where thing_id = 'b'")
    third = {table.name: table.content_hash for table in published(build_file, tmp_path / "three.duckdb")}
    assert third["dim_generation"] == first["dim_generation"]
    assert third["fct_things"] != first["fct_things"]


def test_a_tables_hash_does_not_depend_on_the_order_of_its_rows(build_file: Path, tmp_path: Path) -> None:
    keys: dict[str, list[str]] = {}
    with duckdb.connect(str(build_file)) as connection:
        connection.execute("create table monitor.fct_backwards as from monitor.fct_things order by thing_id desc")
        connection.execute(
            "create table monitor.fct_twice as from monitor.fct_things union all from monitor.fct_things"
        )
    tables = publish.publish_database(build_file, tmp_path / "one.duckdb", lambda *_: None, keys=keys)
    hashed = {table.name: table.content_hash for table in tables}
    assert hashed["fct_backwards"] == hashed["fct_things"] != hashed["fct_twice"]


def test_the_keys_that_are_named_are_those_of_the_published_tables(build_file: Path, tmp_path: Path) -> None:
    target = tmp_path / "papierwende.duckdb"
    keys = {"fct_things": ["thing_id", "seen_at"]}
    publish.publish_database(build_file, target, lambda *_: None, keys=keys)
    with duckdb.connect(str(target), read_only=True) as connection:
        found = connection.execute(
            "select table_name, constraint_column_names from duckdb_constraints() where constraint_type = 'PRIMARY KEY'"
        ).fetchall()
    assert found == [("fct_things", ["thing_id", "seen_at"])]


@pytest.mark.parametrize("most_with_an_index", [1, 1000])
def test_two_rows_that_share_a_key_are_not_published(
    build_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most_with_an_index: int
) -> None:
    monkeypatch.setattr(copied_tables, "MOST_ROWS_WITH_AN_INDEX", most_with_an_index)
    with duckdb.connect(str(build_file)) as connection:
        connection.execute("create table monitor.fct_twice as select 1 as thing_id from range(2)")
    with pytest.raises(Stop, match=r"fct_twice. holds two rows with the same .thing_id. and is not published") as stop:
        publish.publish_database(
            build_file, tmp_path / "papierwende.duckdb", lambda *_: None, keys={"fct_twice": ["thing_id"]}
        )
    assert stop.value.exit_code == Exit.INTERNAL
    assert "\n" not in stop.value.sentences[0]


def test_a_large_table_tells_its_key_and_has_no_index_of_it(
    build_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copied_tables, "MOST_ROWS_WITH_AN_INDEX", 1)
    target = tmp_path / "papierwende.duckdb"
    with_keys = published(build_file, tmp_path / "with_keys.duckdb")
    assert published(build_file, target) == with_keys
    with duckdb.connect(str(target), read_only=True) as connection:
        keyed = "select table_name from duckdb_constraints() where constraint_type = 'PRIMARY KEY'"
        assert connection.execute(keyed).fetchall() == [("dim_generation",)]
        told = "select comment from duckdb_tables() where table_name = 'fct_things'"
        assert connection.execute(told).fetchall() == [('One row per thing: it\'s "odd". Key: thing_id.',)]
        empty = "select column_name from duckdb_columns() where table_name = 'fct_things' and is_nullable order by 1"
        assert connection.execute(empty).fetchall() == [("cost_eur",), ('odd "name',)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("('a|1', 'b', null)", "('a', '1|b', null)"),
        ("('a', null, null)", "('a', '', null)"),
        ("('a', '∅', null)", "('a', null, null)"),
        ("('a', null, 1.10), ('a', null, 1.10)", "('a', null, 1.10)"),
        ("('a', null, 1.10), ('b', null, 2.20)", "('a', null, 2.20), ('b', null, 1.10)"),
    ],
    ids=["a bar", "null and empty", "the sign of null", "a row twice", "values changed places"],
)
def test_tables_that_differ_have_different_hashes(tmp_path: Path, one: str, other: str) -> None:
    """Also where cells hold the signs that the hash is made with; the order of rows makes no difference."""

    def hashed(values: str, name: str) -> str:
        path = tmp_path / f"{name}.build"
        with duckdb.connect(str(path)) as connection:
            connection.execute("create schema monitor; create table monitor.t (a varchar, b varchar, c decimal(18, 2))")
            connection.execute(f"insert into monitor.t values {values}")
        (table,) = published(path, tmp_path / f"{name}.duckdb")
        return table.content_hash

    assert hashed(one, "one") != hashed(other, "other")
    assert hashed("('a', 'x', 1), ('b', 'y', 2)", "rows") == hashed("('b', 'y', 2), ('a', 'x', 1)", "turned")


def test_the_pointer_moves_in_one_step_and_back(tmp_path: Path) -> None:
    for name in ("one", "two"):
        half = publish.open_generation(tmp_path, name)
        (half / "status.json").write_text(name)
        publish.swap(tmp_path, half, name)
        assert (tmp_path / "current" / "status.json").read_text() == name
    publish.point_to(tmp_path, "one")
    assert (tmp_path / "current" / "status.json").read_text() == "one"
    assert sorted(path.name for path in (tmp_path / "generations").iterdir()) == ["one", "two"]


def test_old_and_half_made_generations_are_swept_but_never_the_current(tmp_path: Path) -> None:
    for number in range(publish.KEPT_GENERATIONS + 3):
        publish.swap(tmp_path, publish.open_generation(tmp_path, f"g{number:02}"), f"g{number:02}")
    publish.point_to(tmp_path, "g00")
    publish.open_generation(tmp_path, "broken")
    assert publish.sweep(tmp_path) == 2
    left = {path.name for path in (tmp_path / "generations").iterdir()}
    assert "g00" in left
    assert ".broken.half" not in left
    assert len(left) == publish.KEPT_GENERATIONS + 1


@pytest.fixture
def town(build_file: Path, tmp_path: Path) -> Path:
    """A town whose current generation is the small file."""
    half = publish.open_generation(tmp_path, "g")
    published(build_file, half / publish.DATABASE)
    publish.swap(tmp_path, half, "g")
    return tmp_path


def test_an_analyst_asks_in_the_towns_zone(town: Path) -> None:
    names, rows = ask(town, "select thing_id, seen_at::varchar as seen from fct_things order by 1 limit 1")
    assert (names, rows) == (["thing_id", "seen"], [("a", "2026-01-01 11:00:00+01")])


@pytest.mark.parametrize(
    "query",
    [
        "from read_csv('/etc/passwd')",
        "from read_text('/etc/hostname')",
        "copy fct_things to '/tmp/out.csv'",
        "attach '/tmp/other.duckdb'",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "delete from fct_things",
        "create table monitor.mine as select 1",
        "export database '/tmp/all'",
        "from glob('/*')",
        "select * from no_such_table",
    ],
)
def test_nothing_but_reading_the_file_is_possible(town: Path, query: str) -> None:
    with pytest.raises(Stop, match="The query was refused:") as stop:
        ask(town, query)
    assert stop.value.exit_code == Exit.CONFIGURATION
    assert "\n" not in stop.value.sentences[0]
    assert ask(town, "select count(*) from fct_things")[1] == [(2,)]


def test_an_earlier_program_that_lacks_a_column_is_remembered_all_the_same(tmp_path: Path) -> None:
    """Its revisions stay; on how many cases they rested is unknown. A table it lacks is empty."""
    with duckdb.connect(str(tmp_path / DATABASE)) as database:
        database.execute("create schema monitor")
        database.execute("""
            create table monitor.rpt_revisions as select 'received_cases' as metric, 'all' as scope,
            date '2026-01-01' as month, 1.0::double as old_value, 2.0::double as new_value, 'late_data' as cause,
            'a' as from_generation_id, 'b' as to_generation_id, date '2026-02-01' as revised_on,
            case when place = 149 then 7::bigint end as cases from range(150) as moved(place)
        """)
    frames = published_before.published_before(tmp_path)
    assert {name: frame.schema for name, frame in frames.items()} == {name: INPUTS[name] for name in frames}
    remembered = frames["revisions_so_far"].select("old_value", "new_value", "cases_before").rows()
    assert remembered == [(1.0, 2.0, None)] * 150
    assert frames["published_figures"].is_empty()
