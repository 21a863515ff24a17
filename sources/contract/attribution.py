"""The closed vocabularies of the check beside a claim; `vocabularies.py` holds the others."""

from __future__ import annotations

from enum import StrEnum


class AttributionMethod(StrEnum):
    """How it is checked beside the claim whether a measure did what it claims."""

    GROUP_TIME_DID = "group_time_did"
    INTERRUPTED_SERIES = "interrupted_series"


class AttributionState(StrEnum):
    """What a check says of a claim."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    NOT_CHECKABLE = "not_checkable"


class AttributionReason(StrEnum):
    """Why a claim cannot be checked that way."""

    NOTHING_CLAIMED = "nothing_claimed"
    TOO_FEW_MONTHS = "too_few_months"
    NO_WAY_BEFORE = "no_way_before"
    TOO_FEW_CASES = "too_few_cases"
    TOO_FEW_COMPARISONS = "too_few_comparisons"
    MOVED_OTHERWISE_BEFORE = "moved_otherwise_before"
    TOO_FEW_MONTHS_BEFORE = "too_few_months_before"
