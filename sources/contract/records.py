"""The canonical records: what a mapping may name, what lands, in which types and vocabularies.

Everything that enters Papierwende is one of these records. Nothing here knows a file format or a town.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from sources.contract.fields import PROVENANCE, Field, FieldKind, Record
from sources.contract.vocabularies import (
    Channel,
    CostKind,
    CountKind,
    Direction,
    Medium,
    Origin,
    Outcome,
    QaResult,
    QrStatus,
    words,
)

CONTRACT_VERSION: Final = "5"

EARLIEST_YEAR: Final = 1970
YEARS_AHEAD: Final = 50
MOST_PAGES: Final = 100_000

_CASE_REF = Field("case_ref", "case_id", FieldKind.REFERENCE, required=True)
_CASE_IF_KNOWN = Field("case_ref", "case_id", FieldKind.REFERENCE)
# What tells records with the same key apart: a device, a line of a bill, half of a post.
_PART_REF = Field("part_ref", "part_id", FieldKind.REFERENCE)
_BATCH_REF = Field("batch_ref", "batch_id", FieldKind.REFERENCE, required=True)
# Of two records with the same key the later version stands, else the one changed later, else the later delivery's.
_VERSIONED = (
    Field("version", "version", FieldKind.INTEGER, is_ordinal=True),
    Field("changed_at", "changed_at", FieldKind.INSTANT),
)

EVENTS: Final = Record(
    "events",
    announced_by=("activity",),
    key=("record_ref",),
    fields=(
        _CASE_REF,
        Field("activity", "activity", FieldKind.LABEL, required=True),
        Field("occurred_at", "occurred_at", FieldKind.INSTANT, required=True, has_happened=True),
        Field("started_at", "started_at", FieldKind.INSTANT, has_happened=True),
        Field("sequence", "sequence", FieldKind.INTEGER, is_ordinal=True),
        Field("unit", "unit_code", FieldKind.CODE),
        Field("medium", "medium", FieldKind.VOCABULARY, words(Medium), fallback=Medium.UNKNOWN.value),
        # Without the source's own number of an event, an event is what it says; with it, it can be corrected.
        Field("record_ref", "record_id", FieldKind.REFERENCE),
        *_VERSIONED,
    ),
    # Coarsening may make two events of a day look alike; the keyed fingerprint of what they were keeps them apart.
    # So does the number of an event of which a delivery has an equal one before.
    derived=("event_ref",),
)

CASES: Final = Record(
    "cases",
    announced_by=("service", "office", "case_type", "channel", "received_at", "closed_at", "due_at", "outcome"),
    key=("case_ref",),
    fields=(
        _CASE_REF,
        Field("service", "service_code", FieldKind.CODE),
        Field("office", "office_code", FieldKind.CODE),
        Field("case_type", "case_type", FieldKind.CODE),
        Field("channel", "intake_channel", FieldKind.VOCABULARY, words(Channel), fallback=Channel.UNKNOWN.value),
        Field("received_at", "received_at", FieldKind.INSTANT, has_happened=True),
        Field("closed_at", "closed_at", FieldKind.INSTANT, has_happened=True),
        Field("due_at", "due_at", FieldKind.INSTANT),
        Field("outcome", "outcome", FieldKind.VOCABULARY, words(Outcome), fallback=Outcome.UNKNOWN.value),
        Field("applicant_kind", "applicant_kind", FieldKind.CODE, needs_purpose=True),
        Field("district", "district", FieldKind.CODE, needs_purpose=True),
        Field("form_language", "form_language", FieldKind.CODE, needs_purpose=True),
        Field("served_office", "served_office_code", FieldKind.CODE),
        Field("visits", "visits", FieldKind.INTEGER, needs_purpose=True),
        Field("merged_into", "merged_into_id", FieldKind.REFERENCE),
        *_VERSIONED,
    ),
)

SCANS: Final = Record(
    "scans",
    announced_by=("scanned_at",),
    key=("batch_ref", "document_ref"),
    fields=(
        Field("document_ref", "document_id", FieldKind.REFERENCE, required=True),
        Field("batch_ref", "batch_id", FieldKind.REFERENCE),
        _CASE_IF_KNOWN,
        Field("scanned_at", "scanned_at", FieldKind.INSTANT, required=True, has_happened=True),
        Field("received_on", "received_on", FieldKind.DAY, has_happened=True),
        Field("pages", "pages", FieldKind.INTEGER, least=0, most=MOST_PAGES),
        Field("sheets", "sheets", FieldKind.INTEGER, least=0, most=MOST_PAGES),
        Field("document_type", "document_type", FieldKind.CODE),
        Field("origin", "origin", FieldKind.VOCABULARY, words(Origin), fallback=Origin.UNKNOWN.value),
        Field("qr_status", "qr_status", FieldKind.VOCABULARY, words(QrStatus)),
        Field("qa_result", "qa_result", FieldKind.VOCABULARY, words(QaResult)),
        *_VERSIONED,
    ),
)

SUBMISSIONS: Final = Record(
    "submissions",
    announced_by=("submission_ref",),
    key=("submission_ref",),
    fields=(
        Field("submission_ref", "submission_id", FieldKind.REFERENCE, required=True),
        _CASE_IF_KNOWN,
        Field("service", "service_code", FieldKind.CODE),
        Field("started_at", "started_at", FieldKind.INSTANT, has_happened=True),
        Field("submitted_at", "submitted_at", FieldKind.INSTANT, has_happened=True),
        Field("aborted_step", "aborted_step", FieldKind.CODE),
        Field("is_assisted", "is_assisted", FieldKind.BOOLEAN),
        *_VERSIONED,
    ),
)

DOCUMENTS: Final = Record(
    "documents",
    announced_by=("direction",),
    key=("document_ref",),
    fields=(
        Field("document_ref", "document_id", FieldKind.REFERENCE, required=True),
        _CASE_IF_KNOWN,
        Field("direction", "direction", FieldKind.VOCABULARY, words(Direction), required=True),
        Field("medium", "medium", FieldKind.VOCABULARY, words(Medium), fallback=Medium.UNKNOWN.value),
        Field("document_type", "document_type", FieldKind.CODE),
        Field("pages", "pages", FieldKind.INTEGER, least=0, most=MOST_PAGES),
        Field("occurred_at", "occurred_at", FieldKind.INSTANT, required=True, has_happened=True),
        Field("reason", "reason", FieldKind.CODE),
        *_VERSIONED,
    ),
)

SCAN_BATCHES: Final = Record(
    "scan_batches",
    announced_by=("finished_at",),
    key=("batch_ref",),
    fields=(
        _BATCH_REF,
        Field("started_at", "started_at", FieldKind.INSTANT, has_happened=True),
        Field("finished_at", "finished_at", FieldKind.INSTANT, has_happened=True),
        Field("pages", "pages", FieldKind.INTEGER, least=0, most=MOST_PAGES),
        Field("unit", "unit_code", FieldKind.CODE),
        *_VERSIONED,
    ),
)

SCAN_QC: Final = Record(
    "scan_qc",
    announced_by=("sampled",),
    key=("batch_ref",),
    fields=(
        _BATCH_REF,
        Field("sampled", "sampled", FieldKind.INTEGER, required=True, least=0),
        Field("defects", "defects", FieldKind.INTEGER, least=0),
        *_VERSIONED,
    ),
)

COUNTS: Final = Record(
    "counts",
    announced_by=("counted_on",),
    key=("counted_on", "unit", "kind", "product", "part_ref"),
    fields=(
        Field("counted_on", "counted_on", FieldKind.DAY, required=True, has_happened=True),
        Field("unit", "unit_code", FieldKind.CODE),
        Field("kind", "kind", FieldKind.VOCABULARY, words(CountKind), required=True),
        Field("product", "product", FieldKind.CODE),
        Field("value", "value", FieldKind.AMOUNT, least=0),
        _PART_REF,
        *_VERSIONED,
    ),
    # Counts of small units stand under one parent; the keyed fingerprint of their own unit keeps them apart.
    derived=("count_ref",),
)

COSTS: Final = Record(
    "costs",
    announced_by=("cost_item",),
    key=("cost_item", "month", "booking_ref", "part_ref"),
    fields=(
        Field("cost_item", "cost_item_id", FieldKind.CODE, required=True),
        Field("measure", "measure_id", FieldKind.CODE, required=True),
        Field("month", "month", FieldKind.MONTH, required=True),
        Field("kind", "kind", FieldKind.VOCABULARY, words(CostKind), required=True),
        Field("plan_eur", "plan_eur", FieldKind.EURO),
        Field("actual_eur", "actual_eur", FieldKind.EURO),
        Field("budget_line", "budget_line_id", FieldKind.CODE),
        Field("booking_ref", "booking_ref", FieldKind.CODE),
        _PART_REF,
        *_VERSIONED,
    ),
)

BUDGET_LINES: Final = Record(
    "budget_lines",
    announced_by=("appropriation_eur",),
    key=("budget_line", "year", "product", "account", "part_ref"),
    fields=(
        Field("budget_line", "budget_line_id", FieldKind.CODE, required=True),
        Field("product", "product", FieldKind.CODE),
        Field("account", "account", FieldKind.CODE),
        Field("year", "year", FieldKind.INTEGER, required=True, least=1900, most=2200, is_ordinal=True),
        Field("appropriation_eur", "appropriation_eur", FieldKind.EURO),
        Field("supplementary_eur", "supplementary_eur", FieldKind.EURO),
        Field("actual_eur", "actual_eur", FieldKind.EURO),
        _PART_REF,
        *_VERSIONED,
    ),
)

POSTS: Final = Record(
    "posts",
    announced_by=("fte",),
    key=("post", "part_ref"),
    fields=(
        # One post is one person's: its number never stands in clear.
        Field("post", "post_id", FieldKind.REFERENCE, required=True),
        Field("office", "office_code", FieldKind.CODE),
        Field("grade", "grade", FieldKind.CODE),
        Field("fte", "fte", FieldKind.AMOUNT, least=0, most=2),
        Field("lapses_on", "lapses_on", FieldKind.DAY),
        _PART_REF,
        *_VERSIONED,
    ),
)

REMOVALS: Final = Record(
    "removals",
    announced_by=(),
    fields=(
        _CASE_IF_KNOWN,
        Field("document_ref", "document_id", FieldKind.REFERENCE),
        Field("submission_ref", "submission_id", FieldKind.REFERENCE),
        Field("record_ref", "record_id", FieldKind.REFERENCE),
        Field("removed_at", "removed_at", FieldKind.INSTANT, has_happened=True),
    ),
    # The source whose records these are.
    derived=("of_source",),
)

RECORDS: Final = (
    EVENTS,
    CASES,
    SUBMISSIONS,
    DOCUMENTS,
    SCANS,
    SCAN_BATCHES,
    SCAN_QC,
    COUNTS,
    COSTS,
    BUDGET_LINES,
    POSTS,
    REMOVALS,
)

# Per word of a mapping the records that have it.
FIELDS: Final[dict[str, list[tuple[Record, Field]]]] = {}
for _record in RECORDS:
    for _field in _record.fields:
        FIELDS.setdefault(_field.name, []).append((_record, _field))

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
    "same_key_adds_up": pl.Boolean(),
    "stand": pl.Datetime("us"),
    "rows_read": pl.Int64(),
    "rows_admitted": pl.Int64(),
    "rows_quarantined": pl.Int64(),
    "rows_duplicate": pl.Int64(),
    "admitted_at": pl.Datetime("us"),
    "ambiguous_times": pl.Int64(),
    "nonexistent_times": pl.Int64(),
    "unmapped_values": pl.Int64(),
    "withheld_values": pl.Int64(),
    "coarsened_rows": pl.Int64(),
}

LANDED: Final[dict[str, dict[str, pl.DataType]]] = {
    **{record.name: record.schema for record in RECORDS},
    "quarantine": QUARANTINE_SCHEMA,
    "deliveries": DELIVERY_SCHEMA,
}
