"""What a sheet adds to ``processing_minutes.csv``: its rows, and the file's text with them appended in its dress."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from dashboards.words import numbers
from pipelines.sampling.filled import Filled
from pipelines.sampling.kinds import PARTED_BY, Kind
from pipelines.sampling.refusal import NotSampled
from pipelines.sampling.shares import Shares
from sources.contract.vocabularies import Channel, EvidenceGrade, TimingMethod
from sources.town.parameters import ProcessingMinutes

FEWEST_SEEN: Final = 5
"""Work that was seen less often has an error near its value: that is no measurement."""
SEEN_FOR_A: Final = 30
HELD_FOR_A: Final = 0.9
FILE: Final = f"parameters/{ProcessingMinutes.file}.csv"
_CENT: Final = Decimal("0.01")
_FINE: Final = Decimal("0.0001")


@dataclass(frozen=True)
class Entered:
    """What a sheet gives.

    Attributes:
        rows: the rows to append.
        places: of each row the kind of work it is about, as a place in the plan.
        untold: one sentence per kind of work of which no minutes can be told.
    """

    rows: tuple[ProcessingMinutes, ...]
    places: tuple[int, ...]
    untold: tuple[str, ...]


@dataclass(frozen=True)
class Cases:
    """Cases decided in the period per kind of work, and where they come from, in German."""

    counts: tuple[int | None, ...]
    source: str


def kind_of(key: str) -> Kind:
    """The kind of work a sheet names."""
    return Kind(*key.split(PARTED_BY))


def entered(filled: Filled, found: Shares, cases: Cases, least_cases: int, valid_from: dt.date) -> Entered:
    """Minutes per case = worked minutes ÷ decided cases, for each kind of work that was seen often enough.

    Low and high are the 95 % interval; sampled are all observations, as the share of each work rests on all of them.
    Grade A: the town tells the minutes of duty, nine of ten rounds were held, the work was seen 30 times or more and
    its share is known as closely as was wanted; else B.

    Args:
        filled: the sheet.
        found: its shares.
        cases: what is divided by.
        least_cases: of fewer cases no minutes are told.
        valid_from: first day the minutes hold.
    """
    rows: list[ProcessingMinutes] = []
    places: list[int] = []
    untold: list[str] = []
    for place, key in enumerate(filled.plan.kinds):
        count, seen = cases.counts[place], int(found.seen[place])
        if seen < FEWEST_SEEN:
            if seen:
                untold.append(f"{key}: seen {seen} times, and {FEWEST_SEEN} are needed; observe longer.")
        elif count is None:
            untold.append(f"{key}: nobody tells how many cases were decided in the period.")
        elif count < least_cases:
            untold.append(f"{key}: fewer than {least_cases} cases were decided in the period; observe longer.")
        else:
            rows.append(_row(filled, found, place, Decimal(count), cases.source, valid_from))
            places.append(place)
    if never := [key for key, seen in zip(filled.plan.kinds, found.seen, strict=False) if seen == 0]:
        untold.append(f"Never seen, so without minutes: {', '.join(never)}.")
    return Entered(tuple(rows), tuple(places), tuple(untold))


def _row(
    filled: Filled, found: Shares, place: int, cases: Decimal, cases_from: str, valid_from: dt.date
) -> ProcessingMinutes:
    def per_case(minutes: float, step: Decimal) -> Decimal:
        return (Decimal(float(minutes)) / cases).quantize(step)

    kind = kind_of(filled.plan.kinds[place])
    return ProcessingMinutes(
        service_code=kind.service_code,
        case_type=kind.case_type,
        intake_channel=Channel(kind.intake_channel),
        minutes=per_case(found.worked_minutes[place], _CENT),
        low=per_case(found.low[place] * found.staffed_minutes, _CENT),
        high=per_case(found.high[place] * found.staffed_minutes, _CENT),
        standard_error=per_case(found.worked_error[place], _FINE),
        sampled=found.observations,
        method=TimingMethod.WORK_SAMPLING,
        valid_from=valid_from,
        source=_source(filled, found, place, cases_from),
        evidence_grade=_grade(filled, found, place),
    )


def _source(filled: Filled, found: Shares, place: int, cases_from: str) -> str:
    plan = filled.plan
    minutes = "Öffnungszeit mal Personen" if filled.staffed_minutes is None else "Dienstzeit laut Bogen"
    return (
        f"Multimomentaufnahme {plan.office_code} {numbers.day_short(plan.first_day)} bis "
        f"{numbers.day_short(plan.last_day)}: {found.seen[place]} von {found.observations} Beobachtungen in "
        f"{len(filled.staff)} Rundgängen, Entwurfseffekt {numbers.plain(float(found.design_effect[place]), 1)}, "
        f"{minutes}, {cases_from}, {named(plan.plan_id)}"
    )


def named(plan_id: str) -> str:
    """How a row's source names the plan, by which a second load is known."""
    return f"Plan {plan_id}"


