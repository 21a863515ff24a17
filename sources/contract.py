"""The canonical records: what a mapping may name, what lands, in which types and vocabularies.

Everything that enters Papierwende is one of these records. Nothing here knows a file format or a town.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

import polars as pl

CONTRACT_VERSION: Final = "1"

CHANNELS: Final = ("online", "email", "post", "counter", "phone", "fax", "internal", "unknown")
MEDIA: Final = ("digital", "scanned", "paper", "voice", "counter", "mixed", "unknown")
OUTCOMES: Final = ("granted", "refused", "withdrawn", "other", "unknown")
QR_STATUSES: Final = ("absent", "unreadable", "decoded", "assigned", "misassigned")
QA_RESULTS: Final = ("passed", "failed", "unchecked")
ORIGINS: Final = ("external", "own_print", "digital_sender", "unknown")
COST_KINDS: Final = ("one_off", "running", "parallel", "cash_released")
WAITING_FOR: Final = ("applicant", "office", "third_party", "nobody", "unknown")

EARLIEST_YEAR: Final = 1970
YEARS_AHEAD: Final = 50


class Kind(Enum):
    """How a mapped value is read."""

    REFERENCE = "reference"
    CODE = "code"
    LABEL = "label"
    VOCABULARY = "vocabulary"
    INSTANT = "instant"
    DAY = "day"
    INTEGER = "integer"
    EURO = "euro"

    @property
    def dtype(self) -> pl.DataType:
        """The Polars type of the landed column; instants are UTC without a zone."""
        return _TYPES.get(self, pl.String())


_TYPES: Final[dict[Kind, pl.DataType]] = {
    Kind.INSTANT: pl.Datetime("us"),
    Kind.DAY: pl.Date(),
    Kind.INTEGER: pl.Int64(),
    Kind.EURO: pl.Decimal(18, 2),
}


@dataclass(frozen=True)
class Field:
    """One thing a mapping can name, and the column it becomes.

    Attributes:
        name: the word used in ``[source.columns]``.
        column: the landed column.
        kind: how the value is read.
        vocabulary: the closed list for ``Kind.VOCABULARY``; a value outside becomes its last
            resort ``fallback`` and is counted.
        required: a record without it goes to quarantine.
        needs_purpose: about applicants; may only be mapped when the town registered a purpose.
    """

    name: str
    column: str
    kind: Kind
    vocabulary: tuple[str, ...] = ()
    fallback: str | None = None
    required: bool = False
    needs_purpose: bool = False


@dataclass(frozen=True)
class Record:
    """One kind of record: its fields, the fields whose mapping announces it, and what the door adds."""

    name: str
    announced_by: tuple[str, ...]
    fields: tuple[Field, ...]
    derived: tuple[str, ...] = ()

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """The full schema of the landed Parquet file, provenance first."""
        landed: dict[str, pl.DataType] = dict(PROVENANCE)
        landed.update({field.column: field.kind.dtype for field in self.fields})
        landed.update(dict.fromkeys(self.derived, pl.String()))
        return landed


PROVENANCE: Final[dict[str, pl.DataType]] = {
    "source": pl.String(),
    "delivery_id": pl.String(),
    "position": pl.Int64(),
}

_CASE_REF = Field("case_ref", "case_id", Kind.REFERENCE, required=True)

EVENTS: Final = Record(
    "events",
    announced_by=("activity",),
    fields=(
        _CASE_REF,
        Field("activity", "activity", Kind.LABEL, required=True),
        Field("occurred_at", "occurred_at", Kind.INSTANT, required=True),
        Field("started_at", "started_at", Kind.INSTANT),
        Field("sequence", "sequence", Kind.INTEGER),
        Field("unit", "unit_code", Kind.CODE),
        Field("medium", "medium", Kind.VOCABULARY, MEDIA, fallback="unknown"),
    ),
    # Coarsening may make two events of a day look alike; the keyed fingerprint of what they were keeps them apart.
    derived=("event_ref",),
)

CASES: Final = Record(
    "cases",
    announced_by=("service", "office", "case_type", "channel", "received_at", "closed_at", "due_at", "outcome"),
    fields=(
        _CASE_REF,
        Field("service", "service_code", Kind.CODE),
        Field("office", "office_code", Kind.CODE),
        Field("case_type", "case_type", Kind.CODE),
        Field("channel", "intake_channel", Kind.VOCABULARY, CHANNELS, fallback="unknown"),
        Field("received_at", "received_at", Kind.INSTANT),
        Field("closed_at", "closed_at", Kind.INSTANT),
        Field("due_at", "due_at", Kind.INSTANT),
        Field("outcome", "outcome", Kind.VOCABULARY, OUTCOMES, fallback="unknown"),
        Field("applicant_kind", "applicant_kind", Kind.CODE, needs_purpose=True),
        Field("district", "district", Kind.CODE, needs_purpose=True),
        Field("form_language", "form_language", Kind.CODE, needs_purpose=True),
        Field("served_office", "served_office_code", Kind.CODE),
        Field("visits", "visits", Kind.INTEGER, needs_purpose=True),
    ),
)

SCANS: Final = Record(
    "scans",
    announced_by=("document_ref",),
    fields=(
        Field("document_ref", "document_id", Kind.REFERENCE, required=True),
        Field("batch_ref", "batch_id", Kind.REFERENCE),
        Field("case_ref", "case_id", Kind.REFERENCE),
        Field("scanned_at", "scanned_at", Kind.INSTANT, required=True),
        Field("received_on", "received_on", Kind.DAY),
        Field("pages", "pages", Kind.INTEGER),
        Field("sheets", "sheets", Kind.INTEGER),
        Field("document_type", "document_type", Kind.CODE),
        Field("origin", "origin", Kind.VOCABULARY, ORIGINS, fallback="unknown"),
        Field("qr_status", "qr_status", Kind.VOCABULARY, QR_STATUSES),
        Field("qa_result", "qa_result", Kind.VOCABULARY, QA_RESULTS),
    ),
)

COSTS: Final = Record(
    "costs",
    announced_by=("cost_item",),
    fields=(
        Field("cost_item", "cost_item_id", Kind.CODE, required=True),
        Field("measure", "measure_id", Kind.CODE, required=True),
        Field("month", "month", Kind.DAY, required=True),
        Field("kind", "kind", Kind.VOCABULARY, COST_KINDS, required=True),
        Field("plan_eur", "plan_eur", Kind.EURO),
        Field("actual_eur", "actual_eur", Kind.EURO),
        Field("budget_line", "budget_line_id", Kind.CODE),
        Field("booking_ref", "booking_ref", Kind.CODE),
    ),
)

RECORDS: Final = (EVENTS, CASES, SCANS, COSTS)

QUARANTINE_SCHEMA: Final[dict[str, pl.DataType]] = {
    **PROVENANCE,
    "reason_code": pl.String(),
    "reason": pl.String(),
    "column_name": pl.String(),
}

DELIVERY_SCHEMA: Final[dict[str, pl.DataType]] = {
    "delivery_id": pl.String(),
    "source": pl.String(),
    "record_kind": pl.String(),
    "mode": pl.String(),
    "stand": pl.Datetime("us"),
    "rows_read": pl.Int64(),
    "rows_admitted": pl.Int64(),
    "rows_quarantined": pl.Int64(),
    "rows_duplicate": pl.Int64(),
    "admitted_at": pl.Datetime("us"),
    "ambiguous_times": pl.Int64(),
    "nonexistent_times": pl.Int64(),
    "unmapped_values": pl.Int64(),
    "coarsened_rows": pl.Int64(),
}

LANDED: Final[dict[str, dict[str, pl.DataType]]] = {
    **{record.name: record.schema for record in RECORDS},
    "quarantine": QUARANTINE_SCHEMA,
    "deliveries": DELIVERY_SCHEMA,
}
