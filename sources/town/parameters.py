"""Step 0, decide: the tables the town's council and treasury keep in ``parameters/*.csv``, as typed rows.

One class per file; its fields are the columns, their descriptions the manual (docs/parameters.md).
Reading the files and judging them together is the task of ``sources.town.folder``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, get_args, get_type_hints

from pydantic import Field, model_validator

from sources.contract.vocabularies import (
    ActivityKind,
    Channel,
    CodedField,
    EvidenceGrade,
    MeasureStatus,
    Medium,
    StaffBand,
    TimingMethod,
    WaitingFor,
    Weekday,
)
from sources.town.budget_line_rules import BudgetLineRule
from sources.town.parameter_row import ALL, MOST_CASES, Clock, Code, LeikaKey, Row, Text
from sources.town.past_cases import PastCases
from sources.town.plans import MeasurePlan, ServiceCostShare, StaffPlan


class Service(Row):
    """A service the town offers."""

    file: ClassVar[str] = "services"
    key: ClassVar[tuple[str, ...]] = ("service_code",)

    service_code: Code = Field(description="The town's own short code; what sources are mapped to.")
    service_name: Text = Field(description="The name as citizens know it.")
    leika_key: LeikaKey | None = Field(None, description="LeiKa/FIM service key, 14 digits, starts with 99.")
    office_code: Code = Field(description="The office in charge, as in offices.csv.")
    target_working_days: int | None = Field(
        None, ge=1, le=1000, description="Promised working days from receipt to decision."
    )
    maturity_level: int | None = Field(None, ge=0, le=7, description="Maturity level (Reifegradmodell 2.0), 0 to 7.")
    online_since: dt.date | None = Field(None, description="First day the service could be applied for online.")
    continues: Code | None = Field(
        None, description="Code of the service this one continues under another name; its baseline goes on."
    )


class Office(Row):
    """An office or one of its units."""

    file: ClassVar[str] = "offices"
    key: ClassVar[tuple[str, ...]] = ("office_code",)

    office_code: Code = Field(description="The town's own code of the office or unit.")
    office_name: Text = Field(description="Its name.")
    parent_office_code: Code | None = Field(None, description="The office it belongs to; empty at the top.")
    directorate: Text | None = Field(None, description="The directorate (Dezernat).")
    staff_band: StaffBand = Field(StaffBand.UNKNOWN, description="How many people work there; unknown counts as small.")

    @property
    def staff_at_least(self) -> int | None:
        """The band's lower bound in persons, None when unknown."""
        if self.staff_band is StaffBand.UNKNOWN:
            return None
        return int(self.staff_band.removesuffix("+").split("-")[0])


class OpeningHours(Row):
    """Opening hours of an office on a weekday, with validity dates. Working time is counted in them."""

    file: ClassVar[str] = "opening_hours"
    key: ClassVar[tuple[str, ...]] = ("office_code", "weekday", "opens_at", "valid_from")
    dated: ClassVar[tuple[str, ...]] = ("office_code", "weekday")

    office_code: Code = Field(description="The office, or all: offices without hours of their own, cases of no office.")
    weekday: Weekday = Field(description="mon tue wed thu fri sat sun.")
    opens_at: Clock = Field(description="Local time, 08:00 or 8:00.")
    closes_at: Clock = Field(description="Local time, 24:00 for midnight.")
    valid_from: dt.date = Field(description="First day they hold; they replace the weekday's older ones.")
    valid_to: dt.date | None = Field(None, description="Last day they hold; empty while they do.")

    @model_validator(mode="after")
    def _closes_after_it_opens(self) -> OpeningHours:
        if self.closes_at <= self.opens_at:
            raise ValueError(f"closes_at {self.closes_at} is not after opens_at {self.opens_at}")
        return self


class ClosingDay(Row):
    """A day the town closes although the Land has no holiday."""

    file: ClassVar[str] = "closing_days"
    key: ClassVar[tuple[str, ...]] = ("closed_on", "office_code")

    closed_on: dt.date = Field(description="The day.")
    office_code: Code = Field(description="The office, or all.")
    reason: Text = Field(description="Why, in a word.")


