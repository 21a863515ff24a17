"""Small towns for tests: a folder with town.toml, parameters and inbox, its key outside; and the way through its door."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sources.batches.protocol import Batch, text_rows
from sources.connectors.files import read_batches
from sources.contract.pseudonyms import Key, normalised
from sources.door.door import Admitted, Door
from sources.door.units import Units
from sources.storage.spool import Spool
from sources.town.folder import Town, TownError, read_town
from sources.town.new import write_new_town
from sources.town.source import Source

KEY = Key(bytes(range(32)))
TODAY = dt.date(2026, 6, 15)
NOW = dt.datetime(2026, 6, 15, 3, 0)

HEADER = "Vorgang;Schritt;Zeitpunkt;Kanal"
ROWS = (
    "BHV-1;Eingang;02.03.2026 09:15;Internet",
    "BHV-1;Bescheid;05.03.2026 11:00;Internet",
    "BHV-2;Eingang;03.03.2026 08:30;Post",
)
PORTAL = """
[[source]]
name = "portal"
system = "portal"
format = "csv"
path = "inbox/portal/*.csv"
encoding = "windows-1252"
decimal = ","
timestamp_format = "%d.%m.%Y %H:%M"
[source.columns]
case_ref = "Vorgang"
activity = "Schritt"
occurred_at = "Zeitpunkt"
channel = "Kanal"
[source.values.channel]
Internet = "online"
Post = "post"
"-" = ""
[source.values.activity]
Eingang = "Eingang"
Bescheid = "Bescheid"
"""
EVENT_COLUMNS = {"case_ref": "case", "activity": "step", "occurred_at": "at"}

PARAMETERS = {
    "offices": (
        "office_code;office_name;parent_office_code;directorate;staff_band\n"
        "rathaus;Rathaus;;;50+\n"
        "buergeramt;Bürgeramt;rathaus;;20-49\n"
        "standesamt;Standesamt;buergeramt;;1-4\n"
        "archiv;Archiv;rathaus;;unknown\n"
    ),
    "services": (
        "service_code;service_name;leika_key;office_code;target_working_days;maturity_level;online_since\n"
        "parkausweis;Bewohnerparkausweis;;buergeramt;;;\n"
        "trauung;Eheschließung;;standesamt;;;\n"
    ),
}


def make_town(
    folder: Path,
    source_toml: str = PORTAL,
    parameters: Mapping[str, str] | None = None,
    *,
    privacy: str = "",
    town: str = 'name = "Testhafen"\nland = "HB"',
) -> Path:
    """A town's folder; its key lies beside the folder, never in it.

    Args:
        folder: where to make it.
        source_toml: the ``[[source]]`` tables, and whatever else belongs below ``[privacy]``.
        parameters: whole texts of files in ``parameters/``, by their name without ``.csv``.
        privacy: further lines of ``[privacy]``.
        town: the lines of ``[town]``.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    write_new_town(folder, "Testhafen", "HB", KEY.key_id)
    run = "" if "[run]" in source_toml else "[run]\nstill_seconds = 0\n"
    toml = f'[town]\n{town}\n\n[privacy]\nkey_id = "{KEY.key_id}"\n{privacy}\n{run}\n{source_toml}'
    (folder / "town.toml").write_text(toml, encoding="utf-8")
    for name, text in {**PARAMETERS, **(parameters or {})}.items():
        (folder / "parameters" / f"{name}.csv").write_text(text, encoding="utf-8")
    for inbox in re.findall(r'^path = "(inbox/[^"*]+)/', source_toml, re.MULTILINE):
        (folder / inbox).mkdir(parents=True, exist_ok=True)
    write_key(key_file(folder), KEY)
    return folder


def key_file(folder: Path) -> Path:
    """Where the key of a town lies."""
    return folder.parent / f"{folder.name}.key"


def write_key(path: Path, key: Key, mode: int = 0o600) -> Path:
    """Write a key as the program expects it."""
    path.write_text(key.secret.hex() + "\n", encoding="ascii")
    path.chmod(mode)
    return path


def environment(folder: Path) -> dict[str, str]:
    """The environment of a child process that works on a town."""
    return {**os.environ, "PAPIERWENDE_KEY_FILE": str(key_file(folder)), "COLUMNS": "200", "NO_COLOR": "1"}


def problems_of(folder: Path) -> list[str]:
    """The sentences a folder is refused with; none when it is in order."""
    try:
        read_town(folder)
    except TownError as error:
        return error.problems
    return []


def lines(*rows: str, header: str = HEADER) -> str:
    """A CSV text with a final newline."""
    return "\n".join((header, *rows)) + "\n"


def deliver(folder: Path, name: str, content: str | bytes, into: str = "inbox/portal") -> Path:
    """Put a file into a town's inbox; text is written as Windows-1252, as the portal of ``PORTAL`` does."""
    path = folder / into / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("windows-1252"))
    return path


def text_batch(*rows: Mapping[str, str], before: int = 0) -> Batch:
    """Rows of text as a connector hands them on, all with the columns of the first."""
    columns = {name: [row.get(name) for row in rows] for name in rows[0]}
    return Batch(text_rows(range(before + 1, before + len(rows) + 1), columns))


def make_source(columns: Mapping[str, Any] = EVENT_COLUMNS, **more: Any) -> Source:
    """A source without a town."""
    given: dict[str, Any] = {"name": "s", "system": "portal", "format": "csv", "path": "inbox/*", **more}
    return Source.model_validate({**given, "columns": dict(columns)})


def admitted(
    town: Town, batches: Sequence[Batch], source: Source | None = None, spool: Spool | None = None
) -> Admitted:
    """Batches taken through the door; every one of them is checked for conservation."""
    door = Door(source or town.sources[0], town.setting.timezone, Units(town), KEY, TODAY, spool)
    for batch in batches:
        door.take(batch)
    result = door.close()
    conserved(result)
    return result


def taken(folder: Path, path: Path, number: int = 0) -> Admitted:
    """A delivered file taken through the door of a town's source."""
    town = read_town(folder)
    source = town.sources[number]
    return admitted(town, list(read_batches(path, source)), source)


def conserved(result: Admitted) -> None:
    """Law 10: nothing is lost at the door."""
    counted = result.rows_admitted + result.rows_quarantined + result.rows_duplicate
    assert result.rows_read == counted
    kinds = list(result.records.values())
    assert kinds[0].height == result.rows_admitted
    assert result.quarantine["position"].is_unique().all()


def reasons(result: Admitted) -> list[tuple[int, str, str | None]]:
    """The quarantine as (position, reason code, column)."""
    return [tuple(row) for row in result.quarantine.select("position", "reason_code", "column_name").iter_rows()]


def case_id(reference: str) -> str:
    """What a case number becomes at the door."""
    return KEY.pseudonym("case_id", normalised(reference))
