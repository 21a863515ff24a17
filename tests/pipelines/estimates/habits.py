"""What a twin town is like: every switch of the generator in `twins.py`, and what it stands for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Habits:
    """Switches of a town. Levels are log odds of coming online, shares lie between 0 and 1.

    There is no tariff among them: a tariff prices an hour, and nothing here is priced.
    """

    measures: int = 40
    """How many measures go live."""
    untreated: int = 18
    """Services no measure ever touches."""
    months: int = 60
    """Length of the log."""
    cases: float = 90.0
    """Cases a month and service, on the average of all services; the services' sizes differ by a factor of two."""
    volume_change: float = 0.0
    """By what part of itself the number of cases has grown when the log ends; −0.4 is a fall by two fifths."""

    tide: float = 1.2
    """Log odds everybody gains over the log without any measure."""
    own_slope: float = 0.35
    """Spread of what a service gains by itself beyond the tide, over the log."""
    shock: float = 0.10
    """Spread of what moves one service for a few months."""
    persistence: float = 0.5
    """Part of a shock that is left a month later."""
    season: float = 0.10
    """How far online use swings within a year."""

    types: int = 2
    """Case types of a service; each later one is the easier and takes less work."""
    types_delivered: bool = True
    """Whether the log names the case types; without, all are `unknown`."""
    easy_types_first: float = 0.8
    """Log odds by which each easier type is more inclined to come online; below 0 the easy ones are the less inclined."""
    mix_drift: float = 0.0
    """By how much the share of the hardest type has grown when the log ends."""
    easy_cases_first: float = 0.0
    """Within a type: log minutes between the person least and the one most inclined to come online."""

    effect: float = 0.9
    """Log odds a measure that works adds, on the average; it takes a few months to unfold."""
    nothing_share: float = 0.3
    """Share of the measures that do nothing."""
    first_live: int = 26
    """Earliest month of a go-live."""
    last_live: int = 46
    """Latest month of a go-live."""
    pairs: int = 0
    """Services with two measures; the other measures have a service each."""
    pair_gap: int = 16
    """Months between the two of a pair."""
    undoing: bool = False
    """Whether the second of a pair takes back a part of what the first gave."""

    timed: int = 30
    """Cases timed per case type and channel before a go-live; fewer where fewer came."""
    undecided: float = 0.0
    """Share of the last two months' cases that lie undecided."""


@dataclass(frozen=True)
class Nothing(Habits):
    """A town in which nothing was saved and much looks as if: fewer cases, easy ones first, a strong tide."""

    nothing_share: float = 1.0
    volume_change: float = -0.4
    easy_types_first: float = 0.8
    easy_cases_first: float = 0.6
    mix_drift: float = -0.2
    tide: float = 2.0
