"""The ledger of the invented town: its plans, recorded and approved as a town would, with keys everybody may know."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pipelines.ledger import writing
from pipelines.ledger.plans import places_of, planned
from pipelines.ledger.signatures import SigningKey
from sources.contract.ledger_words import CorrectionReason, LedgerStatus
from sources.demo.town.days import days_until
from sources.demo.town.hopes import OWNER, REVIEWER, hopes, seed_of
from sources.town.folder import read_town

MORNING = dt.time(9)


def write_invented_ledger(town_folder: Path, as_of: dt.date) -> int:
    """Write the ledger of the invented town in an empty ``ledger/``; returns how many rows it holds.

    The same day gives the same bytes.
    """
    town = read_town(town_folder)
    offices = {service.service_code: service.office_code for service in town.parameters.services}
    owner, reviewer = SigningKey(OWNER, seed_of(OWNER)), SigningKey(REVIEWER, seed_of(REVIEWER))
    plans = hopes(days_until(as_of))
    for key in (owner, reviewer):
        writing.register_key(town_folder, key, at=_morning(plans[0].recorded_on))
    for plan in plans:
        recorded = writing.record(
            town_folder,
            planned([plan.row], places_of(town), offices),
            owner,
            supersede_because=CorrectionReason.ASSUMPTION if plan.corrects else None,
            at=_morning(plan.recorded_on),
        )
        if plan.approved_on is not None:
            writing.approve(town_folder, recorded.new, reviewer, LedgerStatus.EXPECTED, at=_morning(plan.approved_on))
    return len(plans)


def _morning(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, MORNING)
