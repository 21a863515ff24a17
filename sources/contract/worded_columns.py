"""Which published columns hold the words of which closed vocabulary."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from sources.contract.attribution import AttributionMethod, AttributionReason, AttributionState
from sources.contract.audit_words import AuditFinding
from sources.contract.ledger_words import EffectClass
from sources.contract.vocabularies import (
    CashClass,
    CashState,
    Channel,
    CostType,
    Direction,
    EvidenceGrade,
    MediaBreak,
    Medium,
    Origin,
    Outcome,
    QaResult,
    QrStatus,
    RevisionCause,
    StaffBand,
    TimingMethod,
    WaitingFor,
)

OF_COLUMN: Final[dict[str, type[StrEnum]]] = {
    "intake_channel": Channel,
    "medium": Medium,
    "media_break_kind": MediaBreak,
    "outcome": Outcome,
    "waiting_for": WaitingFor,
    "qr_status": QrStatus,
    "qa_result": QaResult,
    "origin": Origin,
    "direction": Direction,
    "cause": RevisionCause,
    "evidence_grade": EvidenceGrade,
    "method": TimingMethod,
    "staff_band": StaffBand,
    "attribution_method": AttributionMethod,
    "attribution_state": AttributionState,
    "attribution_reason": AttributionReason,
    "audit_finding": AuditFinding,
    "cash_class": CashClass,
    "cash_grade": EvidenceGrade,
    "cash_state": CashState,
    "cost_type": CostType,
    "effect_class": EffectClass,
}
"""The published columns whose name says which vocabulary they hold."""
