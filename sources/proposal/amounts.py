"""What the name of a column of amounts says: planned or booked, of which year, in euros or in thousands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from sources.proposal.looks import Look
from sources.proposal.names import rank
from sources.proposal.time_forms import NUMBERED
from sources.proposal.words import spaced


class Role(Enum):
    """What amounts are."""

    PLAN = "planned"
    SUPPLEMENT = "supplementary"
    ACTUAL = "booked"
    SIDE = "income or expense"
    BARE = "amount"


@dataclass(frozen=True)
class Amount:
    """A column of amounts.

    Attributes:
        years: those that stand in its name.
        in_thousands: whether its name says thousands of euros or millions.
    """

    column: str
    role: Role
    years: tuple[int, ...]
    in_thousands: bool


YEAR: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
# In this order: a supplementary plan is a plan too, and "Anordnungssoll" is booked.
_ROLES: Final = (
    (Role.SUPPLEMENT, re.compile(r"nachtrag|supplementary|ueberplanmaessig|ausserplanmaessig")),
    (Role.ACTUAL, re.compile(
        r"ergebnis|\bist\b|istwert|istbetrag|rechnung|abschluss|anordnungssoll|gebucht|verfuegt|\b(re|actual|vj ist)\b"
    )),
    (Role.PLAN, re.compile(
        r"ansatz|ansaetze|\bplan(ansatz|wert|betrag|ung|zahl|zahlen|jahr|werte)?\b|\bsoll|anschlag|budget|entwurf|finanzplan|"
        r"haushaltsplan|appropriation|veranschlagt"
    )),
    (Role.SIDE, re.compile(
        r"ertrag|ertraege|aufwand|aufwendung|einzahlung|auszahlung|einnahme|ausgabe|zuschuss|saldo|ueberschuss"
    )),
    (Role.BARE, re.compile(r"betrag|\bwert\b|\bkosten\b|summe|\beur\b|euro|amount")),
)  # fmt: skip
_THOUSANDS: Final = re.compile(r"\b(te|teur|tsd|tausend|mio|millionen|meur)\b|\bt ?(eur|euro)\b|\bt$|\bmio")


def amounts_of(looks: Iterable[Look]) -> list[Amount]:
    """The columns of numbers whose names say that they are amounts, or are a year and nothing else."""
    found = (amount_named(look) for look in looks if look.is_number and not _is_numbering(look.name))
    return [amount for amount in found if amount is not None]


def role_of(name: str) -> Role | None:
    """What the name of a column, or a word in one, says of an amount; None where it says nothing."""
    words = spaced(name)
    return next((role for role, pattern in _ROLES if pattern.search(words)), None)


def amount_named(look: Look) -> Amount | None:
    """What the column's name says of its amounts; None where it does not speak of any."""
    words = spaced(look.name)
    years = tuple(int(year) for year in YEAR.findall(words))
    role = role_of(look.name)
    if role is None and years and not YEAR.sub("", words).strip():
        role = Role.BARE
    if role is None:
        return None
    return Amount(look.name, role, years, _in_thousands(look.name, words))


def _in_thousands(name: str, words: str) -> bool:
    return _THOUSANDS.search(words) is not None or re.search(r"\bT ?€|Mio", name) is not None


def _is_numbering(name: str) -> bool:
    """Whether the column numbers accounts, products or the like: these are no amounts."""
    numbers = any(
        rank(name, field) is not None for field in ("budget_line", "product", "account", "cost_item", "measure")
    )
    return numbers or NUMBERED.search(spaced(name)) is not None
