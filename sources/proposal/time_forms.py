"""How times, days and months are written in exports, and which columns are called as if they held some."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from typing import Final

import polars as pl

from sources.proposal.names import rank
from sources.proposal.words import spaced
from sources.values.moments import in_english

# Tried in this order after ISO 8601; the first that reads nearly all wins.
TIME_FORMATS: Final = (
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y, %H:%M:%S", "%d.%m.%Y, %H:%M", "%d.%m.%Y %H:%M Uhr",
    "%d.%m.%Y - %H:%M", "%d.%m.%Y %H.%M", "%d.%m.%Y", "%d.%m.%y %H:%M:%S", "%d.%m.%y %H:%M", "%d.%m.%y",
    "%Y/%m/%d %H:%M:%S%.f", "%Y/%m/%d %H:%M", "%Y/%m/%d",
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%d/%m/%y %H:%M", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M",
    "%d-%m-%Y:%H.%M", "%d-%m-%Y",
    "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%m/%d/%Y",
    "%m/%d/%y %H:%M", "%m-%d-%Y %H:%M:%S", "%m-%d-%Y %H:%M", "%m-%d-%Y",
    "%Y%m%dT%H%M%S", "%Y%m%d%H%M%S", "%Y%m%d", "%Y-%m-%d-%H.%M.%S%.f", "%Y-%m-%d %H.%M.%S",
    "%d %b %Y %H:%M:%S", "%d %b %Y %H:%M", "%b %d, %Y %H:%M:%S", "%b %d, %Y %I:%M:%S %p", "%d-%b-%Y %H:%M:%S",
    "%d. %B %Y %H:%M", "%d. %B %Y",
    # As ISO 8601 has them too; they are declared where days stand beside them in another form.
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M",
)  # fmt: skip
# After ISO's 2026-01, which needs no word.
MONTH_FORMATS: Final = (
    "%m/%Y", "%m.%Y", "%m-%Y", "%Y/%m", "%Y.%m", "%B %Y", "%b %Y", "%b %y", "%B %y", "%Y%m", "%m/%y",
)  # fmt: skip
GLANCED: Final = 12
# Numbers of products and accounts are written as days with a year of two digits are: 11.01.02.
SHORT_YEAR: Final = "%y"
NUMBERED: Final = re.compile(
    r"produkt|konto|konten|haushaltsstelle|hhst|buchungsstelle|gliederung|gruppierung|kapitel|titel|psp|kostentraeger"
    r"|teilhaushalt|teilplan|abschnitt|(nummer|nr|id|code|schluessel|stelle|position|ziffer|zeichen|version|ip)$"
)
TIME_FIELDS: Final = (
    "occurred_at", "started_at", "received_at", "closed_at", "due_at", "scanned_at", "received_on", "counted_on",
    "month", "lapses_on", "submitted_at", "finished_at", "removed_at", "changed_at",
)  # fmt: skip


def could_be(form: str, value: str) -> bool:
    """Whether Python reads a value so; a glance that spares the columns most of the formats."""
    if "%b" in form or "%B" in form:
        form, value = form.replace("%B", "%b"), str(in_english(pl.Series([value]), form)[0])
    for plain in {form.replace("%.f", ".%f"), form.replace("%.f", "")}:
        with suppress(ValueError):
            dt.datetime.strptime(value, plain)
            return True
    return False


def names_a_time(name: str) -> bool:
    """Whether a column is called as times and days are."""
    says = r"zeit|datum|date|time|tag\b|day|frist|termin|(^| )(at|am|ts|on|ab|bis|seit|zum)$"
    return re.search(says, spaced(name)) is not None or any(rank(name, field) is not None for field in TIME_FIELDS)


def different_shapes(values: pl.Series) -> list[int]:
    """Places of a few values that are written differently: times among days are seen wherever they stand."""
    shapes = values.str.replace_all(r"\d", "9").str.replace_all(r"[A-Za-zÄÖÜäöü]+", "a")
    return [int(place) for place in shapes.arg_unique().sort().head(GLANCED)]
