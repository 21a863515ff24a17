"""Closed vocabularies of the ledger: what a saving is, how far its claim came, why it was corrected, its baseline."""

from __future__ import annotations

from enum import StrEnum


class EffectClass(StrEnum):
    """What a saving is: only the first lowers the budget, and hours are never money."""

    CASH_RELEASED = "cash_released"
    COST_AVOIDED = "cost_avoided"
    CAPACITY_RELEASED = "capacity_released"
    INCOME_CHANGED = "income_changed"
    USER_BENEFIT = "user_benefit"
    QUALITY = "quality"
    DISBENEFIT = "disbenefit"


class LedgerStatus(StrEnum):
    """How far a claim of the ledger has come, in this order; back only by a correction."""

    PLANNED = "planned"
    EXPECTED = "expected"
    MEASURED = "measured"
    PROVEN = "proven"
    EXECUTED = "executed"
    AUDITED = "audited"


class CorrectionReason(StrEnum):
    """Why a row of the ledger took the place of another: as a figure moved, or as it was shown, or taken back."""

    LATE_DATA = "late_data"
    CORRECTION = "correction"
    ASSUMPTION = "assumption"
    FORMULA = "formula"
    DELETION = "deletion"
    MEASURED = "measured"
    WITHDRAWN = "withdrawn"


class BaselineKind(StrEnum):
    """How the state before a go-live is known."""

    MEASURED = "measured"
    RETROSPECTIVE = "retrospective"
    RECONSTRUCTED = "reconstructed"
    STARTING_TODAY = "starting_today"
