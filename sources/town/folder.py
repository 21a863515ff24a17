"""The town's folder as typed objects; every mistake becomes one sentence with file, key or line, and a way out.

Reads ``town.toml`` and ``parameters/*.csv``. Does not read deliveries, secrets or environment variables.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import tomllib
import zoneinfo
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

import holidays
import polars as pl
from pydantic import BaseModel, ConfigDict

from sources.contract.inputs import INPUTS
from sources.contract.records import CASES, FIELDS
from sources.town.column_types import column_types
from sources.town.lists import listed_codes
from sources.town.mistakes import TownSection, nearest, validated
from sources.town.parameter_files import absences, contradictions, read_parameters
from sources.town.parameters import PARAMETER_TABLES, Parameters
from sources.town.sections import Privacy, Purpose, Running, Setting
from sources.town.source import Source

SECRET_KEY = re.compile(r"pass(w|phrase|file)|kennwort|token|secret|credential|api_?key", re.IGNORECASE)
# Addresses, and tables whose keys are words of a source: Passwesen is an office.
NO_SECRETS = ("token_url", "columns", "values", "counts")
# Globs, quotes and braces in the folder's path would be read as syntax by DuckDB and dbt.
UNSAFE_IN_PATH = re.compile(r"[\[\]{}*?'\"\\\n,]")


class TownError(Exception):
    """The town's folder cannot be used as it is.

    Attributes:
        problems: one sentence per mistake: where, what, what to do.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        """Keep the sentences; the message is all of them."""
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


class Town(BaseModel):
    """A town's folder, read and judged whole.

    Attributes:
        notes: one sentence per thing that is no mistake but leaves figures unknown.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    folder: Path
    setting: Setting
    privacy: Privacy
    run: Running
    purposes: tuple[Purpose, ...]
    precedence: dict[str, tuple[str, ...]]
    sources: tuple[Source, ...]
    parameters: Parameters
    notes: tuple[str, ...]

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The zone in which days and months are judged."""
        return zoneinfo.ZoneInfo(self.setting.timezone)

    def listed_codes(self) -> dict[str, frozenset[str]]:
        """Per landed column the codes the parameter files list."""
        home = {"activity": "activity", "service_code": "service", "unit_code": "unit", "office_code": "office"}
        return {column: listed_codes(self.parameters, field) for column, field in home.items()}

    def door_rules(self) -> str:
        """A fingerprint of what, beside a source's mapping, decides what the door makes of a row."""
        rules = {
            "privacy": self.privacy.model_dump(exclude={"min_cases"}),
            "zone": self.setting.timezone,
            "offices": [
                row.model_dump(mode="json", include={"office_code", "parent_office_code", "staff_band"})
                for row in self.parameters.offices
            ],
            "in_charge": [
                row.model_dump(mode="json", include={"service_code", "office_code"}) for row in self.parameters.services
            ],
        }
        return hashlib.sha256(json.dumps(rules, sort_keys=True).encode()).hexdigest()

    def parameter_frames(self) -> dict[str, pl.DataFrame]:
        """Each parameter table as a frame with its declared types, sorted by its key."""
        return {
            table.file: pl.DataFrame(
                [row.model_dump() for row in self.parameters.rows(table)], schema=column_types(table), orient="row"
            ).sort(table.key)
            for table in PARAMETER_TABLES
        }

    def holiday_frame(self, last: dt.date) -> pl.DataFrame:
        """Public holidays of the Land to ``last`` (known from 1991 on): ``holiday_on``, ``holiday_name``."""
        years = range(1970, last.year + 1)
        # Days that hold in some communes only, such as Assumption Day in Bavaria, belong into closing_days.csv.
        found = holidays.country_holidays("DE", subdiv=self.setting.land, years=years, language="de")
        rows = sorted((day, name) for day, name in found.items() if day <= last)
        return pl.DataFrame(rows, schema=INPUTS["holidays"], orient="row")


def read_town(folder: Path) -> Town:
    """Read and judge a town's folder.

    Raises:
        TownError: with one sentence per mistake found in all files.
    """
    problems = list(_folder_problems(folder))
    if problems:
        raise TownError(problems)
    document, problems = _read_toml(folder / "town.toml")
    sections: dict[str, Any] = {}
    if document is not None:
        sections, problems = _read_sections(document)
    parameters, mistakes = read_parameters(folder / "parameters")
    problems += mistakes
    if not problems:
        problems += contradictions(parameters)
    if problems:
        raise TownError(problems)
    notes = tuple(absences(folder / "parameters"))
    return Town(folder=folder.resolve(), parameters=parameters, notes=notes, **sections)


def path_problems(folder: Path) -> Iterator[str]:
    """One sentence when a folder's path cannot be a town's."""
    if UNSAFE_IN_PATH.search(str(folder.resolve())):
        yield f"{folder}: the path holds one of [ ] {{ }} * ? ' \" \\ or a comma; move the town to a plainer path."


def _folder_problems(folder: Path) -> Iterator[str]:
    if not folder.is_dir():
        yield f"{folder}: no such folder; make one with `papierwende init {folder} --land HB`."
        return
    yield from path_problems(folder)
    if not (folder / "town.toml").is_file():
        yield f"{folder / 'town.toml'}: missing; make one with `papierwende init {folder} --land HB`."


