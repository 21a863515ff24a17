"""A throw-away town for one file: its mapping as proposed, its parameters as the file shows, thresholds off.

What becomes of it is an ordinary walk; nothing here knows the command line.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines.run.outcome import Exit, Stop, utc_now
from pipelines.run.settings import town_at
from pipelines.tools.activity_roles import ActivityRoles, Records, frequent_values, roles_of
from pipelines.tools.newest_day import newest_day
from sources.connectors.apart import read_batches
from sources.contract.pseudonyms import Key
from sources.contract.records import FIELDS
from sources.door.admitted import Admitted, commonest_reasons
from sources.door.door import Door
from sources.door.units import Units
from sources.proposal.meanings import meaning
from sources.proposal.proposal import Proposal
from sources.proposal.propose import source_name
from sources.proposal.toml import toml_of
from sources.town.folder import Town
from sources.town.new import write_new_town
from sources.town.parameter_row import Row
from sources.town.parameters import Activity, Office, Service

# Per parameter file its rows by their code.
Listed = dict[type[Row], dict[str, dict[str, str]]]
PROBE: Final = "probe"
_LONGEST_NAME: Final = 80
_CODE: Final = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}$")
# Per field that holds codes of a parameter file: record and landed column.
_CODED: Final = {
    "service": ("cases", "service_code"),
    "office": ("cases", "office_code"),
    "unit": ("events", "unit_code"),
}

TOWN_TOML: Final = """\
# A throw-away town, made from one file. Thresholds are off and every page says so: never publish it.

[town]
name = {name}
land = "{land}"

[privacy]
key_id = "{key_id}"
thresholds_off = true

"""


@dataclass(frozen=True)
class Trial:
    """A throw-away town that is ready to be walked.

    Attributes:
        as_of: the newest day the file speaks of.
        ahead: records dated after it: far ahead of all others, or later than can be.
        rows_read: rows of the file.
        rows_quarantined: rows that cannot be taken.
    """

    folder: Path
    as_of: dt.date
    ahead: int
    rows_read: int
    rows_quarantined: int


def make_trial(
    folder: Path,
    file: Path,
    proposal: Proposal,
    *,
    land: str,
    service: str | None,
    key: Key,
    settle: Callable[[ActivityRoles], ActivityRoles],
) -> Trial:
    """Make a throw-away town around a copy of a file, in a folder that must not hold a town.

    The proposal, with every question answered, gains what the parameter files need. All of the file is about the one
    service that is named, unless a column says it. What activities seem to be is settled by ``settle``.

    Raises:
        Stop: the mapping is wrong, or no row of the file can be taken.
    """
    name = source_name(file.name)
    listed: Listed = {Office: {PROBE: _office(PROBE, "Probe")}, Service: {}}
    if "service" not in proposal.columns and {"case_ref", "submission_ref"} & set(proposal.columns):
        proposal.options["service"] = PROBE
        listed[Service][PROBE] = _service(PROBE, service or f"Probe: {file.name}")
    write_new_town(folder, PROBE, land, key.key_id)
    inbox = folder / "inbox" / name
    inbox.mkdir(parents=True)
    copied = inbox / file.name
    shutil.copy2(file, copied)
    town = _described(folder, file, proposal, name, land, key)
    admitted = _admitted(town, copied, key)
    records = admitted.records
    _learn_words(proposal, admitted)
    _list_codes(proposal, records, listed)
    _described(folder, file, proposal, name, land, key)
    if (roles := roles_of(records, set(proposal.columns))) is not None:
        roles = settle(roles)
        listed[Activity] = {activity: _activity(activity, roles) for activity in roles.activities}
    for table, rows in listed.items():
        _write_rows(folder / "parameters" / f"{table.file}.csv", table, rows.values())
    written_on = dt.datetime.fromtimestamp(file.stat().st_mtime, town.zone).date()
    day, ahead = newest_day(records, town.zone, written_on)
    return Trial(folder, day, ahead, admitted.rows_read, admitted.rows_quarantined)


def _described(folder: Path, file: Path, proposal: Proposal, name: str, land: str, key: Key) -> Town:
    """Write town.toml; returns the town as it reads."""
    title = json.dumps(f"Probe: {file.name}"[:_LONGEST_NAME], ensure_ascii=False)
    head = TOWN_TOML.format(name=title, land=land, key_id=key.key_id)
    text = head + toml_of(proposal, name)
    (folder / "town.toml").write_text(text, encoding="utf-8", errors="backslashreplace")
    return town_at(folder)


def _admitted(town: Town, file: Path, key: Key) -> Admitted:
    source = town.sources[0]
    door = Door(source, town.setting.timezone, Units(town), key, utc_now().date())
    for batch in read_batches(file, source):
        door.take(batch)
    admitted = door.close(file.name)
    if not admitted.rows_admitted:
        why = commonest_reasons(admitted.quarantine)
        raise Stop(
            Exit.GUARD,
            f"{file.name}: none of {admitted.rows_read:,} rows can be taken: {why or 'there is none'}; "
            "name other columns, or how times are written.",
        )
    return admitted


def _learn_words(proposal: Proposal, admitted: Admitted) -> None:
    """Words that came after the sample and whose meaning is known."""
    for target, words in admitted.unmapped.items():
        _, known = FIELDS[target][0]
        found = {word: meant for word in words if (meant := meaning(word, known))}
        if found:
            proposal.values.setdefault(target, {}).update(found)


def _list_codes(proposal: Proposal, records: Records, listed: Listed) -> None:
    """List services and offices the file names; a code a parameter file cannot hold gets a plain one."""
    for target, (record, column) in _CODED.items():
        if target not in proposal.columns or record not in records:
            continue
        for number, word in enumerate(frequent_values(records[record][column]), start=1):
            code = word if _CODE.match(word) else f"{target}-{number}"
            if code != word:
                proposal.values.setdefault(target, {})[word] = code
            table, row = (Service, _service(code, word)) if target == "service" else (Office, _office(code, word))
            listed[table].setdefault(code, row)


def _activity(name: str, roles: ActivityRoles) -> dict[str, str]:
    kind = "decision" if name in roles.decisions else "intake" if name in roles.intake else "internal"
    return {"activity": name, "kind": kind, "is_decision": str(name in roles.decisions).lower()}


def _office(code: str, name: str) -> dict[str, str]:
    return {"office_code": code, "office_name": name, "staff_band": "50+"}


def _service(code: str, name: str) -> dict[str, str]:
    return {"service_code": code, "service_name": name, "office_code": PROBE}


def _write_rows(path: Path, table: type[Row], rows: Iterable[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table.model_fields), restval="", delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
