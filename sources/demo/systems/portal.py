"""The portal's monthly CSV files in German notation, with the columns about applicants that must not pass the door."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from sources.demo.systems.accounts import FileAccount
from sources.demo.systems.tokens import APPLICANT, FIELDS_PER_APPLICANT, STRAY, tokens
from sources.demo.town import catalogue as c
from sources.demo.town import faults as f
from sources.demo.town.arrays import Ints
from sources.demo.town.arrivals import Cases
from sources.demo.town.case_numbers import case_number
from sources.demo.town.days import Days, is_ambiguous, minute_text
from sources.demo.town.services_offered import CASE_TYPES, FIRST_TYPES, SERVICES
from sources.demo.town.steps import CaseSteps

ENCODING: Final = "windows-1252"
_GIVEN_NAMES: Final = (
    "Änne",
    "Jörn",
    "Fatma",
    "Günter",
    "Oksana",
    "Lars",
    "Zoë",
    "Mehmet",
    "Wiebke",
    "Stanisław",
    "Rüya",
    "Heiko",
)
_MESSAGES: Final = (
    "Bitte um Rückruf; vielen Dank an ",
    'Siehe "Anlage 2", Rückfragen an ',
    "Zur Kenntnis für ",
    "Läuft über ",
)


def write_portal(folder: Path, days: Days, cases: Cases, steps: CaseSteps) -> list[FileAccount]:
    """Write ``inbox/portal/antraege_YYYY-MM.csv`` for every month with events."""
    at = np.flatnonzero(steps.in_portal)
    at = at[np.lexsort((at, steps.local[at]))]
    rows = _rows(cases, steps, at)
    month = days.month_of[days.day_of(steps.local[at])]
    day = days.day_of(steps.local[at])
    bounds = np.searchsorted(month, np.arange(len(days.months) + 1))
    accounts: list[FileAccount] = []
    previous_tail = rows.clear()
    for index, first in enumerate(days.months):
        own = rows.slice(int(bounds[index]), int(bounds[index + 1] - bounds[index]))
        if own.is_empty() and previous_tail.is_empty():
            continue
        spoilt = _spoilt_rows(own, index)
        repeated = own.head(max(5, own.height // 100)) if index == f.DUPLICATES_MONTH else own.clear()
        path = folder / "inbox" / "portal" / f"antraege_{first:%Y-%m}.csv"
        _write(path, pl.concat([previous_tail, own, spoilt, repeated]))
        ambiguous = int(is_ambiguous(steps.local[at[bounds[index] : bounds[index + 1]]]).sum())
        accounts.append(
            FileAccount(
                path=path.relative_to(folder).as_posix(),
                source="portal",
                rows=previous_tail.height + own.height + spoilt.height + repeated.height,
                duplicates=repeated.height,
                quarantined=spoilt.height,
                repeated_from_earlier_file=previous_tail.height,
                ambiguous_times=ambiguous,
            )
        )
        last_days = np.searchsorted(days.month_of, index + 1) - 3
        tail = max(int((day[bounds[index] : bounds[index + 1]] >= last_days).sum()), 1)
        previous_tail = own.tail(tail) if index == f.OVERLAP_MONTH else rows.clear()
    return accounts


def _rows(cases: Cases, steps: CaseSteps, at: Ints) -> pl.DataFrame:
    case = steps.case[at]
    channel = np.where(cases.is_assisted[case], len(c.CHANNEL_WORDS), cases.channel[case])
    marks = [tokens(APPLICANT, case * FIELDS_PER_APPLICANT + field) for field in range(FIELDS_PER_APPLICANT)]
    columns: dict[str, pl.Series] = {
        "Vorgangsnummer": case_number(cases.year[case], cases.number[case]),
        "Leistung": pl.Series([s.name for s in SERVICES]).gather(cases.service[case]),
        "Antragsart": pl.Series(CASE_TYPES).gather(FIRST_TYPES[cases.service[case]] + cases.case_type[case]),
        "Ereignis": pl.Series([a.name for a in c.ACTIVITIES]).gather(steps.activity[at]),
        "Zeitpunkt": minute_text(steps.local[at]),
        "Kanal": pl.Series([*c.CHANNEL_WORDS, c.ASSISTED_WORD]).gather(channel),
    }
    # One of them has a letter that Windows-1252 lacks.
    given = pl.Series([name.encode(ENCODING, "ignore").decode(ENCODING) for name in _GIVEN_NAMES]).gather(
        case % len(_GIVEN_NAMES)
    )
    message = pl.Series(_MESSAGES).gather(case % len(_MESSAGES))
    rows = pl.DataFrame(
        {**columns, "given": given, "message": message, **{f"m{i}": mark for i, mark in enumerate(marks)}}
    )
    return rows.select(
        *columns,
        pl.concat_str("given", pl.lit(" "), "m0").alias("Antragsteller"),
        pl.concat_str("m1", pl.lit("@example.org")).alias("E-Mail"),
        pl.concat_str(pl.lit("0471 55-"), "m2").alias("Telefon"),
        pl.concat_str(pl.lit("An der Mole "), "m3", pl.lit(", 00000 Musterhafen")).alias("Anschrift"),
        pl.concat_str(pl.lit("DE00"), pl.col("m4").str.to_uppercase()).alias("IBAN"),
        pl.concat_str("message", "m5").alias("Nachricht"),
    )


def _spoilt_rows(own: pl.DataFrame, month: int) -> pl.DataFrame:
    """The rows of this month that the door must refuse, made from honest ones; without these there are none."""
    if own.is_empty():
        return own
    if month == f.UNREADABLE_MONTH:
        return _with(own, "Zeitpunkt", list(f.UNREADABLE_TIMES))
    if month == f.IMPOSSIBLE_YEARS_MONTH:
        return _with(own, "Zeitpunkt", list(f.IMPOSSIBLE_TIMES))
    if month == f.STRAY_PERSON_MONTH:
        return _with(own, "Ereignis", [f"{tokens(STRAY, np.array([1]))[0]}@example.org"])
    return own.clear()


def _with(own: pl.DataFrame, column: str, values: list[str]) -> pl.DataFrame:
    """As many copies of honest rows as there are values, one column replaced; so few that a guard lets the file in."""
    values = values[: max(1, own.height // 6)]
    sample = own[[index % own.height for index in range(len(values))]]
    return sample.with_columns(pl.Series(column, values))


def _write(path: Path, rows: pl.DataFrame) -> None:
    buffer = BytesIO()
    rows.write_csv(buffer, separator=";", line_terminator="\r\n")
    path.write_bytes(buffer.getvalue().decode().encode(ENCODING))
