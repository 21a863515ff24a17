"""Step 0, decide: what was planned of measures and posts, and which service a budget line pays for."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import ClassVar

from pydantic import Field, model_validator

from sources.contract.vocabularies import Channel
from sources.town.parameter_row import MOST_CASES, Code, Row, Text
from sources.values.names import is_like_a_name


class MeasurePlan(Row):
    """What was decided of a measure beforehand, so that what came can be held against it."""

    file: ClassVar[str] = "measure_plans"
    key: ClassVar[tuple[str, ...]] = ("measure_id",)

    measure_id: Code = Field(description="Code of the measure, as in measures.csv.")
    responsible_function: Text | None = Field(
        None, description="Function that answers for the measure, such as Leitung Standesamt; never a person's name."
    )
    planned_go_live_on: dt.date | None = Field(None, description="Day it was to go live.")
    planned_cases: int | None = Field(
        None,
        ge=1,
        le=MOST_CASES,
        description="Cases a year it was to reach: received by its services on planned_channel.",
    )
    planned_channel: Channel = Field(Channel.ONLINE, description="Intake channel that planned_cases speaks of.")
    paper_route_eur: Decimal | None = Field(
        None,
        ge=0,
        max_digits=14,
        decimal_places=2,
        description="Euros a month its paper route costs however few applications come; ends only with the route.",
    )

    @model_validator(mode="after")
    def _names_nobody(self) -> MeasurePlan:
        said = self.responsible_function
        if said is not None and is_like_a_name(said):
            raise ValueError("responsible_function is written like a person's name; write what the person is")
        return self


class StaffPlan(Row):
    """What an office asks for in a year's budget, and how many of its people retire; sums, never single persons."""

    file: ClassVar[str] = "staff_plans"
    key: ClassVar[tuple[str, ...]] = ("office_code", "year")

    office_code: Code = Field(description="The office, as in offices.csv.")
    year: int = Field(ge=1990, le=2100, description="Budget year.")
    requested_fte: Decimal | None = Field(
        None,
        ge=0,
        max_digits=10,
        decimal_places=4,
        description="Full-time equivalents it asks for beside those it has.",
    )
    requested_eur: Decimal | None = Field(
        None, ge=0, max_digits=16, decimal_places=2, description="Euros asked for beside those of the year before."
    )
    retiring_fte: Decimal | None = Field(
        None,
        ge=0,
        max_digits=10,
        decimal_places=4,
        description="Full-time equivalents of those who retire in it.",
    )


class ServiceCostShare(Row):
    """Which part of a budget line a service causes: rent, licences, postage; for its cost per case."""

    file: ClassVar[str] = "service_cost_shares"
    key: ClassVar[tuple[str, ...]] = ("budget_line_id", "service_code", "intake_channel", "valid_from")

    budget_line_id: Text = Field(description="Code of the line, as the budget delivers it.")
    service_code: Code = Field(description="The service, as in services.csv.")
    intake_channel: Channel | None = Field(
        None, description="Channel that causes it; empty when all do: then shared by the cases of each."
    )
    share: Decimal = Field(
        ge=0,
        le=1,
        max_digits=7,
        decimal_places=4,
        description="Share of the line, 0 to 1; at most 1 over all rows.",
    )
    valid_from: dt.date = Field(
        description="First day the row holds; a later one replaces it. A year has the row of its last day."
    )
