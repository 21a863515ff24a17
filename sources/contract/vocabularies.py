"""The closed vocabularies: each thing that is one of few has its words here and nowhere else."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Channel(StrEnum):
    """How an application came in."""

    ONLINE = "online"
    EMAIL = "email"
    POST = "post"
    COUNTER = "counter"
    PHONE = "phone"
    FAX = "fax"
    INTERNAL = "internal"
    UNKNOWN = "unknown"


class CodedField(StrEnum):
    """A field of codes that has no parameter file of its own."""

    CASE_TYPE = "case_type"
    DOCUMENT_TYPE = "document_type"
    ABORTED_STEP = "aborted_step"
    REASON = "reason"
    PRODUCT = "product"
    GRADE = "grade"
    APPLICANT_KIND = "applicant_kind"
    DISTRICT = "district"
    FORM_LANGUAGE = "form_language"


class Medium(StrEnum):
    """What a step or a document is made of."""

    DIGITAL = "digital"
    SCANNED = "scanned"
    PAPER = "paper"
    VOICE = "voice"
    COUNTER = "counter"
    MIXED = "mixed"
    UNKNOWN = "unknown"


class MediaBreak(StrEnum):
    """What happens where a case changes its medium."""

    PRINT = "print"
    SCAN = "scan"
    RETYPE = "retype"


class CaseStatus(StrEnum):
    """Whether a case is decided."""

    OPEN = "open"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a case was decided."""

    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    OTHER = "other"
    UNKNOWN = "unknown"


class WaitingFor(StrEnum):
    """Whom an open case waits for."""

    APPLICANT = "applicant"
    OFFICE = "office"
    THIRD_PARTY = "third_party"
    NOBODY = "nobody"
    UNKNOWN = "unknown"


class QrStatus(StrEnum):
    """What became of the code printed on a sheet."""

    ABSENT = "absent"
    UNREADABLE = "unreadable"
    DECODED = "decoded"
    ASSIGNED = "assigned"
    MISASSIGNED = "misassigned"


class QaResult(StrEnum):
    """What a check of a scan found."""

    PASSED = "passed"
    FAILED = "failed"
    UNCHECKED = "unchecked"


class Origin(StrEnum):
    """Where a scanned sheet comes from."""

    EXTERNAL = "external"
    OWN_PRINT = "own_print"
    DIGITAL_SENDER = "digital_sender"
    UNKNOWN = "unknown"


class Direction(StrEnum):
    """Which way a document goes."""

    IN = "in"
    OUT = "out"
    EVIDENCE = "evidence"


class CostKind(StrEnum):
    """What an amount is spent on, or that it is not spent any more."""

    ONE_OFF = "one_off"
    RUNNING = "running"
    PARALLEL = "parallel"
    CASH_RELEASED = "cash_released"


class CostType(StrEnum):
    """What a budget line pays for."""

    STAFF = "staff"
    RENT = "rent"
    MATERIAL = "material"
    OTHER = "other"


class CountKind(StrEnum):
    """What is counted by day and unit."""

    PRINTED_PAGES = "printed_pages"
    PRINTED_SHEETS = "printed_sheets"
    POST_ITEMS = "post_items"
    POST_COST_EUR = "post_cost_eur"
    SHELF_METRES = "shelf_metres"
    FILES = "files"


WHOLE_COUNTS: Final = tuple(
    kind.value for kind in (CountKind.PRINTED_PAGES, CountKind.PRINTED_SHEETS, CountKind.POST_ITEMS, CountKind.FILES)
)
"""Counts of whole things: nobody prints half a page."""


class RevisionCause(StrEnum):
    """Why a published figure moved."""

    LATE_DATA = "late_data"
    CORRECTION = "correction"
    ASSUMPTION = "assumption"
    FORMULA = "formula"
    DELETION = "deletion"


class EvidenceGrade(StrEnum):
    """How well a number is founded: proven, partly, assumed."""

    A = "A"
    B = "B"
    C = "C"


class TimingMethod(StrEnum):
    """How the minutes of work of a case were found; what is estimated or decreed was not timed."""

    WORK_SAMPLING = "work_sampling"
    SELF_RECORDING = "self_recording"
    STOPWATCH = "stopwatch"
    LOG_DERIVED = "log_derived"
    ESTIMATED = "estimated"
    DECREED = "decreed"


class StaffBand(StrEnum):
    """How many people work in an office."""

    UP_TO_4 = "1-4"
    UP_TO_9 = "5-9"
    UP_TO_19 = "10-19"
    UP_TO_49 = "20-49"
    FROM_50 = "50+"
    UNKNOWN = "unknown"


class Weekday(StrEnum):
    """The days of the week, Monday first."""

    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"


class ActivityKind(StrEnum):
    """What a step of a case does."""

    INTAKE = "intake"
    INTERNAL = "internal"
    OUTBOUND = "outbound"
    CLARIFICATION = "clarification"
    DECISION = "decision"
    ARCHIVE = "archive"


class MeasureStatus(StrEnum):
    """How far a measure is."""

    PLANNED = "planned"
    RUNNING = "running"
    LIVE = "live"
    STOPPED = "stopped"


class CashClass(StrEnum):
    """Whose money a relief is: the general budget's, or that of those who pay the fees."""

    CASH = "cash"
    FEE_FUNDED = "fee_funded"


class CashState(StrEnum):
    """What is known of a measure's money in a month."""

    KNOWN = "known"
    PARALLEL_COST_UNKNOWN = "parallel_cost_unknown"
    FINANCE_SILENT = "finance_silent"
    NOT_TOLD = "not_told"


def words(vocabulary: type[StrEnum]) -> tuple[str, ...]:
    """The words of a vocabulary as plain text, in its order."""
    return tuple(word.value for word in vocabulary)
