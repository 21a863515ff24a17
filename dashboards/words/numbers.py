"""Numbers and dates as a German town hall prints them. Formats only; which number is shown is decided elsewhere."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from babel.dates import format_date
from babel.numbers import format_decimal

LOCALE: Final = "de_DE"
THIN: Final = "\u202f"
MINUS: Final = "\u2212"
SECONDS_PER_DAY: Final = 86_400.0

Number = int | float | Decimal


def rounded(value: Number, digits: int = 0) -> Decimal:
    """Round half up, as taught in school and expected by a reader with a calculator."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    result = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return abs(result) if result == 0 else result


def plain(value: Number, digits: int = 0) -> str:
    """`1.234,5`: grouped, decimal comma, a true minus."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(rounded(value, digits), format=pattern, locale=LOCALE).replace("-", MINUS)


def percent(share: Number, digits: int = 0) -> str:
    """`37 %` from 0.37; a share that is neither none nor all is not rounded to it: `unter 1 %`, `über 99 %`."""
    return f"{in_percent(share, digits)}{THIN}%"


def in_percent(share: Number, digits: int = 0) -> str:
    """The same without its sign."""
    points, step = share_points(share), Decimal(1).scaleb(-digits)
    shown = rounded(points, digits)
    if points > 0 and shown == 0:
        return f"unter {plain(step, digits)}"
    if points < 100 and shown == 100:
        return f"über {plain(100 - step, digits)}"
    return plain(points, digits)


def share_points(share: Number) -> Decimal:
    """A share (0..1) as percentage points, exact in the digits the float shows."""
    return (share if isinstance(share, Decimal) else Decimal(repr(share))) * 100


def euro(value: Number) -> str:
    """`12.345 €`, whole euros, the sign after the number as usual in Germany."""
    return f"{plain(value)}{THIN}€"


def hours(value: Number) -> str:
    """`1.234 Std.`."""
    return f"{plain(value)}{THIN}Std."


def days(seconds: Number, digits: int = 1) -> str:
    """`12,5 Tage` from seconds of calendar time."""
    amount = float(seconds) / SECONDS_PER_DAY
    return f"{plain(amount, digits)}{THIN}{'Tag' if rounded(amount, digits) == 1 else 'Tage'}"


def after_days(seconds: Number, digits: int = 1) -> str:
    """`nach 12,5 Tagen` from seconds of calendar time."""
    one = rounded(float(seconds) / SECONDS_PER_DAY, digits) == 1
    return f"nach {days(seconds, digits)}{'' if one else 'n'}"


def signed(value: Number, digits: int = 0) -> str:
    """`+3`, `−3` or `±0`."""
    shown = rounded(value, digits)
    return f"±{plain(0)}" if shown == 0 else ("+" if shown > 0 else "") + plain(shown, digits)


def month(value: dt.date) -> str:
    """`Oktober 2026`."""
    return format_date(value, "LLLL y", locale=LOCALE)


def month_short(value: dt.date) -> str:
    """`Okt. 2026`."""
    return format_date(value, "MMM y", locale=LOCALE)


def day(value: dt.date) -> str:
    """`31. Oktober 2026`."""
    return format_date(value, "d. MMMM y", locale=LOCALE)


def day_short(value: dt.date) -> str:
    """`31.10.2026`."""
    return format_date(value, "dd.MM.y", locale=LOCALE)


def file_size(size_bytes: int) -> str:
    """`3,2 KB`: what a reader downloads."""
    return f"{plain(size_bytes / 1000, 1)}{THIN}KB"