def _grade(filled: Filled, found: Shares, place: int) -> EvidenceGrade:
    held = len(filled.staff)
    is_close = (found.high[place] - found.low[place]) / 2 <= float(filled.plan.error) / 100
    is_whole = held >= HELD_FOR_A * (held + filled.cancelled) and filled.staffed_minutes is not None
    return EvidenceGrade.A if is_whole and is_close and found.seen[place] >= SEEN_FOR_A else EvidenceGrade.B


def of_plan(known: Sequence[ProcessingMinutes], plan_id: str) -> list[ProcessingMinutes]:
    """The rows of the file that came from a plan."""
    return [row for row in known if row.source.endswith(named(plan_id))]


def refuse_taken(rows: Sequence[ProcessingMinutes], known: Sequence[ProcessingMinutes]) -> None:
    """Let no row stand beside one of the same work and day.

    Raises:
        NotSampled: when one does.
    """
    taken = {_key(row) for row in known}
    if clash := next((row for row in rows if _key(row) in taken), None):
        raise NotSampled(
            f"{FILE}: {clash.service_code}, {clash.case_type}, {clash.intake_channel} already has minutes from "
            f"{clash.valid_from}; give another first day with --valid-from."
        )


def _key(row: ProcessingMinutes) -> tuple[object, ...]:
    return tuple(getattr(row, part) for part in ProcessingMinutes.key)


def appended(text: str | None, rows: Sequence[ProcessingMinutes]) -> str:
    """The file's text with rows appended; delimiter, decimal sign, line ends and order of columns are the file's own.

    Args:
        text: the file as it is, its byte order mark included; None or blank where there is none yet.
        rows: what to append.

    Raises:
        NotSampled: when the file lacks a column that a row needs.
    """
    if text is None or not text.strip("\ufeff\r\n\t ;,"):
        text = ";".join(ProcessingMinutes.model_fields) + "\n"
    header = text.removeprefix("\ufeff").partition("\n")[0]
    delimiter = ";" if ";" in header else ","
    end = "\r\n" if header.endswith("\r") else "\n"
    names = [name.strip() for name in next(csv.reader([header.rstrip("\r")], delimiter=delimiter))]
    told = [name for name in ProcessingMinutes.model_fields if any(_is_told(row, name) for row in rows)]
    if missing := [name for name in told if name not in names]:
        raise NotSampled(
            f"{FILE} line 1: no column for {', '.join(missing)}; add it to the header, and an empty cell to each line."
        )
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=delimiter, lineterminator=end)
    decimal = _decimal_sign(text, delimiter)
    writer.writerows([_cell(row, name, decimal) for name in names] for row in rows)
    return text + ("" if text.endswith("\n") else end) + lines.getvalue()


def _is_told(row: ProcessingMinutes, name: str) -> bool:
    """Whether a file without the column would say something else."""
    return getattr(row, name) != ProcessingMinutes.model_fields[name].default


def _decimal_sign(text: str, delimiter: str) -> str:
    """The sign the file's own numbers have; of none that tells, the one that goes with its delimiter."""
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter))
    places = [
        place for place, name in enumerate(rows[0]) if name.strip() in ("minutes", "low", "high", "standard_error")
    ]
    for row in rows[1:]:
        for place in places:
            if place < len(row) and (sign := re.fullmatch(r"\s*\d+([.,])\d+\s*", row[place])):
                return sign[1]
    return "," if delimiter == ";" else "."


def _cell(row: ProcessingMinutes, name: str, decimal: str) -> str:
    value = getattr(row, name, None)
    if isinstance(value, Decimal):
        return str(value).replace(".", decimal)
    return "" if value is None else str(value)
