"""Step 0, decide: how many cases came before the log began, as the town's own statistics tell it."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from pydantic import Field, model_validator

from sources.contract.vocabularies import Channel, EvidenceGrade
from sources.town.parameter_row import ALL, MOST_CASES, Code, Row, Text


class PastCases(Row):
    """Cases of a month before a service's log begins, by statistics; a baseline that needs them is reconstructed."""

    file: ClassVar[str] = "past_cases"
    key: ClassVar[tuple[str, ...]] = ("service_code", "case_type", "intake_channel", "month")

    service_code: Code = Field(description="The service, as in services.csv.")
    case_type: Code = Field(
        "unknown", description="Case type as the log calls it: cases since then of a type not told here count nowhere."
    )
    intake_channel: Channel = Field(description="Intake channel; an online form filled in with staff is counter.")
    month: dt.date = Field(
        ge=dt.date(1990, 1, 1),
        description="First day of the month of receipt. List every month up to the one the log begins in, and that one "
        "too: where it tells more than the log, the log began within the month.",
    )
    cases: int = Field(
        ge=0, le=MOST_CASES, description="Cases received in it; 0 where none came, as a month not listed is a gap."
    )
    source: Text = Field(description="Where the number comes from, such as the yearly report of the office.")
    evidence_grade: EvidenceGrade = Field(description="B counted by a statistic, C estimated; never A.")

    @model_validator(mode="after")
    def _is_of_a_whole_month(self) -> PastCases:
        if self.month.day != 1:
            raise ValueError(f"month {self.month} is not the first of a month; write {self.month.replace(day=1)}")
        if self.month >= dt.date.today().replace(day=1):
            raise ValueError(f"month {self.month} is not over; leave out what has not come yet")
        return self

    @model_validator(mode="after")
    def _is_of_one_type(self) -> PastCases:
        if self.case_type == ALL:
            raise ValueError("case_type all is no type; name each, or leave it empty where the statistic names none")
        return self

    @model_validator(mode="after")
    def _is_no_log(self) -> PastCases:
        if self.evidence_grade is EvidenceGrade.A:
            raise ValueError("evidence_grade A is what the log counts; a statistic is B, or C where it was estimated")
        return self