def _read_toml(path: Path) -> tuple[dict[str, Any] | None, list[str]]:
    try:
        # Windows' editor begins a UTF-8 file with a mark that TOML does not know.
        return tomllib.loads(path.read_text(encoding="utf-8-sig")), []
    except tomllib.TOMLDecodeError as error:
        return None, [f"town.toml: not valid TOML, {error}; correct that line."]
    except UnicodeDecodeError as error:
        return None, [f"town.toml: not UTF-8 at byte {error.start}; save it as UTF-8."]


def _read_sections(document: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    problems = list(_unknown_keys(document, ("town", "privacy", "run", "precedence", "purpose", "source"), "town.toml"))
    problems += _literal_secrets(document, "town.toml")
    sections: dict[str, Any] = {}
    for key, model, name in (("town", Setting, "setting"), ("privacy", Privacy, "privacy"), ("run", Running, "run")):
        if key == "town" and key not in document:
            problems.append("town.toml: section [town] is missing; add it with name and land.")
            continue
        sections[name], mistakes = validated(model, document.get(key, {}), f"town.toml [{key}]")
        problems += mistakes
    for key, model, name in (("purpose", Purpose, "purposes"), ("source", Source, "sources")):
        sections[name], mistakes = _read_list(document.get(key, []), model, key)
        problems += mistakes
    sections["precedence"] = document.get("precedence", {})
    if not problems:
        problems += _source_contradictions(sections["sources"], sections["purposes"])
        problems += _precedence_problems(sections["precedence"], sections["sources"])
    return sections, problems


def _read_list(tables: object, model: type[TownSection], key: str) -> tuple[tuple[Any, ...], list[str]]:
    if not isinstance(tables, list):
        return (), [f"town.toml [{key}]: there may be several; write it with double brackets, [[{key}]]."]
    built: list[Any] = []
    problems: list[str] = []
    for number, table in enumerate(cast("list[Any]", tables), start=1):
        named = f" '{table['name']}'" if isinstance(table, dict) and "name" in table else ""
        value, mistakes = validated(model, table, f"town.toml [[{key}]] {number}{named}")
        problems += mistakes
        built.append(value)
    return tuple(built), problems


def _unknown_keys(table: dict[str, Any], known: tuple[str, ...], label: str) -> Iterator[str]:
    for key in table:
        if key not in known:
            yield f"{label}: section '{key}' is unknown{nearest(key, known)}."


def _literal_secrets(node: object, label: str) -> list[str]:
    if isinstance(node, list):
        return [problem for item in cast("list[Any]", node) for problem in _literal_secrets(item, label)]
    if not isinstance(node, dict):
        return []
    problems: list[str] = []
    for key, value in cast("dict[str, Any]", node).items():
        if key in NO_SECRETS:
            continue
        if isinstance(value, str | int | float) and SECRET_KEY.search(key) and not key.endswith("_FILE"):
            problems.append(
                f"{label}: key '{key}' looks like a secret; give it by the environment or a *_FILE, not here."
            )
        else:
            problems += _literal_secrets(value, label)
    return problems


def _source_contradictions(sources: tuple[Source, ...], purposes: tuple[Purpose, ...]) -> Iterator[str]:
    today = dt.date.today()
    agreed = {column for purpose in purposes if purpose.valid_from <= today for column in purpose.columns}
    seen: set[str] = set()
    titles: set[str] = set()
    for source in sources:
        if source.name in seen:
            yield f"town.toml [[source]] '{source.name}': the name is used twice; rename one."
        seen.add(source.name)
        if source.title and source.title in titles:
            yield f"town.toml [[source]] '{source.name}': the title '{source.title}' is used twice; change one."
        titles.add(source.title)
        for name in source.columns:
            if any(field.needs_purpose for _, field in FIELDS[name]) and name not in agreed:
                yield (
                    f"town.toml [[source]] '{source.name}': '{name}' tells about applicants and needs a registered "
                    f"[[purpose]] that lists it and is valid today; add one or drop the column."
                )
        others = [other.name for other in sources if other.name != source.name]
        for key, named in (("of", source.of), ("same_events_as", source.same_events_as)):
            if named is not None and named not in others:
                yield (
                    f"town.toml [[source]] '{source.name}': {key} = '{named}' names no other source"
                    f"{nearest(named, others)}."
                )


def _precedence_problems(precedence: object, sources: tuple[Source, ...]) -> Iterator[str]:
    """``[precedence]``: per column of a case the sources in the order in which they are believed."""
    names = [source.name for source in sources]
    columns = [field.name for field in CASES.fields if not field.required]
    for column, order in precedence.items() if isinstance(precedence, dict) else ():
        if column not in columns:
            yield f"town.toml [precedence]: '{column}' is no column of a case{nearest(str(column), columns)}."
        elif not isinstance(order, list) or not order:
            yield f'town.toml [precedence]: {column} needs a list of sources, such as {column} = ["cases", "portal"].'
        else:
            for name in order:
                if name not in names:
                    near = nearest(str(name), names)
                    yield f"town.toml [precedence]: {column} names '{name}', which is no source{near}."
