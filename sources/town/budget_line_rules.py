"""Step 0, decide: what the treasury says of budget lines so that a booking on them can be audited."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from sources.contract.vocabularies import CostType
from sources.town.parameter_row import Code, Row, Text


class BudgetLineRule(Row):
    """What an auditor must know of a budget line: what it pays for, its prices, and what drives it."""

    file: ClassVar[str] = "budget_line_rules"
    key: ClassVar[tuple[str, ...]] = ("budget_line_id", "valid_from")

    budget_line_id: Text = Field(description="Code of the line, as the budget delivers it.")
    valid_from: dt.date = Field(
        description="First day the row holds; a later row of the line replaces it. A year has the row of its last day."
    )
    cost_type: CostType = Field(
        CostType.OTHER,
        description="staff rent material other. Staff falls only with a post, rent only with a contract that ended.",
    )
    is_fee_funded: bool = Field(
        False, description="true when fees pay for the line; what it saves lowers the next fees, not the budget."
    )
    price_index: Decimal = Field(
        Decimal(1),
        gt=0,
        max_digits=12,
        decimal_places=6,
        description="Level of the line's prices; 1 before the first row.",
    )
    volume_driver: Code | None = Field(
        None, description="Service whose received cases drive the line, as in services.csv; empty when none does."
    )
    contract_ends_on: dt.date | None = Field(
        None, description="Last day of the contract or lease the line pays; empty while none is known to end."
    )
