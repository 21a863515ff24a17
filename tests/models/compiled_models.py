"""The models as plain SQL: compiled by dbt once, then run in DuckDB against any landing within a fraction of a second.

For tests that need the real models on many towns. Contracts and data tests of dbt do not run here.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb
import yaml

from tests.models.small_town import ROOT, SmallTown

SCHEMAS = ("landing", "town", "staging", "intermediate", "monitor")


@dataclass(frozen=True)
class CompiledModels:
    """All models, as SQL that reads the town they were compiled for.

    Attributes:
        town: the folder of the town that the SQL names.
        database: what dbt calls the file it builds.
        nodes: what dbt's manifest says of each model, by name.
        sources: per source a statement that makes it a view on the town's files.
    """

    town: Path
    database: str
    nodes: Mapping[str, Any]
    sources: Mapping[str, str]

    @classmethod
    def of(cls, town: SmallTown) -> "CompiledModels":
        """Compile the models for a town that has its inputs."""
        done = town.dbt("compile", "--quiet", "--select", "resource_type:model")
        assert done.returncode == 0, done.stdout
        manifest = json.loads((town.folder / "var" / "dbt" / "manifest.json").read_text(encoding="utf-8"))
        models = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
        lie = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]["files"]
        sources = {
            key: f"create view {source['relation_name']} as select * from read_parquet("
            f"'{town.folder}/{lie[source['source_name']].format(source['name'])}', union_by_name = true)"
            for key, source in manifest["sources"].items()
        }
        return cls(town.folder, town.build_file.stem, {node["name"]: node for node in models.values()}, sources)

    def build(self, folder: Path, *models: str) -> duckdb.DuckDBPyConnection:
        """Some models and all they read, made from the landing and the inputs of another town."""
        connection = duckdb.connect(config={"threads": 1})
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach ':memory:' as {self.database}")
        for schema in SCHEMAS:
            connection.execute(f"create schema {self.database}.{schema}")
        for statement in self.statements(*models):
            if isinstance(statement, str):
                connection.execute(statement.replace(str(self.town), str(folder)))
            else:
                _estimate(connection, statement)
        connection.execute(f"use {self.database}")
        return connection

    def statements(self, *models: str) -> Iterator[str | dict[str, Any]]:
        """What makes some models and all they read, in order: SQL, or a model of Python as the manifest has it."""
        reads: dict[str, list[str]] = {}
        sources: set[str] = set()
        waiting = list(models)
        while waiting:
            name = waiting.pop()
            if name not in reads:
                upstream = self.nodes[name]["depends_on"]["nodes"]
                reads[name] = [key.split(".")[-1] for key in upstream if key.startswith("model.")]
                sources |= self.sources.keys() & upstream
                waiting += reads[name]
        yield from (self.sources[key] for key in sorted(sources))
        for name in TopologicalSorter(reads).static_order():
            node = self.nodes[name]
            if node["language"] == "python":
                yield node
                continue
            form = "table" if node["config"]["materialized"] == "table" else "view"
            yield f"create {form} {node['relation_name']} as {node['compiled_code']}"


def _estimate(connection: duckdb.DuckDBPyConnection, node: dict[str, Any]) -> None:
    """Run a model of Python as dbt-duckdb does: its code, with what it reads as relations."""
    code: dict[str, Any] = {}
    exec(node["compiled_code"], code)
    asked = code["dbtObj"](lambda relation: connection.sql(f"select * from {relation}"))
    made = code["model"](asked, connection)
    connection.register("made", made)
    connection.execute(f"create table {node['relation_name']} as select * from made")
    connection.unregister("made")
