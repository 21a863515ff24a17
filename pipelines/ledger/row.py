"""A row of the ledger: a recorded claim, what it takes from others, and how far it may come."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Final

from pipelines.ledger.chain import Entry
from pipelines.ledger.claim import Claim, booking_of
from sources.contract.ledger_words import EffectClass, LedgerStatus
from sources.contract.vocabularies import EvidenceGrade

ID_DIGITS: Final = 16
ORDER: Final = tuple(LedgerStatus)


@dataclass(frozen=True)
class Approval:
    """Somebody else said yes."""

    status: LedgerStatus
    function: str
    key_id: str
    at: dt.datetime


@dataclass
class Row:
    """A recorded claim and what became of it.

    Attributes:
        ledger_id: the first digits of the hash of the entry that recorded it.
        function, key_id: who recorded it.
        supersedes_id, reason: of a correction, which row it replaces and why.
        superseded_by: the entry that replaced it, None while it stands.
    """

    ledger_id: str
    claim: Claim
    entry: Entry
    function: str
    key_id: str
    supersedes_id: str | None = None
    reason: str | None = None
    approvals: list[Approval] = field(default_factory=list)
    superseded_by: Entry | None = None

    @property
    def stands(self) -> bool:
        """Whether no correction replaced it."""
        return self.superseded_by is None

    @property
    def status(self) -> LedgerStatus:
        """How far it has come."""
        return self.approvals[-1].status if self.approvals else self.claim.status


def ledger_id_of(entry: Entry) -> str:
    """The id of the row that an entry records: it is bound to what it says."""
    return entry.row_hash[:ID_DIGITS]


def taken_by(claim: Claim) -> list[tuple[object, ...]]:
    """What a claim takes that no other row may: its key, and the minutes or the booking under whatever key."""
    what: list[tuple[object, ...]] = [("key", claim.claim_key)]
    if claim.is_planned:
        return what
    if claim.effect_class is EffectClass.CAPACITY_RELEASED:
        what.append(("minutes", claim.measure_id, claim.service_code, claim.month))
    if booking := booking_of(claim.resource):
        # What takes a booking back may bear its number.
        what.append(("booking", claim.effect_class, booking, claim.net < 0))
    return what


def next_status(row: Row) -> LedgerStatus | None:
    """The status an approval gives a row next; None where only another figure leads on, or nothing does."""
    status = row.status
    if status in (LedgerStatus.EXPECTED, LedgerStatus.AUDITED):
        return None
    if status is LedgerStatus.PROVEN and row.claim.evidence_grade is not EvidenceGrade.A:
        return None
    # Hours leave no budget: nobody can execute them there.
    if status is LedgerStatus.PROVEN and row.claim.unit == "hours":
        return LedgerStatus.AUDITED
    return ORDER[ORDER.index(status) + 1]


def same_eyes(row: Row, function: str, key_id: str, status: LedgerStatus) -> str | None:
    """Why somebody may not approve a row: who recorded it does not, and who proved it does not audit it."""
    if row.function == function or row.key_id == key_id:
        return f"{row.function} recorded row {row.ledger_id}; another function approves it with a key of its own"
    before = {(approval.function, approval.key_id) for approval in row.approvals}
    if status is LedgerStatus.AUDITED and any(function == other or key_id == key for other, key in before):
        return f"{function} approved row {row.ledger_id} before; another function audits it"
    return None
