"""A claim: what a measure saved in a month, in one effect class, of one resource that nobody else can claim."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from sources.contract.ledger_words import EffectClass, LedgerStatus
from sources.contract.vocabularies import EvidenceGrade

ALL: Final = "all"
VALID_MONTHS: Final = 12
PLANNED: Final = "planned"
PLACES: Final = Decimal("0.0001")
Amount = Annotated[Decimal, Field(max_digits=18, decimal_places=4)]
Text = Annotated[str, Field(min_length=1, max_length=400)]
# A saving may only be typed in while it is planned; what is measured comes from a published generation.
RECORDED_AS: Final = (LedgerStatus.PLANNED, LedgerStatus.MEASURED)


class Component(BaseModel):
    """A part of a claim: a cell of service, case type and channel, and what of the claim comes from it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service_code: Text
    case_type: Text = ALL
    intake_channel: Text = ALL
    baseline_cases: int | None = None
    actual_cases: int | None = None
    baseline_share: Amount | None = None
    actual_share: Amount | None = None
    baseline_minutes: Amount | None = None
    actual_minutes: Amount | None = None
    effect: Text
    value: Amount
    unit: Text
    assumption_id: str | None = None


class Claim(BaseModel):
    """What is claimed; euros or hours, at most four places.

    Attributes:
        resource: what was saved, such as ``minutes/1`` or ``euro/<line>/<booking>``: each can be claimed once.
        gross, cost, low, high: in ``unit``; net is gross less cost.
        valid_until: last day a recurring saving counts unless it is shown again; None for what was saved once.
        evidence_ref: the booking, and the generation with its hash that shows the figure.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    measure_id: Text
    service_code: Text
    office_code: Text
    month: dt.date
    resource: Text
    effect_class: EffectClass
    unit: Literal["eur", "hours"]
    gross: Amount
    cost: Amount
    net: Amount
    low: Amount
    high: Amount
    is_recurring: bool
    valid_until: dt.date | None
    evidence_grade: EvidenceGrade
    evidence_ref: Text
    status: LedgerStatus
    claim_key: Text
    baseline_id: str | None = None
    assumption_set_id: str | None = None
    formula_version: str | None = None
    components: tuple[Component, ...] = ()

    def facts(self) -> dict[str, Any]:
        """As it stands in the ledger."""
        return self.model_dump(mode="json")

    @property
    def is_planned(self) -> bool:
        """Whether it is a plan or an expectation, which no figure of the town shows yet."""
        return self.status in (LedgerStatus.PLANNED, LedgerStatus.EXPECTED)

    def faults(self) -> list[str]:
        """What of it contradicts itself, each as the end of a sentence."""
        is_hours = self.effect_class is EffectClass.CAPACITY_RELEASED
        judged = (
            (self.month.day == 1, "its month is no first of a month"),
            (self.net == self.gross - self.cost, "its net is not gross less cost"),
            (self.low <= self.high, "its lower bound lies above the upper one"),
            (self.is_recurring == (self.valid_until is not None), "only a recurring saving has a last day it counts"),
            (is_hours == (self.unit == "hours"), "working time is told in hours, and everything else in euros"),
            (self.claim_key == key_of(self), "its key is not that of its service, office, month, resource and class"),
            (
                not self.components or sum(part.value for part in self.components) == self.gross,
                "its components do not add up to it",
            ),
        )
        return [what for is_right, what in judged if not is_right]

    def same_figures(self, other: Claim) -> bool:
        """Whether two claims say the same of the same thing, whichever generation shows it."""
        own, others = ({name: getattr(claim, name) for name in COMPARED} for claim in (self, other))
        return own == others


COMPARED: Final = ("claim_key", "measure_id", "gross", "cost", "low", "high", "is_recurring", "evidence_grade")


def claim_of(said: Mapping[str, Any]) -> Claim:
    """A claim of what is known of it: amounts to four places, net, the last day it counts and its key are added.

    Raises:
        KeyError, pydantic.ValidationError: something is missing or of another type.
    """
    amounts = {name: to_places(said[name]) for name in ("gross", "cost", "low", "high")}
    added = {"net": amounts["gross"] - amounts["cost"], "claim_key": key_of_parts(**said)}
    last_day = {"valid_until": valid_until(said["month"]) if said["is_recurring"] else None}
    return Claim.model_validate({**last_day, **said, **amounts, **added})


def to_places(amount: Decimal | float | str) -> Decimal:
    """An amount to four places."""
    return Decimal(str(amount)).quantize(PLACES)


def key_of(claim: Claim) -> str:
    """Service × office × period × resource × effect class: what can be claimed once, whoever claims it."""
    return key_of_parts(**claim.model_dump())


def key_of_parts(
    *, service_code: str, office_code: str, month: dt.date, resource: str, effect_class: str, **_: object
) -> str:
    """The key of these parts."""
    return "|".join((service_code, office_code, f"{month:%Y-%m}", resource, str(effect_class)))


def booking_of(resource: str) -> str | None:
    """The booking a resource is, None where it is none."""
    kind, _, rest = resource.partition("/")
    booking = rest.partition("/")[2]
    return booking if kind == "euro" and booking not in ("", PLANNED) else None


def plan_of(resource: str) -> str:
    """The resource a plan of the same budget line has, before there is a booking."""
    return "/".join((*resource.split("/")[:2], PLANNED)) if booking_of(resource) else resource


def valid_until(month: dt.date) -> dt.date:
    """The last day of the twelfth month after a month."""
    total = month.year * 12 + month.month - 1 + VALID_MONTHS
    year, number = divmod(total, 12)
    return dt.date(year, number + 1, calendar.monthrange(year, number + 1)[1])
