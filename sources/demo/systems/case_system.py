"""The case system's quarterly JSON lines: every step, with what was known of the case at that moment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from sources.demo.systems.accounts import FileAccount
from sources.demo.systems.quarters import quarters_of
from sources.demo.systems.tokens import CLERK, REMARK, marked, tokens
from sources.demo.town import catalogue as c
from sources.demo.town.arrays import Flags, Ints
from sources.demo.town.arrivals import Cases
from sources.demo.town.case_numbers import all_spellings, carelessly_spelt, case_number
from sources.demo.town.days import DAY_SECONDS, NEVER, Days, day_text, iso_text, to_utc
from sources.demo.town.detours import Detours
from sources.demo.town.faults import Register
from sources.demo.town.lives import Lives
from sources.demo.town.services_offered import CASE_TYPES, FIRST_TYPES, SERVICE_CODES, SERVICES, UNLISTED_SERVICE
from sources.demo.town.steps import CaseSteps

_GREETINGS: Final = ("Rückfrage telefonisch geklärt mit ", "Akte liegt bei ", "Bitte beachten: Hinweis von ")
_STAFF: Final = 9


def due_local(days: Days, cases: Cases) -> Ints:
    """The promised day's last second on the wall clock, ``NEVER`` where nothing is promised."""
    target = np.array([s.target or 0 for s in SERVICES])[cases.service]
    due = days.seconds(days.plus_open(cases.day, target)) + DAY_SECONDS - 1
    return np.where(target > 0, due, NEVER)


@dataclass(frozen=True)
class _Attributes:
    """Columns of the cases as text, one value per case; instants in UTC and with offset, deadlines as plain days."""

    spellings: pl.Series
    service: pl.Series
    office: pl.Series
    case_type: pl.Series
    channel: pl.Series
    outcome: pl.Series
    received: tuple[pl.Series, pl.Series]
    closed: tuple[pl.Series, pl.Series]
    due: pl.Series


def write_case_system(
    folder: Path, days: Days, cases: Cases, live: Lives, steps: CaseSteps, register: Register, detours: Detours
) -> list[FileAccount]:
    """Write ``inbox/faelle/faelle_YYYY-Qn.jsonl`` for every quarter of the window, ordered by time."""
    at = np.flatnonzero(~steps.in_portal)
    utc = steps.utc
    at = at[np.lexsort((steps.sequence[at], steps.case[at], utc[at]))]
    texts = _attributes(days, cases, live, register)
    month = days.month_of[days.day_of(steps.local[at])]
    accounts: list[FileAccount] = []
    for index, (label, chosen) in enumerate(quarters_of(days, month)):
        mine = at[chosen]
        plain = _rows(live, steps, register, cases.is_second_hour, texts, mine, with_offset=index % 2 == 1)
        rows = detours.taken(plain, mine)
        path = folder / "inbox" / "faelle" / f"faelle_{label}.jsonl"
        rows.write_ndjson(path)
        accounts.append(
            FileAccount(
                path=path.relative_to(folder).as_posix(),
                source="faelle",
                rows=len(mine),
                unmapped_values=int((register.channel[steps.case[mine]] == c.UNKNOWN_CHANNEL).sum()),
                coarsened=int(is_coarsened(steps.unit[mine]).sum()),
            )
        )
    return accounts


def is_coarsened(unit: Ints) -> Flags:
    """Whether a unit is small or of unknown size, so that the door coarsens its times."""
    return np.isin(unit, [c.office_index(code) for code in (*c.MERGED_UNITS, c.DAY_ONLY_OFFICE)])


def _attributes(days: Days, cases: Cases, live: Lives, register: Register) -> _Attributes:
    channel = np.where(cases.is_assisted, len(c.CHANNEL_WORDS), cases.channel)
    channel = np.where(register.channel == c.UNKNOWN_CHANNEL, len(c.CHANNEL_WORDS) + 1, channel)
    return _Attributes(
        spellings=all_spellings(case_number(cases.year, cases.number)),
        service=pl.Series([*SERVICE_CODES, UNLISTED_SERVICE]).gather(register.service),
        office=pl.Series([s.office for s in SERVICES]).gather(cases.service),
        case_type=pl.Series(CASE_TYPES).gather(FIRST_TYPES[cases.service] + cases.case_type),
        channel=pl.Series([*c.CHANNEL_WORDS, c.ASSISTED_WORD, c.STRANGE_CHANNEL_WORD]).gather(channel),
        outcome=pl.Series(c.OUTCOME_WORDS).gather(live.outcome),
        received=_both(cases.received, cases.is_second_hour),
        closed=_both(register.closed, cases.is_second_hour),
        due=day_text(due_local(days, cases) // DAY_SECONDS, "%Y-%m-%d"),
    )


def _both(local: Ints, second: Flags) -> tuple[pl.Series, pl.Series]:
    return _instants(local, second, with_offset=False), _instants(local, second, with_offset=True)


def _instants(local: Ints, second: Flags, *, with_offset: bool) -> pl.Series:
    exact = to_utc(local, second)
    return iso_text(exact, with_offset, np.where(exact >= NEVER, 3600, local - exact))


def _rows(
    live: Lives, steps: CaseSteps, register: Register, second: Flags, texts: _Attributes, at: Ints, *, with_offset: bool
) -> pl.DataFrame:
    case = steps.case[at]
    is_open = pl.Series((steps.local[at] < live.decided[case]) | (register.closed[case] >= NEVER))
    return pl.DataFrame(
        {
            "vorgang": carelessly_spelt(texts.spellings, len(live.decided), case, at * 2_654_435_761 >> 7),
            "schritt": pl.Series([a.name for a in c.ACTIVITIES]).gather(steps.activity[at]),
            "zeit": _instants(steps.local[at], second[case], with_offset=with_offset),
            "beginn": _instants(steps.started[at], second[case], with_offset=with_offset),
            "lfd_nr": steps.sequence[at],
            "stelle": pl.Series(c.OFFICE_CODES).gather(steps.unit[at]),
            "medium": pl.Series([*c.MEDIUM_WORDS, None]).gather(steps.medium[at]),
            "leistung": texts.service.gather(case),
            "amt": texts.office.gather(case),
            "antragsart": texts.case_type.gather(case),
            "eingangsweg": texts.channel.gather(case),
            "eingang_am": texts.received[with_offset].gather(case),
            "erledigt_am": texts.closed[with_offset].gather(case).set(is_open, None),
            "frist": texts.due.gather(case),
            "ergebnis": texts.outcome.gather(case).set(is_open, None),
            **_people(steps, at),
        }
    )


def _people(steps: CaseSteps, at: Ints) -> dict[str, pl.Series]:
    """Clerks and remarks: nothing the mapping names."""
    staff = np.arange(len(c.OFFICES) * _STAFF)
    clerk = steps.unit[at] * _STAFF + steps.case[at] % _STAFF
    has_remark = at % 7 == 0
    noted = at[has_remark]
    remarks = pl.DataFrame(
        {"greeting": pl.Series(_GREETINGS).gather(noted % len(_GREETINGS)), "mark": tokens(REMARK, noted)}
    )
    place = pl.Series(np.cumsum(has_remark) - 1).set(~pl.Series(has_remark), None)
    return {
        "sachbearbeitung_kennung": marked("s-", CLERK, staff * 2, as_a_name=False).gather(clerk),
        "sachbearbeitung": marked("Frau/Herr ", CLERK, staff * 2 + 1).gather(clerk),
        "bemerkung": remarks.select(pl.concat_str("greeting", "mark").alias("text")).to_series().gather(place),
    }