class Activity(Row):
    """What a step of a case is: most systems log only its name."""

    file: ClassVar[str] = "activities"
    key: ClassVar[tuple[str, ...]] = ("activity",)

    activity: Text = Field(description="The activity exactly as the sources name it.")
    medium: Medium = Field(Medium.UNKNOWN, description="Medium when the event itself does not say.")
    kind: ActivityKind = Field(
        description="What the step does; outbound steps are letters or messages to the applicant."
    )
    waits_for: WaitingFor = Field(WaitingFor.UNKNOWN, description="Whom an open case waits for after this step.")
    is_decision: bool = Field(False, description="true when the case counts as decided with this step.")


class ListedCode(Row):
    """A code of a column that has no file of its own; an unlisted one that is rare, or like a name, does not enter."""

    file: ClassVar[str] = "codes"
    key: ClassVar[tuple[str, ...]] = ("field", "code")

    field: CodedField = Field(description="The field as [source.columns] calls it.")
    code: Text = Field(description="The code as it stands after [source.values].")


class ChannelRule(Row):
    """Which channels count as paper and which as online, dated."""

    file: ClassVar[str] = "channels"
    key: ClassVar[tuple[str, ...]] = ("channel", "valid_from")
    dated: ClassVar[tuple[str, ...]] = ("channel",)

    channel: Channel = Field(description="Intake channel.")
    counts_as_paper: bool = Field(description="true when an application on it arrives on paper.")
    counts_as_online: bool = Field(description="true when it is an unassisted online application.")
    valid_from: dt.date = Field(description="First day the rule holds, judged by the day of receipt.")
    valid_to: dt.date | None = Field(None, description="Last day it holds.")


class Measure(Row):
    """Something the town did to digitalise."""

    file: ClassVar[str] = "measures"
    key: ClassVar[tuple[str, ...]] = ("measure_id",)

    measure_id: Code = Field(description="Code of the measure.")
    measure_name: Text = Field(description="Name of the measure.")
    went_live_on: dt.date | None = Field(None, description="Day of go-live; empty while planned.")
    status: MeasureStatus = Field(description="planned running live stopped.")
    ended_on: dt.date | None = Field(None, description="First day it was no longer at work; empty while it is.")
    paper_route_closed_on: dt.date | None = Field(
        None, description="First day its services take nothing on paper any more; empty while none is set."
    )


class MeasureService(Row):
    """Which services a measure touches, and how much of the service's effect it may claim."""

    file: ClassVar[str] = "measure_services"
    key: ClassVar[tuple[str, ...]] = ("measure_id", "service_code")

    measure_id: Code = Field(description="Code of the measure, as in measures.csv.")
    service_code: Code = Field(description="Code of the service, as in services.csv.")
    share: Decimal = Field(
        ge=0,
        le=1,
        max_digits=7,
        decimal_places=4,
        description="Share of the service's effect the measure may claim, 0 to 1; at most 1 over all measures.",
    )


class ProcessingMinutes(Row):
    """Minutes of work one case takes, by service, case type and intake channel."""

    file: ClassVar[str] = "processing_minutes"
    key: ClassVar[tuple[str, ...]] = ("service_code", "case_type", "intake_channel", "valid_from")

    service_code: Code = Field(description="As in services.csv.")
    case_type: Code = Field(ALL, description="Case type, or all.")
    intake_channel: Channel = Field(description="Intake channel.")
    minutes: Decimal = Field(ge=0, max_digits=12, decimal_places=4, description="Mean minutes of work per case.")
    low: Decimal = Field(ge=0, max_digits=12, decimal_places=4, description="Lower bound; work_sampling's of 95 %.")
    high: Decimal = Field(ge=0, max_digits=12, decimal_places=4, description="Upper bound; work_sampling's of 95 %.")
    standard_error: Decimal | None = Field(
        None, ge=0, max_digits=12, decimal_places=4, description="Standard error of the mean, in minutes."
    )
    sampled: int | None = Field(
        None,
        ge=1,
        le=MOST_CASES,
        description="Cases that were timed, of work_sampling observations that were made; empty when none were.",
    )
    method: TimingMethod | None = Field(None, description="How the minutes were found; empty when nobody says.")
    valid_from: dt.date = Field(description="First day the value holds; a later row replaces it.")
    source: Text = Field(description="Where the value comes from.")
    evidence_grade: EvidenceGrade = Field(description="A measured, B partly, C assumed.")

    @model_validator(mode="after")
    def _bounds_enclose(self) -> ProcessingMinutes:
        if not self.low <= self.minutes <= self.high:
            raise ValueError(f"low {self.low}, minutes {self.minutes}, high {self.high} are not in order")
        return self

    @model_validator(mode="after")
    def _says_what_was_timed(self) -> ProcessingMinutes:
        if self.method is TimingMethod.DECREED and (self.sampled is not None or self.standard_error is not None):
            raise ValueError("method decreed means that nothing was timed; leave sampled and standard_error empty")
        if self.standard_error is not None and self.sampled is None:
            raise ValueError(f"standard_error {self.standard_error} without sampled; say how many cases were timed")
        if self.standard_error is not None and self.sampled == 1:
            raise ValueError(f"standard_error {self.standard_error} of one case; a spread needs two, leave it empty")
        return self


