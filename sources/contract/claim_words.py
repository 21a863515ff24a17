"""Closed vocabularies of a claim of hours: what becomes of it month by month, and why it does not count whole."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class ClaimState(StrEnum):
    """What becomes of the hours a measure claims for a month."""

    CLAIMED = "claimed"
    BENEATH = "beneath"
    PROVISIONAL = "provisional"
    REFUSED = "refused"


STANDS: Final = frozenset({ClaimState.CLAIMED, ClaimState.BENEATH})
"""States of a month that stands, in the headline or beneath it."""


class RefusalReason(StrEnum):
    """Why hours are refused, wait, or stand beneath the headline."""

    NOT_LIVE = "not_live"
    BASELINE_TOO_SHORT = "baseline_too_short"
    TOO_FEW_BASELINE_CASES = "too_few_baseline_cases"
    ENDED = "ended"
    NO_CASES = "no_cases"
    MINUTES_MISSING = "minutes_missing"
    UNDECIDED = "undecided"
    NO_COMPARISON = "no_comparison"
    OWN_TREND_ONLY = "own_trend_only"
    REGRESSION_TO_THE_MEAN = "regression_to_the_mean"
    UNKNOWN_CHANNELS = "unknown_channels"
    UNSEEN_CASE_TYPES = "unseen_case_types"
    MINUTES_NOT_MEASURED = "minutes_not_measured"
    MIX_NOT_SEPARABLE = "mix_not_separable"
    ATTRIBUTION_DISAGREES = "attribution_disagrees"
    BASELINE_RECONSTRUCTED = "baseline_reconstructed"
    MINUTES_PARTLY_MEASURED = "minutes_partly_measured"
    MINUTES_ASSUMED = "minutes_assumed"
