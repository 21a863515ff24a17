"""A filled tally sheet to rows of ``processing_minutes.csv``: what it says, what it is divided by, and the entry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pipelines.run import lock
from pipelines.run.outcome import storage_faults_stop, write_whole
from pipelines.sampling import entry
from pipelines.sampling.cases_from import CasesFrom
from pipelines.sampling.entry import Cases, Entered, entered, kind_of
from pipelines.sampling.filled import Filled, read_sheet
from pipelines.sampling.group import Group, group_of
from pipelines.sampling.refusal import NotSampled
from pipelines.sampling.shares import FEWEST_HELD, Shares, shares
from pipelines.tools.handled_cases import decided
from sources.town.folder import Town
from sources.town.mistakes import nearest
from sources.town.parameter_files import read_parameters


@dataclass(frozen=True)
class Reading:
    """A sheet as it was read: its counts, its shares, its rows, and what else there is to say."""

    filled: Filled
    found: Shares
    entered: Entered
    told: tuple[str, ...]


def read_minutes(town: Town, file: Path, cases_from: CasesFrom, valid_from: dt.date | None) -> Reading:
    """Read a sheet, check it against the town, and compute its minutes.

    Raises:
        NotSampled: with one sentence per mistake.
    """
    filled = read_sheet(file, 0 if town.privacy.thresholds_off else town.privacy.staff_threshold)
    plan = filled.plan
    group = _group(town, filled)
    held = len(filled.staff)
    if held < FEWEST_HELD:
        raise NotSampled(
            f"{file.name}: {held} rounds were held, and {FEWEST_HELD} are needed to know how far rounds differ; "
            "observe again, by a new plan."
        )
    found = shares(filled.marks, filled.staff, filled.parts, plan.open_minutes, filled.staffed_minutes)
    cases, whence = _cases(town, group, filled, found, cases_from)
    rows = entered(filled, found, cases, town.privacy.min_cases, valid_from or plan.first_day)
    duty = "opening time times people" if filled.staffed_minutes is None else "as the sheet tells"
    told = (
        f"{found.observations:,} observations in {held} rounds, {filled.cancelled} cancelled; "
        f"{found.staffed_minutes:,.0f} minutes of duty, {duty}.",
        f"The widest interval of a share is ± {_widest(found):.1f} points, ± {plan.error} were wanted.",
        f"Cases decided from {plan.first_day} to {plan.last_day}: {whence}.",
    )
    return Reading(filled, found, rows, told)


def _widest(found: Shares) -> float:
    """Half the width of the widest 95 % interval, in percentage points."""
    return float((found.high - found.low).max()) * 50


def _group(town: Town, filled: Filled) -> Group:
    plan = filled.plan
    if plan.town != town.setting.name:
        raise NotSampled(
            f"The sheet is of the town '{plan.town}', not of '{town.setting.name}'; name its town by --town."
        )
    group = group_of(town, plan.office_code)
    known = [service.service_code for service in town.parameters.services]
    gone = {kind_of(key).service_code for key in plan.kinds} - set(known)
    if gone:
        raise NotSampled(
            f"parameters/services.csv: '{code}' of the sheet is not listed{nearest(code, known)}."
            for code in sorted(gone)
        )
    return group


def _cases(town: Town, group: Group, filled: Filled, found: Shares, cases_from: CasesFrom) -> tuple[Cases, str]:
    """The cases of each kind of work, and in a clause where they come from.

    Raises:
        NotSampled: when they are neither published nor filled in.
    """
    plan = filled.plan
    published = decided(town) if cases_from is not CasesFrom.SHEET else None
    why = "nothing is published"
    if cases_from is CasesFrom.SHEET:
        why = "the sheet was asked for"
    if published is not None:
        lack = published.lacks(plan.first_day, plan.last_day)
        if lack is None:
            counts = tuple(
                published.of(kind_of(key), group.members, plan.first_day, plan.last_day) for key in plan.kinds
            )
            return Cases(counts, "Vorgänge laut Papierwende"), f"from the published file as of {published.as_of}"
        why = lack
    if cases_from is CasesFrom.PUBLISHED:
        raise NotSampled(f"{why[0].upper()}{why[1:]}; run `papierwende run` when all has come, or say --cases sheet.")
    empty = [
        cell
        for cell, count, seen in zip(filled.cells, filled.cases, found.seen, strict=False)
        if count is None and seen >= entry.FEWEST_SEEN
    ]
    if empty:
        raise NotSampled(
            f"{cell}: is empty, and {why}; write how many cases were decided in the period." for cell in empty
        )
    return Cases(filled.cases, "Vorgänge laut Bogen"), f"as the sheet tells, as {why}"


def enter(town: Town, reading: Reading, *, dry_run: bool) -> list[str]:
    """Append a reading's rows to the town's file, in one step and only if the town still reads well with them.

    Returns:
        What was done, in sentences.

    Raises:
        NotSampled: when the rows cannot stand in the file.
        Stop: when another run is active, or the disk fails.
    """
    path = (town.folder / entry.FILE).resolve()
    with _alone(town.folder, is_needed=not dry_run), storage_faults_stop(town.folder):
        text = path.read_bytes().decode("utf-8") if path.exists() else None
        known = _known(text)
        plan_id, rows = reading.filled.plan.plan_id, reading.entered.rows
        if there := entry.of_plan(known, plan_id):
            said = [f"The sheet of plan {plan_id} is already in, with {_rows(len(there))}; nothing was changed."]
            if set(there) != set(rows):
                said.append(
                    f"Read today it gives other values; to take those, remove its rows from {entry.FILE} first."
                )
            return said
        if not rows:
            raise NotSampled(f"No kind of work has minutes to tell; {entry.FILE} was not changed.")
        entry.refuse_taken(rows, known)
        whole = entry.appended(text, rows)
        _known(whole)
        if dry_run:
            added = whole.splitlines()[-len(rows) :]
            return [f"{entry.FILE} would get {_rows(len(rows))}; nothing was written:", *added]
        write_whole(path, whole)
        return [f"Appended {_rows(len(rows))} to {entry.FILE}; `papierwende run` computes with them."]


def _rows(count: int) -> str:
    return f"{count} row{'s' * (count != 1)}"


def _known(text: str | None) -> tuple[entry.ProcessingMinutes, ...]:
    """The rows of the file's text.

    Raises:
        NotSampled: with what is wrong with it.
    """
    with TemporaryDirectory() as place:
        if text is not None:
            (Path(place) / Path(entry.FILE).name).write_bytes(text.encode("utf-8"))
        parameters, problems = read_parameters(Path(place))
    if problems:
        raise NotSampled(problems)
    return parameters.processing_minutes


@contextmanager
def _alone(folder: Path, *, is_needed: bool) -> Iterator[None]:
    if not is_needed:
        yield
        return
    with lock.locked(folder):
        yield
