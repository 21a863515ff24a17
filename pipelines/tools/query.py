"""Questions to the published file: read-only, locked down, for ``sql`` and ``status``."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipelines.run.generation import DATABASE
from pipelines.run.outcome import Exit, Stop
from pipelines.walk.copied_tables import SCHEMA

LOCKED = {
    "enable_external_access": "false",
    "lock_configuration": "true",
    "autoinstall_known_extensions": "false",
    "temp_directory": "",
}


def ask(town_folder: Path, query: str, zone: str = "Europe/Berlin") -> tuple[list[str], list[tuple[object, ...]]]:
    """The column names and rows of a query on the current generation.

    Raises:
        Stop: nothing is published, or the query is refused or wrong.
    """
    if not query.strip():
        raise Stop(Exit.CONFIGURATION, "The query is empty; write one SQL statement.")
    database = town_folder / "current" / DATABASE
    if not database.is_file():
        raise Stop(
            Exit.CONFIGURATION, f"{town_folder}: nothing is published yet; run `papierwende run {town_folder}` first."
        )
    config = {**LOCKED, "TimeZone": zone}
    try:
        opened = duckdb.connect(str(database.resolve()), read_only=True, config=config)  # type: ignore[arg-type]
    except duckdb.Error as error:
        raise Stop(
            Exit.INTEGRITY, f"{database}: is damaged; `papierwende run {town_folder}` makes the generation again."
        ) from error
    with opened as connection:
        try:
            connection.execute(f"use {SCHEMA}")
            result = connection.execute(query)
            return [column[0] for column in result.description or []], result.fetchall()
        except duckdb.Error as error:
            raise Stop(Exit.CONFIGURATION, f"The query was refused: {str(error).splitlines()[0]}") from error