class Assumption(Row):
    """A dated number somebody decided, with range and source."""

    file: ClassVar[str] = "assumptions"
    key: ClassVar[tuple[str, ...]] = ("assumption_id",)
    dated: ClassVar[tuple[str, ...]] = ("assumption",)

    assumption_id: Code = Field(description="Code of this dated value.")
    assumption: Code = Field(description="What the number is, such as staff_cost_rate.")
    value: Decimal = Field(max_digits=18, decimal_places=6, description="The value.")
    low: Decimal | None = Field(None, max_digits=18, decimal_places=6, description="Lower bound.")
    high: Decimal | None = Field(None, max_digits=18, decimal_places=6, description="Upper bound.")
    unit: Text = Field(description="Unit of the value, such as eur_per_hour.")
    valid_from: dt.date = Field(description="First day it holds.")
    valid_to: dt.date | None = Field(None, description="Last day it holds; empty while it does.")
    source: Text = Field(description="Where it comes from.")
    decided_by: Text = Field(description="Who decided it.")
    evidence_grade: EvidenceGrade = Field(description="A proven, B partly, C assumed.")

    @model_validator(mode="after")
    def _bounds_enclose(self) -> Assumption:
        if (self.low is not None and self.low > self.value) or (self.high is not None and self.high < self.value):
            raise ValueError(f"low {self.low}, value {self.value}, high {self.high} are not in order")
        return self


class Target(Row):
    """A target the council or the board set."""

    file: ClassVar[str] = "targets"
    key: ClassVar[tuple[str, ...]] = ("metric", "scope", "target_on")

    metric: Code = Field(description="The figure the target is for, as in dim_metrics.")
    scope: Code = Field(ALL, description="A service code, or all.")
    target_on: dt.date = Field(description="Day the target is due.")
    target_value: Decimal = Field(max_digits=18, decimal_places=6, description="The value; shares from 0 to 1.")
    set_by: Text = Field(description="Who set it, with the resolution's number.")

    @model_validator(mode="after")
    def _is_a_share_of_one(self) -> Target:
        if self.metric.endswith("_share") and not 0 <= self.target_value <= 1:
            raise ValueError(f"target_value {self.target_value} is no share; write 0,8 for 80 %")
        return self


@dataclass(frozen=True)
class Parameters:
    """All that council and treasury decided: per parameter file its rows, none where the file is missing."""

    services: tuple[Service, ...] = ()
    offices: tuple[Office, ...] = ()
    opening_hours: tuple[OpeningHours, ...] = ()
    closing_days: tuple[ClosingDay, ...] = ()
    activities: tuple[Activity, ...] = ()
    codes: tuple[ListedCode, ...] = ()
    channels: tuple[ChannelRule, ...] = ()
    measures: tuple[Measure, ...] = ()
    measure_services: tuple[MeasureService, ...] = ()
    processing_minutes: tuple[ProcessingMinutes, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    targets: tuple[Target, ...] = ()
    budget_line_rules: tuple[BudgetLineRule, ...] = ()
    measure_plans: tuple[MeasurePlan, ...] = ()
    staff_plans: tuple[StaffPlan, ...] = ()
    service_cost_shares: tuple[ServiceCostShare, ...] = ()
    past_cases: tuple[PastCases, ...] = ()

    def rows(self, table: type[Row]) -> tuple[Row, ...]:
        """The rows of one table."""
        return getattr(self, table.file)

    @property
    def row_count(self) -> int:
        """How many rows there are in all tables."""
        return sum(len(self.rows(table)) for table in PARAMETER_TABLES)


PARAMETER_TABLES: tuple[type[Row], ...] = tuple(get_args(rows)[0] for rows in get_type_hints(Parameters).values())
