"""What the audit of a booking finds."""

from __future__ import annotations

from enum import StrEnum


class AuditFinding(StrEnum):
    """What the audit of a booking found; the first that applies stands."""

    WRONG_SIGN = "wrong_sign"
    HOURS_AS_CASH = "hours_as_cash"
    NO_BOOKING = "no_booking"
    BOOKED_TWICE = "booked_twice"
    LINE_UNKNOWN = "line_unknown"
    BEFORE_GO_LIVE = "before_go_live"
    NO_POST_LAPSED = "no_post_lapsed"
    CONTRACT_NOT_ENDED = "contract_not_ended"
    NO_PARALLEL_COST = "no_parallel_cost"
    PRICE_FELL = "price_fell"
    VOLUME_FELL = "volume_fell"
    LINE_DID_NOT_FALL = "line_did_not_fall"
    REALLOCATED = "reallocated"
    REVERSAL = "reversal"
    REVERSAL_TOO_LARGE = "reversal_too_large"
    FEE_FUNDED = "fee_funded"
    YEAR_NOT_OVER = "year_not_over"
    NO_YEAR_BEFORE = "no_year_before"
    VOLUME_UNKNOWN = "volume_unknown"
    NO_POST_TOLD = "no_post_told"
    NO_CONTRACT_TOLD = "no_contract_told"
    ONE_OFF = "one_off"
