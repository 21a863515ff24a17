"""The form server's quarterly log: every online form somebody began, sent off or gave up, in the portal's nested JSON.

Case numbers stand in the form server's own notation (``web-mh-2025-000123``); a few got lost on the way to the town.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import polars as pl

from sources.demo.systems.accounts import FileAccount
from sources.demo.systems.quarters import quarters_of
from sources.demo.systems.tokens import CITIZEN, tokens
from sources.demo.town.arrays import Flags, Ints, some_of
from sources.demo.town.arrivals import NO_CASE, UNKNOWN_CASE, Cases
from sources.demo.town.case_numbers import case_number
from sources.demo.town.days import DAY_SECONDS, NEVER, Days, iso_text, to_local, to_utc
from sources.demo.town.services_offered import SERVICE_CODES

SOURCE: Final = "formulare"
FORM_STEPS: Final = ("anmeldung", "angaben", "nachweise", "gebuehr", "zusammenfassung")
_LEFT_AT: Final = (0.34, 0.22, 0.27, 0.09, 0.08)
_STILL_OPEN: Final = 3
_LOST_NUMBERS: Final = 900_000
_ABANDONED: Final = (0.62, 0.34)
"""Forms given up per form sent off, in the first and in the last month."""

_Part: TypeAlias = tuple[Ints, Ints, Ints, Ints, Ints]
"""Whose case the form is like, the case it became, begun, sent off, step where it was given up."""


@dataclass(frozen=True)
class Forms:
    """Forms begun up to ``as_of``, in order of their beginning; one array position per form.

    Attributes:
        case: position in ``Cases``, ``NO_CASE`` when not sent off, ``UNKNOWN_CASE`` when it got lost after that.
        service: index into ``SERVICES``.
        started, submitted: UTC seconds; ``NEVER`` when not sent off.
        step: index into ``FORM_STEPS`` where it was given up, -1 when sent off or still being filled in.
        is_assisted: filled in together with staff.
        month: month index of the beginning.
    """

    case: Ints
    service: Ints
    started: Ints
    submitted: Ints
    step: Ints
    is_assisted: Flags
    month: Ints

    def __len__(self) -> int:
        return len(self.case)

    @property
    def is_submitted(self) -> Flags:
        """Whether the form was sent off."""
        return self.submitted < NEVER


def forms_begun(days: Days, cases: Cases, rng: np.random.Generator) -> Forms:
    """Draw the forms around the cases that came by the portal."""
    never = np.zeros(1, dtype=np.bool_)
    first = int(to_utc(days.seconds(np.array([0])), never)[0])
    end = int(to_utc(np.array([days.end_local]), never)[0])
    came = np.flatnonzero(cases.in_portal)
    at = to_utc(cases.received, cases.is_second_hour)
    parts = (
        _taken_over(came, at, rng),
        _lost(some_of(came[at[came] + DAY_SECONDS < end], max(4, len(came) // 900), rng), at),
        _given_up(days, cases, came, at, end, rng),
    )
    like, case, started, submitted, step = (np.concatenate(part) for part in zip(*parts, strict=True))
    started = np.clip(started, first, end - 1)
    order = np.lexsort((like, step, case, started))
    return Forms(
        case=case[order],
        service=cases.service[like][order],
        started=started[order],
        submitted=submitted[order],
        step=step[order],
        is_assisted=(cases.is_assisted[like] & (case != NO_CASE))[order],
        month=days.month_of[days.day_of(to_local(started[order]))],
    )


def _taken_over(came: Ints, at: Ints, rng: np.random.Generator) -> _Part:
    """The forms that became cases, filled in for some minutes, now and then for days."""
    lasted = np.floor(90 + rng.gamma(2.0, 420.0, len(came))).astype(np.int64)
    lasted += np.where(rng.random(len(came)) < 0.05, rng.integers(1, 6 * DAY_SECONDS, len(came)), 0)
    return came, came, at[came] - lasted, at[came], np.full(len(came), -1)


def _lost(like: Ints, at: Ints) -> _Part:
    """Forms that were sent off and never reached the town, shortly after others."""
    nowhere = np.full(len(like), UNKNOWN_CASE)
    return like, nowhere, at[like] + 240, at[like] + 900, np.full(len(like), -1)


def _given_up(days: Days, cases: Cases, came: Ints, at: Ints, end: int, rng: np.random.Generator) -> _Part:
    """Forms never sent off, ever fewer per form that was; the last ones are still being filled in."""
    like = came.repeat(rng.poisson(np.interp(cases.month[came], (0, len(days.months) - 1), _ABANDONED)))
    begun = at[like] + rng.integers(-DAY_SECONDS // 2, DAY_SECONDS // 2, len(like))
    left_at = rng.choice(len(FORM_STEPS), len(like), p=_LEFT_AT)
    is_fresh = begun >= min([end - 2 * DAY_SECONDS, *np.sort(begun)[-_STILL_OPEN:]])
    return (
        like,
        np.full(len(like), NO_CASE),
        begun,
        np.full(len(like), NEVER),
        np.where(is_fresh, -1, left_at),
    )


def write_form_log(folder: Path, days: Days, cases: Cases, forms: Forms) -> list[FileAccount]:
    """Write ``inbox/formulare/formulare_YYYY-Qn.jsonl`` for every quarter of the window."""
    rows = _rows(days, cases, forms)
    accounts: list[FileAccount] = []
    for label, mine in quarters_of(days, forms.month):
        path = folder / "inbox" / "formulare" / f"formulare_{label}.jsonl"
        rows[mine].write_ndjson(path)
        accounts.append(FileAccount(path.relative_to(folder).as_posix(), SOURCE, len(mine)))
    return accounts


def _rows(days: Days, cases: Cases, forms: Forms) -> pl.DataFrame:
    number = np.arange(len(forms))
    users = pl.DataFrame({"name": tokens(CITIZEN, number * 2), "mail": tokens(CITIZEN, number * 2 + 1)})
    account = users.select(
        pl.struct(
            pl.concat_str(pl.lit("nutzer-"), "name").alias("kennung"),
            pl.concat_str("mail", pl.lit("@example.org")).alias("mail"),
        ).alias("konto")
    )
    return pl.DataFrame(
        {
            "formular": pl.Series([f"FS-{n:08d}" for n in range(1, len(forms) + 1)]),
            "leistung": pl.Series(SERVICE_CODES).gather(forms.service),
            "begonnen": _instants(forms.started),
            "abgesandt": _instants(forms.submitted),
            "abgebrochen_bei": pl.Series([*FORM_STEPS, None]).gather(
                np.where(forms.step < 0, len(FORM_STEPS), forms.step)
            ),
            "mit_hilfe": forms.is_assisted,
            "uebernahme": pl.DataFrame({"vorgang": _numbers(days, cases, forms)})
            .select(pl.struct("vorgang"))
            .to_series(),
            "konto": account.to_series(),
        }
    )


def _instants(utc: Ints) -> pl.Series:
    return iso_text(utc, with_offset=True, shift=np.where(utc >= NEVER, 3600, to_local(utc) - utc))


def _numbers(days: Days, cases: Cases, forms: Forms) -> pl.Series:
    """What the form server calls the case: its own prefix, lower case, blanks here and there."""
    case = np.where(forms.case >= 0, forms.case, 0)
    lost = np.flatnonzero(forms.case == UNKNOWN_CASE)
    number = cases.number[case]
    number[lost] = _LOST_NUMBERS + np.arange(1, len(lost) + 1)
    plain = case_number(cases.year[case], number)
    spelling = pl.Series(np.arange(len(forms)) % 5)
    return (
        pl.DataFrame({"plain": plain, "spelling": spelling, "known": forms.case != NO_CASE})
        .select(
            pl.when(~pl.col("known"))
            .then(None)
            .when(pl.col("spelling") == 0)
            .then(pl.concat_str(pl.lit("WEB-"), pl.col("plain").str.to_lowercase(), pl.lit(" ")))
            .when(pl.col("spelling") == 1)
            .then(pl.concat_str(pl.lit("web- "), "plain"))
            .otherwise(pl.concat_str(pl.lit("web-"), pl.col("plain").str.to_lowercase()))
        )
        .to_series()
    )
