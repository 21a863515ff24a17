"""The house as it stands on the disk, for the tests that judge it: paths, Python files, models and their descriptions.

Reads only; knows no law. What Git ignores is not part of the house.
"""

import ast
import fnmatch
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("pipelines", "sources", "dashboards")
LAYERS = ("staging", "intermediate", "marts")
DOC = re.compile(r"\{\{ doc\('(\w+)'\) \}\}")
# A type that no spelling makes portable: what stands after "else" is DuckDB's.
ENGINES = re.compile(r"\{\{ '[\w<>]+' if target\.type == 'spark' else '([\w\[\]]+)' \}\}")


def ignored() -> list[str]:
    """The patterns of .gitignore, without slashes around them."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    return [line.strip().strip("/") for line in lines if line.strip() and not line.startswith("#")] + [".git"]


def entries(folder: Path) -> Iterator[Path]:
    """Every file and folder below ``folder`` that belongs to the house, parents first."""
    patterns = ignored()
    for path in sorted(folder.iterdir()):
        if any(fnmatch.fnmatch(path.name, pattern) for pattern in patterns):
            continue
        yield path
        if path.is_dir():
            yield from entries(path)


def files(*folders: str, suffix: str = "") -> list[Path]:
    """The files of some top-level folders (all of the house when none is named)."""
    roots = [ROOT / folder for folder in folders] or [ROOT]
    return [path for root in roots for path in entries(root) if path.is_file() and path.name.endswith(suffix)]


def named(path: Path) -> str:
    """The path as a reader of a failure wants it."""
    return path.relative_to(ROOT).as_posix()


def parsed(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=named(path))


@dataclass(frozen=True)
class Model:
    """One dbt model: its SQL (or Python), and the description beside it."""

    path: Path

    @property
    def name(self) -> str:
        """The table's name."""
        return self.path.stem

    @property
    def layer(self) -> str:
        """staging, intermediate or marts."""
        return self.path.relative_to(ROOT / "models").parts[0]

    @cached_property
    def sql(self) -> str:
        """The SQL without comments; the Python of the one model that is estimated."""
        text = self.path.read_text(encoding="utf-8")
        if self.path.suffix == ".py":
            return text
        return re.sub(r"\{#.*?#\}|/\*.*?\*/|--[^\n]*", "", text, flags=re.DOTALL)

    @cached_property
    def yml(self) -> dict[str, Any]:
        """What the file beside it says about this model; empty when it says nothing."""
        beside = self.path.with_suffix(".yml")
        if not beside.is_file():
            return {}
        page = yaml.safe_load(beside.read_text(encoding="utf-8")) or {}
        return next((model for model in page.get("models", []) if model.get("name") == self.name), {})

    @property
    def columns(self) -> list[dict[str, Any]]:
        """The described columns, in order, as they read on DuckDB."""
        return [
            column
            | {"description": _shared(str(column.get("description") or ""))}
            | {"data_type": ENGINES.sub(r"\1", str(column.get("data_type") or ""))}
            for column in self.yml.get("columns") or []
        ]

    @property
    def declared_sources(self) -> list[tuple[str, str]]:
        """The sources its yml declares, as (source, table)."""
        return sources_of(self.path.with_suffix(".yml"))

    @property
    def references(self) -> list[str]:
        """The models it reads."""
        return re.findall(r"\bref\(\s*['\"](\w+)['\"]\s*\)", self.sql)

    @property
    def sources(self) -> list[tuple[str, str]]:
        """The sources it reads, as (source, table)."""
        return re.findall(r"\bsource\(\s*['\"](\w+)['\"]\s*,\s*['\"](\w+)['\"]\s*\)", self.sql)


@cache
def shared_columns() -> dict[str, str]:
    """The texts of models/shared_columns.md by name."""
    text = (ROOT / "models" / "shared_columns.md").read_text(encoding="utf-8")
    return dict(re.findall(r"\{% docs (\w+) %\}(.*?)\{% enddocs %\}", text, re.DOTALL))


def _shared(description: str) -> str:
    """A description with the shared text it names in its place."""
    return DOC.sub(lambda found: shared_columns()[found[1]], description)


def models() -> list[Model]:
    """Every model of the house."""
    return [Model(path) for suffix in (".sql", ".py") for path in files("models", suffix=suffix)]


def sources_of(path: Path) -> list[tuple[str, str]]:
    """The sources a yml declares, as (source, table)."""
    page = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    return [(source["name"], table["name"]) for source in page.get("sources", []) for table in source["tables"]]


def declared_sources() -> list[tuple[str, str]]:
    """The sources declared in models/, as (source, table)."""
    return [source for path in files("models", suffix=".yml") for source in sources_of(path)]
