"""The case system's list of documents: letters that go out, applications that come in, evidence that is handed in.

One quarter was exported wrongly and put right by a second file; a deletion list takes some documents away again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from sources.demo.systems.accounts import FileAccount
from sources.demo.systems.quarters import quarters_of
from sources.demo.systems.tokens import CITIZEN, STAFF, marked, tokens
from sources.demo.town import catalogue as c
from sources.demo.town.arrays import Flags, Ints, some_of
from sources.demo.town.arrivals import NO_CASE, UNKNOWN_CASE, Cases
from sources.demo.town.case_numbers import case_number
from sources.demo.town.days import DAY_SECONDS, Days, day_text, iso_text
from sources.demo.town.steps import CaseSteps

SOURCE: Final = "dokumente"
DELETIONS: Final = "loeschliste"
DIRECTION_WORDS: Final = {"Eingang": "in", "Ausgang": "out", "Nachweis": "evidence"}
INCOMING, OUTGOING, EVIDENCE = range(3)
DOCUMENT_KINDS: Final = (
    "antrag",
    "stellungnahme",
    "nachweis",
    "nachforderung",
    "zwischennachricht",
    "bescheid",
    "ablehnung",
)
PAPER_REASONS: Final = ("kein-postfach", "foermliche-zustellung", "wunsch", "unterschrift")
CORRECTED_MONTH: Final = 25
_CORRECTED: Final = 30
_REMOVED: Final = 14
_MISTYPED: Final = 9
_MISTYPED_NUMBERS: Final = 950_000
_DRAWN: Final = 60_000_000
_ROLES: Final = 1_000
_PAGES: Final = (4.0, 2.2, 1.6, 0.4, 0.2, 1.9, 2.4)
_BY_ACTIVITY: Final = {
    c.ARRIVED: (INCOMING, 0),
    c.TRANSFERRED: (INCOMING, 0),
    c.PRINTED: (INCOMING, 0),
    c.STATEMENT_GIVEN: (INCOMING, 1),
    c.ANSWERED: (EVIDENCE, 2),
    c.ANSWERED_ONLINE: (EVIDENCE, 2),
    c.ASKED: (OUTGOING, 3),
    c.INTERIM_SENT: (OUTGOING, 4),
    c.NOTICE_SENT: (OUTGOING, 5),
    c.NOTICE_POSTED: (OUTGOING, 5),
    c.REFUSAL_SENT: (OUTGOING, 6),
}


@dataclass(frozen=True)
class Documents:
    """Documents up to ``as_of`` in order of time, as they stand after all corrections; one array position each.

    Attributes:
        case: position in ``Cases``, ``NO_CASE`` for none, ``UNKNOWN_CASE`` for a mistyped number.
        direction, kind, medium, reason: positions in the word lists; medium may be ``UNSAID``, reason -1.
        local, utc: seconds on the wall clock and in UTC.
        unit: index into ``OFFICES`` of whoever sent or received it, ``NO_UNIT`` when the portal did.
        month: month index.
        corrected: positions of documents that were first exported with other pages and no medium.
        removed: positions of documents that the deletion list names; one of them was corrected before.
    """

    case: Ints
    direction: Ints
    kind: Ints
    medium: Ints
    pages: Ints
    reason: Ints
    local: Ints
    utc: Ints
    unit: Ints
    month: Ints
    corrected: Ints
    removed: Ints

    def __len__(self) -> int:
        return len(self.case)

    @property
    def stands(self) -> Flags:
        """Whether the document is still there in the end."""
        flags = np.ones(len(self), dtype=np.bool_)
        flags[self.removed] = False
        return flags

    @property
    def is_paper_out(self) -> Flags:
        """Whether it was printed and put into an envelope."""
        return (self.direction == OUTGOING) & (self.medium == c.PAPER)


def documents_kept(days: Days, steps: CaseSteps, rng: np.random.Generator) -> Documents:
    """The documents that the steps of the cases brought about."""
    at = np.flatnonzero(np.isin(steps.activity, list(_BY_ACTIVITY)))
    utc = steps.utc[at]
    order = np.lexsort((at, utc))
    at, utc = at[order], utc[order]
    lookup = np.zeros((len(c.ACTIVITIES), 2), dtype=np.int64)
    for activity, meaning in _BY_ACTIVITY.items():
        lookup[activity] = meaning
    direction, kind = lookup[steps.activity[at]].T
    came_online = np.isin(steps.activity[at], (c.TRANSFERRED, c.PRINTED))
    medium = np.where(came_online, c.DIGITAL, steps.medium[at])
    case = np.where(rng.random(len(at)) < 0.025, NO_CASE, steps.case[at])
    case[some_of(np.flatnonzero(case >= 0), _MISTYPED, rng)] = UNKNOWN_CASE
    is_letter = (direction == OUTGOING) & (medium == c.PAPER)
    month = days.month_of[days.day_of(steps.local[at])]
    corrected = some_of(np.flatnonzero(month == CORRECTED_MONTH), _CORRECTED, rng)
    # What is deleted is old: a list names nothing that may be delivered after it.
    is_old = (month > 2) & (month < len(days.months) - 6) & (month != CORRECTED_MONTH)
    other = some_of(np.flatnonzero(is_old), _REMOVED, rng)
    return Documents(
        case=case,
        direction=direction,
        kind=kind,
        medium=medium,
        pages=1 + rng.poisson(np.array(_PAGES)[kind]),
        reason=np.where(is_letter, rng.choice(len(PAPER_REASONS), len(at), p=(0.62, 0.16, 0.14, 0.08)), -1),
        local=steps.local[at],
        utc=utc,
        unit=steps.unit[at],
        month=month,
        corrected=corrected,
        removed=np.sort(np.concatenate([other, corrected[:1]])),
    )


def write_documents(folder: Path, days: Days, cases: Cases, documents: Documents) -> list[FileAccount]:
    """Write ``inbox/dokumente/`` per quarter, the file that corrects one of them, and ``inbox/loeschungen/``."""
    rows = _rows(days, cases, documents)
    first_exported = rows.with_columns(
        Seiten=pl.Series(documents.pages).scatter(documents.corrected, 0),
        Medium=rows["Medium"].scatter(documents.corrected, [""] * len(documents.corrected)),
    )
    replaced = np.union1d(documents.corrected, documents.removed)
    accounts: list[FileAccount] = []
    for label, mine in quarters_of(days, documents.month):
        path = folder / "inbox" / SOURCE / f"dokumente_{label}.csv"
        first_exported[mine].write_csv(path, separator=";")
        outdated = int(np.isin(mine, replaced).sum())
        accounts.append(FileAccount(path.relative_to(folder).as_posix(), SOURCE, len(mine), outdated=outdated))
    path = folder / "inbox" / SOURCE / f"berichtigung_{days.months[CORRECTED_MONTH]:%Y-%m}.csv"
    rows[documents.corrected].with_columns(Fassung=pl.lit(2)).write_csv(path, separator=";")
    outdated = int(np.isin(documents.corrected, documents.removed).sum())
    accounts.append(
        FileAccount(path.relative_to(folder).as_posix(), SOURCE, len(documents.corrected), outdated=outdated)
    )
    return [*accounts, _write_deletions(folder, days, rows, documents)]


def _rows(days: Days, cases: Cases, documents: Documents) -> pl.DataFrame:
    number = np.arange(1, len(documents) + 1)
    epoch_day = documents.local // DAY_SECONDS
    ids = pl.DataFrame({"year": day_text(epoch_day, "%Y"), "n": number}).select(
        pl.concat_str(pl.lit("DOK-"), "year", pl.lit("-"), pl.col("n").cast(pl.String).str.zfill(8))
    )
    reason = np.where(documents.reason < 0, len(PAPER_REASONS), documents.reason)
    return pl.DataFrame(
        {
            "Dokument": ids.to_series(),
            "Vorgang": _numbers(days, cases, documents),
            "Richtung": pl.Series(list(DIRECTION_WORDS)).gather(documents.direction),
            "Medium": pl.Series([*c.MEDIUM_WORDS, ""]).gather(documents.medium),
            "Dokumentart": pl.Series(DOCUMENT_KINDS).gather(documents.kind),
            "Seiten": documents.pages,
            "Zeitpunkt": iso_text(documents.utc, with_offset=True, shift=documents.local - documents.utc),
            "Anlass": pl.Series([*PAPER_REASONS, ""]).gather(reason),
            "Fassung": np.ones(len(documents), dtype=np.int64),
            "Korrespondenz": marked("Familie ", CITIZEN, _DRAWN + number),
            "Bearbeitung": marked("s-", STAFF, np.maximum(documents.unit, 0), as_a_name=False),
        }
    )


def _numbers(days: Days, cases: Cases, documents: Documents) -> pl.Series:
    known = np.maximum(documents.case, 0)
    year, number = cases.year[known], cases.number[known]
    mistyped = np.flatnonzero(documents.case == UNKNOWN_CASE)
    year[mistyped] = np.array([first.year for first in days.months])[documents.month[mistyped]]
    number[mistyped] = _MISTYPED_NUMBERS + np.arange(1, len(mistyped) + 1)
    return case_number(year, number).set(pl.Series(documents.case == NO_CASE), "")


def _write_deletions(folder: Path, days: Days, rows: pl.DataFrame, documents: Documents) -> FileAccount:
    """The documents to forget, and one number that never came."""
    path = folder / "inbox" / "loeschungen" / f"loeschliste_{days.as_of:%Y-%m}.csv"
    gone = rows[documents.removed]["Dokument"].append(pl.Series([f"DOK-{days.first:%Y}-99999999"]))
    clerk = tokens(STAFF, _ROLES + np.arange(len(gone)) % 2)
    pl.DataFrame(
        {
            "Dokument": gone,
            "Gelöscht": [f"{days.as_of:%d.%m.%Y} 06:00"] * len(gone),
            "Grund": ["Aufbewahrungsfrist"] * len(gone),
            "Veranlasst": clerk,
        }
    ).write_csv(path, separator=";")
    return FileAccount(path.relative_to(folder).as_posix(), DELETIONS, len(gone))
