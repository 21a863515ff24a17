"""A new town's folder: commented, valid, and ready to run before the first delivery."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from sources.town.parameter_row import Row
from sources.town.parameters import PARAMETER_TABLES

FOLDERS = ("parameters", "ledger", "inbox/portal", "var")

TOWN_TOML = """\
# Papierwende: one town. Every key is explained in docs/town-folder.md.

[town]
name = {name}
land = "{land}"                     # BB BE BW BY HB HE HH MV NI NW RP SH SL SN ST TH: decides the public holidays
timezone = "Europe/Berlin"
contact = ""                      # shown on the site, e.g. digitalisierung@example.org

[privacy]
key_id = "{key_id}"           # names the pseudonym key; the key itself lies outside this folder
staff_threshold = 5               # units with fewer people are merged into their parent; may only be raised
min_cases = 10                    # figures on fewer cases are not shown; may only be raised

[run]
inbox_keep_days = 30              # admitted files are deleted from inbox/ after so many days
schedules = ["30 2 * * *"]        # when the web server's daemon starts runs: minute hour day month weekday

# One table per system. Columns are mapped by name; a column that is not named never enters.
[[source]]
name = "portal"
title = "Serviceportal"           # what readers of the pages call it
system = "portal"                 # portal case scan mail print finance posts
format = "csv"                    # docs/sources.md shows ten lines for each system
path = "inbox/portal/*.csv"
mode = "increment"                # dump: every file is the whole truth and replaces the one before; deletions
delimiter = ";"
encoding = "windows-1252"
decimal = ","
timestamp_format = "%d.%m.%Y %H:%M"
[source.columns]
case_ref = "Vorgangsnummer"
activity = "Ereignis"
occurred_at = "Zeitpunkt"
service = "Leistung"
channel = "Eingangsweg"
[source.values.channel]
Online = "online"
"E-Mail" = "email"
Post = "post"
Schalter = "counter"
Telefon = "phone"
Fax = "fax"
"""

STARTING_ROWS: dict[str, list[tuple[str, ...]]] = {
    "opening_hours": [
        *(("all", day, "08:00", "16:00", "2000-01-01", "") for day in ("mon", "tue", "wed", "thu")),
        ("all", "fri", "08:00", "12:00", "2000-01-01", ""),
    ],
    "channels": [
        ("online", "false", "true", "2000-01-01", ""),
        ("email", "false", "false", "2000-01-01", ""),
        ("post", "true", "false", "2000-01-01", ""),
        ("counter", "true", "false", "2000-01-01", ""),
        ("phone", "false", "false", "2000-01-01", ""),
        ("fax", "true", "false", "2000-01-01", ""),
        ("internal", "false", "false", "2000-01-01", ""),
    ],
}


def write_new_town(folder: Path, name: str, land: str, key_id: str) -> list[Path]:
    """Write a new town's folder; returns the files written.

    Raises:
        FileExistsError: when the folder already holds a town.
    """
    if (folder / "town.toml").exists():
        raise FileExistsError(folder / "town.toml")
    for part in FOLDERS:
        (folder / part).mkdir(parents=True, exist_ok=True)
    written = [folder / "town.toml"]
    written[0].write_text(
        TOWN_TOML.format(name=json.dumps(name, ensure_ascii=False), land=land, key_id=key_id), encoding="utf-8"
    )
    for table in PARAMETER_TABLES:
        path = folder / "parameters" / f"{table.file}.csv"
        path.write_text(_table_text(table), encoding="utf-8")
        written.append(path)
    return written


def _table_text(table: type[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(table.model_fields)
    writer.writerows(STARTING_ROWS.get(table.file, []))
    return text.getvalue()
