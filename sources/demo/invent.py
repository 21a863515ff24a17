"""The invented town Musterhafen: a complete town's folder whose true figures are known.

``write_town`` is the only way in. The same arguments give byte-identical files. It knows the door's rules
only from the contract and shares no code with the models that are measured against its ``truth.json``.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable, Set
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sources.demo.folder.parameters_written import write_parameters
from sources.demo.folder.town_file import write_town_file
from sources.demo.paper_trail import FOLDERS, trail_left, write_trail
from sources.demo.systems.accounts import FileAccount
from sources.demo.systems.case_system import write_case_system
from sources.demo.systems.finance import cost_items, write_finance
from sources.demo.systems.portal import write_portal
from sources.demo.systems.scan_centre import CAPTURE_MONTHS, documents_scanned, write_scan_index
from sources.demo.systems.tokens import TOKEN_PATTERN, is_token
from sources.demo.town.adoption import Adoption, adoption
from sources.demo.town.applicants import EASY_FIRST
from sources.demo.town.arrivals import cases_received
from sources.demo.town.days import days_until
from sources.demo.town.detours import detours_taken
from sources.demo.town.faults import register_kept
from sources.demo.town.lives import lives
from sources.demo.town.steps import steps_logged
from sources.demo.town.time_study import minutes_rows
from sources.demo.truth.promises import lines_truth
from sources.demo.truth.savings import Twins
from sources.demo.truth.trail import trail_truth
from sources.demo.truth.written import write_truth

__all__ = ["TOKEN_PATTERN", "DemoSummary", "is_token", "write_town"]


@dataclass(frozen=True)
class DemoSummary:
    """What was written: cases, distinct events, scans, documents, forms, source files, and the seconds it took."""

    cases: int
    events: int
    scans: int
    documents: int
    forms: int
    files: int
    seconds: float


def write_town(
    folder: Path,
    *,
    scale: float = 0.2,
    seed: int = 20260101,
    as_of: dt.date,
    key_id: str,
    easy_first: float = EASY_FIRST,
    progress: Callable[[str, int], None] | None = None,
) -> DemoSummary:
    """Write Musterhafen's folder: ``town.toml``, ``parameters/``, ``inbox/`` and ``truth.json``.

    Args:
        folder: where; made when missing, files of an earlier demo are overwritten.
        scale: 1 is about 150,000 cases in three years.
        seed: the same seed, scale and day give the same bytes.
        as_of: the last day the sources know of.
        key_id: id of the pseudonym key that ``town.toml`` names.
        easy_first: how much sooner easy cases go online, from 0 (not at all) to below 1.
        progress: called with a sentence and a number of rows after each part.

    Raises:
        ValueError: ``scale`` is not above 0.
    """
    if scale <= 0:
        raise ValueError(f"scale must be above 0, not {scale}")
    started = time.perf_counter()
    tell = progress or _silent
    streams = [np.random.default_rng([seed, number]) for number in range(16)]
    for part in ("parameters", *(f"inbox/{name}" for name in ("portal", "faelle", "scan", "finanzen", *FOLDERS))):
        (folder / part).mkdir(parents=True, exist_ok=True)
    days = days_until(as_of)

    def latent_without(measures: Set[str]) -> Adoption:
        return adoption(days, np.random.default_rng([seed, 0]), measures)

    latent = latent_without(frozenset())
    cases = cases_received(days, latent, scale, streams[1], easy_first)
    tell("cases drawn", len(cases))
    live = lives(days, cases, latent, streams[2])
    register = register_kept(days, cases, live, streams[3])
    steps = steps_logged(days, cases, live, register.addenda, streams[4])
    scans = documents_scanned(days, cases, live, streams[5])
    items, minutes = cost_items(days, streams[6]), minutes_rows(days, latent, easy_first, streams[7])
    tell("events drawn", len(steps))
    detours = detours_taken(days, cases, live, steps, register)
    trail = trail_left(days, cases, steps, scans, items, streams[8:])
    tell("letters, forms and counts drawn", len(trail.documents) + len(trail.forms))
    accounts: list[FileAccount] = write_case_system(folder, days, cases, live, steps, register, detours)
    tell("case system written", sum(account.rows for account in accounts))
    accounts += write_portal(folder, days, cases, steps)
    accounts += write_scan_index(folder, days, cases, scans)
    accounts += write_finance(folder, items)
    tell("portal, scan centre and treasury written", sum(account.rows for account in accounts))
    accounts += write_trail(folder, days, cases, scans, trail)
    tell("letters, forms, counts and budget written", sum(account.rows for account in accounts))
    write_parameters(folder, days, minutes, scale)
    write_town_file(folder, key_id, days.months[-CAPTURE_MONTHS])
    arguments: dict[str, object] = {"scale": scale, "seed": seed, "as_of": as_of.isoformat(), "key_id": key_id}
    known = trail_truth(days, cases, steps, scans, trail, detours)
    known["lines_of_measures"] = lines_truth(trail.budget, items)
    twins = Twins(days, cases, register, latent_without)
    write_truth(folder, days, cases, latent, register, steps, scans, items, twins, accounts, arguments, known)
    _date_files(folder, accounts, as_of)
    tell("truth written", len(steps))
    return DemoSummary(
        cases=len(cases),
        events=len(steps),
        scans=len(scans),
        documents=len(trail.documents),
        forms=len(trail.forms),
        files=len(accounts),
        seconds=time.perf_counter() - started,
    )


def _silent(part: str, rows: int) -> None:
    """Tells nobody."""


def _date_files(folder: Path, accounts: list[FileAccount], as_of: dt.date) -> None:
    """Gives the files the times they would have been dropped, in the order of their names, all by ``as_of``."""
    last = dt.datetime.combine(as_of, dt.time(0), tzinfo=dt.UTC).timestamp()
    for age, account in enumerate(reversed(accounts)):
        moment = last - age * 3600
        os.utime(folder / account.path, (moment, moment))
