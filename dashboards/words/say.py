"""German sentences from figures. No rounding in our favour, no exclamation; what may be noise is called unchanged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.words import numbers

SAME = "unverändert"
NBSP = "\u00a0"


def plural(amount: int, one: str, many: str) -> str:
    """`1 Vorgang`, `2 Vorgänge`."""
    return f"{numbers.plain(amount)} {one if amount == 1 else many}"


def basis(base: int) -> str:
    """`n = 4.812`."""
    return f"n{numbers.THIN}={numbers.THIN}{numbers.plain(base)}"


def listed(words: Sequence[str]) -> str:
    """`a, b und c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} und {words[-1]}"


@dataclass(frozen=True)
class Share:
    """A share of a month, beside the same month a year before.

    Attributes:
        value: the share, 0 to 1.
        base: its denominator.
        before: the share a year before; None where it is not known or rests on too few.
        is_unchanged: whether the 95 % interval of the change includes zero.
    """

    value: float
    base: int
    before: float | None = None
    is_unchanged: bool = False


def points(now: float, before: float) -> str:
    """The moved percentage points without a sign: whole ones, below one with a decimal."""
    moved = abs(numbers.share_points(now) - numbers.share_points(before))
    digits = 1 if moved < 1 else 0
    return f"{numbers.plain(moved, digits)} {'Punkt' if numbers.rounded(moved, digits) == 1 else 'Punkte'}"


def share_moved(share: Share) -> str:
    """The half sentence after a share: how it compares with a year ago, or nothing where nothing is known."""
    if share.before is None:
        return ""
    if share.is_unchanged:
        return ", gegenüber dem Vorjahr unverändert"
    direction = "mehr" if share.value > share.before else "weniger"
    return f", {points(share.value, share.before)} {direction} als vor einem Jahr"


def share_change(share: Share, month: dt.date) -> str:
    """The change line of a key figure."""
    if share.before is None:
        return f"Vergleich mit {numbers.month_short(month)} nicht möglich"
    if share.is_unchanged:
        return f"{SAME} gegenüber {numbers.month_short(month)}"
    sign = "+" if share.value > share.before else numbers.MINUS
    return f"{sign}{points(share.value, share.before)} gegenüber {numbers.month_short(month)}"


def amount_change(now: float, before: float | None, unit: str, digits: int, when: str) -> str:
    """The change line of a key figure that is no share."""
    if before is None:
        return f"Vergleich mit {when} nicht möglich"
    moved = now - before
    if numbers.rounded(moved, digits) == 0:
        return f"{SAME} gegenüber {when}"
    return f"{numbers.signed(moved, digits)}{numbers.THIN}{unit} gegenüber {when}"


def amount_moved(now: float, before: float | None, when: str) -> str:
    """The half sentence after a count: how many more or fewer than `when`, or nothing where nothing is known."""
    if before is None:
        return ""
    if now == before:
        return f", so viele wie {when}"
    return f", {numbers.plain(abs(now - before))} {'mehr' if now > before else 'weniger'} als {when}"


def days_moved(now: float, before: float | None) -> str:
    """The half sentence after a number of days."""
    if before is None:
        return ""
    moved = now - before
    if numbers.rounded(moved, 1) == 0:
        return ", so lange wie vor einem Jahr"
    much = numbers.plain(abs(moved), 1)
    return f", {much} {'Tag' if much == '1,0' else 'Tage'} {'länger' if moved > 0 else 'kürzer'} als vor einem Jahr"


def short_time(seconds: float) -> str:
    """Days, or where they would read 0,0, that it was less."""
    return numbers.days(seconds) if numbers.rounded(seconds / numbers.SECONDS_PER_DAY, 1) else "unter 0,1 Tage"


def share_target(now: float, target: float, target_on: dt.date, *, lower_is_better: bool) -> str:
    """The path of a share to its target."""
    goal = f"Ziel: {numbers.percent(target)} bis {numbers.day_short(target_on)}"
    left = numbers.share_points(now) - numbers.share_points(target)
    left = left if lower_is_better else -left
    if left <= 0:
        return f"{goal}, erreicht"
    digits = 1 if left < 1 else 0
    return f"{goal}, noch {numbers.plain(left, digits)} {'Punkt' if numbers.rounded(left, digits) == 1 else 'Punkte'}"


def days_target(now: float, target: float, target_on: dt.date) -> str:
    """The path of a duration in days to its target."""
    goal = f"Ziel: {numbers.plain(target, 0)} Tage bis {numbers.day_short(target_on)}"
    return f"{goal}, erreicht" if now <= target else f"{goal}, noch {numbers.plain(now - target, 1)} Tage"


def no_statement(reason: str) -> str:
    """The sentence where a figure would stand."""
    return f"Noch keine Aussage möglich: {reason}"


def span(low: float, high: float) -> str:
    """`980 bis 1.400`."""
    return f"{numbers.plain(low)} bis {numbers.plain(high)}"


def wait(working_seconds: float | None, working_days: float | None) -> str:
    """A median wait on an edge: working days (AT), below one of them hours of opening time; empty when unknown."""
    if working_seconds is None:
        return ""
    if working_days is not None and working_days >= 1:
        return f"{numbers.plain(working_days, 1)}{NBSP}AT"
    if working_seconds >= 3600:
        return f"{numbers.plain(working_seconds / 3600, 1)}{NBSP}Std."
    if working_seconds < 60:
        return f"unter 1{NBSP}Min."
    return f"{numbers.plain(working_seconds / 60)}{NBSP}Min."
